"""Joins that are checked on the way, in native pipelines: the rows of the reference."""

from __future__ import annotations

import numpy as np
import pytest

from trivium.engine import native
from trivium.program import Limits, Program

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native engine was not built with this installation"
)

TEXT = """
    .decl e(x: number, y: number)
    .decl f(x: number, y: number)
    upward(x, y, z) :- e(x, y), e(y, z), e(x, z).
    around(x, y, z) :- e(x, y), e(y, z), e(z, x).
    tested(x, y, z) :- e(x, y), e(y, z), x < z, y != z, e(z, x).
    square(n) :- n = count : { e(x, y), e(y, z), x < z, e(z, w), y < w, e(w, x) }.
    other(x, z) :- f(x, y), e(y, z), f(z, x).
    fixed(y, z) :- e(0, y), e(y, z), e(z, 0).
    both(x, y, z) :- e(x, y), e(y, z), e(x, z), e(z, x).
    again(x, y, z) :- e(x, y), e(y, z), e(x, z).
    again(x, y, z) :- around(x, y, z).
    again(z, y, x) :- upward(x, y, z), !around(x, y, z).
    swapped(y, x) :- e(x, y).
    swapped(x, y) :- f(x, y), e(x, y).
    swapped(x, y) :- swapped(x, z), f(z, y), x < y.
    grown(x, y) :- e(x, y).
    grown(x, z) :- grown(x, y), f(y, z), e(x, z).
    inner(x, z) :- grown(x, y), grown(y, z), grown(x, z).
"""


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("shape", ["dense", "sparse", "hubs", "spread", "wide", "signed"])
def test_the_rows_of_the_reference(shape: str, threads: int) -> None:
    chance = np.random.default_rng(5)
    nodes, edges = {"dense": (40, 700), "sparse": (400, 500)}.get(shape, (120, 900))
    data = {}
    for name in "ef":
        pairs = chance.random((edges, 2))
        pairs = (nodes * pairs ** (4 if shape == "hubs" else 1)).astype(np.int64)
        names = np.arange(nodes)
        if shape in ("spread", "wide", "signed"):
            low, high = {"spread": (0, 2**31), "wide": (0, 2**40), "signed": (-(2**20), 2**20)}[
                shape
            ]
            names = np.unique(np.random.default_rng(1).integers(low, high, 2 * nodes))[:nodes]
            names[0] = 0
        data[name] = names[pairs]
    program = Program(TEXT)
    limits = Limits(threads=threads)
    found = program.run(backend="native", limits=limits, **data)
    expected = program.run(backend="reference", **data)
    for relation in expected.relations:
        assert found[relation].rows() == expected[relation].rows(), relation
    assert len(found["upward"])
