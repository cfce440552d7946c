"""Cyclic bodies: which joins are marked as intersections, and that the rows are the same."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trivium.engine import reference
from trivium.plan.build import plan_rule
from trivium.plan.statistics import Planning
from trivium.plan.steps import Match, Version
from trivium.program import Program

TEXT = """
.decl e(a: number, b: number)
.decl f(a: number, b: number, c: number)
.decl g(a: number)
triangle(x, y, z) :- e(x, y), e(y, z), e(z, x).
square(a, b, c, d) :- e(a, b), e(b, c), e(c, d), e(d, a).
clique(a, b, c, d) :- e(a, b), e(b, c), e(a, c), e(c, d), e(a, d), e(b, d).
loop(x, z) :- e(x, y), e(y, z), f(z, x, 1).
count(n) :- n = count : { e(x, y), e(y, z), e(z, x) }.
grown(x, y) :- e(x, y).
grown(x, z) :- grown(x, y), e(y, z), e(x, z), f(z, _, y).
tested(x, y, z) :- e(x, y), e(y, z), e(z, x), x < z, g(z).
"""


class Wide:
    """Relations whose joins make many rows, so that every intersection is worth its indexes."""

    def rows(self, relation: str, version: Version = Version.FULL) -> float:
        return 100.0

    def different(self, relation: str, columns: tuple[int, ...]) -> float:
        return (1.0, 20.0, 100.0, 100.0)[len(columns)]

    def filled(self, relation: str, column: int) -> bool:
        return True

    def classes(self, relation: str) -> float | None:
        return None


def meets(relation: str) -> list[int]:
    rule = next(r for r in Program(TEXT).ir.rules if r.head.relation == relation)
    (plan,) = plan_rule(rule, (), Wide())
    return [step.meets for step in plan.steps if isinstance(step, Match)]


@pytest.mark.parametrize(
    ("relation", "expected"),
    [
        ("triangle", [0, 1, 0]),
        ("square", [0, 0, 1, 0]),
        ("clique", [0, 1, 0, 2, 0, 0]),
    ],
)
def test_marked_joins(relation: str, expected: list[int]) -> None:
    assert meets(relation) == expected


def test_no_mark_where_the_join_makes_few_rows() -> None:
    edges = [(i, i + 1) for i in range(50)]
    profile = Program(TEXT).run(e=edges, f=[], g=[], profile=True).profile
    assert profile is not None
    assert "meeting" not in profile.explain()


numbers = st.integers(0, 5)
pairs = st.lists(st.tuples(numbers, numbers), min_size=8, max_size=36)


@settings(max_examples=60)
@given(pairs, st.lists(st.tuples(numbers, numbers, st.integers(0, 1)), max_size=20))
def test_same_rows_as_joins(e: list[tuple[int, int]], f: list[tuple[int, int, int]]) -> None:
    program = Program(TEXT)
    g = [(1,), (3,)]
    met = program.run(e=e, f=f, g=g)
    joined = program.run(e=e, f=f, g=g, planning=Planning(meet=False))
    plain = program.run(e=e, f=f, g=g, planning=Planning(group=False, meet=False, order=False))
    for name in met.relations:
        assert met[name].rows() == joined[name].rows() == plain[name].rows(), name


def test_each_binding_goes_through_its_smaller_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub has many rows out, few in: no pair of the hub's two sides is made."""
    n = 200
    edges = [(0, i) for i in range(1, n)] + [(i, 0) for i in range(1, n)] + [(1, 2), (2, 3)]
    made: list[int] = []
    expand = reference.RunMatches.expand

    def counted(self: reference.RunMatches) -> tuple[object, object]:
        left, right = expand(self)
        made.append(len(left))
        return left, right

    monkeypatch.setattr(reference.RunMatches, "expand", counted)
    text = "triangle(x, y, z) :- e(x, y), e(y, z), e(z, x)."
    program = Program(text)
    result = program.run(e=edges, backend="reference")
    by_side = sum(made)
    made.clear()
    other = program.run(e=edges, planning=Planning(meet=False), backend="reference")
    expected = {
        (x, y, z)
        for (x, y), z in itertools.product(edges, range(n))
        if (y, z) in set(edges) and (z, x) in set(edges)
    }
    assert set(result["triangle"].rows()) == set(other["triangle"].rows()) == expected
    assert by_side < sum(made) / 10
