"""The rules and literals that proofs show: as they were written where they say so, else as they
are, and always on one line that a program can be made of."""

from __future__ import annotations

import pytest

import trivium as tv
from trivium.ir.printer import print_rule
from trivium.syntax.written import show_literal, show_rule


def texts(text: str) -> list[str]:
    program = tv.Program(text).ir
    return list(dict.fromkeys(show_rule(rule, program) for rule in program.rules))


DECLARED = ".decl q(x: number) .decl r(s: symbol, x: number) .decl wide(a: number, b: number) "


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("p(x):-q(x),\n  // a comment, and so on\n  r(\"a  b\\n\",x) .", [
            'p(x) :- q(x), r("a  b\\n", x).']),
        ("p(x) :- /* why */ q(x).", ["p(x) :- q(x)."]),
        ("p((x + 1) * 2) :- q(x), -(x - 1) ^ 2 != x - (3 - x).", [
            "p((x + 1) * 2) :- q(x), -(x - 1) ^ 2 != x - (3 - x)."]),
        ("p(0x1f) :- wide(b: 1, a: _).", ["p(31) :- wide(b: 1, a: _)."]),
        ("p(x) :- q(x), (x > 1 ; r(_, x)).", ["p(x) :- q(x), x > 1.", "p(x) :- q(x), r(_, x)."]),
        ("p(x) :- q(x), !(x > 1, r(_, x)).", ["p(x) :- q(x), x <= 1.", "p(x) :- q(x), !r(_, x)."]),
        ("p(x) :- q(x), !(x = 3).", ["p(x) :- q(x), !(x = 3)."]),
        ("p(x), s(x) :- q(x).", ["p(x) :- q(x).", "s(x) :- q(x)."]),
        ("\n#define BIG(x) q(x), x > 9\np(x) :- BIG(x).", ["p(x) :- q(x), x > 9."]),
        (".decl in(x: number) inline  in(x) :- q(x), x > 1.  p(x) :- in(x).", [
            "p(x) :- q(x), x > 1."]),
        (".comp C { .decl a(x: number)  a(x) :- q(x). }  .init one = C", ["one.a(x) :- q(x)."]),
        ("p(n) :- n = count : { q(x), (x > 1 ; x < 0) }.", [
            "@either_1(x) :- q(x), x > 1.", "@either_1(x) :- q(x), x < 0.",
            "p(n) :- n = count : { q(x), (x > 1 ; x < 0) }."]),
        ("0.3::p(x); 0.2::s((x + 1) * 2) :- q(x).", ["0.3::p(x); 0.2::s((x + 1) * 2) :- q(x)."]),
        ('p(x) :- r("\\u0007\\d\\\\", x).', ['p(x) :- r("\\a\\\\d\\\\", x).']),
    ],
)  # fmt: skip
def test_a_rule_is_shown_as_it_was_written_where_it_is_that(written: str, shown: list[str]) -> None:
    assert texts(DECLARED + written) == shown


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("p(x / y) :- f(x), f(y).", "p(x / y) :- f(x), f(y)."),
        ("p(itof(x) / itof(y)) :- q(x), q(y).", "p(itof(x) / itof(y)) :- q(x), q(y)."),
        ("p(x + 1) :- f(x).", "p(x + 1.0) :- f(x)."),
        ("p(x + y) :- f(x), q(y).", "p(x + y) :- f(x), q(y)."),
        ("p(as(x, unsigned), -3, -(-x)) :- q(x).", "p(as(x, unsigned), -3, -(-x)) :- q(x)."),
        ("p(x) :- x = range(1, 4), q(x).", "p(x) :- x = range(1, 4), q(x)."),
        ("p(x, x) :- x = autoinc(), q(_).", "p(?1, ?1) :- q(_), ?1 = autoinc()."),
        ("p() :- q(x), _ = x / 2.", "p :- q(x), ?1 = x / 2."),
        ("p(x) :- q(x), x = max y : { q(y), y < sum z : { q(z), z < y } }.",
         "p(x) :- q(x), x = max y : { q(y), y < sum z : { q(z), z < y } }."),
        ("p(x) :- q(x), forall : { f(y) => y > 1.0, !exists : { q(z), z > x } }.",
         "p(x) :- q(x), forall : { f(y) => y > 1.0, !exists : { q(z), z > x } }."),
    ],
)  # fmt: skip
def test_a_checked_rule_says_what_was_written(written: str, printed: str) -> None:
    program = tv.Program(".decl q(x: number)  .decl f(x: float)  " + written).ir
    assert [print_rule(rule, program) for rule in program.rules] == [printed]


def test_why_keeps_the_brackets() -> None:
    result = tv.Program("0.3::p((x + 1) * 2) :- q(x).  q(1).").run()
    assert "p((x + 1) * 2) [x = 1]" in str(result.why("p", (4,)))
    result = tv.Program("p((x + 1) * 2) :- q(x).  q(1).").run()
    assert str(result.why("p", (4,))).startswith("p(4)   by p((x + 1) * 2) :- q(x).")


def test_a_literal_that_was_negated_is_shown_as_it_is() -> None:
    program = tv.Program("p(x) :- q(x), !(x = 3 ; x > 5).  q(3). q(7).")
    shown = str(program.run().why_not("p", (3,)))
    assert "fails at x != 3: 3 != 3 is false" in shown
    assert "- p(x) :- q(x), x != 3, x <= 5." in shown


def test_what_an_aggregate_is_compared_with_shows_the_aggregate() -> None:
    program = tv.Program("p(x) :- q(x), count : { q(y), !(y >= x) } > 3.  q(3).")
    (rule,) = program.ir.rules
    shown = [show_literal(literal, program.ir, rule.body) for literal in rule.body]
    assert shown == [
        "q(x)", "count : { q(y), !(y >= x) }", "count : { q(y), !(y >= x) } > 3"
    ]  # fmt: skip


def test_an_error_shows_the_rule_on_one_line() -> None:
    with pytest.raises(tv.TriviumError) as caught:
        tv.Program('p(to_number(s)) :- // first\n  r(s). r("a  b").').run()
    assert "in the rule `p(to_number(s)) :- r(s).`" in str(caught.value)
