"""Exact inference: what enumeration of all worlds gives, over graphs and over circuits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.probability.meaning import by_worlds, enumerate_worlds

from trivium.engine.limits import Limits
from trivium.errors import BoundsWarning, ProgramError
from trivium.probability.circuit import Circuit
from trivium.probability.derivations import Derivations
from trivium.probability.explain import explain
from trivium.probability.inference.best import most_probable
from trivium.probability.inference.chance import Chance, Inference
from trivium.probability.inference.compile import compile_circuit
from trivium.probability.inference.infer import infer
from trivium.probability.semirings.probability import Probability
from trivium.probability.weigh import weigh_circuit


@st.composite
def graphs(draw: st.DrawFn) -> Derivations:
    """At most five groups and seven rows in strata: cycles within one, negation only below."""
    weights: list[float] = []
    groups = []
    for size in draw(st.lists(st.sampled_from([1, 1, 1, 2, 3]), min_size=1, max_size=5)):
        parts = draw(st.lists(st.integers(1, 5), min_size=size, max_size=size))
        total = sum(parts) + draw(st.integers(0, 3))
        groups.append(tuple(range(len(weights), len(weights) + size)))
        weights += [part / (total + (size == 1)) for part in parts]
    count = len(weights)
    rows = draw(st.integers(1, 7))
    stratum = sorted(draw(st.lists(st.integers(0, 2), min_size=rows, max_size=rows)))
    rules = []
    for _ in range(draw(st.integers(1, 14))):
        head = draw(st.integers(0, rows - 1))
        body = []
        for _ in range(draw(st.integers(0, 3))):
            if draw(st.booleans()):
                node = draw(st.integers(0, count - 1))
                body.append(~node if draw(st.integers(0, 3)) == 0 else node)
                continue
            row = draw(st.integers(0, rows - 1))
            if stratum[row] < stratum[head]:
                body.append(~(count + row) if draw(st.booleans()) else count + row)
            elif stratum[row] == stratum[head]:
                body.append(count + row)
        rules.append((count + head, tuple(body)))
    return Derivations(weights, groups, count + rows, rules)


def weigh(circuit: Circuit, graph: Derivations) -> list[float]:
    """The circuit's roots with the graph's weights; checks the laws of circuits on the way."""
    rests = [1.0 - sum(graph.weights[node] for node in group) for group in graph.groups]
    values = [*graph.weights, *rests]
    spoken = [frozenset({int(group)}) for group in circuit.groups]
    spoken += [frozenset({group}) for group in range(len(graph.groups))]
    for inner, product in enumerate(circuit.product.tolist()):
        below = circuit.children[circuit.starts[inner] : circuit.starts[inner + 1]].tolist()
        assert all(child < len(values) for child in below)
        parts = [values[child] for child in below]
        values.append(math.prod(parts) if product else math.fsum(parts))
        groups = frozenset().union(*[spoken[child] for child in below])
        if product:
            assert sum(len(spoken[child]) for child in below) == len(groups)
        else:
            assert all(spoken[child] == groups for child in below)
        spoken.append(groups)
    return [values[root] for root in circuit.roots.tolist()]


@settings(max_examples=200, deadline=None)
@given(graphs(), st.data())
def test_what_worlds_give(graph: Derivations, data: st.DataObject) -> None:
    literals = st.integers(~(graph.nodes - 1), graph.nodes - 1)
    queries = data.draw(st.lists(literals, min_size=1, max_size=4))
    evidence = data.draw(st.lists(literals, max_size=2))
    expected = by_worlds(graph, queries, evidence)
    circuit = weigh(compile_circuit(graph, queries, evidence), graph)
    if math.isnan(expected[0]):
        with pytest.raises(ProgramError) as caught:
            infer(graph, queries, evidence)
        assert caught.value.number == 285
        assert all(value == 0.0 for value in circuit)
        return
    found = [chance.value for chance in infer(graph, queries, evidence)]
    assert found == pytest.approx(expected, abs=1e-9)
    total = circuit[-1] if evidence else 1.0
    joint = [value / total for value in circuit[: len(queries)]]
    assert joint == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=10))
def test_undirected_reachability(edges: list[tuple[int, int]]) -> None:
    """Cycles everywhere: which nodes a random graph connects to node 0."""
    count = len(edges)
    rules = []
    for edge, (a, b) in enumerate(edges):
        for x, y in ((a, b), (b, a)):
            if y:
                rules.append((count + y - 1, (count + x - 1, edge) if x else (edge,)))
    weights = [0.3 + 0.05 * edge for edge in range(count)]
    graph = Derivations(weights, [(edge,) for edge in range(count)], count + 5, rules)
    queries = [*range(count, count + 5), ~count]
    expected = by_worlds(graph, queries)
    assert [chance.value for chance in infer(graph, queries)] == pytest.approx(expected, abs=1e-9)
    for query, value in zip(queries, expected, strict=True):
        assert infer(graph, [query])[0].value == pytest.approx(value, abs=1e-9)


def test_a_query_that_rules_of_later_choices_still_need_counts_once() -> None:
    rules = [(3, (~0,)), (3, (~1,)), (4, (3,)), (4, (~0,)), (2, (4, ~1))]
    graph = Derivations([0.5, 0.5], [(0,), (1,)], 5, rules)
    circuit = compile_circuit(graph, [4], [2])
    assert weigh_circuit(circuit, graph, Probability()) == [0.5, 0.5]


def test_bounds_of_a_row_that_only_a_contradiction_supports() -> None:
    rules = [(1, (~0, 0)), (1, (2,)), (2, (1,))]
    graph = Derivations([0.5], [(0,)], 3, rules)
    for evidence in ([], [0]):
        (found,) = infer(graph, [1], evidence, Inference("bounds"))
        assert (found.low, found.high) == (0.0, 0.0)


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_bounds_contain_the_truth(graph: Derivations, data: st.DataObject) -> None:
    literals = st.integers(~(graph.nodes - 1), graph.nodes - 1)
    query = data.draw(literals)
    evidence = data.draw(st.lists(literals, max_size=1))
    (expected,) = by_worlds(graph, [query], evidence)
    if math.isnan(expected):
        return
    for width in (0.9, 0.3, 0.0):
        (found,) = infer(graph, [query], evidence, Inference("bounds", width=width))
        assert found.low - 1e-9 <= expected <= found.high + 1e-9
        assert found.high - found.low <= width + 1e-9


@settings(max_examples=80, deadline=None)
@given(graphs(), st.data())
def test_no_world_is_more_probable_than_the_explanation(
    graph: Derivations, data: st.DataObject
) -> None:
    literals = st.integers(~(graph.nodes - 1), graph.nodes - 1)
    evidence = data.draw(st.lists(literals, max_size=2))
    probabilities, holds = enumerate_worlds(graph)
    seen = np.ones(len(probabilities), np.bool_)
    for literal in evidence:
        seen &= holds[literal] if literal >= 0 else ~holds[~literal]
    expected = probabilities[seen].max(initial=0.0)
    if expected <= 0.0:
        with pytest.raises(ProgramError) as caught:
            most_probable(graph, evidence)
        assert caught.value.number == 285
        return
    chosen, probability = most_probable(graph, evidence)
    assert probability == pytest.approx(expected)
    same = seen.copy()
    for group, members in enumerate(graph.groups):
        for node in members:
            same &= holds[node] == (chosen[group] == node)
    assert same.sum() == 1


def test_an_explanation_shows_bounds_and_no_midpoint() -> None:
    graph = Derivations([0.5, 0.5], [(0,), (1,)], 3, [(2, (0,)), (2, (1,))], ["a", "b", "c"])
    explained = explain(graph, 2, [], "c", Chance("bounds", 0.7, 0.6, 0.8))
    assert (explained.low, explained.high) == (0.6, 0.8)
    assert "probability between 0.6 and 0.8 (bounds)" in str(explained)
    assert "0.7" not in str(explained)
    assert not explained.influences
    (exact,) = infer(graph, [2], how="exact")
    assert "probability 0.75 (exact)" in str(explain(graph, 2, [], "c", exact))


def complete_graph(nodes):
    """Paths from 0 over undirected uncertain edges between all nodes; one more choice; the node of
    the path to the last."""
    edges = [(x, y) for x in range(nodes) for y in range(x + 1, nodes)]
    alone = len(edges)
    rules = [(alone + y, (edges.index((0, y)),)) for y in range(1, nodes)]
    for number, (x, y) in enumerate(edges):
        if x:
            rules += [(alone + y, (alone + x, number)), (alone + x, (alone + y, number))]
    groups = [(i,) for i in range(alone + 1)]
    return Derivations([0.3] * (alone + 1), groups, alone + nodes, rules), alone, alone + nodes - 1


def test_a_query_that_is_too_large_leaves_the_others_exact(monkeypatch):
    monkeypatch.setattr("trivium.probability.inference.exact.SMALL", 60)
    monkeypatch.setattr("trivium.probability.inference.infer.SECONDS", 0.05)
    graph, alone, last = complete_graph(8)
    with pytest.warns(BoundsWarning, match="1 of 2"):
        easy, hard = infer(graph, [alone, last])
    assert (easy.method, easy.value) == ("exact", 0.3)
    assert hard.method == "bounds"
    (exact,) = infer(graph, [last], how="exact")
    assert hard.low <= exact.value <= hard.high


@settings(max_examples=20, deadline=None)
@given(graphs(), st.data())
def test_without_time_bounds_are_wide_but_true(graph: Derivations, data: st.DataObject) -> None:
    literals = st.integers(~(graph.nodes - 1), graph.nodes - 1)
    queries = data.draw(st.lists(literals, min_size=1, max_size=4))
    expected = by_worlds(graph, queries)
    found = infer(graph, queries, how="bounds", limits=Limits(seconds=1e-9))
    for chance, value in zip(found, expected, strict=True):
        assert chance.low - 1e-9 <= value <= chance.high + 1e-9
