"""`.plan` is checked where Soufflé would heed it: in recursive rules that an output depends on."""

from __future__ import annotations

import pytest

from trivium import Program
from trivium.errors import TriviumError

BOTH = """
    .decl edge(x: number, y: number)
    .decl path(x: number, y: number)
    .decl seen(x: number)
    path(x, y) :- edge(x, y).
    seen(y), path(x, z) :- path(x, y), edge(y, z).  .plan 0:(2, 1)
    edge(1, 2).  edge(2, 3).
"""
WRONG = BOTH.replace("(2, 1)", "(2, 2)")


def test_the_plan_of_a_rule_that_is_not_recursive_is_passed_over() -> None:
    assert Program(BOTH + ".output seen").run()["seen"].rows() == [(2,)]
    assert Program(BOTH + "p(x) :- edge(x, _). .plan 0:(7)\n").run()["p"].rows() == [(1,), (2,)]


def test_what_no_output_depends_on_may_have_any_plan() -> None:
    assert Program(WRONG + ".output edge").run()["edge"].rows() == [(1, 2), (2, 3)]
    assert Program(BOTH + ".output path").run()["path"].rows() == [(1, 2), (1, 3), (2, 3)]


@pytest.mark.parametrize(
    "outputs",
    [
        "",
        ".output seen",
        ".printsize seen",
        ".output path\nlast(x) :- !seen(x), edge(_, x).\n.output last",
    ],
)
def test_what_an_output_depends_on_may_not(outputs: str) -> None:
    with pytest.raises(TriviumError) as caught:
        Program(WRONG + outputs)
    assert caught.value.number == 241
