"""Grow the judge's forest from values that are known to be right or wrong.

LightGBM grows the trees (Ke et al. 2017): each one takes up what the ones before it got wrong. The
sum of their votes is then moved and stretched to be right on average (Platt 1999).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from trivium.ask.judge import Forest, Node, forest_of

Signs = NDArray[np.float64]
Right = NDArray[np.bool_]


@dataclass(frozen=True)
class Settings:
    """How to grow: how many trees, how fast each corrects, its size and its signs, the seed."""

    trees: int = 350
    rate: float = 0.04
    leaves: int = 15
    depth: int = 6
    share: float = 0.4  # of the signs, that each tree may ask
    seed: int = 0


def grow(
    signs: Signs,
    right: Right,
    settings: Settings | None = None,
    weights: NDArray[np.float64] | None = None,
) -> Forest:
    """A forest that tells right values from wrong ones; not yet anchored. `weights` say how much
    each value counts."""
    settings = settings or Settings()
    chosen = {
        "objective": "binary", "learning_rate": settings.rate, "num_leaves": settings.leaves,
        "max_depth": settings.depth, "min_child_samples": 40, "feature_fraction": settings.share,
        "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 10.0, "verbose": -1,
        "num_threads": 1, "seed": settings.seed, "deterministic": True,
    }  # fmt: skip
    data = lightgbm.Dataset(signs.astype(np.float32), right.astype(np.int32), weight=weights)
    model = lightgbm.train(chosen, data, settings.trees)
    return forest_of([_node(tree["tree_structure"]) for tree in model.dump_model()["tree_info"]])


def _node(tree: Mapping[str, Any]) -> Node:
    if "leaf_value" in tree:
        return Node(vote=float(tree["leaf_value"]))
    return Node(
        sign=int(tree["split_feature"]),
        bound=float(tree["threshold"]),
        yes=_node(tree["left_child"]),
        no=_node(tree["right_child"]),
    )


def anchored(forest: Forest, odds: NDArray[np.float64], right: Right) -> Forest:
    """The forest, right on average over choices with such odds that it has not seen."""
    return replace(forest, anchor=platt(odds, right))


def platt(odds: NDArray[np.float64], right: Right) -> NDArray[np.float32]:
    """The offset and the slope that make log-odds true on average, by Newton's method."""
    x = np.column_stack([np.ones(len(odds)), odds])
    y = right.astype(np.float64)
    beta = np.array([0.0, 1.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ beta)))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(2)
        step = np.linalg.solve(hessian, x.T @ (y - p))
        beta += step
        if np.abs(step).max() < 1e-9:
            break
    return beta.astype(np.float32)
