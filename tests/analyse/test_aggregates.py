"""Aggregates: their groups, their scopes, and the disjunctions inside them."""

from __future__ import annotations

import pytest

from trivium.analyse import analyse
from trivium.ir.nodes import Aggregate, Program
from trivium.ir.printer import print_literal, print_rule
from trivium.ir.verify import verify
from trivium.source import Source
from trivium.syntax.souffle import parse

DATA = 'm("Norway", 16). n("Norway").\n'


def checked(text: str) -> Program:
    return verify(analyse(parse(Source("test.dl", DATA + text))))


def rules(text: str) -> list[str]:
    program = checked(text)
    ordered = sorted(program.rules, key=lambda rule: rule.index)
    return [print_rule(rule, program) for rule in ordered]


def aggregates(text: str) -> list[Aggregate]:
    found = [literal for rule in checked(text).rules for literal in rule.body]
    return [literal for literal in found if isinstance(literal, Aggregate)]


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("p(s) :- s = sum g : { m(_, g) }.", []),
        ("p(x, s) :- n(x), s = sum g : { m(x, g) }.", ["x"]),
        ("p(x, s) :- n(x), s = sum (g * k) : { m(x, g) }, k = 2.", ["k", "x"]),
        ("p(x) :- n(x), k = 1, forall : { m(x, g) => g > k }.", ["x", "k"]),
        ("p(x) :- n(x), 1 < count : { m(x, g), exists : { m(y, g), y != x } }.", ["x"]),
    ],
)
def test_groups(text: str, group: list[str]) -> None:
    found = aggregates(text)[0]
    assert [variable.name for variable in found.group] == group


def test_two_aggregates_may_use_one_name_inside() -> None:
    text = "p(a, b) :- a = min g : { m(_, g) }, b = strlen(c), c = max g : { m(g, _) }."
    assert [found.values[0].type for found in aggregates(text)] == ["number", "symbol"]


def test_a_result_may_share_its_name() -> None:
    assert rules("p(x) :- x = argmax x by g : { m(x, g) }.") == [
        "p(x) :- x = argmax x_1 by g : { m(x_1, g) }."
    ]


def test_aggregates_stand_in_arithmetic_and_heads() -> None:
    assert rules("p(count : { n(_) } + 1) :- 2 * (sum g : { m(_, g) }) > 3.") == [
        "p((count : { n(_) }) + 1) :- 2 * (sum g : { m(_, g) }) > 3."
    ]


def test_a_disjunction_inside_keeps_the_rows_apart() -> None:
    assert rules("p(c) :- c = count : { m(_, g), (g > 3 ; g = 1) }.") == [
        "@either_1(g) :- m(_, g), g > 3.",
        "@either_1(g) :- m(_, g), g = 1.",
        "p(c) :- c = count : { m(_, g), @either_1(g) }.",
    ]


def test_negated_forms() -> None:
    (rule,) = rules('p(x) :- n(x), !(m(x, 3) ; match("N.*", x) ; x = "Chad").')
    assert rule == 'p(x) :- n(x), !m(x, 3), match("N.*", x) = 0, x != "Chad".'


def test_one_literal_alone_prints() -> None:
    program = checked("p(s) :- s = sum g : { m(_, g) }.")
    shown = [print_literal(literal, program) for literal in program.rules[0].body]
    assert shown == ["sum g : { m(_, g) }", "s = @1"]
