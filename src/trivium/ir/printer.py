"""Checked rules as a program writes them: an aggregate stands where its result is used, a record
that is taken apart is a pattern again, and free columns are left out by naming the others.

before:  Rule(best(n), [medals(n, g, None), @1 = max x : {...}, g = @1])
after:   best(n) :- medals(nation: n, gold: g), g = max x : { medals(gold: x) }.

Conversions that analysis put in are left out: analysis puts them in again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from trivium.ir import notation
from trivium.ir.functors import CAST, TermFunctor, term_functor
from trivium.ir.nodes import (
    Aggregate,
    Atom,
    Call,
    Compare,
    Const,
    Fact,
    Literal,
    Parameter,
    Program,
    Relation,
    Rule,
    Term,
    Var,
    term_names,
)
from trivium.ir.notation import WILDCARD, Piece
from trivium.ir.text import write_float
from trivium.ir.types import NO_SHAPES, Shape, Shapes
from trivium.ir.writer import write, write_row

# What gives several values, or another each time.
_GENERATORS = frozenset(("range", "autoinc"))
# What analysis writes where an integer meets a float.
_CONVERSIONS = frozenset(("itof", "utof"))
_COLUMN = re.compile(r"[^\W\d]\w*")


def print_program(program: Program, facts: int | None = None) -> str:
    """The program as analysis left it, with so many of its facts at the most; it can be run again
    where no relation is one that analysis made, whose names no program can write."""
    lines = [_shape(shape) for shape in program.shapes.values()]
    lines += [_declaration(relation) for relation in program.relations.values()]
    shown = program.facts[:facts]
    lines += [print_fact(fact, program) for fact in shown]
    if len(shown) < len(program.facts):
        lines.append(f"// and {len(program.facts) - len(shown):,} more facts")
    for stratum in program.strata:
        lines += [print_rule(rule, program) for rule in stratum.rules if not rule.implied]
        lines += [print_removal(rule, program) for rule in stratum.removals]
    return "\n".join(lines)


def _shape(shape: Shape) -> str:
    fields = [", ".join(f"{f.name}: {f.type}" for f in b.fields) for b in shape.branches]
    if shape.record:
        return f".type {shape.type} = [{fields[0]}]"
    pairs = zip(shape.branches, fields, strict=True)
    return f".type {shape.type} = {' | '.join(f'{b.name} {{{inner}}}' for b, inner in pairs)}"


def _declaration(relation: Relation) -> str:
    columns = ", ".join(f"{column.name}: {column.type}" for column in relation.columns)
    words = [f".decl {relation.name}({columns})", *["eqrel"] * relation.equivalence]
    if relation.choices:
        keys = [", ".join(relation.columns[n].name for n in key) for key in relation.choices]
        words.append(f"choice-domain {', '.join(f'({key})' for key in keys)}")
    return " ".join(words)


def print_fact(fact: Fact, program: Program) -> str:
    row = write_row(program.relations[fact.relation], fact.values, program.shapes)
    match fact.weight:
        case None:
            return f"{row}."
        case float(weight):
            return f"{write_float(weight)}::{row}."
        case Parameter(name, None):
            return f"{name}::{row}."
        case Parameter(name, initial):
            named = f", {name}" if _COLUMN.fullmatch(name) else ""
            return f"t({initial}{named})::{row}."


def print_rule(rule: Rule, program: Program) -> str:
    return _Writer(program.relations, program.shapes).rule(rule)


def print_removal(rule: Rule, program: Program) -> str:
    """A rule that takes rows away: `worse <= better :- body.`"""
    return _Writer(program.relations, program.shapes).removal(rule)


def print_literal(literal: Literal, program: Program, beside: Sequence[Literal] = ()) -> str:
    """One literal; those `beside` it in its rule say what it reads the results of."""
    writer = _Writer(program.relations, program.shapes)
    writer.learn(beside or (literal,))
    return writer.literal(literal).text


def print_term(term: Term | None, shapes: Shapes = NO_SHAPES) -> str:
    """One term, `_` for none."""
    return _Writer({}, shapes).argument(term).text


def print_comparison(compare: Compare) -> str:
    """A comparison by itself, as it is tested."""
    writer = _Writer({}, NO_SHAPES)
    return notation.comparison(
        compare.op, writer.term(compare.left), writer.term(compare.right)
    ).text


_Part = tuple[Term, TermFunctor, Term | None]


@dataclass(slots=True)
class _Pattern:
    """A term that is taken apart: how it is made, and its parts as far as they are asked for."""

    whole: Term
    functor: TermFunctor
    parts: dict[int, Term] = field(default_factory=dict)


class _Writer:
    """Writes the literals of one rule. What analysis gave a name of its own, the results of
    aggregates and the patterns inside patterns, waits for the place where it is used."""

    def __init__(self, relations: Mapping[str, Relation], shapes: Shapes) -> None:
        self.relations = relations
        self.shapes = shapes
        self.results: dict[str, Aggregate] = {}
        self.patterns: dict[str, _Pattern] = {}
        self.made: dict[str, Call] = {}
        self.whole = False
        self.uses: Counter[str] = Counter()

    def rule(self, rule: Rule) -> str:
        self.whole = True
        self.uses.update(n for one in (rule.head, *rule.body) for n in term_names(one))
        body = self.formulas(rule.body)
        return notation.clause([self.atom(rule.head)], notation.conjunction(body) if body else None)

    def removal(self, rule: Rule) -> str:
        self.whole = True
        worse, better, *rest = self.formulas(rule.body)
        return f"{worse.text} <= {better.text} :- {notation.conjunction(rest).text}."

    # --- literals --------------------------------------------------------------------------------

    def learn(self, literals: Iterable[Literal]) -> list[Literal | _Pattern]:
        """The literals, those that take a term apart as one pattern; results are kept for later."""
        found: list[Literal | _Pattern] = []
        opened: dict[tuple[Term, str | None], _Pattern] = {}
        for literal in literals:
            if isinstance(literal, Aggregate):
                if literal.kind in _GENERATORS and self.uses[literal.result.name] > 2:
                    found.append(literal)  # each time it is written it would be another
                else:
                    self.results[literal.result.name] = literal
                continue
            part = self.part(literal)
            if part is None:
                made = _made(literal)
                if made is None:
                    found.append(literal)
                else:
                    self.made[made[0]] = made[1]
                continue
            whole, functor, value = part
            pattern = opened.get((whole, functor.branch))
            if pattern is None or (value is not None and functor.place in pattern.parts):
                pattern = opened[whole, functor.branch] = _Pattern(whole, functor)
                if isinstance(whole, Var) and _hidden(whole.name):
                    self.patterns[whole.name] = pattern
                else:
                    found.append(pattern)
            if value is not None:
                pattern.parts[functor.place] = value
        return [one for one in found if not (_not_nil(one) and (one.left, None) in opened)]

    def part(self, literal: Literal) -> _Part | None:
        """A term, how the literal takes it apart, and the value of one part; None for the value
        where the literal only asks how the term is made."""
        if _not_nil(literal) and isinstance(literal.left, Var) and _hidden(literal.left.name):
            shape = self.shapes.get(literal.left.type)
            if shape is not None:
                size = len(shape.branches[0].fields)
                return literal.left, TermFunctor("test", None, 0, size), None
        if not isinstance(literal, Compare) or literal.op != "=":
            return None
        for one, other in ((literal.right, literal.left), (literal.left, literal.right)):
            functor = term_functor(one.functor) if isinstance(one, Call) else None
            if isinstance(one, Call) and functor is not None and functor.role != "make":
                return one.args[0], functor, other if functor.role == "get" else None
        return None

    def formulas(self, literals: Sequence[Literal]) -> list[Piece]:
        found = []
        for one in self.learn(literals):
            if isinstance(one, _Pattern):
                found.append(self.pattern_of(one))
            elif isinstance(one, Aggregate):
                found.append(notation.comparison("=", self.term(one.result), self.aggregate(one)))
            else:
                found.append(self.literal(one))
        return found

    def literal(self, literal: Literal) -> Piece:
        match literal:
            case Atom():
                atom = self.atom(literal)
                return notation.negation(atom) if literal.negated else atom
            case Aggregate():
                return self.aggregate(literal)
        part = self.part(literal)
        if part is not None:
            whole, functor, value = part
            parts = {} if value is None else {functor.place: value}
            return self.pattern_of(_Pattern(whole, functor, parts))
        left, right = self.term(literal.left), self.term(literal.right)
        result = self.results.get(literal.left.name) if isinstance(literal.left, Var) else None
        if result is not None and result.kind in ("exists", "forall") and literal.op == "=":
            holds = notation.holds(left)
            if right.text == "1":
                return holds
            if right.text == "0":
                return notation.negation(holds)
        return notation.comparison(literal.op, left, right)

    def pattern_of(self, pattern: _Pattern) -> Piece:
        return notation.comparison("=", self.term(pattern.whole), self.pattern(pattern))

    def pattern(self, pattern: _Pattern) -> Piece:
        parts = [self.argument(pattern.parts.get(n)) for n in range(pattern.functor.size)]
        return notation.structure(pattern.functor.branch, parts)

    def atom(self, atom: Atom) -> Piece:
        relation = self.relations.get(atom.relation)
        args = [self.argument(arg) for arg in atom.args]
        named = [n for n, arg in enumerate(atom.args) if arg is not None]
        if relation is None or len(args) < 3 or len(named) == len(args) or not named:
            return notation.atom(atom.relation, args)
        names = [relation.columns[n].name for n in named]
        # A column without a name of its own says more by its place.
        if any(
            name == f"c{n}" or not _COLUMN.fullmatch(name)
            for n, name in zip(named, names, strict=True)
        ):
            return notation.atom(atom.relation, args)
        return notation.atom(atom.relation, [args[n] for n in named], names)

    def aggregate(self, literal: Aggregate) -> Piece:
        if literal.kind in _GENERATORS:
            return notation.call(literal.kind, [self.term(value) for value in literal.values])
        condition = notation.conjunction(self.formulas(literal.condition))
        body = notation.conjunction(self.formulas(literal.body))
        return notation.aggregate(
            literal.kind,
            [self.term(value) for value in literal.values],
            body,
            None if literal.parameter is None else self.term(literal.parameter),
            condition if literal.kind == "forall" else None,
            literal.separator,
        )

    # --- terms -----------------------------------------------------------------------------------

    def argument(self, term: Term | None) -> Piece:
        return WILDCARD if term is None else self.term(term)

    def term(self, term: Term) -> Piece:
        match term:
            case Var(name):
                return self.variable(name)
            case Const(value, type_):
                return notation.constant(write(value, type_, self.shapes))
        args = [self.term(arg) for arg in term.args]
        if term.functor in _CONVERSIONS and term.span == term.args[0].span:
            return args[0]
        if term.functor == CAST:
            return notation.cast(args[0], term.type)
        made = term_functor(term.functor)
        if made is not None and made.role == "make":
            return notation.structure(made.branch, args)
        return notation.call(term.functor, args)

    def variable(self, name: str) -> Piece:
        if name in self.results:
            return self.aggregate(self.results[name])
        if name in self.patterns:
            return self.pattern(self.patterns[name])
        if name in self.made:
            return self.term(self.made[name])
        # A program can name no variable so; by itself a literal shows what it is called.
        return Piece(name.replace("@", "?").replace(" ", "?") if self.whole else name)


def _hidden(name: str) -> bool:
    """Whether a variable is none of the writer's: no program can name it so."""
    return name[0] == "@" or " " in name


def _made(literal: Literal) -> tuple[str, Call] | None:
    """The variable that analysis gave a record or branch inside another, and what makes it."""
    if not isinstance(literal, Compare) or literal.op != "=":
        return None
    left, right = literal.left, literal.right
    if isinstance(left, Var) and _hidden(left.name) and isinstance(right, Call):
        functor = term_functor(right.functor)
        return (left.name, right) if functor is not None and functor.role == "make" else None
    return None


def _not_nil(literal: Literal | _Pattern) -> TypeGuard[Compare]:
    """Whether the literal says that a record is not `nil`, as the literals of a pattern do."""
    if not isinstance(literal, Compare) or literal.op != "!=":
        return False
    return isinstance(literal.right, Const) and literal.right.value is None
