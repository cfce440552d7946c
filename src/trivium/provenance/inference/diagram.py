"""All ways through the states of a program: a decision diagram, and its probabilities.

    state 0 -e12-> state 1 -e23-> end, r3 becomes true
            -none-> state 2 ...

A world takes one way from the first state to an end. What is asked becomes true on at most one arc
of it, so its probability is a sum over arcs: of the ways to the arc, times the arc, times the ways
from there on that agree with the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from trivium.provenance.inference.residual import State, Step, Steps

# Numbers of the state after all choices, and of what no world comes to.
END, NONE = 0, -1


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
        found: of each query the arcs on which it becomes true, -1 before the first state.
        evidence: whether ways may fail, because the evidence does.
        open: of each level whether its group may choose none.
        first: the first state, NONE if the evidence cannot hold.
    """

    order: Sequence[int]
    levels: list[int]
    sources: list[int] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    found: list[list[int]] = field(default_factory=list)
    evidence: bool = False
    open: list[bool] = field(default_factory=list)
    first: int = END

    def probabilities(self, weight: Callable[[int], float]) -> tuple[list[float], float]:
        """The probability of each query and the evidence together, and of the evidence.

        `weight` gives the probability of a leaf.
        """
        states = len(self.levels)
        weights = [weight(leaf) for leaf in self.leaves]
        if self.first == NONE:
            return [0.0] * len(self.found), 0.0
        forward = [0.0] * states
        forward[self.first] = 1.0
        arcs = list(zip(self.sources, weights, self.targets, strict=True))
        for source, value, target in arcs:
            forward[target] += forward[source] * value
        backward = [1.0] * states
        if self.evidence:
            backward = [0.0] * states
            backward[END] = 1.0
            for source, value, target in reversed(arcs):
                backward[source] += value * backward[target]
        sums = []
        for own in self.found:
            total = 0.0
            for arc in own:
                if arc < 0:
                    total += backward[self.first]
                else:
                    source, value, target = arcs[arc]
                    total += forward[source] * value * backward[target]
            sums.append(total)
        return sums, backward[self.first] if self.evidence else 1.0


def explore(
    steps: Steps,
    queries: Sequence[int],
    evidence: Sequence[int],
    allowed: int,
    check: Callable[[int], None],
) -> Diagram:
    """All states. Raises TooMany past `allowed` states and arcs; `check` is called with their
    number now and then, and may raise."""
    size = len(steps.levels)
    bits = [steps.literal(query) for query in queries]
    watched = 0
    places: dict[int, list[int]] = {}
    for place, bit in enumerate(bits):
        watched |= bit
        places.setdefault(bit, []).append(place)
    violated = 0
    for literal in evidence:
        violated |= steps.literal(~literal)

    diagram = Diagram(steps.order, [size], found=[[] for _ in bits], evidence=bool(evidence))
    diagram.open = [data.leaves[-1] >= steps.count for data in steps.levels]
    sources, leaves, targets = diagram.sources, diagram.leaves, diagram.targets
    levels, found = diagram.levels, diagram.found
    # Of each level the states that came to it, with their numbers, and what becomes known on the
    # way from there to the level of their first choice.
    reached: list[dict[State, tuple[int, int]]] = [{} for _ in range(size + 1)]
    waiting: list[list[tuple[int, list[Step]]]] = [[] for _ in range(size)]

    def arrive(state: State, level: int) -> tuple[int, int]:
        way: list[tuple[int, State, int]] = []
        while True:
            if level == size or steps.done(state, level):
                number, news = END, 0
                break
            if state in reached[level]:
                number, news = reached[level][state]
                break
            made, matters = steps.steps(state, level)
            if matters:
                number, news = len(levels), 0
                levels.append(level)
                waiting[level].append((number, made))
                reached[level][state] = number, 0
                break
            _, onward, more = made[0]
            way.append((level, state, more))
            if more & violated:
                number, news = NONE, 0
                break
            state, level = onward, level + 1
        for at, before, more in reversed(way):
            news |= more
            reached[at][before] = number, news
        return number, news

    def note(arc: int, news: int) -> None:
        news &= watched
        while news:
            bit = news & -news
            news ^= bit
            for place in places[bit]:
                found[place].append(arc)

    diagram.first, news = arrive(steps.start, 0)
    note(-1, news)
    for level in range(size):
        for number, made in waiting[level]:
            for leaf, state, news in made:
                if news & violated:
                    continue
                target, more = arrive(state, level + 1)
                if target == NONE:
                    continue
                news |= more
                if news & watched:
                    note(len(sources), news)
                sources.append(number)
                leaves.append(leaf)
                targets.append(target)
        waiting[level] = []
        reached[level] = {}
        check(len(sources) + len(levels))
        if len(sources) + len(levels) > allowed:
            raise TooMany
    return diagram
