"""Inline relations, before and after; and the rows are what they would be without the word."""

from __future__ import annotations

import pytest

from trivium.analyse.inline import inline
from trivium.errors import ProgramError
from trivium.program import Program
from trivium.source import Source
from trivium.syntax import ast
from trivium.syntax.printer import print_item
from trivium.syntax.souffle import parse

NEAR = ".decl near(x: number, y: number) inline\nnear(x, y) :- x - y < 3, y - x < 3.\n"
SOME = ".decl some(x: number) inline\nsome(x) :- q(x, y), y > 1.\n"
BOTH = ".decl both(x: number) inline\nboth(1). both(x) :- q(x, x).\n"
DATA = "q(1, 2). q(2, 2). q(3, 1). q(4, 9).\n"


def written(text: str) -> list[str]:
    """The clauses that are left."""
    items = inline(parse(Source("test.dl", text))).items
    return [print_item(item) for item in items if isinstance(item, ast.Clause)]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"{NEAR}p(a) :- q(a, b), near(a, b).", "p(a) :- q(a, b), (a - b < 3, b - a < 3)."),
        (f"{NEAR}p(a) :- q(a, b), near(b, 7).", "p(a) :- q(a, b), (b - 7 < 3, 7 - b < 3)."),
        (f"{NEAR}p(a) :- q(a, b), !near(a, b).", "p(a) :- q(a, b), !(a - b < 3, b - a < 3)."),
        (f"{SOME}p(a) :- some(a).", "p(a) :- q(a, y_1), y_1 > 1."),
        (f"{SOME}p(y) :- some(y), some(3).", "p(y) :- (q(y, y_1), y_1 > 1), (q(3, y_2), y_2 > 1)."),
        (f"{SOME}p(y_1) :- some(y_1).", "p(y_1) :- q(y_1, y_2), y_2 > 1."),
        (f"{SOME}p() :- some(_).", "p :- q(x_1, y_1), y_1 > 1."),
        (f"{BOTH}p(a) :- both(a).", "p(a) :- a = 1 ; q(a, a)."),
        (
            ".decl eq(x: number, y: number) inline\neq(x, x) :- true.\n"
            "p(a, b) :- q(a, b), !eq(a, b).",
            "p(a, b) :- q(a, b), !(b = a).",
        ),
        (
            ".decl sum(x: number, y: number) inline\nsum(x, y) :- y = x + 1.\np(b) :- sum(3, b).",
            "p(b) :- b = 3 + 1.",
        ),
        (".decl none(x: number) inline\np(a) :- q(a, _), !none(a).", "p(a) :- q(a, _), !false."),
        (
            ".decl one(x: number) inline\n.decl two(x: number) inline\none(x) :- two(x), x > 1.\n"
            "two(x) :- q(x, _).\np(a) :- one(a).",
            "p(a) :- q(a, _), a > 1.",
        ),
        (
            ".decl r(x: number) inline\nr(x) :- q(x, x), x != 3.\n"
            "p(n) :- n = count : { r(x), x > 1 }.",
            "p(n) :- n = count : { (q(x, x), x != 3), x > 1 }.",
        ),
        (
            ".decl top(x: number) inline\ntop(x) :- x = max x : { q(x, _) }.\np(a) :- top(a).",
            "p(a) :- a = x_1, x_1 = max x_1 : { q(x_1, _) }.",
        ),
        (
            ".decl half(x: float, y: float) inline\nhalf(x, y) :- y = x / 2.0.\n"
            "p(y) :- half(3, y).",
            "p(y) :- y = 3.0 / 2.0.",
        ),
    ],
)
def test_written_out(text: str, after: str) -> None:
    assert written(text) == [after]
    plain = rows(text.replace(" inline", ""))
    assert plain in (rows(text), [(208,)], [(202,)])


def rows(text: str) -> list[tuple[object, ...]]:
    try:
        return Program(text + "\n" + DATA).run()["p"].rows()
    except ProgramError as error:  # what is not safe without its use
        return [(error.number,)]


@pytest.mark.parametrize(
    "text",
    [
        # counted rows are those of the relation, not the ways to derive them
        f"{SOME}p(n) :- n = count : {{ some(_) }}.",
        f"{BOTH}p(n) :- n = count : {{ both(_) }}.",
        ".decl r(x: number) inline\nr(x) :- q(x, _).\np(n) :- n = count : { r(_) }.\nq(1, 3).",
        # a variable of its own under a negation
        f"{SOME}p(x) :- q(x, _), !some(x).",
        f"{BOTH}p(x) :- q(x, _), !both(_).",
        f"{SOME}p(x) :- some(x: x).",
    ],
)
def test_left_as_they_are(text: str) -> None:
    assert len(written(text)) > 1
    assert rows(text) == rows(text.replace(" inline", ""))


def test_bound_where_it_is_used() -> None:
    """`near` is not safe by itself: nothing in its rule binds `x` and `y`."""
    text = f"{NEAR}p(a, b) :- q(a, _), q(b, _), near(a, b), a < b."
    assert rows(text) == [(1, 2), (1, 3), (2, 3), (2, 4), (3, 4)]


def test_words_and_pragmas_that_keep_a_relation() -> None:
    text = ".decl some(x: number) inline no_inline\nsome(x) :- q(x, _).\np(x) :- some(x)."
    assert len(written(text)) == 2
    text = f'.pragma "inline-exclude" "some,both"\n{SOME}{BOTH}p(x) :- some(x), both(x).'
    assert len(written(text)) == 4


def test_records_match_part_by_part() -> None:
    text = (
        ".type P = [x: number, y: number]\n.decl add(a: P, b: P, c: P) inline\n"
        "add([a, b], [c, d], [a + c, b + d]).\n.decl p(x: number, y: number)\n"
        "p(x, y) :- q(a, b), add([a, b], [1, 1], [x, y])."
    )
    (clause,) = written(text)
    assert clause == "p(x, y) :- q(a, b), (x = a + 1, y = b + 1)."
    assert rows(text) == [(2, 3), (3, 3), (4, 2), (5, 10)]
