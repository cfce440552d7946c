"""What a query may be: one SELECT over the tables that it is given, checked on DuckDB's parse tree.

    select x from t where y > 1                     reads t, and its columns x and y
    select * from 'a.csv'                           E226: no table is called so
    select * from read_text('/etc/passwd')          E333

Each part of the tree is looked at. What a query may be made of is listed: what is not is refused.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from trivium.dialects.sql.database import parse_tree, text_of
from trivium.errors import ProgramError, SyntaxProblem
from trivium.source import Source, Span

Node = dict[str, Any]

_NODES = frozenset(("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"))
_SOURCES = frozenset((
    "BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EMPTY", "EMPTY_FROM", "EXPRESSION_LIST",
    "PIVOT",
))  # fmt: skip
# The functions that make rows of their arguments alone.
_TABLE_FUNCTIONS = frozenset((
    "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree",
    "test_all_types", "test_vector_types",
))  # fmt: skip
# The functions of values that act, wait, or tell of the machine.
_ACTING = frozenset((
    "current_setting", "currval", "nextval", "setval", "sleep_ms", "write_log", "getenv", "stats",
    "current_query", "current_query_id", "current_connection_id", "current_transaction_id",
    "txid_current", "add_parquet_key", "json_execute_serialized_sql", "vector_type",
))  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """A SELECT as DuckDB's parser reads it."""

    text: str
    tree: Node

    @property
    def _node(self) -> Node:
        node: Node = self.tree["statements"][0]["node"]
        return node

    @cached_property
    def tables(self) -> frozenset[str]:
        """The tables that it names, common tables left out, in small letters."""
        named = {part["table_name"].lower() for part in walk(self._node) if _is_table(part)}
        return frozenset(named - self._common)

    @cached_property
    def _common(self) -> frozenset[str]:
        found = set()
        for part in walk(self._node):
            for entry in (part.get("cte_map") or {}).get("map") or ():
                found.add(str(entry["key"]).lower())
            if part.get("type") in ("RECURSIVE_CTE_NODE", "CTE_NODE"):
                found.add(str(part.get("cte_name", "")).lower())
        return frozenset(found)

    @cached_property
    def columns(self) -> frozenset[str] | None:
        """The columns that it may name, in small letters; None for all of them."""
        found: set[str] = set()
        alone: set[str] = set()
        whole: set[str] = set()
        for part in walk(self._node):
            kind = str(part.get("type"))
            if kind in ("STAR", "PIVOT") or part.get("ref_type") in ("NATURAL", "POSITIONAL"):
                return None
            if _is_table(part) and part.get("column_name_alias"):
                return None  # which name the columns by their places
            if kind == "COLUMN_REF":
                path = [str(name).lower() for name in part["column_names"]]
                found.update(path)
                alone.update(path if len(path) == 1 else ())
            found.update(str(name).lower() for name in part.get("using_columns") or ())
            if kind in _SOURCES:
                whole.update((str(part.get("alias") or "").lower(),
                              str(part.get("table_name") or "").lower()))  # fmt: skip
        # The name of a table is its rows as structs.
        return None if alone & whole else frozenset(found)

    @cached_property
    def numbers_rows(self) -> bool:
        """Whether it asks for the `rowid` that DuckDB's own tables have."""
        named = (part["column_names"][-1] for part in walk(self._node)
                 if part.get("type") == "COLUMN_REF")  # fmt: skip
        return any(str(name).lower() == "rowid" for name in named)

    @cached_property
    def determined(self) -> str:
        """The query in which rows that an order leaves equal stand in the order of their values,
        the first column first; so too where a part of it is cut."""
        tree = copy.deepcopy(self.tree)
        changed = False
        for node in walk(tree["statements"][0]["node"]):
            for modifier in node.get("modifiers") or ():
                if modifier.get("type") == "ORDER_MODIFIER" and not _orders_all(modifier):
                    modifier["orders"] += _keys(node)
                    changed = True
        return (text_of(tree) if changed else None) or self.text


def _orders_all(modifier: Node) -> bool:
    return any(part.get("type") == "STAR" for part in walk(modifier))


def _keys(node: Node) -> list[Node]:
    """All columns of a query as keys of its order: by their places, where these are known."""
    shown = node.get("select_list")
    starred = shown is None or any(part.get("type") == "STAR" for part in walk(shown))
    keys = "COLUMNS(*)" if starred else ", ".join(str(i + 1) for i in range(len(shown or ())))
    (modifier,) = _parsed(f"SELECT * FROM t ORDER BY {keys}")["statements"][0]["node"]["modifiers"]
    found: list[Node] = copy.deepcopy(modifier["orders"])
    return found


def _is_table(part: Node) -> bool:
    return part.get("type") == "BASE_TABLE"


def walk(node: Any) -> Iterator[Node]:
    """Each part of a tree."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def check_statement(source: Source) -> Statement:
    """The one SELECT of a text. Raises SyntaxProblem: E120 for what is no SQL, E121 for what is no
    SELECT; ProgramError E333 for one that names what it was not given. RecursionError for what
    nests too deeply."""
    tree = _parsed(source.text)
    if tree.get("error"):
        place = int(tree.get("position") or 0)
        if tree.get("error_type") == "not implemented":
            raise SyntaxProblem(121, "only SELECT is supported", _whole(source))
        message = str(tree.get("error_message") or "this is no SQL")
        raise SyntaxProblem(120, message, Span(source, place, place + 1))
    found = tree["statements"]
    if len(found) != 1:
        told = f"{len(found)} statements" if found else "nothing"
        raise SyntaxProblem(120, f"found {told}, expected one query", Span(source, 0, 1))
    for part in walk(found[0]["node"]):
        _check(part, source)
    return _statement(source.text)


@lru_cache(maxsize=256)
def _statement(text: str) -> Statement:
    """A query that is run again is not read again."""
    return Statement(text, _parsed(text))


@lru_cache(maxsize=256)
def _parsed(text: str) -> Node:
    return parse_tree(text)


def _whole(source: Source) -> Span:
    return Span(source, 0, max(1, len(source.text)))


def _check(part: Node, source: Source) -> None:
    kind = str(part.get("type") or "")
    if kind.endswith("_NODE") and kind not in _NODES:
        what = kind.removesuffix("_NODE").removesuffix("_QUERY").lower().replace("_", " ")
        raise SyntaxProblem(121, f"`{what}` is not supported: only SELECT is", _at(part, source))
    if "sample" in part and "alias" in part and kind not in _SOURCES and "class" not in part:
        what = "DESCRIBE and SHOW are" if kind == "SHOW_REF" else f"`{kind.lower()}` is"
        raise SyntaxProblem(121, f"{what} not supported in FROM", _at(part, source))
    if _is_table(part) and (part.get("schema_name") or part.get("catalog_name")):
        raise _beyond(f"the table `{part['table_name']}` of another schema", part, source)
    if kind == "TABLE_FUNCTION":
        name = str(part["function"].get("function_name", "")).lower()
        if name not in _TABLE_FUNCTIONS:
            raise _beyond(f"the function `{name}` in FROM", part, source)
    elif part.get("class") in ("FUNCTION", "WINDOW"):
        name = str(part.get("function_name", "")).lower()
        if name in _ACTING or name.startswith("pragma_"):
            raise _beyond(f"the function `{name}`", part, source)


def _beyond(what: str, part: Node, source: Source) -> ProgramError:
    hint = "name a table that was given"
    return ProgramError(333, f"{what} is out of reach of a query", _at(part, source), hint=hint)


def _at(part: Node, source: Source) -> Span:
    """Where a part stands; DuckDB counts bytes."""
    start, length = part.get("query_location"), part.get("query_location_length") or 1
    data = source.text.encode()
    if not isinstance(start, int) or start >= len(data):
        return _whole(source)
    first = len(data[:start].decode(errors="ignore"))
    return Span(source, first, first + max(1, len(data[start : start + length].decode(
        errors="ignore"))))  # fmt: skip


def span_of_problem(source: Source, message: str) -> Span:
    """Where DuckDB's error points: it shows the line with carets below."""
    lines = message.split("\n")
    for above, line in itertools.pairwise(lines):
        head, _, shown = above.partition(": ")
        if not head.startswith("LINE ") or set(line.strip()) != {"^"} or "..." in shown:
            continue
        rows, number = source.text.split("\n"), int(head[5:]) - 1
        column = line.index("^") - len(head) - 2
        if number < len(rows) and rows[number] == shown and 0 <= column < len(shown):
            start = sum(len(row) + 1 for row in rows[:number]) + column
            return Span(source, start, start + len(line.strip()))
    return _whole(source)
