"""The order in which groups of choices are looked at, so that little must be remembered.

    rules 4 ← 0    5 ← 4, 1    6 ← 5, 2    7 ← 6, 3        (each number below 4 a group)
    order 0, 1, 2, 3: after each step one row is remembered;   0, 3, 1, 2: up to two

A row is remembered from the first to the last of the rules that speak of it. A good order keeps
what is remembered small at all times: a path decomposition of the graph in which the literals of
a rule are neighbours. Orders are grown greedily from several ends; the best comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from trivium.analyse.strata import components
from trivium.provenance.derivations import Derivations

# How many ends an order is grown from, where the first is not good already.
ENDS = 8
GOOD = 4.0
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
    """Orders of the groups that some rule uses, the best first."""
    used = [g for g, rules in enumerate(shape.rules_of_group) if rules]
    if not used:
        yield ()
        return
    found: dict[tuple[int, ...], tuple[float, float]] = {}
    for start in _ends(shape, used):
        order = tuple(_grown(shape, start, used))
        if order not in found:
            found[order] = _cost(shape, order)
            if found[order][0] <= GOOD:
                break
    yield from sorted(found, key=lambda order: found[order])


def _ends(shape: Shape, used: Sequence[int]) -> list[int]:
    """Groups to start from: far from each other, the first far from any."""
    far = _distances(shape, used[0])
    ends = [max(used, key=lambda g: far.get(g, -1)), used[0]]
    near = _distances(shape, ends[0])
    while len(ends) < min(ENDS, len(used)):
        for g, d in _distances(shape, ends[-1]).items():
            near[g] = min(near.get(g, d), d)
        ends.append(max((g for g in used if g not in ends), key=lambda g: near.get(g, -1)))
    return list(dict.fromkeys(ends))


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
    left = dict.fromkeys(used)
    open_rules = {row: len(rules) for row, rules in shape.rules_of_row.items()}
    missing = [len(groups) for groups, _, _ in shape.parts]
    touched: dict[int, int] = {}  # rows remembered, and when they came
    beside: dict[int, None] = {}  # groups next to them
    lower = _lower(shape)
    group: int | None = start
    while group is not None:
        yield group
        del left[group]
        beside.pop(group, None)
        for number in shape.rules_of_group[group]:
            missing[number] -= 1
            groups, body, head = shape.parts[number]
            for other in groups:
                if other in left:
                    beside[other] = None
            if missing[number]:
                continue
            for row in {*body, head}:
                touched.setdefault(row, len(touched))
                open_rules[row] -= 1
                for near in shape.rules_of_row[row]:
                    for other in shape.parts[near][0]:
                        if other in left:
                            beside[other] = None
        group = _next(shape, left, beside, touched, open_rules, missing, lower)


def _lower(shape: Shape) -> list[frozenset[int]]:
    """Of each rule the rows of its body that do not depend on its head."""
    component = shape.component
    return [
        frozenset(row for row in body if component.get(row) != component[head])
        for _, body, head in shape.parts
    ]


def _next(
    shape: Shape,
    left: dict[int, None],
    beside: dict[int, None],
    touched: dict[int, int],
    open_rules: dict[int, int],
    missing: list[int],
    lower: list[frozenset[int]],
) -> int | None:
    if not left:
        return None
    best, best_score = None, (0.0, 0)
    candidates = list(beside or left)[:COMPARED]
    for group in candidates:
        closing: dict[int, int] = {}
        kept = unsure = 0
        for number in shape.rules_of_group[group]:
            _, body, head = shape.parts[number]
            if missing[number] > 1:
                kept = 1
                continue
            for row in {*body, head}:
                closing[row] = closing.get(row, 0) + 1
            # A choice below what is not settled is a function of it: much to remember.
            unsure += sum(1 for row in lower[number] if open_rules[row] > closing.get(row, 0))
        change = kept + min(unsure, 3)
        for row, count in closing.items():
            if open_rules[row] == count:
                change -= row in touched
            else:
                change += row not in touched
        age = min((touched[row] for row in closing if row in touched), default=len(touched))
        score = (change, age)
        if best is None or score < best_score:
            best, best_score = group, score
    return best


def _cost(shape: Shape, order: Sequence[int]) -> tuple[float, float]:
    """About the logarithm of how many states there are at the widest place; and of their sum."""
    place = {group: i for i, group in enumerate(order)}
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    headed: dict[int, int] = {}
    spans = [[0, 0] for _ in range(len(order) + 1)]
    for groups, body, head in shape.parts:
        level = max((place[group] for group in groups), default=-1)
        for group in groups:
            if place[group] < level:
                spans[place[group]][0] += 1
                spans[level][0] -= 1
        if level < 0:
            continue
        for row in {*body, head}:
            first[row] = min(first.get(row, level), level)
            last[row] = max(last.get(row, level), level)
        headed[head] = max(headed.get(head, level), level)
    for row, level in first.items():
        spans[level][0] += 1
        spans[last[row]][0] -= 1
        spans[level][1] += 1
        spans[min(last[row], headed.get(row, last[row]))][1] -= 1
    widest = total = 0.0
    known = unsure = 0
    for more, more_unsure in spans:
        known += more
        unsure += more_unsure
        width = known + unsure * known / 4.0
        widest = max(widest, width)
        total += 2.0 ** min(width, 60.0)
    return widest, total
