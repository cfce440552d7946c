"""Aggregates over lists of tuples: what `engine/aggregates.py` gives, for few rows.

A sum of floats that rounds depends on the order of the rows, which sets do not keep: it is not done
here, and neither is anything that meets a not-a-number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from trivium.engine.functors import to_text
from trivium.engine.tiny.terms import KINDS, Functors, Layout, Row, Unfit, compile_term, wrap
from trivium.ir.nodes import Aggregate
from trivium.ir.types import Type

Results = Mapping[Row, Sequence[Any]]
# From (state, the groups' keys, the body's tuples) to the results of each group.
Folded = Callable[[Any, Collection[Row], Collection[Row]], Results]
# The results of one group from its values (pairs for argmin and argmax), and its parameter.
Fold = Callable[[list[Any], Any], Sequence[Any]]

# Sums below `_SMALL` of multiples of 1 / `_GRAIN` fit the 53 bits of a float.
_GRAIN = 1024
_SMALL = 2.0**43


def folder(aggregate: Aggregate, layout: Layout, group: Layout, functors: Functors) -> Folded:
    """The first values of each tuple, as many as `group` has, are the key of its group."""
    count = len(group)
    terms = [compile_term(term, layout, functors) for term in aggregate.values]
    parameter = aggregate.parameter
    limit = None if parameter is None else compile_term(parameter, group, functors)
    fold = _fold_of(aggregate)

    def run(state: Any, seeds: Collection[Row], rows: Collection[Row]) -> Results:
        groups: dict[Row, list[Any]] = {seed: [] for seed in seeds}
        if len(terms) == 1:
            (term,) = terms
            for row in rows:
                groups[row[:count]].append(term(row))
        elif terms:
            for row in rows:
                groups[row[:count]].append(tuple([term(row) for term in terms]))
        else:
            for row in rows:
                groups[row[:count]].append(None)
        return {
            seed: fold(values, limit(seed) if limit is not None else None)
            for seed, values in groups.items()
        }

    return run


def _fold_of(aggregate: Aggregate) -> Fold:
    kinds = [term.type for term in aggregate.values]
    if not {*kinds, aggregate.result.type} <= set(KINDS):
        raise Unfit("type")
    floats = Type.FLOAT in kinds
    match aggregate.kind:
        case "count":
            return lambda values, _: (len(values),)
        case "exists":
            return lambda values, _: (int(bool(values)),)
        case "sum" if kinds[0] is Type.NUMBER and aggregate.result.type is Type.NUMBER:
            return lambda values, _: (wrap(sum(values)),)
        case "sum" if kinds[0] is Type.UNSIGNED and aggregate.result.type is Type.UNSIGNED:
            return lambda values, _: (sum(values) % 2**64,)
        case "sum" if floats:
            return lambda values, _: (_exact_sum(values),)
        case "mean":
            return lambda values, _: (_exact_sum(values) / len(values),) if values else ()
        case "min" | "max" | "argmin" | "argmax":
            return _extreme(aggregate.kind, floats)
        case "top":
            return lambda values, k: _top(_ordered(values, floats), k)
        case "median":
            exact = aggregate.result.type is Type.FLOAT
            return lambda values, _: _median(_ordered(values, floats), exact)
        case "string_join" if kinds[0] is not Type.DATE:
            return _joined(aggregate.separator, len(kinds) > 1, floats)
        case kind:
            raise Unfit(kind)


def _joined(separator: str, by_another: bool, floats: bool) -> Fold:
    if not by_another:
        return lambda values, _: (separator.join(map(to_text, _ordered(values, floats))),)

    def join(pairs: list[Any], _: Any) -> Sequence[Any]:
        if floats and any(by != by for _, by in pairs):
            raise Unfit("nan")
        ordered = sorted((by, given) for given, by in pairs)
        return (separator.join(to_text(given) for _, given in ordered),)

    return join


def _ordered(values: list[Any], floats: bool) -> list[Any]:
    if floats and any(value != value for value in values):
        raise Unfit("nan")
    return sorted(values)


def _extreme(kind: str, floats: bool) -> Fold:
    best = min if kind.endswith("min") else max
    if kind in ("min", "max"):

        def reach(values: list[Any], _: Any) -> Sequence[Any]:
            if floats and any(value != value for value in values):
                raise Unfit("nan")
            return (best(values),) if values else ()

        return reach

    def choose(pairs: list[Any], _: Any) -> Sequence[Any]:
        if not pairs:
            return ()
        if floats and any(part != part for pair in pairs for part in pair):
            raise Unfit("nan")
        goal = best(by for _, by in pairs)
        return list(dict.fromkeys(given for given, by in pairs if by == goal))

    return choose


def _exact_sum(values: list[Any]) -> float:
    """The sum of numbers that add up without rounding, whatever their order."""
    floats = list(map(float, values))
    if sum(map(abs, floats)) < _SMALL and all((v * _GRAIN).is_integer() for v in floats):
        return sum(floats) + 0.0
    raise Unfit("a sum that rounds")


def _top(ordered: list[Any], k: int) -> Sequence[Any]:
    return list(dict.fromkeys(ordered[-k:])) if k > 0 else ()


def _median(ordered: list[Any], exact: bool) -> Sequence[Any]:
    if not ordered:
        return ()
    low = ordered[(len(ordered) - 1) // 2]
    if not exact:
        return (low,)
    high = ordered[len(ordered) // 2]
    return ((float(low) + float(high)) / 2,)
