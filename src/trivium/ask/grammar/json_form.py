"""Programs as JSON, for endpoints that know JSON schemas and no grammars.

    {"table": "games", "find": "argmax", "column": "nation", "by": "medals",
     "where": [{"column": "year", "is": ">", "value": 1950}]}

    answer(a) :- a = argmax x by m : { games(row: r, nation: x, medals: m),
                                       games(row: r, year: v0), v0 > 1950 }.

`json_schema` says what may be written over the tables; `datalog_of` writes it as Datalog, so that
it is checked, run and proved as every other program is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Any

from trivium.ask.candidate import answer_name
from trivium.ask.grammar.constants import Constants, constants_of
from trivium.ask.telling import telling_columns
from trivium.errors import ModelError
from trivium.ground.table import Table, unique
from trivium.ir.text import write_plain
from trivium.ir.types import Type

Schema = dict[str, Any]
_ORDER = ("=", "!=", "<", "<=", ">", ">=")
_ENDS = ("min", "max")
_DATE = re.compile(r'date\("[\d-]+"\)')
_MOST = ("argmin", "argmax")


def json_schema(question: str, tables: Sequence[Table]) -> Schema:
    """The JSON schema of the programs over one of the tables that may answer the question.

    Every property is required and no other is allowed, as strict endpoints want it. Raises
    ValueError without tables.
    """
    conditions: Schema = {}
    choices = [choice for table in tables for choice in _queries(question, table, conditions)]
    if not choices:
        raise ValueError("a schema needs a table with columns")
    return _object({"query": {"anyOf": choices}}) | {"$defs": conditions}


def _queries(question: str, table: Table, shared: Schema) -> list[Schema]:
    """The queries to a table. Its conditions, the same in each, are put into `shared` once."""
    columns = [(name, Type(kind)) for name, kind, _ in telling_columns(table)]
    if len(columns) < 2:  # `row` alone
        return []
    constants = constants_of(question, table)
    conditions = [
        condition for name, kind in columns for condition in _conditions(name, kind, constants)
    ]
    where: Schema = {"type": "array", "items": {"anyOf": conditions}, "maxItems": 4}
    if not conditions:
        where = {"type": "array", "items": {"type": "null"}, "maxItems": 0}
    shared[f"where_{table.name}"] = where
    named = [(name, kind) for name, kind in columns if name != "row"]
    names = [name for name, _ in named]
    numbers = [name for name, kind in named if kind in (Type.NUMBER, Type.FLOAT)]
    ordered = [name for name, kind in named if kind is not Type.SYMBOL]

    def query(find: Sequence[str], **more: Sequence[str]) -> Schema:
        parts = {"table": _one_of([table.name]), "find": _one_of(find)}
        parts |= {name: _one_of(values) for name, values in more.items()}
        return _object({**parts, "where": {"$ref": f"#/$defs/where_{table.name}"}})

    found = [
        query(["value", "first", "last", "before", "after", "different"], column=names),
        query(["count"]),
    ]
    if numbers:
        found.append(query(["sum", "mean", "range"], column=numbers))
    if ordered:
        found += [query(_ENDS, column=ordered), query(_MOST, column=names, by=ordered)]
    return found


def _conditions(column: str, kind: Type, constants: Constants) -> list[Schema]:
    if kind is Type.SYMBOL:
        texts = constants.texts.get(column, ())
        found = [_condition(column, ["=", "!="], texts)] if texts else []
        if constants.words:
            found.append(_condition(column, ["contains"], constants.words))
        return found
    if column == "row":
        return [_condition(column, _ORDER, sorted({1, *constants.integers}))]
    if kind is Type.DATE:
        dates = [f'date("{date}")' for date in constants.dates]
        return [_condition(column, _ORDER, dates)] if dates else []
    numbers = constants.integers if kind is Type.NUMBER else constants.floats
    return [_condition(column, _ORDER, numbers)] if numbers else []


def _condition(column: str, order: Sequence[str], values: Sequence[object]) -> Schema:
    return _object({"column": _one_of([column]), "is": _one_of(order), "value": _one_of(values)})


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _one_of(values: Sequence[object]) -> Schema:
    return {"enum": list(values)}


def datalog_of(text: str, tables: Collection[str] = ()) -> str:
    """The Datalog program that a query in JSON stands for; E510 where it is none. No relation that
    it derives has the name of a table."""
    try:
        answer = answer_name(tables)
        return _written(json.loads(text)["query"], answer, unique("found", {answer, *tables}))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as e:
        hint = "write one query, as the schema has it"
        raise ModelError(510, f"the reply is no query in JSON: {e}", hint=hint) from e


def _written(query: Schema, answer: str, among: str) -> str:
    find, row = query["find"], f"{query['table']}(row: r"
    if find == "count":
        return f"{answer}(n) :- n = count : {{ {_body(query)} }}.\n"
    asked = f"{query['column']}: x"
    every = f"{{ {_body(query, asked)} }}"
    match find:
        case "value":
            return f"{answer}(x) :- {_body(query, asked)}.\n"
        case "different":
            counted = f"{answer}(n) :- n = count : {{ {among}(x) }}.\n"
            return f"{counted}{among}(x) :- {_body(query, asked)}.\n"
        case "before" | "after":
            beside = "r - 1" if find == "before" else "r + 1"
            return f"{answer}(x) :- {_body(query)}, {query['table']}(row: {beside}, {asked}).\n"
        case "first" | "last":
            end = "min" if find == "first" else "max"
            rows = f"r = {end} q : {{ {among}(q) }}"
            return f"{answer}(x) :- {row}, {asked}), {rows}.\n{among}(r) :- {_body(query)}.\n"
        case "argmin" | "argmax":
            measured = _body(query, asked, f"{query['by']}: m")
            return f"{answer}(a) :- a = {find} x by m : {{ {measured} }}.\n"
        case "range":
            return f"{answer}(d) :- a = max x : {every}, b = min x : {every}, d = a - b.\n"
        case "sum" | "mean" | "min" | "max":
            return f"{answer}(n) :- n = {find} x : {every}.\n"
    raise ValueError(f"`{find}` is nothing to find")


def _constant(value: object) -> str:
    """A value as Datalog writes it. A date is written so in the schema already."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        return value
    return write_plain(value)


def _body(query: Schema, *asked: str) -> str:
    """An atom that binds the row and what is asked, and the conditions on that row."""
    table = query["table"]
    parts = [f"{table}({', '.join(['row: r', *asked])})"]
    for i, condition in enumerate(query["where"]):
        column, test, value = condition["column"], condition["is"], condition["value"]
        written = _constant(value)
        if column == "row":
            parts.append(f"r {test} {written}")
        elif test == "=":
            parts.append(f"{table}(row: r, {column}: {written})")
        else:
            parts.append(f"{table}(row: r, {column}: v{i})")
            within = f"contains({written}, lower(v{i}))"
            parts.append(within if test == "contains" else f"v{i} {test} {written}")
    return ", ".join(parts)
