"""The engines that must agree: each runs a case and gives its relations, or says why not.

ENGINES["oracle"](case)  ->  Outcome(rows={"r0": {...}, ...})
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache, partial
from math import inf
from random import Random
from typing import Any
from unittest.mock import patch

from tests.fuzz.functors import UndefinedError
from tests.fuzz.oracle import Oracle, TooLargeError
from tests.fuzz.programs import Case, Data
from tests.fuzz.terms import value
from tests.fuzz.values import Row, plain, shown

from trivium.analyse.components import write_out
from trivium.dialects.datalog.program import DatalogProgram
from trivium.engine.native import available
from trivium.errors import TriviumError
from trivium.ir.values import Term
from trivium.maintain import follow
from trivium.optimise import LEAN, PASSES, Pass, optimise
from trivium.plan.statistics import EVERYTHING, Planning
from trivium.program import Limits, Options, Program, Result

LIMITS = Limits(seconds=20, rows=300_000)


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


def engine(
    case: Case,
    backend: str | None,
    planning: Planning = EVERYTHING,
    passes: Sequence[Pass] = PASSES,
) -> Outcome:
    try:
        program = _compiled(case.text, tuple(passes))
        result = program.run(limits=LIMITS, backend=backend, planning=planning, **case.data)
    except TriviumError as error:
        return Outcome(trouble=f"E{error.number}", message=str(error))
    return _outcome(result)


@lru_cache(maxsize=8)
def _compiled(text: str, passes: tuple[Pass, ...]) -> Program:
    """One program for all the backends in turn: compiling takes longer than running does."""
    if not passes:
        return Program(text, passes=())
    program = copy(_compiled(text, ()))
    if program.checked.prepared.checked is None:  # its columns come with the data
        return Program(text, passes=passes)
    early = [run for run in passes if run not in LEAN]
    prepared = copy(program.checked.prepared)
    program.checked = DatalogProgram(prepared)
    prepared.passes, prepared._tiny = passes, {}
    prepared.checked = optimise(prepared.checked, early)
    return program


def _outcome(result: Result) -> Outcome:
    rows = {}
    for name in result.relations:
        found = result[name].rows()
        rows[name] = _canonical(found)
        if len(rows[name]) != len(found):
            return Outcome(trouble=f"`{name}` holds a row twice")
    return Outcome(rows)


def _canonical(rows: Iterable[Row]) -> set[Row]:
    return {tuple(map(_canonical_value, row)) for row in rows}


def _canonical_value(value: Any) -> Any:
    """The value with one object for what is no number: it would differ from itself in a term."""
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, tuple):
        return tuple(map(_canonical_value, value))
    if isinstance(value, Term):
        return replace(value, args=tuple(map(_canonical_value, value.args)))
    return value


def without(case: Case, backend: str, passes: tuple[str, ...]) -> Outcome:
    """The backend with some optimisation passes left out."""
    return engine(case, backend, passes=[p for p in PASSES if p.__name__ not in passes])


def demanded(case: Case, backend: str) -> Outcome:
    """Each relation by runs of its own, that are asked for it alone: whole, and by some rows."""
    every = engine(case, backend)
    if every.trouble:
        return every
    program = _compiled(case.text, PASSES)
    options = Options(limits=LIMITS, backend=backend)
    rows = {}
    try:
        for name, expected in every.rows.items():
            rows[name] = _canonical(program.start(options, {name: ()}, case.data)[name].rows())
            for row in sorted(expected, key=repr)[:2]:
                for column, value in enumerate(row):
                    if value is None or value != value:
                        continue
                    asked = tuple(value if c == column else None for c in range(len(row)))
                    part = program.start(options, {name: asked}, case.data)[name].rows()
                    if _canonical(part) != {r for r in expected if r[column] == value}:
                        return Outcome(trouble=f"`{name}` asked for {asked}: {part}")
    except TriviumError as error:
        return Outcome(trouble=f"E{error.number}", message=str(error))
    return Outcome(rows)


def updated(case: Case, backend: str | None, updates: int = 2) -> Outcome:
    """A run on other data, and updates that lead from there to the case's, however long they
    take."""
    with patch.object(follow, "allowed", lambda _: inf):
        return _updated(case, backend, updates)


def _updated(case: Case, backend: str | None, updates: int) -> Outcome:
    chance = Random(case.text)
    program = Program(case.text)
    try:
        derived = program.run(limits=LIMITS)
    except TriviumError:
        return Outcome(trouble="large")
    data = {name: list(rows) for name, rows in case.data.items()}
    changes = []
    for _ in range(updates):
        insert, delete = _change(chance, program, data)
        for name, rows in delete.items():  # what the text states is not the data's to delete
            kept = _canonical(derived[name].rows())
            delete[name] = [row for row in rows if tuple(map(shown, row)) not in kept]
        changes.append((insert, delete))
        for name, rows in insert.items():
            gone = [tuple(map(shown, row)) for row in rows]
            data[name] = [row for row in data[name] if tuple(map(shown, row)) not in gone]
        for name, rows in delete.items():
            data.setdefault(name, []).extend(rows)
    data = {name: rows for name, rows in data.items() if rows or name in case.data}
    try:
        program.run(limits=LIMITS, backend=backend, **data)
    except TriviumError:
        return Outcome(trouble="large")  # the other data may have no result
    try:
        for insert, delete in reversed(changes):
            result = program.update(insert=insert, delete=delete, limits=LIMITS)
    except TriviumError as error:
        return Outcome(trouble=f"E{error.number}", message=str(error))
    return _outcome(result)


def _change(chance: Random, program: Program, data: Data) -> tuple[Data, Data]:
    """Some rows of the data, and some others of any relation."""
    insert = {n: [row for row in rows if chance.random() < 0.4] for n, rows in data.items()}
    delete: Data = {}
    for name, relation in program.ir.relations.items():
        if name.startswith("@"):
            continue
        kinds = [column.type for column in relation.columns]
        own = {tuple(map(shown, row)) for row in data.get(name, ())}
        made = [
            tuple(value(chance, str(kind)) for kind in kinds) for _ in range(chance.randrange(3))
        ]
        if any(kind.structured for kind in kinds):
            continue
        delete[name] = [row for row in made if tuple(map(shown, row)) not in own]
    return insert, delete


def coded(case: Case, backend: str) -> Outcome:
    """All numbers that may be codes are, however near they lie."""
    with patch("trivium.engine.native.number_codes.NEAR", -inf):
        return engine(case, backend)


_PASSES = tuple(p.__name__ for p in PASSES)
_CHOICES = tuple(field.name for field in fields(Planning))
BACKENDS = ["reference", "native"] if available() else ["reference"]
ENGINES: dict[str, Callable[[Case], Outcome]] = {
    "oracle": oracle,
    "default": partial(engine, backend=None),  # closures over tuples, for a tiny case
    **{name: partial(engine, backend=name) for name in BACKENDS},
    "demanded": partial(demanded, backend=BACKENDS[-1]),
    "coded": partial(coded, backend=BACKENDS[-1]),
    "updated": partial(updated, backend=BACKENDS[-1]),
    "unoptimised": partial(without, backend=BACKENDS[-1], passes=_PASSES),
    "unplanned": partial(
        engine, backend=BACKENDS[-1], planning=Planning(**dict.fromkeys(_CHOICES, False))
    ),
    **{
        f"without_{name}": partial(without, backend=BACKENDS[-1], passes=(name,))
        for name in _PASSES
    },
    **{
        f"without_{name}": partial(
            engine, backend=BACKENDS[-1], planning=replace(EVERYTHING, **{name: False})
        )
        for name in _CHOICES
    },
}


def mismatch(case: Case, engines: Iterable[str]) -> str | None:
    """How the engines differ on a case; None if they agree, or the case is too large to tell."""
    outcomes = {name: ENGINES[name](case) for name in engines}
    first, *others = outcomes
    for name in others:
        one, other = outcomes[first], outcomes[name]
        if {"large", "E301", "E302", "E303"} & {one.trouble, other.trouble}:
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
