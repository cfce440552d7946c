"""`result.evaluate`: what a row weighs in any semiring."""

from __future__ import annotations

import pytest

from trivium.errors import ProgramError
from trivium.probability.semirings import (
    Boolean,
    Counting,
    Gradient,
    MaxMin,
    Probability,
    TopProofs,
    Viterbi,
)
from trivium.program import Program

PATHS = """
0.9::edge(1, 2).  0.5::edge(2, 3).  0.3::edge(1, 3).  edge(3, 4).
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), edge(y, z).
lonely(x) :- edge(x, _), !path(x, 3).
"""


def test_a_row_in_many_semirings():
    result = Program(PATHS).run()
    assert result.evaluate("path", (1, 3), MaxMin()) == 0.5
    assert result.evaluate("path", (1, 3), Viterbi()) == pytest.approx(0.45)
    assert result.evaluate("path", (1, 3), Counting()) == 2
    exact = result.probability("path", (1, 3))
    assert result.evaluate("path", (1, 3), Probability()) == pytest.approx(exact)
    assert result.evaluate("path", (1, 3), Gradient()).value == pytest.approx(exact)


def test_proofs_name_their_choices():
    result = Program(PATHS).run()
    names = []

    def top(derivations):
        names.extend(derivations.names)
        return TopProofs(derivations, k=1)

    (proof,) = result.evaluate("path", (1, 3), top)
    assert sorted(names[choice] for choice in proof) == ["edge(1, 2)", "edge(2, 3)"]


def test_certain_and_impossible_rows():
    result = Program(PATHS).run()
    assert result.evaluate("path", (3, 4), Probability()) == 1.0
    assert result.evaluate("path", (4, 1), Counting()) == 0
    assert Program("p(1).").run().evaluate("p", (1,), Boolean()) is True


def test_what_has_no_weight():
    result = Program(PATHS).run()
    with pytest.raises(ProgramError) as caught:
        result.evaluate("lonely", (1,), Viterbi())
    assert caught.value.number == 295
