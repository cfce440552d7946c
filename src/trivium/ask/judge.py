"""The judge: a forest of small trees that says how likely a value is right, from its signs.

The trees are grown on questions that the rankers did not learn from (`ask/grow.py`); here they are
only read. Their votes are log-odds:

    tree 1   log share <= 1.2 ?  -0.05  :  unmet difference <= 0.5 ?  +0.08 : -0.02
    tree 2   ...
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Forest:
    """Trees laid end to end.

    Node `i` asks whether sign `sign[i]` is at most `bound[i]`: then go to node `yes[i]`, else to
    `no[i]`. A leaf leads to itself, and votes `vote[i]`. `roots` are where the trees begin.
    `anchor` moves and stretches the sum of the votes, so that it is right on average.
    """

    sign: NDArray[np.int32]
    bound: NDArray[np.float32]
    yes: NDArray[np.int32]
    no: NDArray[np.int32]
    vote: NDArray[np.float32]
    roots: NDArray[np.int32]
    anchor: NDArray[np.float32]

    def odds(self, signs: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum of the votes for each row of signs, before the anchor."""
        rows = np.arange(len(signs))[:, None]
        known = signs.astype(np.float32)
        at = np.tile(self.roots, (len(signs), 1))
        while True:
            below = known[rows, self.sign[at]] <= self.bound[at]
            there = np.where(below, self.yes[at], self.no[at])
            if np.array_equal(there, at):
                votes: NDArray[np.float64] = self.vote[at].sum(axis=1, dtype=np.float64)
                return votes
            at = there

    def probability(self, signs: NDArray[np.float64]) -> NDArray[np.float64]:
        """How likely each row's value is right, from 0 to 1."""
        odds = self.anchor[0] + self.anchor[1] * self.odds(signs)
        chance: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
        return chance


@dataclass(frozen=True)
class Node:
    """A node of a tree as it is written down: a leaf has no branches."""

    vote: float = 0.0
    sign: int = 0
    bound: float = 0.0
    yes: Node | None = None
    no: Node | None = None


def forest_of(trees: Sequence[Node]) -> Forest:
    """Lay trees end to end, each node before its branches; the anchor changes nothing yet."""
    sign: list[int] = []
    bound: list[float] = []
    yes: list[int] = []
    no: list[int] = []
    vote: list[float] = []

    def lay(node: Node) -> int:
        at = len(sign)
        sign.append(node.sign)
        bound.append(node.bound)
        vote.append(node.vote)
        yes.append(at)
        no.append(at)
        if node.yes is not None and node.no is not None:
            yes[at], no[at] = lay(node.yes), lay(node.no)
        return at

    roots = [lay(tree) for tree in trees]
    return Forest(
        np.array(sign, np.int32),
        np.array(bound, np.float32),
        np.array(yes, np.int32),
        np.array(no, np.int32),
        np.array(vote, np.float32),
        np.array(roots, np.int32),
        np.array([0.0, 1.0], np.float32),
    )
