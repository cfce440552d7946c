"""A SQL query run as rules: `Program("SELECT ...", dialect="sql")`.

    result = Program.over("select nation from medals where gold > 3", dialect="sql", medals=table)
    result["answer"].rows()        rows with their duplicates, in the order of the query
    result.why("answer", ("Norway",))

The columns of the tables are known when they are given, so a query is checked when it is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from trivium.analyse.near import did_you_mean
from trivium.engine.dates import date_text
from trivium.engine.given import Given, take
from trivium.engine.run import Options
from trivium.engine.values import Coded, Partial
from trivium.errors import DataError, LimitError, ProgramError, SyntaxProblem
from trivium.ir.types import Type
from trivium.program import Program
from trivium.proofs.proof import Proof
from trivium.result import Result
from trivium.source import Source, Span
from trivium.syntax.sql.block import BaseTable
from trivium.syntax.sql.functions import functions
from trivium.syntax.sql.query import ANSWER, Query, mentioned, parse, read, tables_of, too_deep
from trivium.syntax.sql.rules import Output

_SQL_TYPES = {Type.NUMBER: "int", Type.UNSIGNED: "int", Type.FLOAT: "float", Type.DATE: "date"}


class Select:
    """A query that waits for its tables."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tree = parse(source)

    def compile(self, data: Mapping[str, Any]) -> tuple[Query, Program, dict[str, Given]]:
        """The query over these tables as a program; E226 to E228 for what they do not have."""
        spoken, names = set(tables_of(self.tree)), mentioned(self.tree)
        tables: dict[str, BaseTable] = {}
        given: dict[str, Given] = {}
        for place, (name, rows) in enumerate(data.items()):
            if name.lower() in spoken:
                relation = name if re.fullmatch(r"[A-Za-z]\w{1,60}", name) else f"table_{place}"
                if re.fullmatch(r"[a-z]\d+|answer|many\d+", relation):
                    relation = f"table_{relation}"
                taken = take(name, rows)
                outputs, given[relation] = _flat(relation, taken, names)
                tables[name.lower()] = BaseTable(relation, outputs, taken.names or ())
            else:
                tables[name.lower()] = BaseTable(name, ())
        declared = [table.relation() for table in given.values()]
        try:
            query = read(self.source, self.tree, tables, did_you_mean)
            program = Program(query.rules, name="<rules of the query>", functions=functions(),
                              relations=declared)  # fmt: skip
        except RecursionError:
            raise too_deep(self.source) from None
        except SyntaxProblem as problem:
            # Whoever wrote the query has not written the rule that nests.
            raise too_deep(self.source) if problem.number == 106 else problem from None
        return query, program, given

    def start(self, options: Options, data: Mapping[str, Any]) -> Answer:
        query, program, given = self.compile(data)
        try:
            result = program.start(options, None, given)
        except LimitError as stopped:
            # Whoever wrote the query has not written the rule that grew.
            stopped.message = stopped.message.partition(", at the rule")[0]
            stopped.span = Span(self.source, 0, len(self.source.text))
            if stopped.hint is not None:
                stopped.hint = stopped.hint.replace(
                    "bind more of the rule's variables", "join on more columns"
                )
            raise
        return Answer(query, result, self.source)


def _flat(
    name: str, data: Given, wanted: frozenset[str] | None
) -> tuple[tuple[Output, ...], Given]:
    """A table with a number for each row first, and a flag beside each column with gaps."""
    names = data.names or tuple(f"c{i + 1}" for i in range(len(data.columns)))
    declared = data.relation().columns
    columns: list[Any] = [range(1, data.length + 1)]
    types: list[Type | None] = [Type.NUMBER]
    labels, outputs = ["row_number"], []
    for place, column in enumerate(names):
        if wanted is not None and column.lower() not in wanted:
            continue
        kind = declared[place].type
        cells, missing = _cells(data.values(place), kind)
        columns.append(cells)
        types.append(Type.NUMBER if kind is Type.DATE else kind)
        labels.append(column)
        if missing is not None:
            columns.append(missing)
            types.append(Type.NUMBER)
            labels.append(f"{column}_null")
        outputs.append(Output(column, _SQL_TYPES.get(kind, "text"), missing is not None))
    taken = dict.fromkeys(names)

    def place_of(row: int, column: str | None) -> Any:
        return data.place(row, column if column in taken and data.names else None)

    return tuple(outputs), Given(name, columns, data.length, place_of, tuple(labels), tuple(types))


def _cells(values: Any, kind: Type) -> tuple[Any, Any]:
    """The values without gaps, and 1 for each that was missing; None where none was."""
    if isinstance(values, Partial):
        if values.present.all():
            return values.numbers, None
        filled = np.where(values.present, values.numbers, 0).astype(values.numbers.dtype)
        return filled, (~values.present).astype(np.int64)
    if isinstance(values, Coded):
        gaps = values.codes < 0
        if not gaps.any():
            return values, None
        codes = np.where(gaps, len(values.texts), values.codes)
        if "" in values.texts:
            codes = np.where(gaps, values.texts.index(""), values.codes)
            return Coded(codes, values.texts), gaps.astype(np.int64)
        return Coded(codes, [*values.texts, ""]), gaps.astype(np.int64)
    if isinstance(values, np.ndarray) and values.dtype.kind != "O":
        return values, None
    if isinstance(values, range):
        return np.arange(values.start, values.stop, values.step), None
    cells = list(values)
    if kind is Type.DATE:
        cells = [_day(cell) for cell in cells]
    if None not in cells:
        return cells, None
    blank: Any = "" if kind is Type.SYMBOL else 0.0 if kind is Type.FLOAT else 0
    flags = np.array([cell is None for cell in cells], np.int64)
    return [blank if cell is None else cell for cell in cells], flags


def _day(cell: Any) -> Any:
    return cell.year * 10000 + cell.month * 100 + cell.day if hasattr(cell, "year") else cell


class OrderedRows:
    """The rows of a query, with their duplicates and in its order; `None` is a null."""

    name = ANSWER

    def __init__(self, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        self.columns = columns
        self._rows = rows

    @property
    def heads(self) -> tuple[str, ...]:
        return self.columns

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Any:
        return iter(self._rows)

    def __repr__(self) -> str:
        lines = [" | ".join(self.columns), *(" | ".join(map(str, r)) for r in self._rows[:30])]
        return "\n".join(lines)

    def rows(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def shown(self) -> list[tuple[Any, ...]]:
        return self.rows()

    def column(self, name: str) -> list[Any]:
        place = self.columns.index(name)
        return [row[place] for row in self._rows]


class Answer:
    """The result of a query: `answer`, why each row holds, and the rules that derived it."""

    def __init__(self, query: Query, result: Result, source: Source) -> None:
        self.query, self.result, self.rules = query, result, query.rules
        for check in query.checks:
            if len(result[check]):
                message = "a sub-query that stands for one value has several rows"
                hint = "write LIMIT 1, an aggregate, or IN"
                raise ProgramError(229, message, Span(source, 0, len(source.text)), hint=hint)

    @property
    def relations(self) -> tuple[str, ...]:
        return (ANSWER,)

    outputs = relations

    @property
    def stats(self) -> Any:
        return self.result.stats

    @cached_property
    def _numbers(self) -> Any:
        """The rows of the relation that are shown, by their numbers, in the order of the query."""
        query = self.query
        starts = list(_starts(query))
        keys: list[tuple[int, bool]] = []
        for (place, output), (descends, nulls_first) in zip(
            starts[len(query.outputs) :], query.order, strict=True
        ):
            if output.nullable:
                keys.append((place + 1, nulls_first))
            keys.append((place, descends))
        end = None if query.limit is None else query.offset + query.limit
        return self.result[ANSWER].order_by(keys, end)[query.offset :]

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        view, numbers = self.result[ANSWER], self._numbers
        columns = []
        for place, output in list(_starts(self.query))[: len(self.query.outputs)]:
            values = view.values_at(place, numbers)
            nulls = view.values_at(place + 1, numbers) if output.nullable else None
            columns.append(_values(values, nulls, output))
        return list(zip(*columns, strict=True))

    def __getitem__(self, name: str) -> OrderedRows:
        if name != ANSWER:
            raise KeyError(f"no relation `{name}`; a query has: {ANSWER}")
        return OrderedRows(tuple(output.name for output in self.query.outputs), self._rows)

    def __contains__(self, name: str) -> bool:
        return name == ANSWER

    def why(self, relation: str, row: Sequence[Any]) -> Proof:
        """The proof of a row, down to the cells; E661 if the query does not give it."""
        if tuple(row) in self._rows:
            view, number = self.result[ANSWER], self._numbers[[self._rows.index(tuple(row))]]
            inner = [view.values_at(place, number)[0] for place in range(len(view.types))]
            return self.result.why(ANSWER, tuple(inner))
        raise DataError(661, f"{relation}{tuple(row)!r} is no row of the query")


def _starts(query: Query) -> Iterator[tuple[int, Output]]:
    """Where each column and key stands in the relation, behind the identities."""
    place = query.ids
    for output in (*query.outputs, *query.keys):
        yield place, output
        place += 1 + output.nullable


def _values(values: list[Any], nulls: list[int] | None, output: Output) -> list[Any]:
    """A column as it is shown; `None` is a null."""
    if output.type == "bool":
        values = [bool(value) for value in values]
    elif output.type == "date":
        blank = nulls or [0] * len(values)
        values = [v if gap else date_text(v) for v, gap in zip(values, blank, strict=True)]
    if nulls is None:
        return values
    return [None if gap else value for value, gap in zip(values, nulls, strict=True)]
