"""Aggregates over what stands before a row in some order, which one sort can give for all rows.

    place(x, n) :- t(k, x), n = count : { t(k, y), y < x }.
    t sorted by k and value, and a running count: not each row compared with each other of its k

The order is one comparison of a variable of the body with one from outside it, or several in turn,
written as a term over functors that say 1 for less and 1 for the same:

    lor(less(a, b), land(same(a, b), less(c, d))) = 1

Which functors do say so is known to the engine alone, so a step keeps the slow way too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trivium.ir.nodes import Aggregate, Atom, Call, Compare, Const, Literal, Term, Var
from trivium.plan.grouping import stands_alone
from trivium.plan.order import literal_terms, term_variables
from trivium.plan.steps import OrderKey

RUNNING = frozenset(("count", "sum", "mean", "min", "max"))
# A comparison: whether the left side must be the greater, and whether it may be equal.
_SIDES = {"<": (False, False), "<=": (False, True), ">": (True, False), ">=": (True, True)}


@dataclass(frozen=True, slots=True)
class Ranking:
    """The aggregate without its order; the order, and whether equals are before too."""

    whole: Aggregate
    order: tuple[OrderKey, ...]
    equal: bool


def ranking(aggregate: Aggregate) -> Ranking | None:
    """The order in an aggregate's body, if there is one and the rest can run without it."""
    if aggregate.kind not in RUNNING or aggregate.parameter is not None:
        return None
    outside = {variable.name for variable in aggregate.group}
    for place, literal in enumerate(aggregate.body):
        if not isinstance(literal, Compare):
            continue
        found = _order(literal, outside)
        if found is None:
            continue
        order, equal = found
        rest = (*aggregate.body[:place], *aggregate.body[place + 1 :])
        ranked = {key.outer.name for key in order}
        group = tuple(v for v in aggregate.group if v.name not in ranked)
        whole = replace(aggregate, body=rest, group=group)
        inner = {key.inner.name for key in order}
        if ranked & _names(rest, aggregate.values) or not inner <= _bound(rest):
            return None
        return Ranking(whole, order, equal) if stands_alone(whole) else None
    return None


def _order(compare: Compare, outside: set[str]) -> tuple[tuple[OrderKey, ...], bool] | None:
    if compare.op in _SIDES:
        above, equal = _SIDES[compare.op]
        key = _key(compare.left, compare.right, outside, above)
        return None if key is None else ((key,), equal)
    if compare.op != "=" or not isinstance(compare.left, Call):
        return None
    if not isinstance(compare.right, Const) or compare.right.value != 1:
        return None
    keys: list[OrderKey] = []
    term: Term = compare.left
    while isinstance(term, Call):
        less, same, term = _step(term)
        key = _key(*less.args, outside, False) if len(less.args) == 2 else None
        if key is None:
            return None
        if same is not None and same.args != less.args:
            return None
        keys.append(replace(key, less=less.functor, same="" if same is None else same.functor))
        if isinstance(term, Const):
            return (tuple(keys), bool(term.value)) if term.value in (0, 1) else None
    return None


def _step(term: Call) -> tuple[Call, Call | None, Term]:
    """`lor(less, land(same, rest))` in its parts; `less` alone has the rest 0."""
    nothing = Const(0, term.type)
    if term.functor != "lor" or len(term.args) != 2:
        return term, None, nothing
    less, both = term.args
    if isinstance(less, Call) and isinstance(both, Call) and both.functor == "land":
        same, rest = both.args
        if isinstance(same, Call):
            return less, same, rest
    return term, None, nothing


def _key(left: Term, right: Term, outside: set[str], above: bool) -> OrderKey | None:
    """The left side stands before the right: one is of the body, the other from outside."""
    if not isinstance(left, Var) or not isinstance(right, Var):
        return None
    if left.name not in outside and right.name in outside:
        return OrderKey(left, right, above)
    if right.name not in outside and left.name in outside:
        return OrderKey(right, left, not above)
    return None


def _names(body: Sequence[Literal], values: Sequence[Term]) -> set[str]:
    terms = [*values, *(term for literal in body for term in literal_terms(literal))]
    return {variable.name for term in terms for variable in term_variables(term)}


def _bound(body: Sequence[Literal]) -> set[str]:
    """The variables that positive atoms bind."""
    return {
        term.name
        for literal in body
        if isinstance(literal, Atom) and not literal.negated
        for term in literal.args
        if isinstance(term, Var)
    }
