"""The reference backend: NumPy, plain, and the definition of what every backend must do.

Rows are compared by one 64-bit key: the value itself for one column, a hash for several. A hash may
collide, so wherever keys are equal the columns themselves are compared too.

Sorts are stable wherever the order of equal rows shows, so that row numbers, and with them the
choice among proofs, are the same on every machine.

An index is a list of sorted runs, each more than twice as long as the next, so that following a
relation that grows by little costs little; short runs are merged at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trivium.engine.arrays import Arrays, order
from trivium.engine.contract import Clock, Context, Executor, Index
from trivium.engine.host import Column, Mask, Rows, Table, Values
from trivium.engine.relation import Stored
from trivium.engine.stepwise import Stepwise
from trivium.ir.nodes import Relation

_SEED = np.uint64(0x9E3779B97F4A7C15)
_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(29)
_SMALL = 2048


def row_keys(columns: Table, length: int) -> Column:
    """One integer for each row, equal for equal rows; exact for a single column."""
    if not columns:
        return np.zeros(length, np.int64)
    if len(columns) == 1:
        return columns[0]
    mixed = columns[0].view(np.uint64) * _SEED
    for column in columns[1:]:
        mixed ^= mixed >> _SHIFT
        mixed += column.view(np.uint64)
        mixed *= _FACTOR
    mixed ^= mixed >> _SHIFT
    return mixed.view(np.int64)


def same_rows(left: Table, left_rows: Rows, right: Table, right_rows: Rows) -> Mask:
    """Whether the paired rows of two tables are equal in every column."""
    same = np.ones(len(left_rows), np.bool_)
    for a, b in zip(left, right, strict=True):
        same &= a[left_rows] == b[right_rows]
    return same


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows sorted by key: `rows[starts[i]:starts[i + 1]]` have the key `keys[i]`."""

    sorted_keys: Column
    rows: Rows
    keys: Column
    starts: Rows

    @staticmethod
    def of(sorted_keys: Column, rows: Rows) -> _Run:
        first = np.ones(len(sorted_keys), np.bool_)
        np.not_equal(sorted_keys[1:], sorted_keys[:-1], out=first[1:])
        starts = np.append(np.flatnonzero(first), len(sorted_keys))
        return _Run(sorted_keys, rows, sorted_keys[starts[:-1]], starts)

    def find(self, keys: Column) -> tuple[Rows, Rows]:
        """Where the rows of each key start, and how many there are."""
        places = np.searchsorted(self.keys, keys)
        np.minimum(places, len(self.keys) - 1, out=places)
        starts = self.starts[places]
        counts = self.starts[places + 1] - starts
        counts[self.keys[places] != keys] = 0
        return starts, counts


class RunIndex:
    """Sorted runs over the key columns of a growing table."""

    def __init__(self) -> None:
        self.columns: Table = ()
        self.runs: list[_Run] = []
        self.covered = 0

    @property
    def keys(self) -> int:
        return sum(len(run.keys) for run in self.runs)

    def extend(self, keys: Sequence[Any], rows: Any, covered: int) -> None:
        self.columns = keys
        self.covered = covered
        if not len(rows):
            return
        new = row_keys([column[rows] for column in keys], len(rows))
        order = np.argsort(new, kind="stable")
        new, rows = new[order], rows[order]
        while self.runs and len(self.runs[-1].rows) < max(_SMALL, 2 * len(rows)):
            older = self.runs.pop()
            new = np.concatenate([older.sorted_keys, new])
            rows = np.concatenate([older.rows, rows])
            order = np.argsort(new, kind="stable")  # a merge: both halves are sorted
            new, rows = new[order], rows[order]
        self.runs.append(_Run.of(new, rows))


class RunMatches:
    """The places of each probing key in each run."""

    def __init__(self, index: RunIndex, keys: Table, length: int) -> None:
        self._index = index
        self._keys = keys
        wanted = row_keys(keys, length)
        self._order = np.argsort(wanted, kind="stable")  # a sorted search stays in the cache
        wanted = wanted[self._order]
        self._found = [(run, *run.find(wanted)) for run in index.runs]
        self.total = sum(int(counts.sum()) for _, _, counts in self._found)

    def probing(self) -> Rows:
        """The probing rows whose key occurs; exact for at most one column."""
        occurs = [self._order[counts > 0] for _, _, counts in self._found]
        return np.concatenate(occurs) if occurs else np.empty(0, np.int64)

    def counts(self) -> Rows:
        counted = np.zeros(len(self._order), np.int64)
        for _, _, counts in self._found:
            counted[self._order] += counts
        return counted

    def expand(self) -> tuple[Rows, Rows]:
        lefts, rights = [], []
        for run, starts, counts in self._found:
            left, places = expand_ranges(starts, counts)
            lefts.append(self._order[left])
            rights.append(run.rows[places])
        if not lefts:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        left = lefts[0] if len(lefts) == 1 else np.concatenate(lefts)
        right = rights[0] if len(rights) == 1 else np.concatenate(rights)
        if len(self._keys) > 1:
            same = same_rows(self._keys, left, self._index.columns, right)
            if not same.all():
                left, right = left[same], right[same]
        return left, right


def expand_ranges(starts: Rows, counts: Rows) -> tuple[Rows, Rows]:
    """For each range i, `counts[i]` times (i, starts[i] + 0, 1, 2, ...)."""
    owners = np.repeat(np.arange(len(starts)), counts)
    firsts = np.cumsum(counts) - counts
    places = np.arange(len(owners)) + (starts - firsts)[owners]
    return owners, places


class Reference(Arrays):
    """The primitives in NumPy."""

    name = "reference"

    def start(self, context: Context) -> Executor:
        return Stepwise(self.primitives, context)

    def watch(self, clock: Clock) -> None:
        """NumPy's steps are not cut up."""

    def store(self, relation: Relation) -> Stored:
        return Stored(self.primitives, relation)

    def sort(self, keys: Sequence[Values]) -> Rows:
        return order(keys)

    def distinct(self, columns: Table, length: int) -> Rows:
        return np.sort(self.group(columns, length)[1])

    def difference(self, columns: Table, length: int, index: Index) -> Rows:
        return np.flatnonzero(~self.contains(index, columns, length))

    def build_index(self, keys: Table, rows: Rows, covered: int) -> Index:
        index = RunIndex()
        index.extend(keys, rows, covered)
        return index

    def probe(self, index: Index, keys: Table, length: int) -> RunMatches:
        assert isinstance(index, RunIndex)
        return RunMatches(index, keys, length)

    def contains(self, index: Index, keys: Table, length: int) -> Mask:
        assert isinstance(index, RunIndex)
        found = np.zeros(length, np.bool_)
        matches = RunMatches(index, keys, length)
        found[matches.probing() if len(keys) <= 1 else matches.expand()[0]] = True
        return found

    def seek(self, columns: Table, rows: int, keys: Table, length: int) -> tuple[Rows, Rows]:
        index = self.build_index(keys, np.arange(length), length)
        right, left = self.probe(index, columns, rows).expand()
        order = np.argsort(right, kind="stable")
        return left[order], right[order]

    def group(self, columns: Table, length: int) -> tuple[Rows, Rows]:
        if not columns:
            return np.zeros(length, np.int64), np.zeros(min(length, 1), np.int64)
        keys = row_keys(columns, length)
        order = np.argsort(keys)
        before, after = order[:-1], order[1:]
        first = np.ones(length, np.bool_)
        np.not_equal(keys[before], keys[after], out=first[1:])
        if len(columns) > 1:
            same = same_rows(columns, before, columns, after)
            if np.any(~first[1:] & ~same):  # two rows with one hash: sort by the columns themselves
                order = np.lexsort(columns[::-1])
                first[1:] = ~same_rows(columns, order[:-1], columns, order[1:])
        groups = np.empty(length, np.int64)
        groups[order] = np.cumsum(first) - 1
        starts = np.flatnonzero(first)
        firsts = np.minimum.reduceat(order, starts) if length else order
        return groups, firsts

    def fold(
        self, kind: str, keys: Table, values: Values | None, length: int
    ) -> tuple[Rows, Values]:
        groups, firsts = self.group(keys, length)
        return firsts, self.segment_reduce(
            kind, groups if values is None else values, groups, len(firsts)
        )

    def segment_reduce(self, kind: str, values: Values, groups: Rows, count: int) -> Values:
        if kind == "count":
            return np.bincount(groups, minlength=count)
        reduced = np.zeros(count, values.dtype)
        if not len(groups):
            return reduced
        if kind == "sum" and values.dtype.kind == "f":  # in the order of the rows, one by one
            return np.bincount(groups, weights=values, minlength=count)
        order = np.argsort(groups, kind="stable")
        groups, values = groups[order], values[order]
        starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
        reduce = {"sum": np.add, "min": np.minimum, "max": np.maximum}[kind]
        reduced[groups[starts]] = reduce.reduceat(values, starts)
        return reduced
