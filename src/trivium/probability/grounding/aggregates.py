"""Aggregates over uncertain rows: which results are possible, and what each rests on.

    0.5::p(1).  0.5::p(2).   n = count : { p(_) }      @fold_1(0)  @fold_1(1)  @fold_1(2)

The bindings of an aggregate's body are taken in one by one, and results so far that are equal are
followed as one, each with a node: n uncertain rows have n + 1 counts, and not 2 ^ n ways to them.
The results are the rows of a relation that the rule reads in place of the aggregate.
Raises ProgramError 286 for an aggregate that has too many results, or is not of these kinds.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from trivium.engine.bindings import UNIT, Bindings
from trivium.engine.evaluate import Evaluator
from trivium.engine.functors import to_text
from trivium.engine.load import Loader
from trivium.engine.values import encode
from trivium.errors import ProgramError
from trivium.ir.nodes import Aggregate, Atom, Literal, Program, Stratum, reads
from trivium.ir.types import Type
from trivium.plan.build import plan_body
from trivium.plan.order import term_variables
from trivium.plan.statistics import Statistics
from trivium.probability.grounding.relax import Fold, Relaxed, without
from trivium.syntax.written import show_literal

ROW = "#row"
# So many different results of one aggregate are followed.
MOST = 1 << 14
# A row of a relation; `holds` is whether it must hold, or must not.
Part = tuple[str, int, bool]
Add = Callable[[Any, Any], Any]


@dataclass(slots=True)
class Group:
    """The bindings of one group: of each, its value, and the uncertain rows that it rests on; and
    of each possible result its row in the fold's relation."""

    items: list[tuple[Any, tuple[Part, ...]]] = field(default_factory=list)
    results: dict[Any, int] = field(default_factory=dict)


class Folds:
    """The folds of one run. `prepare` gives the relations of a stratum their rows."""

    def __init__(self, relaxed: Relaxed) -> None:
        self.folds = {fold.name: fold for fold in relaxed.folds}
        self.uncertain = relaxed.uncertain
        self.relaxed = relaxed
        self.groups: dict[str, dict[tuple[int, ...], Group]] = {}

    def prepare(
        self, loader: Loader, evaluator: Evaluator, known: Statistics, stratum: Stratum
    ) -> None:
        for name in stratum.relations:
            if name in self.folds:
                self._fill(self.folds[name], loader, evaluator, known)

    def _fill(self, fold: Fold, loader: Loader, evaluator: Evaluator, known: Statistics) -> None:
        aggregate = fold.aggregate
        start_and_add(aggregate)
        for name in reads(aggregate):  # no rule that is run may read it
            loader.load(name)
        groups: dict[tuple[int, ...], Group] = {}
        sure = {
            name: set(self.relaxed.sure(loader, name).tolist())
            for literal in aggregate.body
            for name in reads(literal) & self.uncertain
        }
        for key, value, every in self._bindings(fold, evaluator, known):
            parts = tuple([x for x in every if not (x[2] and x[1] in sure[x[0]])])
            groups.setdefault(key, Group()).items.append((value, parts))
        for key in self._asked(fold, evaluator):
            groups.setdefault(key, Group())
        if aggregate.kind == "string_join":
            for group in groups.values():
                group.items.sort(key=lambda item: _order(aggregate, item[0]))
        self.groups[fold.name] = groups
        keys: list[tuple[int, ...]] = []
        results: list[Any] = []
        for key, group in groups.items():
            for result in possible(aggregate, group, self.relaxed.program):
                group.results[result] = len(keys)
                keys.append(key)
                results.append(result)
        kind = aggregate.result.type
        symbols = evaluator.symbols
        encoded, _ = encode(results, kind, symbols, str)
        width = len(aggregate.group)
        columns = [np.array([key[n] for key in keys], np.int64) for n in range(width)]
        stored = evaluator.relations[fold.name]
        stored.give([*columns, encoded], len(keys), [None] * (width + 1))
        some = evaluator.relations[fold.some]
        columns = [np.array([key[n] for key in groups], np.int64) for n in range(width)]
        some.give(columns, len(groups), [None] * width)

    def _asked(self, fold: Fold, evaluator: Evaluator) -> Iterator[tuple[int, ...]]:
        """The groups that have a result even if no row is in them."""
        if fold.asked is not None:
            stored = evaluator.relations[fold.asked]
            columns = [stored.column(place).tolist() for place in range(stored.relation.arity)]
            yield from zip(*columns, strict=True) if columns else [()] * min(stored.length, 1)

    def _bindings(
        self, fold: Fold, evaluator: Evaluator, known: Statistics
    ) -> Iterator[tuple[tuple[int, ...], Any, tuple[Part, ...]]]:
        """Each way in which the body may hold: its group, its value, and what it rests on."""
        aggregate = fold.aggregate
        absent = [
            literal
            for literal in aggregate.body
            if isinstance(literal, Atom) and literal.negated and literal.relation in self.uncertain
        ]
        plain = without(aggregate.body, self.uncertain)
        terms = [*aggregate.values, *(arg for atom in absent for arg in atom.args if arg)]
        needed = {v.name for term in terms for v in term_variables(term)}
        needed |= {v.name for v in aggregate.group}
        steps = plan_body(plain, set(), known, needed, ROW)
        for table in evaluator.stream(steps, UNIT):
            yield from self._rows(aggregate, plain, absent, evaluator, table)

    def _rows(
        self,
        aggregate: Aggregate,
        plain: Sequence[Literal],
        absent: Sequence[Atom],
        evaluator: Evaluator,
        table: Bindings,
    ) -> Iterator[tuple[tuple[int, ...], Any, tuple[Part, ...]]]:
        length = table.length
        keys = [table.columns[v.name].tolist() for v in aggregate.group]
        values: list[Any] = [None] * length
        if aggregate.values:
            told = [
                evaluator.values(evaluator.evaluate(t, table), t.type) for t in aggregate.values
            ]
            values = list(told[0]) if len(told) == 1 else list(zip(*told, strict=True))
        parts: list[list[Part]] = [[] for _ in range(length)]
        for place, literal in enumerate(plain):
            if isinstance(literal, Atom) and literal.relation in self.uncertain:
                for own, row in zip(parts, table.columns[f"{ROW}{place}"].tolist(), strict=True):
                    own.append((literal.relation, row, True))
        for atom in absent:
            stored = evaluator.relations[atom.relation]
            columns = evaluator.evaluate_all([a for a in atom.args if a is not None], table)
            index = stored.index(tuple(range(len(columns))))
            left, right = evaluator.backend.probe(index, columns, length).expand()
            for binding, row in zip(left.tolist(), right.tolist(), strict=True):
                parts[binding].append((atom.relation, row, False))
        for n in range(length):
            yield tuple([column[n] for column in keys]), values[n], tuple(parts[n])


# --- the kinds -----------------------------------------------------------------------------------


def _least(state: Any, value: Any) -> Any:
    return value if state is None else min(state, value)


def _greatest(state: Any, value: Any) -> Any:
    return value if state is None else max(state, value)


def _sorted(state: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    return tuple(sorted((*state, value)))


def _best(state: Any, pair: Any, better: Callable[[Any, Any], bool]) -> Any:
    """The best measure so far, and all that reach it."""
    what, measure = pair
    if state is None or better(measure, state[0]):
        return measure, frozenset([what])
    return (measure, state[1] | {what}) if measure == state[0] else state


_KINDS: dict[str, tuple[Any, Add]] = {
    "count": (0, lambda state, _: state + 1),
    "exists": (0, lambda state, _: 1),
    "sum": (0, lambda state, value: state + value),
    "mean": ((0.0, 0), lambda state, value: (state[0] + value, state[1] + 1)),
    "min": (None, _least),
    "max": (None, _greatest),
    "argmin": (None, lambda state, pair: _best(state, pair, operator.lt)),
    "argmax": (None, lambda state, pair: _best(state, pair, operator.gt)),
    "median": ((), _sorted),
}


def start_and_add(aggregate: Aggregate) -> tuple[Any, Add]:
    """The result of no rows, and how one more is taken in; E286 for other kinds."""
    if aggregate.kind == "string_join" and aggregate.values[0].type is not Type.DATE:
        return None, partial(_joined, aggregate)
    found = _KINDS.get(aggregate.kind)
    if found is None:
        shown = ", ".join(f"`{kind}`" for kind in (*_KINDS, "string_join", "forall"))
        message = f"`{aggregate.kind}` is taken over uncertain rows"
        raise ProgramError(286, message, aggregate.span, hint=f"over them there are {shown}")
    start, add = found
    if aggregate.kind == "sum" and aggregate.result.type is Type.FLOAT:
        start = 0.0
    return start, add


def _order(aggregate: Aggregate, value: Any) -> Any:
    """What texts are joined in the order of: what they are told to, then themselves."""
    return value if len(aggregate.values) == 1 else (value[1], value[0])


def _joined(aggregate: Aggregate, state: str | None, value: Any) -> str:
    text = to_text(value if len(aggregate.values) == 1 else value[0])
    return text if state is None else f"{state}{aggregate.separator}{text}"


def results_of(aggregate: Aggregate, state: Any) -> tuple[Any, ...]:
    """The results that a state stands for: one, none, or all that tie."""
    match aggregate.kind:
        case "mean":
            return (state[0] / state[1],) if state[1] else ()
        case "argmin" | "argmax":
            return () if state is None else tuple(state[1])
        case "median":
            return _median(state, aggregate.result.type is Type.FLOAT)
        case "string_join":
            return ("" if state is None else state,)
    return () if state is None else (state,)


def _median(values: Sequence[Any], exact: bool) -> tuple[Any, ...]:
    if not values:
        return ()
    low, high = values[(len(values) - 1) // 2], values[len(values) // 2]
    return ((float(low) + float(high)) / 2,) if exact else (low,)


def possible(aggregate: Aggregate, group: Group, program: Program) -> list[Any]:
    """The results that a group may have."""
    start, add = start_and_add(aggregate)
    states = {start: None}
    for value, parts in group.items:
        moved = {add(state, value): None for state in states}
        states = {**states, **moved} if parts else moved
        if len(states) > MOST:
            message = (
                f"`{show_literal(aggregate, program)}` has more than {MOST:,} possible results"
            )
            hint = "count the rows, or take the least or greatest"
            raise ProgramError(286, message, aggregate.span, hint=hint)
    return list(dict.fromkeys([x for state in states for x in results_of(aggregate, state)]))
