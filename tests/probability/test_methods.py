"""Top-k proofs and sampled worlds, held to the enumeration of all worlds."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.probability.meaning import by_worlds, enumerate_worlds
from tests.probability.test_inference import complete_graph
from tests.probability.worlds import derivations

from trivium import Inference, Program
from trivium.engine.limits import Limits
from trivium.errors import LimitError, ProgramError
from trivium.probability.derivations import Derivations
from trivium.probability.inference.infer import infer
from trivium.probability.inference.proofs import proofs
from trivium.probability.inference.sample import least_model


def literals_of(graph):
    return st.integers(~(graph.nodes - 1), graph.nodes - 1)


@settings(max_examples=80, deadline=None)
@given(derivations(), st.data())
def test_top_k_never_says_too_much_and_all_proofs_say_all(graph, data):
    query = data.draw(literals_of(graph))
    evidence = data.draw(st.lists(literals_of(graph), max_size=1))
    (expected,) = by_worlds(graph, [query], evidence)
    if math.isnan(expected):
        return
    last = 0.0
    for k in (1, 2, 1000):
        (found,) = infer(graph, [query], evidence, Inference("top-k", k=k))
        assert found.method in ("top-k", "certain")
        assert last - 1e-9 <= found.low <= expected + 1e-9
        assert expected - 1e-9 <= found.high <= 1.0
        last = found.low
    assert (found.low, found.high) == pytest.approx((expected, expected), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(derivations(negation=False), st.data())
def test_proofs_come_by_their_weight_and_are_all_that_there_are(graph, data):
    target = data.draw(st.integers(0, graph.nodes - 1))
    found = list(proofs(graph, target))
    weights = [way.weight for way in found]
    assert weights == sorted(weights, reverse=True)
    _, holds = enumerate_worlds(graph)
    proved = np.zeros(holds.shape[1], np.bool_)
    for way in found:
        proved |= np.logical_and.reduce([holds[leaf] for leaf in way.leaves], axis=0)
    possible = enumerate_worlds(graph)[0] > 0
    assert (proved == holds[target])[possible].all()


@settings(max_examples=40, deadline=None)
@given(derivations(), st.data())
def test_sampled_worlds_come_near_the_truth(graph, data):
    query = data.draw(literals_of(graph))
    evidence = data.draw(st.lists(literals_of(graph), max_size=1))
    (expected,) = by_worlds(graph, [query], evidence)
    if math.isnan(expected):
        return
    (found,) = infer(graph, [query], evidence, Inference("sample", samples=20_000))
    assert found.low <= found.value <= found.high
    assert found.value == pytest.approx(expected, abs=0.03)


def test_intervals_hold_the_truth_about_95_times_in_100():
    graph, _, last = complete_graph(4)
    (exact,) = infer(graph, [last], how="exact")
    inside = 0
    for seed in range(200):
        (found,) = infer(graph, [last], how=Inference("sample", samples=500, seed=seed))
        inside += found.low <= exact.value <= found.high
    assert 180 <= inside <= 199


def test_a_seed_draws_the_same_worlds_and_a_width_ends_early():
    graph, _, last = complete_graph(5)
    one, same, other = (
        infer(graph, [last], how=Inference("sample", samples=3000, seed=seed))[0]
        for seed in (1, 1, 2)
    )
    assert one == same != other
    (wide,) = infer(graph, [last], how=Inference("sample", samples=10_000_000, width=0.05))
    assert wide.high - wide.low <= 0.05


def test_a_world_holds_what_the_rules_derive_from_its_choices():
    graph = Derivations([0.5] * 2, [(0,), (1,)], 5, [(2, (0,)), (3, (2, ~1)), (4, (4,))])
    assert least_model(graph, [0]) == {0, 2, 3}
    assert least_model(graph, [0, 1]) == {0, 1, 2}
    assert least_model(graph, []) == set()


UNLIKELY = "0.5::a(1). 0.5::a(2). 1e-12::b. c :- a(1), b. c :- a(2), b. .evidence c"


def test_evidence_that_no_sample_agrees_with_is_an_error():
    program = Program(UNLIKELY)
    with pytest.raises(ProgramError, match="sampled worlds agrees") as caught:
        program.run(inference=Inference("sample", samples=100)).probability("a", (1,))
    assert caught.value.number == 296
    assert program.run().probability("a", (1,)) == pytest.approx(2 / 3)


def test_evidence_about_a_choice_needs_no_luck():
    program = Program("1e-12::b. 0.5::a. c :- a, b. .evidence b")
    result = program.run(inference=Inference("sample", samples=10_000))
    assert result.probability("c", ()) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    "wrong", [("guess",), ("top-k", 0), ("sample", 1, 0), ("sample", 1, 1, 2.0)]
)
def test_methods_and_numbers_that_make_no_sense(wrong):
    with pytest.raises(ProgramError) as caught:
        Inference(*wrong)
    assert caught.value.number == 297


@pytest.mark.parametrize("dialect", ["souffle", "problog"])
def test_programs_say_how_their_probabilities_were_found(dialect):
    text = """0.4::edge(1,2). 0.5::edge(2,3). 0.25::edge(1,3). 0.5::edge(3,2).
        path(X,Y) :- edge(X,Y).  path(X,Y) :- edge(X,Z), path(Z,Y)."""
    if dialect == "problog":
        text += " query(path(1,_))."
    program = Program(text, dialect)
    exact = program.run().probability("path", (1, 3))
    best = program.run(inference=Inference("top-k", k=1))
    assert best.method == "top-k"
    assert best.probability("path", (1, 3)) == pytest.approx(0.25)
    assert best.bounds("path", (1, 3)) == pytest.approx((0.25, 1.0))
    assert "0.25, between 0.25 and 1 (top-k)" in str(best.why("path", (1, 3)))
    drawn = program.run(inference="sample")
    assert drawn.method == "sample"
    low, high = drawn.bounds("path", (1, 3))
    assert low <= drawn.probability("path", (1, 3)) <= high
    assert drawn.probability("path", (1, 3)) == pytest.approx(exact, abs=0.03)


def test_sampling_stops_at_the_limits():
    graph, _, last = complete_graph(12)
    many = Inference("sample", samples=10**9)
    (found,) = infer(graph, [last], how=many, limits=Limits(seconds=0.2))
    assert found.high - found.low < 0.1
    with pytest.raises(LimitError) as caught:
        infer(graph, [last], how=many, limits=Limits(memory_bytes=1000))
    assert caught.value.number == 303
