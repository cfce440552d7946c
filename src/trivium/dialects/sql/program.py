"""A query that waits for its tables, and its runs.

    parsed → DuckDB's rows over the tables → rules for who asks why
           → rules over the tables → rows in the order of the query      where DuckDB cannot serve

The columns of the tables are known when they are given, so a query is checked when it is run.
Which way a run takes is told in `paths.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from time import perf_counter
from typing import Any, NoReturn

import duckdb

from trivium.dialects import lacking
from trivium.dialects.contract import Example, Surroundings
from trivium.dialects.sql.columns import arrow_of
from trivium.dialects.sql.compiled import Compiled, compile_query
from trivium.dialects.sql.database import Fetched, connected, forget
from trivium.dialects.sql.fetched import FetchedOutcome, Rules
from trivium.dialects.sql.outcome import QueryOutcome
from trivium.dialects.sql.paths import CAPABILITIES, DUCKDB, Path, listed, path_of
from trivium.dialects.sql.statement import Statement, check_statement, span_of_problem
from trivium.engine.asked import Asked
from trivium.engine.limits import Guard, Limits
from trivium.engine.run import Options
from trivium.errors import LimitError, ProgramError, SyntaxProblem
from trivium.ir import nodes
from trivium.source import Source, Span
from trivium.syntax import ast
from trivium.syntax.sql.query import ANSWER, parse

_LIMITS = Limits()
# What the rules may read though DuckDB does not.
_UNBOUND = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)


def check(source: Source, around: Surroundings) -> SelectProgram:
    """Raises E120 for what is no SQL, E121 for what is no SELECT, E333 for what reaches beyond the
    tables of a query."""
    return SelectProgram(source)


class SelectProgram:
    """A query; `statement` is it as DuckDB reads it, None where only the rules can."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.statement = self._read()

    def _read(self) -> Statement | None:
        try:
            return check_statement(self.source)
        except RecursionError:
            self.tree  # noqa: B018  which tells it in its own words
        except SyntaxProblem as problem:
            self.tree  # noqa: B018  the same
            if problem.number == 121:
                raise
        return None

    @cached_property
    def tree(self) -> Any:
        """The query as the rules read it. Raises E120, E121, E106."""
        return parse(self.source)

    def ir(self, data: Mapping[str, Any]) -> nodes.Program:
        """The rules of the query; E226 for a table that the data lack."""
        compiled = self.compile(data)
        return compiled.rules.ir(compiled.data)

    def questions(self) -> dict[str, ast.ModelRelation]:
        return {}

    def models(self) -> dict[str, ast.Model]:
        return {}

    def compile(self, data: Mapping[str, Any]) -> Compiled:
        """The rules over these tables; E121, E226 to E228."""
        return compile_query(self.source, self.tree, data)

    def start(
        self, options: Options, asked: Asked | None, data: Mapping[str, Any]
    ) -> FetchedOutcome | QueryOutcome:
        for name in asked or ():
            if name != ANSWER:
                message = f"no relation is called `{name}`"
                raise ProgramError(201, message, hint=f"a query has the relation `{ANSWER}`")
        path = path_of(options, self.statement is not None)
        try:
            if path.name == DUCKDB:
                return self._fetch(options, asked, data, path)
            return self._derive(options, asked, data, path)
        except LimitError as stopped:
            raise self._in_its_words(stopped) from None

    def plan(self, data: Mapping[str, Any]) -> str:
        """Which way the query takes and why, how DuckDB goes about it, and what serves what."""
        path = path_of(Options(), self.statement is not None)
        plan = ""
        if self.statement is not None:
            numbered = self.statement.numbers_rows
            with connected(self._tables(data), _LIMITS, numbered) as database:
                try:
                    plan = database.plan(self.statement.determined)
                except duckdb.Error:
                    path = CAPABILITIES["what DuckDB cannot bind"]
        return f"{path.name}: {path.reason}\n\n{plan}\n{listed()}"

    # --- DuckDB ----------------------------------------------------------------------------------

    def _fetch(
        self, options: Options, asked: Asked | None, data: Mapping[str, Any], path: Path
    ) -> FetchedOutcome | QueryOutcome:
        start = perf_counter()
        limits = options.limits or _LIMITS
        tables, guard = self._tables(data), Guard(limits, start)
        guard.take(sum(table.num_rows for table in tables.values()), 0)
        try:
            fetched = self._rows(tables, guard)
        except duckdb.Error as problem:
            return self._otherwise(problem, options, asked, data)
        evaluate = CAPABILITIES["evaluate"]
        rules = Rules(lambda: self.compile(data),
                      lambda: self._derive(options, None, data, evaluate))  # fmt: skip
        wanted = (asked or {}).get(ANSWER, ())
        seconds = perf_counter() - start
        return FetchedOutcome(fetched, rules, self.source, options, seconds, path, wanted)

    def _tables(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The tables that the query names, for DuckDB; E226 for one that is not there."""
        statement = self.statement
        assert statement is not None
        given = {name.lower() for name in data}
        missing = sorted(statement.tables - given)
        if missing:
            self.compile(data)  # which names a near one
            message = f"no table is called `{missing[0]}`"
            raise ProgramError(226, message, Span(self.source, 0, len(self.source.text)))
        return {name: arrow_of(name, rows, statement.columns)
                for name, rows in data.items() if name.lower() in statement.tables}  # fmt: skip

    def _rows(self, tables: Mapping[str, Any], guard: Guard) -> Fetched:
        statement = self.statement
        assert statement is not None
        with connected(tables, guard.limits, statement.numbers_rows) as database:
            determined = statement.determined
            bound = determined == statement.text or database.binds(determined)
            return database.rows(determined if bound else statement.text, guard)

    def _otherwise(
        self, problem: duckdb.Error, options: Options, asked: Asked | None, data: Mapping[str, Any]
    ) -> QueryOutcome:
        """What the rules make of a query that DuckDB refuses; else the error, in its words."""
        if isinstance(problem, duckdb.FatalException | duckdb.InternalException):
            forget()
        message, span = str(problem), span_of_problem(self.source, str(problem))
        if "More than one row returned by a subquery" in message:
            told = "a sub-query that stands for one value has several rows"
            raise ProgramError(229, told, span, hint="write LIMIT 1, an aggregate, or IN") from None
        # A number that a text does not spell, or a date of which only the year is known.
        texts = message.startswith(
            ("Conversion Error: Could not convert string", "Conversion Error: invalid date field")
        )
        if texts or isinstance(problem, _UNBOUND):
            what = "texts that spell no number" if texts else "what DuckDB cannot bind"
            try:
                return self._derive(options, asked, data, CAPABILITIES[what])
            except SyntaxProblem as unknown:
                if unknown.number not in (120, 121):
                    raise
        raise _refused(message, span) from None

    # --- rules -----------------------------------------------------------------------------------

    def _derive(
        self, options: Options, asked: Asked | None, data: Mapping[str, Any], path: Path
    ) -> QueryOutcome:
        compiled = self.compile(data)
        outcome = compiled.rules.start(options, None, compiled.data)
        wanted = (asked or {}).get(ANSWER, ())
        return QueryOutcome(compiled.query, outcome, compiled.relations, self.source, path, wanted)

    def _in_its_words(self, stopped: LimitError) -> LimitError:
        """A limit as whoever wrote the query is told of it: they wrote no rule that grew."""
        stopped.message = stopped.message.partition(", at the rule")[0]
        stopped.span = Span(self.source, 0, len(self.source.text))
        if stopped.hint is not None:
            stopped.hint = stopped.hint.replace(
                "bind more of the rule's variables", "join on more columns"
            )
        return stopped

    def learn(
        self,
        examples: Sequence[Example],
        options: Options,
        data: Mapping[str, Any],
        rounds: int,
        tolerance: float,
        progress: Callable[[int, float], None] | None,
    ) -> NoReturn:
        raise lacking("sql", "learn")


def _refused(message: str, span: Span) -> ProgramError:
    """DuckDB's error: what it says first, and what it proposes."""
    lines = [line.strip() for line in message.split("\n") if line.strip()]
    said = lines[0].partition(": ")[2] or lines[0]
    proposed = [line for line in lines[1:] if line.startswith(("Did you mean", "Candidate"))]
    hint = proposed[0][:1].lower() + proposed[0][1:] if proposed else None
    return ProgramError(330, said[:1].lower() + said[1:], span, hint=hint)
