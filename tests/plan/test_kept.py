"""Plans kept from run to run: a prepared program answers as a fresh one, whatever the data."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trivium import Program
from trivium.plan.kept import FEW, KeptPlans
from trivium.plan.statistics import Statistics
from trivium.plan.steps import Version

TEXT = """
.decl edge(a: number, b: number)
.decl mark(a: number)
.decl near(a: number, b: number)
.decl far(a: number)
0.5::near(a, b) :- edge(a, b).
near(a, c) :- near(a, b), near(b, c), a != c.
0.25::far(a) :- mark(a), !near(a, _).
"""
PREPARED = Program(TEXT)
NODES = st.integers(0, 5)
RUN = st.tuples(
    st.lists(st.tuples(NODES, NODES), max_size=7, unique=True),
    st.lists(st.tuples(NODES), max_size=4, unique=True),
)


@settings(max_examples=20, deadline=None)
@given(st.lists(RUN, min_size=2, max_size=3))
def test_a_prepared_program_answers_as_a_fresh_one(
    runs: list[tuple[list[tuple[int, int]], list[tuple[int]]]],
) -> None:
    for edge, mark in runs:
        again = PREPARED.run(edge=edge, mark=mark)
        fresh = Program(TEXT).run(edge=edge, mark=mark)
        for name in ("near", "far"):
            assert again.probabilities(name) == pytest.approx(fresh.probabilities(name), abs=1e-12)


@dataclass
class Sizes:
    """One relation; how many rows it has, whether a column has no hole, and its classes."""

    size: float
    whole: bool = True
    parts: float | None = None

    def rows(self, relation: str, version: Version = Version.FULL) -> float:
        return self.size

    def different(self, relation: str, columns: tuple[int, ...]) -> float:
        return self.size

    def filled(self, relation: str, column: int) -> bool:
        return self.whole

    def classes(self, relation: str) -> float | None:
        return self.parts


def test_a_plan_is_made_again_once_what_it_rests_on_has_changed() -> None:
    made: list[Statistics] = []

    def make(known: Statistics) -> int:
        known.rows("r")
        known.filled("r", 0)
        known.classes("r")
        made.append(known)
        return len(made)

    plans, rule = KeptPlans(), object()
    assert [plans.plan(rule, "", now, make) for now in (Sizes(9), Sizes(10))] == [1, 1]
    assert plans.plan(rule, "other", Sizes(9), make) == 2
    assert plans.plan(object(), "", Sizes(9), make) == 3
    assert plans.plan(rule, "", Sizes(90), make) == 4  # it has grown
    assert plans.plan(rule, "", Sizes(90, whole=False), make) == 5
    assert plans.plan(rule, "", Sizes(90, whole=False, parts=2.0), make) == 6
    assert plans.plan(rule, "", Sizes(90, whole=False, parts=3.0), make) == 6


def test_plans_over_many_rows_are_not_kept() -> None:
    plans, rule = KeptPlans(), object()
    made: list[float] = []

    def make(known: Statistics) -> None:
        made.append(known.rows("r"))

    for _ in range(2):
        plans.plan(rule, "", Sizes(FEW + 1), make)
    assert len(made) == 2
