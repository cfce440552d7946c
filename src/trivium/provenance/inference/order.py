"""The order in which groups of choices are looked at, so that little must be remembered.

    rules 4 ← 0    5 ← 4, 1    6 ← 5, 2    7 ← 6, 3        (each number below 4 a group)
    order 0, 1, 2, 3: after each step one row is remembered;   0, 3, 1, 2: up to two

A row is remembered from the first to the last of the rules that speak of it. A good order keeps
what is remembered small at all times: a path decomposition of the graph in which the literals of
a rule are neighbours. Orders are grown greedily from several ends; the best comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log2

from trivium.analyse.strata import components
from trivium.provenance.derivations import Derivations

# Orders are grown from so many ends until one is at most this wide; how many rules may be looked
# at before the first order is told, and altogether.
ENDS = ((1, 4.0), (8, 12.0), (100, 0.0))
LOOKED_AT = (1_000, 8_000)
# Of the groups next to what is remembered, how many are compared.
COMPARED = 40


@dataclass(frozen=True)
class Shape:
    """What the choice of an order looks at.

    Args:
        parts: of each rule the groups of its body's alternatives, the derived rows of its body,
            and its head.
        component: of each derived row the number of its strongly connected component; a component
            has a greater number than those that it needs.
    """

    graph: Derivations
    parts: Sequence[tuple[frozenset[int], frozenset[int], int]]
    component: dict[int, int]

    @cached_property
    def rules_of_group(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in self.graph.groups]
        for number, (groups, _, _) in enumerate(self.parts):
            for group in groups:
                found[group].append(number)
        return found

    @cached_property
    def rules_of_row(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for number, (_, body, head) in enumerate(self.parts):
            for row in {*body, head}:
                found.setdefault(row, []).append(number)
        return found

    @cached_property
    def rules_of_head(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for number, (_, _, head) in enumerate(self.parts):
            found.setdefault(head, []).append(number)
        return found

    @cached_property
    def lower(self) -> list[frozenset[int]]:
        """Of each rule the rows of its body that do not depend on its head."""
        component = self.component
        return [
            frozenset([row for row in body if component.get(row) != component[head]])
            for _, body, head in self.parts
        ]

    @cached_property
    def weight(self) -> dict[int, float]:
        """Of each row about how many bits it takes to remember it. Rows that come from the same
        groups tend to exclude each other: the values of a variable."""
        sources: dict[int, frozenset[int]] = {}
        rules = self.rules_of_head
        none: frozenset[int] = frozenset()
        for row in sorted(self.component, key=lambda row: self.component[row]):
            found: set[int] = set()
            for number in rules.get(row, ()):
                groups, body, _ = self.parts[number]
                found.update(groups)
                if not groups:
                    for below in body:
                        found |= sources.get(below, none)
            sources[row] = frozenset(found)
        alike: dict[frozenset[int], int] = {}
        for groups in sources.values():
            alike[groups] = alike.get(groups, 0) + 1
        return {row: log2(alike[g] + 1) / alike[g] for row, g in sources.items()}


def shape(graph: Derivations) -> Shape:
    alternatives = len(graph.weights)
    group_of = {node: number for number, group in enumerate(graph.groups) for node in group}
    parts = []
    needs: dict[int, list[int]] = {}
    for head, body in graph.rules:
        groups, rows = set(), set()
        for literal in body:
            node = literal if literal >= 0 else ~literal
            if node < alternatives:
                groups.add(group_of[node])
            else:
                rows.add(node)
        parts.append((frozenset(groups), frozenset(rows), head))
        needs.setdefault(head, []).extend(rows)
    component: dict[int, int] = {}
    for number, members in enumerate(components(needs)):
        for node in members:
            component[node] = number
    return Shape(graph, parts, component)


def orders(shape: Shape) -> Iterator[tuple[int, ...]]:
    """Orders of the groups that some rule uses: the best of a few; where that was not good enough,
    the others, and those of a longer search, the best first."""
    used = [g for g, rules in enumerate(shape.rules_of_group) if rules]
    if not used:
        yield ()
        return
    found: dict[tuple[int, ...], tuple[float, float]] = {}
    few, most = (max(2, looked // len(shape.parts)) for looked in LOOKED_AT)
    told: tuple[int, ...] | None = None
    limits = iter(ENDS)
    count, width = next(limits)
    for grown, start in enumerate(_ends(shape, used)):
        if grown == count:
            if grown >= most or min(found.values())[0] <= width:
                break
            count, width = next(limits)
        if grown >= most:
            break
        if grown == few:
            told = min(found, key=lambda order: found[order])
            yield told
        order = tuple(_grown(shape, start, used))
        if order not in found:
            found[order] = _cost(shape, order)
    yield from [x for x in sorted(found, key=lambda order: found[order]) if x != told]


def _ends(shape: Shape, used: Sequence[int]) -> Iterator[int]:
    """Groups to start from: far from each other, the first far from any."""
    far = _distances(shape, used[0])
    first = max(used, key=lambda g: far.get(g, -1))
    yield first
    left = dict.fromkeys(used)
    del left[first]
    near = _distances(shape, first)
    while left:
        # Those that nothing connects to the others are further than all.
        end = max(left, key=lambda g: near.get(g, len(shape.parts)))
        yield end
        del left[end]
        for g, d in _distances(shape, end).items():
            near[g] = min(near.get(g, d), d)


def _distances(shape: Shape, start: int) -> dict[int, int]:
    """Of each group how many rules lie between it and the start."""
    distance = {start: 0}
    rows: set[int] = set()
    rules = set(shape.rules_of_group[start])
    waiting = list(rules)
    step = 0
    while waiting:
        step += 1
        following: list[int] = []
        for number in waiting:
            groups, body, head = shape.parts[number]
            for group in groups:
                if group not in distance:
                    distance[group] = step
                    following += shape.rules_of_group[group]
            for row in (*body, head):
                if row not in rows:
                    rows.add(row)
                    following += shape.rules_of_row[row]
        waiting = [number for number in dict.fromkeys(following) if number not in rules]
        rules.update(waiting)
    return distance


def _grown(shape: Shape, start: int, used: Sequence[int]) -> Iterator[int]:
    """An order from a start: always the group that leaves least to remember."""
    growth = _Growth(shape, used)
    group = growth.demanded([start])
    while group is not None:
        yield group
        growth.take(group)
        group = growth.best()


class _Growth:
    """What is remembered while an order grows.

    `touched` are rows spoken of, and when they came; `beside` are groups next to them; `open` is of
    each row how many of its rules are to come; `unsure` of each rule how many groups and rows it
    waits for.
    """

    def __init__(self, shape: Shape, used: Sequence[int]) -> None:
        self.shape = shape
        self.left = dict.fromkeys(used)
        self.open = {row: len(rules) for row, rules in shape.rules_of_row.items()}
        self.missing = [len(groups) for groups, _, _ in shape.parts]
        self.touched: dict[int, int] = {}
        self.beside: dict[int, None] = {}
        self.unsettled: dict[int, int] = {}
        self.asking: dict[int, list[int]] = {}
        for number, (_, _, head) in enumerate(shape.parts):
            self.unsettled[head] = self.unsettled.get(head, 0) + 1
            for row in shape.lower[number]:
                self.asking.setdefault(row, []).append(number)
        self.waits = [
            self.missing[number]
            + len([row for row in shape.lower[number] if row in self.unsettled])
            for number in range(len(shape.parts))
        ]
        self.lighten([n for n, waits in enumerate(self.waits) if not waits], 0)

    def lighten(self, rules: Iterable[int], by: int = 1) -> None:
        """These rules wait for one thing less."""
        waiting = list(rules)
        while waiting:
            number = waiting.pop()
            self.waits[number] -= by
            by = 1
            if self.waits[number]:
                continue
            head = self.shape.parts[number][2]
            self.unsettled[head] -= 1
            if not self.unsettled[head]:
                waiting += self.asking.get(head, ())

    def take(self, group: int) -> None:
        shape, left = self.shape, self.left
        del left[group]
        self.beside.pop(group, None)
        rules = shape.rules_of_group[group]
        self.lighten(rules)
        done = []
        for number in rules:
            self.missing[number] -= 1
            for other in shape.parts[number][0]:
                if other in left:
                    self.beside[other] = None
            if not self.missing[number]:
                done.append(number)
        while done:
            number = done.pop()
            _, body, head = shape.parts[number]
            for row in {*body, head}:
                self.open[row] -= 1
                if row in self.touched:
                    continue
                self.touched[row] = len(self.touched)
                for near in shape.rules_of_row[row]:
                    groups, needs, _ = shape.parts[near]
                    for other in groups:
                        if other in left:
                            self.beside[other] = None
                    # A rule without a group comes with the first row of its body.
                    if not groups and row in needs and not self.missing[near]:
                        self.missing[near] = -1
                        done.append(near)

    def best(self) -> int | None:
        """Of the groups beside what is remembered, or else of all, the one that leaves least.

        A choice that matters only together with rows that are not settled would have to be
        remembered as a function of them. So groups come after all that their rules need, where
        that can be.
        """
        if not self.left:
            return None
        found = self.least(self.beside, True)
        if found is None:
            found = self.demanded(list(self.beside or self.left)[:COMPARED])
        return found

    def demanded(self, targets: Sequence[int]) -> int | None:
        """A group with which to begin, on the shortest way to one of the targets."""
        ways = [self.needs(target) for target in targets]
        shortest: list[int] = min(ways, key=len)
        found = self.least(shortest, True)
        return self.least(targets, False) if found is None else found

    def needs(self, target: int) -> list[int]:
        """The groups that come before the target, and the target."""
        shape, left = self.shape, self.left
        rows: set[int] = set()
        found = {target: None}
        waiting = list(shape.rules_of_group[target])
        for number in waiting:
            found.update(dict.fromkeys(self.hubs(number, target)))
        while waiting:
            for row in shape.lower[waiting.pop()]:
                if row not in rows and self.unsettled.get(row):
                    rows.add(row)
                    for number in self.shape.rules_of_head[row]:
                        waiting.append(number)
                        for group in shape.parts[number][0]:
                            if group in left:
                                found[group] = None
        return list(found)

    def hubs(self, number: int, group: int) -> list[int]:
        """The groups left in a rule that more rules use than this one, and which come before it:
        their choice is remembered once, this one would be for each of their rules."""
        rules = self.shape.rules_of_group
        own = len(rules[group])
        others = self.shape.parts[number][0]
        return [other for other in others if other in self.left and len(rules[other]) > own]

    def least(self, candidates: Iterable[int], settled: bool) -> int | None:
        shape, touched = self.shape, self.touched
        best, best_score = None, (0.0, 0)
        compared = 0
        weight = shape.weight
        for group in candidates:
            closing: dict[int, int] = {}
            kept = unsure = 0
            for number in shape.rules_of_group[group]:
                if self.missing[number] > 1:
                    kept = 1
                    unsure += bool(self.hubs(number, group))
                    continue
                unsure += self.waits[number] - 1
                _, body, head = shape.parts[number]
                for row in {*body, head}:
                    closing[row] = closing.get(row, 0) + 1
            if settled and unsure:
                continue
            change = float(kept + min(unsure, 3))
            for row, count in closing.items():
                if self.open[row] == count:
                    if row in touched:
                        change -= weight[row]
                elif row not in touched:
                    change += weight[row]
            age = min([touched[row] for row in closing if row in touched], default=len(touched))
            score = (change, age)
            if best is None or score < best_score:
                best, best_score = group, score
            compared += 1
            if compared == COMPARED:
                break
        return best


def _cost(shape: Shape, order: Sequence[int]) -> tuple[float, float]:
    """About the logarithm of how many states there are at the widest place; and of their sum."""
    place = {group: i for i, group in enumerate(order)}
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    headed: dict[int, int] = {}
    spans = [[0.0, 0.0] for _ in range(len(order) + 1)]
    until = dict(place)
    for groups, body, head in shape.parts:
        level = max((place[group] for group in groups), default=-1)
        for group in groups:
            until[group] = max(until[group], level)
        if level < 0:
            continue
        for row in {*body, head}:
            first[row] = min(first.get(row, level), level)
            last[row] = max(last.get(row, level), level)
        headed[head] = max(headed.get(head, level), level)
    for group, level in until.items():
        if level > place[group]:
            bits = log2(len(shape.graph.groups[group]) + 1)
            spans[place[group]][0] += bits
            spans[level][0] -= bits
    for row, level in first.items():
        bits = shape.weight[row]
        spans[level][0] += bits
        spans[last[row]][0] -= bits
        spans[level][1] += bits
        spans[min(last[row], headed.get(row, last[row]))][1] -= bits
    widest = total = 0.0
    known = unsure = 0.0
    for more, more_unsure in spans:
        known += more
        unsure += more_unsure
        width = known + unsure * known / 4.0
        widest = max(widest, width)
        total += 2.0 ** min(width, 60.0)
    return widest, total
