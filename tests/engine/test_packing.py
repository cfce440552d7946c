"""Pairs that rules add are packed, rule by rule, and the rows stay the same.

before:  (7, 64), (7, 66), (9, 1)    8 bytes a row
after:   7: the bits 64 .. 127; 9: 1
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trivium import Program
from trivium.engine import native
from trivium.program import Limits

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native engine was not built with this installation"
)

Pairs = Any
SEGMENT = 1 << 18  # rows of a full segment


def relation(shards: int = 1) -> Any:
    return import_module("trivium._native").Relation(2, shards)


def add(core: Any, pairs: Pairs) -> None:
    columns = [np.ascontiguousarray(pairs[:, place], np.int64) for place in (0, 1)]
    core.insert(columns, len(pairs))


def rows_of(core: Any) -> Pairs:
    return np.stack([core.column(0), core.column(1)], axis=1)


def packed_rows(core: Any) -> Pairs:
    return np.stack([core.sample(0, 1), core.sample(1, 1)], axis=1)


def new_rows(parts: list[Pairs]) -> list[set[tuple[int, ...]]]:
    """The rows that each part adds to those before."""
    known: set[tuple[int, ...]] = set()
    found = []
    for part in parts:
        found.append(set(map(tuple, part.tolist())) - known)
        known |= found[-1]
    return found


# How pairs lie: firsts, how far apart these are, seconds, how far, whether in order of firsts.
SHAPES = {
    "dense": (60, 1, 900, 1, False),
    "dense, by first": (60, 1, 900, 1, True),
    "far apart": (60, 30_000_000, 900, 4_000_000, False),
    "far apart, by first": (60, 30_000_000, 900, 4_000_000, True),
    "few a first": (9_000, 1, 40, 1, False),
    "sparse": (40, 1, 4_000_000, 1, False),
    "negative firsts": (60, -5, 900, 1, False),
    "wide firsts": (60, 1 << 33, 900, 1, False),
    "wide seconds": (60, 1, 900, 1 << 33, False),
    "last that fits": (60, 1, 900, (2**32 - 2) // 899, False),
}


def pairs(shape: str, rows: int, seed: int) -> Pairs:
    firsts, one, seconds, other, by_first = SHAPES[shape]
    random = np.random.default_rng(seed)
    found = np.stack([random.integers(0, n, rows) for n in (firsts, seconds)], axis=1)
    found = found[np.argsort(found[:, 0], kind="stable")] if by_first else found
    return found * [one, other]


@given(
    st.lists(
        st.tuples(st.sampled_from(list(SHAPES)), st.sampled_from([3, 700, 5_000, 14_000])),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([1, 2]),
)
@settings(max_examples=50, deadline=None)
def test_rows_stay_with_the_rule_that_added_them(
    shapes: list[tuple[str, int]], shards: int
) -> None:
    parts = [pairs(shape, rows, seed) for seed, (shape, rows) in enumerate(shapes)]
    core = relation(shards)
    ends = [0]
    for part in parts:
        add(core, part)
        ends.append(core.length)
    wanted = new_rows(parts)
    packed = packed_rows(core)
    for fresh, start, end in zip(wanted, ends[:-1], ends[1:], strict=True):
        assert set(map(tuple, packed[start:end].tolist())) == fresh
        assert end - start == len(fresh)
    some = np.concatenate([*parts, np.array([[1, 2], [-1, 7], [5, 2**40]])])
    found = core.contains([np.ascontiguousarray(some[:, place]) for place in (0, 1)], len(some))
    every = set().union(*wanted)
    assert found.tolist() == [tuple(row) in every for row in some.tolist()]
    assert (rows_of(core) == packed).all()


@pytest.mark.parametrize("shape", ["dense", "far apart", "sparse"])
def test_full_segments_while_a_rule_adds(shape: str) -> None:
    part = pairs(shape, 3 * SEGMENT, 1)
    part[:, 0] += np.arange(len(part)) // 50_000 * 1_000  # more firsts as time goes on
    core = relation()
    add(core, part)
    packed = packed_rows(core)
    assert core.length > SEGMENT
    wanted = np.unique(part, axis=0)
    assert (np.unique(packed, axis=0) == wanted).all()
    assert (rows_of(core) == packed).all()


def test_dense_rows_take_less_than_a_byte() -> None:
    core = relation()
    every = np.stack(np.meshgrid(np.arange(700), np.arange(700)), axis=-1).reshape(-1, 2)
    add(core, np.random.default_rng(2).permutation(every))
    core.settle()
    before = core.bytes
    assert before < core.length
    core.column(0)
    assert core.bytes > 16 * core.length


RULES = """
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), path(y, z).
loop(x) :- path(x, x).
from_one(y) :- path(1, y).
back(y, x) :- path(x, y), path(y, x), x < y.
far(x, n) :- edge(x, _), n = count : { path(x, _) }.
either(x, y) :- path(x, y), y > 3.
either(y, x - 9) :- path(x, y), x < 12.
next(x, y) :- either(x, z), path(z, y), x < 9.
"""


@pytest.mark.parametrize("spread", [1, 14_000_000])
def test_rules_read_packed_rows(spread: int) -> None:
    edge = np.random.default_rng(5).integers(0, 150, (400, 2)) * spread
    program = Program(RULES)
    one, two, wanted = (
        program.run(edge=edge, backend=backend, limits=Limits(threads=threads))
        for backend, threads in (("native", 1), ("native", 2), ("reference", 1))
    )
    assert len(one["path"]) > 12_000
    for name in one.relations:
        assert one[name].arrow().equals(two[name].arrow()), name
        assert one[name].rows() == wanted[name].rows(), name


def test_proofs_of_packed_rows() -> None:
    edge = np.random.default_rng(6).permutation(
        [(x, (7 * x + k) % 300) for x in range(300) for k in (1, 2)]
    )
    program = Program("path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z).")
    result, wanted = (program.run(edge=edge, backend=name) for name in ("native", "reference"))
    assert len(result["path"]) == 90_000
    for row in result["path"].rows()[::12_345]:
        assert result.why("path", row).depth() == wanted.why("path", row).depth()
