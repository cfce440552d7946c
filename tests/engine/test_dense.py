"""Dense groups go into sets as bits, and what is new beside a key goes where it belongs as a whole.

points(v, o) :- points(w, o), copy(v, w).      all new o of w become bits of v at once
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from trivium.engine import native
from trivium.program import Limits, Program

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native engine was not built with this installation"
)

POINTS_TO = """
points(v, o) :- address(v, o).
points(v, o) :- assign(v, w), points(w, o).
points(v, o) :- load(v, w), points(w, p), points(p, o).
points(p, o) :- store(v, w), points(v, p), points(w, o).
"""
PROGRAMS = {
    "points-to": POINTS_TO,
    "a test between": POINTS_TO + "points(v, o) :- points(w, o), assign(v, w), v != w, load(_, v).",
    "a step reads what is new": POINTS_TO + "points(v, o) :- points(w, o), assign(v, w), o < v.",
    "turned": POINTS_TO + "users(o, v) :- points(v, o).  users(o, v) :- users(p, v), store(o, p).",
    "doubled": "points(v, o) :- address(v, o).  points(v, o) :- points(v, w), points(w, o).",
    "values that grow": """
        points(v, o) :- address(v, o).
        points(v, o + 97) :- points(v, o), o < 6000.
        copy(v, w) :- assign(v, w).
        copy(v, p) :- load(v, w), points(w, p).
        points(v, o) :- copy(v, w), points(w, o).""",
}  # fmt: skip
SPREAD = {"dense": 1, "sparse": 1_003, "coded": 70_000_001, "wide": 10**12}


def facts(seed: int, spread: int, nodes: int = 90) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    sizes = {"address": 5 * nodes, "assign": nodes, "load": nodes // 4, "store": nodes // 4}
    return {name: random.integers(0, nodes, (size, 2)) * spread for name, size in sizes.items()}


@pytest.mark.parametrize("spread", SPREAD)
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_rows_of_the_reference(name: str, spread: str) -> None:
    if SPREAD[spread] > 1 and name == "values that grow":
        pytest.skip("its numbers have a meaning")
    program = Program(PROGRAMS[name])
    for seed in range(3):
        given = facts(seed, SPREAD[spread])
        wanted = program.run(backend="reference", **given)
        for threads in (1, 2):
            found = program.run(backend="native", limits=Limits(threads=threads), **given)
            for relation in wanted.relations:
                assert sorted(found[relation].rows()) == sorted(wanted[relation].rows())


def test_the_steps_tell_the_rows_that_they_stand_for() -> None:
    given = facts(1, 1, 150)
    profiles = [
        Program(POINTS_TO).run(backend=backend, profile=True, **given).profile
        for backend in ("native", "reference")
    ]
    native_rows, reference_rows = (
        [
            [step.rows for plan in rule.plans for step in plan.steps]
            for rule in (profile.rules if profile else ())
        ]
        for profile in profiles
    )
    assert native_rows == reference_rows
    assert sum(map(sum, native_rows)) > 1_000_000


@pytest.mark.parametrize("name", PROGRAMS)
def test_rows_come_in_one_order_however_many_threads_there_are(name: str) -> None:
    given = facts(4, 1, 400)
    one, two = (
        Program(PROGRAMS[name]).run(backend="native", limits=Limits(threads=threads), **given)
        for threads in (1, 2)
    )
    for relation in one.relations:
        assert one[relation].arrow().equals(two[relation].arrow()), relation


def test_a_row_shows_why_it_is_there() -> None:
    given = facts(2, 1)
    program = Program(POINTS_TO)
    result = program.run(backend="native", **given)
    for row in result["points"].rows()[::97]:
        assert "points" in str(result.why("points", row))
