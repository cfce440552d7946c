"""Several programs for one problem: their value, their confidence, and what fails."""

from __future__ import annotations

import pytest

import trivium
from trivium.errors import TriviumError
from trivium.solver.agree import Calibration, fit
from trivium.solver.solve import solve
from trivium.solver.verdict import Status

PROVED = "Premises:\nP(a)\nQ(a)\nConclusion:\nP(a)\n"
REFUTED = "Premises:\n¬P(a)\nConclusion:\nP(a)\n"
BROKEN = "Premises:\nP(∀)\nConclusion:\nP(a)\n"


def confidence(*programs: str) -> float:
    found = solve(list(programs)).confidence
    assert found is not None
    return found


def test_agreement_is_surer_than_one_program_that_is_left() -> None:
    assert confidence(PROVED, PROVED) > confidence(PROVED, BROKEN) > 0.3
    assert solve([BROKEN, PROVED]).status is Status.PROVED


def test_a_tie_is_unknown_and_a_majority_is_not() -> None:
    tied = trivium.solve([PROVED, REFUTED])
    assert (tied.status, tied.confidence) == (Status.UNKNOWN, 0.0)
    assert solve([REFUTED, PROVED, PROVED]).status is Status.PROVED


def test_where_all_fail_the_first_error_is_raised() -> None:
    with pytest.raises(TriviumError):
        solve([BROKEN, BROKEN])


def test_a_pattern_seen_seldom_is_drawn_to_the_coarser_one() -> None:
    scale = fit([("2 of 2", True)] * 90 + [("2 of 2", False)] * 10 + [("2 of 2/fol", False)])
    assert scale.confidence("2 of 2") == pytest.approx(0.89, abs=0.01)
    assert 0.6 < scale.confidence("2 of 2/fol") < 0.8
    assert scale.confidence("never seen") == pytest.approx(scale.mean)
    assert Calibration(0.5, {}, {}).confidence("any/thing") == 0.5
