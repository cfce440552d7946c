"""Programs over tables with empty cells agree with the SQL that says the same, run by DuckDB."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trivium.program import Program

# (rules for `answer`, SQL): t(row, k, v, x) and u(row, k, w) may have empty cells, row never
PAIRS = [
    ("answer(k, v) :- t(k: k, v: v).", "SELECT DISTINCT k, v FROM t WHERE k + v IS NOT NULL"),
    (
        "answer(v, w) :- t(k: k, v: v), u(k: k, w: w), v < w.",
        "SELECT DISTINCT v, w FROM t JOIN u USING (k) WHERE v < w",
    ),
    (
        "answer(k) :- t(k: k), !u(k: k).",
        "SELECT DISTINCT k FROM t WHERE k IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM u WHERE u.k = t.k)",
    ),
    (
        "answer(k, n, s) :- t(k: k), n = count : { t(k: k) }, s = sum v : { t(k: k, v: v) }.",
        "SELECT k, count(*), coalesce(sum(v), 0) FROM t WHERE k IS NOT NULL GROUP BY k",
    ),
    (
        "answer(k, a, b) :- t(k: k), a = min v : { t(k: k, v: v) }, b = max v : { t(k: k, v: v) }.",
        "SELECT k, min(v), max(v) FROM t WHERE k + v IS NOT NULL GROUP BY k",
    ),
    (
        "answer(k, m, d) :- t(k: k), m = mean v : { t(k: k, v: v) }, "
        "d = median v : { t(k: k, v: v) }.",
        "SELECT k, avg(v), median(v) FROM t WHERE k + v IS NOT NULL GROUP BY k",
    ),
    (
        "answer(n) :- n = count : { t(k: k, v: v), u(k: k, w: v) }.",
        "SELECT count(*) FROM t JOIN u ON t.k = u.k AND t.v = u.w",
    ),
    (
        "answer(k) :- k = argmax a by v : { t(k: a, v: v) }.",
        "SELECT DISTINCT k FROM t WHERE k IS NOT NULL "
        "AND v = (SELECT max(v) FROM t WHERE k IS NOT NULL)",
    ),
    (
        "answer(v) :- v = top 2 y : { t(v: y) }.",
        "SELECT DISTINCT v FROM (SELECT v FROM t WHERE v IS NOT NULL ORDER BY v DESC LIMIT 2)",
    ),
    (
        "answer(k) :- t(k: k), forall : { t(k: k, v: v) => u(w: v) }.",
        "SELECT DISTINCT k FROM t a WHERE k IS NOT NULL AND NOT EXISTS (SELECT 1 FROM t b "
        "WHERE b.k = a.k AND b.v IS NOT NULL AND b.v NOT IN (SELECT w FROM u WHERE w IS NOT NULL))",
    ),
    (
        "answer(a, b) :- t(row: a, v: v), t(row: b, v: v), a < b, exists : { u(w: v) }.",
        "SELECT a.row, b.row FROM t a JOIN t b ON a.v = b.v AND a.row < b.row "
        "WHERE a.v IN (SELECT w FROM u)",
    ),
    (
        "answer(r, n) :- t(row: r, v: v), n = count : { t(v: o), o > v }.",
        "SELECT row, (SELECT count(*) FROM t b WHERE b.v > a.v) FROM t a WHERE v IS NOT NULL",
    ),
    (
        'answer(k, s) :- t(k: k), s = string_join x, "+" : { t(k: k, x: x) }.',
        "SELECT k, coalesce(string_agg(x, '+' ORDER BY x), '') FROM t WHERE k IS NOT NULL "
        "GROUP BY k",
    ),
]

cell = st.one_of(st.none(), st.integers(-2, 3))
word = st.one_of(st.none(), st.sampled_from(["a", "b", "Ab", ""]))
tables = st.lists(st.tuples(cell, cell, word), max_size=8)


@pytest.mark.parametrize(("rules", "sql"), PAIRS, ids=[sql for _, sql in PAIRS])
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(t=tables, u=tables)
def test_same_as_sql(rules: str, sql: str, t: list[Any], u: list[Any]) -> None:
    numbered_t = [(i + 1, *cells) for i, cells in enumerate(t)]
    numbered_u = [(i + 1, *cells[:2]) for i, cells in enumerate(u)]
    declared = (
        ".decl t(row: number, k: number, v: number, x: symbol)\n"
        ".decl u(row: number, k: number, w: number)\n"
    )
    result = Program(declared + rules).run(t=numbered_t, u=numbered_u)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (row BIGINT, k BIGINT, v BIGINT, x VARCHAR)")
        connection.execute("CREATE TABLE u (row BIGINT, k BIGINT, w BIGINT)")
        for row in numbered_t:
            connection.execute("INSERT INTO t VALUES (?, ?, ?, ?)", row)
        for row in numbered_u:
            connection.execute("INSERT INTO u VALUES (?, ?, ?)", row)
        expected = connection.execute(sql).fetchall()
    found = result["answer"].rows()
    assert sorted(found) == sorted(expected)
    for row in found:
        assert str(result.why("answer", row))
