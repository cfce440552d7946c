"""A query over some tables as rules, with the tables as the rules read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from trivium.analyse.near import did_you_mean
from trivium.dialects.contract import Surroundings
from trivium.dialects.datalog.program import DatalogProgram
from trivium.dialects.datalog.program import check as check_rules
from trivium.dialects.sql.columns import arrow_of
from trivium.dialects.sql.tables import flat, relation_names
from trivium.engine.given import Given, take
from trivium.errors import SyntaxProblem
from trivium.source import Source, Span
from trivium.syntax.sql.block import BaseTable
from trivium.syntax.sql.functions import functions
from trivium.syntax.sql.query import Query, mentioned, read, tables_of, too_deep


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query over some tables: as rules, and by table the relation that holds it with its data."""

    query: Query
    rules: DatalogProgram
    relations: Mapping[str, str]
    data: Mapping[str, Given]


def compile_query(source: Source, tree: exp.Expression, data: Mapping[str, Any]) -> Compiled:
    """The query over these tables. Raises E226 to E228 for what they do not have, E121 for what
    the rules do not know, a type of a column too."""
    spoken, columns = set(tables_of(tree)), mentioned(tree)
    named = relation_names(data)
    tables: dict[str, BaseTable] = {}
    relations: dict[str, str] = {}
    given: dict[str, Given] = {}
    for name, rows in data.items():
        if name.lower() not in spoken:
            tables[name.lower()] = BaseTable(name, ())
            continue
        _check_types(source, name, rows, columns)
        relations[name] = relation = named[name]
        taken = take(name, rows)
        outputs, given[relation] = flat(relation, taken, columns)
        tables[name.lower()] = BaseTable(relation, outputs, taken.names or ())
    declared = [table.relation() for table in given.values()]
    try:
        query = read(source, tree, tables, did_you_mean)
        text = Source("<rules of the query>", query.rules)
        rules = check_rules(text, Surroundings(functions(), declared))
    except RecursionError:
        raise too_deep(source) from None
    except SyntaxProblem as problem:
        # Whoever wrote the query has not written the rule that nests.
        raise too_deep(source) if problem.number == 106 else problem from None
    return Compiled(query, rules, relations, given)


def _check_types(source: Source, name: str, data: Any, wanted: frozenset[str] | None) -> None:
    """E121 for a column whose values the rules would cut: instants that are no whole days, times,
    lists and the like."""
    table = arrow_of(name, data, wanted)
    for field, column in zip(table.schema, table.columns, strict=True):
        if wanted is not None and field.name.lower() not in wanted:
            continue
        kind, of = field.type, pa.types
        whole = of.is_timestamp(kind) and kind.tz is None and _whole_days(column)
        if (of.is_temporal(kind) and not of.is_date(kind) and not whole) or of.is_nested(kind):
            message = f"the type {kind} of `{name}.{field.name}` is not supported in rules"
            raise SyntaxProblem(121, message, Span(source, 0, len(source.text)))


def _whole_days(column: Any) -> bool:
    days = pc.floor_temporal(column, unit="day")
    return bool(pc.all(pc.equal(days, column)).as_py() is not False)
