"""Aggregates that bring their own groups: when they may, and that the rows are the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trivium.plan.build import plan_rule
from trivium.plan.statistics import Assumed, Planning
from trivium.plan.steps import Fold, Group, Step
from trivium.program import Program

DECLARED = """
.decl edge(k: number, v: number)
.decl node(k: number)
"""
APART = Planning(group=False)


def steps(rule: str) -> tuple[Step, ...]:
    (checked,) = Program(DECLARED + rule).ir.rules
    (plan,) = plan_rule(checked, (), Assumed())
    return plan.steps


@pytest.mark.parametrize(
    "rule",
    [
        "p(k, s) :- edge(k, _), s = sum v : { edge(k, v) }.",
        "p(k, s) :- edge(k, w), s = sum v : { edge(k, v) }.",
        "p(k, c) :- edge(k, _), c = count : { edge(k, _) }.",
        "p(k, m) :- edge(k, _), m = max v : { edge(k, v), v < 9, node(v) }.",
        "p(k, m) :- edge(k, _), m = max v : { edge(k, v) }, m > 3, !node(k).",
        "p(k, c, s) :- edge(k, _), c = count : { edge(k, _) }, s = sum v : { edge(k, v) }.",
        "p(k) :- edge(k, _), 3 = count : { edge(k, _) }.",
        "p(x, y, c) :- edge(x, y), c = count : { edge(x, y) }.",
    ],
)
def test_one_pass_over_the_body(rule: str) -> None:
    first, *rest = steps(rule)
    assert isinstance(first, Group)
    assert first.opens
    assert not any(isinstance(step, Fold) for step in rest)


@pytest.mark.parametrize(
    "rule",
    [
        "p(k, w, s) :- edge(k, w), s = sum v : { edge(k, v) }.",  # w is read
        "p(k, s) :- edge(k, k), s = sum v : { edge(k, v) }.",  # not every k
        "p(k, s) :- edge(k, 1), s = sum v : { edge(k, v) }.",
        "p(k, s) :- edge(k, _), s = sum v : { edge(k, v), v > 3 }.",  # 0 for the other groups
        "p(k, s) :- edge(k, _), s = sum v : { edge(k, v), edge(v, _) }.",
        "p(k, c) :- edge(k, _), c = count : { edge(k, k) }.",
        "p(k, c) :- edge(_, k), c = count : { edge(k, _) }.",
        "p(k, c) :- node(k), c = count : { edge(k, _) }.",
        "p(k, m) :- node(k), edge(k, _), m = max v : { edge(k, v) }.",
        "p(x) :- edge(k, x), x = max v : { edge(k, v) }.",
    ],
)
def test_what_the_body_does_not_imply_is_joined(rule: str) -> None:
    assert not any(isinstance(step, Group) and step.opens for step in steps(rule))


@pytest.mark.parametrize(
    "rule",
    [
        "p(k, m) :- edge(k, _), m = max v : { edge(k, w), v = w / k }.",  # k may be 0 elsewhere
        "p(k, m) :- edge(k, _), m = max v : { edge(j, v), j < k }.",  # k is not bound inside
        "p(k, f) :- node(k), f = forall : { edge(k, v) => v > 1 }.",
        "p(k, t) :- edge(k, _), t = top k v : { edge(k, v) }.",
    ],
)
def test_a_body_that_needs_its_group_runs_for_each(rule: str) -> None:
    assert not any(isinstance(step, Group) for step in steps(rule))


def test_an_aggregate_without_group_runs_once() -> None:
    first, *_ = steps("p(c) :- c = count : { edge(_, _) }.")
    assert isinstance(first, Group)
    assert not first.opens


TEXT = (
    DECLARED
    + """
    one(k, s) :- edge(k, _), s = sum v : { edge(k, v) }.
    two(k, c) :- edge(k, w), c = count : { edge(k, _) }.
    three(k, m) :- edge(k, _), m = max v : { edge(k, v), v < 3, node(v) }.
    four(k, s) :- node(k), s = sum v : { edge(k, v) }.
    five(k, m) :- node(k), m = min v : { edge(k, v) }.
    six(c) :- c = count : { edge(_, _) }.
    seven(m) :- m = max v : { edge(_, v) }.
    eight(k, t) :- edge(k, _), t = top 2 v : { edge(k, v) }.
    nine(k) :- edge(k, _), 2 = count : { edge(k, _) }.
    ten(k, c, s) :- edge(k, _), c = count : { edge(k, _) }, s = sum v : { edge(k, v) }, !node(k).
    eleven(k, j) :- edge(k, w), j = string_join t : { edge(k, v), t = to_string(v) }.
    twelve(k, a) :- node(k), a = argmax v by v : { edge(k, v) }.
    thirteen(x, y, c) :- edge(x, y), c = count : { edge(x, y) }.
    fourteen(k, n) :- node(k), n = count : { edge(k, v), x = sum w : { edge(v, w) }, x > 2 }.
    fifteen(k) :- edge(k, v), v = max w : { edge(k, w) }.
    sixteen(k, s) :- k = 2, s = sum v : { edge(k, v) }.
    """
)

small = st.integers(0, 4)
cells = st.one_of(small, st.none())


@settings(max_examples=60)
@given(st.lists(st.tuples(cells, cells), max_size=12), st.lists(st.tuples(small), max_size=4))
def test_same_rows_as_one_run_for_each_group(
    edge: list[tuple[int | None, int | None]], node: list[tuple[int]]
) -> None:
    program = Program(TEXT)
    result = program.run(edge=edge, node=node)
    apart = program.run(edge=edge, node=node, planning=APART)
    for name in result.relations:
        assert result[name].rows() == apart[name].rows(), name
