"""Sets whose values lie near each other hold bits from the least to the greatest, and grow.

before:  7: 70,000 .. 70,400              bits of 8 words
after:   7: 70,000 .. 70,400, 3,000,000   a hash table
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

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native engine was not built with this installation"
)

FARTHEST = 4_000_000  # values above these are coded
# Where values come next, how far they reach, and how many there are.
CLUSTERS = st.lists(
    st.tuples(
        st.integers(0, 40).map(lambda n: n * 90_000) | st.integers(0, 2_000),
        st.sampled_from([1, 40, 300, 2_000, 300_000]),
        st.integers(1, 400),
    ),
    min_size=1,
    max_size=8,
)


def values_of(clusters: list[tuple[int, int, int]], seed: int) -> Any:
    random = np.random.default_rng(seed)
    parts = [start + random.integers(0, reach, count) for start, reach, count in clusters]
    return np.concatenate(parts)


@given(st.lists(CLUSTERS, min_size=1, max_size=4), st.booleans())
@settings(max_examples=80, deadline=None)
def test_near_values_and_far_ones(rows: list[list[tuple[int, int, int]]], wide: bool) -> None:
    core = import_module("trivium._native").Relation(2, 1)
    if wide:  # the domain is wide from the start
        core.insert([np.array([99]), np.array([FARTHEST])], 1)
    wanted = {(99, FARTHEST)} if wide else set()
    for first, clusters in enumerate(rows):
        values = values_of(clusters, first)
        firsts = np.full(len(values), first)
        fresh = set(zip(firsts.tolist(), values.tolist(), strict=True)) - wanted
        assert core.insert([firsts, values], len(values)) == len(fresh)
        wanted |= fresh
    some = np.concatenate([values_of(clusters, 0) for clusters in rows] + [np.arange(0, 4096, 63)])
    for first in range(len(rows)):
        firsts = np.full(len(some), first)
        found = core.contains([firsts, some], len(some))
        assert found.tolist() == [(first, value) in wanted for value in some.tolist()]


@given(st.lists(CLUSTERS, min_size=2, max_size=5))
@settings(max_examples=25, deadline=None)
def test_joins_fill_sets_of_near_values(rows: list[list[tuple[int, int, int]]]) -> None:
    """What stands behind a key goes into one set at once; sets that meet hold windows too."""
    pairs = [(9_999, FARTHEST)]
    for key, clusters in enumerate(rows):
        pairs += [(key, value) for value in set(values_of(clusters, key).tolist())]
    over = [(0, key) for key in range(len(rows))] + [(1, 0), (1, 1), (2, 9_999)]
    program = Program("""
        joined(x, z) :- over(x, y), value(y, z).
        both(x, y, z) :- joined(x, z), value(y, z), over(x, y).""")
    results = [program.run(over=over, value=pairs, backend=b) for b in ("native", "reference")]
    for name in ("joined", "both"):
        assert results[0][name].rows() == results[1][name].rows()
