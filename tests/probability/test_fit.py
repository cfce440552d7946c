"""Learning over tables: the likelihood is that of all worlds, and no round lowers it."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.probability.worlds import derivations, worlds

from trivium import Program
from trivium.engine.limits import Limits
from trivium.probability.grounding.reduce import Ground
from trivium.probability.inference import fit as fitting
from trivium.probability.inference.fit import MARGIN, fit


def likelihood(graph, weights, examples):
    total = 0.0
    told = replace(graph, weights=weights)
    for literals in examples:
        sums = 0.0
        for _, chance, holding in worlds(told):
            if all((x >= 0) == ((x if x >= 0 else ~x) in holding) for x in literals):
                sums += chance
        if sums <= 1e-9:
            return None
        total += log(sums)
    return total


@settings(max_examples=80, deadline=None)
@given(derivations(cycles=False), st.data())
def test_no_round_lowers_the_likelihood_of_all_worlds(graph, data):
    literals = st.integers(0, graph.nodes - 1).flatmap(lambda n: st.sampled_from([n, ~n]))
    examples = data.draw(
        st.lists(st.lists(literals, min_size=1, max_size=3), min_size=1, max_size=4)
    )
    size = len(graph.weights)
    learnt = data.draw(st.lists(st.integers(0, size - 1), min_size=1, unique=True))
    names = {node: f"p{node}" for node in learnt}
    # What is learned starts away from 0 and 1, where no round would leave it.
    weights = list(graph.weights)
    for group in graph.groups:
        own = [node for node in group if node in names]
        rest = max(0.0, 1.0 - sum(weights[node] for node in group if node not in names))
        for node in own:
            weights[node] = rest / (len(own) + 1)
    assume(all(MARGIN < weights[node] < 1 - MARGIN for node in learnt))
    start = likelihood(graph, weights, examples)
    assume(start is not None)
    ground = Ground(weights, graph.groups, graph.nodes, graph.rules, str, frozenset(learnt))
    found = fit(ground, names, examples, rounds=5, tolerance=0.0, limits=Limits())
    assert found.history[0] == pytest.approx(start, abs=1e-9)
    for before, after in zip(found.history, found.history[1:], strict=False):
        assert after >= before - 1e-9
    last = [found.weights.get(names.get(n, ""), w) for n, w in enumerate(weights)]
    for group in graph.groups:
        assert sum(last[node] for node in group) <= 1 + 1e-9
    assert found.history[-1] == pytest.approx(likelihood(graph, last, examples), abs=1e-7)


TEXT = """
t(0.5, rain)::rain.
t(0.4, wet)::wet :- rain.
t(0.2, dry)::wet :- \\+rain.
t(0.3, low)::level(low); t(0.3, high)::level(high) :- wet.
"""


@pytest.mark.parametrize("together", [True, False])
def test_both_ways_learn_the_same(together, monkeypatch):
    if not together:
        monkeypatch.setattr(fitting, "CELLS", 1)
    examples = [
        "evidence(rain). evidence(wet).",
        "evidence(rain). evidence(wet, false).",
        "evidence(rain, false). evidence(wet, false).",
        "evidence(rain, false). evidence(wet). evidence(level(low)).",
        "evidence(wet). evidence(level(high)).",
        "evidence(wet). evidence(level(high), false).",
    ]
    learned = Program(TEXT, "problog").learn(examples, rounds=2000, tolerance=1e-13)
    assert learned.log_likelihood == pytest.approx(-8.5012162, abs=1e-6)
