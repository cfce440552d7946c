"""The unit of an answer: that of the columns whose numbers flow into it, through the checked rules.

    answer(x) :- x = mean m : { rivers(length: m) }.                           km
    answer(d) :- rivers(name: "Nile", length: a), rivers(name: "Rhine", length: b), d = a - b.   km
    answer(p) :- rivers(name: "Nile", length: a), p = a * 100.0 / 6650.        km
    answer(n) :- n = count : { rivers(length: _) }.                            none: a count

A sum, mean, median, least and greatest value keep their unit, and so does what is added to or
taken from another value in it. A constant is in the unit of what it is added to, and bare where it
multiplies or divides. Two values in one unit have a bare ratio; any other product or ratio has a
unit that no cell shows, so none is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from itertools import islice

from trivium.ground.table import Table
from trivium.ir import nodes

# A column's unit is that of its first filled cells, so many at the most.
CELLS = 1000


class Bare(Enum):
    """A number without a unit: a constant of the program, what is counted (also a ratio), or any
    other, of which no unit is known."""

    CONSTANT = "constant"
    COUNT = "count"
    UNKNOWN = "unknown"


Unit = str | Bare
Columns = dict[tuple[str, int], Unit]

# Functors that keep the unit of their first argument, and those that give one of their arguments.
_KEEPING = frozenset("neg abs floor ceil round itof utof itou utoi ftoi ftou".split())
_KEEPING |= {"to_number", "to_unsigned", "to_float", "sql_floor", "sql_ceil", "sql_round"}
_CHOOSING = frozenset(("+", "-", "max", "min"))
_DIVIDING = frozenset(("/", "sql_divide", "sql_whole"))
_COUNTING = frozenset(("count", "exists", "forall"))
_MEASURING = frozenset("sum mean min max median top argmin argmax".split())


def unit_of(program: nodes.Program, relation: str, place: int, tables: Mapping[str, Table]) -> str:
    """The unit of a column of a relation, or an empty text. `tables` are those that the program
    reads, by the relations they are there."""
    known: Columns = {}
    for name, table in tables.items():
        if name in program.relations:
            for i, column in enumerate(program.relations[name].columns):
                known[name, i] = column_unit(table, column.name)
    for fact in program.facts:
        for i in range(len(fact.values)):
            known[fact.relation, i] = Bare.CONSTANT
    while True:
        before = dict(known)
        for rule in program.rules:
            _flow(rule, known)
        if known == before:  # a unit only ever becomes unknown, so this ends
            found = known.get((relation, place), Bare.UNKNOWN)
            return found if isinstance(found, str) else ""


def column_unit(table: Table, relation_column: str) -> Unit:
    """The unit that all cells of a column share, where it shows their numbers."""
    named = table.named(relation_column)
    if named is None or named[1] not in ("", "number"):
        return Bare.UNKNOWN
    column, view = named
    if not view and not column.type.numeric:
        return Bare.UNKNOWN
    filled = (cell for cell in column.cells if not cell.empty)
    units = {cell.unit for cell in islice(filled, CELLS)}
    return units.pop() or Bare.UNKNOWN if len(units) == 1 else Bare.UNKNOWN


def _flow(rule: nodes.Rule, known: Columns) -> None:
    """Carry the units of a rule's body into the columns of its head."""
    bound = _bound(rule.body, known, {})
    for i, arg in enumerate(rule.head.args):
        unit = None if arg is None else _unit(arg, bound)
        if unit is not None:
            place = rule.head.relation, i
            known[place] = unit if place not in known else _joined(known[place], unit)


def _bound(
    body: Iterable[nodes.Literal], known: Columns, outside: Mapping[str, Unit]
) -> dict[str, Unit]:
    """The units of a body's variables, as far as those of its relations are known."""
    bound = dict(outside)
    for literal in body:
        if isinstance(literal, nodes.Atom) and not literal.negated:
            for i, arg in enumerate(literal.args):
                unit = known.get((literal.relation, i))
                if isinstance(arg, nodes.Var) and unit is not None:
                    bound[arg.name] = _joined(bound.get(arg.name, unit), unit)
    while True:
        before = len(bound)
        for literal in body:
            if isinstance(literal, nodes.Aggregate) and literal.result.name not in bound:
                unit = _aggregated(literal, known, bound)
                if unit is not None:
                    bound[literal.result.name] = unit
            if isinstance(literal, nodes.Compare) and literal.op == "=":
                for one, other in (literal.left, literal.right), (literal.right, literal.left):
                    if isinstance(one, nodes.Var) and one.name not in bound:
                        unit = _unit(other, bound)
                        if unit is not None:
                            bound[one.name] = unit
        if len(bound) == before:
            return bound


def _aggregated(
    aggregate: nodes.Aggregate, known: Columns, outside: Mapping[str, Unit]
) -> Unit | None:
    if aggregate.kind in _COUNTING:
        return Bare.COUNT
    if aggregate.kind not in _MEASURING:
        return Bare.UNKNOWN
    return _unit(aggregate.values[0], _bound(aggregate.body, known, outside))


def _unit(term: nodes.Term, bound: Mapping[str, Unit]) -> Unit | None:
    """The unit of a term; None while that of a variable in it is not known."""
    if isinstance(term, nodes.Const):
        return Bare.CONSTANT
    if isinstance(term, nodes.Var):
        return bound.get(term.name)
    units = [_unit(arg, bound) for arg in term.args]
    known = [unit for unit in units if unit is not None]
    if len(known) < len(units) or not known:
        return None if units else Bare.UNKNOWN
    if term.functor in _KEEPING:
        return known[0]
    if term.functor in _CHOOSING:
        return _all_joined(known)
    if term.functor.startswith("sql_if_"):
        return _all_joined(known[1:])
    if term.functor == "*":
        return _product(known[0], known[1])
    if term.functor in _DIVIDING:
        return _ratio(known[0], known[1])
    return Bare.UNKNOWN


def _all_joined(units: Iterable[Unit]) -> Unit:
    first, *others = units
    for other in others:
        first = _joined(first, other)
    return first


def _joined(one: Unit, other: Unit) -> Unit:
    """The unit of a value that may be either, or of both added."""
    if one is Bare.CONSTANT:
        return other
    return one if other in (one, Bare.CONSTANT) else Bare.UNKNOWN


def _product(one: Unit, other: Unit) -> Unit:
    if one in (Bare.CONSTANT, Bare.COUNT):
        return other if other is not Bare.CONSTANT else one
    return one if other in (Bare.CONSTANT, Bare.COUNT) else Bare.UNKNOWN


def _ratio(one: Unit, other: Unit) -> Unit:
    if other in (Bare.CONSTANT, Bare.COUNT):
        return one
    return Bare.COUNT if one == other and isinstance(one, str) else Bare.UNKNOWN
