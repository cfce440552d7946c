"""The many-valued variables of a ground program, and its meaning as a product of tables over them.

    x1 ← g1, y1    x2 ← g2, y1      g1, g2: alternatives of one switch         variables  y, x
    x1 ← h1, y2    x2 ← h2, y2      h1, h2: of another                         tables     p(x | y)

A switch is one variable. Rows that differ in an alternative of one switch are values of one
variable, too, where no more than one of them holds in any world, or as many sets of them as they
are. A switch that only the rules of one such family look at disappears in the family's table. So
the clauses of a Bayesian network become its own tables again, and exclusion costs nothing.

A row whose table would be larger than the rules that say it becomes a chain of small tables: the
first body holds, or the second, ... Rows that rest on themselves have no such tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product as combinations
from math import prod

import numpy as np

from trivium.analyse.strata import components
from trivium.probability.derivations import Derivations
from trivium.probability.inference.diagram import TooMany
from trivium.probability.inference.tables import Factor, Product, Table

Body = tuple[int, ...]
# Of variables the values, as bits, that a body allows.
Allowed = dict[int, int]
# How probable each set of rows is, as bits by their place in the family.
Chances = dict[int, float]

# A table may have so many cells for each literal that says it, or so many in any case: of one row,
# and of a family, whose rows would lose their exclusion.
ROW_CELLS, FAMILY_CELLS = (4, 256), (16, 4_096)
# Choices of switches that are looked at together, for one cell; cells that bodies speak of.
TOGETHER, SPOKEN = 1_024, 4_000_000
# So large the table of one link of a chain may be, where it speaks of more than two variables.
LINK = 256
# How often families are looked for that differ in a value of another family.
ROUNDS = 3


class Variables:
    """A ground program as a product of tables.

    `values` gives of each node that is asked for, or looked at, its variable and the values, as
    bits, in which it holds.
    """

    def __init__(
        self, graph: Derivations, asked: Collection[int], check: Callable[[int], None]
    ) -> None:
        """Raises TooMany where rows rest on themselves, or where tables would be too large;
        `check` is called now and then, and may raise."""
        self.graph = graph
        self.alternatives = len(graph.weights)
        self.group_of = {node: n for n, group in enumerate(graph.groups) for node in group}
        self.sizes: list[int] = []
        self.factors: list[Factor] = []
        self.values: dict[int, tuple[int, int]] = {}
        self.switches: dict[int, int] = {}  # the variables of groups
        self.filled: list[Filled] = []
        self.bodies: dict[int, list[Body]] = {
            node: [] for node in range(self.alternatives, graph.nodes)
        }
        for head, body in graph.rules:
            self.bodies[head].append(body)
        self.same = _plain(self.bodies, [_node(x) for x in asked], self.group_of)
        families = _families(self.bodies, self.group_of)
        nodes = [self.same.get(node, node) for node in map(_node, asked)]
        self.shared = self._shared(families, nodes)
        for family in families:
            check(len(self.factors))
            self._family(family)
        for node in nodes:
            if node < self.alternatives:
                self._switch(self.group_of[node])
        self.product = Product(self.sizes, self.factors)

    def allowed(self, literal: int) -> tuple[int, int]:
        """The variable of a literal, and the values, as bits, in which it holds."""
        node = _node(literal)
        variable, bits = self.values[self.same.get(node, node)]
        return variable, bits if literal >= 0 else ~bits & ((1 << self.sizes[variable]) - 1)

    def mask(self, literal: int) -> tuple[int, Table]:
        """The variable of a literal, and of each of its values whether the literal holds."""
        variable, bits = self.allowed(literal)
        return variable, np.array([float(bits >> n & 1) for n in range(self.sizes[variable])])

    # --- variables -------------------------------------------------------------------------------

    def _shared(self, families: Sequence[Sequence[int]], asked: Sequence[int]) -> set[int]:
        """The groups that more than one family looks at, or that are asked for themselves."""
        user: dict[int, int] = {}
        shared = {self.group_of[node] for node in asked if node < self.alternatives}
        for number, family in enumerate(families):
            for head in family:
                for body in self.bodies[head]:
                    for literal in body:
                        group = self.group_of.get(_node(literal))
                        if group is not None and user.setdefault(group, number) != number:
                            shared.add(group)
        return shared

    def _variable(self, size: int) -> int:
        self.sizes.append(size)
        return len(self.sizes) - 1

    def _switch(self, group: int) -> int:
        """The variable of a group."""
        found = self.switches.get(group)
        if found is None:
            weights = self._weights(group)
            found = self.switches[group] = self._variable(len(weights))
            self.factors.append(Factor((found,), np.array(weights)))
            for place, node in enumerate(self.graph.groups[group]):
                self.values[node] = (found, 1 << place)
        return found

    def _weights(self, group: int) -> list[float]:
        """The probabilities of a group's alternatives, and of choosing none where that may be."""
        weights = [self.graph.weights[node] for node in self.graph.groups[group]]
        rest = 1.0 - sum(weights)
        return [*weights, rest] if rest > 1e-15 else weights

    # --- families --------------------------------------------------------------------------------

    def _family(self, heads: Sequence[int]) -> None:
        """The tables of rows that may be values of one variable."""
        rules = _Rules(self, heads)
        try:
            if self._table(rules):
                return
            parts = rules.apart()
        except TooMany:
            parts = [[head] for head in heads]
        if len(heads) == 1:
            self._chain(heads[0])
            return
        self.shared |= self._shared(parts, ())
        for part in parts:
            self._family(part)

    def _table(self, rules: _Rules) -> bool:
        """One table of a family, given what its bodies look at; False where more sets of its rows
        hold than where they exclude each other. Raises TooMany for a table that is too large."""
        heads = rules.heads
        parents = sorted(rules.parents)
        shape = [self.sizes[one] for one in parents]
        cells = prod(shape)
        each, least = ROW_CELLS if len(heads) == 1 else FAMILY_CELLS
        if cells > max(each * rules.literals, least):
            raise TooMany
        blocks: list[list[int]] = [[] for _ in range(cells)]
        spoken = 0
        for number, condition in enumerate(rules.conditions):
            for cell in _cells(dict(condition), parents, shape):
                blocks[cell].append(number)
                spoken += 1
                if spoken > SPOKEN:
                    raise TooMany
        found: dict[tuple[int, ...], Chances] = rules.found
        sets: dict[int, int] = {}
        at: list[int] = []
        columns: list[int] = []
        chances: list[float] = []
        for cell, own in enumerate(blocks):
            key = tuple(own)
            known = found.get(key)
            if known is None:
                known = found[key] = rules.chances(key)
                for rows in known:
                    sets.setdefault(rows, len(sets))
            for rows, chance in known.items():
                at.append(cell)
                columns.append(sets[rows])
                chances.append(chance)
        if len(parents) == 1 and len(at) == cells:
            # Each value of the one parent settles all rows: they are sets of its values.
            rows_of = list(sets)
            for place, head in enumerate(heads):
                bits = sum([1 << cell for cell, n in enumerate(columns) if rows_of[n] >> place & 1])
                self.values[head] = (parents[0], bits)
            return True
        if len(sets) > 1 + max(map(len, rules.apart())):
            return False
        table = np.zeros((cells, len(sets)))
        table[at, columns] = chances
        variable = self._variable(len(sets))
        self.filled.append(Filled(len(self.factors), rules, blocks, sets))
        self.factors.append(Factor((*parents, variable), table.reshape(*shape, len(sets))))
        for place, head in enumerate(heads):
            bits = sum([1 << n for rows, n in sets.items() if rows >> place & 1])
            self.values[head] = (variable, bits)
        return True

    # --- chains ----------------------------------------------------------------------------------

    def _chain(self, head: int) -> None:
        """A row as its bodies one after the other: the first holds, or the second, ...."""
        before: tuple[int, int] | None = None
        for body in self.bodies[head]:
            for literal in body:
                group = self.group_of.get(_node(literal))
                if group is not None:
                    self._switch(group)
            allowed = self.met(body)
            if allowed is None:
                continue
            variable = self._holds(allowed, before)
            before = (variable, 0b10)
        if before is None:
            before = (self._fact(False), 0b10)
        self.values[head] = before

    def _fact(self, truth: bool) -> int:
        variable = self._variable(2)
        self.factors.append(Factor((variable,), np.array([1.0 - truth, float(truth)])))
        return variable

    def _holds(self, allowed: Allowed, before: tuple[int, int] | None) -> int:
        """The variable, no or yes, of a body that holds, or of what held before."""
        left = dict(allowed)
        while prod([self.sizes[one] for one in left]) > LINK and len(left) > 2:
            first: Allowed = {}
            for one in list(left):
                if len(first) > 1 and prod([self.sizes[x] for x in (*first, one)]) > LINK:
                    break
                first[one] = left.pop(one)
            left = {self._link(first, None): 0b10, **left}
        return self._link(left, before)

    def _link(self, allowed: Allowed, before: tuple[int, int] | None) -> int:
        scope = list(allowed)
        table = np.ones([self.sizes[one] for one in scope])
        for axis, (one, bits) in enumerate(allowed.items()):
            holds = np.array([float(bits >> n & 1) for n in range(self.sizes[one])])
            table *= holds.reshape([-1 if n == axis else 1 for n in range(len(scope))])
        if before is not None:
            scope.append(before[0])
            table = np.stack((table, np.ones_like(table)), axis=-1)
        variable = self._variable(2)
        both = np.stack((1.0 - table, table), axis=-1)
        self.factors.append(Factor((*scope, variable), both))
        return variable

    def met(self, body: Body) -> Allowed | None:
        """What a body allows of the variables it looks at; None if that is nothing."""
        found: Allowed = {}
        for literal in body:
            variable, bits = self.allowed(literal)
            found[variable] = found.get(variable, bits) & bits
            if not found[variable]:
                return None
        return found


@dataclass(frozen=True, slots=True)
class Filled:
    """A family's table: which factor it is, of its rules, which blocks of bodies each cell speaks
    of, and which value each set of rows is."""

    factor: int
    rules: _Rules
    blocks: Sequence[Sequence[int]]
    sets: Mapping[int, int]

    def expected(self, slopes: Table) -> Iterator[tuple[int, list[float]]]:
        """Of each private group how often each of its values is expected to have been chosen where
        it mattered; `slopes` are the derivatives of the table's cells."""
        by_key: dict[tuple[int, ...], Table] = {}
        for own, cell in zip(self.blocks, slopes.reshape(-1, len(self.sets)), strict=True):
            key = tuple(own)
            known = by_key.get(key)
            by_key[key] = cell if known is None else known + cell
        for key, slope in by_key.items():
            for group in self.rules.groups(key):
                weights = self.rules.weights[group]
                yield (
                    group,
                    [
                        weight * self._slope(key, slope, group, n) if weight > 0.0 else 0.0
                        for n, weight in enumerate(weights)
                    ],
                )

    def _slope(self, key: tuple[int, ...], slope: Table, group: int, value: int) -> float:
        """The derivative of a value's weight."""
        told = self.rules.weights[group]
        self.rules.weights[group] = [float(n == value) for n in range(len(told))]
        found = self.rules.chances(key)
        self.rules.weights[group] = told
        return sum([chance * float(slope[self.sets[rows]]) for rows, chance in found.items()])


class _Rules:
    """The rules of one family: what its bodies look at, and what their private choices give.

    `conditions` are the different ones that bodies have on variables; `parents` those variables;
    `private` the groups that no other family looks at.
    """

    def __init__(self, variables: Variables, heads: Sequence[int]) -> None:
        self.heads = heads
        self.variables = variables
        self.parents: set[int] = set()
        self.private: set[int] = set()
        self.literals = 0
        self.weights: dict[int, list[float]] = {}
        known: dict[tuple[tuple[int, int], ...], list[tuple[int, Allowed]]] = {}
        for place, head in enumerate(heads):
            for body in variables.bodies[head]:
                self.literals += len(body) + 1
                parted = self._parted(body)
                if parted is not None:
                    condition, choice = parted
                    self.parents.update(condition)
                    known.setdefault(tuple(sorted(condition.items())), []).append(
                        (1 << place, choice)
                    )
        # Of bodies that meet in one cell, how probable each set of rows is.
        self.found: dict[tuple[int, ...], Chances] = {}
        self.conditions = list(known)
        self.own = list(known.values())

    def _parted(self, body: Body) -> tuple[Allowed, Allowed] | None:
        """What a body needs of variables, and of private groups; None if it cannot hold."""
        variables = self.variables
        left: list[int] = []
        choice: Allowed = {}
        for literal in body:
            node = _node(literal)
            group = variables.group_of.get(node)
            if group is None:
                left.append(literal)
            elif group in variables.shared:
                variables._switch(group)
                left.append(literal)
            else:
                self.private.add(group)
                if group not in self.weights:
                    self.weights[group] = variables._weights(group)
                bits = 1 << variables.graph.groups[group].index(node)
                if literal < 0:
                    bits = ~bits & ((1 << len(self.weights[group])) - 1)
                choice[group] = choice.get(group, bits) & bits
                if not choice[group]:
                    return None
        condition = variables.met(tuple(left))
        return None if condition is None else (condition, choice)

    def groups(self, blocks: Sequence[int]) -> set[int]:
        """The private groups that the bodies of these blocks look at."""
        return {g for block in blocks for _, choice in self.own[block] for g in choice}

    def apart(self) -> list[list[int]]:
        """The rows, in as few parts as are easily found of which each holds rows that exclude each
        other."""
        meets = [0] * len(self.heads)
        for rows in {rows for known in self.found.values() for rows in known}:
            for place in range(len(self.heads)):
                if rows >> place & 1:
                    meets[place] |= rows
        parts: list[tuple[int, list[int]]] = []
        for place, head in enumerate(self.heads):
            for n, (members, own) in enumerate(parts):
                if not members & meets[place]:
                    parts[n] = (members | 1 << place, [*own, head])
                    break
            else:
                parts.append((1 << place, [head]))
        return [own for _, own in parts]

    def chances(self, blocks: Sequence[int]) -> Chances:
        """How probable each set of heads is where the bodies of these blocks, and no others, may
        hold."""
        found: Chances = {0: 1.0}
        for bodies in _together([body for block in blocks for body in self.own[block]]):
            added = self._chosen(bodies)
            if len(found) == 1 and 0 in found:
                found = added
                continue
            both: Chances = {}
            for rows, chance in found.items():
                for more, share in added.items():
                    both[rows | more] = both.get(rows | more, 0.0) + chance * share
            if len(both) > TOGETHER:
                raise TooMany
            found = both
        return found

    def _chosen(self, bodies: Sequence[tuple[int, Allowed]]) -> Chances:
        """The same for bodies whose groups belong together."""
        groups = list(dict.fromkeys([group for _, choice in bodies for group in choice]))
        if prod([len(self.weights[group]) for group in groups]) > TOGETHER:
            raise TooMany
        found: Chances = {}
        for values in combinations(*[range(len(self.weights[group])) for group in groups]):
            chance = prod([self.weights[g][n] for g, n in zip(groups, values, strict=True)])
            if chance <= 0.0:
                continue
            chosen = dict(zip(groups, values, strict=True))
            rows = 0
            for head, choice in bodies:
                if all(bits >> chosen[group] & 1 for group, bits in choice.items()):
                    rows |= head
            found[rows] = found.get(rows, 0.0) + chance
        return found


def _together(bodies: Sequence[tuple[int, Allowed]]) -> Iterator[list[tuple[int, Allowed]]]:
    """Bodies that share groups, directly or through others, together."""
    parts: list[tuple[set[int], list[tuple[int, Allowed]]]] = []
    for head, choice in bodies:
        groups, own = set(choice), [(head, choice)]
        others = []
        for part in parts:
            if part[0].isdisjoint(groups):
                others.append(part)
            else:
                groups |= part[0]
                own = part[1] + own
        parts = [*others, (groups, own)]
    for _, own in parts:
        yield own


def _cells(condition: Mapping[int, int], parents: Sequence[int], shape: Sequence[int]) -> list[int]:
    """The numbers of the cells in which a condition on the parents holds."""
    found = [0]
    for one, size in zip(parents, shape, strict=True):
        bits = condition.get(one)
        values = range(size) if bits is None else [n for n in range(size) if bits >> n & 1]
        if len(values) == 1:
            (value,) = values
            found = [cell * size + value for cell in found]
        else:
            found = [cell * size + value for cell in found for value in values]
        if len(found) > SPOKEN:
            raise TooMany
    return found


# --- which rows are values of one variable -------------------------------------------------------


def _plain(
    bodies: dict[int, list[Body]], asked: Collection[int], group_of: Mapping[int, int]
) -> dict[int, int]:
    """Of rows that say what another row says, that row.

    Their own bodies are dropped, and the others are written without them; and without the rows
    that only name one body, wherever that is used. Raises TooMany for rows that rest on themselves.
    """
    needs = {
        head: list(dict.fromkeys([n for body in own for n in map(_node, body) if n in bodies]))
        for head, own in bodies.items()
    }
    names = _names(bodies, set(asked), group_of)
    named: dict[int, Body] = {}
    found: dict[int, int] = {}
    known: dict[frozenset[Body], int] = {}
    for component in components(needs):
        head = component[0]
        if len(component) > 1 or head in needs[head]:
            raise TooMany
        if any(node in found or node in named for node in needs[head]):
            bodies[head] = [_written(body, found, named) for body in bodies[head]]
        if head in names:
            (named[head],) = bodies.pop(head)
            continue
        first = known.setdefault(frozenset([tuple(sorted(set(b))) for b in bodies[head]]), head)
        if first != head:
            found[head] = first
            del bodies[head]
    return found


def _names(
    bodies: Mapping[int, Sequence[Body]], asked: Collection[int], group_of: Mapping[int, int]
) -> set[int]:
    """The rows of one body that nobody asks for, and that are used once, or once with each of the
    alternatives of one group."""
    found = {head for head, own in bodies.items() if len(own) == 1 and head not in asked}
    uses: dict[int, list[set[int]]] = {head: [] for head in found}
    for own in bodies.values():
        for body in own:
            for literal in body:
                if literal in uses:
                    uses[literal].append({group_of[x] for x in body if x in group_of})
                elif ~literal in uses:
                    found.discard(~literal)
    return {head for head in found if len(uses[head]) < 2 or set.intersection(*uses[head])}


def _written(body: Body, found: Mapping[int, int], named: Mapping[int, Body]) -> Body:
    literals: list[int] = []
    for literal in body:
        if literal in named:
            literals += named[literal]
        elif literal >= 0:
            literals.append(found.get(literal, literal))
        else:
            literals.append(~found.get(~literal, ~literal))
    return tuple(dict.fromkeys(literals))


def _node(literal: int) -> int:
    return literal if literal >= 0 else ~literal


def _families(bodies: Mapping[int, Sequence[Body]], group_of: Mapping[int, int]) -> list[list[int]]:
    """The rows in families, those that others need first. Raises TooMany for rows that rest on
    themselves."""
    family = {head: head for head in bodies}

    def find(head: int) -> int:
        while family[head] != head:
            family[head] = family[family[head]]
            head = family[head]
        return head

    for _ in range(ROUNDS):
        united = False
        first: dict[tuple[Body, int], int] = {}
        for head, own in bodies.items():
            for body in own:
                for place, literal in enumerate(body):
                    if literal < 0:
                        continue
                    group = group_of.get(literal)
                    kind = -1 - find(literal) if group is None else group
                    other = first.setdefault((body[:place] + body[place + 1 :], kind), head)
                    a, b = find(head), find(other)
                    if a != b:
                        family[a] = b
                        united = True
        if not united:
            break
    members: dict[int, list[int]] = {}
    for head in bodies:
        members.setdefault(find(head), []).append(head)
    return _sorted(members, {head: find(head) for head in bodies}, bodies)


def _sorted(
    members: dict[int, list[int]], family: dict[int, int], bodies: Mapping[int, Sequence[Body]]
) -> list[list[int]]:
    """Families after those that they need; one in a circle is parted into its rows."""
    while True:
        needs = {
            one: list(
                dict.fromkeys(
                    [
                        family[node]
                        for head in own
                        for body in bodies[head]
                        for literal in body
                        if (node := _node(literal)) in family
                    ]
                )
            )
            for one, own in members.items()
        }
        circles = [c for c in components(needs) if len(c) > 1 or c[0] in needs[c[0]]]
        if not circles:
            return [members[c[0]] for c in components(needs)]
        parted = [one for circle in circles for one in circle if len(members[one]) > 1]
        if not parted:
            raise TooMany
        for one in parted:
            for head in members.pop(one):
                members[head], family[head] = [head], head
