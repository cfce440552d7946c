"""What a semiring is: how alternatives add up, how facts that are used together multiply.

A semiring says what the weight of a row is: whether it holds, how often, how probable, at what
cost. Its laws are attributes, which tests hold it to and evaluation reads; nobody asks its name.

    class MaxMin(Semiring[float]):
        zero, one = 0.0, 1.0
        def add(self, a, b): return max(a, b)
        def mul(self, a, b): return min(a, b)

Source: T. J. Green, G. Karvounarakis and V. Tannen, "Provenance semirings", PODS 2007.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np

T = TypeVar("T")


class Semiring(ABC, Generic[T]):
    """Sums and products of weights; both commute, `zero` and `one` are their neutral elements,
    products distribute over sums, and `zero` times anything is `zero`.

    Attributes:
        idempotent: a + a = a, so that a row may be derived twice the same way.
        absorptive: one + a = one, so that a longer way round a cycle adds nothing, and weights
            over cycles are found in finitely many rounds.
        distributive: products distribute over sums; where they only nearly do, False.
        differentiable: weights have gradients with respect to the probabilities of choices.
        negation: a weight has an opposite, see `negate`.
        exclusive: sums are right only where their terms exclude each other, and products where
            their factors are independent: so over circuits, and not over every derivation.
        ufuncs: NumPy's functions for sum and product, where weights are plain numbers: a batch
            is then one array.
    """

    zero: T
    one: T
    idempotent: ClassVar[bool] = False
    absorptive: ClassVar[bool] = False
    distributive: ClassVar[bool] = True
    differentiable: ClassVar[bool] = False
    negation: ClassVar[bool] = False
    exclusive: ClassVar[bool] = False
    ufuncs: ClassVar[tuple[np.ufunc, np.ufunc] | None] = None

    @abstractmethod
    def add(self, a: T, b: T) -> T: ...

    @abstractmethod
    def mul(self, a: T, b: T) -> T: ...

    @abstractmethod
    def lift(self, probability: float, choice: int) -> T:
        """The weight of an alternative, from its number and probability."""

    @abstractmethod
    def rest(self, probability: float, choices: Sequence[int]) -> T:
        """The weight of choosing none of a group's alternatives, which has the probability."""

    def negate(self, a: T) -> T:
        """The weight of a row not holding; only where `negation` says that there is one."""
        raise NotImplementedError

    def same(self, a: T, b: T) -> bool:
        """Whether two weights are equal, up to rounding where there is rounding."""
        return bool(a == b)

    def lift_all(self, probabilities: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """`lift` of many probabilities at once; only with `ufuncs`."""
        flat = [self.lift(float(p), 0) for p in probabilities.ravel()]
        return np.array(flat).reshape(probabilities.shape)

    def rest_all(self, probabilities: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """`rest` of many probabilities at once; only with `ufuncs`."""
        flat = [self.rest(float(p), ()) for p in probabilities.ravel()]
        return np.array(flat).reshape(probabilities.shape)


class OfProbabilities(Semiring[float]):
    """A semiring whose weights are the probabilities themselves."""

    zero, one = 0.0, 1.0

    def lift(self, probability: float, choice: int) -> float:
        return probability

    def rest(self, probability: float, choices: Sequence[int]) -> float:
        return probability

    def same(self, a: float, b: float) -> bool:
        return close(a, b)

    def lift_all(self, probabilities: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return probabilities

    rest_all = lift_all


def close(a: float, b: float) -> bool:
    """Equal but for rounding."""
    return a == b or abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))
