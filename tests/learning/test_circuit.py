"""Circuits over tensors: equal to NumPy's, with gradients equal to finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.probability.test_layers import batch_of
from tests.probability.worlds import circuit_of_worlds, derivations

from trivium.probability.derivations import Derivations
from trivium.probability.layers import layered
from trivium.probability.semirings import Probability
from trivium.probability.simplify import simplify
from trivium.torch.circuit import TensorCircuit


def log_leaves(layers, batch):
    rests = layers.rests(batch)
    return torch.log(torch.tensor(batch)), torch.log(torch.tensor(rests))


@settings(max_examples=25, deadline=None)
@given(ground=derivations(), seed=st.integers(0, 99))
def test_tensors_give_what_arrays_give(ground, seed):
    layers = layered(simplify(circuit_of_worlds(ground, range(ground.nodes))))
    batch = batch_of(ground, np.random.default_rng(seed), 3)
    found = TensorCircuit(layers)(*log_leaves(layers, batch))
    np.testing.assert_allclose(found.exp(), layers.weigh(Probability(), batch), atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(ground=derivations(), seed=st.integers(0, 99))
def test_gradients_are_exact(ground, seed):
    layers = layered(simplify(circuit_of_worlds(ground, range(ground.nodes))))
    generator = np.random.default_rng(seed)
    batch = batch_of(ground, generator, 3)[:, 1:]  # without weights of 0, where logarithms end
    weights = torch.tensor(batch, requires_grad=True)
    left = torch.ones(layers.group_count, 2, dtype=torch.float64)
    rests = left.index_add(0, torch.tensor(layers.groups), -weights)
    found = TensorCircuit(layers)(weights.log(), rests.log())
    slopes = generator.normal(size=found.shape)
    (found.exp() * torch.tensor(slopes)).sum().backward()
    _, expected = layers.gradient(batch, slopes)
    np.testing.assert_allclose(weights.grad, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_gradients_are_finite_differences(seed):
    generator = np.random.default_rng(seed)
    ground = _ladder()
    layers = layered(simplify(circuit_of_worlds(ground, [ground.nodes - 1])))
    batch = torch.tensor(batch_of(ground, generator, 2), requires_grad=True)
    circuit = TensorCircuit(layers)

    def probability(weights):
        left = torch.ones(layers.group_count, 2, dtype=torch.float64)
        rests = left.index_add(0, torch.tensor(layers.groups), -weights)
        return circuit(weights.log(), rests.log()).exp()

    assert torch.autograd.gradcheck(probability, (batch,))


def _ladder():
    rules = [(5, (0, 1)), (5, (2, 3)), (6, (5, 4)), (6, (0, ~3))]
    return Derivations((0.4, 0.5, 0.3, 0.6, 0.2), [(0,), (1, 2), (3,), (4,)], 7, rules)


def test_what_is_impossible_has_no_gradient_and_no_nan():
    ground = _ladder()
    layers = layered(simplify(circuit_of_worlds(ground, [6])))
    logs = torch.full((5, 2), -torch.inf, requires_grad=True)
    rests = torch.zeros(4, 2)
    found = TensorCircuit(layers)(logs, rests)
    assert found.isneginf().all()
    found.exp().sum().backward()
    assert not logs.grad.isnan().any()
