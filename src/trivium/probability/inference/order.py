"""The order in which groups of choices are looked at, so that little must be remembered.

    rules 4 ← 0    5 ← 4, 1    6 ← 5, 2    7 ← 6, 3        (each number below 4 a group)
    order 0, 1, 2, 3: after each step one row is remembered;   0, 3, 1, 2: up to two

A row is remembered from the first to the last of the rules that speak of it. A good order keeps
what is remembered small at all times: a path decomposition of the graph in which the literals of
a rule are neighbours. Orders are grown greedily from several ends; the best comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import inf, log2, prod
from typing import Any, Protocol

from trivium.engine.native import native_module
from trivium.probability.inference.growth import COMPARED, Growth, cost, distances
from trivium.probability.inference.shape import Shape

# Orders are grown from so many ends until one is at most this wide; how many rules may be looked
# at before the first order is told, and altogether: in plain Python, and by the native engine.
ENDS = ((1, 4.0), (8, 12.0), (100, 0.0))
LOOKED_AT = (400, 8_000)
NATIVE_LOOKED_AT = (5_000, 100_000)
# With so few worlds any order will do.
ANY = 32
# How many rules are looked at while an order is improved, first and later.
IMPROVED_AT = (1_000_000, 5_000_000, 40_000_000)

Order = tuple[int, ...]


def orders(shape: Shape, left: Callable[[], float] = lambda: inf) -> Iterator[tuple[Order, float]]:
    """Orders of the groups that some rule uses, and about how many states each leads to: the best
    of a few; where that was not good enough, better ones, and the others. `left` says how many
    seconds there are; no more than a quarter of them goes into a better order."""
    used = [g for g, rules in enumerate(shape.rules_of_group) if rules]
    if not used:
        yield (), 1.0
        return
    worlds = prod([len(shape.graph.groups[g]) + 1 for g in used])
    if worlds <= ANY:
        yield tuple(used), float(worlds)
        return
    native = native_module()
    grower = InPython(shape, used) if native is None else InNative(shape, used, native)
    looked_at = LOOKED_AT if native is None else NATIVE_LOOKED_AT
    few, most = (max(1, looked // len(shape.parts)) for looked in looked_at)
    found: dict[Order, tuple[float, float]] = {}
    told: Order | None = None
    limits = iter(ENDS)
    count, width = next(limits)
    for grown, start in enumerate(_ends(grower, used)):
        if grown == count:
            if grown >= most or min(found.values())[0] <= width:
                break
            count, width = next(limits, (most, 0.0))
        if grown >= most:
            break
        if grown == few:
            told = min(found, key=lambda order: found[order])
            yield told, found[told][1]
        order = grower.grown(start)
        if order not in found:
            found[order] = grower.cost(order)
    best, *rest = sorted(found, key=lambda order: found[order])
    others = iter(rest)
    known = {told}
    if best != told:
        known.add(best)
        yield best, found[best][1]
    for looked in IMPROVED_AT:
        order = grower.improved(best, looked // len(shape.parts), left() / 4.0)
        if order in known:  # what cannot be improved gives way to another
            order = next((x for x in others if x not in known), best)
        if order not in known:
            known.add(order)
            yield order, grower.cost(order)[1]
    yield from [(order, found[order][1]) for order in others if order not in known]


class Grower(Protocol):
    """What grows orders of the groups of one program."""

    def grown(self, start: int) -> Order:
        """An order from a start."""
        ...

    def cost(self, order: Order) -> tuple[float, float]:
        """The width of an order, and about how many states it leads to."""
        ...

    def improved(self, order: Order, steps: int, seconds: float = inf) -> Order:
        """A cheaper order, after so many attempts to change it, or so many seconds; the same one
        in plain Python."""
        ...

    def distances(self, start: int) -> dict[int, int]:
        """Of each group that the start leads to, how many rules lie between them."""
        ...


class InPython:
    def __init__(self, shape: Shape, used: Sequence[int]) -> None:
        self.shape, self.used = shape, used

    def grown(self, start: int) -> Order:
        return tuple(Growth(self.shape, self.used).grown(start))

    def cost(self, order: Order) -> tuple[float, float]:
        return cost(self.shape, order)

    def improved(self, order: Order, steps: int, seconds: float = inf) -> Order:
        return order

    def distances(self, start: int) -> dict[int, int]:
        return distances(self.shape, start)


class InNative:
    def __init__(self, shape: Shape, used: Sequence[int], native: Any) -> None:
        number = {row: place for place, row in enumerate(sorted(shape.rules_of_row))}
        parts = [
            (
                groups,
                *[[number[row] for row in rows] for rows in (body, lower, spoken)],
                number[head],
            )
            for (groups, body, head), lower, spoken in zip(
                shape.parts, shape.lower, shape.spoken, strict=True
            )
        ]
        # Of rows that no rule can give nothing is to be remembered.
        weights = [shape.weight.get(row, 0.0) for row in number]
        sizes = [log2(len(group) + 1) for group in shape.graph.groups]
        self.orders = native.Orders(parts, shape.bare, weights, sizes, list(used), COMPARED)

    def grown(self, start: int) -> Order:
        return tuple(self.orders.grown(start))

    def cost(self, order: Order) -> tuple[float, float]:
        found: tuple[float, float] = self.orders.cost(list(order))
        return found

    def improved(self, order: Order, steps: int, seconds: float = inf) -> Order:
        return tuple(self.orders.improved(list(order), steps, seconds))

    def distances(self, start: int) -> dict[int, int]:
        return {g: d for g, d in enumerate(self.orders.distances(start)) if d >= 0}


def _ends(grower: Grower, used: Sequence[int]) -> Iterator[int]:
    """Groups to start from: far from each other, the first far from any."""
    far = grower.distances(used[0])
    first = max(used, key=lambda g: far.get(g, -1))
    yield first
    left = dict.fromkeys(used)
    del left[first]
    near = grower.distances(first)
    while left:
        # Those that nothing connects to the others are further than all.
        end = max(left, key=lambda g: near.get(g, 1 << 60))
        yield end
        del left[end]
        for g, d in grower.distances(end).items():
            near[g] = min(near.get(g, d), d)
