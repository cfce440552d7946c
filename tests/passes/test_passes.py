"""Each pass, before and after."""

from __future__ import annotations

import pytest

from trivium.analyse import analyse
from trivium.ir.nodes import Program
from trivium.ir.verify import verify
from trivium.optimise import PASSES, optimise
from trivium.optimise.drop_duplicates import drop_duplicates
from trivium.optimise.fold_constants import fold_constants
from trivium.source import Source
from trivium.syntax.printer import print_rule
from trivium.syntax.souffle import parse


def checked(text: str) -> Program:
    return verify(analyse(parse(Source("test.dl", text))))


def rules(program: Program) -> list[str]:
    return [print_rule(rule, program.relations) for rule in verify(program).rules]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("p(x) :- q(x), x > 60 * 60. q(1).", "p(x) :- q(x), x > 3600."),
        ("p(x) :- q(x), x > 2 + 2 * x. q(1).", "p(x) :- q(x), x > 2 + 2 * x."),
        ("p(x) :- q(x), x > 1 / 0. q(1).", "p(x) :- q(x), x > 1 / 0."),
        ("p(x) :- q(x), x > 0.1 + 0.2. q(1.0).", "p(x) :- q(x), x > 0.1 + 0.2."),
        (
            "p(x) :- q(x), x > 9223372036854775807 + 1. q(1).",
            "p(x) :- q(x), x > 9223372036854775807 + 1.",
        ),
        (
            'p(d) :- q(d), d > date("1995-03"). q(date("1995")).',
            'p(d) :- q(d), d > date("1995-03").',
        ),
        ('p(d) :- q(d), d > date("soon"). q(date("1995")).', 'p(d) :- q(d), d > date("soon").'),
    ],
)
def test_fold_constants(before: str, after: str) -> None:
    assert rules(fold_constants(checked(before))) == [after]


def test_fold_constants_makes_facts() -> None:
    program = fold_constants(checked('p(2 + 2). p(7 - 10). d(date("1995-03")).'))
    assert [fact.values for fact in program.facts] == [(4,), (-3,), (19950300,)]
    assert program.strata == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("p(x) :- q(x, y), y > 1, q(x, y). q(1, 2).", "p(x) :- q(x, y), y > 1."),
        (
            "p(c) :- c = count : { q(_, _), q(_, _) }. q(1, 2).",
            "p(c) :- c = count : { q(_, _), q(_, _) }.",
        ),
    ],
)
def test_drop_duplicates(before: str, after: str) -> None:
    assert rules(drop_duplicates(checked(before))) == [after]


def test_passes_run_in_order() -> None:
    program = checked("p(x) :- q(x), x > 1 + 1, x > 2. q(3).")
    assert rules(optimise(program)) == ["p(x) :- q(x), x > 2."]
    assert (fold_constants, drop_duplicates) == PASSES
