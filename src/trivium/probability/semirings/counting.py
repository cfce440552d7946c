"""How many ways there are: proofs over derivations, sets of choices over a circuit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trivium.probability.semirings.base import Semiring


class Counting(Semiring[int]):
    """Each choice is one way; over a cycle there are infinitely many, and no answer."""

    zero, one = 0, 1
    ufuncs = (np.add, np.multiply)

    def add(self, a: int, b: int) -> int:
        return a + b

    def mul(self, a: int, b: int) -> int:
        return a * b

    def lift(self, probability: float, choice: int) -> int:
        return 1

    def rest(self, probability: float, choices: Sequence[int]) -> int:
        return 1
