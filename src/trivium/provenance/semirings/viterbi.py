"""The most probable proof: over derivations of a row, over a circuit of a set of choices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trivium.provenance.semirings.base import Semiring, close


class Viterbi(Semiring[float]):
    """The probability of the best way, as if its facts were independent."""

    zero, one = 0.0, 1.0
    idempotent = absorptive = True
    ufuncs = (np.maximum, np.multiply)

    def add(self, a: float, b: float) -> float:
        return max(a, b)

    def mul(self, a: float, b: float) -> float:
        return a * b

    def lift(self, probability: float, choice: int) -> float:
        return probability

    def rest(self, probability: float, choices: Sequence[int]) -> float:
        return probability

    def same(self, a: float, b: float) -> bool:
        return close(a, b)
