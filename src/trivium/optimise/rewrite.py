"""Rebuilding a program from changed rules, terms or literals, for the passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from trivium.ir.nodes import Aggregate, Atom, Call, Compare, Literal, Program, Rule, Term


def map_rules(program: Program, change: Callable[[Rule], Rule]) -> Program:
    """The program with each rule and removal changed; strata keep their order."""
    strata = tuple(
        replace(s, rules=tuple(map(change, s.rules)), removals=tuple(map(change, s.removals)))
        for s in program.strata
    )
    return replace(program, strata=strata)


def map_terms(literal: Literal, change: Callable[[Term], Term]) -> Literal:
    """The literal with each of its terms changed, innermost first, aggregates included."""

    def deep(term: Term) -> Term:
        if isinstance(term, Call):
            term = replace(term, args=tuple(map(deep, term.args)))
        return change(term)

    if isinstance(literal, Atom):
        return replace(literal, args=tuple(a if a is None else deep(a) for a in literal.args))
    if isinstance(literal, Compare):
        return replace(literal, left=deep(literal.left), right=deep(literal.right))
    return replace(
        literal,
        values=tuple(map(deep, literal.values)),
        body=tuple(map_terms(inner, change) for inner in literal.body),
        condition=tuple(map_terms(inner, change) for inner in literal.condition),
        parameter=None if literal.parameter is None else deep(literal.parameter),
    )


def with_laws(program: Program) -> set[str]:
    """The relations whose rows depend on more than their rules."""
    found = {d.relation for d in program.directives if d.kind == "limitsize"}
    for stratum in program.strata:
        for name in stratum.relations:
            relation = program.relations[name]
            if relation.equivalence or relation.choices or relation.best or stratum.removals:
                found.add(name)
    return found | numbered(program)


def numbered(program: Program) -> set[str]:
    """The relations whose rules number their bindings, one rule after the other (`autoinc`)."""
    return {
        rule.head.relation
        for rule in program.rules
        if any(isinstance(item, Aggregate) and item.kind == "autoinc" for item in rule.body)
    }
