"""Compute what can be computed before the run: integer arithmetic, and dates.

    before:  p(x) :- q(x, d), x > 60 * 60, d > date("1995-03").     r(2 + 2).  (a rule)
    after:   p(x) :- q(x, d), x > 3600, d > 19950300.               r(4).      (a fact)

Only what has one exact answer is folded: no floats, whose rounding is the engine's; nothing that
overflows or divides by zero, which the engine reports when it happens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from trivium.ir.nodes import Atom, Call, Const, Fact, Literal, Program, Rule, Term, Value
from trivium.ir.types import Type
from trivium.optimise.rewrite import map_rules, map_terms

_ARITHMETIC: Mapping[str, Callable[..., int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "neg": lambda a: -a,
}
_RANGES = {Type.NUMBER: (-(2**63), 2**63 - 1), Type.UNSIGNED: (0, 2**64 - 1)}
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)


def fold_constants(program: Program) -> Program:
    return _facts_of_rules(map_rules(program, _folded_rule))


def _folded_rule(rule: Rule) -> Rule:
    head = map_terms(rule.head, _folded)
    assert isinstance(head, Atom)
    body: tuple[Literal, ...] = tuple(map_terms(literal, _folded) for literal in rule.body)
    return replace(rule, head=head, body=body)


def _folded(term: Term) -> Term:
    if not isinstance(term, Call):
        return term
    values = [arg.value for arg in term.args if isinstance(arg, Const)]
    if len(values) < len(term.args):
        return term
    value = _value(term, values)
    return term if value is None else Const(value, term.type, term.span)


def _value(call: Call, values: list[Value]) -> int | float | None:
    if call.functor == "date" and isinstance(values[0], str):
        found = _DATE.fullmatch(values[0])
        return None if found is None else int("".join(part or "00" for part in found.groups()))
    if call.functor in _ARITHMETIC and call.type in _RANGES:
        low, high = _RANGES[call.type]
        whole = _ARITHMETIC[call.functor](*values)
        return whole if low <= whole <= high else None
    return None


def _facts_of_rules(program: Program) -> Program:
    """A rule without a body whose head is all constants is a fact."""
    facts = list(program.facts)
    strata = []
    for stratum in program.strata:
        rules = []
        for rule in stratum.rules:
            values = [arg.value for arg in rule.head.args if isinstance(arg, Const)]
            if rule.body or len(values) < len(rule.head.args):
                rules.append(rule)
            else:
                facts.append(Fact(rule.head.relation, tuple(values), rule.span))
        chosen = any(program.relations[name].choices for name in stratum.relations)
        if rules or stratum.removals or chosen:
            strata.append(replace(stratum, rules=tuple(rules)))
    return replace(program, facts=tuple(facts), strata=tuple(strata))
