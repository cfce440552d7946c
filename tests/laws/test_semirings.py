"""Semirings keep the laws that they declare, and weigh derivations as worlds and proofs do."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.probability.worlds import circuit_of_worlds, derivations, worlds

from trivium.errors import ProgramError
from trivium.probability.derivations import Derivations
from trivium.probability.semirings import (
    Boolean,
    Counting,
    Dual,
    Expectation,
    Gradient,
    LogProbability,
    MaxMin,
    Probability,
    TopProofs,
    Tropical,
    Viterbi,
)
from trivium.probability.weigh import weigh_circuit, weigh_derivations

numbers = st.floats(0, 1).map(lambda x: round(x, 3))
WEIGHTS = (0.5, 0.3, 0.2, 0.4, 0.6)
COINS = Derivations(WEIGHTS, [(0,), (1, 2), (3, 4)], 5, [])
proof = st.frozensets(st.integers(0, 4), max_size=3).filter(
    lambda p: not {1, 2} <= p and not {3, 4} <= p
)


def proofs(keep):
    return st.lists(proof, max_size=4).map(lambda ps: keep.add(tuple(ps), ()))


ALL_PROOFS, THREE = TopProofs(COINS, k=1000), TopProofs(COINS, k=3)
duals = st.builds(Dual, numbers, st.dictionaries(st.integers(0, 3), numbers, max_size=3))
SEMIRINGS = [
    (Boolean(), st.booleans()),
    (Counting(), st.integers(0, 9)),
    (MaxMin(), numbers),
    (Viterbi(), numbers),
    (Tropical(), st.one_of(numbers, st.just(math.inf))),
    (Probability(), numbers),
    (LogProbability(), st.one_of(numbers.map(lambda x: -x), st.just(-math.inf))),
    (Expectation({}), st.tuples(numbers, numbers)),
    (Gradient(), duals),
    (ALL_PROOFS, proofs(ALL_PROOFS)),
    (THREE, proofs(THREE)),
]
each = pytest.mark.parametrize(
    ("semiring", "elements"),
    SEMIRINGS,
    ids=lambda x: type(x).__name__ if hasattr(x, "zero") else "",
)


@each
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_laws(semiring, elements, data):
    a, b, c = (data.draw(elements) for _ in range(3))
    add, mul, same = semiring.add, semiring.mul, semiring.same
    assert same(add(a, b), add(b, a))
    assert same(mul(a, b), mul(b, a))
    assert same(add(add(a, b), c), add(a, add(b, c)))
    assert same(add(a, semiring.zero), a)
    assert same(mul(a, semiring.one), a)
    assert same(mul(a, semiring.zero), semiring.zero)
    if semiring.distributive:
        assert same(mul(mul(a, b), c), mul(a, mul(b, c)))
        assert same(mul(a, add(b, c)), add(mul(a, b), mul(a, c)))
    if semiring.idempotent:
        assert same(add(a, a), a)
    if semiring.absorptive:
        assert same(add(semiring.one, a), semiring.one)
    if semiring.negation:
        assert same(semiring.negate(semiring.negate(a)), a)
        assert same(semiring.negate(semiring.zero), semiring.one)


@pytest.mark.parametrize(
    ("semiring", "law"),
    [
        (Counting(), lambda s: s.add(1, 1) == 1),
        (Probability(), lambda s: s.add(s.one, 0.5) == s.one),
        (Tropical(), lambda s: s.mul(1.0, 1.0) == 1.0),
    ],
)
def test_laws_that_are_not_declared_fail(semiring, law):
    assert not law(semiring)


@settings(max_examples=25, deadline=None)
@given(derivations(negation=False))
def test_boolean_and_fuzzy_weights_are_those_of_what_suffices(ground):
    possible = weigh_derivations(ground, Boolean())
    strength = weigh_derivations(ground, MaxMin())
    for node in range(ground.nodes):
        assert possible[node] == (node in _closure(ground, 1e-9))
        # As strong as s: the alternatives at least as probable suffice, were they all chosen.
        levels = [0.0, *ground.weights, 1.0]
        strong = [s for s in levels if node in _closure(ground, s)]
        assert strength[node] == max(strong, default=0.0)


def _closure(ground, least):
    holds = {a for a, weight in enumerate(ground.weights) if weight >= least}
    for _ in range(ground.nodes):
        holds |= {head for head, body in ground.rules if all(n in holds for n in body)}
    return holds


@settings(max_examples=25, deadline=None)
@given(derivations())
def test_circuits_give_probability_expectation_and_gradient(ground):
    roots = range(ground.nodes)
    circuit = circuit_of_worlds(ground, roots)
    worth = {choice: float(choice + 1) for choice in range(len(ground.weights))}
    exact = weigh_circuit(circuit, ground, Probability())
    logs = weigh_circuit(circuit, ground, LogProbability())
    pairs = weigh_circuit(circuit, ground, Expectation(worth))
    duals = weigh_circuit(circuit, ground, Gradient())
    counts = weigh_circuit(circuit, ground, Counting())
    best = weigh_circuit(circuit, ground, Viterbi())
    for root in roots:
        held = [(chosen, p) for chosen, p, holds in worlds(ground) if root in holds]
        total = sum(p for _, p in held)
        assert exact[root] == pytest.approx(total, abs=1e-12)
        assert math.exp(logs[root]) == pytest.approx(total, abs=1e-12)
        mean = sum(p * sum(worth.get(leaf, 0.0) for leaf in chosen) for chosen, p in held)
        assert pairs[root] == pytest.approx((total, mean), abs=1e-9)
        assert duals[root].value == pytest.approx(total, abs=1e-12)
        assert counts[root] == len(held)
        assert best[root] == pytest.approx(max((p for _, p in held), default=0.0), abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(derivations(negation=False, cycles=False))
def test_proofs_are_counted_and_their_best_is_found(ground):
    counts = weigh_derivations(ground, Counting())
    every = TopProofs(ground, k=10_000)
    kept = weigh_derivations(ground, every)
    one = weigh_derivations(ground, TopProofs(ground, k=1))
    best = weigh_derivations(ground, Viterbi())
    costs = weigh_derivations(ground, Tropical())
    for node in range(ground.nodes):
        assert (counts[node] > 0) >= bool(kept[node])
        assert math.exp(-costs[node]) == pytest.approx(best[node], abs=1e-12)
        for found in one[node]:
            assert found in kept[node]
        # Minimal proofs are exactly what makes the row hold.
        for chosen, p, holds in worlds(ground):
            if p > 0:
                assert (node in holds) == any(proof <= set(chosen) for proof in kept[node])


CYCLE = Derivations(
    (0.5, 0.25), [(0,), (1,)], 4, [(2, (0,)), (2, (3,)), (3, (2, 1))], ("a", "b", "p(1)", "p(2)")
)


def test_cycles_need_a_semiring_that_absorbs():
    assert weigh_derivations(CYCLE, Viterbi())[2:] == [0.5, 0.125]
    assert weigh_derivations(CYCLE, TopProofs(CYCLE))[3] == (frozenset({0, 1}),)
    with pytest.raises(ProgramError) as caught:
        weigh_derivations(CYCLE, Counting())
    assert caught.value.number == 295
    assert "p(" in caught.value.message


def test_negation_needs_an_opposite():
    ground = Derivations((0.5,), [(0,)], 2, [(1, (~0,))], ("a", "b"))
    assert weigh_derivations(ground, MaxMin())[1] == 0.5
    assert weigh_derivations(ground, Boolean())[1] is False
    with pytest.raises(ProgramError) as caught:
        weigh_derivations(ground, Viterbi())
    assert caught.value.number == 295


def test_a_cost_of_ones_own():
    ground = Derivations((0.5, 0.5), [(0,), (1,)], 3, [(2, (0,)), (2, (1,))])
    assert weigh_derivations(ground, Tropical({0: 7.0, 1: 3.0}))[2] == 3.0
