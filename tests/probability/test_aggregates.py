"""Aggregates over uncertain rows are what all worlds, each run as a certain program, give."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trivium import Program
from trivium.errors import ProgramError

DECLARED = """
.decl f(y: number)  .decl e(x: number, y: number)  .decl w(x: number, v: float)
.decl q(x: number)  .decl d(x: number, day: date)
q(1). q(2). q(4).  e(9, 9).  w(9, 0.5).
d(1, date("1999")). d(2, date("2001-05")).
"""
FACTS = ["f(1)", "f(2)", "f(3)", "e(1, 2)", "e(1, 3)", "e(2, 3)", "w(1, 1.5)", "w(2, 2.5)", "q(3)"]
WEIGHTS = [0.5, 0.25, 0.75, 0.5, 0.25, 0.75, 0.5, 0.25, 0.5]


def by_worlds(
    rules: str, facts: list[str], weights: list[float]
) -> dict[tuple[object, ...], float]:
    """How probable each row of `p` is."""
    found: Counter[tuple[object, ...]] = Counter()
    for world in itertools.product((True, False), repeat=len(facts)):
        probability = 1.0
        for holds, weight in zip(world, weights, strict=True):
            probability *= weight if holds else 1 - weight
        held = " ".join(f"{fact}." for fact, holds in zip(facts, world, strict=True) if holds)
        program = Program(f"{DECLARED}{held}\n{rules}")
        for row in program.run()["p"].rows():
            found[row] += probability
    return dict(found)


def check(rules: str, facts: list[str] | None = None) -> None:
    facts = FACTS[:3] + FACTS[-1:] if facts is None else facts
    weights = [WEIGHTS[FACTS.index(fact)] for fact in facts]
    uncertain = " ".join(f"{w}::{fact}." for w, fact in zip(weights, facts, strict=True))
    result = Program(f"{DECLARED}{uncertain}\n{rules}").run()
    found = {row: p for row, p in result.probabilities("p").items() if p > 1e-12}
    assert found == pytest.approx(by_worlds(rules, facts, weights)), rules


EDGES = FACTS[3:6]
WEIGHED = FACTS[6:]


@pytest.mark.parametrize(
    "rules",
    [
        "p(x, n) :- q(x), n = count : { f(y), y < x }.",
        "p(x, n) :- q(x), n = sum y : { f(y), y != x }.",
        "p(x, n) :- q(x), n = sum y * x - 1 : { f(y), (y + x) * 2 > 6 }.",
        "p(x, n) :- q(x), n = min y : { f(y), y >= x }.",
        "p(x, n) :- q(x), n = max y : { f(y), y <= x }.",
        "p(x, n) :- q(x), n = mean y : { f(y), y <= x }.",
        "p(x) :- q(x), exists : { f(y), y > x }.",
        "p(x) :- q(x), !exists : { f(y), y > x }.",
        "p(x, n) :- q(x), n = count : { f(y), z = y + x, z > 4 }.",
        "p(x, n) :- q(x), n = count : { q(y), !f(y), y <= x }.",
        "p(x, n) :- q(x), n = count : { q(y), !f(x), y <= x }.",
        "p(x, n) :- q(x), z = x * x, n = count : { f(y), y < z }, n < 3.",
        "p(x, n) :- q(x), !f(x), n = count : { f(y), y < x }.",
        "p(x, n) :- q(x), x > 1, q(z), z < x, n = count : { f(y), y < x, y >= z }.",
        "p(x, n) :- q(x), (x > 2 ; f(x)), n = count : { f(y), (y < x ; y = 3) }.",
        "p(n) :- n = count : { f(y), y < 3 }, n = count : { f(y), y > 1 }.",
        "p(m, n) :- m = count : { f(_) }, n = count : { f(y), y < m }.",
        "p(n) :- n = count : { f(y), y < count : { f(_) } }.",
        "p(x, n) :- q(x), n = count : { f(y), y < x, y <= count : { f(z), z < x } }.",
        "p(n) :- n = sum y : { f(y), !exists : { f(z), z > y } }.",
        "p(n) :- n = max y : { f(y), y < max z : { f(z) } }.",
        "p(n) :- n = count : { q(x), m = count : { f(y), y < x }, m > 0 }.",
        "p(n) :- n = sum m : { q(x), m = count : { f(y), y < x }, m = max z : { f(z) } }.",
        "a(x, n) :- q(x), n = count : { f(y), y < x }.  p(n) :- n = max m : { a(x, m), f(x) }.",
        "p(x, n) :- d(x, day), n = count : { f(y), y < month(day) }.",
        "p(x, n) :- x = range(1, 4), n = count : { f(y), y < x }.",
        'p(s) :- q(x), s = cat("n", to_string(count : { f(y), y < x })).',
        'p(x, s) :- q(x), s = string_join y, "-" : { f(y), y <= x }.',
        "p(x, s) :- q(x), s = string_join y by 10 - y * x : { f(y) }.",
        'p(x, s) :- q(x), s = string_join "n" : { f(y), y <= x }.',
        "p(x, n) :- q(x), n = argmax y by y * (4 - y) : { f(y), y != x }.",
        "p(x, n) :- q(x), n = argmin y by y * (4 - y) : { f(y), y < x }.",
        "p(x, n) :- q(x), n = argmax z by 0 - y : { f(y), q(z), z <= x }.",
        "p(x, n) :- q(x), n = median y : { f(y), y != x }.",
        "p(n) :- n = median y * y : { f(y) }.",
        "p() :- forall : { f(y) => y > 1 }.",
        "p(a) :- a = forall : { f(y) => q(y) }.",
        "p(x, a) :- q(x), a = forall : { f(y) => y < x }.",
        "p(x, a) :- q(x), a = forall : { f(y), y < x => q(z), z > y }.",
        "p(a) :- a = forall : { q(y) => f(y) }.",
        "p(x) :- q(x), !forall : { f(y) => y != x }.",
        "p(n) :- n = count : { q(x), forall : { f(y) => y < x } }.",
        "p(a) :- a = forall : { f(y) => exists : { q(z), z > y, !f(z) } }.",
    ],
)
def test_conditions_may_speak_of_variables_outside(rules: str) -> None:
    check(rules)


@pytest.mark.parametrize(
    "rules",
    [
        "p(x, n) :- q(x), n = count : { e(x, y), y > x }.",
        "p(x, n) :- q(x), n = count : { e(z, _), z <= x }.",
        "p(x, n) :- q(x), n = count : { e(_, y), y - x > 0, !e(x, y) }.",
        "p(x, n) :- q(x), n = count : { q(y), y != x, !e(x, _) }.",
        "p(y, n) :- e(_, y), n = sum z : { e(z, v), v < y }.",
        "p(1, 0). p(y, n) :- p(x, _), e(x, y), n = count : { e(z, y), z > 0 }.",
    ],
)
def test_over_relations_of_two_columns(rules: str) -> None:
    check(rules, EDGES)


@pytest.mark.parametrize(
    "rules",
    [
        "p(x, s) :- q(x), s = sum v / x : { w(y, v), y <= x }.",
        "p(x, s) :- q(x), s = max v : { w(y, v), v < x }.",
        "p(x, s) :- q(x), s = sum v : { w(y, v), y > x, w(_, u), u <= v }.",
    ],
)
def test_over_floats(rules: str) -> None:
    check(rules, WEIGHED)


terms = st.sampled_from(["x", "y", "z", "1", "2", "x + y", "z - x", "y * 2", "(x - y) * z"])
comparisons = st.builds(
    lambda a, op, b: f"{a} {op} {b}", terms, st.sampled_from(["<", "<=", "!=", "=", ">"]), terms
)
atoms = st.sampled_from(["f(y)", "f(z)", "q(y)", "!f(x)", "!f(y)", "q(z)"])
kinds = st.sampled_from(["count :", "sum y :", "sum y * x + z :", "min y - x :", "max z :"])


@settings(max_examples=25, deadline=None)
@given(kinds, st.lists(atoms, max_size=2), st.lists(comparisons, min_size=1, max_size=2))
def test_random_conditions(kind: str, others: list[str], compared: list[str]) -> None:
    body = ", ".join(["f(y)", "q(z)", *others, *compared])
    check(f"p(x, n) :- q(x), n = {kind} {{ {body} }}.")


def test_what_only_the_recursion_itself_tells_is_refused() -> None:
    text = "0.5::f(1).  p(3, 0).  p(x - 1, n) :- p(x, _), x > 0, n = count : { f(y), y < x }."
    with pytest.raises(ProgramError) as caught:
        Program(text).run()
    assert caught.value.number == 286
