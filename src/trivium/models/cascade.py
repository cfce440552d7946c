"""Cheap answers where they are good enough, dear ones where they are not, with a certificate.

    target precision 0.95 recall 0.9 delta 0.05
    cheap    yes yes yes no no no no ...     the surest of each are taken, after some were checked
    dear     asked about the checked ones and about all that is not taken

The dear model's answers are what the targets are about, and what a target does not name is not
risked: with a precision alone, each input that the cheap answer denies is asked about. Where the
dear model gives no answer, the cheap one counts as wrong.

    precision   wrong yeses taken  <=  (1 - P) / P of the true yeses in the result
    recall      wrong noes taken   <=  (1 - R) / R of the true yeses outside of them
    accuracy    wrong ones taken   <=  (1 - A) of all

Each side is certified as `certify` has it. How many true yeses there are is not known: what is
counted instead are those that are known for sure, and so the allowance only grows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trivium.models.certify import Flags, Numbers, Places, Ranking, Taken
from trivium.syntax import ast

# Codes of answers: those of yes-or-no questions, one that was not asked for, one that is not known.
NO, YES = 0, 1
UNASKED, UNKNOWN = -2, -1
# Shares of the risk that the side of the yeses may have; the first leaves it to be asked about.
_SPLITS = (0.0, 0.1, 0.25, 0.5)
# Where yeses are so rare, the least sure noes are asked about so many at once, while such a share
# of them are yeses.
_RARE, _GLEAN, _WORTH = 0.05, 20, 0.08


class Truth:
    """What the dear model says, asked once about each input, and only where it is wanted."""

    def __init__(self, size: int, ask: Callable[[Places], Places]) -> None:
        self.codes: Places = np.full(size, UNASKED)
        self._ask = ask

    def of(self, places: Places) -> Places:
        new = places[self.codes[places] == UNASKED]
        if len(new):
            self.codes[new] = self._ask(new)
        return self.codes[places]

    @property
    def asked(self) -> Flags:
        found: Flags = self.codes != UNASKED
        return found

    def yeses(self) -> int:
        return int((self.codes == YES).sum())


@dataclass(frozen=True)
class Side:
    """The cheap answers of one kind: how many there are, how many of them are taken, and of how
    many that were checked so many were wrong. Of the taken `allowed` are wrong at most, but for
    the risk `delta`."""

    name: str
    size: int
    taken: int
    checked: int
    wrong: int
    allowed: int
    delta: float


@dataclass(frozen=True)
class Certificate:
    """What is promised of a relation's answers, and on what grounds.

    Attributes:
        inputs: how many there are; the dear model was asked about `asked` of them.
        seed: what the order of the checks was drawn from.
        lost: inputs about which the dear model was asked and gave no answer.
    """

    target: ast.Target
    inputs: int
    asked: int
    lost: int
    seed: int
    cheap: str
    dear: str
    sides: tuple[Side, ...] = field(default=())

    @property
    def hopeless(self) -> bool:
        """Whether the dear model had to be asked about everything."""
        return self.asked == self.inputs

    @property
    def breaks(self) -> str:
        """What would make the promise void."""
        return (
            f"answers of `{self.dear}` that are no fixed function of the input, or inputs that are "
            "chosen by who knows the seed; it is about these inputs and no others, and about what "
            f"`{self.dear}` says, right or wrong"
        )

    def __str__(self) -> str:
        told = [
            f"{name} at least {value:g}"
            for name in ("precision", "recall", "accuracy")
            if (value := getattr(self.target, name)) is not None
        ]
        share = self.asked / max(1, self.inputs)
        lines = [
            f"{' and '.join(told)}, at the risk {self.target.delta:g}",
            f"{self.dear} was asked about {self.asked:,} of {self.inputs:,} inputs ({share:.1%})",
        ]
        for side in self.sides:
            lines.append(
                f"{side.name}: {side.taken:,} of {side.size:,} answers of {self.cheap} taken; "
                f"{side.checked:,} checked, {side.wrong:,} wrong; at most {side.allowed:,} of the "
                f"taken are wrong, at the risk {side.delta:.3g}"
            )
        if self.hopeless:
            lines.append(f"{self.cheap} saved nothing: its answers are too often others")
        if self.lost:
            lines.append(f"{self.lost:,} inputs have no answer, and are not in the result")
        return "\n".join((*lines, f"seed {self.seed}; void with {self.breaks}"))


def settle(
    guess: Places, score: Numbers, truth: Truth, target: ast.Target, rng: np.random.Generator
) -> tuple[Side, ...]:
    """Ask the dear model until the targets hold with the cheap answers that were not checked.

    Args:
        guess: the cheap answers' codes; UNKNOWN where there is none.
        score: how sure each is, in any scale.
        truth: what is known already does not count as checked, and is not among the taken.
    """
    truth.of(np.flatnonzero(guess == UNKNOWN))
    if target.accuracy is not None:
        ranked = _ranked(np.flatnonzero(~truth.asked), score, rng)
        limit = math.floor((1 - target.accuracy) * len(guess) + 1e-9)
        ranking = _ranking(ranked, guess, truth, rng)
        taken = ranking.take(lambda lengths: np.full(len(lengths), limit), target.delta)
        truth.of(ranked[taken.count :])
        sides = [_side("all", ranking, taken, target.delta)]
    else:
        sides = _both(guess, score, truth, target, rng)
    return tuple(sides)


def _both(
    guess: Places, score: Numbers, truth: Truth, target: ast.Target, rng: np.random.Generator
) -> list[Side]:
    left = ~truth.asked
    yeses = _ranked(np.flatnonzero(left & (guess == YES)), score, rng)
    noes = _ranked(np.flatnonzero(left & (guess == NO)), score, rng)
    odds = _odds(target.precision) * (target.recall or 1.0)
    share = _share(len(yeses), len(noes), odds, target)
    sides = []
    sure = 0  # true yeses among the taken
    if share:
        # f wrong of k: f <= odds * (k - f + others), so f <= odds / (1 + odds) * (k + others).
        def allowed_yeses(lengths: Places) -> Places:
            others = truth.yeses() - _before(yeses, lengths, truth)
            return _floor(odds / (1 + odds) * (lengths + others))

        ranking = _ranking(yeses, guess, truth, rng)
        risk = target.delta * share
        side = _side("yes", ranking, ranking.take(allowed_yeses, risk), risk)
        sides.append(side)
        before = _before(yeses, np.array([side.taken]), truth)
        sure = max(0, side.taken - side.allowed - int(before[0]))
    truth.of(yeses if not share else yeses[sides[0].taken :])
    if target.recall is None:
        truth.of(noes)
        return sides
    rest = target.delta * (1 - share)
    odds = _odds(target.recall)
    if truth.yeses() + sure < _RARE * len(guess):
        noes = _gleaned(noes, truth)

    def allowed_noes(lengths: Places) -> Places:
        others = truth.yeses() + sure - _before(noes, lengths, truth)
        return _floor(odds * others)

    ranking = _ranking(noes, guess, truth, rng)
    sides.append(_side("no", ranking, ranking.take(allowed_noes, rest), rest))
    truth.of(noes[sides[-1].taken :])
    return sides


def _gleaned(noes: Places, truth: Truth) -> Places:
    """The noes without the least sure ones, which are asked about as long as some are yeses: those
    that are left may have more wrong ones among them, and have fewer."""
    size = max(_GLEAN, len(noes) // 200)
    while len(noes):
        found = truth.of(noes[-size:])
        noes = noes[:-size]
        if (found == YES).mean() < _WORTH:
            break
    return noes


def _ranking(ranked: Places, guess: Places, truth: Truth, rng: np.random.Generator) -> Ranking:
    return Ranking(len(ranked), lambda p: truth.of(ranked[p]) != guess[ranked[p]], rng)


def _side(name: str, ranking: Ranking, taken: Taken, delta: float) -> Side:
    wrong = int(ranking.wrong.sum())
    checked = len(ranking.checked)
    return Side(name, ranking.size, taken.count, checked, wrong, taken.allowed, delta)


def _share(yeses: int, noes: int, odds: float, target: ast.Target) -> float:
    """How much of the risk the side of the yeses has: what seems to take the fewest checks."""
    if target.precision is None:
        return 0.0
    if target.recall is None:
        return 1.0
    missed = _odds(target.recall) * yeses

    def costs(share: float) -> float:
        checks = _checks(noes, missed, target.delta * (1 - share))
        wrong = odds / (1 + odds) * yeses
        return checks + (_checks(yeses, wrong, target.delta * share) if share else yeses)

    return min(_SPLITS, key=costs)


def _checks(size: int, allowed: float, delta: float) -> float:
    """How many checks take a whole list, if none is wrong."""
    return float(size * (1 - delta ** (1 / (allowed + 1))))


def _odds(share: float | None) -> float:
    return 0.0 if share is None else (1 - share) / share


def _floor(numbers: NDArray[np.floating[Any]]) -> Places:
    found: Places = np.floor(numbers + 1e-9).astype(np.int64)
    return found


def _ranked(places: Places, score: Numbers, rng: np.random.Generator) -> Places:
    """The surest first; those that are equally sure in a random order."""
    mixed: Places = rng.permutation(places)
    found: Places = mixed[np.argsort(-score[mixed], kind="stable")]
    return found


def _before(ranked: Places, lengths: Places, truth: Truth) -> Places:
    """How many of the first so many are known to be yeses."""
    found: Places = np.concatenate([[0], np.cumsum(truth.codes[ranked] == YES)])[lengths]
    return found
