"""A query that waits for its tables, and its runs.

    parsed → rules over the tables → the rules' own run → rows in the order of the query

The columns of the tables are known when they are given, so a query is checked when it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from trivium.analyse.near import did_you_mean
from trivium.dialects import lacking
from trivium.dialects.contract import Example, Surroundings
from trivium.dialects.datalog.program import DatalogProgram
from trivium.dialects.datalog.program import check as check_rules
from trivium.dialects.sql.outcome import QueryOutcome
from trivium.dialects.sql.tables import flat, relation_names
from trivium.engine.asked import Asked
from trivium.engine.given import Given, take
from trivium.engine.run import Options
from trivium.errors import LimitError, ProgramError, SyntaxProblem
from trivium.ir import nodes
from trivium.source import Source, Span
from trivium.syntax import ast
from trivium.syntax.sql.block import BaseTable
from trivium.syntax.sql.functions import functions
from trivium.syntax.sql.query import ANSWER, Query, mentioned, parse, read, tables_of, too_deep


def check(source: Source, around: Surroundings) -> SelectProgram:
    """Raises SyntaxProblem: E120 for what is no SQL, E121 for what is no SELECT."""
    return SelectProgram(source)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query over some tables: as rules, and by table the relation that holds it with its data."""

    query: Query
    rules: DatalogProgram
    relations: Mapping[str, str]
    data: Mapping[str, Given]


class SelectProgram:
    """A query."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tree = parse(source)

    def ir(self, data: Mapping[str, Any]) -> nodes.Program:
        """The rules of the query; E226 for a table that the data lack."""
        compiled = self.compile(data)
        return compiled.rules.ir(compiled.data)

    def questions(self) -> dict[str, ast.ModelRelation]:
        return {}

    def models(self) -> dict[str, ast.Model]:
        return {}

    def compile(self, data: Mapping[str, Any]) -> Compiled:
        """The query over these tables; E226 to E228 for what they do not have."""
        spoken, columns = set(tables_of(self.tree)), mentioned(self.tree)
        named = relation_names(data)
        tables: dict[str, BaseTable] = {}
        relations: dict[str, str] = {}
        given: dict[str, Given] = {}
        for name, rows in data.items():
            if name.lower() not in spoken:
                tables[name.lower()] = BaseTable(name, ())
                continue
            relations[name] = relation = named[name]
            taken = take(name, rows)
            outputs, given[relation] = flat(relation, taken, columns)
            tables[name.lower()] = BaseTable(relation, outputs, taken.names or ())
        declared = [table.relation() for table in given.values()]
        try:
            query = read(self.source, self.tree, tables, did_you_mean)
            source = Source("<rules of the query>", query.rules)
            rules = check_rules(source, Surroundings(functions(), declared))
        except RecursionError:
            raise too_deep(self.source) from None
        except SyntaxProblem as problem:
            # Whoever wrote the query has not written the rule that nests.
            raise too_deep(self.source) if problem.number == 106 else problem from None
        return Compiled(query, rules, relations, given)

    def start(self, options: Options, asked: Asked | None, data: Mapping[str, Any]) -> QueryOutcome:
        for name in asked or ():
            if name != ANSWER:
                message = f"no relation is called `{name}`"
                raise ProgramError(201, message, hint=f"a query has the relation `{ANSWER}`")
        compiled = self.compile(data)
        try:
            outcome = compiled.rules.start(options, None, compiled.data)
        except LimitError as stopped:
            # Whoever wrote the query has not written the rule that grew.
            stopped.message = stopped.message.partition(", at the rule")[0]
            stopped.span = Span(self.source, 0, len(self.source.text))
            if stopped.hint is not None:
                stopped.hint = stopped.hint.replace(
                    "bind more of the rule's variables", "join on more columns"
                )
            raise
        wanted = (asked or {}).get(ANSWER, ())
        return QueryOutcome(compiled.query, outcome, compiled.relations, self.source, wanted)

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
