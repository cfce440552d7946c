"""Probability with its gradient: dual numbers, one part for each choice.

For many choices the backward pass over a circuit is cheaper (see `layers.py`); this is its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trivium.probability.semirings.base import Semiring, close


@dataclass(frozen=True, slots=True)
class Dual:
    """A probability, and by choice its derivative with respect to that choice's probability."""

    value: float
    slopes: Mapping[int, float] = field(default_factory=dict)


class Gradient(Semiring[Dual]):
    """Dual numbers: the derivative of a sum is the sum, of a product what the product rule says."""

    zero, one = Dual(0.0), Dual(1.0)
    differentiable = exclusive = True

    def add(self, a: Dual, b: Dual) -> Dual:
        return Dual(a.value + b.value, _combined(a.slopes, 1.0, b.slopes, 1.0))

    def mul(self, a: Dual, b: Dual) -> Dual:
        return Dual(a.value * b.value, _combined(a.slopes, b.value, b.slopes, a.value))

    def lift(self, probability: float, choice: int) -> Dual:
        return Dual(probability, {choice: 1.0})

    def rest(self, probability: float, choices: Sequence[int]) -> Dual:
        return Dual(probability, dict.fromkeys(choices, -1.0))

    def same(self, a: Dual, b: Dual) -> bool:
        keys = {*a.slopes, *b.slopes}
        slopes = (close(a.slopes.get(key, 0.0), b.slopes.get(key, 0.0)) for key in keys)
        return close(a.value, b.value) and all(slopes)


def _combined(
    a: Mapping[int, float], by_a: float, b: Mapping[int, float], by_b: float
) -> dict[int, float]:
    made = {key: slope * by_a for key, slope in a.items()}
    for key, slope in b.items():
        made[key] = made.get(key, 0.0) + slope * by_b
    return made
