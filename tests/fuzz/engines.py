"""The engines that must agree: each runs a case and gives its relations, or says why not.

ENGINES["oracle"](case)  ->  Outcome(rows={"r0": {...}, ...})
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from tests.fuzz.functors import UndefinedError
from tests.fuzz.oracle import Oracle, TooLargeError
from tests.fuzz.programs import Case
from tests.fuzz.values import Row, plain, shown

import trivium.optimise
from trivium.analyse.components import write_out
from trivium.errors import TriviumError
from trivium.program import Limits, Program

ROWS = 20_000
LIMITS = Limits(seconds=20, rows=ROWS)


@dataclass(frozen=True)
class Outcome:
    """The rows of every relation, or the kind of trouble: an error's number or `large`."""

    rows: dict[str, set[Row]] = field(default_factory=dict)
    trouble: str = ""
    message: str = ""

    def differs(self, other: Outcome) -> bool:
        return self.trouble != other.trouble or self.rows != other.rows


def oracle(case: Case) -> Outcome:
    try:
        rows = Oracle(write_out(case.program), case.data).run()
    except TooLargeError:
        return Outcome(trouble="large")
    except UndefinedError:
        return Outcome(trouble="undefined")
    return Outcome({n: {tuple(map(shown, row)) for row in found} for n, found in rows.items()})


def reference(case: Case) -> Outcome:
    try:
        result = Program(case.text).run(limits=LIMITS, **case.data)
    except TriviumError as error:
        return Outcome(trouble=f"E{error.number}", message=str(error))
    rows = {}
    for name in result.relations:
        found = result[name].rows()
        rows[name] = _canonical(found)
        if len(rows[name]) != len(found):
            return Outcome(trouble=f"`{name}` holds a row twice")
    return Outcome(rows)


def _canonical(rows: Iterable[Row]) -> set[Row]:
    return {tuple(plain(v) if isinstance(v, float) else v for v in row) for row in rows}


def without(passes: tuple[str, ...], case: Case) -> Outcome:
    """The reference with some optimisation passes left out."""
    every = trivium.optimise.PASSES
    trivium.optimise.PASSES = tuple(p for p in every if p.__name__ not in passes)
    try:
        return reference(case)
    finally:
        trivium.optimise.PASSES = every


_PASSES = tuple(p.__name__ for p in trivium.optimise.PASSES)
ENGINES: dict[str, Callable[[Case], Outcome]] = {
    "oracle": oracle,
    "reference": reference,
    "unoptimised": partial(without, _PASSES),
    **{f"without_{name}": partial(without, (name,)) for name in _PASSES},
}


def mismatch(case: Case, engines: Iterable[str]) -> str | None:
    """How the engines differ on a case; None if they agree, or the case is too large to tell."""
    outcomes = {name: ENGINES[name](case) for name in engines}
    first, *others = outcomes
    for name in others:
        one, other = outcomes[first], outcomes[name]
        if "large" in (one.trouble, other.trouble):
            continue
        if one.differs(other):
            return f"{first} and {name} differ\n{_difference(one, other)}"
    return None


def _difference(one: Outcome, other: Outcome) -> str:
    if one.trouble or other.trouble:
        return f"{one.trouble or 'rows'} {one.message}\n{other.trouble or 'rows'} {other.message}"
    lines = []
    for name in sorted(one.rows.keys() | other.rows.keys()):
        left, right = one.rows.get(name), other.rows.get(name)
        if left is None or right is None:
            lines.append(f"{name}: only in the {'second' if left is None else 'first'}")
        elif left != right:
            lines.append(f"{name}: only first {left - right}, only second {right - left}")
    return "\n".join(lines)
