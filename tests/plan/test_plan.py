"""The order of literals, the versions of recursive rules, and the steps they become."""

from __future__ import annotations

import pytest

from trivium.errors import LimitError
from trivium.ir.nodes import Atom, Compare, Var
from trivium.ir.types import Type
from trivium.plan.build import plan_rule
from trivium.plan.order import order_body
from trivium.plan.steps import Version, show
from trivium.program import Program

SIZES = {"big": 1000.0, "small": 3.0, "path": 500.0, "edge": 100.0}


class Known:
    """Relations of these sizes; each column holds a tenth as many different values as rows."""

    def rows(self, relation: str, version: Version = Version.FULL) -> float:
        return SIZES[relation]

    def different(self, relation: str, columns: tuple[int, ...]) -> float:
        return float(min(SIZES[relation], (SIZES[relation] / 10) ** len(columns)))

    def filled(self, relation: str, column: int) -> bool:
        return True

    def classes(self, relation: str) -> float | None:
        return None


def plans(text: str, *recursive: str) -> list[str]:
    declared = "\n".join(f".decl {name}(a: number, b: number)" for name in SIZES)
    (rule,) = Program(f"{declared}\n{text}").ir.rules
    return [show(plan) for plan in plan_rule(rule, recursive, Known())]


def test_the_smaller_relation_comes_first_and_tests_as_soon_as_they_can() -> None:
    assert plans("p(x) :- big(x, y), small(y, z), x > 3, z != 1, !edge(z, y).") == [
        "p(x)\n"
        "  scan small [full] on () binds (y, z)\n"
        "  filter z != 1\n"
        "  anti-join edge on (0 = z, 1 = y)\n"
        "  join big [full] on (1 = y) binds (x)\n"
        "  filter x > 3"
    ]


def test_each_growing_literal_has_its_turn_as_the_delta() -> None:
    assert plans("path(x, z) :- path(x, y), path(y, z).", "path") == [
        "path(x, z)\n"
        "  scan path [delta] on () binds (x, y)\n"
        "  join path [full] on (0 = y) binds (z)",
        "path(x, z)\n"
        "  scan path [delta] on () binds (y, z)\n"
        "  join path [old] on (1 = y) binds (x)",
    ]


def test_a_literal_that_binds_nothing_new_is_a_semi_join() -> None:
    assert "semi-join small [full] on (0 = x) binds ()" in plans("p(x) :- small(x, _), big(x, _).")[
        0
    ].replace("big", "small")


def test_aggregates_wait_for_atoms_unless_one_needs_their_result() -> None:
    (late,) = plans("p(x) :- big(x, _), n = count : { small(x, _) }, n > 1.")
    assert late.index("scan big") < late.index("count by (x)") < late.index("filter n > 1")
    (early,) = plans("p(x) :- big(x, g), g = max y : { small(_, y) }.")
    assert early.index("max by ()") < early.index("join big")


def test_a_guarded_division_waits_for_its_guard() -> None:
    (plan,) = plans("p(x) :- big(x, y), y != 0, x / y > 2.")
    assert plan.index("filter y != 0") < plan.index("filter x / y > 2")


def test_a_body_without_an_order() -> None:
    x, y = Var("x", Type.NUMBER), Var("y", Type.NUMBER)
    with pytest.raises(LimitError) as caught:
        order_body([Atom("big", (x, None)), Compare("<", x, y)], set(), Known())
    assert caught.value.number == 310
