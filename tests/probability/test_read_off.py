"""Derivations whose bodies exclude each other are read off as circuits; others are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.probability.worlds import derivations, worlds

from trivium.probability.derivations import Derivations
from trivium.probability.read_off import read_off
from trivium.probability.semirings import Probability
from trivium.probability.weigh import weigh_circuit

DIGITS = [0.1, 0.2, 0.3, 0.4]


def sums():
    """Of two numbers from 0 to 3: nodes 8 .. 14 are the sums 0 .. 6."""
    rules = [(8 + x + y, (x, 4 + y)) for x in range(4) for y in range(4)]
    return Derivations(DIGITS + DIGITS, [(0, 1, 2, 3), (4, 5, 6, 7)], 15, rules)


def test_sums():
    circuit = read_off(sums(), range(8, 15))
    found = weigh_circuit(circuit, sums(), Probability())
    assert found[0] == pytest.approx(0.01)
    assert found[3] == pytest.approx(2 * (0.1 * 0.4 + 0.2 * 0.3))
    assert sum(found) == pytest.approx(1.0)


def test_bodies_that_may_hold_together_are_refused():
    ground = Derivations((0.5, 0.5), [(0,), (1,)], 3, [(2, (0,)), (2, (1,))])
    assert read_off(ground, [2]) is None


def test_literals_that_share_a_choice_are_refused():
    rules = [(2, (0,)), (3, (0,)), (4, (2, 3))]
    assert read_off(Derivations((0.5, 0.5), [(0, 1)], 5, rules), [4]) is None


def test_a_cycle_is_refused():
    assert read_off(Derivations((0.5,), [(0,)], 3, [(1, (2,)), (2, (1,))]), [1]) is None


def test_a_row_without_derivations_is_impossible():
    circuit = read_off(sums(), [14, 99])
    assert weigh_circuit(circuit, sums(), Probability())[1] == 0


@settings(max_examples=25, deadline=None)
@given(derivations())
def test_what_is_read_off_is_right(ground):
    roots = list(range(ground.nodes))
    circuit = read_off(ground, roots)
    if circuit is None:
        return
    for root, found in zip(roots, weigh_circuit(circuit, ground, Probability()), strict=True):
        total = sum(p for _, p, holds in worlds(ground) if root in holds)
        assert found == pytest.approx(total, abs=1e-12)
