"""Data from seeds: the same arguments give the same arrays, on every machine.

A relation is an array of 64-bit integers, one row a fact, each row once. Sizes are those of the
full workloads times a scale; node numbers are dense (from 0) until `permuted` spreads them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Data = Mapping[str, Rows]

SPREAD = 2**31 - 1  # the largest number of Soufflé's 32-bit domain


def _random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _each_once(rows: Rows, seed: int) -> Rows:
    """Distinct rows, in an order that says nothing about their values."""
    return _random(seed).permutation(np.unique(rows, axis=0))


def random_graph(nodes: int, edges: int, seed: int = 7) -> Rows:
    return _each_once(_random(seed).integers(0, nodes, (edges, 2)), seed)


def skewed_graph(nodes: int, edges: int, power: float, seed: int = 7) -> Rows:
    """A random graph where the first nodes have far more edges than the last."""
    ends = (nodes * _random(seed).random((edges, 2)) ** power).astype(np.int64)
    return _each_once(ends, seed)


def chain(length: int) -> Rows:
    return np.stack([np.arange(length), np.arange(1, length + 1)], axis=1)


def ring(rows: int) -> Rows:
    """A chain that ends in a circle of its last five nodes."""
    return np.array([[i, i + 1 if i < rows - 1 else rows - 5] for i in range(rows)])


def numbers(count: int) -> Rows:
    return np.arange(count)[:, None]


def scale_free(nodes: int, degree: int, seed: int = 7) -> Rows:
    """Each node points to `degree` earlier nodes, chosen by how often they were chosen before;
    one edge in four is turned round, so that there are cycles."""
    random = _random(seed)
    source = np.repeat(np.arange(1, nodes), degree)
    place = (random.random(len(source)) * (2 * degree * (source - 1) + 1)).astype(np.int64)
    target = np.zeros(len(source), np.int64)
    # An even place is the node that made an edge, an odd one what that edge points to.
    for edge, chosen in enumerate(place.tolist()):
        made, pointed = divmod(chosen, 2)
        target[edge] = target[made] if pointed else source[made] - 1
    rows = np.stack([source, target], axis=1)
    turned = random.random(len(rows)) < 0.25
    rows[turned] = rows[turned, ::-1]
    return _each_once(rows[rows[:, 0] != rows[:, 1]], seed)


def tree(depth: int) -> Rows:
    """A full binary tree of so many levels: node n has the children 2n and 2n + 1."""
    children = np.arange(2, 2**depth)
    return np.stack([children // 2, children], axis=1)


def layered(layers: int, width: int, degree: int, seed: int = 7) -> Rows:
    """Edges from each layer of nodes to the next."""
    random = _random(seed)
    source = np.repeat(np.arange((layers - 1) * width), degree)
    target = (source // width + 1) * width + random.integers(0, width, len(source))
    return _each_once(np.stack([source, target], axis=1), seed)


def components(count: int, size: int, seed: int = 7) -> Data:
    """So many connected components of about `size` nodes: a random tree each, and extra edges."""
    random = _random(seed)
    nodes = np.arange(count * size)
    inside = nodes % size
    parent = nodes - inside + (random.random(len(nodes)) * inside).astype(np.int64)
    edges = np.stack([nodes, parent], axis=1)[inside > 0]
    more = random.integers(0, len(nodes), len(nodes) // 4)
    other = more - more % size + random.integers(0, size, len(more))
    both = np.concatenate([edges, np.stack([more, other], axis=1)])
    return {"node": nodes[:, None], "edge": _each_once(both[both[:, 0] != both[:, 1]], seed)}


def weighted_graph(nodes: int, edges: int, heaviest: int, seed: int = 7) -> Rows:
    pairs = random_graph(nodes, edges, seed)
    weights = _random(seed + 1).integers(1, heaviest + 1, len(pairs))
    return np.column_stack([pairs, weights])


def undirected(edges: Rows) -> Rows:
    """Both directions of each edge, no loops."""
    edges = edges[edges[:, 0] != edges[:, 1]]
    return np.unique(np.concatenate([edges, edges[:, ::-1]]), axis=0)


def upward(edges: Rows) -> Rows:
    """Each undirected edge once, from the smaller node to the larger."""
    return np.unique(np.sort(edges[edges[:, 0] != edges[:, 1]], axis=1), axis=0)


def pointers(variables: int, seed: int = 7) -> Data:
    """The statements of a made-up program for a points-to analysis: most variables are assigned
    from near ones, as within a function, and few from anywhere."""
    random = _random(seed)

    def pairs(count: int, reach: int) -> Rows:
        left = random.integers(0, variables, count)
        near = left + random.integers(-reach, reach + 1, count)
        far = random.integers(0, variables, count)
        right = np.where(random.random(count) < 0.97, near, far) % variables
        return _each_once(np.stack([left, right], axis=1), seed)

    return {
        "address": pairs(variables // 4, 20),
        "assign": pairs(variables, 10),
        "load": pairs(variables // 6, 10),
        "store": pairs(variables // 8, 10),
    }


def memory_graph(variables: int, seed: int = 7) -> Data:
    """Assignments and dereferences of a made-up program: short trees of assignments, each with a
    few pointers to what others point to."""
    random = _random(seed)
    nodes = np.arange(variables)
    block = 12
    inside = nodes % block
    parent = nodes - inside + (random.random(variables) * inside).astype(np.int64)
    assign = np.stack([nodes, parent], axis=1)[inside > 0]
    source = random.integers(0, variables, variables // 4)
    near = (source + random.integers(-4 * block, 4 * block + 1, len(source))) % variables
    pointing = np.stack([source, near], axis=1)
    return {"assign": _each_once(assign, seed), "dereference": _each_once(pointing, seed)}


def keyed(rows: int, keys: int, values: int, seed: int = 7) -> Rows:
    """Rows of a number, a key and a value."""
    random = _random(seed)
    return np.column_stack(
        [np.arange(rows), random.integers(0, keys, rows), random.integers(0, values, rows)]
    )


def permuted(data: Data, seed: int = 11) -> Data:
    """The same facts with each node number replaced by one of its own, anywhere in 31 bits."""
    largest = max(int(rows.max()) for rows in data.values() if len(rows))
    random = _random(seed)
    names = np.unique(random.integers(0, SPREAD, 2 * largest + 16))
    names = random.permutation(names)[: largest + 1]
    return {relation: names[rows] for relation, rows in data.items()}
