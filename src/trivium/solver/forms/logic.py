"""Expressions of logic as a tree: first-order formulas, and constraints over finite sorts.

    before:  ∀x (Human(x) → Mortal(x))
    after:   Binder("forall", (Bound("x"),),
                    Operation("implies", (Apply("Human", (Apply("x"),)), ...)))

Every spelling gives this tree. A name alone is `Apply` without arguments, whether it turns out to
be a variable, a constant or a proposition: that depends on what binds or declares it. Nodes are
frozen; spans take no part in equality.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from trivium.source import Span

CONNECTIVES = ("not", "and", "or", "xor", "implies", "iff")
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Number:
    value: int | float
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Truth:
    value: bool
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """`symbol(args)`: an atom, a function's value, or, without arguments, a name."""

    symbol: str
    args: tuple[Expression, ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """A connective, a comparison or arithmetic; also `in`, `distinct`, `if`, `sum`, `min`, `max`
    and `count` of the expressions listed."""

    op: str
    args: tuple[Expression, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """`[a, b, c]`"""

    items: tuple[Expression, ...]
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound variable and its sort; the empty sort is that of all things."""

    name: str
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Binder:
    """`forall`, `exists`, `unique`, `count`, `distinct`, `sum`, `min` or `max` over variables;
    `argmin` or `argmax`, the member for which the body is least or greatest."""

    kind: str
    bound: tuple[Bound, ...]
    body: Expression
    span: Span | None = field(default=None, compare=False, repr=False)


Expression = Number | Truth | Apply | Operation | Listing | Binder


def children(node: Expression) -> tuple[Expression, ...]:
    match node:
        case Apply(args=args) | Operation(args=args):
            return args
        case Listing(items=items):
            return items
        case Binder(body=body):
            return (body,)
    return ()


def walk(node: Expression) -> Iterator[Expression]:
    """The node and all below it, parents first."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def free_names(node: Expression, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names without arguments that no binder binds, in the order of the text."""
    match node:
        case Apply(symbol=name, args=()):
            if name not in bound:
                yield name
        case Binder():
            yield from free_names(node.body, bound | {variable.name for variable in node.bound})
        case _:
            for child in children(node):
                yield from free_names(child, bound)
