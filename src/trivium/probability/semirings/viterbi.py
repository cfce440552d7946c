"""The most probable proof: over derivations of a row, over a circuit of a set of choices."""

from __future__ import annotations

import numpy as np

from trivium.probability.semirings.base import OfProbabilities


class Viterbi(OfProbabilities):
    """The probability of the best way, as if its facts were independent."""

    idempotent = absorptive = True
    ufuncs = (np.maximum, np.multiply)

    def add(self, a: float, b: float) -> float:
        return max(a, b)

    def mul(self, a: float, b: float) -> float:
        return a * b
