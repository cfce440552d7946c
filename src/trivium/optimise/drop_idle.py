"""Drop rules that can derive no row of their own.

    before:  p(x) :- q(x).   p(y) :- q(y).   p(x) :- p(x), q(x).   p(x) :- q(x), 1 > 2.
    after:   p(x) :- q(x).

A rule is idle that says what an earlier one says, but for the names of its variables; whose head
stands in its own body; or that compares integers which are known to compare otherwise. Rows are the
same; of a row's derivations one is enough, so counts of derivations are not kept. The rules are
left out of the run alone: what is said of a missing row is said of all rules.
"""

from __future__ import annotations

import operator
from dataclasses import replace

from trivium.ir.nodes import Aggregate, Compare, Const, Literal, Program, Rule, Term, Var, reads
from trivium.optimise.rewrite import map_terms, with_laws

_COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def drop_idle(program: Program) -> Program:
    special = with_laws(program)
    strata = []
    for stratum in program.strata:
        if special & set(stratum.relations):
            strata.append(stratum)
            continue
        seen: set[tuple[Literal, ...]] = set()
        rules = []
        for rule in stratum.rules:
            plain = _renamed(rule)
            if plain not in seen and not _is_idle(rule):
                rules.append(rule)
            seen.add(plain)
        if len(rules) == len(stratum.rules):
            strata.append(stratum)
        elif rules:
            read = set().union(*(reads(literal) for rule in rules for literal in rule.body))
            recursive = not read.isdisjoint(stratum.relations)
            strata.append(replace(stratum, rules=tuple(rules), recursive=recursive))
    return replace(program, strata=tuple(strata))


def _is_idle(rule: Rule) -> bool:
    return any(literal == rule.head or _is_false(literal) for literal in rule.body)


def _is_false(literal: Literal) -> bool:
    if not isinstance(literal, Compare) or literal.op not in _COMPARE:
        return False
    left, right = literal.left, literal.right
    if not (isinstance(left, Const) and isinstance(right, Const)):
        return False
    if not (isinstance(left.value, int) and isinstance(right.value, int)):
        return False
    return not _COMPARE[literal.op](left.value, right.value)


def _renamed(rule: Rule) -> tuple[Literal, ...]:
    """The head and the body with variables numbered as they occur; whole only without aggregates,
    whose variables are left as they are."""
    if any(isinstance(literal, Aggregate) for literal in rule.body):
        return (rule.head, *rule.body)
    numbers: dict[str, str] = {}

    def rename(term: Term) -> Term:
        if isinstance(term, Var):
            return replace(term, name=numbers.setdefault(term.name, f"{len(numbers)}"))
        return term

    return tuple(map_terms(literal, rename) for literal in (rule.head, *rule.body))
