"""What makes rows of a relation go, or never come: choices, subsumption and `.limitsize`.

    .decl wife(man: symbol, woman: symbol) choice-domain man, woman
        of the rows that one rule derives in one round, in the order of their values, each stays
        that agrees with no earlier one in the man, and with none in the woman

    dist(x, d1) <= dist(x, d2) :- d2 < d1.
        after each round a row goes for which there is a better one; of two rows that are both
        better than the other, the one with the lesser values stays

Both orders are of values, not of how an engine came by them: numbers by size, texts by code point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from trivium.engine.bindings import UNIT
from trivium.engine.contract import Column, Rows, Table
from trivium.engine.evaluate import Evaluator
from trivium.engine.relation import Stored
from trivium.ir.nodes import Atom, InputOutput, Rule, Stratum
from trivium.plan.steps import RulePlan

Pairs = tuple[Rows, Rows]
Planner = Callable[[Rule, Iterable[str]], list[RulePlan]]


class Chooser:
    """The values that each choice of one relation has seen."""

    def __init__(self, evaluator: Evaluator, name: str) -> None:
        self.evaluator = evaluator
        self.stored = stored = evaluator.relations[name]
        self.taken: list[set[tuple[int, ...]]] = [set() for _ in stored.relation.choices]
        backend = evaluator.backend
        given = self._admit(stored.columns, backend.numbers(0, stored.length))
        stored.remove(backend.where(backend.scatter(stored.length, True, given, False)))

    def derive(self, tables: Sequence[Table], stamp: int, rule: int) -> int:
        """Add those of the rows of some tables that stay; how many."""
        concatenate = self.evaluator.backend.concatenate
        chosen = self._choose([concatenate(parts) for parts in zip(*tables, strict=True)])
        added = self.stored.derive(chosen, len(chosen[0]), stamp, rule)
        self.evaluator.guard.take(added, self.stored.more_bytes(added))
        return added

    def _choose(self, columns: Sequence[Column]) -> list[Column]:
        """Those of the rows that stay, the least values first."""
        kinds = [column.type for column in self.stored.relation.columns]
        backend, symbols = self.evaluator.backend, self.evaluator.symbols
        keys = [backend.sortable(c, kind, symbols) for c, kind in zip(columns, kinds, strict=True)]
        return backend.gather(columns, self._admit(columns, backend.sort(keys)))

    def _admit(self, columns: Sequence[Column], order: Rows) -> Rows:
        kept = []
        table = [column.tolist() for column in columns]
        for row in order.tolist():
            keys = [
                tuple(table[place][row] for place in choice)
                for choice in self.stored.relation.choices
            ]
            if not any(key in taken for key, taken in zip(keys, self.taken, strict=True)):
                kept.append(row)
                for key, taken in zip(keys, self.taken, strict=True):
                    taken.add(key)
        return self.evaluator.backend.column(kept)


def remove_worse(evaluator: Evaluator, stratum: Stratum, plan: Planner) -> None:
    """Take away the rows for which a better one is there, as far as the last round tells."""
    backend = evaluator.backend
    going: dict[str, list[Pairs]] = {}
    for removal in stratum.removals:
        if evaluator.relations[removal.head.relation].keeps_best:
            continue
        evaluator.guard.rule = removal
        pairs = _pairs(evaluator, removal, plan(_compared(removal), stratum.relations))
        going.setdefault(removal.head.relation, []).append(pairs)
    for name, found in going.items():
        stored = evaluator.relations[name]
        worse, better = map(backend.concatenate, zip(*found, strict=True))
        every = backend.numbers(0, len(worse))
        index = backend.build_index([better, worse], every, len(worse))
        mutual = backend.contains(index, [worse, better], len(worse))
        rows = backend.numbers(0, stored.length)
        order = backend.scatter(stored.length, 0, _by_values(evaluator, stored), rows)
        stored.remove(worse[~mutual | (order[better] < order[worse])])


def _compared(removal: Rule) -> Rule:
    """The removal as a rule that gives both rows, one after the other."""
    args = [atom.args for atom in removal.body[:2] if isinstance(atom, Atom)]
    return replace(removal, head=Atom(removal.head.relation, args[0] + args[1]))


def _pairs(evaluator: Evaluator, removal: Rule, plans: Sequence[RulePlan]) -> Pairs:
    """Each worse row, and one that is better than it."""
    stored, nothing = evaluator.relations[removal.head.relation], evaluator.backend.column(())
    found = [(nothing, nothing)]
    for plan in plans:
        for bindings in evaluator.stream(plan.steps, UNIT):
            columns = evaluator.evaluate_all(plan.head, bindings)
            half = len(columns) // 2
            found.append((_rows(stored, columns[:half]), _rows(stored, columns[half:])))
    worse, better = map(evaluator.backend.concatenate, zip(*found, strict=True))
    others = worse != better
    return worse[others], better[others]


def _rows(stored: Stored, columns: Sequence[Column]) -> Rows:
    """The number of each row, by its values; all are there."""
    left, right = stored.backend.probe(stored.all_rows(), columns, len(columns[0])).expand()
    return stored.backend.scatter(len(columns[0]), 0, left, right)


def _by_values(evaluator: Evaluator, stored: Stored) -> Rows:
    keys = [
        evaluator.backend.sortable(stored.column(place), column.type, evaluator.symbols)
        for place, column in enumerate(stored.relation.columns)
    ]
    return evaluator.backend.sort(keys)


def limits_of(directives: Sequence[InputOutput]) -> dict[str, int]:
    """How many rows of a relation are enough, by `.limitsize`."""
    return {d.relation: int(d.options["n"]) for d in directives if d.kind == "limitsize"}
