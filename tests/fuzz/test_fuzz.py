"""Random programs mean the same to the oracle and to every engine; `bench/fuzz.py` runs more."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.engines import BACKENDS, ENGINES, Outcome, mismatch
from tests.fuzz.programs import Case, make
from tests.fuzz.shrink import shrink

from trivium.source import Source
from trivium.syntax import ast
from trivium.syntax.souffle import parse

EVERY = list(ENGINES)
FEW = ["oracle", *BACKENDS]


def check(case: Case, engines: list[str]) -> None:
    problem = mismatch(case, engines)
    assert problem is None, f"{case.text}\n{case.data}\n{problem}"


@pytest.mark.parametrize(("engines", "start"), [(FEW, 0), (FEW, 100), (FEW, 200), (EVERY, 300)])
def test_seeded_programs(engines: list[str], start: int) -> None:
    for seed in range(start, start + (100 if engines is FEW else 40)):
        check(make(Random(seed)), engines)


@pytest.mark.skipif("native" not in BACKENDS, reason="the native engine was not built")
def test_seeded_programs_over_more_rows() -> None:
    for seed in range(20):
        check(make(Random(seed), rows=200), BACKENDS)


def test_seeded_programs_with_laws_and_terms() -> None:
    """Subsumption, choice, records, branches and components, which the oracle does not know."""
    for seed in range(60):
        case = make(Random(seed), laws=True)
        assert not ENGINES["reference"](case).trouble.startswith("E2"), case.text
        check(case, [name for name in EVERY if name != "oracle"])


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_random_programs(chance: Random) -> None:
    check(make(chance), EVERY)


def test_the_programs_derive_something() -> None:
    """Most programs are not empty, end, and have no trouble."""
    outcomes = [ENGINES["oracle"](make(Random(seed))) for seed in range(100)]
    derived = [sum(map(len, outcome.rows.values())) for outcome in outcomes]
    assert sum(rows > 3 for rows in derived) > 80
    assert sum(bool(outcome.trouble) for outcome in outcomes) < 5


def test_a_mismatch_is_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that forgets negations is found, and the program that shows it is small."""

    def forgetful(case: Case) -> Outcome:
        def forget(item: ast.Item) -> ast.Item:
            if not isinstance(item, ast.Clause) or not isinstance(item.body, ast.Conjunction):
                return item
            kept = tuple(p for p in item.body.parts if not isinstance(p, ast.Negation))
            return replace(item, body=replace(item.body, parts=kept))

        items = tuple(map(forget, case.program.items))
        return ENGINES["oracle"](replace(case, program=replace(case.program, items=items)))

    monkeypatch.setitem(ENGINES, "forgetful", forgetful)
    text = """
    .decl a(x: number)  .decl b(x: number)  .decl c(x: number, y: number)
    a(1). a(2). a(3). b(2). b(7).
    c(x, y) :- a(x), a(y), !b(x), x < y + 1.
    c(y, x) :- c(x, y), a(x).
    """
    case = Case(parse(Source("<test>", text)), {"a": [(1,), (5,)]})

    def shows(smaller: Case) -> bool:
        try:
            return mismatch(smaller, ("oracle", "forgetful")) is not None
        except (AssertionError, KeyError):
            return False

    small = shrink(case, shows)
    clauses = [item for item in small.program.items if isinstance(item, ast.Clause)]
    assert len(clauses) <= 3, small.text
    assert any("!b" in line for line in small.text.splitlines()), small.text
