"""Every backend's primitives do what Python's sets, sorts and loops do."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trivium.engine.contract import Backend, Column
from trivium.engine.limits import Guard, Limits
from trivium.engine.native import Native, available
from trivium.engine.reference import Reference
from trivium.engine.relation import Stored
from trivium.errors import LimitError
from trivium.ir.nodes import Column as RelationColumn
from trivium.ir.nodes import Relation
from trivium.ir.types import Type

BACKENDS: list[Backend] = [Reference(), Native()] if available() else [Reference()]

cells = st.integers(-2, 2) | st.sampled_from([2**63 - 1, -(2**63)])
tables = st.integers(0, 3).flatmap(
    lambda width: st.tuples(
        st.just(width),
        st.lists(st.tuples(*[cells] * width), max_size=12),
        st.lists(st.tuples(*[cells] * width), max_size=12),
    )
)
Rows = list[tuple[int, ...]]


def columns(rows: Rows, width: int) -> list[Column]:
    return [np.array([row[c] for row in rows], np.int64) for c in range(width)]


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
@settings(max_examples=100, deadline=None, derandomize=True)
@given(tables)
def test_rows(backend: Backend, case: tuple[int, Rows, Rows]) -> None:
    width, left, right = case
    a, b = columns(left, width), columns(right, width)
    firsts = [i for i, row in enumerate(left) if row not in left[:i]]
    assert backend.distinct(a, len(left)).tolist() == firsts

    groups, first = backend.group(a, len(left))
    assert sorted(first.tolist()) == firsts
    assert [left[first[group]] for group in groups.tolist()] == left

    half = len(right) // 2  # an index that follows a growing table
    index = backend.build_index(b, np.arange(half), half)
    index.extend(b, np.arange(half, len(right)), len(right))
    assert index.covered == len(right)
    pairs = backend.probe(index, a, len(left))
    probing, indexed = pairs.expand()
    expected = [(i, j) for i, j in itertools.product(range(len(left)), range(len(right)))
                if left[i] == right[j]]  # fmt: skip
    assert sorted(zip(probing.tolist(), indexed.tolist(), strict=True)) == expected
    assert pairs.total >= len(expected)
    held = [row in right for row in left]
    if width:
        seeking, sought = backend.seek(b, len(right), a, len(left))
        assert sorted(zip(seeking.tolist(), sought.tolist(), strict=True)) == expected
        assert sought.tolist() == sorted(sought.tolist())
    assert backend.contains(index, a, len(left)).tolist() == held
    assert backend.difference(a, len(left), index).tolist() == [
        i for i, there in enumerate(held) if not there
    ]


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-5, 5)), max_size=20))
def test_columns(backend: Backend, rows: list[tuple[int, int]]) -> None:
    keys, values = columns(rows, 2)
    order = backend.sort([keys, values]).tolist()
    assert [rows[i] for i in order] == sorted(rows)
    assert backend.gather([keys, values], np.array(order, np.int64))[0].tolist() == sorted(keys)
    assert backend.filter([values], values > 0)[0].tolist() == [v for _, v in rows if v > 0]
    assert backend.map("+", [keys, values]).tolist() == [k + v for k, v in rows]
    assert backend.merge(values, 1 if rows else 0, keys).tolist()[: 1 + len(rows)] == [
        *values[:1].tolist(),
        *keys.tolist(),
    ]
    groups = {k: [v for g, v in rows if g == k] for k in range(5)}
    for kind, reduce in (("sum", sum), ("min", min), ("max", max), ("count", len)):
        reduced = backend.segment_reduce(kind, columns(rows, 2)[1], keys, 5)
        for k, members in groups.items():
            assert int(reduced[k]) == (reduce(members) if members else 0)  # type: ignore[operator]
    for kind, reduce in (("sum", sum), ("min", min), ("max", max), ("count", len)):
        firsts, folded = backend.fold(kind, [keys], None if kind == "count" else values, len(rows))
        found = {rows[i][0]: int(v) for i, v in zip(firsts.tolist(), folded, strict=True)}
        assert found == {k: reduce(members) for k, members in groups.items() if members}  # type: ignore[operator]
        assert sorted(firsts.tolist()) == [
            i for i, (k, _) in enumerate(rows) if k not in [key for key, _ in rows[:i]]
        ]


KEYS = {
    "in order": np.arange(200_000),
    "mixed": np.random.default_rng(2).permutation(200_000),
    "one far off, then near ones": np.concatenate([[900_000], np.arange(199_999)]),
    "far apart": np.random.default_rng(2).integers(-(2**62), 2**62, 200_000),
    "few": np.random.default_rng(2).integers(0, 50, 200_000),
}


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("values", [np.int64, np.uint64, np.float64])
def test_many_keys_fold_alike(name: str, values: type) -> None:
    keys = np.ascontiguousarray(KEYS[name], np.int64)
    numbers = (np.arange(len(keys)) % 1000).astype(values)
    pair = [keys, keys // 3]
    for table in ([keys], pair):
        results = []
        for backend in (*BACKENDS, *([Native(3)] if available() else [])):
            firsts, folded = backend.fold("sum", table, numbers, len(keys))
            order = np.argsort(firsts)
            results.append((firsts[order].tolist(), folded[order].tolist()))
        assert all(result == results[0] for result in results)


@pytest.mark.skipif(not available(), reason="the native engine was not built")
@pytest.mark.parametrize("name", KEYS)
def test_many_rows_are_sought_alike(name: str) -> None:
    keys = np.ascontiguousarray(KEYS[name], np.int64)
    few = np.random.default_rng(4).choice(keys, 300)
    table, small = [keys, keys % 7], [few, few % 7]
    one, other = (b.seek(table, len(keys), small, 300) for b in (Reference(), Native(2)))
    for pairs in (one, other):
        assert (few[pairs[0]] == keys[pairs[1]]).all()
    assert sorted(zip(*map(np.ndarray.tolist, one), strict=True)) == sorted(
        zip(*map(np.ndarray.tolist, other), strict=True)
    )


@pytest.mark.skipif(not available(), reason="the native engine was not built")
@pytest.mark.parametrize("kinds", ["i", "u", "iu", "ii", "iiu"])
@pytest.mark.parametrize("spread", [3, 1000, 2**63 - 1])
def test_sorting_many_rows(kinds: str, spread: int) -> None:
    chance = np.random.default_rng(len(kinds))
    keys: list[Column] = [chance.integers(-spread, spread, 2000) for _ in kinds]
    typed = [k.view(np.uint64) if kind == "u" else k for k, kind in zip(keys, kinds, strict=True)]
    assert Native().sort(typed).tolist() == Reference().sort(typed).tolist()


class Over:
    """A clock whose time is over."""

    def left(self) -> float:
        return 0.0

    def check_time(self) -> None:
        raise LimitError(301, "the time is over")


@pytest.mark.skipif(not available(), reason="the native engine was not built")
def test_long_primitives_stop_when_the_time_is_over() -> None:
    column = np.arange(300_000) % 7
    few = np.arange(3)
    backend = Native()
    index = backend.build_index([few], few, 3)
    backend.watch(Over())
    steps: list[Callable[[], object]] = [
        lambda: backend.group([column], len(column)),
        lambda: backend.group([column, column], len(column)),
        lambda: backend.fold("sum", [column], column, len(column)),
        lambda: backend.sort([column, column]),
        lambda: backend.seek([column], len(column), [few], 3),
        lambda: backend.build_index([column], np.arange(len(column)), len(column)),
    ]
    for step in steps:
        with pytest.raises(LimitError, match="E301"):
            step()
    assert backend.probe(index, [few], 3).total == 3  # short ones go on


@pytest.mark.skipif(not available(), reason="the native engine was not built")
def test_an_index_that_was_stopped_is_made_anew() -> None:
    relation = Relation("t", (RelationColumn("x", Type.NUMBER),))
    backend = Native()
    stored = Stored(backend, relation)
    stored.give([np.arange(1000)], 1000, [None])
    assert stored.index((0,)).covered == 1000
    stored.derive([np.arange(300_000)], 300_000, 1, 0)
    stored.see_all()
    backend.watch(Over())
    with pytest.raises(LimitError):
        stored.index((0,))
    backend.watch(Guard(Limits()))
    found = backend.probe(stored.index((0,)), [np.arange(300_000)], 300_000)
    assert found.counts().tolist() == [1] * 300_000


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
@settings(max_examples=50, deadline=None, derandomize=True)
@given(tables)
def test_rows_that_are_said_to_differ(backend: Backend, case: tuple[int, Rows, Rows]) -> None:
    width, first, then = case
    first = list(dict.fromkeys(first))
    relation = Relation("t", tuple(RelationColumn(f"c{n}", Type.NUMBER) for n in range(width)))
    stored = backend.store(relation)
    assert stored.derive(columns(first, width), len(first), 1, 0, True) == len(first)
    fresh = list(dict.fromkeys(row for row in then if row not in first))
    assert stored.derive(columns(then, width), len(then), 1, 1) == len(fresh)
    assert list(zip(*(c.tolist() for c in stored.columns), strict=True)) == (
        [*first, *fresh] if width else []
    )
    assert stored.length == len(first) + len(fresh)
