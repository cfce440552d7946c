"""Running the steps of a plan over relations as they were before an update, or as they are.

A row that is not there at the moment that is read matches nothing; relations that are not kept,
such as the change that a rule starts from, are read as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from trivium.engine.bindings import Bindings
from trivium.engine.contract import Column, Mask, Rows
from trivium.engine.evaluate import Evaluator
from trivium.engine.relation import Stored
from trivium.ir.nodes import Var
from trivium.maintain.kept import Kept, Moment
from trivium.plan.steps import Absent, Match


class Reader(Evaluator):
    """An evaluator of one `moment`; of the relations in `past`, always of the one before."""

    moment = Moment.AFTER
    past: Collection[str] = ()

    def match(self, step: Match, bindings: Bindings) -> Bindings | None:
        if step.exists and any(isinstance(term, Var) for _, term in step.keys) and not step.equal:
            columns = tuple(column for column, _ in step.keys)
            keys = self.key_columns(step.keys, bindings)
            return bindings.where(self._there(step.relation, columns, keys, bindings.length))
        return super().match(step, bindings)

    def has_match(self, step: Absent, bindings: Bindings) -> Mask:
        columns = tuple(column for column, _ in step.keys)
        keys = self.key_columns(step.keys, bindings)
        return self._there(step.relation, columns, keys, bindings.length)

    def _there(
        self, relation: str, columns: tuple[int, ...], keys: Sequence[Column], length: int
    ) -> Mask:
        """For which keys a row is there."""
        stored = self.relations[relation]
        left, right = self.backend.probe(stored.index(columns), keys, length).expand()
        return self.backend.scatter(length, False, left[self._read(stored, right)], True)

    def _takes_all(self, step: Match, stored: Stored, bound: tuple[int, ...]) -> bool:
        return not isinstance(stored, Kept) and super()._takes_all(step, stored, bound)

    def _scan(self, step: Match, stored: Stored, rows: Rows, filled: Sequence[int]) -> Rows:
        found = super()._scan(step, stored, rows, filled)
        return found[self._read(stored, found)]

    def _within(
        self, step: Match, stored: Stored, left: Rows, right: Rows, start: int, stop: int
    ) -> tuple[Rows, Rows]:
        left, right = super()._within(step, stored, left, right, start, stop)
        read = self._read(stored, right)
        return (left, right) if read.all() else (left[read], right[read])

    def _read(self, stored: Stored, rows: Rows) -> Mask:
        if isinstance(stored, Kept):
            past = stored.relation.name in self.past
            numbers = self.backend.host(rows)
            there = stored.reads(numbers, Moment.BEFORE if past else self.moment)
            return self.backend.own(there)
        return self.backend.constant(True, len(rows))
