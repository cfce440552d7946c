"""All ways through a program on which a group chooses only once a rule waits for nothing else.

    r2 ← e12   r3 ← e13   r3 ← r2, e23   r2 ← r3, e32         asked: r3
    e12 chooses.   not: r2 waits for r3, e13 chooses next.    yes: r2 holds, e32 never matters

What is looked at next depends on what holds already, as when one walks through a graph from where
one is. So the ways differ in their order, and a state is what is left of the program:

- the rules that are alive: nothing denies their bodies, their heads are open, and what is asked
  depends on them;
- the literals of their bodies that hold;
- the rows that are asked for and still open.

Where rows are connected with many others this takes far fewer states than any one order of the
groups (`residual.py`), which cannot know what will be reached; where few rows lie between what was
looked at and what was not, far more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np

from trivium.engine.native import native_module
from trivium.probability.derivations import Derivations
from trivium.probability.inference.diagram import END, NONE, Diagram, TooMany
from trivium.probability.inference.horn import bits
from trivium.probability.inference.packed import pack

# The rules that are alive, the literals that hold, the rows that are asked for and open.
State = tuple[int, int, int]


class Firing:
    """The states of one program. Literals are bits as in `residual.py`: a node holds, 2i, or does
    not, 2i + 1; rules are bits by their number."""

    def __init__(
        self,
        graph: Derivations,
        order: Sequence[int],
        queries: Sequence[int],
        evidence: Sequence[int],
        complete: Collection[int],
    ) -> None:
        """Of groups that may choose, the first of `order` does."""
        self.count, self.nodes = len(graph.weights), graph.nodes
        self.choices = (1 << 2 * self.count) - 1
        self.even = int("01" * graph.nodes, 2)
        self.rules = [(self.literals(body), _bit(head)) for head, body in graph.rules]
        self.members = [self.literals(graph.groups[group]) * 3 for group in order]
        self.given: list[list[tuple[int, int]]] = []
        for group in order:
            own = graph.groups[group]
            denied = self.literals(own) << 1
            leaves = [(leaf, _bit(leaf) | denied & ~(_bit(leaf) << 1)) for leaf in own]
            if group not in complete:
                leaves.append((self.count + group, denied))
            self.given.append(leaves)
        self.asked = [_literal(query) for query in queries]
        self.violated = self.literals([~literal for literal in evidence])
        nodes = [x if x >= 0 else ~x for x in (*queries, *evidence)]
        self.start: State = ((1 << len(self.rules)) - 1, 0, self.literals(nodes))

    def explored(self, allowed: int, check: Callable[[int], None]) -> Diagram:
        """All ways, as `diagram.explore` gives them; the levels only sort them. Raises TooMany past
        `allowed` states and arcs; `check` is called with their number now and then."""
        native = native_module()
        words = 1
        while 64 * words < max(2 * self.nodes, len(self.rules)):
            words *= 2
        if native is None or words > native.MOST_WORDS:
            return self._explored(allowed, check)
        found = native.fire(words, *self._packed(8 * words), min(allowed, 1 << 62), check)
        if found is None:
            raise TooMany
        levels, sources, leaves, targets, places, first, certain = found
        shaped = [own.reshape(-1, 3) for own in places]
        return Diagram((), levels, sources, leaves, targets, shaped, certain, (), first)

    def _packed(
        self, size: int
    ) -> tuple[bytes, list[tuple[bytes, list[int], bytes]], bytes, bytes]:
        groups = [
            (
                pack([members], size),
                [leaf for leaf, _ in given],
                pack([literals for _, literals in given], size),
            )
            for members, given in zip(self.members, self.given, strict=True)
        ]
        rules = pack([one for rule in self.rules for one in rule], size)
        masks = pack([self.choices, self.start[2], self.violated], size)
        return rules, groups, masks, pack(self.asked, size)

    # --- the definition of what the native engine does -------------------------------------------

    def literals(self, literals: Sequence[int]) -> int:
        found = 0
        for literal in literals:
            found |= _literal(literal)
        return found

    def opposite(self, literals: int) -> int:
        return (literals & self.even) << 1 | (literals >> 1) & self.even

    def settled(self, state: State, given: int) -> tuple[State, int]:
        """The state once more literals hold; and those of them that decide what is asked."""
        alive, known, asked = state
        known |= given
        rules = [(number, *self.rules[number]) for number in _numbers(alive)]
        while True:
            denied, grown = self.opposite(known), known
            rules = [rule for rule in rules if not rule[1] & denied and not rule[2] & grown]
            for _, body, head in rules:
                if not body & ~grown:
                    grown |= head
            if grown == known:
                impossible = self._impossible(rules, known, asked) & ~denied
                if not impossible:
                    break
                grown |= impossible << 1
            known = grown
        decided = asked & (known | known >> 1)
        news = known & (decided | decided << 1)
        asked &= ~decided
        rules = _needed(rules, asked, self.even)
        spoken = alive = 0
        for number, body, _ in rules:
            spoken |= body
            alive |= 1 << number
        return (alive, known & spoken, asked), news

    def _impossible(self, rules: Sequence[tuple[int, int, int]], known: int, asked: int) -> int:
        """Rows that no rule can give any more, whatever is chosen."""
        rows = asked
        for _, body, head in rules:
            rows |= head | body & self.even | (body >> 1) & self.even
        rows &= ~self.choices
        # A literal that says that an open row does not hold may come true.
        possible = known | self.choices | rows << 1
        left = list(rules)
        while True:
            grown = possible
            waiting = []
            for rule in left:
                if rule[1] & ~grown:
                    waiting.append(rule)
                else:
                    grown |= rule[2]
            if grown == possible:
                return rows & ~possible
            possible, left = grown, waiting

    def next_group(self, state: State) -> int:
        """The first group that a rule with nothing else open waits for, or that is asked for."""
        alive, known, asked = state
        open_now = asked & self.choices
        for number in _numbers(alive):
            left = self.rules[number][0] & ~known
            if not left & ~self.choices:
                open_now |= left
        return next(n for n, members in enumerate(self.members) if members & open_now)

    def level(self, state: State) -> int:
        """How many groups do not matter any more: more after each choice."""
        alive, known, asked = state
        spoken = asked
        for number in _numbers(alive):
            spoken |= self.rules[number][0]
        spoken &= ~known
        return sum(not members & spoken for members in self.members)

    def _explored(self, allowed: int, check: Callable[[int], None]) -> Diagram:
        size = len(self.members)
        levels, sources, leaves, targets = [size], list[int](), list[int](), list[int]()
        places: list[list[tuple[int, int, int]]] = [[] for _ in self.asked]
        waiting: list[list[tuple[int, State]]] = [[] for _ in range(size + 1)]
        known: dict[State, int] = {}

        def arrive(state: State, news: int, source: int, leaf: int) -> int:
            if news & self.violated:
                return NONE
            if not state[2]:
                target = END
            elif state in known:
                target = known[state]
            else:
                target = known[state] = len(levels)
                level = self.level(state)
                levels.append(level)
                waiting[level].append((target, state))
            for place, literal in enumerate(self.asked):
                if news & literal:
                    places[place].append((source, leaf, target))
            return target

        first = arrive(*self.settled(self.start, 0), NONE, NONE)
        for level in range(size):
            for count, (source, state) in enumerate(waiting[level]):
                if count % 64 == 63:
                    check(len(levels) + len(sources))
                for leaf, given in self.given[self.next_group(state)]:
                    target = arrive(*self.settled(state, given), source, leaf)
                    if target != NONE:
                        sources.append(source)
                        leaves.append(leaf)
                        targets.append(target)
            waiting[level] = []
            check(len(levels) + len(sources))
            if len(levels) + len(sources) > allowed:
                raise TooMany
        shaped = [np.array(own, np.int32).reshape(-1, 3) for own in places]
        return Diagram(
            (),
            np.array(levels, np.int32),
            np.array(sources, np.int32),
            np.array(leaves, np.int32),
            np.array(targets, np.int32),
            shaped,
            not self.violated,
            (),
            first,
        )


def _needed(
    rules: Sequence[tuple[int, int, int]], asked: int, even: int
) -> list[tuple[int, int, int]]:
    """The rules that open rows depend on."""
    rows = asked
    found: list[tuple[int, int, int]] = []
    left = list(rules)
    while True:
        waiting = []
        before = len(found)
        for rule in left:
            if rule[2] & rows:
                found.append(rule)
                rows |= rule[1] & even | (rule[1] >> 1) & even
            else:
                waiting.append(rule)
        if len(found) == before:
            return sorted(found)
        left = waiting


def _bit(node: int) -> int:
    return 1 << 2 * node


def _literal(literal: int) -> int:
    return _bit(literal) if literal >= 0 else _bit(~literal) << 1


def _numbers(alive: int) -> Iterator[int]:
    for bit in bits(alive):
        yield bit.bit_length() - 1
