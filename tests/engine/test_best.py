"""Rows that subsumption leaves: native relations keep the best of each key inside the fixpoint."""

from __future__ import annotations

import numpy as np
import pytest

from trivium.engine import native
from trivium.engine.backends import backend as choose
from trivium.errors import LimitError
from trivium.program import Limits, Program

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native engine was not built with this installation"
)

EDGE = ".decl edge(x: number, y: number, w: number)\n"
PROGRAMS = {
    "shortest paths": """
        .decl dist(x: number, d: number)
        dist(0, 0).
        dist(y, d + w) :- dist(x, d), edge(x, y, w).
        dist(x, d) <= dist(x, e) :- e <= d.""",
    "all pairs": """
        .decl dist(x: number, y: number, d: number)
        dist(x, y, w) :- edge(x, y, w).
        dist(x, z, d + e) :- dist(x, y, d), dist(y, z, e).
        dist(x, y, d) <= dist(x, y, e) :- e < d.""",
    "value first": """
        .decl wide(c: number, x: number)
        wide(100, 0).
        wide(min(c, w), y) :- wide(c, x), edge(x, y, w).
        wide(c, x) <= wide(e, x) :- c < e.""",
    "labels": """
        .decl label(x: number, l: number)
        label(x, x) :- edge(x, _, _).
        label(y, l) :- label(x, l), edge(x, y, _).
        label(y, l) :- label(x, l), edge(y, x, _).
        label(x, l) <= label(x, m) :- m <= l.""",
    "floats": """
        .decl odds(x: number, p: float)
        odds(0, 1).
        odds(y, p * to_float(w) / 20.0) :- odds(x, p), edge(x, y, w).
        odds(x, p) <= odds(x, q) :- q >= p.""",
    "unsigned": """
        .decl least(x: number, u: unsigned)
        least(x, as(w - 3, unsigned)) :- edge(x, _, w).
        least(y, u) :- least(x, u), edge(x, y, _).
        least(x, u) <= least(x, v) :- v <= u.""",
    "no key": """
        .decl top(n: number)
        top(w) :- edge(_, _, w).
        top(n + 1) :- top(n), n < 50.
        top(n) <= top(m) :- n <= m.""",
    "two that feed each other": """
        .decl near(x: number, d: number)
        .decl far(x: number, d: number)
        near(x, w) :- edge(x, _, w).
        near(y, d + 1) :- far(x, d), edge(x, y, _), d < 40.
        far(y, d + w) :- near(x, d), edge(x, y, w), d < 40.
        near(x, d) <= near(x, e) :- e <= d.
        far(x, d) <= far(x, e) :- d <= e.""",
    "looked up by the value": """
        .decl rank(x: number, r: number)
        .decl same(x: number, y: number)
        rank(x, w) :- edge(x, _, w).
        rank(y, r) :- rank(x, r), edge(x, y, _).
        same(x, y) :- rank(x, r), rank(y, r).
        rank(y, r - 1) :- same(x, y), rank(x, r), x < y, r > 3.
        rank(x, r) <= rank(x, q) :- q <= r.""",
    "step by step": """
        .decl long(x: number, n: number)
        long(x, strlen(to_string(w))) :- edge(x, _, w).
        long(y, n + strlen(to_string(w))) :- long(x, n), edge(x, y, w), n < 9.
        long(x, n) <= long(x, m) :- n <= m.""",
    "given rows": """
        .decl dist(x: number, d: number)
        dist(0, 4). dist(0, 2). dist(1, 1). dist(1, 9). dist(70, 1).
        dist(y, d + w) :- dist(x, d), edge(x, y, w).
        dist(x, d) <= dist(x, e) :- e <= d.
        .decl after(x: number, n: number)
        after(d, n) :- dist(_, d), n = count : { dist(_, d) }.""",
    "without recursion": """
        .decl least(x: number, w: number)
        least(x, w) :- edge(x, _, w).
        least(x, w) :- edge(_, x, w), w > 4.
        least(x, w) <= least(x, v) :- v <= w.""",
}  # fmt: skip


def edges(rows: int, nodes: int) -> np.ndarray:
    return np.random.default_rng(rows).integers(0, [nodes, nodes, 20], (rows, 3))


@pytest.mark.parametrize("rows", [60, 4000])
@pytest.mark.parametrize("name", PROGRAMS)
def test_both_engines_leave_the_same_rows(name: str, rows: int) -> None:
    program = Program(EDGE + PROGRAMS[name])
    nodes = 40 if rows == 60 else 150
    if name == "all pairs":  # its recursion in two atoms takes the reference minutes
        rows, nodes = min(rows, 800), min(nodes, 50)
    data = edges(rows, nodes)
    mine = program.run(edge=data, backend="native")
    own = program.run(edge=data, backend="reference")
    for relation in mine.relations:
        assert mine[relation].rows() == own[relation].rows(), relation


@pytest.mark.parametrize("name", ["shortest paths", "given rows", "labels"])
def test_values_have_the_same_reasons(name: str) -> None:
    program = Program(EDGE + PROGRAMS[name])
    data = edges(60, 40)
    results = [program.run(edge=data, backend=each) for each in ("native", "reference")]
    relation = "label" if name == "labels" else "dist"
    for row in results[0][relation].rows():
        proofs = [str(result.why(relation, row)) for result in results]
        assert proofs[0] == proofs[1]


def test_the_array_of_a_caller_is_not_written_to() -> None:
    given = np.array([[0, 9], [1, 9], [2, 9]])
    kept = given.copy()
    text = """
        .decl dist(x: number, d: number)
        dist(x, d - 1) :- dist(x, d), d > 3.
        dist(x, d) <= dist(x, e) :- e <= d."""
    result = Program(text).run(dist=np.asfortranarray(given), backend="native")
    assert result["dist"].rows() == [(0, 3), (1, 3), (2, 3)]
    assert (given == kept).all()


def test_values_that_improve_for_ever_are_stopped() -> None:
    text = EDGE + PROGRAMS["shortest paths"]
    with pytest.raises(LimitError) as caught:
        Program(text).run(edge=[(0, 1, -1), (1, 0, -1)], limits=Limits(rows=5000), backend="native")
    assert caught.value.number == 302


def test_a_native_relation_keeps_the_best() -> None:
    program = Program(EDGE + PROGRAMS["shortest paths"])
    relation = program.ir.relations["dist"]
    stored = choose("native").store(relation)
    columns = [np.array([3, 1, 3, 2]), np.array([5, 2, 4, 7])]
    stored.give(columns, 4, [None, None])
    stored.keep_best()
    assert stored.keeps_best
    assert [column.tolist() for column in stored.columns] == [[3, 1, 2], [4, 2, 7]]
