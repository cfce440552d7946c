"""The diagrams of what is asked: which order of the groups, and which queries together.

Several orders are tried with few states, then with more, so that a bad first order costs little;
and between them ways without one order (`firing.py`).
Queries share one diagram where it stays small; else each gets its own, or each half of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from math import inf
from time import perf_counter, process_time

from trivium.engine.limits import Limits
from trivium.errors import LimitError
from trivium.probability.derivations import Derivations
from trivium.probability.inference.diagram import Diagram, TooMany, explore
from trivium.probability.inference.firing import Firing
from trivium.probability.inference.needed import needed
from trivium.probability.inference.order import orders
from trivium.probability.inference.residual import Steps
from trivium.probability.inference.shape import Shape, shape

# States and arcs allowed in each round. In it the two cheapest orders so far are tried and then a
# new one; in the first, two new ones. Orders that seem so many times as dear as another are not.
ROUNDS = (*[n * 10**e for e in (4, 5, 6, 7) for n in (2, 6)], 1 << 62)
CHEAPEST, DEAR = 2, 4.0
# On ways without one order a state takes as long as so many: that many for each so many literals
# that its rules may speak of, as it looks at all its rules. Too few states are not worth it.
LONGER, LITERALS, WORTH = 4, 8_192, 500
# Queries part when each alone is so small that all take no more than a round allows; where their
# orders promise that alone they are cheaper, so many times as much.
APART = 4
# About what a state or an arc takes.
BYTES = 250


class Watch:
    """Stops work that takes more than its limits; see LimitError 301 and 303."""

    def __init__(
        self, limits: Limits | None = None, most: int | None = None, seconds: float = inf
    ) -> None:
        """`most` states and arcs are allowed in all, those of attempts included, and so many
        `seconds` of this process: TooMany is raised past them."""
        self.limits = limits or Limits()
        self.start = perf_counter()
        memory = self.limits.memory_bytes
        self.room = (1 << 62) if memory is None else memory // BYTES
        self.most = most
        self.seconds = seconds
        self.begun = process_time()
        self.spent = 0

    @property
    def left(self) -> float:
        """Seconds left."""
        limit = self.limits.seconds
        own = self.seconds - (process_time() - self.begun)
        return own if limit is None else min(own, limit - (perf_counter() - self.start))

    def check(self, size: int) -> None:
        if self.most is not None and self.spent + size > self.most:
            raise TooMany
        self.check_bytes(size * BYTES)

    def check_bytes(self, size: int) -> None:
        """Whether there is time left, and so much memory."""
        if self.left < 0.0:
            if self.limits.seconds is None:
                raise TooMany
            raise LimitError(
                301,
                f"exact inference took longer than {self.limits.seconds:g} s",
                hint="ask for bounds, or raise the limit: Limits(seconds=...)",
            )
        if size > self.room * BYTES:
            raise LimitError(
                303,
                f"exact inference needs more than {self.limits.memory_bytes:,} bytes",
                hint="ask for bounds, or raise the limit: Limits(memory_bytes=...)",
            )


@dataclass(frozen=True, slots=True)
class Answered:
    """A diagram, over the part of the graph that its queries depend on.

    `queries` are literals of the whole graph; `origins` gives of each node of the part the node of
    the whole.
    """

    diagram: Diagram
    graph: Derivations
    queries: tuple[int, ...]
    origins: tuple[int, ...]


def diagrams(
    graph: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int],
    complete: Collection[int],
    watch: Watch,
    ordered: bool = True,
) -> Iterator[Answered]:
    """Diagrams that together answer all queries. The queries and the evidence are literals of a
    reduced graph. Without queries, one diagram of the evidence. Those that are `ordered` look at
    the groups in one order, and say so."""
    waiting = [tuple(queries)] if queries or evidence else []
    while waiting:
        asked = waiting.pop()
        every = len(asked) == len(queries)
        part = _Part(graph, asked, evidence, complete, watch, ordered, reduced=every)
        if len(asked) < 2:
            yield part.answered(watch)
            continue
        # One of them alone shows whether the others had better be asked alone, too.
        middle = len(asked) // 2
        one: _Part | None = None
        alone: Answered | None = None
        for allowed in ROUNDS[:-1]:
            if together := part.explored(allowed, watch):
                yield together
                break
            one = one or _Part(
                graph, asked[middle : middle + 1], evidence, complete, watch, ordered
            )
            alone = alone or one.explored(allowed, watch)
            cheaper = one.cheapest * len(asked) < part.cheapest
            if alone and alone.diagram.size * len(asked) <= allowed * (APART if cheaper else 1):
                yield alone
                others = asked[:middle] + asked[middle + 1 :]
                waiting += [(query,) for query in reversed(others)]
                break
        else:
            waiting += [asked[middle:], asked[:middle]]


# Explores within so many states and arcs; their number is told now and then.
Attempt = Callable[[int, Callable[[int], None]], Diagram]


class _Part:
    """Some of the queries, in the part of the graph that they and the evidence depend on."""

    def __init__(
        self,
        graph: Derivations,
        asked: tuple[int, ...],
        evidence: Sequence[int],
        complete: Collection[int],
        watch: Watch,
        ordered: bool,
        reduced: bool = False,
    ) -> None:
        """`reduced` says that they depend on all of the graph."""
        self.asked = asked
        self.graph = graph
        literals: tuple[int, ...] = (*asked, *evidence)
        self.origins: tuple[int, ...] = tuple(range(graph.nodes))
        self.complete = complete
        if not reduced:
            found = needed(graph, literals, range(len(graph.weights)))
            self.graph, self.origins = found.derivations, found.origins
            # Of a graph that is reduced no literal is settled.
            literals = tuple([x for x in found.literals if not isinstance(x, bool)])
            self.complete = _complete(graph, self.graph, self.origins, set(complete))
        self.own, self.seen = literals[: len(asked)], literals[len(asked) :]
        self.form = shape(self.graph)
        self.orders = asked_orders(self.form, literals, lambda: watch.left)
        self.known: list[tuple[float, Steps]] = []
        self.ordered = ordered

    @property
    def cheapest(self) -> float:
        """About how many states the best order so far leads to."""
        return min([cost for cost, _ in self.known], default=inf)

    def explored(self, allowed: int, watch: Watch) -> Answered | None:
        """The diagram by the first of some orders that takes no more states than allowed."""
        for attempt in self._attempts(allowed):
            try:
                diagram = attempt(allowed, watch.check)
            except TooMany:
                watch.check(allowed)
                watch.spent += allowed
                continue
            watch.spent += diagram.size
            return Answered(diagram, self.graph, self.asked, self.origins)
        return None

    def _attempts(self, allowed: int) -> Iterator[Attempt]:
        known = sorted(self.known, key=lambda x: x[0])[:CHEAPEST]
        for cost, steps in known:
            if cost <= DEAR * known[0][0]:
                yield self._along(steps)
        fired = not self.ordered and allowed // self._longer >= WORTH
        if known and fired:
            yield self._fired
        # The next order is looked for only where those before it were not good enough.
        for order, cost in islice(self.orders, 1 if known else 2):
            if known and cost > DEAR * known[0][0]:
                continue
            steps = Steps(self.form, order, self.own, self.seen, self.complete)
            self.known.append((cost, steps))
            yield self._along(steps)
        if not known and fired:
            yield self._fired

    def _along(self, steps: Steps) -> Attempt:
        return partial(explore, steps, self.own, self.seen)

    def _fired(self, allowed: int, check: Callable[[int], None]) -> Diagram:
        return self._firing.explored(allowed // self._longer, check)

    @cached_property
    def _longer(self) -> int:
        return LONGER * max(1, len(self.graph.rules) * self.graph.nodes // LITERALS)

    @cached_property
    def _firing(self) -> Firing:
        order = self.known[0][1].order
        return Firing(self.graph, order, self.own, self.seen, self.complete)

    def answered(self, watch: Watch) -> Answered:
        """The diagram, by an order that was good in one of the rounds; the last allows all."""
        for allowed in ROUNDS:
            if found := self.explored(allowed, watch):
                return found
        raise TooMany


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


def asked_orders(
    form: Shape, asked: Sequence[int], left: Callable[[], float] = lambda: inf
) -> Iterator[tuple[tuple[int, ...], float]]:
    """Orders of all groups that matter: those in rules, and those that are asked for themselves;
    and about how many states each leads to."""
    graph = form.graph
    group_of = {node: g for g, group in enumerate(graph.groups) for node in group}
    nodes = [literal if literal >= 0 else ~literal for literal in asked]
    alone = [group_of[node] for node in dict.fromkeys(nodes) if node in group_of]
    for order, cost in orders(form, left):
        yield (*order, *[g for g in dict.fromkeys(alone) if g not in set(order)]), cost
