"""Records and branches outside of programs: Python values, files and depth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trivium as tv
from trivium.engine.symbols import SymbolTable
from trivium.engine.term_text import parse_term, term_text
from trivium.engine.values import decode, encode, sortable
from trivium.ir.types import Branch, Field, Shape, Type
from trivium.ir.values import Term

LIST, TREE = Type("List"), Type("Tree")
SHAPES = {
    LIST: Shape(
        LIST,
        (Branch("", (Field("n", Type.FLOAT), Field("t", TREE), Field("rest", LIST))),),
        True,
    ),
    TREE: Shape(
        TREE,
        (
            Branch("Leaf", ()),
            Branch("Text", (Field("s", Type.SYMBOL),)),
            Branch("Node", (Field("l", TREE), Field("r", TREE), Field("u", Type.UNSIGNED))),
            Branch("Pack", (Field("list", LIST),)),
        ),
        False,
    ),
}
PARSERS = {Type.FLOAT: float, Type.UNSIGNED: int, Type.SYMBOL: str}

LISTS: st.SearchStrategy[Any] = st.deferred(
    lambda: st.none() | st.tuples(st.floats(allow_nan=False), TREES, LISTS)
)
TREES: st.SearchStrategy[Any] = st.deferred(
    lambda: (
        st.just(Term("Leaf"))
        | st.builds(lambda s: Term("Text", (s,)), st.text(max_size=5))
        | st.builds(lambda *a: Term("Node", a), TREES, TREES, st.integers(0, 2**64 - 1))
        | st.builds(lambda x: Term("Pack", (x,)), LISTS)
    )
)


@given(st.lists(LISTS, max_size=5), st.lists(TREES, max_size=5))
def test_values_go_into_columns_and_come_out(lists: list[Any], trees: list[Any]) -> None:
    symbols = SymbolTable(SHAPES)
    for values, kind in ((lists, LIST), (trees, TREE)):
        column, present = encode(values, kind, symbols, str)
        assert present is None
        assert decode(column, None, kind, symbols) == values
        again = encode(values, kind, symbols, str)[0]
        assert column.tolist() == again.tolist()
        ranks = sortable(column, kind, symbols).tolist()
        same = [[a == b for b in values] for a in values]
        assert [[a == b for b in ranks] for a in ranks] == same


@given(TREES, LISTS)
def test_what_is_written_reads_back(tree: Any, list_: Any) -> None:
    assert parse_term(term_text(tree), TREE, SHAPES, PARSERS) == tree
    assert parse_term(term_text(list_), LIST, SHAPES, PARSERS) == list_


@pytest.mark.parametrize(
    ("part", "in_record", "in_term"),
    [
        ("<m: void f(int)>", "[<m: void f(int)>]", '$Text("<m: void f(int)>")'),
        ("a[1]", '["a[1]"]', "$Text(a[1])"),
        ("a, b", '["a, b"]', '$Text("a, b")'),
        ('say "a"', '[say "a"]', '$Text(say "a")'),
        ('"a" it is', '["\\"a\\" it is"]', '$Text("\\"a\\" it is")'),
        (" a", '[" a"]', '$Text(" a")'),
        ("", "[]", "$Text()"),
        ("a\nb", '["a\\nb"]', '$Text("a\\nb")'),
        ("a\\,\x1b", '["a\\\\,\\u001b"]', '$Text("a\\\\,\\u001b")'),
    ],
)
def test_texts_stand_bare_where_they_read_back(part: str, in_record: str, in_term: str) -> None:
    shapes = tv.Program(".type R = [s: symbol]").ir.shapes
    assert term_text((part,)) == in_record
    assert parse_term(in_record, Type("R"), shapes, PARSERS) == (part,)
    assert term_text(Term("Text", (part,))) == in_term
    assert parse_term(in_term, TREE, SHAPES, PARSERS) == Term("Text", (part,))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "expected `$`, found `the end`"),
        ("Leaf", "expected `$`, found `Leaf`"),
        ("$Twig", "`Twig` is no branch of Tree"),
        ("$Leaf more", "`more` stands after the end of the Tree"),
        ("$Node($Leaf, $Leaf)", "expected `,`, found `)`"),
        ("$Node($Leaf, $Leaf, -)", "`-` is not a unsigned"),
        ("$Pack([1, $Leaf, nil)", "expected `]`, found `)`"),
    ],
)
def test_what_is_no_term_says_why(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=r"\S") as caught:
        parse_term(text, TREE, SHAPES, PARSERS)
    assert str(caught.value) == problem


def test_terms_are_equal_by_their_parts() -> None:
    one, other = Term("Node", (Term("Leaf"), 1)), Term("Node", (Term("Leaf"), 1))
    assert one == other
    assert hash(one) == hash(other)
    assert one != Term("Node", (Term("Leaf"), 2))
    assert one != Term("Nodes", (Term("Leaf"), 1))
    assert repr(one) == "$Node($Leaf, 1)"
    assert repr(Term("Text", ('a "b"',))) == '$Text("a \\"b\\"")'


PROGRAM = """
    .type List = [head: number, tail: List]
    .type Expr = Number {x: number} | Add {l: Expr, r: Expr}
    .decl given(l: List, e: Expr)
    .decl seen(l: List, e: Expr)
    .input given
    .output seen
    seen(l, e) :- given(l, e).
"""


def test_rows_from_python_and_back() -> None:
    number = Term("Number", (1,))
    rows = [(None, number), ((1, (2, None)), Term("Add", (number, number)))]
    result = tv.Program(PROGRAM).run(given=rows)
    assert result["seen"].rows() == rows
    assert rows[1] in result["seen"]
    assert "[1, [2, nil]]  $Add($Number(1), $Number(1))" in str(result["seen"])
    proof = str(result.why("seen", rows[1]))
    assert proof.startswith("seen([1, [2, nil]], $Add($Number(1), $Number(1)))")
    assert result.probability("seen", (None, number)) == 1.0
    assert "no row has any" in str(result.why_not("seen", ((9, None), Term("Number", (9,)))))


ONE = Term("Number", (1,))


@pytest.mark.parametrize(
    "row",
    [
        (1, ONE),
        ((1,), ONE),
        (("1", None), ONE),
        (None, None),
        (None, Term("Less", ())),
        (None, Term("Add", (1, 2))),
    ],
)
def test_rows_that_are_no_terms(row: tuple[Any, ...]) -> None:
    with pytest.raises(tv.TriviumError) as caught:
        tv.Program(PROGRAM).run(given=[row])
    assert caught.value.number == 653


def test_facts_from_files_and_back(tmp_path: Path) -> None:
    text = "[1, [2, nil]]\t$Add($Number(1), $Number(-2))\nnil\t$Number(7)\n"
    (tmp_path / "given.facts").write_text(text, "utf-8")
    tv.Program(PROGRAM).run(facts_dir=tmp_path, output_dir=tmp_path)
    assert sorted((tmp_path / "seen.csv").read_text("utf-8").splitlines()) == sorted(
        text.splitlines()
    )


def test_a_line_that_is_no_term(tmp_path: Path) -> None:
    (tmp_path / "given.facts").write_text("nil\t$Number(7)\n[x, nil]\t$Number(7)\n", "utf-8")
    with pytest.raises(tv.TriviumError) as caught:
        tv.Program(PROGRAM).run(facts_dir=tmp_path)
    assert caught.value.number == 658
    assert "line 2: column `l`: '[x, nil]' is not a List: `x` is not a number" in str(caught.value)


def nested(depth: int) -> str:
    return "".join(f"[{n}, " for n in range(depth)) + "nil" + "]" * depth


def test_a_list_of_100_000_cells(tmp_path: Path) -> None:
    text = f"{nested(100_000)}\t$Number(7)\n"
    (tmp_path / "given.facts").write_text(text, "utf-8")
    rules = """
        .decl second(n: number)
        second(n) :- seen([_, [n, _]], _).
        .decl longer(l: List)
        longer([7, l]) :- seen(l, _).
        .output longer(IO=jsonfile)
    """
    program = tv.Program(PROGRAM + rules)
    result = program.run(facts_dir=tmp_path, output_dir=tmp_path)
    assert (tmp_path / "seen.csv").read_text("utf-8") == text
    assert (tmp_path / "longer.json").read_text("utf-8").startswith("[[[7, [0, [1, ")
    assert result["second"].rows() == [(1,)]
    assert str(result["longer"]).startswith("longer: 1 row")
    assert result["seen"].shown()[0][0] == nested(100_000)
    with pytest.raises(tv.TriviumError) as caught:
        result["seen"].rows()
    assert caught.value.number == 662
    (deep,) = result["longer"]
    again = program.run(given=[(deep[0], ONE)])
    assert again["second"].rows() == [(0,)]
    proof = str(again.why("longer", ((7, deep[0]),)))
    assert proof.startswith("longer([7, [7, [0, ")
    assert len(proof) < 5_000


def test_as_deep_as_rows_may_be(tmp_path: Path) -> None:
    value: Any = None
    for n in range(10_000):
        value = (n, value)
    result = tv.Program(PROGRAM).run(given=[(value, ONE)])
    assert result["seen"].rows()[0][0][0] == 9_999
    assert result["seen"].column("e") == [ONE]
    with pytest.raises(tv.TriviumError):
        tv.Program(PROGRAM).run(given=[((0, value), ONE)])["seen"].column("l")


def test_a_deep_branch_is_compared_and_printed_without_recursion() -> None:
    one: Any = Term("Number", (1,))
    other: Any = Term("Number", (1,))
    for _ in range(100_000):
        one, other = Term("Add", (one, ONE)), Term("Add", (other, ONE))
    assert one == other
    assert hash(one) == hash(other)
    assert len(repr(one)) > 100_000
    assert one != Term("Add", (other, ONE))
