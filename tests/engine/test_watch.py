"""The native engine looks at the clock while it takes rows in, and can go on after it was stopped.

before:  give(rows of 1 s, 0 s to go)   ->  the rows, 1 s later
after:   give(rows of 1 s, 0 s to go)   ->  TimeoutError; the index of a relation waits for the rest
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest

from trivium.engine import native

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native engine was not built with this installation"
)
ROWS = 300_000


def module() -> Any:
    return import_module("trivium._native")


def pairs(values: int) -> list[Any]:
    random = np.random.default_rng(3)
    return [random.integers(0, values, ROWS) for _ in range(2)]


@pytest.mark.parametrize("way", ["give", "insert"])
@pytest.mark.parametrize("arity", [1, 2])
def test_rows_are_taken_in_as_long_as_there_is_time(way: str, arity: int) -> None:
    relation = module().Relation(arity)
    with pytest.raises(TimeoutError):
        getattr(relation, way)(pairs(1 << 20)[:arity], ROWS, seconds=0.0)


def joined(edge: Any, seconds: list[float]) -> tuple[list[str], Any]:
    """What path(x, z) :- edge(x, y), edge(y, z) derives, with so many seconds one after another."""
    pipeline, head = module().Pipeline(3), module().Relation(2)
    pipeline.scan(edge, "full", [(0, 0), (1, 1)], [], [], -1, True)
    pipeline.probe(edge, "full", [0], [(1, 0)], [(1, 2)], [], -1, [0, 2])
    pipeline.head([(0, 0), (2, 0)])
    stops = [pipeline.insert(head, left, -1, -1, 1, False) for left in seconds]
    return stops, [head.column(0), head.column(1)]


@pytest.mark.parametrize("values", [40_000, 1 << 40])
def test_an_index_that_was_stopped_goes_on(values: int) -> None:
    edge, same = module().Relation(2), module().Relation(2)
    columns = pairs(values)
    edge.give(columns, ROWS)
    same.give(columns, ROWS)
    stops, found = joined(edge, [0.0, 0.0, -1.0])
    whole, wanted = joined(same, [-1.0])
    assert stops == ["time", "time", ""]
    assert whole == [""]
    for own, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(own, other)
