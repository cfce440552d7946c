"""From derivations to a circuit for what is asked.

    0.4::0.  0.5::1.   2 ← 0   2 ← 1   asked 2      roots[0] = a0·(a1 + n1) + n0·a1

The circuit follows the states of the program, see `residual.py`: the weight of all ways to a state
is a sum over the arcs to it, of the source's weight times the leaf's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from trivium.engine.limits import Limits
from trivium.probability.circuit import Circuit
from trivium.probability.derivations import Derivations
from trivium.probability.grounding.reduce import Reduced
from trivium.probability.inference.diagram import END, NONE
from trivium.probability.inference.explore import Answered, Watch, diagrams
from trivium.probability.inference.needed import needed


def compile_circuit(
    derivations: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int] = (),
    *,
    complete: Collection[int] = (),
    limits: Limits | None = None,
) -> Circuit:
    """The circuit of some literals, for any weights of the alternatives.

    Groups that nothing asked for depends on do not occur in it.

    Args:
        queries, evidence: literals of the derivations.
        complete: groups of which one alternative is chosen always; "none" does not occur.
        limits: raises LimitError 301 or 303 where the circuit would take more.

    Returns:
        A circuit with a root for each query, holding together with all evidence; and, if there is
        evidence, as its last root the evidence alone.
    """
    asked = [*queries, *evidence]
    reduced = needed(derivations, asked, range(len(derivations.weights)))
    builder = _Builder(derivations, reduced)
    graph = reduced.derivations
    seen = [x for x in reduced.literals[len(queries) :] if x is not True]
    if any(x is False for x in seen):
        return builder.circuit([builder.zero] * (len(queries) + bool(evidence)))
    observed = [int(x) for x in seen]
    truths = reduced.literals[: len(queries)]
    open_queries = [int(x) for x in truths if not isinstance(x, bool)]
    whole = [g for g, members in enumerate(graph.groups) if builder.complete(members, complete)]
    roots: dict[int, int] = {}
    total = builder.one
    for part in diagrams(graph, list(dict.fromkeys(open_queries)), observed, whole, Watch(limits)):
        found, total = builder.add(part)
        roots.update(zip(part.queries, found, strict=True))
    every = [
        (total if truth else builder.zero) if isinstance(truth, bool) else roots[truth]
        for truth in truths
    ]
    return builder.circuit([*every, total] if evidence else every)


@dataclass(slots=True)
class _Node:
    product: bool
    children: tuple[int, ...]


class _Builder:
    """Makes nodes, each once; numbers of derivations' leaves come from those of the reduced."""

    def __init__(self, derivations: Derivations, reduced: Reduced) -> None:
        self.old = derivations
        self.reduced = reduced
        self.alternatives = len(derivations.weights)
        self.group_of = np.zeros(self.alternatives, np.int64)
        for number, members in enumerate(derivations.groups):
            self.group_of[list(members)] = number
        self.leaves = self.alternatives + len(derivations.groups)
        self.nodes: list[_Node] = []
        self.known: dict[tuple[bool, tuple[int, ...]], int] = {}
        self.zero, self.one = self.node(False, ()), self.node(True, ())

    def complete(self, members: Sequence[int], complete: Collection[int]) -> bool:
        """Whether alternatives of the reduced graph are all of a complete group."""
        group = int(self.group_of[self.reduced.origins[members[0]]])
        return group in complete and len(members) == len(self.old.groups[group])

    def node(self, product: bool, children: Sequence[int]) -> int:
        if len(children) == 1:
            return children[0]
        key = (product, tuple(children))
        if key not in self.known:
            self.known[key] = self.leaves + len(self.nodes)
            self.nodes.append(_Node(*key))
        return self.known[key]

    def product(self, factors: Sequence[int]) -> int:
        if self.zero in factors:
            return self.zero
        return self.node(True, [factor for factor in factors if factor != self.one])

    def sum(self, terms: Sequence[int]) -> int:
        return self.node(False, [term for term in terms if term != self.zero])

    def add(self, part: Answered) -> tuple[list[int], int]:
        """The roots of a diagram's queries, and of its evidence."""
        return _Walk(self, part).roots()

    def circuit(self, roots: Sequence[int]) -> Circuit:
        needed = set()
        waiting = [root for root in roots if root >= self.leaves]
        while waiting:
            node = waiting.pop()
            if node not in needed:
                needed.add(node)
                below = self.nodes[node - self.leaves].children
                waiting += [child for child in below if child >= self.leaves]
        kept = sorted(needed)
        number = {node: self.leaves + place for place, node in enumerate(kept)}
        nodes = [self.nodes[node - self.leaves] for node in kept]
        lengths = [len(node.children) for node in nodes]
        children = [number.get(child, child) for node in nodes for child in node.children]
        return Circuit(
            self.alternatives,
            self.group_of,
            np.array([node.product for node in nodes], np.bool_),
            np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype(np.int64),
            np.array(children, np.int64),
            np.array([number.get(root, root) for root in roots], np.int64),
        )


class _Walk:
    """The nodes for one diagram."""

    def __init__(self, builder: _Builder, part: Answered) -> None:
        self.builder = builder
        self.diagram = diagram = part.diagram
        graph = part.graph
        self.origins = [builder.reduced.origins[part.origins[n]] for n in range(len(graph.weights))]
        self.count = len(graph.weights)
        # Of each level the sum over all that its group may choose.
        self.wholes: list[int] = []
        self.rests: dict[int, int] = {}
        for level, group in enumerate(diagram.order):
            own = [self.origins[leaf] for leaf in graph.groups[group]]
            if diagram.open[level]:
                self.rests[self.count + group] = rest = self._rest(own)
                self.wholes.append(builder.sum([*own, rest]))
            else:
                self.wholes.append(builder.sum(own))
        self.merged: dict[tuple[int, int], list[int]] = {}
        arcs = (diagram.sources, diagram.leaves, diagram.targets)
        for source, leaf, target in zip(*[x.tolist() for x in arcs], strict=True):
            self.merged.setdefault((source, target), []).append(leaf)

    def _rest(self, used: Sequence[int]) -> int:
        """None of the alternatives `used`: another one, or none of the group."""
        builder = self.builder
        group = int(builder.group_of[used[0]])
        others = [x for x in builder.old.groups[group] if x not in used]
        return builder.sum([*others, builder.alternatives + group])

    def leaf(self, leaf: int) -> int:
        return self.origins[leaf] if leaf < self.count else self.rests[leaf]

    def skipped(self, first: int, last: int) -> list[int]:
        return self.wholes[first:last]

    def way(self, source: int, leaves: Sequence[int], target: int) -> list[int]:
        """The factors of arcs from one state to another."""
        levels = self.diagram.levels
        chosen = self.builder.sum([self.leaf(leaf) for leaf in leaves])
        return [chosen, *self.skipped(levels[source] + 1, levels[target])]

    def roots(self) -> tuple[list[int], int]:
        builder, diagram = self.builder, self.diagram
        if diagram.first == NONE:
            return [builder.zero] * len(diagram.places), builder.zero
        levels = diagram.levels
        forward = self.forward()
        backward = self.backward()
        found = []
        for own in diagram.places:
            by_ends: dict[tuple[int, int], list[int]] = {}
            for source, leaf, target in own.tolist():
                by_ends.setdefault((source, target), []).append(leaf)
            terms = []
            for (source, target), leaves in by_ends.items():
                if source == NONE:
                    way = self.skipped(0, levels[target])
                else:
                    way = [forward[source], *self.way(source, leaves, target)]
                terms.append(builder.product([*way, backward[target]]))
            found.append(builder.sum(terms))
        start = self.skipped(0, levels[diagram.first])
        return found, builder.product([*start, backward[diagram.first]])

    def forward(self) -> list[int]:
        """Of each state the weight of all ways to it."""
        builder, diagram = self.builder, self.diagram
        terms: list[list[int]] = [[] for _ in diagram.levels]
        forward = [-1] * len(terms)
        forward[diagram.first] = builder.product(self.skipped(0, diagram.levels[diagram.first]))
        for (source, target), leaves in self.merged.items():
            if forward[source] < 0:
                forward[source] = builder.sum(terms[source])
            if forward[source] != builder.zero:
                way = self.way(source, leaves, target)
                terms[target].append(builder.product([forward[source], *way]))
        return [builder.sum(terms[n]) if node < 0 else node for n, node in enumerate(forward)]

    def backward(self) -> list[int]:
        """Of each state the weight of all ways from it to the end."""
        builder, diagram = self.builder, self.diagram
        levels = diagram.levels
        if diagram.certain:
            end = len(diagram.order)
            return [builder.product(self.skipped(level, end)) for level in levels]
        terms: list[list[int]] = [[] for _ in levels]
        backward = [-1] * len(levels)
        backward[END] = builder.one
        for (source, target), leaves in reversed(self.merged.items()):
            if backward[target] < 0:
                backward[target] = builder.sum(terms[target])
            terms[source].append(
                builder.product([*self.way(source, leaves, target), backward[target]])
            )
        return [builder.sum(terms[n]) if node < 0 else node for n, node in enumerate(backward)]
