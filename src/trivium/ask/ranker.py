"""The small model that ranks candidate programs.

A candidate's score is the sum of the weights of its features and of what one hidden layer makes of
its dense numbers. Weights come from questions and answers only (`ask/train.py`); which program was
meant is never told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trivium.ask.features import Features

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Ranker:
    """`weights` by feature bucket, and the hidden layer."""

    weights: Array
    hidden: Array
    hidden_bias: Array
    out: Array

    def scores(self, features: Features) -> NDArray[np.float64]:
        """The score of each candidate; a difference of 1 means e times likelier."""
        found = self.weights[features.ids].astype(np.float64)
        parts = np.bincount(features.id_part, found, features.n_parts)
        n = len(features.dense)
        linear = np.bincount(features.use_candidate, parts[features.use_part], n)
        layer = np.tanh(features.dense @ self.hidden.T + self.hidden_bias)
        scores: NDArray[np.float64] = linear + layer @ self.out
        return scores
