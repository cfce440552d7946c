"""How much of a ranked list may be taken: the promise holds, whatever the ranking is worth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from trivium.models.cascade import NO, YES, Side, Truth, settle
from trivium.models.certify import Flags, Places, Ranking, evidence
from trivium.syntax.ast import Target

DELTA = 0.1
TRIALS = 300
# By chance alone, more misses than these come once in ten thousand such tests.
MOST_MISSES = 51


def rankings() -> dict[str, Callable[[np.random.Generator], Flags]]:
    """By what it is called, which answers of a list are wrong, the surest first."""

    def falling(rng: np.random.Generator) -> Flags:
        return rng.random(1000) < np.linspace(0.0, 0.6, 1000) ** 2

    def worthless(rng: np.random.Generator) -> Flags:
        return rng.random(1000) < 0.11

    def turned_round(rng: np.random.Generator) -> Flags:
        return falling(rng)[::-1]

    def barely(_: np.random.Generator) -> Flags:
        return np.arange(1000) % 10 == 9

    def cliff(_: np.random.Generator) -> Flags:
        return np.arange(1000) >= 700

    return {found.__name__: found for found in (falling, worthless, turned_round, barely, cliff)}


@pytest.mark.parametrize("make", rankings().values(), ids=rankings())
@pytest.mark.parametrize("allowed", [0, 9, 99])
def test_more_wrong_ones_than_allowed_are_as_rare_as_said(
    make: Callable[[np.random.Generator], Flags], allowed: int
) -> None:
    misses = 0
    for seed in range(TRIALS):
        rng = np.random.default_rng(seed)
        wrong = make(rng)
        ranking = Ranking(len(wrong), lambda places, wrong=wrong: wrong[places], rng)
        taken = ranking.take(lambda lengths: np.full(len(lengths), allowed), DELTA)
        misses += int(wrong[: taken.count].sum()) > allowed
    assert misses <= MOST_MISSES


def test_a_bet_is_fair_where_the_hypothesis_is_barely_true() -> None:
    """Ten of 200 are wrong: against "more than 9" at most a tenth ever owns ten times its stake."""
    size, allowed = np.array([200]), np.array([9])
    won = 0
    for seed in range(2000):
        wrong = np.random.default_rng(seed).permutation(np.arange(200) < 10).cumsum()
        drawn = np.arange(1, 201)
        owned = evidence(np.repeat(size, 200), np.repeat(allowed, 200), drawn, wrong)
        won += bool((owned >= np.log(10)).any())
    assert won <= 255


def test_a_list_without_errors_is_taken_after_few_checks() -> None:
    ranking = Ranking(10_000, lambda places: np.zeros(len(places), bool), np.random.default_rng(0))
    assert ranking.take(lambda lengths: np.full(len(lengths), 500), 0.05).count == 10_000
    assert len(ranking.checked) < 120


def test_a_hopeless_list_is_given_up() -> None:
    ranking = Ranking(10_000, lambda places: np.ones(len(places), bool), np.random.default_rng(0))
    taken = ranking.take(lambda lengths: np.full(len(lengths), 500), 0.05)
    assert taken.count <= 500
    assert len(ranking.checked) < 500


def population(seed: int, yeses: float, noise: float) -> tuple[Places, Places, np.ndarray]:
    """The truth, guesses, and scores that tell something of it."""
    rng = np.random.default_rng(seed)
    truth = (rng.random(2000) < yeses).astype(int)
    seen = truth + rng.normal(0, noise, 2000)
    return truth, (seen > 0.5).astype(int), np.abs(seen - 0.5)


@pytest.mark.parametrize("noise", [0.05, 0.3, 1.0, 10.0])
@pytest.mark.parametrize("yeses", [0.01, 0.2, 0.7])
@pytest.mark.parametrize(
    "target",
    [
        Target(precision=0.9, delta=DELTA),
        Target(recall=0.9, delta=DELTA),
        Target(precision=0.95, recall=0.9, delta=DELTA),
        Target(accuracy=0.95, delta=DELTA),
    ],
    ids=lambda target: "-".join(
        n for n in ("precision", "recall", "accuracy") if getattr(target, n)
    ),
)
def test_targets_are_missed_as_rarely_as_said(target: Target, yeses: float, noise: float) -> None:
    misses, trials = 0, 40
    for seed in range(trials):
        truth, guess, score = population(seed, yeses, noise)
        asked = Truth(len(truth), lambda places, truth=truth: truth[places])
        settle(guess, score, asked, target, np.random.default_rng(seed))
        final = np.where(asked.asked, asked.codes, guess)
        true = ((final == YES) & (truth == YES)).sum()
        precision = true / max(1, (final == YES).sum())
        recall = true / max(1, truth.sum())
        accuracy = (final == truth).mean()
        misses += bool(
            precision < (target.precision or 0) - 1e-9
            or recall < (target.recall or 0) - 1e-9
            or accuracy < (target.accuracy or 0) - 1e-9
        )
    assert misses <= 13  # of 40, where 4 are expected at most


def test_what_the_dear_model_does_not_answer_counts_as_wrong() -> None:
    guess = np.full(500, YES)
    asked = Truth(500, lambda places: np.full(len(places), -1))
    sides = settle(guess, np.ones(500), asked, Target(precision=0.9), np.random.default_rng(0))
    assert sides[0].taken < 60
    assert asked.asked.sum() >= 440


def test_nothing_is_taken_of_a_list_of_none() -> None:
    asked = Truth(100, lambda places: np.full(len(places), NO))
    sides = settle(
        np.full(100, -1), np.zeros(100), asked, Target(accuracy=0.9), np.random.default_rng(0)
    )
    assert sides == (Side("all", 0, 0, 0, 0, 10, 0.05),)
    assert asked.asked.all()
