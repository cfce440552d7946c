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
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trivium.engine.native import native_module
from trivium.probability.derivations import Derivations
from trivium.probability.inference.packed import packed
from trivium.probability.inference.residual import (
    EVIDENCE,
    FAILS,
    HOLDS,
    MAIN,
    State,
    Step,
    Steps,
)

Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

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
    levels: Numbers
    sources: Numbers
    leaves: Numbers
    targets: Numbers
    places: Sequence[Numbers]
    certain: bool
    open: Sequence[bool]
    first: int

    @property
    def size(self) -> int:
        """How many states and arcs there are."""
        return len(self.levels) + len(self.sources)

    def probabilities(self, weights: Sequence[float]) -> tuple[list[float], float]:
        """The probability of each query and the evidence together, and of the evidence.

        `weights` are the probabilities of the leaves.
        """
        if self.first == NONE:
            return [0.0] * len(self.places), 0.0
        values = np.array(weights)
        forward, backward = self._ways(values[self.leaves])
        sums = []
        for places in self.places:
            source, leaf, target = places.T
            before = np.where(source == NONE, 1.0, forward[source] * values[leaf])
            sums.append(float(before @ backward[target]))
        return sums, float(backward[self.first])

    def _ways(self, weights: Floats) -> tuple[Floats, Floats]:
        """The weight of all ways to each state, and from each state to the end."""
        count = len(self.levels)
        native = native_module()
        if native is not None:
            found: tuple[Floats, Floats] = native.ways(
                self.sources, weights, self.targets, count, self.first, self.certain
            )
            return found
        arcs = list(
            zip(self.sources.tolist(), weights.tolist(), self.targets.tolist(), strict=True)
        )
        forward = [0.0] * count
        forward[self.first] = 1.0
        for source, value, target in arcs:
            forward[target] += forward[source] * value
        backward = [1.0] * count
        if not self.certain:
            backward = [0.0] * count
            backward[END] = 1.0
            for source, value, target in reversed(arcs):
                backward[source] += value * backward[target]
        return np.array(forward), np.array(backward)


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
    asked = [steps.literal(query) for query in queries]
    violated = 0
    for literal in evidence:
        violated |= steps.literal(~literal)
    native = packed(steps)
    if native is None:
        return _Explorer(steps, asked, violated, not evidence).explored(allowed, check)
    found = native.explore(asked, violated, bool(evidence), allowed, check)
    if found is None:
        raise TooMany
    levels, sources, leaves, targets, places, first, certain = found
    shaped = [own.reshape(-1, 3) for own in places]
    return Diagram(
        steps.order, levels, sources, leaves, targets, shaped, certain, _open(steps), first
    )


def _open(steps: Steps) -> list[bool]:
    return [level.leaves[-1] >= steps.count for level in steps.levels]


class _Explorer:
    """The definition, in plain Python, of what the native explorer does."""

    def __init__(self, steps: Steps, queries: Sequence[int], violated: int, certain: bool) -> None:
        self.steps = steps
        self.size = size = len(steps.levels)
        self.asked: dict[int, list[int]] = {}
        for place, bit in enumerate(queries):
            self.asked.setdefault(bit, []).append(place)
        self.violated = violated
        self.certain = certain
        self.levels = [size]
        self.places: list[list[tuple[int, int, int]]] = [[] for _ in queries]
        # Of each level and kind the states that came to it, with their numbers, and what becomes
        # of queries on the way from there to the level of their first choice.
        self.reached: list[tuple[dict[State, tuple[int, Calls]], ...]] = [
            ({}, {}, {}, {}) for _ in range(size)
        ]
        self.waiting: list[list[tuple[int, int, list[Step]]]] = [[] for _ in range(size)]

    def explored(self, allowed: int, check: Callable[[int], None]) -> Diagram:
        sources: list[int] = []
        leaves: list[int] = []
        targets: list[int] = []
        first, calls = self.arrive(MAIN, self.steps.start, 0)
        for place, goes_on in calls:
            self.places[place].append((NONE, NONE, goes_on))
        for level in range(self.size):
            for count, (number, kind, made) in enumerate(self.waiting[level]):
                if count % 256 == 255:
                    check(len(sources) + len(self.levels))
                for leaf, state, news in made:
                    target, calls = self.follow(kind, state, news, level)
                    for place, goes_on in calls:
                        self.places[place].append((number, leaf, goes_on))
                    if target != NONE:
                        sources.append(number)
                        leaves.append(leaf)
                        targets.append(target)
            self.waiting[level] = []
            self.reached[level] = ({}, {}, {}, {})
            size = len(sources) + len(self.levels)
            check(size)
            if size > allowed:
                raise TooMany
        places = [np.array(own, np.int32).reshape(-1, 3) for own in self.places]
        return Diagram(
            self.steps.order,
            np.array(self.levels, np.int32),
            np.array(sources, np.int32),
            np.array(leaves, np.int32),
            np.array(targets, np.int32),
            places,
            self.certain,
            _open(self.steps),
            first,
        )

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
            self.certain = False
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
                found = len(self.levels), ()
                self.levels.append(level)
                self.waiting[level].append((found[0], kind, made))
                reached[state] = found
                break
            _, onward, news = made[0]
            moved = self.moved(kind, onward, news, level)
            if moved is None:
                found = NONE, ()
                reached[state] = found
                break
            if moved == (kind, state, []) and not news:
                level += 1
                continue
            way.append((level, kind, state, news, moved[2]))
            kind, state, _ = moved
            level += 1
        for at, was, before, news, left in reversed(way):
            target, calls = found
            found = target, calls + self.calls(was, news, left, target, at)
            self.reached[at][was][before] = found
        return found
