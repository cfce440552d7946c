"""Aggregates: from the bindings of a body, each with the number of its group, to results.

    sum over groups [0, 0, 1] of [3, 4, 5], three groups  ->  groups [0, 1, 2], results [7, 5, 0]

Every binding of the body's variables counts once, and an argument left free counts as a variable of
its own: `count : { t(_, g) }` counts rows of `t`, not different values of `g`.

- `argmin`, `argmax` give every tied row a result; `top k` gives the k greatest values, where equal
  values count as often as they occur.
- `median` of an even number of values is the mean of the middle two if the result is a float, else
  the lower one.
- `string_join` joins in the order of the values, or of those `by` which it is told to; a text as
  often as it occurs.
- texts compare by code point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trivium.engine.contract import Column, Columns, Rows, Values
from trivium.engine.functors import to_text
from trivium.engine.limits import Guard
from trivium.engine.symbols import SymbolTable
from trivium.engine.values import decode
from trivium.ir.nodes import Aggregate
from trivium.ir.types import Type

# About so many columns more are there while rows are sorted.
SORTED = 4
# (groups, results): the groups ascend; a group may have no result, or several
Results = tuple[Rows, Column]


@dataclass(frozen=True, slots=True)
class WholeFold:
    """An aggregate that a backend does in one pass with its grouping."""

    aggregate: Aggregate
    kind: str
    values: Values | None

    def of(self, keys: Sequence[Column]) -> tuple[str, Sequence[Column], Values | None]:
        return self.kind, keys, self.values

    def results(self, backend: Columns, found: Values, symbols: SymbolTable) -> Results:
        """By group; the result of no rows, where there is one, follows the last group."""
        column = backend.untyped(found, self.aggregate.result.type, symbols)
        if self.kind in ("count", "sum"):
            column = backend.concatenate([column, backend.constant(0, 1)])
        return backend.numbers(0, len(column)), column


def whole_fold(
    backend: Columns, aggregate: Aggregate, columns: Sequence[Column], symbols: SymbolTable
) -> WholeFold | None:
    """How to do an aggregate in one pass: counts, sums, and extremes of numbers."""
    kind, result = aggregate.kind, aggregate.result.type
    if kind == "count":
        return WholeFold(aggregate, kind, None)
    if kind not in ("sum", "min", "max"):
        return None
    own = aggregate.values[0].type
    if kind == "sum" and own is result and own in (Type.NUMBER, Type.UNSIGNED, Type.FLOAT):
        return WholeFold(aggregate, kind, backend.typed(columns[0], own, symbols))
    if kind != "sum" and own is result and own in (Type.NUMBER, Type.UNSIGNED):
        return WholeFold(aggregate, kind, backend.typed(columns[0], own, symbols))
    return None


class Folder:
    """Computes the results of one aggregate."""

    def __init__(
        self, backend: Columns, symbols: SymbolTable, aggregate: Aggregate, guard: Guard
    ) -> None:
        self.guard = guard
        self.backend = backend
        self.symbols = symbols
        self.aggregate = aggregate
        self.result_type = aggregate.result.type
        self.types = [term.type for term in aggregate.values]

    def fold(self, columns: list[Column], groups: Rows, count: int, limit: Column) -> Results:
        """`columns` are the values' columns, `limit` the k of each group for `top`."""
        match self.aggregate.kind:
            case "count":
                return self._every(self._reduce("count", groups, groups, count))
            case "exists":
                there = self._reduce("count", groups, groups, count) > 0
                return self._every(self.backend.choose(there, 1, 0))
            case "sum":
                return self._every(self._sum(columns[0], groups, count))
            case "mean":
                return self._mean(columns[0], groups, count)
            case "min" | "max" | "argmin" | "argmax":
                kept = self.decisive(columns, groups, count)
                return self._different(columns[0][kept], groups[kept])
            case "top":
                kept = self._top(columns[-1], groups, count, limit)
                return self._different(columns[0][kept], groups[kept])
            case "median":
                return self._median(columns[0], groups, count)
            case "string_join":
                return self.backend.numbers(0, count), self._join(columns, groups, count)
            case kind:
                raise AssertionError(f"no aggregate `{kind}`")

    def decisive(self, columns: list[Column], groups: Rows, count: int) -> Rows:
        """The bindings that reach the extreme of their group."""
        keys = self._sortable(columns[-1])
        kind = "min" if self.aggregate.kind.endswith("min") else "max"
        best = self._reduce(kind, keys, groups, count)
        return self.backend.where(keys == best[groups])

    def _reduce(self, kind: str, values: Values, groups: Rows, count: int) -> Values:
        return self.backend.segment_reduce(kind, values, groups, count)

    def _every(self, values: Values) -> Results:
        """A result for every group, in the type of the result."""
        column = self.backend.untyped(values, self.result_type, self.symbols)
        return self.backend.numbers(0, len(values)), column

    def _different(self, column: Column, groups: Rows) -> Results:
        rows = self.backend.distinct([groups, column], len(groups))
        groups, column = self.backend.gather([groups, column], rows)
        order = self.backend.sort([groups])
        return groups[order], column[order]

    def _sum(self, column: Column, groups: Rows, count: int) -> Values:
        if self.result_type is Type.FLOAT:
            return self._reduce("sum", self._floats(column), groups, count)
        values = self.backend.typed(column, self.types[0], self.symbols)
        return self._reduce("sum", values, groups, count)

    def _mean(self, column: Column, groups: Rows, count: int) -> Results:
        backend = self.backend
        sizes = self._reduce("count", groups, groups, count)
        filled = backend.where(sizes > 0)
        sums = self._reduce("sum", self._floats(column), groups, count)[filled]
        means = backend.map("/", [sums, backend.map("itof", [sizes[filled]])])
        return filled, backend.untyped(means, self.result_type, self.symbols)

    def _floats(self, column: Column) -> Values:
        values = self.backend.typed(column, self.types[0], self.symbols)
        return self.backend.map("itof", [values])

    def _sortable(self, column: Column) -> Values:
        """Integers in the order of what decides: the last of the aggregate's values."""
        return self.backend.sortable(column, self.types[-1], self.symbols)

    def _sorted(self, column: Column, groups: Rows) -> tuple[Rows, Rows, Rows]:
        """The bindings by group and value, where each group starts, and the groups' sizes."""
        self.guard.reserve(len(groups), SORTED)
        order = self.backend.sort([groups, self._sortable(column)])
        count = int(groups[order[-1]]) + 1 if len(groups) else 0
        sizes = self._reduce("count", groups, groups, count)
        return order, self.backend.running("sum", sizes) - sizes, sizes

    def _top(self, column: Column, groups: Rows, count: int, limit: Column) -> Rows:
        if count == 1 and 0 < int(limit[0]) < len(column) // 8:
            # Equal values give one result, so that all that equal the last may stay.
            self.guard.reserve(len(column), 2)
            values = self._sortable(column)
            least = self.backend.nth(values, len(values) - int(limit[0]))
            return self.backend.where(values >= least)
        order, starts, sizes = self._sorted(column, groups)
        owners = groups[order]
        from_end = sizes[owners] - (self.backend.numbers(0, len(order)) - starts[owners])
        return order[from_end <= limit[owners]]

    def _median(self, column: Column, groups: Rows, count: int) -> Results:
        backend = self.backend
        order, starts, sizes = self._sorted(column, groups)
        filled = backend.where(sizes > 0)
        low = column[order[starts[filled] + (sizes[filled] - 1) // 2]]
        if self.result_type is not Type.FLOAT:
            return filled, low
        high = column[order[starts[filled] + sizes[filled] // 2]]
        both = backend.map("+", [self._floats(low), self._floats(high)])
        two = backend.map("itof", [backend.constant(2, len(filled))])
        return filled, backend.untyped(backend.map("/", [both, two]), Type.FLOAT, self.symbols)

    def _join(self, columns: list[Column], groups: Rows, count: int) -> Column:
        self.guard.reserve(len(groups), SORTED)
        pairs = zip(columns, self.types, strict=True)
        keys = [self.backend.sortable(column, kind, self.symbols) for column, kind in pairs]
        order = self.backend.sort([groups, *reversed(keys)])
        column, groups = columns[0][order], groups[order]
        texts: list[list[str]] = [[] for _ in range(count)]
        for start, stop in self.guard.parts(len(column)):
            part = self.backend.host(column[start:stop])
            values = decode(part, None, self.types[0], self.symbols)
            for group, value in zip(groups[start:stop].tolist(), values, strict=True):
                texts[group].append(to_text(value))
        joined = self.symbols.encode(map(self.aggregate.separator.join, texts))
        return self.backend.own(joined)
