"""The decisions with the greatest expected utility.

    ?::0 umbrella.   0.3::1 rain.   2 wet ← 1, ~0         utilities  wet -60,  umbrella -2
    take the umbrella: -2, where leaving it is -18

What a utility is worth is a table over the decisions that it depends on; the sum of the tables is
maximised by variable elimination. Where a table would be too large, decisions are changed one by
one while that helps, and a bound says how far from the best the result may be.

Source: G. Van den Broeck and others, "DTProbLog: a decision-theoretic probabilistic Prolog", AAAI
2010; R. Dechter, "Bucket elimination", Artificial Intelligence, 1999.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from trivium.engine.limits import Limits
from trivium.probability.circuit import Ints
from trivium.probability.derivations import Derivations
from trivium.probability.grounding.reduce import Truth
from trivium.probability.inference.chance import impossible
from trivium.probability.inference.compile import compile_circuit
from trivium.probability.inference.explore import Watch
from trivium.probability.inference.needed import needed
from trivium.probability.layers import Layers, layered
from trivium.probability.semirings.probability import Probability

# Cells of a table over decisions that are still made, alone and joined; and numbers that the
# evaluation of a circuit holds at once.
TABLE = 1 << 14
JOINED = 1 << 20
BATCH = 1 << 23
# Starts of the search where tables are too large.
STARTS = 8

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decided:
    """What to do: the alternatives `chosen`, what that is worth, and what nothing exceeds."""

    value: float
    bound: float
    chosen: frozenset[int]

    @property
    def is_best(self) -> bool:
        return self.value >= self.bound - 1e-9 * max(1.0, abs(self.bound))


def decide(
    graph: Derivations,
    decisions: Collection[int],
    utilities: Sequence[tuple[Truth, float]],
    evidence: Sequence[int] = (),
    limits: Limits | None = None,
) -> Decided:
    """Of each group of alternatives to decide between at most one, so that the sum of the
    utilities, each times the probability of its literal given the evidence, is greatest.

    Args:
        decisions: alternatives that nobody has given a probability; they make up whole groups.
        utilities: literals, and what it is worth that they hold.

    Raises ProgramError 285 where all decisions make the evidence impossible, LimitError 301 or 303.
    """
    certain = sum(worth for literal, worth in utilities if literal is True)
    worths: dict[int, float] = {}
    for literal, worth in utilities:
        if not isinstance(literal, bool):
            worths[literal] = worths.get(literal, 0.0) + worth
    options = {g: group for g, group in enumerate(graph.groups) if group[0] in decisions}
    watch = Watch(limits)
    terms = [_Term(graph, options, x, worth, evidence, watch) for x, worth in worths.items()]
    tables = [term.table() for term in terms if term.cells <= TABLE]
    wide = [term for term in terms if term.cells > TABLE]
    found = None if wide else _eliminated(tables, {g: len(o) + 1 for g, o in options.items()})
    if found is None:
        value, bound, chosen = _searched(tables, wide, options, watch)
    else:
        value, chosen = found
        bound = value
    if value == -np.inf:
        raise impossible()
    picked = [options[g][place - 1] for g, place in chosen.items() if place]
    return Decided(value + certain, bound + certain, frozenset(picked))


@dataclass(slots=True)
class _Table:
    """What some utilities are worth, an axis for each group; its place 0 is none of it."""

    groups: tuple[int, ...]
    values: Floats


class _Term:
    """A utility, and the decisions that it depends on.

    Utilities share no circuit: what they share is seldom worth the larger states.
    """

    def __init__(
        self,
        graph: Derivations,
        options: dict[int, tuple[int, ...]],
        literal: int,
        worth: float,
        evidence: Sequence[int],
        watch: Watch,
    ) -> None:
        part = needed(graph, [literal, *evidence], range(len(graph.weights)))
        own, *seen = part.literals
        observed = [int(x) for x in seen if x is not True]
        if any(x is False for x in seen):
            raise impossible()
        self.watch = watch
        # What it is worth for certain, and what its probability is multiplied with.
        self.fixed = worth if own is True else 0.0
        self.factor = 0.0 if isinstance(own, bool) else worth
        asked = [] if isinstance(own, bool) else [own]
        self.observed = bool(observed)
        circuit = compile_circuit(part.derivations, asked, observed, limits=watch.limits)
        self.layers: Layers = layered(circuit)
        self.weights = np.array(part.derivations.weights, np.float64)
        place = {node: number for number, node in enumerate(part.origins)}
        # Of each group the rows of its alternatives; one that nothing rests on has no row.
        self.rows = {
            g: [place.get(node, -1) for node in own]
            for g, own in options.items()
            if any(node in place for node in own)
        }
        self.groups = tuple(self.rows)
        self.sizes = [len(rows) + 1 for rows in self.rows.values()]
        self.cells = prod(self.sizes)

    @property
    def bound(self) -> float:
        """No decisions make it worth more."""
        return self.fixed + max(0.0, self.factor)

    def table(self) -> _Table:
        choices = np.indices(self.sizes).reshape(len(self.sizes), self.cells)
        step = max(1, BATCH // self.layers.rows)
        parts = [
            self.worth(choices[:, start : start + step]) for start in range(0, self.cells, step)
        ]
        return _Table(self.groups, np.concatenate(parts).reshape(self.sizes))

    def worth(self, choices: Ints) -> Floats:
        """What each column of choices, a place for each group, is worth."""
        self.watch.check(0)
        count = choices.shape[1]
        weights = np.repeat(self.weights[:, None], count, axis=1)
        for rows, chosen in zip(self.rows.values(), choices, strict=True):
            for number, row in enumerate(rows, 1):
                if row >= 0:
                    weights[row] = chosen == number
        found = self.layers.weigh(Probability(), weights)
        value = self.fixed + self.factor * found[0] if self.factor else np.full(count, self.fixed)
        if not self.observed:
            return value
        with np.errstate(divide="ignore", invalid="ignore"):
            given = self.fixed + self.factor * found[0] / found[-1]
        return np.where(found[-1] > 0.0, given, -np.inf)


# --- variable elimination ------------------------------------------------------------------------


def _eliminated(
    tables: Sequence[_Table], sizes: dict[int, int]
) -> tuple[float, dict[int, int]] | None:
    """The greatest sum, and the place of each group; None where a joined table is too large."""
    open_tables = list(tables)
    order: list[tuple[int, tuple[int, ...], Ints]] = []
    left = {g for table in tables for g in table.groups}
    while left:
        joins = {g: _groups_beside(g, open_tables) for g in left}
        group = min(left, key=lambda g: (prod([sizes[x] for x in joins[g]]), g))
        others = joins[group]
        if prod([sizes[x] for x in (*others, group)]) > JOINED:
            return None
        own = [table for table in open_tables if group in table.groups]
        joined = _joined(own, (*others, group))
        order.append((group, others, joined.argmax(axis=-1)))
        open_tables = [table for table in open_tables if group not in table.groups]
        open_tables.append(_Table(others, joined.max(axis=-1)))
        left.remove(group)
    value = float(sum(float(table.values) for table in open_tables))
    chosen: dict[int, int] = {}
    for group, others, best in reversed(order):
        chosen[group] = int(best[tuple([chosen[x] for x in others])])
    return value, chosen


def _groups_beside(group: int, tables: Sequence[_Table]) -> tuple[int, ...]:
    found = {g for table in tables if group in table.groups for g in table.groups}
    return tuple(sorted(found - {group}))


def _joined(tables: Sequence[_Table], groups: tuple[int, ...]) -> Floats:
    """The sum of tables, with an axis for each of the groups."""
    total: Floats = np.zeros([1] * len(groups))
    for table in tables:
        places = [groups.index(g) for g in table.groups]
        ordered = np.transpose(table.values, np.argsort(places))
        shape = [1] * len(groups)
        for place, size in zip(sorted(places), ordered.shape, strict=True):
            shape[place] = size
        total = total + ordered.reshape(shape)
    return total


# --- search --------------------------------------------------------------------------------------


def _searched(
    tables: Sequence[_Table],
    wide: Sequence[_Term],
    options: dict[int, tuple[int, ...]],
    watch: Watch,
) -> tuple[float, float, dict[int, int]]:
    """Good decisions, their worth, and a bound that nothing exceeds."""
    spoken = [*[table.groups for table in tables], *[term.groups for term in wide]]
    groups = tuple(sorted(set().union(*spoken)))
    sizes = np.array([len(options[g]) + 1 for g in groups])
    where = {g: place for place, g in enumerate(groups)}

    def worth(choices: Ints) -> Floats:
        total = np.zeros(choices.shape[1])
        for table in tables:
            total += table.values[tuple([choices[where[g]] for g in table.groups])]
        for term in wide:
            total += term.worth(choices[[where[g] for g in term.groups]])
        return total

    bound = sum(float(table.values.max()) for table in tables) + sum(t.bound for t in wide)
    random = np.random.default_rng(0)
    best, chosen = -np.inf, 0 * sizes
    for start in range(STARTS):
        # The first start decides nothing, the second something everywhere, the others at random.
        place = 0 * sizes if start == 0 else sizes - 1 if start == 1 else random.integers(sizes)
        value, place = _climbed(worth, place, sizes)
        if value > best:
            best, chosen = value, place
    return float(best), float(bound), dict(zip(groups, chosen.tolist(), strict=True))


def _climbed(worth: Callable[[Ints], Floats], start: Ints, sizes: Ints) -> tuple[float, Ints]:
    """From a start, the best change of one decision as long as one helps."""
    place = start
    value = float(worth(place[:, None])[0])
    while True:
        moves = [
            (g, option)
            for g, size in enumerate(sizes.tolist())
            for option in range(size)
            if option != place[g]
        ]
        changed = np.repeat(place[:, None], len(moves), axis=1)
        for column, (g, option) in enumerate(moves):
            changed[g, column] = option
        values = worth(changed)
        top = int(values.argmax())
        if not values[top] > value + 1e-12:
            return value, place
        value, place = float(values[top]), changed[:, top]
