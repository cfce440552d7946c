"""Fuzzy truth: a proof is as strong as its weakest fact, a row as its strongest proof."""

from __future__ import annotations

import numpy as np

from trivium.probability.semirings.base import OfProbabilities


class MaxMin(OfProbabilities):
    """Fuzzy truth: the best derivation, as strong as its weakest fact."""

    idempotent = absorptive = negation = True
    ufuncs = (np.maximum, np.minimum)

    def add(self, a: float, b: float) -> float:
        return max(a, b)

    def mul(self, a: float, b: float) -> float:
        return min(a, b)

    def negate(self, a: float) -> float:
        return 1.0 - a
