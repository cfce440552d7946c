"""Types are found from facts, declarations, inputs and functors."""

from __future__ import annotations

import pytest

from trivium.analyse import analyse
from trivium.errors import TriviumError
from trivium.ir.nodes import Column, Program, Relation
from trivium.ir.printer import print_rule
from trivium.ir.types import Type
from trivium.ir.verify import verify
from trivium.source import Source
from trivium.syntax.souffle import parse

TABLE = Relation(
    "t",
    (
        Column("row", Type.NUMBER),
        Column("name", Type.SYMBOL),
        Column("size", Type.FLOAT),
        Column("born", Type.DATE),
    ),
)


def checked(text: str) -> Program:
    return verify(analyse(parse(Source("test.dl", text)), [TABLE]))


def columns(text: str, name: str = "p") -> str:
    found = checked(text).relations[name].columns
    return ", ".join(f"{column.name}: {column.type}" for column in found)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('p(1, "a", 2.5, -1, 3u).', "c0: number, c1: symbol, c2: float, c3: number, c4: unsigned"),
        ("p(1). p(2.5).", "c0: float"),
        ("p(1). p(3u).", "c0: unsigned"),
        ("p(n, s) :- t(name: n, size: s).", "n: symbol, s: float"),
        ("p(n, x) :- t(name: n), x = 1. p(m, x) :- t(name: m), x = 2.", "n: symbol, x: number"),
        ("p(who: n, when: d) :- t(name: n, born: d).", "who: symbol, when: date"),
        ("p(x, x) :- t(row: x).", "c0: number, c1: number"),
        ("p(x, x) :- t(row: x). p(a, b) :- t(row: a, size: b).", "a: number, b: float"),
        ("p(x, y) :- t(row: x, size: y). p(x, z) :- p(x, _), p(_, z).", "x: number, y: float"),
        ("p(1, y) :- t(size: y). p(x, 2.5) :- t(row: x).", "x: number, y: float"),
        ("p(1, x) :- t(size: x). p(x, 2.5) :- t(row: x).", "c0: number, x: float"),
        ("p(3, 2.5). p(x, y) :- t(row: x, size: y). p(a, b) :- p(a, b).", "x: number, y: float"),
        ("p(c1, 2) :- t(row: c1).", "c0: number, c1: number"),
        ("p(1). p(name: 2). p(x) :- t(row: x).", "name: number"),
        (
            "p(x, y) :- t(row: x, size: y). p(b: x, a: y) :- t(row: x, size: y).",
            "b: number, a: float",
        ),
        ("p(r / 2, r / 2.0, r + s) :- t(row: r, size: s).", "c0: number, c1: float, c2: float"),
        ("p(year(d), strlen(n)) :- t(born: d, name: n).", "c0: number, c1: number"),
        ("p(max(r, s)) :- t(row: r, size: s).", "c0: float"),
        (
            "p(c, m) :- c = count : { t(_,_,_,_) }, m = mean r : { t(row: r) }.",
            "c: number, m: float",
        ),
        ("p(d) :- d = max x : { t(born: x) }.", "d: date"),
        ("p(n) :- n = argmin m by s : { t(name: m, size: s) }.", "n: symbol"),
        ("p(j) :- j = string_join r : { t(row: r) }.", "j: symbol"),
        ("p(x) :- q(x). q(x) :- p(x). q(y) :- t(name: y).", "x: symbol"),
        ("p(y) :- y = x + 1, q(x). q(1).", "y: number"),
        ("p(y) :- y = x + 1, q(x). q(2.5).", "y: float"),
        ("p(x) :- q(x), r(x). q(1). r(1.0).", "x: number"),
        (".type Id <: number .type Key = Id .decl p(k: Key)", "k: number"),
        ("p. ", ""),
    ],
)
def test_columns(text: str, shown: str) -> None:
    assert columns(text) == shown


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("p(s) :- t(row: r, size: s), s > r.", "itof"),
        ("p(n) :- t(row: n), q(n). q(1.5).", "itof"),
        (".decl p(x: float) p(r) :- t(row: r).", "itof"),
        ("p(x) :- t(row: r), x = sqrt(r).", "itof"),
        ("p(j) :- j = string_join r : { t(row: r) }.", "to_string"),
    ],
)
def test_conversions_are_written_out(text: str, call: str) -> None:
    assert f"functor='{call}'" in repr(checked(text).rules)


def test_an_integer_beside_an_unsigned_is_unsigned() -> None:
    text = """
        .decl q(a: unsigned)  .decl s(x: float)
        .functor half(u: unsigned): unsigned
        .decl p(a: unsigned, m: unsigned)
        p(a, a) :- q(a), n = 8, q(a + n).
        p(a, m) :- q(a), n = 8, m = 2 * n.
        p(a, m) :- q(a), n = 4, m = @half(n + 1).
        w(a, n, y) :- q(a), s(x), n = 3, y = x + n, q(a * 2).
    """
    assert columns(text, "w") == "a: unsigned, n: number, y: float"


def test_conversions_do_not_show() -> None:
    program = checked("p(n) :- t(name: n, row: r, size: s), r + s > r.")
    (rule,) = program.rules
    assert print_rule(rule, program) == ("p(n) :- t(row: r, name: n, size: s), r + s > r.")


def test_literals_take_the_type_of_their_column() -> None:
    program = checked(".decl p(f: float, u: unsigned) p(1, 2).")
    assert [repr(value) for value in program.facts[0].values] == ["1.0", "2"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("p(n) :- t(name: n), n = 1.", 207),
        ("p(n) :- t(name: n, row: n).", 207),
        ("p(n) :- t(born: d), n = d + 1.", 207),
        ('p(n) :- t(name: n, born: d), d = "1995".', 207),
        ("p(n) :- t(name: n), match(1, n).", 207),
        ("p(x) :- p(x).", 209),
        ("p(n) :- t(nmae: n).", 204),
        ("t(1, 2).", 203),
    ],
)
def test_mistakes(text: str, number: int) -> None:
    with pytest.raises(TriviumError) as caught:
        checked(text)
    assert caught.value.number == number


def test_a_declaration_may_repeat_the_data() -> None:
    text = ".decl t(a: number, b: symbol, c: number, d: symbol) p(x) :- t(c: x)."
    assert columns(text) == "x: number"
    with pytest.raises(TriviumError) as caught:
        checked(".decl t(a: number)")
    assert caught.value.number == 203


def test_the_order_of_rules_does_not_matter() -> None:
    rules = ["a(x) :- b(x).", "b(x) :- c(x).", "c(x) :- t(size: x).", "b(x) :- d(x).", "d(1)."]
    shown = {columns(" ".join(rules[n:] + rules[:n]), "a") for n in range(len(rules))}
    assert shown == {"x: float"}


def test_an_undeclared_column_compared_with_a_float_stays_a_number() -> None:
    text = """
    .type Whole = number
    .decl r(x: float)  .decl p(x: float, y: number)
    r(1.0).  q(1).
    p(x, y) :- q(y), r(x), x = y.
    """
    assert columns(text) == "x: float, y: number"
