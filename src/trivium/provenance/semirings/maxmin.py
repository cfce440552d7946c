"""Fuzzy truth: a proof is as strong as its weakest fact, a row as its strongest proof."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trivium.provenance.semirings.base import Semiring, close


class MaxMin(Semiring[float]):
    """Fuzzy truth: the best derivation, as strong as its weakest fact."""

    zero, one = 0.0, 1.0
    idempotent = absorptive = negation = True
    ufuncs = (np.maximum, np.minimum)

    def add(self, a: float, b: float) -> float:
        return max(a, b)

    def mul(self, a: float, b: float) -> float:
        return min(a, b)

    def negate(self, a: float) -> float:
        return 1.0 - a

    def lift(self, probability: float, choice: int) -> float:
        return probability

    def rest(self, probability: float, choices: Sequence[int]) -> float:
        return probability

    def same(self, a: float, b: float) -> bool:
        return close(a, b)
