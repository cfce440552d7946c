"""Whether a query that was proposed may answer: it reads tables, and states nothing itself.

    SELECT city FROM games WHERE year = 1964        SELECT 'Tokyo'        E511: this only states it

What parses SQL takes its time to load, so this is imported where a query is at hand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlglot import exp

from trivium.errors import ModelError
from trivium.ground.table import Table
from trivium.source import Source
from trivium.syntax.sql.query import parse as parse_query
from trivium.syntax.sql.query import tables_of


def tables_of_query(text: str, tables: Collection[str]) -> tuple[str, ...]:
    """The tables that a query names, in the order of `tables`. Raises E120, E121."""
    named = set(tables_of(parse_query(Source("<program>", text))))
    return tuple(name for name in tables if name.lower() in named)


def judge_query(text: str, tables: Mapping[str, Table]) -> None:
    """Raise E511 where a query that ran reads no table, or asks for none of its columns, so that
    it only states the answer."""
    tree = parse_query(Source("<program>", text))
    defined = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    read = {
        node.name.lower()
        for node in tree.find_all(exp.Table)
        if node.name.lower() not in defined or _defines(node.find_ancestor(exp.CTE), node.name)
    }
    columns = {
        name.lower()
        for table in tables.values()
        if table.name.lower() in read
        for name, _, _ in table.relation_columns()
    }
    asked = {column.name.lower() for column in tree.find_all(exp.Column)}
    if not columns or not (columns & asked or tree.find(exp.Star, exp.Count)):
        hint = "derive it: `SELECT c FROM t WHERE ...`"
        raise ModelError(511, "this states the answer without reading a table", hint=hint)


def _defines(cte: exp.CTE | None, name: str) -> bool:
    """Whether a common table has this name: what it reads under it is the table that was given."""
    return cte is not None and cte.alias.lower() == name.lower()
