"""What analysis makes of qualifiers and of subsumption."""

from __future__ import annotations

import pytest

from trivium.analyse import analyse
from trivium.ir.nodes import Best, Program, Relation
from trivium.ir.printer import print_rule
from trivium.ir.verify import verify
from trivium.source import Source
from trivium.syntax.souffle import parse

DIST = ".decl d(x: symbol, y: symbol, n: float)\n"


def checked(text: str) -> Program:
    return verify(analyse(parse(Source("test.dl", text))))


def relation(text: str, name: str) -> Relation:
    return checked(text).relations[name]


@pytest.mark.parametrize(
    ("removal", "best"),
    [
        ("d(x, y, a) <= d(x, y, b) :- b < a.", Best(2, "min")),
        ("d(x, y, a) <= d(x, y, b) :- a >= b.", Best(2, "min")),
        ("d(x, y, a) <= d(x, y, b) :- b > a.", Best(2, "max")),
        ("d(x, y, a) <= d(x, y, b) :- a <= b.", Best(2, "max")),
        ("d(x, a, n) <= d(x, b, n) :- a < b.", Best(1, "max")),
        # any other shape says more than one column tells
        ("d(x, y, a) <= d(x, y, b) :- b < a + 1.", None),
        ("d(x, y, a) <= d(x, z, b) :- b < a.", None),
        ("d(x, x, a) <= d(x, x, b) :- b < a.", None),
        ("d(x, y, a) <= d(x, y, b) :- b < a, a > 3.", None),
        ("d(x, y, a) <= d(x, y, b) :- b != a.", None),
        ("d(x, y, a) <= d(x, y, _) :- a > 3.", None),
        ('d("u", y, a) <= d("u", y, b) :- b < a.', None),
    ],
)
def test_best_column(removal: str, best: Best | None) -> None:
    assert relation(f"{DIST}{removal}", "d").best == best


def test_two_removals_are_no_lattice() -> None:
    both = "d(x, y, a) <= d(x, y, b) :- b < a.\nd(x, _, a) <= d(x, _, b) :- b < a."
    program = checked(f"{DIST}{both}")
    assert program.relations["d"].best is None
    assert [len(stratum.removals) for stratum in program.strata] == [2]


def test_a_row_compared_with_itself_is_not_compared() -> None:
    assert checked(f"{DIST}d(x, y, n) <= d(x, y, n) :- n > 3.").strata == ()


def test_equivalence_is_closed_by_rules() -> None:
    program = checked(".decl same(x: number, y: number) eqrel\nsame(1, 2).")
    assert program.relations["same"].equivalence
    assert [stratum.recursive for stratum in program.strata] == [True]
    assert all(rule.implied for rule in program.rules)
    assert [print_rule(rule, program) for rule in program.rules] == [
        "same(x, x) :- same(x, _).",
        "same(x, x) :- same(_, x).",
        "same(y, x) :- same(x, y).",
        "same(x, z) :- same(x, y), same(y, z).",
    ]


def test_choices_are_places() -> None:
    text = ".decl t(a: symbol, b: symbol, c: number) choice-domain b, (c, a)"
    assert relation(text, "t").choices == ((1,), (2, 0))


def test_words_without_a_meaning_of_their_own() -> None:
    text = ".decl p(x: number) no_inline magic btree\n.decl q(x: number) no_magic brie"
    program = checked(text)
    assert program.relations["p"].choices == program.relations["q"].choices == ()
