"""The diagrams of what is asked: which order of the groups, and which queries together.

Several orders are tried with few states, then with more, so that a bad first order costs little.
Queries share one diagram where it stays small; else each half of them gets its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from time import perf_counter

from trivium.engine.limits import Limits
from trivium.errors import LimitError
from trivium.provenance.derivations import Derivations
from trivium.provenance.inference.diagram import Diagram, TooMany, explore
from trivium.provenance.inference.order import Shape, orders, shape
from trivium.provenance.inference.residual import Steps

# States and arcs allowed in each round, and how many orders are tried in it.
ROUNDS = ((4_000, 3), (40_000, 4), (400_000, 2), (1 << 62, 1))
# With more than this, queries are asked in two halves.
SHARED = 40_000
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


def diagrams(
    graph: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int],
    complete: Collection[int],
    watch: Watch,
) -> Iterator[tuple[Sequence[int], Diagram]]:
    """Diagrams that together answer all queries, and which queries each answers.

    Literals are of derived rows or alternatives of a reduced graph. Without queries, one diagram
    of the evidence.
    """
    form = shape(graph)
    waiting = [tuple(queries)] if queries or evidence else []
    while waiting:
        asked = waiting.pop()
        diagram = _diagram(form, asked, evidence, complete, watch)
        if diagram is None:
            middle = len(asked) // 2
            waiting += [asked[middle:], asked[:middle]]
        else:
            yield asked, diagram


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
    source = _orders(form, asked)
    for allowed, tried in ROUNDS:
        if len(queries) > 1 and allowed > SHARED:
            return None
        for order in islice(source, max(0, tried - len(known))):
            known.append(Steps(form, order, queries, evidence, complete))
        for steps in known[:tried]:
            try:
                return explore(steps, queries, evidence, allowed, watch.check)
            except TooMany:
                watch.check(allowed)
    raise AssertionError


def _orders(form: Shape, asked: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Orders of all groups that matter: those in rules, and those that are asked for themselves."""
    graph = form.graph
    group_of = {node: g for g, group in enumerate(graph.groups) for node in group}
    nodes = [literal if literal >= 0 else ~literal for literal in asked]
    alone = [group_of[node] for node in dict.fromkeys(nodes) if node in group_of]
    for order in orders(form):
        yield (*order, *[g for g in dict.fromkeys(alone) if g not in set(order)])
