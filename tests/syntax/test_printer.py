"""What the printer writes, the parser reads back as the same tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from trivium.source import Source, Span
from trivium.syntax import ast
from trivium.syntax.cursor import NO_VALUE, TWO_VALUES
from trivium.syntax.printer import print_program
from trivium.syntax.souffle import parse

SOURCE = Source("made", "")
AT = Span(SOURCE, 0, 0)
# Words with a meaning of their own are names too, where nothing follows that gives them it.
NAMES = ["x", "y", "count", "max", "sum", "top", "input", "?q", "_z", "größe"]
RELATIONS = ["p", "medals", "max", "count", "sum", "exists", "decl", "not_", "by"]
INFIX = ["+", "-", "*", "/", "%", "^", "band", "bor", "bxor", "bshl", "bshr", "land", "lor", "lxor"]
KINDS = ["count", "exists", "forall", "sum", "mean", "min", "median", "argmax", "top"]
COMPARISONS = ["=", "!=", "<", "<=", ">", ">=", "match", "contains"]
TEXT = st.text(st.characters(), max_size=8)  # lone surrogates included

Draw = Callable[[st.SearchStrategy[Any]], Any]


class Maker:
    """Makes random trees of a bounded depth."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def pick(self, options: list[str]) -> str:
        return self.draw(st.sampled_from(options))

    def many(self, make: Callable[..., Any], low: int, high: int, *args: Any) -> tuple[Any, ...]:
        return tuple(make(*args) for _ in range(self.draw(st.integers(low, high))))

    def leaf(self) -> ast.Term:
        match self.draw(st.integers(0, 6)):
            case 0:
                return ast.Wildcard(AT)
            case 1:
                return ast.Integer(self.draw(st.integers(-(2**63), 2**63 - 1)), AT)
            case 2:
                return ast.Integer(self.draw(st.integers(0, 2**64 - 1)), AT, True)
            case 3:
                finite = st.floats(allow_nan=False, allow_infinity=False)
                return ast.Real(self.draw(finite), AT)
            case 4:
                return ast.Text(self.draw(TEXT), AT)
            case 5:
                return ast.Nil(AT)
        return ast.Variable(self.pick(NAMES), AT)

    def term(self, depth: int) -> ast.Term:
        kind = self.draw(st.integers(0, 7)) if depth else 0
        if kind in (1, 2):
            return ast.Call(self.pick(INFIX), (self.term(depth - 1), self.term(depth - 1)), AT)
        if kind == 3:
            return ast.Call(self.pick(["neg", "lnot"]), (self.term(depth - 1),), AT)
        if kind == 4:
            functor = self.pick(["strlen", "cat", "max", "mine"])
            return ast.Call(functor, self.many(self.term, 1, 3, depth - 1), AT)
        if kind == 5:
            return self.aggregate(self.pick([*KINDS, "string_join"]), depth - 1)
        if kind == 6:
            branch = self.pick(NAMES) if self.draw(st.booleans()) else None
            return ast.Structure(branch, self.many(self.term, 0, 3, depth - 1), AT)
        if kind == 7:
            return ast.Cast(self.term(depth - 1), ast.Name(self.pick(NAMES), AT), AT)
        return self.leaf()

    def aggregate(self, kind: str, depth: int) -> ast.Aggregate:
        count = 0 if kind in NO_VALUE else 2 if kind in TWO_VALUES else 1
        count += kind == "string_join" and self.draw(st.booleans())
        return ast.Aggregate(
            kind,
            tuple(self.term(depth) for _ in range(count)),
            self.formula(depth),
            AT,
            self.term(depth) if kind == "top" else None,
            self.formula(depth) if kind == "forall" else None,
            self.draw(TEXT) if kind == "string_join" else ", ",
        )

    def atom(self, depth: int) -> ast.Atom:
        args = self.many(self.term, 0, 3, depth)
        names = tuple(ast.Name(self.pick(NAMES), AT) for _ in args)
        return ast.Atom(self.pick(RELATIONS), args, AT, names if self.draw(st.booleans()) else ())

    def formula(self, depth: int) -> ast.Formula:
        kind = self.draw(st.integers(0, 6 if depth else 3))
        if kind == 1:
            op = self.pick(COMPARISONS)
            return ast.Comparison(op, self.term(depth), self.term(depth), AT)
        if kind == 2:
            return ast.Holds(self.aggregate(self.pick(["exists", "forall"]), max(depth - 1, 0)), AT)
        if kind == 3:
            return ast.Truth(self.draw(st.booleans()), AT)
        if kind == 4:
            return ast.Negation(self.formula(depth - 1), AT)
        if kind == 5:
            return ast.Conjunction(self.many(self.formula, 2, 3, depth - 1), AT)
        if kind == 6:
            return ast.Disjunction(self.many(self.formula, 2, 3, depth - 1), AT)
        return self.atom(depth)

    def attributes(self) -> tuple[ast.Attribute, ...]:
        return self.many(lambda: ast.Attribute(self.pick(NAMES), "number", AT), 0, 3)

    def branch(self) -> ast.BranchDeclaration:
        return ast.BranchDeclaration(self.pick(NAMES), self.attributes(), AT)

    def weight(self) -> ast.Term:
        number = ast.Real(self.draw(st.floats(0, 1)), AT)
        half = ast.Call("/", (ast.Integer(1, AT), ast.Integer(2, AT)), AT)
        learnt = ast.Call("t", (number, ast.Variable("w", AT)), AT)
        return self.draw(st.sampled_from([number, half, learnt, ast.Variable("x", AT)]))

    def item(self) -> ast.Item:
        name = self.pick(RELATIONS)
        match self.draw(st.integers(0, 10)):
            case 8:
                atoms = self.many(self.atom, 1, 3, 1)
                weights = tuple(self.weight() for _ in atoms)
                body = self.formula(1) if self.draw(st.booleans()) else None
                return ast.Clause(atoms, body, AT, weights=weights)
            case 9:
                return ast.Evidence(self.atom(1), self.draw(st.booleans()), AT)
            case 10:
                return ast.Subsumption(self.atom(1), self.atom(1), self.formula(1), AT)
            case 0:
                return ast.Declaration(name, self.attributes(), AT)
            case 1:
                options = self.many(lambda: (self.pick(NAMES), self.draw(TEXT)), 0, 2)
                return ast.Directive(self.pick(["input", "output", "printsize"]), name, options, AT)
            case 2:
                subtype = self.draw(st.booleans())
                most = 1 if subtype else 2
                bases = self.many(lambda: ast.Name(self.pick(NAMES), AT), 1, most)
                return ast.TypeDeclaration(name, bases, subtype, AT)
            case 3:
                return ast.RecordDeclaration(name, self.attributes(), AT)
            case 4:
                return ast.SumDeclaration(name, self.many(self.branch, 1, 3), AT)
        body = self.formula(2) if self.draw(st.booleans()) else None
        return ast.Clause(self.many(self.atom, 1, 2, 2), body, AT)


@st.composite
def programs(draw: Draw) -> ast.Program:
    return ast.Program(Maker(draw).many(Maker(draw).item, 0, 3), SOURCE)


@settings(max_examples=200, deadline=None)
@given(programs())
def test_printed_programs_read_back_the_same(program: ast.Program) -> None:
    text = print_program(program)
    again = parse(Source("printed", text))
    assert again == program, text
    assert print_program(again) == text
