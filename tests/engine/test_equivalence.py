"""Equivalences: native relations hold their classes, and have the rows that pairs would have."""

from __future__ import annotations

import numpy as np
import pytest

from trivium.engine import native
from trivium.errors import LimitError
from trivium.plan.statistics import Planning
from trivium.program import Limits, Program

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native engine was not built with this installation"
)

SAME = """
    .decl edge(x: number, y: number)
    .decl p(x: number, y: number)
    .decl same(x: number, y: number) eqrel
"""
PROGRAMS = {
    "joined": """
        same(x, y) :- edge(x, y).
        of(x, z) :- p(x, y), same(y, z).
        between(x, z) :- same(x, y), p(y, z).
        checked(x, y) :- p(x, y), same(x, y).
        loops(x) :- same(x, x).
        known(x) :- same(x, _).
        seven(x) :- same(7, x).
        eight(x) :- same(x, 8), same(7, x).
        some() :- same(_, _).""",
    "negated": """
        same(x, y) :- edge(x, y).
        apart(x, y) :- p(x, y), !same(x, y).
        alone(x) :- p(x, _), !same(x, _).
        none(x) :- p(x, _), !same(_, _).""",
    "given too": "same(1, 2).  same(2, 9).  same(x, y) :- edge(x, y), x < 4.",
    "recursive": """
        same(x, y) :- edge(x, y), x < 5.
        same(x, y) :- same(a, b), p(a, x), p(b, y).""",
    "twice": """
        same(x, y) :- edge(x, y), x < 3.
        same(a, d) :- same(a, b), p(b, c), same(c, d), b < 9.""",
    "constants and loops": """
        same(x, y) :- edge(x, y), x < 5.
        same(x, y) :- same(3, x), p(x, y).
        same(x, x) :- same(y, y), p(y, x).
        same(x, y) :- p(x, y), same(x, _), same(_, y).""",
    "mutual": """
        .decl also(x: number, y: number) eqrel
        same(x, y) :- edge(x, y), x < 6.
        same(x, y) :- also(x, y), p(x, _), p(_, y).
        also(x, y) :- same(x, z), p(z, y).""",
    "step by step": """
        same(x, y) :- edge(x, y), x < 9.
        same(x, y) :- same(x, z), y = strlen(cat(to_string(z), "00")).""",
    "aggregates": """
        same(x, y) :- edge(x, y).
        least(x, l) :- same(x, _), l = min y : { same(x, y) }.
        size(x, n) :- p(x, _), n = count : { same(x, _) }.
        pairs(n) :- n = count : { same(_, _) }.
        others(x, s) :- p(x, k), s = sum y : { same(x, y), y < k }.
        joined(x, y, n) :- p(x, y), n = count : { same(x, z), p(z, y) }.
        held(x, b) :- p(x, _), b = forall : { same(x, y) => p(y, _) }.""",
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("seed", range(4))
def test_the_rows_of_the_reference(name: str, seed: int) -> None:
    chance = np.random.default_rng(seed)
    nodes = (12, 30, 60, 12)[seed]
    spread = (1, 1, 1, 10**12)[seed]
    data = {"edge": chance.integers(0, nodes, (nodes // 2, 2)) * spread}
    data["p"] = chance.integers(0, nodes, (nodes, 2))
    program = Program(SAME + PROGRAMS[name])
    expected = program.run(backend="reference", limits=Limits(), **data)
    found = program.run(backend="native", limits=Limits(), **data)
    for relation in expected.relations:
        assert found[relation].rows() == expected[relation].rows(), relation


def test_symbols_and_proofs() -> None:
    program = Program("""
        .decl alias(x: symbol, y: symbol) eqrel
        alias("ann", "anna").  alias("anna", "anne").  alias("bo", "bob").
        twin(x) :- alias("anne", x).""")
    result = program.run(backend="native")
    assert result["twin"].rows() == [("ann",), ("anna",), ("anne",)]
    assert len(result["alias"]) == 13
    proof = str(result.why("alias", ("ann", "anne")))
    assert 'alias("anna", "anne")' in proof
    assert "bo" in str(result.why_not("alias", ("ann", "bo")))


def test_pairs_take_no_memory() -> None:
    text = """
        same(x, y) :- edge(x, y).
        label(x, l) :- same(x, _), l = min y : { same(x, y) }.
        loops(x) :- same(x, x).
        first(x) :- same(0, x)."""
    chain = np.stack([np.arange(1, 200_000), np.arange(199_999)], axis=1)
    result = Program(SAME + text).run(backend="native", edge=chain)
    assert len(result["same"]) == 200_000**2
    assert set(result["label"].column("l")) == {0}
    assert len(result["loops"]) == len(result["first"]) == 200_000
    with pytest.raises(LimitError) as error:
        result["same"].rows()
    assert error.value.number == 303


def test_an_update_keeps_up() -> None:
    program = Program(SAME + PROGRAMS["joined"])
    program.run(backend="native", edge=[(1, 2), (3, 4)], p=[(0, 1)])
    found = program.update(insert={"edge": [(2, 3)]}, delete={"edge": [(1, 2)]})
    assert found["of"].rows() == []
    assert len(found["same"]) == 9


def test_pairs_are_held_where_classes_may_not() -> None:
    program = Program(SAME + PROGRAMS["recursive"])
    data = {"edge": [(1, 2), (2, 3)], "p": [(1, 7), (3, 8)]}
    held = program.run(backend="native", planning=Planning(classes=False), **data)
    assert held["same"].rows() == program.run(backend="native", **data)["same"].rows()
    assert (7, 8) in held["same"]
