"""The diagrams of what is asked: which order of the groups, and which queries together.

Several orders are tried with few states, then with more, so that a bad first order costs little.
Queries share one diagram where it stays small; else each half of them gets its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

from trivium.engine.limits import Limits
from trivium.errors import LimitError
from trivium.provenance.derivations import Derivations
from trivium.provenance.inference.diagram import Diagram, TooMany, explore
from trivium.provenance.inference.needed import needed
from trivium.provenance.inference.order import Shape, orders, shape
from trivium.provenance.inference.residual import Steps

# States and arcs allowed in each round, and how many orders are tried in it.
ROUNDS = ((20_000, 3), (100_000, 3), (1_000_000, 2), (1 << 62, 1))
# The same where several queries are asked: after these, each half is asked by itself.
SHARED = ((20_000, 2), (100_000, 2), (1_000_000, 1))
# About what a state or an arc takes.
BYTES = 250


class Watch:
    """Stops work that takes more than its limits; see LimitError 301 and 303."""

    def __init__(self, limits: Limits | None = None, most: int | None = None) -> None:
        """`most` states and arcs are allowed: TooMany is raised past it."""
        self.limits = limits or Limits()
        self.start = perf_counter()
        memory = self.limits.memory_bytes
        self.room = (1 << 62) if memory is None else memory // BYTES
        self.most = most

    @property
    def left(self) -> float:
        """Seconds left."""
        limit = self.limits.seconds
        return float("inf") if limit is None else limit - (perf_counter() - self.start)

    def check(self, size: int) -> None:
        if self.most is not None and size > self.most:
            raise TooMany
        if self.left < 0.0:
            raise LimitError(
                301,
                f"exact inference took longer than {self.limits.seconds:g} s",
                hint="ask for bounds, or raise the limit: Limits(seconds=...)",
            )
        if size > self.room:
            raise LimitError(
                303,
                f"exact inference needs more than {self.limits.memory_bytes:,} bytes",
                hint="ask for bounds, or raise the limit: Limits(memory_bytes=...)",
            )


@dataclass(frozen=True, slots=True)
class Answered:
    """A diagram, over the part of the graph that its queries depend on.

    `queries` and `literals` are the queries in the whole graph and in the part; `origins` gives of
    each node of the part the node of the whole.
    """

    diagram: Diagram
    graph: Derivations
    queries: tuple[int, ...]
    literals: tuple[int | bool, ...]
    origins: tuple[int, ...]


def diagrams(
    graph: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int],
    complete: Collection[int],
    watch: Watch,
) -> Iterator[Answered]:
    """Diagrams that together answer all queries. The queries and the evidence are literals of a
    reduced graph. Without queries, one diagram of the evidence."""
    waiting = [(tuple(queries), True)] if queries or evidence else []
    nodes = tuple(range(graph.nodes))
    while waiting:
        asked, everything = waiting.pop()
        part, literals, origins = graph, (*asked, *evidence), nodes
        if not everything:
            reduced = needed(graph, literals, range(len(graph.weights)))
            part, origins = reduced.derivations, reduced.origins
            literals = tuple([int(x) for x in reduced.literals])
        own, seen = literals[: len(asked)], literals[len(asked) :]
        full = complete
        if not everything:
            full = _complete(graph, part, origins, set(complete))
        diagram = _diagram(shape(part), own, seen, full, watch)
        if diagram is None:
            middle = len(asked) // 2
            waiting += [(asked[middle:], False), (asked[:middle], False)]
        else:
            yield Answered(diagram, part, asked, own, origins)


def _complete(
    graph: Derivations, part: Derivations, origins: Sequence[int], complete: set[int]
) -> list[int]:
    """The groups of the part that are whole groups of the graph, and complete."""
    of = {node: g for g, group in enumerate(graph.groups) for node in group}
    return [
        number
        for number, group in enumerate(part.groups)
        if (g := of[origins[group[0]]]) in complete and len(graph.groups[g]) == len(group)
    ]


def _diagram(
    form: Shape,
    queries: Sequence[int],
    evidence: Sequence[int],
    complete: Collection[int],
    watch: Watch,
) -> Diagram | None:
    """None where the queries had better be asked apart."""
    asked = [*queries, *evidence]
    known: list[Steps] = []
    source = asked_orders(form, asked)
    for allowed, tried in ROUNDS if len(queries) < 2 else SHARED:
        for place in range(tried):
            # The next order is looked for only where those before it were not good enough.
            if place == len(known):
                order = next(source, None)
                if order is None:
                    break
                known.append(Steps(form, order, queries, evidence, complete))
            try:
                return explore(known[place], queries, evidence, allowed, watch.check)
            except TooMany:
                watch.check(allowed)
    return None


def asked_orders(form: Shape, asked: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Orders of all groups that matter: those in rules, and those that are asked for themselves."""
    graph = form.graph
    group_of = {node: g for g, group in enumerate(graph.groups) for node in group}
    nodes = [literal if literal >= 0 else ~literal for literal in asked]
    alone = [group_of[node] for node in dict.fromkeys(nodes) if node in group_of]
    for order in orders(form):
        yield (*order, *[g for g in dict.fromkeys(alone) if g not in set(order)])
