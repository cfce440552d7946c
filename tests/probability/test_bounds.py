"""Bounds: true, close where others say much, and with a sample beside them where they are wide."""

from __future__ import annotations

import random
import warnings
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.probability.worlds import derivations, worlds

from trivium import Program
from trivium.errors import BoundsWarning
from trivium.probability.inference import exact, infer
from trivium.probability.inference.bounds import SLACK
from trivium.probability.inference.exclusive import together
from trivium.probability.inference.needed import needed


def graph_program(nodes: int, edges: int, seed: int) -> Program:
    draw = random.Random(seed)
    found = set()
    while len(found) < edges:
        found.add(tuple(draw.sample(range(nodes), 2)))
    facts = "".join(f"{draw.uniform(0.1, 0.6):.2f}::edge({a}, {b}).\n" for a, b in sorted(found))
    rules = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."
    return Program(facts + rules)


@settings(max_examples=150, deadline=None)
@given(derivations(cycles=False), st.data())
def test_bounds_of_exclusive_literals_stay_true(ground, data):
    """Whatever true bounds each has, those that follow are true, and no wider."""
    literals = st.integers(0, ground.nodes - 1).flatmap(lambda n: st.sampled_from([n, ~n]))
    queries = data.draw(st.lists(literals, min_size=2, max_size=5, unique=True))
    reduced = needed(ground, queries)
    graph = reduced.derivations
    open_ones = list(dict.fromkeys([x for x in reduced.literals if not isinstance(x, bool)]))
    truth = dict.fromkeys(open_ones, 0.0)
    for _, chance, holding in worlds(graph):
        for x in open_ones:
            truth[x] += chance * ((x >= 0) == ((x if x >= 0 else ~x) in holding))
    share = st.floats(0.0, 1.0)
    bounds = {
        x: (value * data.draw(share), value + (1 - value) * data.draw(share))
        for x, value in truth.items()
    }
    for x, (low, high) in together(graph, bounds, lambda _: None).items():
        assert bounds[x][0] <= low <= truth[x] + 1e-9
        assert truth[x] - 1e-9 <= high <= bounds[x][1] + 2 * SLACK


def test_alternatives_of_one_switch_sum_to_one():
    program = Program("0.2::a(1); 0.5::a(2); 0.3::a(3).\nb(x) :- a(x), x > 0.\n")
    outcome = program.run().outcome
    places = list(outcome.places("b").values())
    resting = outcome.chances.grounds.rest(places)
    graph = resting.reduced.derivations
    one, two, three = resting.truths
    found = together(graph, {one: (0.1, 0.9), two: (0.5, 0.6), three: (0.3, 0.3)}, lambda _: None)
    assert found[one] == (pytest.approx(0.1), pytest.approx(0.2))
    assert found[two] == (pytest.approx(0.5), pytest.approx(0.6))
    # All that is left is the first's.
    found = together(graph, {one: (0.0, 1.0), two: (0.5, 0.5), three: (0.3, 0.3)}, lambda _: None)
    assert found[one] == (pytest.approx(0.2), pytest.approx(0.2))


def test_what_is_found_alone_is_found_together(monkeypatch):
    # Together they are too much for the states that are allowed; alone none is.
    monkeypatch.setattr(exact, "SMALL", 3_000)
    monkeypatch.setattr(exact, "CELLS", 1)
    monkeypatch.setattr(infer, "SECONDS", 0.05)
    program = graph_program(12, 22, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BoundsWarning)
        result = program.run()
        rows = result["path"].rows()
        every = result.probabilities("path", rows)
        for row in random.Random(1).sample(rows, 25):
            alone = program.run()
            if alone.bounds("path", row)[0] == alone.bounds("path", row)[1]:
                assert result.bounds("path", row)[0] == result.bounds("path", row)[1]
                assert every[row] == pytest.approx(alone.probability("path", row))


def test_a_sample_stands_beside_wide_bounds():
    program = graph_program(200, 1000, 1)
    begun = perf_counter()
    result = program.query("path", (0, 199))
    with pytest.warns(BoundsWarning, match="shares of sampled worlds"):
        value = result.probability("path", (0, 199))
    assert perf_counter() - begun < 20  # five, on a machine that does nothing else
    low, high = result.bounds("path", (0, 199))
    least, most = result.sampled("path", (0, 199))
    assert low <= value <= high
    assert least <= value <= most < least + 0.03
    assert "of sampled worlds, 95 times in 100" in str(result.why("path", (0, 199)))


def test_exact_values_have_no_sample():
    result = Program("0.3::a(1).\nb(x) :- a(x).").run()
    assert result.sampled("b", (1,)) is None
    assert result.sampled("b", (2,)) is None
