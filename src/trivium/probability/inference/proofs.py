"""The proofs of a literal, the likeliest first.

    0.4::0.  0.5::1.  0.3::2.   3 ← 0, 1   3 ← 2        3:  0.3 by (2,), then 0.2 by (0, 1)

A proof is the choices that it rests on; a row that must not hold counts as one of them, whatever
its probability. Best first: a partial proof is worth its choices so far, and no more than the best
proof of any row that is still open.

Source of the bound: D. E. Knuth, "A generalization of Dijkstra's algorithm", Information
Processing Letters, 1977.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import prod

from trivium.probability.derivations import Derivations


@dataclass(frozen=True, slots=True)
class Way:
    """One proof: what it rests on, the derived rows on the way from the goal down, and the
    probability of its choices, in which rows that must not hold are not counted."""

    leaves: tuple[int, ...]
    rows: tuple[int, ...]
    weight: float


# What is left to prove, the choices so far, and of each derived row which body was taken.
_State = tuple[tuple[int, ...], tuple[int, ...], tuple[tuple[int, int], ...]]


def proofs(
    graph: Derivations,
    target: int,
    evidence: Sequence[int] = (),
    check: Callable[[], bool] | None = None,
) -> Iterator[Way]:
    """Minimal proofs that agree with the evidence, the likeliest first; each once.

    `check` is asked before each step, and ends the search with False.
    """
    search = _Search(graph, evidence)
    search.open((target,), (), (), 1.0)
    found: list[frozenset[int]] = []
    while search.heap and (check is None or check()):
        bound, _, weight, state = heapq.heappop(search.heap)
        agenda, leaves, chosen = state
        if agenda:
            search.expand(-bound, weight, state)
            continue
        own = frozenset(leaves)
        if any(other <= own for other in found) or not search.is_founded(chosen):
            continue
        found.append(own)
        yield Way(leaves, tuple([node for node, _ in chosen]), weight)


def weight_of(graph: Derivations, literal: int) -> float:
    """Of a choice, or of one that must not be; rows that must not hold count 1."""
    if literal >= 0:
        return graph.weights[literal]
    return 1.0 - graph.weights[~literal] if ~literal < len(graph.weights) else 1.0


class _Search:
    def __init__(self, graph: Derivations, evidence: Sequence[int]) -> None:
        self.graph = graph
        self.alternatives = len(graph.weights)
        self.bodies: dict[int, list[tuple[int, ...]]] = {}
        for head, body in graph.rules:
            self.bodies.setdefault(head, []).append(body)
        self.group_of = {node: n for n, group in enumerate(graph.groups) for node in group}
        self.blocked = {~literal for literal in evidence}
        self.best = _best(graph)
        self.order = count()
        self.heap: list[tuple[float, int, float, _State]] = []

    def open(
        self,
        agenda: Sequence[int],
        leaves: tuple[int, ...],
        chosen: tuple[tuple[int, int], ...],
        weight: float,
        bound: float = 1.0,
    ) -> None:
        """Put a partial proof on the heap, with all choices in its agenda taken; or drop it."""
        rows = []
        done = {node for node, _ in chosen}
        for literal in agenda:
            if literal >= self.alternatives:
                if literal not in done and literal not in rows:
                    rows.append(literal)
            elif literal not in leaves:
                if literal in self.blocked or ~literal in leaves or self.excluded(leaves, literal):
                    return
                weight *= weight_of(self.graph, literal)
                leaves = (*leaves, literal)
        bound = min([bound, weight, *[self.best.get(row, 0.0) for row in rows]])
        if bound > 0.0:
            state = (tuple(rows), leaves, chosen)
            heapq.heappush(self.heap, (-bound, next(self.order), weight, state))

    def expand(self, bound: float, weight: float, state: _State) -> None:
        (row, *rest), leaves, chosen = state
        for place, body in enumerate(self.bodies.get(row, ())):
            self.open((*body, *rest), leaves, (*chosen, (row, place)), weight, bound)

    def excluded(self, leaves: Sequence[int], literal: int) -> bool:
        """Whether an alternative of the same group was chosen already."""
        group = self.group_of.get(literal)
        return group is not None and any(self.group_of.get(leaf) == group for leaf in leaves)

    def is_founded(self, chosen: Sequence[tuple[int, int]]) -> bool:
        """Whether no row of a proof rests on itself."""
        open_rows = {node: self.bodies[node][place] for node, place in chosen}
        while open_rows:
            done = [
                node
                for node, body in open_rows.items()
                if not any(literal in open_rows for literal in body)
            ]
            if not done:
                return False
            for node in done:
                del open_rows[node]
        return True


def _best(graph: Derivations) -> dict[int, float]:
    """Of each row that may hold no less than the probability of its best proof."""
    alternatives = len(graph.weights)
    uses: dict[int, list[int]] = {}
    missing: list[int] = []
    values: list[float] = []
    heads: list[int] = []
    heap: list[tuple[float, int]] = []
    for rule, (head, body) in enumerate(graph.rules):
        # Different choices of one body are all needed; rows may share theirs.
        choices = {literal for literal in body if literal < alternatives}
        open_rows = {literal for literal in body if literal >= alternatives}
        for literal in open_rows:
            uses.setdefault(literal, []).append(rule)
        missing.append(len(open_rows))
        values.append(prod([weight_of(graph, literal) for literal in choices]))
        heads.append(head)
        if not open_rows:
            heapq.heappush(heap, (-values[rule], head))
    found: dict[int, float] = {}
    while heap:
        value, node = heapq.heappop(heap)
        if node in found:
            continue
        found[node] = -value
        for rule in uses.get(node, ()):
            missing[rule] -= 1
            values[rule] = min(values[rule], -value)
            if not missing[rule]:
                heapq.heappush(heap, (-values[rule], heads[rule]))
    return found
