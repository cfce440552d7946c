"""Drop columns that nobody reads.

    asked:   reached
    before:  path(x, y) :- edge(x, y).          path(x, z) :- path(x, y), edge(y, z).
             reached(y) :- path(_, y).
    after:   @path:fb(y) :- edge(x, y).         @path:fb(z) :- @path:fb(y), edge(y, z).
             reached(y) :- @path:fb(y).

A column is dead when every atom leaves it free, or names it by a variable that is read nowhere else
but in dead columns of the rule's own head. Rows of what is asked for are the same; those of a
relation with dead columns become fewer, and its proofs have to be made by a run of the whole
program. Left alone are relations that are asked for, given, or read by an aggregate, which counts
their rows; and those with laws of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TypeVar

from trivium.ir.nodes import (
    Aggregate,
    Atom,
    Fact,
    Literal,
    Program,
    Relation,
    Rule,
    Var,
    reads,
    term_names,
)
from trivium.optimise.rewrite import with_laws

Columns = frozenset[int]
T = TypeVar("T")


def project(program: Program, kept: Collection[str]) -> Program:
    """The program without dead columns of relations that are not in `kept`."""
    dead = {name: columns for name, columns in _dead(program, kept).items() if columns}
    if not dead:
        return program
    names = {name: _name(program.relations[name], columns) for name, columns in dead.items()}

    def atom(literal: Literal) -> Literal:
        if not isinstance(literal, Atom) or literal.relation not in dead:
            return literal
        args = _without(literal.args, dead[literal.relation])
        return replace(literal, relation=names[literal.relation], args=args, span=None)

    def rule(before: Rule) -> Rule:
        head = atom(before.head)
        assert isinstance(head, Atom)
        return replace(before, head=head, body=tuple(map(atom, before.body)))

    strata = tuple(
        replace(
            stratum,
            relations=tuple(names.get(name, name) for name in stratum.relations),
            rules=tuple(map(rule, stratum.rules)),
        )
        for stratum in program.strata
    )
    facts = tuple(
        Fact(names[fact.relation], _without(fact.values, dead[fact.relation]), fact.span)
        if fact.relation in dead
        else fact
        for fact in program.facts
    )
    more = {
        names[name]: Relation(names[name], _without(program.relations[name].columns, columns))
        for name, columns in dead.items()
    }
    return replace(program, relations={**program.relations, **more}, strata=strata, facts=facts)


def _dead(program: Program, kept: Collection[str]) -> dict[str, Columns]:
    """The dead columns by relation: all at first, less those found to be read, to a fixpoint."""
    whole = {*kept, *with_laws(program)}
    whole.update(d.relation for d in program.directives)
    for rule in program.rules:
        for literal in rule.body:
            if isinstance(literal, Aggregate):
                whole |= reads(literal)
    dead = {
        rule.head.relation: frozenset(range(len(rule.head.args)))
        for rule in program.rules
        if rule.head.relation not in whole
    }
    changed = True
    while changed:
        changed = False
        for rule in program.rules:
            for relation, column in _read(rule, dead):
                if column in dead.get(relation, ()):
                    dead[relation] -= {column}
                    changed = True
    return dead


def _read(rule: Rule, dead: dict[str, Columns]) -> Iterator[tuple[str, int]]:
    """The columns that a rule reads of its atoms."""
    times: Counter[str] = Counter()
    for literal in rule.body:
        times.update(term_names(literal))
    unread = dead.get(rule.head.relation, frozenset())
    for column, arg in enumerate(rule.head.args):
        if column not in unread and arg is not None:
            times.update(term_names(replace(rule.head, args=(arg,))))
    for literal in rule.body:
        if isinstance(literal, Atom):
            for column, arg in enumerate(literal.args):
                alone = isinstance(arg, Var) and times[arg.name] == 1 and not literal.negated
                if arg is not None and not alone:
                    yield literal.relation, column


def _without(items: tuple[T, ...], columns: Columns) -> tuple[T, ...]:
    return tuple(item for place, item in enumerate(items) if place not in columns)


def _name(relation: Relation, columns: Columns) -> str:
    pattern = "".join("f" if place in columns else "b" for place in range(relation.arity))
    return f"@{relation.name}:{pattern}"
