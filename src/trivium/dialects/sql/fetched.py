"""The outcome of a query whose rows DuckDB computed: why each is there, the rules tell.

    outcome.why("answer", ("Norway",), 0)     the query's rules, run for this row alone

They must derive the same row. Where they do not know a part of the query it is E331, and where they
derive another row E332: never a wrong proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import isclose
from pathlib import Path as File
from typing import Any, NoReturn

import numpy as np

from trivium.dialects import lacking
from trivium.dialects.sql.answer import AnswerView, key_of
from trivium.dialects.sql.compiled import Compiled
from trivium.dialects.sql.database import Fetched
from trivium.dialects.sql.outcome import QueryOutcome
from trivium.dialects.sql.paths import Path
from trivium.engine.asked import covers
from trivium.engine.limits import Guard, Limits
from trivium.engine.run import Options, Stats
from trivium.engine.view import RelationView
from trivium.errors import DataError, LimitError, ProgramError, TriviumError
from trivium.ir import nodes
from trivium.ir.dates import date_code
from trivium.outcome import Outcome, Row
from trivium.probability.weigh import Weigher, weigh_certain
from trivium.proofs.proof import Proof
from trivium.source import Source, Span
from trivium.syntax.sql.query import ANSWER
from trivium.syntax.sql.rules import Output

# Sums of floats hang on the order of what is summed, beyond so many digits.
_CLOSE = 1e-9


@dataclass(frozen=True)
class Rules:
    """What the rules of a query are asked for: to be compiled, and to run for all its rows."""

    compile: Callable[[], Compiled]
    run: Callable[[], QueryOutcome]


class FetchedOutcome(Outcome):
    """The one relation `answer`, as DuckDB computed it."""

    main = ANSWER
    explains_absence = False

    def __init__(
        self,
        fetched: Fetched,
        rules: Rules,
        source: Source,
        options: Options,
        seconds: float,
        path: Path,
        wanted: Sequence[Any] = (),
    ) -> None:
        """`wanted` are the values that rows must have, `None` any; E652 for too many or few."""
        self._rules, self._source, self._options = rules, source, options
        self.path = path
        self._view = AnswerView(ANSWER, fetched)
        width = len(fetched.types)
        if wanted and len(wanted) != width:
            raise DataError(652, f"a row of the query has {width} values, not {len(wanted)}")
        if any(value is not None for value in wanted):
            kept = np.array([covers(wanted, row) for row in self._view.rows()], np.bool_)
            table = fetched.table.filter(kept) if len(kept) else fetched.table
            self._view = AnswerView(ANSWER, Fetched(table, fetched.labels, fetched.types))
        self._seconds = seconds

    @property
    def stats(self) -> Stats:
        return Stats(self._seconds, 1, {ANSWER: len(self._view)})

    @property
    def profile(self) -> None:
        return None

    @property
    def chances(self) -> None:
        return None

    @property
    def relations(self) -> tuple[str, ...]:
        return (ANSWER,)

    outputs = relations

    @cached_property
    def compiled(self) -> Compiled:
        """The query as rules; E331 where they do not know a part of it."""
        try:
            return self._rules.compile()
        except LimitError:
            raise
        except TriviumError as problem:
            message = f"the rules do not know this query: {problem.message}"
            raise ProgramError(331, message, problem.span or self._whole) from None

    @property
    def program(self) -> nodes.Program:
        """The rules of the query; E331."""
        return self.compiled.rules.ir(self.compiled.data)

    @property
    def tables(self) -> Mapping[str, str]:
        """The relations of the rules that hold the tables; E331."""
        return self.compiled.relations

    @property
    def first(self) -> int:
        """From which column on the relation `answer` of the rules has what is shown; E331."""
        return self.compiled.query.ids

    @property
    def _whole(self) -> Span:
        return Span(self._source, 0, len(self._source.text))

    def view(self, relation: str) -> RelationView:
        if relation != ANSWER:
            raise KeyError(f"no relation `{relation}`; a query has: {ANSWER}")
        return self._view

    @cached_property
    def _numbers(self) -> dict[Any, int]:
        """The first row of each value."""
        found: dict[Any, int] = {}
        for place, row in enumerate(self._view.rows()):
            found.setdefault(key_of(row), place)
        return found

    def find(self, relation: str, row: Sequence[Any]) -> int | None:
        if relation != ANSWER:
            message = f"no relation is called `{relation}`"
            raise ProgramError(201, message, hint=f"a query has the relation `{ANSWER}`")
        return self._numbers.get(key_of(tuple(row)))

    def places(self, relation: str) -> Mapping[Row, int]:
        return {row: place for place, row in enumerate(self._view.rows())}

    def asked(self) -> list[tuple[str, int]]:
        rows = self._view.rows()
        return [(f"{ANSWER}{rows[place]!r}", place) for place in self._numbers.values()]

    def why(self, relation: str, row: Sequence[Any], place: int) -> Proof:
        """The proof by the rules of the query, run for this row alone. Raises E331, E332."""
        shown, compiled = self._view.rows()[place], self.compiled
        query = compiled.query
        wanted: list[Any] = [None] * query.ids
        if len(shown) != len(query.outputs):
            raise self._underived(shown)
        for given, output in zip(shown, query.outputs, strict=True):
            told, value = _asked(given, output.type)
            if not told or (value is None and not output.nullable):
                raise self._underived(shown)
            wanted.append(None if output.type == "float" else value)
            if output.nullable:
                wanted.append(int(value is None))
        for key in query.keys:
            wanted += [None] * (1 + key.nullable)
        outcome = compiled.rules.start(
            self._options.proving, {ANSWER: tuple(wanted)}, compiled.data
        )
        for inner in outcome.stored_view(ANSWER).rows():
            if _same(shown, _values(inner[query.ids :], query.outputs)):
                found = outcome.find(ANSWER, inner)
                assert found is not None, "the rules derived it"
                return outcome.why(ANSWER, inner, found)
        raise self._underived(shown)

    def _underived(self, row: Row) -> ProgramError:
        message = f"the rules of the query do not derive {ANSWER}{row!r}"
        return ProgramError(332, message, self._whole)

    def why_not(self, relation: str, row: Sequence[Any]) -> NoReturn:
        raise lacking("sql", "why_not")

    @cached_property
    def _derived(self) -> QueryOutcome:
        self.compiled  # noqa: B018  which raises E331
        return self._rules.run()

    def weigh(
        self, relation: str, row: Sequence[Any], semiring: Weigher[Any], over: Sequence[str]
    ) -> Any:
        if self.find(relation, row) is None:
            return weigh_certain(False, semiring)
        return self._derived.weigh(relation, row, semiring, over)

    def update(
        self, insert: Mapping[str, Any], delete: Mapping[str, Any], limits: Limits
    ) -> NoReturn:
        raise lacking("sql", "update")

    def write(self, folder: File, guard: Guard, view: Callable[[str], RelationView]) -> list[File]:
        """Write the rows to `answer.csv`, with a header; E659."""
        from trivium.files.facts import write_table

        path = folder / f"{ANSWER}.csv"
        write_table(path, self._view.columns, self._view.written())
        return [path]

    def print(self, view: Callable[[str], RelationView]) -> None:
        print(self._view)


def _asked(value: Any, kind: str) -> tuple[bool, Any]:
    """Whether the rules could have a value, and how they hold it."""
    if value is None:
        return True, None
    match kind:
        case "text":
            return isinstance(value, str), value
        case "date":
            try:
                return True, date_code(str(value).removesuffix(" 00:00:00"))
            except ValueError:
                return False, None
        case "bool":
            return isinstance(value, bool), int(value) if isinstance(value, bool) else None
        case "int":
            whole = isinstance(value, int | Decimal) and value == int(value)
            return whole and -(2**63) <= value < 2**63, int(value) if whole else None
    return isinstance(value, int | float | Decimal), value


def _values(cells: Sequence[Any], outputs: Sequence[Output]) -> list[tuple[Any, str]]:
    """The values that columns of the rules stand for, with their types."""
    found, place = [], 0
    for output in outputs:
        null = output.nullable and cells[place + 1] == 1
        found.append((None if null else cells[place], output.type))
        place += 1 + output.nullable
    return found


def _same(row: Sequence[Any], derived: Sequence[tuple[Any, str]]) -> bool:
    for value, (own, kind) in zip(row, derived, strict=True):
        _, value = _asked(value, kind)
        if value is None or own is None:
            if value is not own:
                return False
        elif kind == "float":
            near = isclose(float(value), own, rel_tol=_CLOSE, abs_tol=_CLOSE * 1e-3)
            if not near and not (value != value and own != own):
                return False
        elif value != own:
            return False
    return True
