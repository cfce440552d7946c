"""Mark the joins of a cyclic body that an engine may do as intersections.

    triangle(x, y, z) :- edge(x, y), edge(y, z), edge(z, x).

    scan edge binds x y; join edge on y binds z (meeting the next 1); semi-join edge on z x

For each x and y, z is in the rows of y and in those of x: where these are of very different sizes,
going through the smaller side and checking in the other costs the smaller side only (the step of
Ngo, Porat, Ré and Rudra's joins, 2012). Steps and rows stay what they are; only joins that are
expected to make more rows than the other side has are marked, for each mark may cost an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trivium.ir.nodes import Var
from trivium.plan.statistics import Statistics
from trivium.plan.steps import Match, Step, Version


def mark_meets(
    steps: Sequence[Step], expected: Sequence[float], known: Statistics
) -> tuple[Step, ...]:
    """The steps, with `meets` on the joins whose new variable is checked right after."""
    marked = list(steps)
    for place, step in enumerate(steps):
        if not isinstance(step, Match) or known.classes(step.relation) is not None:
            continue
        if _binds_one(step) and place < len(expected):
            following = 0
            for other in steps[place + 1 :]:
                if not (isinstance(other, Match) and _checks(other, step.binds[0][1])):
                    break
                if known.classes(other.relation) is not None:
                    break
                if expected[place] <= known.rows(other.relation):
                    break
                following += 1
            marked[place] = replace(step, meets=following)
    return tuple(marked)


def _binds_one(step: Match) -> bool:
    known = [term for _, term in step.keys if isinstance(term, Var)]
    plain = not (step.exists or step.equal or step.row is not None or step.inputs is not None)
    return plain and bool(known) and len(step.binds) == 1 and step.version is Version.FULL


def _checks(step: Match, name: str) -> bool:
    """Whether the step only checks the variable, once, beside something bound before."""
    names = [term.name for _, term in step.keys if isinstance(term, Var)]
    plain = step.exists and not step.equal and step.version is Version.FULL and not step.binds
    plain = plain and step.inputs is None
    return plain and names.count(name) == 1 and len(names) > 1
