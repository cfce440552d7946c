"""The primitives in C++; what is plain NumPy there is so here (`arrays.py`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from trivium.engine.arrays import Arrays, order
from trivium.engine.contract import Clock, Context, Executor, Index
from trivium.engine.host import Column, Mask, Table, Values, plain
from trivium.engine.native.executor import NativeExecutor
from trivium.engine.native.module import available, native_module
from trivium.engine.native.relation import NativeStored, PairIndex
from trivium.engine.native.row_index import RowIndex, RowMatches
from trivium.errors import BackendError
from trivium.ir.nodes import Relation

if TYPE_CHECKING:
    from trivium.engine.relation import Stored

_native = native_module()


class Native(Arrays):
    """The primitives in C++. E403 where the native engine was not built."""

    name = "native"

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._clock: Clock | None = None
        if not available():
            raise BackendError(
                403,
                "the native engine was not built with this installation",
                hint="install a C++ compiler and reinstall, or use the backend `reference`",
            )

    def watch(self, clock: Clock) -> None:
        self._clock = clock

    def watched(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """A primitive that goes over many rows, for as long as there is time; E301."""
        clock = self._clock
        if clock is None:
            return function(*arguments, -1.0)
        try:
            return function(*arguments, clock.left())
        except TimeoutError:
            clock.check_time()
            raise

    def start(self, context: Context) -> Executor:
        return NativeExecutor(self.primitives, self.threads, context)

    def store(self, relation: Relation) -> Stored:
        return NativeStored(self.primitives, relation, self.threads, self.watched)

    def group(self, columns: Table, length: int) -> tuple[Column, Column]:
        if not columns:
            return np.zeros(length, np.int64), np.zeros(min(length, 1), np.int64)
        groups, firsts = self.watched(_native.group, [plain(c) for c in columns], length)
        return groups, firsts

    def seek(self, columns: Table, rows: int, keys: Table, length: int) -> tuple[Column, Column]:
        left, right = self.watched(
            _native.seek,
            [plain(column) for column in columns],
            rows,
            [plain(column) for column in keys],
            length,
            self.threads,
        )
        return left, right

    def fold(
        self, kind: str, keys: Table, values: Values | None, length: int
    ) -> tuple[Column, Values]:
        letter = "i" if values is None else values.dtype.kind
        given = None if values is None else np.ascontiguousarray(values)
        columns = [plain(column) for column in keys]
        kind = "sum" if kind == "count" else kind  # of ones
        firsts, results = self.watched(
            getattr(_native, _FOLD[letter]), kind, columns, given, length, self.threads
        )
        return firsts, results

    def build_index(self, keys: Table, rows: Column, covered: int) -> RowIndex:
        index = RowIndex(self, _native.RowIndex(len(keys)))
        index.extend(keys, rows, covered)
        return index

    def probe(self, index: Index, keys: Table, length: int) -> RowMatches:
        if isinstance(index, PairIndex):
            index = index.pairs()
        assert isinstance(index, RowIndex)
        return index.find(keys, length)

    def contains(self, index: Index, keys: Table, length: int) -> Mask:
        if isinstance(index, PairIndex):
            return index.contains(keys, length)
        return self.probe(index, keys, length).occurs

    def difference(self, columns: Table, length: int, index: Index) -> Column:
        return np.flatnonzero(~self.contains(index, columns, length))

    def sort(self, keys: Sequence[Values]) -> Column:
        whole = all(key.dtype in (np.int64, np.uint64) for key in keys)
        if not whole or not _FEW < len(keys[0]) < 2**32 - 1:
            return order(keys)
        rows: Column = self.watched(
            _native.sort, [np.ascontiguousarray(key) for key in keys], len(keys[0])
        )
        return rows

    def distinct(self, columns: Table, length: int) -> Column:
        return self.group(columns, length)[1]  # groups are numbered in the order of first sight

    def segment_reduce(self, kind: str, values: Values, groups: Column, count: int) -> Values:
        if kind == "count":
            return np.bincount(groups, minlength=count)
        reduce = getattr(_native, _REDUCE[values.dtype.kind])
        reduced: Values = reduce(kind, np.ascontiguousarray(values), plain(groups), count)
        return reduced


# So many rows NumPy sorts as fast.
_FEW = 512
_FOLD = {"i": "fold_numbers", "u": "fold_unsigned", "f": "fold_floats"}
_REDUCE = {"i": "reduce_numbers", "u": "reduce_unsigned", "f": "reduce_floats"}
