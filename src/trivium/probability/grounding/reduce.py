"""A ground program cut down to what some of its nodes depend on.

    before:  0.4::0.  0.5::1.   2 ← 0   3 ← 2, 4   4 ←   5 ← 1   5 ← 5, 2    asked: 3
    after:   0.4::0.            asked: 0            4 is certain, and 3 and 2 say what 0 says

Left out are nodes that nothing asked for depends on, nodes that are certain or cannot hold, rules
that can never apply, and nodes that say what one literal says. No probability changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from trivium.analyse.strata import components
from trivium.probability.derivations import Derivations

Body = tuple[int, ...]
GroundRule = tuple[int, Body]
# A literal of the reduced program, or whether it certainly holds.
Truth = int | bool


@dataclass(frozen=True)
class Ground:
    """A ground program before it is cut down; its fields are those of `Derivations`.

    `learnt` are alternatives that stay even if their weight is 0 or 1 now. `name` writes a node.
    """

    weights: Sequence[float]
    groups: Sequence[tuple[int, ...]]
    nodes: int
    rules: Sequence[GroundRule]
    name: Callable[[int], str] = str
    learnt: frozenset[int] = frozenset()

    @cached_property
    def negates(self) -> bool:
        """Whether any rule has a literal that must not hold."""
        return any(literal < 0 for _, body in self.rules for literal in body)

    @cached_property
    def bodies(self) -> dict[int, list[Body]]:
        """The bodies of each head."""
        found: dict[int, list[Body]] = {}
        for head, body in self.rules:
            if head in found:
                found[head].append(body)
            else:
                found[head] = [body]
        return found


@dataclass(frozen=True, slots=True)
class Reduced:
    """`literals` are those asked for, in the derivation graph; `origins` gives of each of its nodes
    the node of the ground program."""

    derivations: Derivations
    literals: tuple[Truth, ...]
    origins: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Names(Sequence[str]):
    """The names of nodes, written when they are read."""

    origins: tuple[int, ...]
    name: Callable[[int], str]

    def __len__(self) -> int:
        return len(self.origins)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self.name(node) for node in self.origins[place]]
        return self.name(self.origins[place])


def reduce(ground: Ground, asked: Sequence[int]) -> Reduced:
    """The part of a ground program that the literals `asked` depend on."""
    bodies = _needed(ground, asked)
    group_of = _group_of(ground)
    while True:
        known = _settled(ground, bodies)
        meaning = _meanings(bodies, known, len(ground.weights))
        literals = [_resolve(literal, known, meaning) for literal in asked]
        written = _Written(known, meaning, group_of)
        used, seen = _followed(bodies, literals, written, len(ground.weights))
        if not written.contradictions:
            return _numbered(ground, used, seen, literals)
        # Without bodies that contradict themselves more rows may be settled.
        dropped = written.contradictions
        bodies = {n: [body for body in own if body not in dropped] for n, own in bodies.items()}


def _followed(
    bodies: dict[int, list[Body]], literals: Sequence[Truth], written: _Written, alternatives: int
) -> tuple[set[int], dict[int, list[Body]]]:
    """The alternatives that are used, and the bodies of the rows: depth first from the literals,
    so that numbers follow the derivations."""
    seen: dict[int, list[Body]] = {}
    used: set[int] = set()
    waiting = [x if x >= 0 else ~x for x in literals if not isinstance(x, bool)]
    while waiting:
        node = waiting.pop()
        if node < alternatives:
            used.add(node)
            continue
        if node in seen:
            continue
        seen[node] = own = []
        for body in dict.fromkeys(written.bodies(bodies.get(node, ()))):
            own.append(body)
            waiting += [literal if literal >= 0 else ~literal for literal in body]
    return used, seen


def negative_cycle(ground: Ground, asked: Sequence[int]) -> list[int]:
    """Nodes that depend on each other through a negation, as a cycle; empty where none do."""
    bodies = _needed(ground, asked)
    edges = {
        str(node): [str(x if x >= 0 else ~x) for body in own for x in body]
        for node, own in bodies.items()
    }
    for component in components(edges):
        members = {int(name) for name in component}
        for node in members:
            for body in bodies[node]:
                for literal in body:
                    if literal < 0 and ~literal in members:
                        return _way(bodies, ~literal, node)
    return []


def _way(bodies: dict[int, list[Body]], start: int, goal: int) -> list[int]:
    """The shortest way down from one node to another."""
    above = {start: start}
    queue = [start]
    for node in queue:
        for body in bodies[node]:
            for literal in body:
                below = literal if literal >= 0 else ~literal
                if below not in above:
                    above[below] = node
                    queue.append(below)
    path = [goal]
    while path[-1] != start:
        path.append(above[path[-1]])
    return path[::-1]


def _needed(ground: Ground, asked: Sequence[int]) -> dict[int, list[Body]]:
    """The bodies of every node that the literals depend on."""
    every = ground.bodies
    found: dict[int, list[Body]] = {}
    waiting = [literal if literal >= 0 else ~literal for literal in asked]
    none: list[Body] = []
    while waiting:
        node = waiting.pop()
        if node in found:
            continue
        found[node] = own = every.get(node, none)
        for body in own:
            for literal in body:
                below = literal if literal >= 0 else ~literal
                if below not in found:
                    waiting.append(below)
    return found


def _settled(ground: Ground, bodies: dict[int, list[Body]]) -> dict[int, bool]:
    """The nodes that hold in every world, or in none."""
    known: dict[int, bool] = {}
    alone = {group[0] for group in ground.groups if len(group) == 1} - ground.learnt
    for node, weight in enumerate(ground.weights):
        if weight == 0.0 and node not in ground.learnt:
            known[node] = False
        elif weight == 1.0 and node in alone:
            known[node] = True
    alternatives = len(ground.weights)
    while True:
        before = len(known)
        possible = _least(bodies, known, alternatives, True)
        for node in bodies:
            if node >= alternatives and node not in possible:
                known[node] = False
        for node in _least(bodies, known, alternatives, False):
            known.setdefault(node, True)
        if len(known) == before:
            return known


def _least(
    bodies: dict[int, list[Body]], known: dict[int, bool], alternatives: int, hopeful: bool
) -> set[int]:
    """The nodes that hold when all that is not known holds (`hopeful`), or fails."""
    holds = {node for node, value in known.items() if value}
    if hopeful:
        holds.update(range(alternatives))
        holds.difference_update([node for node, value in known.items() if not value])
    missing: list[int] = []
    heads: list[int] = []
    waiting_for: dict[int, list[int]] = {}
    ready: list[int] = []
    for head, own in bodies.items():
        if head in holds:
            continue
        for body in own:
            open_literals = 0
            rule = len(heads)
            for literal in body:
                if literal < 0:
                    value = known.get(~literal)
                    if value or (value is None and not hopeful):
                        break
                elif literal not in holds:
                    open_literals += 1
                    waiting_for.setdefault(literal, []).append(rule)
            else:
                heads.append(head)
                missing.append(open_literals)
                if not open_literals:
                    ready.append(head)
                continue
            heads.append(head)
            missing.append(-1)
    while ready:
        node = ready.pop()
        if node in holds:
            continue
        holds.add(node)
        for rule in waiting_for.get(node, ()):
            missing[rule] -= 1
            if missing[rule] == 0:
                ready.append(heads[rule])
    return holds


def _meanings(
    bodies: dict[int, list[Body]], known: dict[int, bool], alternatives: int
) -> dict[int, int]:
    """The nodes that say what one literal says."""
    found: dict[int, int] = {}
    for node, own in bodies.items():
        if node < alternatives or node in known:
            continue
        left = {
            tuple([x for x in body if (x if x >= 0 else ~x) not in known])
            for body in own
            if not _fails(body, known)
        }
        left.discard((node,))
        if len(left) == 1:
            (body,) = left
            if len(body) == 1 and body[0] not in (node, ~node):
                found[node] = body[0]
    return found


def _fails(body: Body, known: dict[int, bool]) -> bool:
    for literal in body:
        value = known.get(literal if literal >= 0 else ~literal)
        if value is not None and value != (literal >= 0):
            return True
    return False


def _resolve(literal: int, known: dict[int, bool], meaning: dict[int, int]) -> Truth:
    """The literal that says the same, without detours; or whether it holds."""
    positive = literal >= 0
    node = literal if positive else ~literal
    steps = 0
    while node in meaning:
        below = meaning[node]
        positive = positive == (below >= 0)
        node = below if below >= 0 else ~below
        steps += 1
        if steps > len(meaning):
            return not positive  # nodes that only rest on each other never hold
    if node in known:
        return known[node] == positive
    return node if positive else ~node


class _Written:
    """Bodies in the literals that stay; and those that contradict themselves."""

    def __init__(
        self, known: dict[int, bool], meaning: dict[int, int], group_of: dict[int, int]
    ) -> None:
        self.known, self.meaning, self.group_of = known, meaning, group_of
        self.contradictions: set[Body] = set()

    def bodies(self, own: Sequence[Body]) -> Iterator[Body]:
        """Those that can hold."""
        for body in own:
            literals = [_resolve(literal, self.known, self.meaning) for literal in body]
            if any(found is False for found in literals):
                continue
            kept = {found for found in literals if not isinstance(found, bool)}
            if self._contradict(kept):
                self.contradictions.add(body)
            else:
                yield tuple(sorted(kept))

    def _contradict(self, literals: set[int]) -> bool:
        groups: dict[int, int] = {}
        for literal in literals:
            group = self.group_of.get(literal)
            if ~literal in literals or (
                group is not None and groups.setdefault(group, literal) != literal
            ):
                return True
        return False


def _group_of(ground: Ground) -> dict[int, int]:
    """The groups of alternatives that exclude others."""
    return {
        node: number
        for number, group in enumerate(ground.groups)
        if len(group) > 1
        for node in group
    }


def _numbered(
    ground: Ground, used: set[int], seen: dict[int, list[Body]], literals: Sequence[Truth]
) -> Reduced:
    kept = sorted(used)
    alternatives = len(ground.weights)
    derived = [node for node in seen if node >= alternatives]
    number = {node: place for place, node in enumerate([*kept, *derived])}

    def moved(literal: int) -> int:
        return number[literal] if literal >= 0 else ~number[~literal]

    groups = []
    for group in ground.groups:
        members = tuple([number[node] for node in group if node in used])
        if members:
            groups.append(members)
    rules = [
        (number[node], tuple([moved(literal) for literal in body]))
        for node, own in seen.items()
        for body in own
        if node not in body
    ]
    origins = (*kept, *derived)
    graph = Derivations(
        [ground.weights[node] for node in kept],
        groups,
        len(origins),
        rules,
        _Names(origins, ground.name),
    )
    asked = tuple(x if isinstance(x, bool) else moved(x) for x in literals)
    return Reduced(graph, asked, origins)
