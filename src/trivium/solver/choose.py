"""Problems over finite sorts: which option stands, or what is possible.

    must be true      the constraints and its denial have no model; the core says why
    could be true     the constraints and the option have a model
    cannot be true    they have none; the core says why
    the same effect   in place of the constraint that the question quotes, it has the same models

The answer is the one option that passes its test; where none or several do, it is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from trivium.errors import LimitError, ProgramError
from trivium.solver.complete import complete
from trivium.solver.finite import Finite
from trivium.solver.fit import fit
from trivium.solver.forms.fol_printer import show
from trivium.solver.forms.mends import Mend
from trivium.solver.forms.problem import Choice, Problem
from trivium.solver.propositions import Cases
from trivium.solver.verdict import Option, Premise, Status, Verdict
from trivium.solver.z3_bridge import Search

# Values looked for, when it is asked what is possible.
MOST_POSSIBLE = 2000
# A reading that says something, though perhaps not what was meant: no answer rests on it.
DOUBTFUL = frozenset(("value-as-truth",))


def choose(problem: Problem, seconds: float, mends: list[Mend]) -> Verdict:
    """The verdict. Raises E220 to E224 for what has no meaning, E305, E401 without Z3."""
    problem = fit(complete(problem, mends), mends)
    search = Search(seconds, finite=True)
    finite = Finite(problem, search, mends)
    premises = {}
    for number, constraint in enumerate(problem.constraints, 1):
        text = f"{constraint.text}   {constraint.said}" if constraint.said else constraint.text
        premises[number] = Premise(number, text, constraint.tree, constraint.span)
        search.premise(number, finite.for_z3(finite.formula(constraint.tree)))
    goals: list[list[Any] | ProgramError] = []
    for number, choice in enumerate(problem.options):
        try:
            goals.append(_goals(choice, finite, search, number, problem))
        except ProgramError as meaningless:
            goals.append(meaningless)
    outcome = search.check()
    core = tuple(premises[n] for n in search.core)
    if outcome == "unsat":
        reason = "the constraints contradict each other, so everything would follow"
        return Verdict(Status.CONTRADICTORY, used=core, reason=reason, by="z3")
    if outcome == "unknown":
        return Verdict(Status.UNKNOWN, reason=search.reason, by="z3")
    if not problem.options:
        return _possible(finite, search)
    options = [
        Option(
            choice.label, choice.text, choice.sense, None, reason=f"E{goal.number} {goal.message}"
        )
        if isinstance(goal, ProgramError)
        else _tested(choice, goal, search, premises, problem)
        for choice, goal in zip(problem.options, goals, strict=True)
    ]
    verdict = _decided(options)
    if any(mend.name in DOUBTFUL for mend in mends):
        reason = "a number stands where a condition belongs, so what was meant is not certain"
        return replace(verdict, status=Status.UNKNOWN, value=None, used=(), reason=reason)
    return verdict


def _goals(
    choice: Choice, finite: Finite, search: Search, number: int, problem: Problem
) -> list[Any]:
    """A marker for each check of the option: all formulas together, or each of a list."""
    z3 = search.z3
    parts = [finite.formula(formula) for formula in choice.formulas]
    if choice.test == "same":
        if len(parts) == 1:
            parts.append(finite.formula(problem.constraints[quoted(choice, problem) - 1].tree))
        new, old = parts
        wanted = [finite.all([new, finite.denial(old)]), finite.all([old, finite.denial(new)])]
    elif choice.test in ("optimum", "each"):
        wanted = parts
    elif choice.test == "list":
        wanted = [finite.denial(finite.any(parts)), *parts]
    elif choice.test == "valid":
        wanted = [finite.denial(finite.all(parts))]
    else:
        wanted = [finite.all(parts)]
    markers = []
    for place, proposition in enumerate(wanted):
        marker = z3.Bool(f"option!{number}!{place}", search.context)
        search.law(z3.Implies(marker, finite.for_z3(proposition)))
        markers.append(marker)
    return markers


def quoted(choice: Choice, problem: Problem) -> int:
    """The number of the constraint that an option stands in for: the one that it says itself, if
    any (else 0), or that the question quotes; E221 where there is none."""
    asked = _plain(problem.question)
    for number, constraint in enumerate(problem.constraints, 1):
        said = _plain(constraint.said)
        if len(choice.formulas) == 2:
            if show(constraint.tree) == show(choice.formulas[1]):
                return number
        elif said and said in asked:
            return number
    if len(choice.formulas) == 2:
        return 0
    message = "the question quotes no constraint that this could stand in for"
    hint = "repeat in the question the words after `:::` of the constraint"
    raise ProgramError(221, message, choice.span, hint=hint)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _tested(
    choice: Choice, markers: Sequence[Any], search: Search, premises: dict[int, Premise],
    problem: Problem,
) -> Option:  # fmt: skip
    outcomes = []
    core: set[int] = set()
    replaced = quoted(choice, problem) if choice.test == "same" else 0
    for marker in markers:
        outcomes.append(search.check(marker, without=replaced))
        core |= set(search.core)
    reason = search.reason
    passed: bool | None
    if "unknown" in outcomes:
        passed = None
    elif choice.test in ("sat", "each"):
        passed = all(found == "sat" for found in outcomes)
    elif choice.test == "optimum":
        passed = outcomes == ["sat", "unsat"]
    elif choice.test == "list":
        passed = outcomes[0] == "unsat" and all(found == "sat" for found in outcomes[1:])
    else:
        passed = set(outcomes) == {"unsat"}
    holds = None if passed is None else passed != choice.negated
    used = tuple(premises[n] for n in sorted(core))
    return Option(choice.label, choice.text, choice.sense, holds, used, reason)


def _decided(options: list[Option]) -> Verdict:
    standing = [option for option in options if option.holds]
    late = [option for option in options if option.holds is None]
    if len(standing) == 1 and not late:
        answer = standing[0]
        # Where the answer is a model's existence, what rules the others out is the evidence.
        used = answer.used or tuple(
            sorted({p for o in options for p in o.used}, key=lambda p: p.number)
        )
        return Verdict(Status.PROVED, answer.label, used, options=tuple(options), by="z3")
    if late:
        reason = f"option {late[0].label} was not decided: {late[0].reason}"
    elif standing:
        reason = f"{len(standing)} options pass: {', '.join(o.label for o in standing)}"
    else:
        reason = "no option passes its test"
    return Verdict(Status.UNKNOWN, options=tuple(options), reason=reason, by="z3")


def _possible(finite: Finite, search: Search) -> Verdict:
    """What each variable or cell may be, and one solution."""
    model = search.solver.model()
    example: dict[str, object] = {}
    possible: dict[str, tuple[object, ...]] = {}
    looked = 0
    for name, cell in finite.cells():
        rows = (
            cell.rows if isinstance(cell, Cases) else ((True, cell), (False, search.z3.Not(cell)))
        )
        example[name] = next((v for v, g in rows if search.z3.is_true(model.eval(g, True))), None)
        looked += len(rows)
        if looked > MOST_POSSIBLE:
            raise LimitError(305, f"there are more than {MOST_POSSIBLE:,} values to look for")
        found = [v for v, g in rows if search.check(g) == "sat"]
        possible[name] = tuple(v if isinstance(v, int) else str(v) for v in found)
    example = {n: v if isinstance(v, int) else str(v) for n, v in example.items()}
    return Verdict(Status.SATISFIABLE, possible=possible, example=example, by="z3")
