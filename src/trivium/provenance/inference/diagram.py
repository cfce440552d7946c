"""All ways through the states of a program: a decision diagram, and its probabilities.

    state 0 -e12-> state 1 -e23-> end, r3 becomes true
            -none-> state 2 ...

A world takes one way from the first state to the end, and a query is decided at one place of it. So
its probability is a sum over places: of the ways to it, times the ways from there on that decide
the query and agree with the evidence. A query whose rules are all there, but which depends on open
rows, leaves the main ways: a state of its own follows it, which queries of any name share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from trivium.provenance.derivations import Derivations
from trivium.provenance.inference.residual import (
    EVIDENCE,
    FAILS,
    HOLDS,
    MAIN,
    State,
    Step,
    Steps,
)

# Numbers of the state after all choices, and of what no world comes to.
END, NONE = 0, -1
# What becomes of queries on an arc: the number of a query, and the state that it goes on from.
Calls = tuple[tuple[int, int], ...]
# A query's row, and the states in which it shall hold, or shall not.
Left = tuple[int, State, State]


class TooMany(Exception):
    """There are more states than allowed."""


@dataclass(slots=True)
class Diagram:
    """States by number; END is the state after all choices.

    Args:
        order: the groups, one for each level.
        levels: of each state its level: before it, only groups of lower levels were looked at.
            Between the level of an arc's source and that of its target, groups did not matter.
        sources, leaves, targets: the arcs. A leaf is an alternative, or `alternatives + group`.
        places: of each query (arc's source, leaf, state to go on from), all that decides it; the
            source is NONE before the first state.
        certain: whether all ways lead to the end.
        open: of each level whether its group may choose none.
        first: the first state, NONE if the evidence cannot hold.
    """

    order: Sequence[int]
    levels: list[int]
    sources: list[int] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    places: list[list[tuple[int, int, int]]] = field(default_factory=list)
    certain: bool = True
    open: list[bool] = field(default_factory=list)
    first: int = END

    def probabilities(self, weights: Sequence[float]) -> tuple[list[float], float]:
        """The probability of each query and the evidence together, and of the evidence.

        `weights` are the probabilities of the leaves.
        """
        if self.first == NONE:
            return [0.0] * len(self.places), 0.0
        own = [weights[leaf] for leaf in self.leaves]
        arcs = list(zip(self.sources, own, self.targets, strict=True))
        forward = [0.0] * len(self.levels)
        forward[self.first] = 1.0
        for source, value, target in arcs:
            forward[target] += forward[source] * value
        backward = [1.0] * len(self.levels)
        if not self.certain:
            backward = [0.0] * len(self.levels)
            backward[END] = 1.0
            for source, value, target in reversed(arcs):
                backward[source] += value * backward[target]
        sums = []
        for places in self.places:
            total = 0.0
            for source, leaf, target in places:
                before = 1.0 if source == NONE else forward[source] * weights[leaf]
                total += before * backward[target]
            sums.append(total)
        return sums, backward[self.first]


def leaf_weights(graph: Derivations) -> list[float]:
    """Of each alternative its probability; then of each group that none is chosen."""
    weights = graph.weights
    rests = [1.0 - sum([weights[node] for node in group]) for group in graph.groups]
    return [*weights, *[max(0.0, rest) for rest in rests]]


def explore(
    steps: Steps,
    queries: Sequence[int],
    evidence: Sequence[int],
    allowed: int,
    check: Callable[[int], None],
) -> Diagram:
    """All states. Raises TooMany past `allowed` states and arcs; `check` is called with their
    number now and then, and may raise."""
    return _Explorer(steps, queries, evidence).explored(allowed, check)


class _Explorer:
    def __init__(self, steps: Steps, queries: Sequence[int], evidence: Sequence[int]) -> None:
        self.steps = steps
        self.size = size = len(steps.levels)
        self.asked: dict[int, list[int]] = {}
        for place, query in enumerate(queries):
            self.asked.setdefault(steps.literal(query), []).append(place)
        self.violated = 0
        for literal in evidence:
            self.violated |= steps.literal(~literal)
        self.diagram = Diagram(steps.order, [size], places=[[] for _ in queries])
        self.diagram.open = [level.leaves[-1] >= steps.count for level in steps.levels]
        self.diagram.certain = not evidence
        # Of each level and kind the states that came to it, with their numbers, and what becomes
        # of queries on the way from there to the level of their first choice.
        self.reached: list[tuple[dict[State, tuple[int, Calls]], ...]] = [
            ({}, {}, {}, {}) for _ in range(size)
        ]
        self.waiting: list[list[tuple[int, int, list[Step]]]] = [[] for _ in range(size)]

    def explored(self, allowed: int, check: Callable[[int], None]) -> Diagram:
        diagram = self.diagram
        sources, leaves, targets = diagram.sources, diagram.leaves, diagram.targets
        diagram.first, calls = self.arrive(MAIN, self.steps.start, 0)
        for place, goes_on in calls:
            diagram.places[place].append((NONE, NONE, goes_on))
        for level in range(self.size):
            for count, (number, kind, made) in enumerate(self.waiting[level]):
                if count % 256 == 255:
                    check(len(sources) + len(diagram.levels))
                for leaf, state, news in made:
                    target, calls = self.follow(kind, state, news, level)
                    for place, goes_on in calls:
                        diagram.places[place].append((number, leaf, goes_on))
                    if target != NONE:
                        sources.append(number)
                        leaves.append(leaf)
                        targets.append(target)
            self.waiting[level] = []
            self.reached[level] = ({}, {}, {}, {})
            size = len(sources) + len(diagram.levels)
            check(size)
            if size > allowed:
                raise TooMany
        return diagram

    def follow(self, kind: int, state: State, news: int, level: int) -> tuple[int, Calls]:
        """Where a step of this level leads, and what becomes of queries on it."""
        moved = self.moved(kind, state, news, level)
        if moved is None:
            return NONE, ()
        kind, state, left = moved
        target, calls = self.arrive(kind, state, level + 1)
        return target, calls + self.calls(kind, news, left, target, level)

    def moved(
        self, kind: int, state: State, news: int, level: int
    ) -> tuple[int, State, list[Left]] | None:
        """The kind of state and the state that a step comes to, and queries left to themselves."""
        if news & self.violated:
            return None
        if kind == MAIN:
            return kind, *self.steps.split(state, level)
        if kind != EVIDENCE:
            self.diagram.certain = False
            hope = self.steps.hopes[kind - HOLDS]
            good, bad = (hope, hope << 1) if kind == HOLDS else (hope << 1, hope)
            if news & bad:
                return None
            if news & good:
                kind = EVIDENCE
        return kind, state, []

    def calls(self, kind: int, news: int, left: list[Left], target: int, level: int) -> Calls:
        """What becomes of queries on a step of this level."""
        found: Calls = ()
        if kind == MAIN and news and target != NONE:
            # Queries whose last rule came before were left to themselves there.
            steps, own = self.steps, self.steps.levels[level]
            rows = steps.observed | own.asked | own.closing
            decided = news & (rows | rows << 1)
            for bit, places in self.asked.items() if decided else ():
                if bit & decided:
                    found += tuple([(place, target) for place in places])
        for row, holds, fails in left:
            for bit, hoped, state in ((row, HOLDS, holds), (row << 1, FAILS, fails)):
                for place in self.asked.get(bit, ()):
                    goes_on, _ = self.arrive(hoped, state, level + 1)
                    if goes_on != NONE:
                        found += ((place, goes_on),)
        return found

    def arrive(self, kind: int, state: State, level: int) -> tuple[int, Calls]:
        """The state with the next choice that matters, and what becomes of queries on the way."""
        way: list[tuple[int, int, State, int, list[Left]]] = []
        while True:
            if level == self.size or self.steps.decided(state, level, kind):
                found: tuple[int, Calls] = END, ()
                break
            reached = self.reached[level][kind]
            if state in reached:
                found = reached[state]
                break
            made, matters = self.steps.steps(state, level, kind)
            if matters:
                found = len(self.diagram.levels), ()
                self.diagram.levels.append(level)
                self.waiting[level].append((found[0], kind, made))
                reached[state] = found
                break
            _, onward, news = made[0]
            if onward == state and not news:
                level += 1
                continue
            moved = self.moved(kind, onward, news, level)
            if moved is None:
                found = NONE, ()
                reached[state] = found
                break
            way.append((level, kind, state, news, moved[2]))
            kind, state, _ = moved
            level += 1
        for at, was, before, news, left in reversed(way):
            target, calls = found
            found = target, calls + self.calls(was, news, left, target, at)
            self.reached[at][was][before] = found
        return found
