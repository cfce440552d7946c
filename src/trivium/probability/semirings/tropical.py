"""The least cost, where a choice costs -log of its probability, or what it is told to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from trivium.probability.semirings.base import Semiring, close


class Tropical(Semiring[float]):
    """The cheapest way.

    Args:
        costs: by choice its cost, at least 0; by default, and for those left out, -log of its
            probability.
    """

    zero, one = math.inf, 0.0
    idempotent = absorptive = True
    ufuncs = (np.minimum, np.add)

    def __init__(self, costs: Mapping[int, float] | None = None) -> None:
        self.costs = dict(costs or {})

    def add(self, a: float, b: float) -> float:
        return min(a, b)

    def mul(self, a: float, b: float) -> float:
        return a + b

    def lift(self, probability: float, choice: int) -> float:
        return self.costs.get(choice, _surprise(probability))

    def rest(self, probability: float, choices: Sequence[int]) -> float:
        return 0.0 if self.costs else _surprise(probability)

    def same(self, a: float, b: float) -> bool:
        return close(a, b)


def _surprise(probability: float) -> float:
    return -math.log(probability) if probability > 0 else math.inf
