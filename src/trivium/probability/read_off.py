"""Derivations that are a circuit already, read off: no search, no compilation.

    sum(3) ← a(1), b(2)     sum(3) ← a(2), b(1)        choices a and b, of ten alternatives each
    sum(3) = a1 · b2 + a2 · b1                          the bodies exclude each other

That is so where the bodies of each row exclude each other pairwise, because they need different
alternatives of one group, and where the literals of each body depend on different groups. It holds
for what nets read and rules then compute: sums, carries, parsers, assignments. Where it does not
hold, `read_off` gives None, and the derivations must be compiled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from trivium.analyse.strata import components
from trivium.probability.circuit import Circuit
from trivium.probability.derivations import Derivations

Body = tuple[int, ...]


def read_off(derivations: Derivations, roots: Sequence[int]) -> Circuit | None:
    """The circuit of some nodes, or None where the derivations are none."""
    try:
        return _Reader(derivations).circuit(roots)
    except _NotApart:
        return None


class _NotApart(Exception):
    """Bodies that may hold together, literals that share a choice, a negation or a cycle."""


class _Reader:
    def __init__(self, derivations: Derivations) -> None:
        self.alternatives = len(derivations.weights)
        self.leaves = self.alternatives + len(derivations.groups)
        self.group = [0] * self.alternatives
        for number, members in enumerate(derivations.groups):
            for member in members:
                self.group[member] = number
        self.members = derivations.groups
        self.bodies: dict[int, list[Body]] = {}
        for head, body in derivations.rules:
            if any(literal < 0 for literal in body):
                raise _NotApart
            self.bodies.setdefault(head, []).append(body)
        # The groups that a node depends on, as bits, and by group the alternatives that each of
        # its derivations needs: a node excludes another where those are apart.
        self.support: dict[int, int] = {}
        self.needs: dict[int, dict[int, int]] = {}
        self.product: list[bool] = []
        self.below: list[list[int]] = []
        self.node: dict[int, int] = {}
        self.whole: dict[int, int] = {}

    def circuit(self, roots: Sequence[int]) -> Circuit:
        for alternative, group in enumerate(self.group):
            self.node[alternative] = alternative
            self.support[alternative] = 1 << group
            self.needs[alternative] = {group: 1 << alternative}
        graph = {
            head: [literal for body in bodies for literal in body]
            for head, bodies in self.bodies.items()
        }
        for component in components(graph):
            if len(component) > 1 or component[0] in graph[component[0]]:
                raise _NotApart
            self.read(component[0])
        found = [self.node[root] if root in self.node else self.write(False, []) for root in roots]
        lengths = [len(children) for children in self.below]
        return Circuit(
            self.alternatives,
            np.array(self.group, np.int64),
            np.array(self.product, bool),
            np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))),
            np.array([child for children in self.below for child in children], np.int64),
            np.array(found, np.int64),
        )

    def write(self, product: bool, children: list[int]) -> int:
        self.product.append(product)
        self.below.append(children)
        return self.leaves + len(self.product) - 1

    def read(self, node: int) -> None:
        bodies = [body for body in dict.fromkeys(self.bodies[node]) if self.possible(body)]
        supports = [self.independent(body) for body in bodies]
        needs = [self.needed(body) for body in bodies]
        self.apart(list(range(len(bodies))), bodies, needs)
        support = 0
        for own in supports:
            support |= own
        terms = [
            self.write(True, [self.node[n] for n in body] + self.rest(support & ~own))
            for body, own in zip(bodies, supports, strict=True)
        ]
        self.node[node] = self.write(False, terms)
        self.support[node] = support
        common = set(needs[0]).intersection(*needs[1:]) if needs else set()
        self.needs[node] = {group: _union(own[group] for own in needs) for group in common}

    def possible(self, body: Body) -> bool:
        """Whether all rows of the body have derivations."""
        return all(n in self.node for n in body)

    def independent(self, body: Body) -> int:
        support = 0
        for literal in body:
            own = self.support[literal]
            if support & own:
                raise _NotApart
            support |= own
        return support

    def needed(self, body: Body) -> dict[int, int]:
        found: dict[int, int] = {}
        for literal in body:
            found |= self.needs[literal]
        return found

    def apart(self, which: list[int], bodies: list[Body], needs: list[dict[int, int]]) -> None:
        """Check that the bodies exclude each other: split them by a group that all need."""
        waiting = [which]
        while waiting:
            some = waiting.pop()
            if len(some) < 2:
                continue
            for group in set(needs[some[0]]).intersection(*(needs[n] for n in some[1:])):
                parts = _parts(some, [needs[n][group] for n in some])
                if len(parts) > 1:
                    waiting += parts
                    break
            else:
                raise _NotApart

    def rest(self, groups: int) -> list[int]:
        """For each group a sum of all its leaves, which is one: so that circuits are smooth."""
        found = []
        while groups:
            group = (groups & -groups).bit_length() - 1
            groups &= groups - 1
            if group not in self.whole:
                leaves = [*self.members[group], self.alternatives + group]
                self.whole[group] = self.write(False, leaves)
            found.append(self.whole[group])
        return found


def _parts(which: Sequence[int], needs: Sequence[int]) -> list[list[int]]:
    """What may hold together stays together: overlapping sets of alternatives are joined."""
    parts: list[tuple[int, list[int]]] = []
    for number, need in zip(which, needs, strict=True):
        members, apart = [number], []
        for other, others in parts:
            if other & need:
                need |= other
                members = others + members
            else:
                apart.append((other, others))
        parts = [*apart, (need, members)]
    return [members for _, members in parts]


def _union(sets: Iterable[int]) -> int:
    found = 0
    for one in sets:
        found |= one
    return found
