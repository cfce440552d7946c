"""How many cheap answers can be taken, so that more wrong ones than are allowed is improbable.

    ranked:     cheap answers, the surest first       yes yes yes yes yes no yes no ...
    found:      the first 7,400 of them hold at most 90 wrong ones; 310 were checked for that

The answers to check come in a random order, without repetition. Against each hypothesis "more than
so many of the first k are wrong" a bet is made, fair if it holds: so it ever owns 1/delta times its
stake with probability delta at most (Ville's inequality), however the number of checks is chosen.
The hypotheses are tried from small k to large ones, up to the first that stands. As more of a
longer list are wrong, the first that is true has a place that no check can change, and only if that
one falls is something false said: at most at the risk delta, whatever the ranking is worth.

What a bet owns is the ratio of two likelihoods of what was drawn without replacement (Waudby-Smith
and Ramdas, 2020); the order of tests is a fixed sequence (Maurer, Hothorn and Lehmacher, 1995).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
# So many lengths of the list are tried at most.
_LENGTHS = 120
# The checks grow by so many, and by such shares of those that were made, at least and at most.
_LEAST, _STEP, _GROWTH = 8, 0.04, 1.25
_BELIEVED = 0.3  # so many wrong answers are taken to be there before any check
_factorials = np.zeros(1)


@dataclass(frozen=True)
class Bets:
    """Bets on so many times fewer wrong answers than a hypothesis says, and the logarithms of their
    shares of the stake."""

    shares: Numbers
    stakes: Numbers

    @classmethod
    def of(cls, bets: Mapping[float, float]) -> Bets:
        return cls(np.array(list(bets))[:, None], np.log(list(bets.values()))[:, None])


_MANY = {0.0: 0.3, 0.08: 0.1, 0.2: 0.15, 0.35: 0.15, 0.5: 0.12, 0.65: 0.1, 0.8: 0.08}
_FEW = {0.0: 0.35, 0.07: 0.2, 0.13: 0.18, 0.2: 0.12, 0.3: 0.07, 0.45: 0.05, 0.65: 0.03}
# Where fewer than so many may be wrong, the stakes are on fewer: a list that has some of so few is
# not worth the many checks that tell.
ON_MANY, ON_FEW, SOME = Bets.of(_MANY), Bets.of(_FEW), 25


def evidence(
    size: Places, allowed: Places, checked: Places, wrong: Places, bets: Bets = ON_MANY
) -> Numbers:
    """The logarithm of what the bets against "more than `allowed` of `size` are wrong" own.

    Args:
        checked: how many of them were drawn; so many of these are `wrong`.

    Minus infinity where the hypothesis is seen to hold, infinity where it cannot. Of many at once.
    """
    at_least = allowed + 1
    first = np.minimum(at_least, size)
    drawn = [(np.floor(bets.shares * at_least)).astype(np.int64), first[None]]
    alternative, null = (_likelihood(size, x, checked, wrong) for x in drawn)
    with np.errstate(invalid="ignore"):
        won = alternative - null
        # What is lost counts as nothing. So what is owned is never more where less is wrong by the
        # hypothesis, as a likelihood falls on from where it is below another; and `allowed` may be
        # found out by the way.
        won = np.where(won > 0, won, -np.inf) + bets.stakes
    top = won.max(axis=0)
    shift = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        owned = shift + np.log(np.exp(won - shift).sum(axis=0))
    impossible = (at_least > size) | (checked - wrong > size - at_least)
    return np.where(wrong > allowed, -np.inf, np.where(impossible, np.inf, owned))


def _likelihood(size: Places, of: Places, checked: Places, wrong: Places) -> Numbers:
    """The logarithm of how probable the draws are where `of` of all are wrong."""
    left = size - checked
    possible = (of >= wrong) & (of - wrong <= left)
    rest = np.where(possible, of - wrong, 0)
    found = _log_choose(left, rest) - _log_choose(size, of)
    return np.where(possible, found, -np.inf)


def _log_choose(of: Places, some: Places) -> Numbers:
    global _factorials
    most = int(of.max(initial=0))
    if most >= len(_factorials):
        _factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, 2 * most + 1)))])
    found: Numbers = _factorials[of] - _factorials[some] - _factorials[of - some]
    return found


class Ranking:
    """A list of cheap answers, the surest first, which are checked in a random order.

    Args:
        size: how many there are.
        check: whether the answers at some places are wrong; each place is checked once.
        rng: what the order of the checks is drawn from.
    """

    def __init__(
        self, size: int, check: Callable[[Places], Flags], rng: np.random.Generator
    ) -> None:
        self.size = size
        self.checked: Places = np.zeros(0, np.int64)
        self.wrong = np.zeros(size, bool)
        self._order: Places = rng.permutation(size)
        self._check = check

    def look(self, upto: int) -> None:
        """Check the first `upto` of the random order."""
        new = self._order[len(self.checked) : upto]
        if len(new):
            self.wrong[new] = self._check(new)
            self.checked = np.sort(self._order[: len(self.checked) + len(new)])

    def seen(self, lengths: Places) -> tuple[Places, Places]:
        """How many of the first so many were checked, and how many of these are wrong."""
        known = np.searchsorted(self.checked, lengths)
        return known, np.concatenate([[0], np.cumsum(self.wrong[self.checked])])[known]

    def take(self, allowed: Callable[[Places], Places], delta: float) -> Taken:
        """The longest beginning of the list that may be taken without asking for the rest of it.

        Args:
            allowed: how many of the first so many may be wrong. It may look at what was checked, as
                long as it is below the number that are wrong wherever that is too many.
            delta: the risk that more are wrong.
        """
        wanted = math.log(1 / delta)
        lengths = np.unique(np.linspace(0, self.size, _LENGTHS + 1).astype(np.int64))
        owned = np.full(len(lengths), -np.inf)
        bets = ON_FEW if allowed(lengths[-1:])[0] < SOME else ON_MANY
        while True:
            limits = allowed(lengths)
            known, wrong = self.seen(lengths)
            owned = np.maximum(owned, evidence(lengths, limits, known, wrong, bets))
            fallen = owned >= wanted
            done = len(lengths) - 1 if fallen.all() else int(fallen.argmin()) - 1
            upto = self._worth_checking(lengths, limits, max(done, 0), wanted, bets)
            if upto <= len(self.checked):
                count = int(lengths[max(done, 0)])
                return Taken(count, int(limits[max(done, 0)]))
            self.look(upto)

    def _worth_checking(
        self, lengths: Places, limits: Places, done: int, wanted: float, bets: Bets
    ) -> int:
        """How far to go in the random order: where a longer beginning seems to save more than its
        checks cost. Any answer is valid; a good one is cheap."""
        at, ahead = len(self.checked), lengths[done + 1 :]
        if not len(ahead):
            return at
        known, wrong = self.seen(ahead)
        limit = np.clip((limits[done + 1 :] + 1) / ahead, 1e-12, 1 - 1e-12)
        share = (wrong + _BELIEVED) / (known + 1 / limit)
        fine = share < 0.97 * limit
        share = np.where(fine, share, limit / 2)
        rate = share * np.log(share / limit) + (1 - share) * np.log((1 - share) / (1 - limit))
        need = np.where(fine, ahead * -np.expm1(-(wanted + 0.7) / rate / ahead), np.inf)
        upto = np.maximum.accumulate(need * self.size / ahead)
        # What was believed to be enough was not: at least one step more.
        upto = np.maximum(upto, at + max(_LEAST, at * _STEP))
        costs = (self.size - ahead) + upto * ahead / self.size
        best = int(costs.argmin())
        if costs[best] >= self.size - lengths[done] + at * lengths[done] / self.size:
            return at
        if bets is ON_MANY:
            first = float(wanted / limit[-1])  # so many checks take all, if none is wrong
            return min(math.ceil(min(float(upto[best]), max(at * _GROWTH, first))), self.size)
        # Each check tells little: no more than are enough for what is next and for what is best.
        two = np.array([0, best])
        sizes, allowed = ahead[two], limits[done + 1 :][two]
        enough = _enough(sizes, allowed, known[two], wrong[two], wanted, bets)
        upto = np.maximum(enough * self.size / sizes, at + max(_LEAST, at * _STEP))
        return min(math.ceil(float(upto.max())), self.size)


def _enough(
    size: Places, allowed: Places, checked: Places, wrong: Places, wanted: float, bets: Bets
) -> Places:
    """The fewest checks with which the bets own what is wanted, if no more are wrong."""
    low, high = checked.copy(), size.copy()
    while (low < high).any():
        middle = (low + high) // 2
        won = evidence(size, allowed, middle, wrong, bets) >= wanted
        low, high = np.where(won, low, np.minimum(middle + 1, high)), np.where(won, middle, high)
    return high


@dataclass(frozen=True)
class Taken:
    """The first `count` of a list are taken, of which at most `allowed` are wrong."""

    count: int
    allowed: int
