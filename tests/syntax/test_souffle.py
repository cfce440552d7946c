"""The Soufflé dialect: how text is read, shown by how the tree prints."""

from __future__ import annotations

import time

import pytest

from trivium.source import Source
from trivium.syntax import ast
from trivium.syntax.printer import print_program
from trivium.syntax.souffle import parse


def program(text: str) -> ast.Program:
    return parse(Source("test.dl", text))


def printed(text: str) -> str:
    return print_program(program(text)).strip()


def value(text: str) -> ast.Term:
    """The term, read as the argument of a fact."""
    clause = program(f"p({text}).").items[0]
    assert isinstance(clause, ast.Clause)
    return clause.heads[0].args[0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("p(1+2*3).", "p(1 + 2 * 3)."),
        ("p((1+2)*3).", "p((1 + 2) * 3)."),
        ("p(1-(2-3)).", "p(1 - (2 - 3))."),
        ("p(2^3^2).", "p(2 ^ 3 ^ 2)."),
        ("p((2^3)^2).", "p((2 ^ 3) ^ 2)."),
        ("p(-2^2).", "p(-2 ^ 2)."),
        ("p(x band 1 + 2).", "p(x band 1 + 2)."),
        ("p(-x * -3).", "p(-x * -3)."),
        ("p(bnot x + 1).", "p(bnot(x) + 1)."),
        ("p() :- q.", "p :- q."),
        ("p:-q,(r;s),t.", "p :- q, (r ; s), t."),
        ("p:-q,r;s.", "p :- q, r ; s."),
        ("p :- !(q, r).", "p :- !(q, r)."),
        ("p(x) :- (x + 1) * 2 = y, ((q(x))).", "p(x) :- (x + 1) * 2 = y, q(x)."),
        ('p :- match("a.*", x), contains(x, y) = 0.', 'p :- match("a.*", x), contains(x, y) = 0.'),
        ("a(x), b(x) :- c(x).", "a(x), b(x) :- c(x)."),
        ("p(n) :- n = count : q(_).", "p(n) :- n = count : { q(_) }."),
        ("p(m) :- m = max x : q(x).", "p(m) :- m = max x : { q(x) }."),
        ("p(m) :- m = max(x, y), q(x, y).", "p(m) :- m = max(x, y), q(x, y)."),
        ("p(m) :- m = sum (x+1)*2 : {q(x)}.", "p(m) :- m = sum ((x + 1) * 2) : { q(x) }."),
        ("p(m) :- m = 1 + sum x : q(x).", "p(m) :- m = 1 + (sum x : { q(x) })."),
        ("p :- count : { q(_) } > 3.", "p :- count : { q(_) } > 3."),
        ("p(t) :- t = top 3 x : { q(x) }.", "p(t) :- t = top 3 x : { q(x) }."),
        ("p :- exists : { q(x), x > 3 }.", "p :- exists : { q(x), x > 3 }."),
        ("p :- !forall : { q(x) => x > 3 }.", "p :- !forall : { q(x) => x > 3 }."),
        ('p(string_join x, "/" : q(x)).', 'p(string_join x, "/" : { q(x) }).'),
        ("p(count: c) :- t(count: c, max: m).", "p(count: c) :- t(count: c, max: m)."),
        ("p(count : { q(x) }).", "p(count : { q(x) })."),
        ("p(1, count : q(_) - 1).", "p(1, (count : { q(_) }) - 1)."),
        (
            "p(s) :- s = sum count : t(count: count).",
            "p(s) :- s = sum count : { t(count: count) }.",
        ),
        ("p(@mine(1)).", "p(mine(1))."),
        ("p :- true, !false.", "p :- true, !false."),
        (
            ".decl p, q(x: number) inline",
            ".decl p(x: number) inline\n.decl q(x: number) inline",
        ),
        (
            ".decl p(x: number, y: g.T) eqrel choice-domain x, (x, y)",
            ".decl p(x: number, y: g.T) eqrel choice-domain x, (x, y)",
        ),
        (".decl d = debug_delta(g.p)", ".decl d = debug_delta(g.p)"),
        ("p(x) <= p(y) :- x < y.", "p(x) <= p(y) :- x < y."),
        ("p(x) :- g.h.q(x).q(1).", "p(x) :- g.h.q(x).\nq(1)."),
        ("p. q.", "p.\nq."),
        (".output g.p, q", ".output g.p\n.output q"),
        (".limitsize p(n=3)", '.limitsize p(n="3")'),
        (
            ".comp A<T>:B<T>,C{.override q .init i=D<T, g.U> .comp E{} p(1).}\n.init a=A<symbol>",
            ".comp A<T> : B<T>, C {\n  .override q\n  .init i = D<T, g.U>\n  .comp E {\n  }\n"
            "  p(1).\n}\n.init a = A<symbol>",
        ),
        (".decl p(x: number) output", ".decl p(x: number)\n.output p"),
        (".input p(IO=file, headers=true)", '.input p(IO="file", headers="true")'),
        (".type T <: symbol .type U = T | symbol", ".type T <: symbol\n.type U = T | symbol"),
        ('.pragma "legacy" "*"\np(1).', '.pragma "legacy" "*"\np(1).'),
        ("p(x) :- p(x), r(x). .plan 0:(2,1)", "p(x) :- p(x), r(x)."),
        ("# a comment\np(1). // one\n/* two\n */ q(2).", "p(1).\nq(2)."),
        ("p(1).q(2).", "p(1).\nq(2)."),
        ('@[a = {[()]} "]"]p(1). @![b]\n.decl @[c] q(@[d] x: number)', "p(1).\n.decl q(x: number)"),
    ],
)
def test_reading(text: str, shown: str) -> None:
    assert printed(text) == shown


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12", 12),
        ("-12", -12),
        ("- 12", -12),
        ("0x1F", 31),
        ("0b101", 5),
        ("7u", 7),
        ("1.5", 1.5),
        ("-1e3", -1000.0),
        ("2.5E-1", 0.25),
        ("-9223372036854775808", -(2**63)),
        ("18446744073709551615", 2**64 - 1),
        (r'"a\"b\\c\n\t"', 'a"b\\c\n\t'),
        (r'"\d+"', r"\d+"),
        ('"naïve – ∀"', "naïve – ∀"),
    ],
)
def test_constants(text: str, read: object) -> None:
    found = value(text)
    assert isinstance(found, ast.Integer | ast.Real | ast.Text)
    assert found.value == read
    assert type(found.value) is type(read)


def test_spans_hold_the_text() -> None:
    text = "p(x) :- q(x, y + 1), !r(x)."
    clause = program(text).items[0]
    assert isinstance(clause, ast.Clause)
    assert isinstance(clause.body, ast.Conjunction)
    atom, negation = clause.body.parts
    assert isinstance(atom, ast.Atom)
    assert (clause.span.text, atom.span.text, negation.span.text) == (text, "q(x, y + 1)", "!r(x)")
    assert atom.args[1].span.text == "y + 1"
    assert atom.name_span.text == "q"


def test_many_facts_are_read_in_linear_time() -> None:
    def seconds(count: int) -> float:
        source = Source("facts.dl", "\n".join(f'edge({i}, "n{i}").' for i in range(count)))
        start = time.process_time()
        assert len(parse(source).items) == count
        return time.process_time() - start

    seconds(1_000)
    # Ten times the facts in well under a hundred times the time.
    assert seconds(20_000) < 40 * max(seconds(2_000), 0.005)
