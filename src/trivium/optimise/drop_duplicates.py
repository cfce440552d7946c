"""Drop literals that stand twice in a body, and rules that stand twice in a program.

    before:  p(x) :- q(x), x > 1, q(x).
    after:   p(x) :- q(x), x > 1.

A rule's body is a set of conditions, so saying one twice changes nothing. Needs an idempotent
`mul` of a semiring: proofs and probabilities keep, counts of derivations do not. The body of an
aggregate is left alone: it counts combinations of rows, and `q(_), q(_)` has more than `q(_)`;
so is any atom with a free argument.
"""

from __future__ import annotations

from dataclasses import replace

from trivium.ir.nodes import Atom, Literal, Program, Rule
from trivium.optimise.rewrite import map_rules


def drop_duplicates(program: Program) -> Program:
    return map_rules(program, _once)


def _once(rule: Rule) -> Rule:
    seen: list[Literal] = []
    for literal in rule.body:
        free = isinstance(literal, Atom) and None in literal.args
        if free or literal not in seen:
            seen.append(literal)
    return rule if len(seen) == len(rule.body) else replace(rule, body=tuple(seen))
