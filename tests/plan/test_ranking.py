"""Aggregates over what stands before a row: by one sort, and with the rows of the slow way."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trivium
from trivium.engine.backends import BACKENDS
from trivium.plan.build import plan_rule
from trivium.plan.statistics import Assumed, Planning
from trivium.plan.steps import Ranked, show_step
from trivium.program import Program
from trivium.syntax.sql.functions import functions

DECLARED = """
.decl t(k: number, v: number)
.decl u(k: number, w: float, s: symbol, n: unsigned)
"""
APART = Planning(group=False)


def ranked(rule: str, **more: Any) -> list[Ranked]:
    (checked,) = Program(DECLARED + rule, **more).ir.rules
    (plan,) = plan_rule(checked, (), Assumed())
    return [step for step in plan.steps if isinstance(step, Ranked)]


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("p(k, v, n) :- t(k, v), n = count : { t(k, w), w < v }.", "by (k) in the order w over"),
        ("p(k, v, n) :- t(k, v), n = count : { t(k, w), v <= w }.", "by (k) in the order w down"),
        ("p(v, n) :- t(_, v), n = sum w : { t(_, w), w >= v }.", "running sum by () in the order"),
        ("p(k, v, m) :- t(k, v), m = max j : { t(j, w), w > v, j > 2 }.", "running max by ()"),
    ],
)
def test_one_sort_gives_all(rule: str, shown: str) -> None:
    (step,) = ranked(rule)
    assert shown in show_step(step)


@pytest.mark.parametrize(
    "rule",
    [
        "p(k, v, n) :- t(k, v), n = count : { t(k, w), w != v }.",
        "p(k, v, n) :- t(k, v), n = count : { t(k, w), w < v + 1 }.",
        "p(k, v, n) :- t(k, v), n = count : { t(v, w), w < v }.",  # v is a key too
        "p(k, v, n) :- t(k, v), n = sum x : { t(k, w), w < v, x = w + v }.",
        "p(k, v, n) :- t(k, v), n = median w : { t(k, w), w < v }.",
        "p(k, v, n) :- t(k, v), n = max x : { t(k, w), w < v, x = w / k }.",  # k may be 0
        "p(k, v, n) :- t(k, v), n = count : { t(_, w), w < v, w > k }.",  # k is not bound inside
    ],
)
def test_what_one_sort_cannot_give_runs_for_each(rule: str) -> None:
    assert not ranked(rule)


KINDS = ("count :", "sum {0} :", "mean {0} :", "min {0} :", "max {0} :")


def every_kind(order: str, value: str, atom: str, base: str) -> str:
    rules = [
        f"{name}(i, r) :- {base}, r = {kind.format(value)} {{ {atom}, {order} }}."
        for name, kind in zip(("a", "b", "c", "d", "e"), KINDS, strict=True)
    ]
    return "\n".join(rules)


TEXTS = [
    ".decl t(i: number, k: number, v: number)\n"
    + every_kind(order, "x", "t(_, k, x)", "t(i, k, y)")
    + "\nf(i) :- t(i, k, y), 2 = count : { t(_, k, x), " + order + " }."
    for order in ("x < y", "x <= y", "x > y", "y <= x")
]  # fmt: skip
SOME = st.integers(-3, 3)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SOME, st.one_of(SOME, st.none())), max_size=14), st.sampled_from(TEXTS))
def test_the_same_rows_as_comparing_each_with_each(
    rows: list[tuple[int, int | None]], text: str
) -> None:
    program = Program(text)
    t = [(place, *row) for place, row in enumerate(rows)]
    apart = program.run(t=t, planning=APART)
    for backend in BACKENDS:
        result = program.run(t=t, backend=backend)
        for name in result.relations:
            assert result[name].rows() == apart[name].rows(), name


OTHERS = """
.decl t(i: number, w: float, s: symbol, n: unsigned)
.decl a(i: number, r: float)
a(i, r) :- t(i, w, _, _), r = sum x : { t(_, x, _, _), x <= w }.
b(i, r) :- t(i, w, _, _), r = max x : { t(_, x, _, _), x < w }.
c(i, r) :- t(i, w, _, _), r = min x : { t(_, x, _, _), x > w }.
d(i, r) :- t(i, _, s, _), r = max x : { t(_, _, x, _), x < s }.
e(i, r) :- t(i, _, s, _), r = count : { t(_, _, x, _), x >= s }.
f(i, r) :- t(i, _, _, n), r = sum x : { t(_, _, _, x), x > n }.
g(i, r) :- t(i, _, _, n), r = min s : { t(_, _, s, x), x <= n }.
"""
FLOATS = st.sampled_from([0.5, -1.5, 2.0, math.inf, -math.inf, math.nan, -0.0, 0.0])
LARGE = st.sampled_from([0, 1, 7, 2**63, 2**64 - 1])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(FLOATS, st.sampled_from("aäbz"), LARGE), max_size=10))
def test_floats_texts_and_large_numbers(rows: list[tuple[float, str, int]]) -> None:
    program = Program(OTHERS)
    t = [(place, *row) for place, row in enumerate(rows)]
    result, apart = program.run(t=t), program.run(t=t, planning=APART)
    for name in result.relations:
        assert repr(result[name].rows()) == repr(apart[name].rows()), name


SEVERAL = """
.decl t(i: number, k: number, v: number)
p(i, n) :- t(i, k, v), n = count : { t(j, l, w),
    lor(less(l, k), land(same(l, k), lor(less(v, w), land(same(v, w), less(j, i))))) = 1 }.
"""


@trivium.vectorised
def smaller(a: int, b: int) -> int:
    return (a < b).astype(int)  # type: ignore[attr-defined, no-any-return]


@trivium.vectorised
def equal(a: int, b: int) -> int:
    return (a == b).astype(int)  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("known", [True, False])
def test_several_keys_by_functors_that_the_engine_may_know(known: bool) -> None:
    own = functions()
    less, same = (own["sql_lt_n"], own["sql_eq_n"]) if known else (smaller, equal)
    program = Program(SEVERAL, functions={"less": less, "same": same})
    rows = [(i, i % 3, i % 4) for i in range(20)]
    order = sorted(rows, key=lambda row: (row[1], -row[2], row[0]))
    assert program.run(t=rows)["p"].rows() == sorted((r[0], n) for n, r in enumerate(order))


def test_a_functor_of_that_name_that_says_something_else_is_asked() -> None:
    @trivium.vectorised
    def other(a: int, b: int) -> int:
        return ((a + b) % 2 == 0).astype(int)  # type: ignore[attr-defined, no-any-return]

    text = "p(x, n) :- t(x), n = count : { t(y), sql_lt_n(y, x) = 1 }."
    program = Program(f".decl t(x: number)\n{text}", functions={"sql_lt_n": other})
    assert program.run(t=[(1,), (2,), (3,)])["p"].rows() == [(1, 2), (2, 1), (3, 2)]


def test_a_large_partition_takes_no_square() -> None:
    # Each with each would be 10 thousand million pairs.
    x = list(range(100_000))
    query = "SELECT max(r) AS m FROM (SELECT row_number() OVER (ORDER BY x) AS r FROM t)"
    assert Program(query, dialect="sql").run(t={"x": x})["answer"].rows() == [(100_000,)]
    query = "SELECT count(*) AS c FROM (SELECT x FROM t ORDER BY x DESC LIMIT 10)"
    assert Program(query, dialect="sql").run(t={"x": x})["answer"].rows() == [(10,)]


def test_the_proof_of_a_place_names_the_rows_before_it() -> None:
    program = Program(".decl t(x: number)\np(x, n) :- t(x), n = count : { t(y), y < x }.")
    result = program.run(t=[(5,), (7,), (9,)])
    proof = str(result.why("p", (9, 2)))
    assert "t(5)" in proof
    assert "t(7)" in proof
