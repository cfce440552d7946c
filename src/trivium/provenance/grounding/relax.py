"""The certain program whose rows are all that an uncertain one may derive.

    before:  0.4::edge(1, 2).   alone(x) :- node(x), !edge(x, _).
    after:   edge(1, 2).        @some_edge_bf(x) :- edge(x, _).   alone(x) :- node(x).

An uncertain literal may hold or not, so one that is negated blocks nothing. What its rules say of
the rows that came is ground afterwards, see `rules.py`. A negated atom with free arguments asks for
any row: there it becomes a relation of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from trivium.analyse.uncertain import uncertain_relations
from trivium.ir.nodes import Atom, Literal, Program, Relation, Rule, Stratum, Var


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What to run, which relations are uncertain, and their rules with what is negated."""

    program: Program
    uncertain: frozenset[str]
    rules: tuple[Rule, ...]


def relax(program: Program) -> Relaxed:
    uncertain = uncertain_relations(program)
    relations = dict(program.relations)
    strata: list[Stratum] = []
    rules: list[Rule] = []
    numbers = max((rule.index for rule in program.rules), default=0) + 1
    for stratum in program.strata:
        kept: list[Rule] = []
        for rule in stratum.rules:
            if rule.head.relation not in uncertain:
                kept.append(rule)
                continue
            body: list[Literal] = []
            for literal in rule.body:
                if not isinstance(literal, Atom) or not literal.negated:
                    body.append(literal)
                    continue
                if literal.relation in uncertain and None in literal.args:
                    literal = _closed(literal)
                    if literal.relation not in relations:
                        some = _some(program.relations, literal, rule, numbers)
                        numbers += 1
                        relations[literal.relation] = some[0]
                        strata.append(Stratum((literal.relation,), (some[1],), False))
                        rules.append(some[1])
                        uncertain |= {literal.relation}
                body.append(literal)
            full = replace(rule, body=tuple(body))
            rules.append(full)
            kept.append(replace(rule, body=tuple(without(full, uncertain))))
        strata.append(replace(stratum, rules=tuple(kept)))
    certain_first = sorted(program.facts, key=lambda fact: fact.weight is not None)
    running = replace(
        program, relations=relations, strata=tuple(strata), facts=tuple(certain_first)
    )
    return Relaxed(running, uncertain, tuple(rules))


def without(rule: Rule, uncertain: frozenset[str]) -> list[Literal]:
    """The body without what may not hold and is negated."""
    return [
        literal
        for literal in rule.body
        if not (isinstance(literal, Atom) and literal.negated and literal.relation in uncertain)
    ]


def _closed(atom: Atom) -> Atom:
    """The atom of the relation that says whether any row matches; see `_some`."""
    pattern = "".join("f" if arg is None else "b" for arg in atom.args)
    args = tuple(arg for arg in atom.args if arg is not None)
    return Atom(f"@some_{atom.relation}_{pattern}", args, True, atom.span)


def _some(
    relations: dict[str, Relation], atom: Atom, rule: Rule, index: int
) -> tuple[Relation, Rule]:
    name, pattern = atom.relation.rsplit("_", 1)
    whole = relations[name.removeprefix("@some_")]
    columns = tuple(c for c, mark in zip(whole.columns, pattern, strict=True) if mark == "b")
    args = tuple(
        Var(f"#{place}", column.type) if mark == "b" else None
        for place, (column, mark) in enumerate(zip(whole.columns, pattern, strict=True))
    )
    head = Atom(atom.relation, tuple(arg for arg in args if arg is not None))
    return Relation(atom.relation, columns), Rule(head, (Atom(whole.name, args),), index, rule.span)
