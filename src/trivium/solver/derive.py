"""A Datalog program whose answer is a relation without columns: proved where it holds.

    .decl Answer()
    Answer() :- Lays_eggs("platypus").      proved, with the proof of Answer()

What the program does not derive is false in it. The text may be as a model wrote it.
"""

from __future__ import annotations

from trivium.program import Limits
from trivium.solver.forms.datalog import read_datalog
from trivium.solver.forms.logic import Apply
from trivium.solver.forms.mends import Mend
from trivium.solver.verdict import Premise, Status, Verdict
from trivium.source import Source


def derive(source: Source, limits: Limits, mends: list[Mend]) -> Verdict:
    """Whether the answer holds. Raises what the mended program raises, and E112 without one."""
    program, goal = read_datalog(source, mends)
    result = program.run(limits=limits)
    view = result[goal]
    if not len(view):
        reason = f"`{goal}` does not follow, and what does not follow is false in a program"
        return Verdict(Status.REFUTED, False, reason=reason, by="engine")
    rows = view.rows()
    proof = result.why(goal, rows[0])
    lines = program.source.text.split("\n")
    numbers = {node.rule_span.place[1] for node in proof.walk() if node.rule_span is not None}
    numbers |= {place.line for node in proof.walk() for place in node.own_places if place.line}
    used = tuple(
        Premise(n, lines[n - 1].strip(), Apply(goal)) for n in sorted(numbers) if n <= len(lines)
    )
    return Verdict(Status.PROVED, True, used, proof, by="engine")
