"""Decisions, held to the enumeration of all decisions and worlds."""

import itertools
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.probability.meaning import by_worlds
from tests.probability.worlds import derivations

from trivium.errors import ProgramError
from trivium.probability.derivations import Derivations
from trivium.probability.inference import decide as module
from trivium.probability.inference.decide import decide


def best_by_enumeration(graph, groups, utilities, evidence):
    best = -math.inf
    for chosen in itertools.product(*[(*graph.groups[g], None) for g in groups]):
        weights = list(graph.weights)
        for g, own in zip(groups, chosen, strict=True):
            for node in graph.groups[g]:
                weights[node] = float(node == own)
        world = replace(graph, weights=weights)
        chances = by_worlds(world, [literal for literal, _ in utilities], evidence)
        if not any(map(math.isnan, chances)):
            value = sum(p * worth for p, (_, worth) in zip(chances, utilities, strict=True))
            best = max(best, value)
    return best


@pytest.mark.parametrize("joined", [module.JOINED, 0])
@settings(max_examples=60, deadline=None)
@given(graph=derivations(), data=st.data())
def test_no_decision_is_better(joined, graph, data):
    literals = st.integers(~(graph.nodes - 1), graph.nodes - 1)
    groups = data.draw(st.sets(st.integers(0, len(graph.groups) - 1), min_size=1))
    worth = st.integers(-5, 5)
    utilities = data.draw(st.lists(st.tuples(literals, worth), min_size=1, max_size=4))
    evidence = data.draw(st.lists(literals, max_size=1))
    decisions = {node for g in groups for node in graph.groups[g]}
    expected = best_by_enumeration(graph, sorted(groups), utilities, evidence)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "JOINED", joined)
        if expected == -math.inf:
            with pytest.raises(ProgramError) as caught:
                decide(graph, decisions, utilities, evidence)
            assert caught.value.number == 285
            return
        found = decide(graph, decisions, utilities, evidence)
    if joined:
        assert found.value == pytest.approx(expected, abs=1e-9)
        assert found.is_best
    assert found.value <= expected + 1e-9 <= found.bound + 2e-9


def test_many_independent_decisions_are_exact():
    count = 60
    weights = [0.0] * count + [0.3] * count
    rules = [(2 * count + n, (n, count + n)) for n in range(count)]
    graph = Derivations(weights, [(n,) for n in range(2 * count)], 3 * count, rules)
    costs = [2.0 + (n + 0.5) / 30 for n in range(count)]
    utilities = [(2 * count + n, 10.0) for n in range(count)]
    utilities += [(n, -cost) for n, cost in enumerate(costs)]
    found = decide(graph, range(count), utilities)
    assert found.is_best
    assert found.chosen == frozenset(n for n, cost in enumerate(costs) if cost < 3.0)
    assert found.value == pytest.approx(sum(max(0.0, 3.0 - cost) for cost in costs))


def test_decisions_that_all_bear_on_one_row_are_searched_and_bounded():
    count = 20
    rules = [(2 * count, (n, count + n)) for n in range(count)]
    weights = [0.0] * count + [0.5] * count
    graph = Derivations(weights, [(n,) for n in range(2 * count)], 2 * count + 1, rules)
    found = decide(graph, range(count), [(2 * count, 10.0), *[(n, -1.0) for n in range(count)]])
    # n of them give 10 (1 - 2^-n) - n: three are best, and any three are
    assert found.value == pytest.approx(10 * (1 - 2**-3) - 3)
    assert len(found.chosen) == 3
    assert found.bound >= found.value
    assert not found.is_best
