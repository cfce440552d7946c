"""A circuit in layers: a few gathers and reductions evaluate it for a whole batch.

    before:  node 7 = 0 + 1, node 8 = 2 + 3 + 4, node 9 = 7 · 8
    after:   sums  [[0, 1, -], [2, 3, 4]] → rows 7, 8       products  [[7, 8]] → row 9

Values are one array of shape (nodes, batch). A bucket is nodes of one layer, one kind and about one
number of children: their children's rows, gathered and reduced, are its rows. Short lists of
children are filled up with the row that holds the kind's neutral element.

Backward, each node pulls its derivative from what uses it, so that nothing is scattered and the
result does not depend on the order of threads: a `Flow` lists the rows to gather.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from trivium.probability.circuit import Circuit, Ints
from trivium.probability.semirings.base import Semiring
from trivium.probability.semirings.probability import Probability

Values = npt.NDArray[Any]
# A bucket takes in shorter lists of children while that adds no more cells than this: about what
# one more operation costs.
SPARE = 256


@dataclass(frozen=True, slots=True)
class Bucket:
    """Rows `first` .. `last` - 1: the sums or products of the rows `children`, (nodes, width)."""

    product: bool
    first: int
    last: int
    children: Ints


@dataclass(frozen=True, slots=True)
class Pull:
    """The derivatives of `rows` are the sums of the rows `sources`, (nodes, width)."""

    rows: Ints
    sources: Ints


@dataclass(frozen=True, slots=True)
class Flow:
    """How derivatives flow back, over an array of these rows: those of the layers, then one for
    each cell whose factor is its own (in the order of the buckets), then, from `seeds` on, one for
    each root: how much it counts.

    Args:
        pulls: for each bucket from the last to the first, then for the leaves.
    """

    seeds: int
    rows: int
    pulls: tuple[tuple[Pull, ...], ...]


@dataclass(frozen=True)
class Layers:
    """A layered circuit.

    The rows are: one for each alternative, one for each group ("none of it"), `zero` and `one`,
    then those of the buckets, in their order. `roots` are rows.
    """

    alternatives: int
    groups: Ints
    buckets: tuple[Bucket, ...]
    roots: Ints

    @cached_property
    def group_count(self) -> int:
        return int(self.groups.max()) + 1 if self.alternatives else 0

    @property
    def zero(self) -> int:
        return self.alternatives + self.group_count

    @property
    def one(self) -> int:
        return self.zero + 1

    @property
    def rows(self) -> int:
        return self.buckets[-1].last if self.buckets else self.one + 1

    @cached_property
    def cells(self) -> int:
        """How many values are gathered in one evaluation of one sample."""
        return sum(bucket.children.size for bucket in self.buckets)

    def weigh(self, semiring: Semiring[Any], weights: Values) -> Values:
        """The roots' weights for a batch.

        Args:
            semiring: one with `ufuncs`.
            weights: probabilities of the alternatives, shape (alternatives, batch).

        Returns: shape (roots, batch).
        """
        return self.values(semiring, weights)[self.roots]

    def values(self, semiring: Semiring[Any], weights: Values) -> Values:
        """The weights of all rows, shape (rows, batch)."""
        assert semiring.ufuncs is not None, "the semiring has no functions over arrays"
        plus, times = semiring.ufuncs
        lifted = semiring.lift_all(weights)
        values = np.empty((self.rows, weights.shape[1]), lifted.dtype)
        values[: self.alternatives] = lifted
        values[self.alternatives : self.zero] = semiring.rest_all(self.rests(weights))
        values[self.zero], values[self.one] = semiring.zero, semiring.one
        for bucket in self.buckets:
            reduce = times.reduce if bucket.product else plus.reduce
            values[bucket.first : bucket.last] = reduce(values[bucket.children], axis=1)
        return values

    def rests(self, weights: Values) -> Values:
        """The probabilities that none of each group is chosen, shape (groups, batch)."""
        left = np.ones((self.group_count, weights.shape[1]), weights.dtype)
        np.subtract.at(left, self.groups, weights)
        return np.maximum(left, 0.0)

    def gradient(self, weights: Values, slopes: Values) -> tuple[Values, Values]:
        """The roots' probabilities, and the derivatives of their sum weighted by `slopes`.

        Args:
            weights: shape (alternatives, batch).
            slopes: what a change of each root's probability counts, shape (roots, batch).

        Returns: shapes (roots, batch) and (alternatives, batch).
        """
        batch = weights.shape[1]
        values = self.values(Probability(), weights)
        flow = self.flow(products=True)
        back = np.zeros((flow.rows, batch), values.dtype)
        back[flow.seeds :] = slopes
        cell = flow.seeds
        for bucket, pulls in zip(reversed(self.buckets), flow.pulls, strict=False):
            for pull in pulls:
                back[pull.rows] = back[pull.sources].sum(axis=1)
            if bucket.product:
                others = _others(values[bucket.children])
                others *= back[bucket.first : bucket.last, None]
                cell -= bucket.children.size
                back[cell : cell + bucket.children.size] = others.reshape(-1, batch)
        for pull in flow.pulls[-1]:
            back[pull.rows] = back[pull.sources].sum(axis=1)
        derivatives = back[: self.alternatives].copy()
        derivatives -= back[self.alternatives : self.zero][self.groups]
        return values[self.roots], derivatives

    def flow(self, products: bool) -> Flow:
        """How derivatives flow where the factors of `products` are their own, else those of sums.

        The derivative of a child is that of its parent, times a factor of its own: in the linear
        space for children of products (the other factors), in the space of logarithms for children
        of sums (their share).
        """
        sources: list[list[int]] = [[] for _ in range(self.rows)]
        cell = self.rows
        for bucket in self.buckets:
            for node, below in enumerate(bucket.children.tolist(), bucket.first):
                for place, child in enumerate(below):
                    sources[child].append(cell + place if bucket.product is products else node)
                if bucket.product is products:
                    cell += len(below)
        for seed, root in enumerate(self.roots.tolist(), cell):
            sources[root].append(seed)
        pulls = [_pulls(sources, b.first, b.last, self.zero) for b in reversed(self.buckets)]
        pulls.append(_pulls(sources, 0, self.zero, self.zero))
        return Flow(cell, cell + len(self.roots), tuple(pulls))


def layered(circuit: Circuit) -> Layers:
    """The circuit in layers; its node numbers become rows."""
    alternatives = circuit.alternatives
    leaves = alternatives + (int(circuit.groups.max()) + 1 if alternatives else 0)
    starts, children = circuit.starts.tolist(), circuit.children.tolist()
    depth = [0] * leaves
    by_layer: dict[tuple[int, bool], list[int]] = {}
    for inner, product in enumerate(circuit.product.tolist()):
        below = children[starts[inner] : starts[inner + 1]]
        depth.append(1 + max((depth[child] for child in below), default=0))
        by_layer.setdefault((depth[-1], product), []).append(inner)
    row = list(range(leaves)) + [0] * len(circuit.product)
    zero, one, following = leaves, leaves + 1, leaves + 2
    buckets = []
    for (_, product), inners in sorted(by_layer.items()):
        lengths = {inner: max(1, starts[inner + 1] - starts[inner]) for inner in inners}
        for members, width in _alike(lengths):
            filler = one if product else zero
            cells = np.full((len(members), width), filler, np.int64)
            for place, inner in enumerate(members):
                below = children[starts[inner] : starts[inner + 1]]
                cells[place, : len(below)] = [row[child] for child in below]
                row[leaves + inner] = following + place
            buckets.append(Bucket(product, following, following + len(members), cells))
            following += len(members)
    roots = np.array([row[root] for root in circuit.roots.tolist()], np.int64)
    return Layers(alternatives, circuit.groups, tuple(buckets), roots)


def _pulls(sources: Sequence[Sequence[int]], first: int, last: int, zero: int) -> tuple[Pull, ...]:
    """The rows in groups of about one number of sources, filled up with `zero`, which has no
    derivative; rows without any are left out, and theirs stays 0."""
    lengths = {row: len(sources[row]) for row in range(first, last) if sources[row]}
    found = []
    for rows, width in _alike(lengths):
        cells = np.full((len(rows), width), zero, np.int64)
        for place, row in enumerate(rows):
            cells[place, : lengths[row]] = sources[row]
        found.append(Pull(np.array(rows, np.int64), cells))
    return tuple(found)


def _alike(lengths: Mapping[int, int]) -> list[tuple[list[int], int]]:
    """What has about one length together, and the greatest length of each group."""
    groups: list[tuple[list[int], int]] = []
    spare = 0
    for key in sorted(lengths, key=lambda k: -lengths[k]):
        if groups:
            members, width = groups[-1]
            spare += width - lengths[key]
            if spare <= SPARE:
                members.append(key)
                continue
        groups.append(([key], lengths[key]))
        spare = 0
    return groups


def _others(factors: Values) -> Values:
    """Of each factor along axis 1 the product of the others, without a division."""
    before = np.ones_like(factors)
    np.cumprod(factors[:, :-1], axis=1, out=before[:, 1:])
    after = np.ones_like(factors)
    after[:, :-1] = np.cumprod(factors[:, :0:-1], axis=1)[:, ::-1]
    before *= after
    return before
