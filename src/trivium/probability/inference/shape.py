"""What the choice of an order looks at: which groups and rows each ground rule speaks of.

5 ← 4, ~1      ->      parts [((1,), (4,), 5)]: groups, rows of the body, head
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log2

from trivium.analyse.strata import components
from trivium.probability.derivations import Derivations

Part = tuple[tuple[int, ...], tuple[int, ...], int]


@dataclass(frozen=True)
class Shape:
    """What the choice of an order looks at.

    Args:
        parts: of each rule the groups of its body's alternatives, the derived rows of its body,
            both in order, and its head.
        component: of each derived row the number of its strongly connected component; a component
            has a greater number than those that it needs.
    """

    graph: Derivations
    parts: Sequence[Part]
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
        for number, rows in enumerate(self.spoken):
            for row in rows:
                found.setdefault(row, []).append(number)
        return found

    @cached_property
    def rules_of_head(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for number, (_, _, head) in enumerate(self.parts):
            found.setdefault(head, []).append(number)
        return found

    @cached_property
    def spoken(self) -> list[tuple[int, ...]]:
        """Of each rule the rows of its body and its head, in order."""
        return [tuple(sorted({*body, head})) for _, body, head in self.parts]

    @cached_property
    def lower(self) -> list[tuple[int, ...]]:
        """Of each rule the rows of its body that do not depend on its head, in order."""
        component = self.component
        return [
            tuple([row for row in body if component.get(row) != component[head]])
            for _, body, head in self.parts
        ]

    @cached_property
    def bare(self) -> list[int]:
        """The rules without a group, those that others need first."""
        found = [number for number, (groups, _, _) in enumerate(self.parts) if not groups]
        return sorted(found, key=lambda number: self.component[self.parts[number][2]])

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
        for origin in sources.values():
            alike[origin] = alike.get(origin, 0) + 1
        return {row: log2(alike[g] + 1) / alike[g] for row, g in sources.items()}


def shape(graph: Derivations) -> Shape:
    alternatives = len(graph.weights)
    group_of = {node: number for number, group in enumerate(graph.groups) for node in group}
    parts: list[Part] = []
    needs: dict[int, list[int]] = {}
    for head, body in graph.rules:
        groups, rows = set(), set()
        for literal in body:
            node = literal if literal >= 0 else ~literal
            if node < alternatives:
                groups.add(group_of[node])
            else:
                rows.add(node)
        parts.append((tuple(sorted(groups)), tuple(sorted(rows)), head))
        needs.setdefault(head, []).extend(rows)
    component: dict[int, int] = {}
    for number, members in enumerate(components(needs)):
        for node in members:
            component[node] = number
    return Shape(graph, parts, component)


def rule_levels(shape: Shape, place: Mapping[int, int]) -> list[int]:
    """Of each rule the level from which on it is there: that of its last group. One without a
    group comes when all rows of its body have been spoken of."""
    levels = [max([place[g] for g in groups], default=0) for groups, _, _ in shape.parts]
    first: dict[int, int] = {}
    for number, (groups, _, _) in enumerate(shape.parts):
        for row in shape.spoken[number] if groups else ():
            first[row] = min(first.get(row, levels[number]), levels[number])
    for number in shape.bare:
        _, body, head = shape.parts[number]
        levels[number] = max([first[row] for row in body if row in first], default=0)
        first[head] = min(first.get(head, levels[number]), levels[number])
    return levels
