"""Whether a row holds when everything that is possible is so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trivium.probability.semirings.base import Semiring


class Boolean(Semiring[bool]):
    """Possible or not: a choice is, where its probability is above 0."""

    zero, one = False, True
    idempotent = absorptive = negation = True
    ufuncs = (np.logical_or, np.logical_and)

    def add(self, a: bool, b: bool) -> bool:
        return a or b

    def mul(self, a: bool, b: bool) -> bool:
        return a and b

    def negate(self, a: bool) -> bool:
        return not a

    def lift(self, probability: float, choice: int) -> bool:
        return probability > 0

    def rest(self, probability: float, choices: Sequence[int]) -> bool:
        return probability > 0
