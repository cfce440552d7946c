"""Layers give what the circuit gives: for batches, in any semiring, with exact gradients."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.probability.worlds import circuit_of_worlds, derivations

from trivium.probability.derivations import Derivations
from trivium.probability.layers import layered
from trivium.probability.semirings import (
    Boolean,
    Gradient,
    LogProbability,
    MaxMin,
    Probability,
    Tropical,
    Viterbi,
)
from trivium.probability.simplify import simplify
from trivium.probability.weigh import weigh_circuit


def batch_of(ground, generator, size):
    """Other weights for the same groups; the first sample keeps its own."""
    columns = [np.array(ground.weights)]
    for _ in range(size - 1):
        column = np.empty(len(ground.weights))
        for group in ground.groups:
            parts = generator.dirichlet(np.ones(len(group) + 1))
            column[list(group)] = parts[:-1]
        columns.append(column)
    return np.stack(columns, axis=1)


def with_weights(ground, column):
    return Derivations(column.tolist(), ground.groups, ground.nodes, ground.rules)


@pytest.mark.parametrize(
    "semiring", [Probability(), LogProbability(), MaxMin(), Viterbi(), Tropical(), Boolean()]
)
@settings(max_examples=25, deadline=None)
@given(ground=derivations(), seed=st.integers(0, 99))
def test_a_batch_is_its_samples_one_by_one(semiring, ground, seed):
    circuit = circuit_of_worlds(ground, range(ground.nodes))
    batch = batch_of(ground, np.random.default_rng(seed), 3)
    found = layered(simplify(circuit)).weigh(semiring, batch)
    for column in range(3):
        expected = weigh_circuit(circuit, with_weights(ground, batch[:, column]), semiring)
        np.testing.assert_allclose(found[:, column], expected, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(ground=derivations(), seed=st.integers(0, 99))
def test_gradients_are_those_of_dual_numbers(ground, seed):
    circuit = circuit_of_worlds(ground, range(ground.nodes))
    generator = np.random.default_rng(seed)
    batch = batch_of(ground, generator, 2)
    slopes = generator.normal(size=(ground.nodes, 2))
    values, found = layered(simplify(circuit)).gradient(batch, slopes)
    for column in range(2):
        ours = with_weights(ground, batch[:, column])
        duals = weigh_circuit(circuit, ours, Gradient())
        np.testing.assert_allclose(values[:, column], [d.value for d in duals], atol=1e-12)
        for choice in range(len(ground.weights)):
            parts = [dual.slopes.get(choice, 0.0) for dual in duals]
            expected = np.dot(slopes[:, column], parts)
            assert found[choice, column] == pytest.approx(expected, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(ground=derivations())
def test_groups_that_are_complete_sum_to_one(ground):
    """With weights that sum to one, the leaf "none of it" and whole sums may go."""
    weights = np.array(ground.weights)
    for group in ground.groups:
        members = list(group)
        if weights[members].sum() == 0:
            weights[members] = 1.0
        weights[members] /= weights[members].sum()
    circuit = circuit_of_worlds(ground, range(ground.nodes))
    smaller = simplify(circuit, complete=range(len(ground.groups)))
    assert len(smaller.product) <= len(circuit.product)
    expected = layered(circuit).weigh(Probability(), weights[:, None])
    found = layered(smaller).weigh(Probability(), weights[:, None])
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_a_circuit_of_constants():
    ground = Derivations((0.5,), [(0,)], 3, [(1, ())])
    circuit = simplify(circuit_of_worlds(ground, [1, 2]), complete=[0])
    weights = np.array([[1.0, 1.0]])
    assert layered(circuit).weigh(Probability(), weights).tolist() == [[1, 1], [0, 0]]
