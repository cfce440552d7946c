"""Exact probabilities and bounds along any order; and cases that once were wrong."""

from __future__ import annotations

from random import Random

import pytest
from tests.probability.any_order import Case, make
from tests.probability.test_explorers import in_python

from trivium.engine.native import available
from trivium.probability.derivations import Derivations


@pytest.mark.parametrize("native", [True, False])
def test_any_order_gives_what_worlds_give(native: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if native and not available():
        pytest.skip("the native engine was not built")
    if not native:
        in_python(monkeypatch)
    random = Random(4)
    for number in range(1_000):
        case = make(random)
        assert case.difference() is None, f"program {number}: {case}"


ONCE_WRONG = {
    "a row whose negation stands in a rule that waits": Case(
        Derivations(
            [0.2, 0.2, 0.3],
            [(0,), (1,), (2,)],
            7,
            [(3, (~5, 4)), (4, (0,)), (4, (1,)), (5, (4,)), (5, (6,)), (6, (2, 4))],
        ),
        [3],
        [],
        order=2,
    ),
    "a query that a level without a choice that matters leaves to itself": Case(
        Derivations(
            [1 / 3, 0.2, 0.625, 0.6, 5 / 9, 0.5],
            [(0,), (1,), (2,), (3,), (4,), (5,)],
            8,
            [(6, (~5, 2, 3)), (6, (0,)), (6, (~4,)), (7, (~3,)), (7, (~2, 1)), (7, (~6,))],
        ),
        [7, 6],
        [],
        order=0,
    ),
    "a rule as long as one that went away": Case(
        Derivations(
            [0.5, 0.5, 0.4, 0.1, 0.3, 0.6, 0.4, 0.5],
            [(0, 1), (2, 3, 4), (5,), (6,), (7,)],
            12,
            [
                *[(8, (4,)), (8, (~7, 2, 9)), (9, (~1, 11)), (9, (~2, 7, 10)), (10, (~7, ~1))],
                *[(10, (~2, 6)), (10, (0, 3)), (10, (9,)), (11, (~5,)), (11, (7,))],
            ],
        ),
        [8],
        [],
        order=0,
    ),
}


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("name", ONCE_WRONG)
def test_once_wrong(name: str, native: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if native and not available():
        pytest.skip("the native engine was not built")
    if not native:
        in_python(monkeypatch)
    case = ONCE_WRONG[name]
    for order in range(200):
        again = Case(case.graph, case.queries, case.evidence, order)
        assert again.difference() is None, order
