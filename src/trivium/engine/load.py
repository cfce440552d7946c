"""Loading: facts of the program, files of `.input`, and data that the caller gives.

A relation is loaded when the run needs it, or later when the result is asked for it. Each given row
knows its place: a program's line, a file's line and column, a table's cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from trivium.engine import host
from trivium.engine.contract import Executor
from trivium.engine.given import Given, Locate, take
from trivium.engine.limits import Guard
from trivium.engine.relation import Stored
from trivium.engine.values import Encoded, encode
from trivium.errors import DataError
from trivium.ir.nodes import (
    Aggregate,
    Atom,
    Column,
    Fact,
    InputOutput,
    Literal,
    Program,
    Relation,
)
from trivium.ir.types import Shapes
from trivium.source import Place
from trivium.syntax.growth import uncollected


class Inputs(Protocol):
    """What reads the files of `.input` directives."""

    def read(
        self, directive: InputOutput, relation: Relation, shapes: Shapes, guard: Guard
    ) -> Given:
        """The rows of a file, as its relation is declared."""

    def read_untyped(self, directive: InputOutput, guard: Guard) -> Given:
        """The rows of a file that no declaration describes."""


class Loader:
    """Fills the relations of one run with their given rows; `inputs` reads their files."""

    def __init__(
        self,
        program: Program,
        data: Mapping[str, Any],
        executor: Executor,
        inputs: Inputs | None = None,
    ) -> None:
        self.program = program
        self.data = data
        self.inputs = inputs
        self.executor = executor
        self.symbols = executor.context.symbols
        self.guard = executor.context.guard
        self.stored: dict[str, Stored] = executor.relations
        self._places: dict[str, list[tuple[int, Locate]]] = {}
        self._given: dict[str, int] = {}
        self._facts: dict[str, list[Fact]] = {}
        for fact in program.facts:
            self._facts.setdefault(fact.relation, []).append(fact)
        self._directives: dict[str, list[InputOutput]] = {}
        for directive in program.directives:
            if directive.kind == "input":
                self._directives.setdefault(directive.relation, []).append(directive)

    def load(self, name: str) -> Stored:
        """The relation with its given rows; loaded once."""
        if name not in self.stored:
            self._load(name, self.stored)
        return self.stored[name]

    def given(self, name: str) -> int:
        """How many rows were given for a relation, those given again included; facts are last."""
        return self._given.get(name, 0)

    def given_alone(self, name: str) -> Stored:
        """The given rows of a relation alone, read anew: a run may have taken some away."""
        stored: dict[str, Stored] = {}
        self._places.pop(name, None)
        self._load(name, stored)
        return stored[name]

    @uncollected()
    def _load(self, name: str, stored: dict[str, Stored]) -> None:
        relation = self.program.relations[name]
        stored[name] = self.executor.store(relation)
        start = 0
        for given, own in self._givens(relation):
            self._places.setdefault(name, []).append((start, given.place))
            # What is read leaves about twice as much behind in the allocator's hands.
            with self.guard.holding(3 * given.bytes if own else 0):
                self._add(stored[name], relation, given, start)
            start += given.length
        self._given[name] = start

    def encoded(self, relation: Relation, given: Given) -> list[Encoded]:
        """The columns of some rows as this relation holds them, and where they are filled."""
        pairs = zip(relation.columns, given.order(relation), strict=True)
        return [self._unread(relation, column, given, place).whole() for column, place in pairs]

    def follow(self, program: Program) -> None:
        """Take a program with more relations, which nothing is given for."""
        more = program.relations.keys() - self.program.relations.keys()
        self.program = program
        for name in more:
            self.load(name)

    def sizes(self) -> dict[str, int]:
        """The rows of each relation that is loaded and was written by the user."""
        return {n: stored.length for n, stored in self.stored.items() if not n.startswith("@")}

    def _givens(self, relation: Relation) -> Iterator[tuple[Given, bool]]:
        """What is given of a relation, and whether its memory is the run's own."""
        name = relation.name
        if name in self.data:
            yield take(name, self.data[name]), False
        else:
            for directive in self._directives.get(name, ()):
                assert self.inputs is not None, "nothing was given that reads files"
                yield (
                    self.inputs.read(directive, relation, self.program.shapes, self.guard),
                    True,
                )
        if name in self._facts:
            yield _from_facts(name, self._facts[name]), False

    def _add(self, stored: Stored, relation: Relation, given: Given, start: int) -> None:
        if relation.arity == 0:
            added = stored.give([], min(given.length, 1), [], start)
        else:
            unread = [
                self._unread(relation, column, given, place)
                for column, place in zip(relation.columns, given.order(relation), strict=True)
            ]
            if given.numbered and not stored.length:
                stored.give_numbered(unread, given.length)
                self.guard.keep(given.length, 0)
                return
            self.guard.reserve(given.length, relation.arity + 2)  # and to tell which differ
            encoded = [column.whole() for column in unread]
            columns = [column for column, _ in encoded]
            added = stored.give(columns, given.length, [mask for _, mask in encoded], start)
        self.guard.keep(added, 0)

    def _unread(self, relation: Relation, column: Column, given: Given, place: int) -> host.Unread:
        symbols, guard = self.symbols, self.guard  # and not self: a finished run is freed at once

        def describe(row: int) -> str:
            return f"`{relation.name}`, {given.place(row, column.name)},"

        def whole() -> Encoded:
            guard.hold(given.length)
            return encode(given.values(place), column.type, symbols, describe, guard.parts)

        def some(rows: host.Column) -> Encoded:
            values = [given.columns[place][row] for row in rows.tolist()]
            return encode(values, column.type, symbols, lambda i: describe(int(rows[i])))

        return host.Unread(whole, some)

    def locate(self, name: str) -> Locate:
        """How to find the place of a given row of a relation."""
        parts = self._places.get(name, [])

        def place(row: int, column: str | None) -> Place:
            start, find = next(part for part in reversed(parts) if part[0] <= row)
            return find(row - start, column)

        return place

    def check_names(self, names: Iterable[str]) -> None:
        """E660 for data that no relation of the program takes."""
        known = self.program.relations
        unknown = [name for name in names if name not in known]
        if unknown:
            names = sorted(name for name in self.program.relations if not name.startswith("@"))
            raise DataError(
                660,
                f"the program has no relation `{unknown[0]}`",
                hint=f"its relations are: {', '.join(names) or 'none'}",
            )

    def needed(self) -> list[str]:
        """The relations that rules, facts and directives mention."""
        names = dict.fromkeys(directive.relation for directive in self.program.directives)
        for stratum in self.program.strata:
            names |= dict.fromkeys(stratum.relations)
            for rule in (*stratum.rules, *stratum.removals):
                names |= dict.fromkeys([rule.head.relation])
                mentioned(rule.body, names)
        return [name for name in self.program.relations if name in names]


def mentioned(body: tuple[Literal, ...], names: dict[str, None]) -> None:
    """Note the relations that a body reads."""
    for literal in body:
        if isinstance(literal, Atom):
            names[literal.relation] = None
        elif isinstance(literal, Aggregate):
            mentioned(literal.body, names)
            mentioned(literal.condition, names)


def _from_facts(name: str, facts: list[Fact]) -> Given:
    def place(row: int, column: str | None) -> Place:
        span = facts[row].span
        if span is None:
            return Place("<program>", row=row + 1, column=column)
        name, line, _ = span.place
        return Place(name, line=line)

    columns = [list(values) for values in zip(*(fact.values for fact in facts), strict=True)]
    return Given(name, columns, len(facts), place)
