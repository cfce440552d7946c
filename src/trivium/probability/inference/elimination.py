"""In which order the variables of a product of tables are summed out: the tree it is taken along.

    tables over (a, b), (b, c), (c, d)     order a, b, c, d: no table in between has more than two

Whoever is next is the variable that joins fewest pairs of others (min-fill), or that needs the
smallest table (min-weight); the cheaper of the two orders is taken.

Source: U. Kjærulff, "Triangulation of graphs: algorithms giving small total state space", 1990.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Sequence
from math import log2

from trivium.probability.inference.diagram import TooMany

# Where each order may cost so many cells, whichever is found first is taken.
CHEAP = 20_000

Cost = Callable[[list[set[int]], int, Sequence[float]], float]


def elimination_order(
    sizes: Sequence[int], scopes: Sequence[Collection[int]], most: float
) -> tuple[list[int], float]:
    """The order, and how many cells the tables along it have in all.

    Args:
        sizes: of each variable how many values it has.
        scopes: of each table its variables.
        most: raises TooMany where both orders need more cells than this.
    """
    best: list[int] | None = None
    cost = most
    bits = [log2(size) for size in sizes]
    for way in (_fill, _weight):
        found = _ordered(sizes, bits, scopes, way, cost)
        if found is not None:
            best, cost = found
            if cost <= CHEAP:
                break
    if best is None:
        raise TooMany
    return best, cost


def _ordered(
    sizes: Sequence[int],
    bits: Sequence[float],
    scopes: Sequence[Collection[int]],
    way: Cost,
    most: float,
) -> tuple[list[int], float] | None:
    """The order that one measure gives; None where it needs more cells than `most`."""
    near: list[set[int]] = [set() for _ in sizes]
    for scope in scopes:
        for one in scope:
            near[one].update(scope)
    for one, own in enumerate(near):
        own.discard(one)
    costs = [way(near, one, bits) for one in range(len(sizes))]
    heap = [(cost, one) for one, cost in enumerate(costs)]
    heapq.heapify(heap)
    order: list[int] = []
    gone = [False] * len(sizes)
    total = 0.0
    while heap:
        cost, one = heapq.heappop(heap)
        if gone[one] or cost != costs[one]:
            continue
        gone[one] = True
        order.append(one)
        around = near[one]
        cells = float(sizes[one])
        for other in around:
            cells *= sizes[other]
        total += cells
        if total > most:
            return None
        touched = set(around)
        for other in around:
            own = near[other]
            if not around <= own | {other}:
                for new in around - own - {other}:
                    touched |= near[new] & own
                own |= around
                own.discard(other)
            own.discard(one)
        for other in touched:
            if gone[other] or other == one:
                continue
            costs[other] = cost = way(near, other, bits)
            heapq.heappush(heap, (cost, other))
    return order, total


def _fill(near: list[set[int]], one: int, bits: Sequence[float]) -> float:
    """How many pairs of neighbours do not know each other yet; of two that join as many, the one
    with the smaller table is first."""
    around = near[one]
    missing = sum([len(around) - len(near[other] & around) for other in around]) - len(around)
    return missing / 2 + _weight(near, one, bits) / 1024


def _weight(near: list[set[int]], one: int, bits: Sequence[float]) -> float:
    """How large the table of a variable with its neighbours is, in bits."""
    return bits[one] + sum([bits[other] for other in near[one]])
