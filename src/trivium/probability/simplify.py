"""A smaller circuit with the same value: fewer and flatter nodes, each needed, no two equal.

    before:  a · (b · c) + 0 · d + (e)          after:  a · b · c + e

Every step holds in every commutative semiring. Leaves that are known to be zero may be named, and
groups whose alternatives are known to sum to one: then sums over all of such a group go as well.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from trivium.probability.circuit import Circuit

_ZERO, _ONE = -1, -2


def simplify(
    circuit: Circuit, zeros: Collection[int] = (), complete: Collection[int] = ()
) -> Circuit:
    """The simplified circuit.

    Args:
        zeros: leaves whose weight is zero.
        complete: groups whose alternatives sum to one; their leaf "none of it" is zero.
    """
    simplifier = _Simplifier(circuit, zeros, complete)
    return simplifier.circuit()


class _Simplifier:
    def __init__(self, circuit: Circuit, zeros: Collection[int], complete: Collection[int]) -> None:
        self.old = circuit
        self.leaves = circuit.alternatives + _groups(circuit)
        rests = {circuit.alternatives + group for group in complete}
        self.zeros = {*zeros, *rests}
        self.whole: set[frozenset[int]] = set()
        for group in complete:
            members = np.flatnonzero(circuit.groups == group).tolist()
            self.whole.add(frozenset(members) - self.zeros)
        # Of each new node whether it is a product, and its children; numbers start at `leaves`.
        self.nodes: list[tuple[bool, tuple[int, ...]]] = []
        self.known: dict[tuple[bool, tuple[int, ...]], int] = {}

    def circuit(self) -> Circuit:
        old = self.old
        starts, children = old.starts.tolist(), old.children.tolist()
        new = [_ZERO if leaf in self.zeros else leaf for leaf in range(self.leaves)]
        for inner, product in enumerate(old.product.tolist()):
            below = [new[child] for child in children[starts[inner] : starts[inner + 1]]]
            new.append(self.product(below) if product else self.sum(below))
        return self.written([new[root] for root in old.roots.tolist()])

    def product(self, below: list[int]) -> int:
        if _ZERO in below:
            return _ZERO
        return self.node(True, [child for child in below if child != _ONE])

    def sum(self, below: list[int]) -> int:
        terms = [child for child in below if child != _ZERO]
        if self.whole and frozenset(terms) in self.whole and len({*terms}) == len(terms):
            return _ONE
        return self.node(False, terms)

    def node(self, product: bool, below: list[int]) -> int:
        if not below:
            return _ONE if product else _ZERO
        if len(below) == 1:
            return below[0]
        key = (product, tuple(sorted(below)))
        if key not in self.known:
            self.known[key] = self.leaves + len(self.nodes)
            self.nodes.append(key)
        return self.known[key]

    def written(self, roots: list[int]) -> Circuit:
        """The nodes that the roots need, those with one parent of their own kind merged into it."""
        users = self.only_users(roots)
        new: dict[int, int] = {}
        product: list[bool] = []
        lists: list[list[int]] = []

        def write(kind: bool, below: list[int]) -> int:
            product.append(kind)
            lists.append(below)
            return self.leaves + len(product) - 1

        merged: dict[int, list[int]] = {}
        for number, (kind, below) in enumerate(self.nodes, self.leaves):
            if number not in users:
                continue
            flat: list[int] = []
            for child in below:
                flat += merged[child] if child in merged else [new.get(child, child)]
            # One parent of the same kind takes the children over.
            if users[number] is kind:
                merged[number] = flat
            else:
                new[number] = write(kind, flat)
        constants: dict[int, int] = {}
        for root in roots:
            if root < 0 and root not in constants:
                constants[root] = write(root == _ONE, [])
        final = [constants[root] if root < 0 else new.get(root, root) for root in roots]
        lengths = [len(below) for below in lists]
        return Circuit(
            self.old.alternatives,
            self.old.groups,
            np.array(product, bool),
            np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))),
            np.array([child for below in lists for child in below], np.int64),
            np.array(final, np.int64),
        )

    def only_users(self, roots: list[int]) -> dict[int, bool | None]:
        """Of each node that is needed, whether the one node that uses it is a product; None where
        several use it, or a question is about it."""
        users: dict[int, bool | None] = dict.fromkeys(roots)
        for number in range(self.leaves + len(self.nodes) - 1, self.leaves - 1, -1):
            if number in users:
                kind, below = self.nodes[number - self.leaves]
                for child in below:
                    users[child] = None if child in users else kind
        return users


def _groups(circuit: Circuit) -> int:
    return int(circuit.groups.max()) + 1 if circuit.alternatives else 0
