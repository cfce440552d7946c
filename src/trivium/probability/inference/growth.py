"""Orders of groups, grown greedily: which group leaves least to remember, and what an order costs.

The definition, in plain Python, of what the native engine does where it was built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import log2

from trivium.probability.inference.shape import Shape, rule_levels

# Of the groups next to what is remembered, how many are compared.
COMPARED = 40


class Growth:
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
        # A rule without a group comes when all rows of its body have been spoken of.
        self.bare: dict[int, list[int]] = {}
        self.bare_rows: dict[int, int] = {}
        for number in shape.bare:
            rows = shape.lower[number] or shape.parts[number][1]
            self.bare_rows[number] = len(rows)
            for row in rows:
                self.bare.setdefault(row, []).append(number)
        self.waits = [
            self.missing[number]
            + len([row for row in shape.lower[number] if row in self.unsettled])
            for number in range(len(shape.parts))
        ]
        for number in [n for n, waits in enumerate(self.waits) if not waits]:
            self.settle(number)

    def settle(self, number: int) -> None:
        """A rule waits for nothing more."""
        waiting = [number]
        while waiting:
            head = self.shape.parts[waiting.pop()][2]
            self.unsettled[head] -= 1
            for asking in self.asking.get(head, ()) if not self.unsettled[head] else ():
                self.waits[asking] -= 1
                if not self.waits[asking]:
                    waiting.append(asking)

    def take(self, group: int) -> None:
        shape, left = self.shape, self.left
        del left[group]
        self.beside.pop(group, None)
        rules = shape.rules_of_group[group]
        for number in rules:
            self.waits[number] -= 1
            if not self.waits[number]:
                self.settle(number)
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
            for row in shape.spoken[number]:
                self.open[row] -= 1
                if row in self.touched:
                    continue
                self.touched[row] = len(self.touched)
                for near in shape.rules_of_row[row]:
                    for other in shape.parts[near][0]:
                        if other in left:
                            self.beside[other] = None
                for near in self.bare.get(row, ()):
                    self.bare_rows[near] -= 1
                    if not self.bare_rows[near]:
                        done.append(near)

    def grown(self, start: int) -> Iterator[int]:
        """An order from a start: always the group that leaves least to remember."""
        group = self.demanded([start])
        while group is not None:
            yield group
            self.take(group)
            group = self.best()

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
                for row in shape.spoken[number]:
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


def distances(shape: Shape, start: int) -> dict[int, int]:
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


def cost(shape: Shape, order: Sequence[int]) -> tuple[float, float]:
    """About the logarithm of how many states there are at the widest place; and of their sum."""
    place = {group: i for i, group in enumerate(order)}
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    headed: dict[int, int] = {}
    spans = [[0.0, 0.0] for _ in range(len(order) + 1)]
    until = dict(place)
    levels = rule_levels(shape, place)
    for number, (groups, _, head) in enumerate(shape.parts):
        level = levels[number]
        for group in groups:
            until[group] = max(until[group], level)
        for row in shape.spoken[number]:
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
        total += 2.0 ** min(width, 1000.0)
    return widest, total
