"""Hashes may collide: with a hash of two bits every answer stays the same."""

from __future__ import annotations

import numpy as np
import pytest

from trivium.engine import reference
from trivium.engine.host import Column, Table
from trivium.program import Program

TEXT = """
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), path(y, z).
apart(x, y) :- path(x, _), path(_, y), !path(x, y).
reached(x, n) :- path(x, _), n = count : { path(x, _) }.
both(x, y) :- path(x, y), path(y, x).
"""


def weak(columns: Table, length: int) -> Column:
    total = np.zeros(length, np.int64)
    for column in columns:
        total = total * 3 + column
    return total % 4


def test_collisions(monkeypatch: pytest.MonkeyPatch) -> None:
    edges = np.random.default_rng(3).integers(0, 30, (45, 2))
    program = Program(TEXT)
    strong = program.run(edge=edges, backend="reference")
    keys = reference.row_keys
    monkeypatch.setattr(
        reference, "row_keys", lambda c, n: weak(c, n) if len(c) > 1 else keys(c, n)
    )
    result = program.run(edge=edges, backend="reference")
    for name in result.relations:
        assert result[name].rows() == strong[name].rows()
