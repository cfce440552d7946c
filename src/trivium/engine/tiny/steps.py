"""The steps of a plan as closures over lists of tuples.

    path(x, z) :- path(x, y), edge(y, z).
        scan path [delta]          [(x, y), ...]
        join edge on y             [(x, y, y, z), ...]
        head                       {(x, z), ...}

A tuple of bindings is the rows of the literals so far, one after the other; a layout tells the
place of each variable. What a program needs of indexes is settled when it is compiled; they are
filled when a run first reads them, and follow their relation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from trivium.engine.tiny.folds import folder
from trivium.engine.tiny.terms import (
    Functors,
    Row,
    Unfit,
    compile_compare,
    compile_term,
    constant,
    same,
)
from trivium.ir.nodes import Compare, Const, Term, Var
from trivium.plan.steps import Absent, Compute, Fold, Match, RulePlan, Step, Test, Version

# A join may make so many tuples, and is counted beforehand if it starts from more than a few.
MOST = 20_000
FEW = 20

# Tuples of bindings, no two the same.
Table = Collection[Row]
Index = dict[Any, list[Row]]


@dataclass(frozen=True, slots=True)
class Lookup:
    """An index: the rows of a relation that hold the constants, by the key columns."""

    relation: int
    keys: tuple[int, ...]
    constants: tuple[tuple[int, Any], ...] = ()
    equal: tuple[tuple[int, int], ...] = ()

    def add(self, index: Index, rows: Table) -> None:
        rows = self.select(rows)
        if len(self.keys) == 1:
            (place,) = self.keys
            for row in rows:
                index[row[place]].append(row)
        else:
            key = getter(self.keys)
            for row in rows:
                index[key(row)].append(row)

    def select(self, rows: Table) -> Table:
        for place, value in self.constants:
            rows = [row for row in rows if same(row[place], value)]
        for first, second in self.equal:
            rows = [row for row in rows if same(row[first], row[second])]
        return rows


class State:
    """One run: the visible rows of each relation, the last round's, and the indexes so far."""

    __slots__ = ("deltas", "indexes", "lookups", "rows")

    def __init__(self, rows: list[set[Row]], lookups: Sequence[Lookup]) -> None:
        self.rows = rows
        self.deltas: list[Table] = [()] * len(rows)
        self.lookups = lookups
        self.indexes: list[Index | None] = [None] * len(lookups)

    def index(self, number: int) -> Index:
        lookup = self.lookups[number]
        index: Index = defaultdict(list)
        lookup.add(index, self.rows[lookup.relation])
        self.indexes[number] = index
        return index

    def grow(self, relation: int, rows: set[Row], followed: Sequence[int]) -> None:
        """Show new rows; `followed` are the indexes of the relation."""
        self.rows[relation] |= rows
        for number in followed:
            index = self.indexes[number]
            if index is not None:
                self.lookups[number].add(index, rows)


Run = Callable[[State, Table], Table]
Derive = Callable[[State], set[Row]]


class Compiler:
    """Turns the plans of one program into closures, and collects the lookups that they read."""

    def __init__(self, relations: Sequence[str], arities: Sequence[int], functors: Functors):
        self.numbers = {name: number for number, name in enumerate(relations)}
        self.arities = arities
        self.functors = functors
        self.lookups: dict[Lookup, int] = {}

    def rule(self, plan: RulePlan) -> Derive:
        """From the state to the rows of the head, old ones among them."""
        steps, layout, width = self.steps(plan.steps[:-1], {}, 0)
        end = self._end(plan, layout, width)
        if not steps:
            return lambda state: end(state, UNIT)
        if len(steps) == 1:  # most rules
            (first,) = steps
            return lambda state: end(state, first(state, UNIT))

        def derive(state: State) -> set[Row]:
            table: Table = UNIT
            for step in steps:
                table = step(state, table)
                if not table:
                    return set()
            return end(state, table)

        return derive

    def _end(
        self, plan: RulePlan, layout: Mapping[str, int], width: int
    ) -> Callable[[State, Table], set[Row]]:
        """The last step of a plan, and the head; of a join that pairs one value of the left with
        one of the right, nothing else is put together."""
        steps, whole, _ = self.steps(plan.steps[-1:], layout, width)
        head = self.head(plan.head, whole)
        if not steps:
            return lambda state, table: head(table)
        last, (step,) = plan.steps[-1], steps
        if isinstance(last, Match) and not last.exists:
            relation = self.numbers[last.relation]
            lookup, keys = self._lookup(relation, last.keys, last.equal, layout)
            places = [whole[term.name] - width for term in plan.head if isinstance(term, Var)]
            if len(keys) == 1 and len(places) == len(plan.head) == 2:
                left, right = min(places), max(places)
                if left < 0 <= right:
                    turned = places[0] >= 0
                    return _joined(self._number(lookup), keys[0], width + left, right, turned)
        return lambda state, table: head(step(state, table))

    def delta(self, plan: RulePlan) -> int | None:
        """The relation whose last rows the plan reads, if it is recursive."""
        for step in plan.steps:
            if isinstance(step, Match) and step.version is Version.DELTA:
                return self.numbers[step.relation]
        return None

    def head(self, terms: Sequence[Term], layout: Mapping[str, int]) -> Callable[[Table], set[Row]]:
        if not terms:
            return lambda table: {()} if table else set()
        if all(isinstance(term, Var) for term in terms):
            places = tuple(layout[term.name] for term in terms if isinstance(term, Var))
            if len(places) == 1:
                (place,) = places
                return lambda table: {(row[place],) for row in table}
            pick = itemgetter(*places)
            return lambda table: set(map(pick, table))
        parts = [compile_term(term, layout, self.functors) for term in terms]
        return lambda table: {tuple([part(row) for part in parts]) for row in table}

    def steps(
        self, steps: Sequence[Step], layout: Mapping[str, int], width: int
    ) -> tuple[list[Run], dict[str, int], int]:
        """The closures of some steps, and how the tuples look that they give."""
        layout = dict(layout)
        made: list[Run] = []
        for step in steps:
            match step:
                case Match():
                    made.append(self._match(step, layout, width))
                    if not step.exists:
                        for column, name in step.binds:
                            layout[name] = width + column
                        width += self.arities[self.numbers[step.relation]]
                case Absent():
                    made.append(self._absent(step, layout))
                case Compute():
                    made.append(_compute(compile_term(step.term, layout, self.functors)))
                    layout[step.name] = width
                    width += 1
                case Test():
                    made.append(_test(step.compare, layout, self.functors))
                case Fold():
                    made.append(self._fold(step, layout))
                    if not step.checks:
                        layout[step.aggregate.result.name] = width
                        width += 1
                case _:
                    raise Unfit(type(step).__name__)
        return made, layout, width

    # --- atoms -----------------------------------------------------------------------------------

    def _lookup(
        self,
        relation: int,
        keys: Sequence[tuple[int, Term]],
        equal: Sequence[tuple[int, int]],
        layout: Mapping[str, int],
    ) -> tuple[Lookup, tuple[int, ...]]:
        """How to find the rows, and which places of a tuple hold the key."""
        constants, columns, places = [], [], []
        for column, term in keys:
            if isinstance(term, Const):
                constants.append((column, constant(term)))
            elif isinstance(term, Var) and term.name in layout:
                columns.append(column)
                places.append(layout[term.name])
            else:
                raise Unfit("key")
        return Lookup(relation, tuple(columns), tuple(constants), tuple(equal)), tuple(places)

    def _number(self, lookup: Lookup) -> int:
        return self.lookups.setdefault(lookup, len(self.lookups))

    def _match(self, step: Match, layout: Mapping[str, int], width: int) -> Run:
        relation = self.numbers[step.relation]
        lookup, places = self._lookup(relation, step.keys, step.equal, layout)
        if not places:
            return _scan(lookup, step.version, step.exists, first=not width)
        if step.version is Version.DELTA:
            raise Unfit("a delta that is not first")
        if not step.exists:
            return _join(self._number(lookup), getter(places), places)
        return self._semi_join(lookup, places, wanted=True)

    def _absent(self, step: Absent, layout: Mapping[str, int]) -> Run:
        relation = self.numbers[step.relation]
        lookup, places = self._lookup(relation, step.keys, (), layout)
        if places:
            return self._semi_join(lookup, places, wanted=False)

        def absent(state: State, table: Table) -> Table:
            return () if lookup.select(state.rows[relation]) else table

        return absent

    def _semi_join(self, lookup: Lookup, places: tuple[int, ...], wanted: bool) -> Run:
        key = getter(places)
        relation = lookup.relation
        whole = tuple(range(self.arities[relation]))
        if len(places) > 1 and lookup == Lookup(relation, whole):

            def among(state: State, table: Table) -> Table:
                rows = state.rows[relation]
                return [row for row in table if (key(row) in rows) is wanted]

            return among
        number = self._number(lookup)

        def found(state: State, table: Table) -> Table:
            index = state.indexes[number]
            if index is None:
                index = state.index(number)
            return [row for row in table if (key(row) in index) is wanted]

        return found

    # --- aggregates ------------------------------------------------------------------------------

    def _fold(self, step: Fold, layout: Mapping[str, int]) -> Run:
        key = rows_getter([layout[name] for name in step.group])
        group = {name: place for place, name in enumerate(step.group)}
        count = len(group)
        body, inner, width = self.steps(step.body, group, count)
        if step.condition:
            fold = self._forall(step, inner, width, count)
        else:
            fold = folder(step.aggregate, inner, group, self.functors)
        place = layout[step.aggregate.result.name] if step.checks else None

        def run(state: State, table: Table) -> Table:
            seeds = list(dict.fromkeys(map(key, table)))
            rows: Table = seeds
            for part in body:
                rows = part(state, rows)
            results = fold(state, seeds, rows)
            if place is not None:
                return [row for row in table if any(same(row[place], r) for r in results[key(row)])]
            return [(*row, result) for row in table for result in results[key(row)]]

        return run

    def _forall(
        self, step: Fold, layout: Mapping[str, int], width: int, count: int
    ) -> Callable[[State, Table, Table], Mapping[Row, Sequence[Any]]]:
        """1 for each group all of whose bindings satisfy the condition."""
        condition, _, _ = self.steps(step.condition, layout, width + 1)

        def fold(state: State, seeds: Table, rows: Table) -> Mapping[Row, Sequence[Any]]:
            numbered: Table = [(*row, number) for number, row in enumerate(rows)]
            for part in condition:
                numbered = part(state, numbered)
            satisfied = {row[width] for row in numbered}
            results = dict.fromkeys(seeds, (1,))
            for number, row in enumerate(rows):
                if number not in satisfied:
                    results[row[:count]] = (0,)
            return results

        return fold


UNIT: Table = [()]


def getter(places: Sequence[int]) -> Callable[[Row], Any]:
    """The key of a row: a value for one place, a tuple for several."""
    return itemgetter(*places)


def rows_getter(places: Sequence[int]) -> Callable[[Row], Row]:
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        (place,) = places
        return lambda row: (row[place],)
    return lambda row: ()


def _scan(lookup: Lookup, version: Version, exists: bool, first: bool) -> Run:
    """The rows of a version, beside each tuple of the table."""
    relation = lookup.relation
    delta = version is Version.DELTA
    plain = not lookup.constants and not lookup.equal

    def scan(state: State, table: Table) -> Table:
        rows = state.deltas[relation] if delta else state.rows[relation]
        if not plain:
            rows = lookup.select(rows)
        if first and table is UNIT and not exists:
            return rows
        found = list(rows)
        if exists:
            return table if found else ()
        if len(table) * len(found) > MOST:
            raise Unfit("large")
        return [left + right for left in table for right in found]

    return scan


def _join(number: int, key: Callable[[Row], Any], places: tuple[int, ...]) -> Run:
    place = places[0] if len(places) == 1 else None

    def join(state: State, table: Table) -> Table:
        find = _finder(state, number, key, table)
        if place is not None:
            return [left + right for left in table for right in find(left[place], ())]
        return [left + right for left in table for right in find(key(left), ())]

    return join


def _joined(
    number: int, place: int, first: int, second: int, turned: bool
) -> Callable[[State, Table], set[Row]]:
    """A join on one place: a value of each left row beside one of each right row, or `turned`."""
    key = getter([place])

    def joined(state: State, table: Table) -> set[Row]:
        find = _finder(state, number, key, table)
        if turned:
            return {
                (right[second], left[first]) for left in table for right in find(left[place], ())
            }
        return {(left[first], right[second]) for left in table for right in find(left[place], ())}

    return joined


def _finder(
    state: State, number: int, key: Callable[[Row], Any], table: Table
) -> Callable[[Any, Table], Table]:
    """Finds the rows of an index by their key; `Unfit` where those of a table are many."""
    index = state.indexes[number]
    if index is None:
        index = state.index(number)
    find = index.get
    if len(table) > FEW and sum([len(find(key(row), ())) for row in table]) > MOST:
        raise Unfit("large")
    return find


def _compute(of: Callable[[Row], Any]) -> Run:
    return lambda state, table: [(*row, of(row)) for row in table]


def _test(compare: Compare, layout: Mapping[str, int], functors: Functors) -> Run:
    holds, left, right = compile_compare(compare, layout, functors)
    if isinstance(compare.right, Const):
        value = constant(compare.right)
        return lambda state, table: [row for row in table if holds(left(row), value)]
    return lambda state, table: [row for row in table if holds(left(row), right(row))]
