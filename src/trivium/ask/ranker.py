"""The small model that ranks candidate programs, and the odds that its choice is right.

A candidate's score is the sum of the weights of its features and of what one hidden layer makes of
its dense numbers. Weights come from questions and answers only (`ask/train.py`); which program was
meant is never told.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from trivium.ask.features import BUCKETS, DENSE, Features
from trivium.errors import BackendError

Array = NDArray[np.float32]
WEIGHTS = "ranker.npz"


@dataclass(frozen=True)
class Ranker:
    """`weights` by feature bucket; the hidden layer; the calibration's coefficients."""

    weights: Array
    hidden: Array
    hidden_bias: Array
    out: Array
    calibration: Array

    def scores(self, features: Features) -> NDArray[np.float64]:
        """The score of each candidate; a difference of 1 means e times likelier."""
        found = self.weights[features.ids].astype(np.float64)
        parts = np.bincount(features.id_part, found, features.n_parts)
        n = len(features.dense)
        linear = np.bincount(features.use_candidate, parts[features.use_part], n)
        layer = np.tanh(features.dense @ self.hidden.T + self.hidden_bias)
        scores: NDArray[np.float64] = linear + layer @ self.out
        return scores

    def confidence(self, signs: Signs) -> float:
        """The probability that a choice with these signs is right: Platt scaling."""
        z = float(self.calibration[0] + np.dot(self.calibration[1:], signs.vector()))
        return float(1 / (1 + np.exp(-z)))


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells whether the best value is right.

    Attributes:
        shares: of all belief, those of the likeliest values, the first first.
        margin: by how much the best program's score is above that of the next value.
        support: how many candidate programs give the best value, of `candidates` in all.
        words: how many words the question has.
        uncovered: how many of them stand in cells but are not used by the best program.
        unknown: the share of its content words that stand nowhere in the table.
        covered: the share of its words that the best program uses.
        rows: how many rows the table has.
        shape: the best program's shape.
        dense: the dense features of the best program, `features.DENSE` numbers.
    """

    shares: tuple[float, ...]
    margin: float
    support: int
    candidates: int
    words: int
    uncovered: int
    unknown: float
    covered: float
    rows: int
    shape: str
    dense: Array

    def vector(self) -> list[float]:
        """As the calibration reads them: `N_SIGNS` numbers."""
        first, second, third = (*self.shares, 0.0, 0.0, 0.0)[:3]
        best = min(max(first, 1e-6), 1 - 1e-6)
        rest = max(1 - first - second, 0.0)
        spread = -sum(share * np.log(share + 1e-9) for share in self.shares[:6])
        return [
            float(np.log(best / (1 - best))),
            float(np.log(best / max(second, 1e-6))),
            third,
            float(np.log(rest + 1e-4)),
            float(spread),
            min(self.margin, 10.0),
            float(np.log1p(self.support)),
            float(np.log1p(self.candidates)),
            self.words,
            self.uncovered,
            self.unknown,
            self.covered,
            float(np.log1p(self.rows)),
            *(float(operation in self.shape) for operation in OPERATIONS),
            *self.dense.tolist(),
        ]


# Parts of a shape that are more or less often right.
OPERATIONS = (
    "project_text", "project_number", "count", "difference", "sum", "most", "choice", "greatest",
    "least", "first", "last", "next", "previous", "bound", "same", "or(", "not(", "and(", "in",
    "nth", "distinct", "across",
)  # fmt: skip
N_SIGNS = 13 + len(OPERATIONS) + DENSE


def save(ranker: Ranker, path: str) -> None:
    """Write the weights; half precision is enough for a ranking."""
    np.savez_compressed(
        path,
        weights=ranker.weights.astype(np.float16),
        hidden=ranker.hidden,
        hidden_bias=ranker.hidden_bias,
        out=ranker.out,
        calibration=ranker.calibration,
    )


@lru_cache(maxsize=4)
def load(path: str | None = None) -> Ranker:
    """The ranker in a file; by default the one in the package. Raises E411 if it does
    not fit."""
    place = path or str(files("trivium.ask") / "weights" / WEIGHTS)
    try:
        with np.load(place) as stored:
            arrays = {name: stored[name].astype(np.float32) for name in stored.files}
        ranker = Ranker(**arrays)
    except (OSError, ValueError, TypeError) as problem:
        raise BackendError(411, f"the ranker's weights cannot be read from `{place}`") from problem
    shapes = len(ranker.weights), ranker.hidden.shape[1], len(ranker.calibration)
    if shapes != (BUCKETS, DENSE, 1 + N_SIGNS):
        raise BackendError(
            411,
            f"the ranker's weights in `{place}` were made for other features",
            hint="train them again: `python bench/train_ranker.py DATA`",
        )
    return ranker
