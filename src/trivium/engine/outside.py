"""Relations answered from outside: what a run needs to know of them is asked when it needs it.

    reach(y) :- reach(x), edges_of(x, y).          edges_of is a Python function
    round 1     reach(1)             edges_of is asked about 1
    round 2     reach(2), reach(3)   and about 2 and 3, in one batch; 1 is known

Such a relation is a fixed table that is revealed input by input. The step of a plan that reads it
first asks its provider about the inputs that the run has not asked about before, each once, in
batches; then it is a relation like others. So it may stand inside recursion, and below negations
and aggregates. What was answered is kept, also where the run then fails.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from trivium.analyse.outside import own_rows, row_relation
from trivium.engine.batch import Batch
from trivium.engine.contract import Column, Executor
from trivium.engine.limits import Guard
from trivium.engine.provider import Input, ProvidedRow, Source, Unknown, show_input
from trivium.engine.relation import Stored
from trivium.engine.symbols import SymbolTable
from trivium.engine.values import convert, decode, encode
from trivium.ir.nodes import Relation
from trivium.source import Place


class Outside:
    """A relation of one run that is answered from outside."""

    def __init__(
        self, source: Source, stored: Stored, executor: Executor, symbols: SymbolTable
    ) -> None:
        self.source = source
        self.stored = stored
        self.symbols = symbols
        self.closed = False
        columns = stored.relation.columns
        self.inputs = source.signature.inputs
        self.outputs = source.signature.outputs
        self.kinds = tuple(columns[place].type for place in self.inputs)
        own = tuple(columns[place] for place in self.inputs)
        self.asked: Stored = executor.store(Relation(f"@{source.name}?asked", own))
        types = tuple(column.type for column in columns)
        self.answers: dict[Input, tuple[Input | ProvidedRow, ...]]
        self.answers = source.answers.setdefault(types, {})
        self.unknown: dict[Input, Unknown] = {}  # what this run could not learn
        whole = (*self.inputs, *self.outputs)
        # Where each column stands in an input and the rest of its row; None where it is there.
        order = tuple(whole.index(place) for place in range(len(whole)))
        self.order = None if order == tuple(range(len(whole))) else order

    def ask(self, keys: Sequence[Column], length: int, guard: Guard) -> None:
        """Make the rows of some inputs visible, given as columns of codes.

        Raises E524, E525, E301, E302 and E303.
        """
        known = self.asked.length
        if self.closed or not length or not self.asked.derive(keys, length, 0, 0):
            return
        guard.take(0, self.asked.more_bytes(self.asked.length - known))
        inputs = self._inputs(known)
        answered = [row for row in inputs if row in self.answers]
        self._store(answered, guard)
        waiting = inputs if not answered else [row for row in inputs if row not in self.answers]
        size = max(1, int(self.source.provider.batch))
        for start in range(0, len(waiting), size):
            guard.check_time()
            batch = waiting[start : start + size]
            call = Batch(self.source, self.stored.relation, batch, guard)
            try:
                call.run()
            finally:  # also where it fails, or is interrupted
                given = zip(batch, call.answers, strict=False)
                self.answers.update((row, a) for row, a in given if row not in call.unknown)
                self.unknown.update(call.unknown)
            self._store([row for row in batch if row not in call.unknown], guard)

    def close(self) -> None:
        """End the run: proofs rest on what it was answered."""
        self.closed = True
        self.asked.settle()

    def _inputs(self, start: int) -> list[Input]:
        """What was asked about from a row of `asked` on."""
        columns = [
            decode(self.asked.read(place)[0][start:], None, kind, self.symbols)
            for place, kind in enumerate(self.kinds)
        ]
        return list(zip(*columns, strict=True)) if columns else [()]

    def _store(self, inputs: Sequence[Input], guard: Guard) -> None:
        """Add the rows that answer some inputs to the relation."""
        rows = [self._whole(row, found) for row in inputs for found in self.answers[row]]
        if not rows:
            return
        relation = self.stored.relation
        guard.reserve(len(rows), relation.arity)
        columns = []
        for column, values in zip(relation.columns, zip(*rows, strict=True), strict=True):
            where = f"`{self.source.name}`, the provider's column `{column.name}`,"
            describe = partial(_same, where)
            cells, _ = encode(values, column.type, self.symbols, describe, guard.parts)
            columns.append(self.stored.backend.own(cells))
        # Round 0: a row that is revealed has always been there.
        added = self.stored.derive(columns, len(rows), 0, -1)
        self.stored.settle()
        guard.take(added, self.stored.more_bytes(added))

    def _whole(self, row: Input, found: Input | ProvidedRow) -> tuple[Any, ...]:
        """The values of a row in the order of the relation's columns."""
        chance = None
        if isinstance(found, ProvidedRow):
            chance, found = found.probability, found.values
        whole = row + found
        if self.order is not None:
            whole = tuple([whole[place] for place in self.order])
        return whole if chance is None else (*whole, chance)

    # --- what proofs say -------------------------------------------------------------------------

    def places(self, row: Sequence[Any]) -> tuple[Place, ...]:
        """Where a row of the relation comes from: the provider and the input, and its own place."""
        asked = tuple(row[place] for place in self.inputs)
        columns = self.stored.relation.columns
        wanted = tuple(
            row[place]
            if columns[place].type.structured
            else convert(row[place], columns[place].type)
            for place in self.outputs
        )
        answers = self.answers.get(asked, ())
        told = [found for found in answers if isinstance(found, ProvidedRow)]
        source = next((found.source for found in told if found.values == wanted), "")
        if isinstance(source, Place):
            return self.place_of(asked), source
        return (self.place_of(asked, source),)

    def place_of(self, asked: Input, source: str = "") -> Place:
        """The provider and an input that it was asked about."""
        part = f"input {show_input(asked, self.kinds)}" if asked else "asked once"
        return Place(f"provider {self.source.name}", ", ".join(filter(None, (part, source))))

    def was_asked(self, row: Input) -> bool:
        """Whether the run has asked about an input."""
        own = self.asked.backend.own
        codes = [
            own(encode([value], kind, self.symbols, str)[0])
            for value, kind in zip(row, self.kinds, strict=True)
        ]
        if not codes:
            return self.asked.length > 0
        index = self.asked.index(tuple(range(len(codes))))
        return bool(self.asked.backend.contains(index, codes, 1).any())


def _same(text: str, _: int) -> str:
    return text


def connect(
    sources: Mapping[str, Source],
    relations: Collection[str],
    load: Callable[[str], Stored],
    executor: Executor,
    symbols: SymbolTable,
) -> dict[str, Outside]:
    """The relations of a run that are answered from outside, by name."""
    found = {}
    for source in sources.values():
        name = row_relation(source.name) if source.offer.uncertain else source.name
        if name in relations:
            found[name] = Outside(source, load(name), executor, symbols)
    return found


def check_data(sources: Mapping[str, Source], data: Iterable[str]) -> None:
    """E319 for a relation that is answered, and was given rows too."""
    for name in data:
        if name in sources:
            raise own_rows(name, "was given rows", None)
