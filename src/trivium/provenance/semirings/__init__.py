"""Semirings: what the weight of a row is. One small file each; `base.py` says what one must give.

A new one is a class with `zero`, `one`, `add`, `mul`, `lift` and `rest`, its laws as attributes,
and a line in tests/laws/test_semirings.py.
"""

from trivium.provenance.semirings.base import Semiring
from trivium.provenance.semirings.boolean import Boolean
from trivium.provenance.semirings.counting import Counting
from trivium.provenance.semirings.expectation import Expectation
from trivium.provenance.semirings.gradient import Dual, Gradient
from trivium.provenance.semirings.maxmin import MaxMin
from trivium.provenance.semirings.probability import LogProbability, Probability
from trivium.provenance.semirings.proofs import TopProofs
from trivium.provenance.semirings.tropical import Tropical
from trivium.provenance.semirings.viterbi import Viterbi

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
