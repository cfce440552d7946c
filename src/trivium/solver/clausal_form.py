"""Formulas to clauses without functions, where they have such a form.

    before:  ∀x (Human(x) ∧ Old(x) → Wise(x) ∧ ¬Rash(x))
    after:   ¬Human(?x) ∨ ¬Old(?x) ∨ Wise(?x)
             ¬Human(?x) ∨ ¬Old(?x) ∨ ¬Rash(?x)

A variable of a clause starts with `?`, and is universal; something that exists gets a name of its
own (`some1`) if it does not depend on a universal variable. What needs a function, equality or
numbers has no such form, and is left to Z3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count, product

from trivium.solver.forms.logic import Apply, Binder, Expression, Number, Operation, Truth

# More clauses than this for one formula, and it is left to Z3.
MOST = 256


@dataclass(frozen=True, slots=True)
class Literal:
    positive: bool
    symbol: str
    args: tuple[str, ...]


Clause = tuple[Literal, ...]


class NotClausal(Exception):
    """The formula has no form as clauses without functions."""


class Clausifier:
    """Makes clauses; things and variables that it names are new in all that it makes."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def clauses(self, formula: Expression, positive: bool = True) -> list[Clause]:
        """The clauses of a closed formula, or of its denial; NotClausal."""
        return [tuple(dict.fromkeys(c)) for c in self._clauses(formula, positive, {}, False)]

    def _clauses(
        self, node: Expression, positive: bool, names: dict[str, str], under: bool
    ) -> list[Clause]:
        """`under` tells whether a universal variable is in force."""
        match node:
            case Truth(value=value):
                return [] if value == positive else [()]
            case Apply(symbol=symbol, args=args):
                return [(Literal(positive, symbol, tuple(_term(a, names) for a in args)),)]
            case Operation(op="not", args=(inner,)):
                return self._clauses(inner, not positive, names, under)
            case Operation(op="and" | "or", args=args):
                parts = [self._clauses(part, positive, names, under) for part in args]
                return _all(parts) if (node.op == "and") == positive else _any(parts)
            case Operation(op="implies", args=(left, right)):
                parts = [
                    self._clauses(left, not positive, names, under),
                    self._clauses(right, positive, names, under),
                ]
                return _any(parts) if positive else _all(parts)
            case Operation(op="iff" | "xor", args=(left, right)):
                same = (node.op == "iff") == positive
                halves = []
                for first in (True, False):
                    second = first != same
                    halves.append(
                        _any(
                            [
                                self._clauses(left, first, names, under),
                                self._clauses(right, second, names, under),
                            ]
                        )
                    )
                return _all(halves)
            case Binder(kind="forall" | "exists"):
                universal = (node.kind == "forall") == positive
                if not universal and under:
                    raise NotClausal
                fresh = {v.name: self._fresh(v.name, universal) for v in node.bound}
                return self._clauses(node.body, positive, {**names, **fresh}, under or universal)
        raise NotClausal

    def _fresh(self, name: str, universal: bool) -> str:
        number = next(self._numbers)
        return f"?{name}{number}" if universal else f"some{number}"


def _term(node: Expression, names: dict[str, str]) -> str:
    match node:
        case Apply(symbol=symbol, args=()):
            return names.get(symbol, symbol)
        case Number(value=value):
            return str(value)
    raise NotClausal


def _all(parts: Iterable[list[Clause]]) -> list[Clause]:
    clauses = [clause for part in parts for clause in part]
    if len(clauses) > MOST:
        raise NotClausal
    return clauses


def _any(parts: list[list[Clause]]) -> list[Clause]:
    size = 1
    for part in parts:
        size *= len(part)
    if size > MOST:
        raise NotClausal
    joined = (
        tuple(literal for clause in choice for literal in clause) for choice in product(*parts)
    )
    return [clause for clause in joined if not _always_true(clause)]


def _always_true(clause: Clause) -> bool:
    found = set(clause)
    return any(Literal(not lit.positive, lit.symbol, lit.args) in found for lit in clause)


def is_horn(clauses: Iterable[Clause]) -> bool:
    """Whether each clause asserts at most one atom."""
    return all(sum(literal.positive for literal in clause) <= 1 for clause in clauses)
