"""The outcome of a query that rules answered: its rows, and why each is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path as File
from typing import Any, NoReturn

from trivium.dialects import lacking
from trivium.dialects.datalog.outcome import DatalogOutcome
from trivium.dialects.sql.paths import Path
from trivium.dialects.sql.view import OrderedView
from trivium.engine.asked import covers
from trivium.engine.limits import Guard, Limits
from trivium.engine.profile import Profile
from trivium.engine.run import Stats
from trivium.engine.view import RelationView
from trivium.errors import DataError, ProgramError
from trivium.ir import nodes
from trivium.outcome import Outcome, Row
from trivium.probability.weigh import Weigher, weigh_certain
from trivium.proofs.proof import Proof
from trivium.source import Source, Span
from trivium.syntax.sql.query import ANSWER, Query
from trivium.syntax.sql.rules import Output


class QueryOutcome(Outcome):
    """The one relation `answer`, which the rules of the query derived."""

    main = ANSWER
    explains_absence = False

    def __init__(
        self,
        query: Query,
        rules: DatalogOutcome,
        tables: Mapping[str, str],
        source: Source,
        path: Path,
        wanted: Sequence[Any] = (),
    ) -> None:
        """`tables` are the relations of the rules that hold the tables; `wanted` are the values
        that rows must have, `None` any. Raises E229, and E652 for too many or too few values."""
        self._query = query
        self._rules = rules
        self.tables = tables
        self.path = path
        self._wanted = wanted
        if wanted and len(wanted) != len(query.outputs):
            message = f"a row of the query has {len(query.outputs)} values, not {len(wanted)}"
            raise DataError(652, message)
        for check in query.checks:
            if len(rules.view(check)):
                message = "a sub-query that stands for one value has several rows"
                hint = "write LIMIT 1, an aggregate, or IN"
                raise ProgramError(229, message, Span(source, 0, len(source.text)), hint=hint)

    @property
    def program(self) -> nodes.Program:
        """The rules. Their relation `answer` has the columns that are shown from `first` on."""
        return self._rules.program

    @property
    def first(self) -> int:
        return self._query.ids

    @property
    def stats(self) -> Stats:
        return self._rules.stats

    @property
    def profile(self) -> Profile | None:
        return self._rules.profile

    @property
    def relations(self) -> tuple[str, ...]:
        return (ANSWER,)

    outputs = relations

    @property
    def chances(self) -> None:
        return None

    @cached_property
    def _view(self) -> OrderedView:
        query, inner = self._query, self._rules.stored_view(ANSWER)
        starts = list(_starts(query))
        keys: list[tuple[int, bool]] = []
        for (place, output), (descends, nulls_first) in zip(
            starts[len(query.outputs) :], query.order, strict=True
        ):
            if output.nullable:
                keys.append((place + 1, nulls_first))
            keys.append((place, descends))
        end = None if query.limit is None else query.offset + query.limit
        numbers = inner.order_by(keys, end)[query.offset :]
        whole = OrderedView(inner, numbers, starts[: len(query.outputs)], ANSWER)
        if all(value is None for value in self._wanted):
            return whole
        kept = [n for n, row in enumerate(whole.rows()) if covers(self._wanted, row)]
        return OrderedView(inner, numbers[kept], starts[: len(query.outputs)], ANSWER)

    def view(self, relation: str) -> OrderedView:
        if relation != ANSWER:
            raise KeyError(f"no relation `{relation}`; a query has: {ANSWER}")
        return self._view

    @cached_property
    def _places(self) -> dict[Row, int]:
        """The first row of each value."""
        found: dict[Row, int] = {}
        for place, row in enumerate(self._view.rows()):
            found.setdefault(row, place)
        return found

    def find(self, relation: str, row: Sequence[Any]) -> int | None:
        if relation != ANSWER:
            message = f"no relation is called `{relation}`"
            raise ProgramError(201, message, hint=f"a query has the relation `{ANSWER}`")
        return self._places.get(tuple(row))

    def places(self, relation: str) -> Mapping[Row, int]:
        return self._places

    def asked(self) -> list[tuple[str, int]]:
        return [(f"{ANSWER}{row!r}", place) for row, place in self._places.items()]

    def why(self, relation: str, row: Sequence[Any], place: int) -> Proof:
        """The proof by the rules of the query, down to the cells."""
        inner = self._view.inner_row(place)
        found = self._rules.find(ANSWER, inner)
        assert found is not None, "the rules derived what is shown"
        return self._rules.why(ANSWER, inner, found)

    def why_not(self, relation: str, row: Sequence[Any]) -> NoReturn:
        raise lacking("sql", "why_not")

    def weigh(
        self, relation: str, row: Sequence[Any], semiring: Weigher[Any], over: Sequence[str]
    ) -> Any:
        place = self.find(relation, row)
        if place is None:
            return weigh_certain(False, semiring)
        inner, tables = self._view.inner_row(place), [self.tables.get(n, n) for n in over]
        return self._rules.weigh(ANSWER, inner, semiring, tables)

    def update(
        self, insert: Mapping[str, Any], delete: Mapping[str, Any], limits: Limits
    ) -> NoReturn:
        raise lacking("sql", "update")

    def write(self, folder: File, guard: Guard, view: Callable[[str], RelationView]) -> list[File]:
        """Write the rows to `answer.csv`, with a header; E659."""
        from trivium.files.facts import write_table

        path = folder / f"{ANSWER}.csv"
        write_table(path, self._view.columns, self._view.stream(guard.parts))
        return [path]

    def print(self, view: Callable[[str], RelationView]) -> None:
        print(self._view)


def _starts(query: Query) -> Iterator[tuple[int, Output]]:
    """Where each column and key stands in the relation, behind the identities."""
    place = query.ids
    for output in (*query.outputs, *query.keys):
        yield place, output
        place += 1 + output.nullable
