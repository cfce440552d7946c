"""The primitives that have one obvious way in NumPy: what all backends whose columns are NumPy's
arrays have alike.

What has several ways (to sort, to group, to find rows) each backend has of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from trivium.engine.contract import Columns
from trivium.engine.functors import FUNCTORS
from trivium.engine.host import Column, Mask, Values
from trivium.engine.symbols import SymbolTable
from trivium.engine.values import sortable, typed, untyped
from trivium.ir.types import Type


def order(keys: Sequence[Values]) -> Column:
    """The rows in ascending order of the keys, the first key first; equal rows keep theirs."""
    if len(keys) == 1:
        return np.argsort(keys[0], kind="stable")
    return np.lexsort(keys[::-1])


class Arrays:
    """Columns that are arrays of NumPy's."""

    @property
    def primitives(self) -> Columns:
        """What it is to those above, who give it none but its own arrays."""
        return cast("Columns", self)

    def own(self, cells: Values) -> Values:
        return cells

    def host(self, array: Any) -> Values:
        found: Values = array
        return found

    def column(self, cells: Sequence[int]) -> Column:
        return np.array(cells, np.int64)

    def typed(self, column: Column, kind: Type, symbols: SymbolTable) -> Values:
        return typed(column, kind, symbols)

    def untyped(self, values: Values, kind: Type, symbols: SymbolTable) -> Column:
        return untyped(values, kind, symbols)

    def sortable(self, column: Column, kind: Type, symbols: SymbolTable) -> Values:
        return sortable(column, kind, symbols)

    # --- cell by cell ----------------------------------------------------------------------------

    def constant(self, value: int, length: int) -> Values:
        return np.full(length, value)

    def numbers(self, start: int, stop: int) -> Column:
        return np.arange(start, stop)

    def concatenate(self, parts: Sequence[Values]) -> Values:
        return np.concatenate(parts)

    def repeat(self, array: Values, times: int | Column) -> Values:
        return np.repeat(array, times)

    def where(self, mask: Mask) -> Column:
        return np.flatnonzero(mask)

    def choose(self, mask: Mask, first: Any, second: Any) -> Values:
        chosen: Values = np.where(mask, first, second)
        return chosen

    def scatter(self, length: int, rest: int, rows: Column, values: Any) -> Values:
        cells = np.full(length, rest, getattr(values, "dtype", None))
        cells[rows] = values
        return cells

    def map(self, functor: str, arguments: Sequence[Values]) -> Values:
        with np.errstate(all="ignore"):
            return FUNCTORS[functor](*arguments)

    # --- in order --------------------------------------------------------------------------------

    def nth(self, values: Values, place: int) -> Any:
        found: object = np.partition(values, place)[place]
        return found

    def search(self, ordered: Values, values: Values) -> Column:
        return np.searchsorted(ordered, values, side="right")

    def running(self, kind: str, values: Values) -> Values:
        if kind == "min":
            least: Values = np.minimum.accumulate(values)
            return least
        with np.errstate(all="ignore"):
            return np.cumsum(values, dtype=values.dtype)

    # --- row by row ------------------------------------------------------------------------------

    def gather(self, columns: Sequence[Column], rows: Column) -> list[Column]:
        return [column[rows] for column in columns]

    def filter(self, columns: Sequence[Column], keep: Mask) -> list[Column]:
        return [column[keep] for column in columns]

    def merge(self, buffer: Values, length: int, more: Values) -> Values:
        needed = length + len(more)
        if needed > len(buffer):
            grown = np.empty(max(needed, 2 * len(buffer)), buffer.dtype)
            grown[:length] = buffer[:length]
            buffer = grown
        buffer[length:needed] = more
        return buffer
