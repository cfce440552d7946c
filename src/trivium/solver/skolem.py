"""Formulas to clauses, with functions for what exists: they have a model of the same sizes.

    before:  ∀x ∃y Parent(y, x)
    after:   Parent(some!1(?1), ?1)

A formula that would be multiplied out to many clauses gets a name instead, which implies it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, count, product

from trivium.solver.forms.logic import Apply, Binder, Expression, Operation, Truth, walk

# More clauses than this for one disjunction, and its parts are named.
MULTIPLIED = 12
# More steps than this in all, and the problem is too large to be written as clauses.
MOST = 200_000


@dataclass(frozen=True, slots=True)
class Literal:
    """An atom or its denial; the symbol `=` is equality. A variable is a name after `?`."""

    positive: bool
    symbol: str
    args: tuple[Apply, ...]


Clause = tuple[Literal, ...]


class TooLarge(Exception):
    """The formulas take too many steps as clauses, or hold what is no first-order formula."""


def clauses_of(formulas: Iterable[Expression]) -> list[Clause]:
    """The clauses of closed formulas; TooLarge."""
    skolem = _Skolem()
    found = [clause for formula in formulas for clause in skolem.clauses(formula, True, {}, ())]
    return [*found, *skolem.definitions]


class _Skolem:
    def __init__(self) -> None:
        self.numbers = count(1)
        self.definitions: list[Clause] = []
        self.steps = 0

    def clauses(
        self,
        node: Expression,
        positive: bool,
        names: dict[str, Apply],
        universal: tuple[Apply, ...],
    ) -> list[Clause]:
        self.steps += 1
        if self.steps > MOST:
            raise TooLarge
        match node:
            case Truth(value=value):
                return [] if value == positive else [()]
            case Apply(symbol=symbol, args=args):
                return [(Literal(positive, symbol, tuple(_term(a, names) for a in args)),)]
            case Operation(op="=" | "!=", args=(left, right)):
                same = (node.op == "=") == positive
                return [(Literal(same, "=", (_term(left, names), _term(right, names))),)]
            case Operation(op="distinct", args=args):
                pairs = [Operation("!=", pair) for pair in combinations(args, 2)]
                parts = [self.clauses(p, positive, names, universal) for p in pairs]
                return self.all(parts) if positive else self.any(parts)
            case Operation(op="not", args=(inner,)):
                return self.clauses(inner, not positive, names, universal)
            case Operation(op="and" | "or", args=args):
                parts = [self.clauses(part, positive, names, universal) for part in args]
                return self.all(parts) if (node.op == "and") == positive else self.any(parts)
            case Operation(op="implies", args=(left, right)):
                parts = [
                    self.clauses(left, not positive, names, universal),
                    self.clauses(right, positive, names, universal),
                ]
                return self.any(parts) if positive else self.all(parts)
            case Operation(op="iff" | "xor", args=(left, right)):
                same = (node.op == "iff") == positive
                return self.all([
                    self.any([
                        self.clauses(left, first, names, universal),
                        self.clauses(right, first != same, names, universal),
                    ])
                    for first in (True, False)
                ])  # fmt: skip
            case Binder(kind="forall" | "exists"):
                return self.quantified(node, positive, names, universal)
        raise TooLarge

    def quantified(
        self, node: Binder, positive: bool, names: dict[str, Apply], universal: tuple[Apply, ...]
    ) -> list[Clause]:
        if (node.kind == "forall") == positive:
            fresh = {v.name: Apply(f"?{next(self.numbers)}") for v in node.bound}
            universal = (*universal, *fresh.values())
        else:
            # Only the variables that the formula speaks of decide what exists.
            used = {names.get(n.symbol) for n in walk(node.body) if isinstance(n, Apply)}
            args = tuple(v for v in universal if any(_within(v, t) for t in used if t is not None))
            fresh = {v.name: Apply(f"some!{next(self.numbers)}", args) for v in node.bound}
        return self.clauses(node.body, positive, {**names, **fresh}, universal)

    def all(self, parts: list[list[Clause]]) -> list[Clause]:
        return [clause for part in parts for clause in part]

    def any(self, parts: list[list[Clause]]) -> list[Clause]:
        size = 1
        for part in parts:
            size *= len(part)
        if size > MULTIPLIED:
            parts = [self.named(part) if len(part) > 1 else part for part in parts]
        joined = (
            tuple(dict.fromkeys(literal for clause in choice for literal in clause))
            for choice in product(*parts)
        )
        return [clause for clause in joined if not _always_true(clause)]

    def named(self, part: list[Clause]) -> list[Clause]:
        """One literal that implies all the clauses."""
        found = dict.fromkeys(v for clause in part for lit in clause for v in variables(lit))
        symbol = f"name!{next(self.numbers)}"
        args = tuple(map(Apply, found))
        self.steps += len(part)
        self.definitions += [(Literal(False, symbol, args), *clause) for clause in part]
        return [(Literal(True, symbol, args),)]


def variables(literal: Literal) -> list[str]:
    return [
        node.symbol
        for arg in literal.args
        for node in walk(arg)
        if isinstance(node, Apply) and node.symbol.startswith("?")
    ]


def _within(variable: Apply, term: Apply) -> bool:
    return any(node == variable for node in walk(term))


def _term(node: Expression, names: dict[str, Apply]) -> Apply:
    if not isinstance(node, Apply):
        raise TooLarge
    if not node.args:
        return names.get(node.symbol, node)
    return Apply(node.symbol, tuple(_term(a, names) for a in node.args))


def _always_true(clause: Clause) -> bool:
    found = set(clause)
    return any(
        Literal(not lit.positive, lit.symbol, lit.args) in found
        or (lit.positive and lit.symbol == "=" and lit.args[0] == lit.args[1])
        for lit in clause
    )
