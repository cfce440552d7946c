"""A variable that an aggregate both gives and uses inside is two variables.

    before:  best(n) :- n = argmax n by g : { medals(n, g) }.
    after:   best(n) :- n = argmax n_1 by g : { medals(n_1, g) }.

Only where nothing else outside binds it: in `medals(n, g), g = max g : { medals(n, g) }` the `g` is
bound, so it is the same `g` everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trivium.analyse.flat import FlatAggregate, FlatAtom, FlatLiteral, FlatMatch, literal_names
from trivium.syntax import ast


def rename_results(literals: Sequence[FlatLiteral], bound: set[str]) -> tuple[FlatLiteral, ...]:
    """The literals of one level, where `bound` are the variables bound outside it."""
    given: dict[str, set[str]] = {}
    outside = set(bound)
    for literal in literals:
        if isinstance(literal, FlatAtom) and not literal.negated:
            outside |= {arg.name for arg in literal.args if isinstance(arg, ast.Variable)}
        elif isinstance(literal, ast.Comparison) and literal.op == "=":
            for one, other in ((literal.left, literal.right), (literal.right, literal.left)):
                if isinstance(one, ast.Variable) and isinstance(other, ast.Variable):
                    given.setdefault(one.name, set()).add(other.name)
    taken = set(literal_names(literals)) | bound
    renamed: list[FlatLiteral] = []
    for literal in literals:
        if isinstance(literal, FlatAggregate):
            both = (given.get(literal.result, set()) & set(literal_names([literal]))) - outside
            if both:
                literal = _literal(literal, {name: _fresh(name, taken) for name in sorted(both)})
        renamed.append(literal)
    return tuple(renamed)


def _fresh(name: str, taken: set[str]) -> str:
    number = 1
    while f"{name}_{number}" in taken:
        number += 1
    taken.add(f"{name}_{number}")
    return f"{name}_{number}"


def _term(term: ast.Term, names: Mapping[str, str]) -> ast.Term:
    if isinstance(term, ast.Variable):
        return replace(term, name=names.get(term.name, term.name))
    if isinstance(term, ast.Call | ast.Structure):
        return replace(term, args=tuple(_term(arg, names) for arg in term.args))
    if isinstance(term, ast.Cast):
        return replace(term, value=_term(term.value, names))
    return term


def _literal(literal: FlatLiteral, names: Mapping[str, str]) -> FlatLiteral:
    if isinstance(literal, FlatAtom):
        args = tuple(None if arg is None else _term(arg, names) for arg in literal.args)
        return replace(literal, args=args)
    if isinstance(literal, ast.Comparison):
        left, right = _term(literal.left, names), _term(literal.right, names)
        return replace(literal, left=left, right=right)
    if isinstance(literal, FlatMatch):
        raise AssertionError("matches are made after names are told apart")
    return replace(
        literal,
        values=tuple(_term(value, names) for value in literal.values),
        body=tuple(_literal(inner, names) for inner in literal.body),
        condition=tuple(_literal(inner, names) for inner in literal.condition),
    )
