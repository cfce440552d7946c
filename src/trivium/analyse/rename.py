"""A variable that an aggregate both gives and uses inside is two variables.

    before:  best(n) :- n = argmax n by g : { medals(n, g) }.
    after:   best(n) :- n = argmax n_1 by g : { medals(n_1, g) }.

So is a variable of the aggregated value that an atom of the aggregate's body has, as in Soufflé:

    before:  first(n) :- medals(n, g), g = max g : { medals(_, g) }.
    after:   first(n) :- medals(n, g), g = max g_1 : { medals(_, g_1) }.

One of a `min` or `max` that stands outside in the head alone is left: it is a witness there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trivium.analyse.flat import (
    FlatAggregate,
    FlatAtom,
    FlatLiteral,
    FlatMatch,
    literal_names,
    variables,
)
from trivium.syntax import ast

# The aggregates whose value stands in rows, the witnesses.
WITNESSED = ("min", "max")


def rename_results(
    literals: Sequence[FlatLiteral], bound: set[str], around: set[str]
) -> tuple[FlatLiteral, ...]:
    """The literals of one level, where `bound` are the variables bound outside it, and `around`
    those that stand outside it, bound or not."""
    given: dict[str, set[str]] = {}
    outside = set(bound)
    generated = {x.result for x in literals if isinstance(x, FlatAggregate) and x.kind == "range"}
    for literal in literals:
        if isinstance(literal, FlatAtom) and not literal.negated:
            outside |= {arg.name for arg in literal.args if isinstance(arg, ast.Variable)}
        elif isinstance(literal, ast.Comparison) and literal.op == "=":
            for one, other in ((literal.left, literal.right), (literal.right, literal.left)):
                if isinstance(one, ast.Variable) and isinstance(other, ast.Variable):
                    given.setdefault(one.name, set()).add(other.name)
                    if one.name in generated:
                        outside.add(other.name)
    here = [literal for literal in literals if not isinstance(literal, FlatAggregate)]
    level = bound | set(literal_names(here))
    taken = set(literal_names(literals)) | bound | around
    found: list[FlatLiteral] = []
    for literal in literals:
        if isinstance(literal, FlatAggregate):
            both = (given.get(literal.result, set()) & set(literal_names([literal]))) - outside
            witnessed = literal.kind in WITNESSED
            both |= own_values(literal) & (level if witnessed else level | around)
            if both:
                literal = renamed(literal, {name: fresh(name, taken) for name in sorted(both)})
        found.append(literal)
    return tuple(found)


def own_values(aggregate: FlatAggregate) -> set[str]:
    """The variables of the aggregated values that an atom of the aggregate's body binds."""
    binding: set[str] = set()
    for literal in aggregate.body:
        if isinstance(literal, FlatAtom) and not literal.negated:
            binding |= {arg.name for arg in literal.args if isinstance(arg, ast.Variable)}
        elif isinstance(literal, ast.Comparison) and literal.op == "=":
            structures = (s for s in (literal.left, literal.right) if isinstance(s, ast.Structure))
            binding |= {v.name for structure in structures for v in variables(structure)}
    return binding & {v.name for value in aggregate.values for v in variables(value)}


def fresh(name: str, taken: set[str]) -> str:
    number = 1
    while f"{name}_{number}" in taken:
        number += 1
    taken.add(f"{name}_{number}")
    return f"{name}_{number}"


def renamed_term(term: ast.Term, names: Mapping[str, str]) -> ast.Term:
    if isinstance(term, ast.Variable):
        return replace(term, name=names.get(term.name, term.name))
    if isinstance(term, ast.Call | ast.Structure):
        return replace(term, args=tuple(renamed_term(arg, names) for arg in term.args))
    if isinstance(term, ast.Cast):
        return replace(term, value=renamed_term(term.value, names))
    return term


def renamed(literal: FlatLiteral, names: Mapping[str, str]) -> FlatLiteral:
    """The literal with other names for variables, inside aggregates too."""
    if isinstance(literal, FlatAtom):
        args = tuple(None if arg is None else renamed_term(arg, names) for arg in literal.args)
        return replace(literal, args=args)
    if isinstance(literal, ast.Comparison):
        left, right = renamed_term(literal.left, names), renamed_term(literal.right, names)
        return replace(literal, left=left, right=right)
    if isinstance(literal, FlatMatch):
        raise AssertionError("matches are made after names are told apart")
    return replace(
        literal,
        result=names.get(literal.result, literal.result),
        values=tuple(renamed_term(value, names) for value in literal.values),
        body=tuple(renamed(inner, names) for inner in literal.body),
        condition=tuple(renamed(inner, names) for inner in literal.condition),
    )
