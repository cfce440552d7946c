"""Probability: sums of what excludes each other, products of what is independent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from trivium.probability.semirings.base import OfProbabilities, Semiring, close


class Probability(OfProbabilities):
    """The probability that one of the worlds is chosen that a circuit sums up."""

    differentiable = exclusive = True
    ufuncs = (np.add, np.multiply)

    def add(self, a: float, b: float) -> float:
        return a + b

    def mul(self, a: float, b: float) -> float:
        return a * b


class LogProbability(Semiring[float]):
    """The logarithm of the probability: nothing underflows."""

    zero, one = -math.inf, 0.0
    differentiable = exclusive = True
    ufuncs = (np.logaddexp, np.add)

    def add(self, a: float, b: float) -> float:
        low, high = min(a, b), max(a, b)
        return high if low == -math.inf else high + math.log1p(math.exp(low - high))

    def mul(self, a: float, b: float) -> float:
        return a + b

    def lift(self, probability: float, choice: int) -> float:
        return math.log(probability) if probability > 0 else -math.inf

    def rest(self, probability: float, choices: Sequence[int]) -> float:
        return self.lift(probability, 0)

    def same(self, a: float, b: float) -> bool:
        return close(a, b)

    def lift_all(self, probabilities: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        with np.errstate(divide="ignore"):
            logarithms: np.ndarray[Any, Any] = np.log(probabilities)
        return logarithms

    rest_all = lift_all
