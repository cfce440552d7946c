"""A classifier on embeddings, trained inside the run on what the dear model says of some inputs.

    rare yeses      the likeliest are asked about, round after round, until they are yeses no more
    else            a random part is asked about, and the rest is guessed

It guesses; whether its guesses can be taken, `cascade` finds out on other inputs.
"""

from __future__ import annotations

import numpy as np

from trivium.models.cascade import NO, UNKNOWN, YES, Truth
from trivium.models.certify import Numbers, Places
from trivium.syntax.ast import Target

# How many inputs are asked about at once, at least, and as a share; all rounds together.
_ROUND, _ROUND_SHARE = 16, 0.001
_MOST, _MOST_SHARE = 100, 0.03
# A round is spent in vain where so few are yeses; enough inputs are asked about in vain when they
# are so many, and such a share of the checks that a certificate will take.
_VAIN, _ENOUGH, _ENOUGH_SHARE = 0.1, 48, 0.15
# How far the weights of the classifier are held back.
_RIDGE = 1.0


def guesses(
    vectors: Numbers,
    truth: Truth,
    target: Target,
    rng: np.random.Generator,
    near: Numbers | None = None,
) -> tuple[Places, Numbers]:
    """The code that each input is guessed to have, and how sure that is.

    Args:
        vectors: of each input, of length 1.
        target: the rarer the yeses are that it allows to be missed, the more is done to find them.
        near: how near each input is to the question, which tells where to look for yeses first;
            without it the answers are not yes or no.
    """
    size = len(vectors)
    whole = max(_MOST, int(_MOST_SHARE * size))
    if near is None:
        truth.of(rng.choice(size, min(size, whole), replace=False))
        return _classes(vectors, truth)
    each = max(_ROUND, int(_ROUND_SHARE * size))
    truth.of(rng.choice(size, min(size, 2 * each), replace=False))
    likely, vain = near, 0
    while truth.asked.sum() < min(whole + vain, size):
        left = np.flatnonzero(~truth.asked)
        found = truth.of(left[np.argsort(-likely[left], kind="stable")[:each]])
        vain = vain + len(found) if (found == YES).mean() < _VAIN else 0
        if (truth.codes == YES).any() and (truth.codes == NO).any():
            likely = _fit(vectors, truth, np.array([YES]))[:, 0]
        if vain >= _enough(size, truth.yeses(), target):
            return np.full(size, NO), -likely
    return np.where(likely > 0.5, YES, NO), np.abs(likely - 0.5)


def _enough(size: int, yeses: int, target: Target) -> float:
    """How many are asked about in vain before what is left is guessed to be noes."""
    if target.recall is None:
        return _ENOUGH
    missed = (1 - target.recall) / target.recall * yeses
    checks = float(size * (1 - target.delta ** (1 / (missed + 1))))
    return max(_ENOUGH, _ENOUGH_SHARE * checks)


def _classes(vectors: Numbers, truth: Truth) -> tuple[Places, Numbers]:
    codes = np.unique(truth.codes[truth.codes >= 0])
    if not len(codes):
        return np.full(len(vectors), UNKNOWN), np.zeros(len(vectors))
    told = _fit(vectors, truth, codes)
    best = told.argmax(axis=1)
    ordered = np.sort(told, axis=1)
    second = ordered[:, -2] if len(codes) > 1 else 0.0
    return codes[best], ordered[:, -1] - second


def _fit(vectors: Numbers, truth: Truth, codes: Places) -> Numbers:
    """For each input and code, how much it looks like those that have the code: least squares with
    a ridge, where both sides of a yes-or-no question weigh the same."""
    known = np.flatnonzero(truth.codes >= 0)
    own = truth.codes[known]
    wanted = (own[:, None] == codes).astype(float)
    weights = np.ones(len(known))
    if len(codes) == 1:
        yeses = wanted[:, 0].sum()
        weights = np.where(wanted[:, 0] > 0, len(known) / 2 / yeses, 1.0)
    x = np.concatenate([vectors[known], np.ones((len(known), 1))], axis=1)
    held = _RIDGE * np.eye(x.shape[1])
    held[-1, -1] = 1e-6
    solved = np.linalg.solve(x.T @ (weights[:, None] * x) + held, x.T @ (weights[:, None] * wanted))
    found: Numbers = np.concatenate([vectors, np.ones((len(vectors), 1))], axis=1) @ solved
    return found
