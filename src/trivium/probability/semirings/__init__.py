"""Semirings: what the weight of a row is. One small file each; `base.py` says what one must give.

A new one is a class with `zero`, `one`, `add`, `mul`, `lift` and `rest`, its laws as attributes,
and a line in tests/laws/test_semirings.py.
"""

from trivium.probability.semirings.base import Semiring
from trivium.probability.semirings.boolean import Boolean
from trivium.probability.semirings.counting import Counting
from trivium.probability.semirings.expectation import Expectation
from trivium.probability.semirings.gradient import Dual, Gradient
from trivium.probability.semirings.maxmin import MaxMin
from trivium.probability.semirings.probability import LogProbability, Probability
from trivium.probability.semirings.proofs import TopProofs
from trivium.probability.semirings.tropical import Tropical
from trivium.probability.semirings.viterbi import Viterbi

__all__ = [
    "Boolean",
    "Counting",
    "Dual",
    "Expectation",
    "Gradient",
    "LogProbability",
    "MaxMin",
    "Probability",
    "Semiring",
    "TopProofs",
    "Tropical",
    "Viterbi",
]
