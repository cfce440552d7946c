"""Columns and indexes get wider when a value does not fit, and the rows stay the same.

before:  path(1, 2)          32 bits a value
after:   path(1, 2), path(1, -1)   64 bits a value; the reference's rows
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trivium import Program
from trivium.program import Limits

EDGES = [
    0,
    1,
    2,
    7,
    2**16 - 1,
    2**16,
    2**31,
    2**32 - 2,
    2**32 - 1,
    2**32,
    2**40,
    -1,
    -(2**31),
    2**63 - 1,
    -(2**63),
]
VALUES = st.sampled_from(EDGES) | st.integers(0, 5)
ROWS = st.lists(st.tuples(VALUES, VALUES), max_size=30)
RULES = """
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), edge(y, z).
loop(x) :- path(x, x).
back(y, x) :- path(x, y), !path(y, x).
wide(x, y, z) :- edge(x, y), path(y, z), x != z.
from_one(y) :- path(1, y).
most(x, n) :- edge(x, _), n = max y : { path(x, y) }.
moved(y + 4294967290) :- from_one(y), y >= 0, y < 10.
moved(y + 1) :- moved(y), y < 4294967300.
met(x) :- wide(x, y, z), path(z, y), moved(x).
"""
NAMES = ("path", "loop", "back", "wide", "from_one", "most", "moved", "met")
PROGRAM = Program(RULES)


@pytest.fixture(autouse=True)
def native_is_built() -> None:
    pytest.importorskip("trivium._native", reason="the native engine was not built")


@given(ROWS, st.sampled_from([1, 2]))
@settings(max_examples=60, deadline=None)
def test_rows_at_the_edges_of_widths(rows: list[tuple[int, int]], threads: int) -> None:
    found = PROGRAM.run(edge=rows, backend="native", limits=Limits(threads=threads))
    wanted = PROGRAM.run(edge=rows, backend="reference")
    for name in NAMES:
        assert set(found[name].rows()) == set(wanted[name].rows()), name


@pytest.mark.parametrize("shift", [0, 2**31, 2**32 - 300, 2**33])
def test_many_rows_on_two_threads_as_on_one(shift: int) -> None:
    edge = np.random.default_rng(3).integers(0, 600, (9_000, 2)) + shift
    one, two = (
        Program(RULES.split("loop")[0]).run(
            edge=edge, backend="native", limits=Limits(threads=threads)
        )["path"]
        for threads in (1, 2)
    )
    assert one.rows() == two.rows()
    assert {value >= shift for row in one.rows()[:100] for value in row} == {True}


GROWING = """
step(k, v) :- seed(k, v).
step(k, v * 40) :- step(k, v), v < TOP.
step(v, k) :- step(k, v), v < 300.
near(v, w) :- step(k, v), step(k, w), v < w.
"""


@pytest.mark.parametrize("first", [30, 5_000])  # 5,000 rows go into an index in one piece
@pytest.mark.parametrize("top", [1_000, 3_000_000, 300_000_000])  # 16, 32 and 64 bits
def test_what_an_index_holds_outgrows_16_and_32_bits(first: int, top: int) -> None:
    rng = np.random.default_rng(first)
    seed = np.column_stack([rng.integers(0, first, first), rng.integers(1, 400, first)])
    program = Program(GROWING.replace("TOP", str(top)))
    found, wanted = (program.run(seed=seed, backend=name) for name in ("native", "reference"))
    for name in ("step", "near"):
        assert set(found[name].rows()) == set(wanted[name].rows())
    assert max(v for _, v in found["step"].rows()).bit_length() > top.bit_length()
