"""Whatever value a program may hold is written so that it is read back, whatever it is."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trivium as tv
from trivium.cli.row import parse_row
from trivium.ir.text import quoted, unquoted
from trivium.ir.types import Type
from trivium.ir.values import Term, same_value
from trivium.ir.writer import write, write_row

TYPES = """
.type Pair = [a: float, b: symbol, day: date, more: Pair]
.type Tree = Leaf {n: unsigned} | Node {left: Tree, what: Pair, right: Tree} | Empty {}
"""
DECLARED = (
    f"{TYPES}.decl p(i: number, u: unsigned, f: float, s: symbol, d: date, r: Pair, t: Tree)\n"
)
SHAPES = tv.Program(DECLARED).ir.shapes
RELATION = tv.Program(DECLARED + "p(x, y, z, s, d, r, t) :- p(x, y, z, s, d, r, t).").ir.relations[
    "p"
]

texts = st.text(st.characters(), max_size=12)  # lone surrogates included
floats = st.floats()
dates = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.dates().map(lambda day: day.isoformat()[:7]),
    st.dates().map(lambda day: day.isoformat()[:4]),
    st.dates().map(lambda day: f"-{day.isoformat()[4:]}"),
)
unsigned = st.integers(0, 2**64 - 1)
pairs = st.recursive(st.none(), lambda inner: st.tuples(floats, texts, dates, inner), max_leaves=3)
trees = st.recursive(
    st.one_of(st.just(Term("Empty")), st.builds(lambda n: Term("Leaf", (n,)), unsigned)),
    lambda inner: st.builds(lambda *parts: Term("Node", parts), inner, pairs, inner),
    max_leaves=4,
)
numbers = st.integers(-(2**63), 2**63 - 1)
rows = st.tuples(numbers, unsigned, floats, texts, dates, pairs, trees)


def zero(value: Any) -> Any:
    """The value with one zero, which is all that a column has."""
    if isinstance(value, Term):
        return Term(value.name, zero(value.args))
    if isinstance(value, tuple):
        return tuple(map(zero, value))
    return value + 0.0 if isinstance(value, float) else value


def test_every_code_point_is_read_back() -> None:
    for start in range(0, sys.maxunicode + 1, 4096):
        text = "".join(map(chr, range(start, start + 4096)))
        written = quoted(text)
        assert unquoted(written) == text
        (row,) = tv.Program(f"p({written}).").run()["p"].rows()
        assert row == (text,)


@pytest.mark.parametrize(
    "hidden", ["\x1b[31m", "\x85", "\u2028", "\u202e", "\ufeff", "\ud800", "\0"]
)
def test_what_would_not_show_is_escaped(hidden: str) -> None:
    written = quoted(hidden)
    assert written.isascii()
    assert written.isprintable()


def test_a_backslash_in_front_keeps_an_escape_apart() -> None:
    assert quoted(r"\u0041 \n") == r'"\\u0041 \\n"'
    assert unquoted(r'"\u0041\d\'\0"') == "A\\d'\0"
    assert unquoted(r'"C:\users \u12"') == r"C:\users \u12"


@settings(max_examples=200, deadline=None)
@given(rows)
def test_a_row_is_read_back(row: tuple[Any, ...]) -> None:
    fact = write_row(RELATION, row, SHAPES)
    (again,) = tv.Program(f"{DECLARED}{fact}.").run()["p"].rows()
    assert same_value(again, zero(row)), fact


@settings(max_examples=200, deadline=None)
@given(rows)
def test_the_command_line_reads_it_too(row: tuple[Any, ...]) -> None:
    written = [
        write(value, column.type, SHAPES)
        for value, column in zip(row, RELATION.columns, strict=True)
    ]
    assert same_value(parse_row(f"p({', '.join(written)})").values, row)


@settings(max_examples=100, deadline=None)
@given(rows)
def test_an_undeclared_relation_has_the_same_types(row: tuple[Any, ...]) -> None:
    values = [write(v, column.type) for v, column in zip(row[:5], RELATION.columns, strict=False)]
    program = tv.Program(f"q({', '.join(values)}).")
    assert [column.type for column in program.ir.relations["q"].columns] == [
        Type.NUMBER, Type.UNSIGNED, Type.FLOAT, Type.SYMBOL, Type.DATE
    ]  # fmt: skip
    (again,) = program.run()["q"].rows()
    assert same_value(again, zero(row[:5]))


@settings(max_examples=100, deadline=None)
@given(rows)
def test_a_proof_shows_a_row_that_can_be_asked_for(row: tuple[Any, ...]) -> None:
    program = tv.Program(f"{DECLARED}q(i, u, f, s, d, r, t) :- p(i, u, f, s, d, r, t).")
    result = program.run(p=[row])
    shown = result.why("q", row).text
    if " …" not in shown:
        assert same_value(parse_row(shown).values, zero(row))


@pytest.mark.parametrize("number", [0, 13, 19951301, 99999999, 19950299])
def test_a_number_that_a_cast_made_a_date(number: int) -> None:
    written = write(number, Type.DATE)
    result = tv.Program(f"p({written}). q(as(x, number)) :- p(x).").run()
    assert result["q"].rows() == [(number,)]
