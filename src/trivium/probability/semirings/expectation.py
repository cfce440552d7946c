"""Expected values: a probability, and the sum of what each world is worth times its probability.

Source: J. Eisner, "Parameter estimation for probabilistic finite-state transducers", ACL 2002.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trivium.probability.semirings.base import Semiring, close

Pair = tuple[float, float]


class Expectation(Semiring[Pair]):
    """(p, e): the probability of the worlds, and their worth weighted by it; e / p is the mean.

    Args:
        worth: by choice what a world gains where it is made; a choice left out is worth nothing.
    """

    zero, one = (0.0, 0.0), (1.0, 0.0)
    differentiable = exclusive = True

    def __init__(self, worth: Mapping[int, float]) -> None:
        self.worth = dict(worth)

    def add(self, a: Pair, b: Pair) -> Pair:
        return a[0] + b[0], a[1] + b[1]

    def mul(self, a: Pair, b: Pair) -> Pair:
        return a[0] * b[0], a[0] * b[1] + a[1] * b[0]

    def lift(self, probability: float, choice: int) -> Pair:
        return probability, probability * self.worth.get(choice, 0.0)

    def rest(self, probability: float, choices: Sequence[int]) -> Pair:
        return probability, 0.0

    def same(self, a: Pair, b: Pair) -> bool:
        return close(a[0], b[0]) and close(a[1], b[1])
