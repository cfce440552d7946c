"""DuckDB, locked: it reads a SELECT and computes its rows, over the tables that it is handed.

    parse_tree("select 1")                            the tree that DuckDB's parser makes
    with connected({"t": table}, limits) as database: database.rows("select x from t")

It reaches nothing else: no file, network, extension, attached database or variable of Python, and
no setting can be changed. What a query may name is checked on its tree before (`statement.py`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock, Timer
from typing import Any

import duckdb
import pyarrow as pa

from trivium.engine.limits import Guard, Limits, threads_of

_LOCKED = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "temp_directory": "",
}
_MAKING = Lock()
# Rows of one piece of a result: the limits are looked at between two.
_PIECE = 1_000_000
# These have an exact counterpart in Arrow; of any other type the text is taken.
_EXACT = frozenset((
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "FLOAT", "DOUBLE", "VARCHAR", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_S",
    "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "INTERVAL", "BLOB", "UUID",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fetched:
    """The rows of a query, and the name and type of each column as DuckDB calls them."""

    table: pa.Table
    labels: tuple[str, ...]
    types: tuple[str, ...]


def parse_tree(text: str) -> dict[str, Any]:
    """What DuckDB's parser makes of a text: `statements`, or `error` with its message and place.

    Raises RecursionError for what nests too deeply to be looked at."""
    with _cursor(None, 0) as cursor:
        found = cursor.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchone()
    assert found is not None
    tree: dict[str, Any] = json.loads(found[0])
    return tree


def text_of(tree: Mapping[str, Any]) -> str | None:
    """The query that a tree stands for; None where DuckDB cannot write it."""
    try:
        with _cursor(None, 0) as cursor:
            text = "SELECT json_deserialize_sql(?::JSON)"
            found = cursor.execute(text, [json.dumps(tree)]).fetchone()
    except duckdb.Error:
        return None
    return None if found is None else str(found[0])


@contextmanager
def connected(
    tables: Mapping[str, Any], limits: Limits, numbered: bool = False
) -> Iterator[Database]:
    """DuckDB with these tables, under limits; `numbered` ones are copied, and have a `rowid`."""
    with _cursor(limits.memory_bytes, _threads(limits)) as cursor:
        for place, (name, table) in enumerate(tables.items()):
            cursor.register(f"trivium_{place}" if numbered else name, table)
            if numbered:
                quoted = name.replace('"', '""')
                text = f'CREATE TEMP TABLE "{quoted}" AS FROM trivium_{place}'
                cursor.execute(text).fetchall()
                cursor.unregister(f"trivium_{place}")
        yield Database(cursor)


class Database:
    """A connection that holds the tables of one query."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def binds(self, text: str) -> bool:
        """Whether DuckDB knows all that a query names."""
        try:
            self._cursor.sql(text)
        except duckdb.Error:
            return False
        return True

    def plan(self, text: str) -> str:
        """How DuckDB goes about a query."""
        return str(self._cursor.sql(text).explain())

    def rows(self, text: str, guard: Guard) -> Fetched:
        """The rows of a query. Raises duckdb.Error where it cannot be bound, or run; LimitError
        301 to 303."""
        relation = self._cursor.sql(text)
        types, labels = tuple(map(str, relation.types)), tuple(relation.columns)
        if not all(map(_exact, types)):
            relation = relation.project(", ".join(map(_written, range(len(types)), types)))
        seconds = guard.limits.seconds
        timer = None if seconds is None else Timer(max(0.0, guard.left()), self._cursor.interrupt)
        if timer is not None:
            timer.daemon = True
            timer.start()
        try:
            pieces = []
            with relation.to_arrow_reader(_PIECE) as reader:
                for piece in reader:
                    guard.take(piece.num_rows, piece.nbytes)
                    pieces.append(piece)
                schema = reader.schema
        except (duckdb.Error, pa.ArrowException, OSError) as problem:
            # Between two pieces it is Arrow that hands on what DuckDB says.
            said = str(problem)
            if said.startswith("INTERRUPT") and seconds is not None:
                guard.obey("time")
            if said.startswith("Out of Memory"):
                guard.obey("memory")
            raise problem if isinstance(problem, duckdb.Error) else duckdb.Error(said) from None
        finally:
            if timer is not None:
                timer.cancel()
        guard.check_time()
        return Fetched(pa.Table.from_batches(pieces, schema), labels, types)


def as_texts(column: Any) -> list[str | None]:
    """The cells of an Arrow column as DuckDB writes them."""
    with _cursor(None, 0) as cursor:
        relation = cursor.from_arrow(pa.table({"c": column}))
        return [row[0] for row in relation.project("CAST(#1 AS VARCHAR)").fetchall()]


def _exact(kind: str) -> bool:
    return kind in _EXACT or (
        kind.endswith(("]", ")")) and "BIT" not in kind and "HUGE" not in kind
    )


def _written(place: int, kind: str) -> str:
    column = f"#{place + 1}"
    if _exact(kind):
        return column
    wanted = "DECIMAL(38, 0)" if kind == "HUGEINT" else "VARCHAR"
    return f"CAST({column} AS {wanted}) AS c{place}"


def _threads(limits: Limits) -> int:
    """As many as are said; else one for each core of the process."""
    told = limits.threads is not None or os.environ.get("TRIVIUM_THREADS", "").isdecimal()
    return threads_of(limits if told else Limits(threads=0))


@contextmanager
def _cursor(memory: int | None, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own to the locked database of this process."""
    with _MAKING:
        cursor = _locked(os.getpid(), memory, threads).cursor()
    try:
        yield cursor
    finally:
        cursor.close()


def forget() -> None:
    """Make other databases from now on: one in which something broke serves no more."""
    _locked.cache_clear()


@lru_cache(maxsize=8)
def _locked(process: int, memory: int | None, threads: int) -> duckdb.DuckDBPyConnection:
    """A database in memory. A process that was forked has none of its parent's threads, and makes
    its own."""
    config = dict(_LOCKED)
    if memory is not None:
        config["memory_limit"] = f"{max(memory, 1 << 24) // 1000}KB"
    if threads:
        config["threads"] = str(threads)
    database = duckdb.connect(":memory:", config=config)  # type: ignore[arg-type]
    with suppress(duckdb.Error):  # without its extension, times of a zone are those of UTC anyway
        database.execute("SET TimeZone = 'UTC'")
    database.execute("SET lock_configuration = true")
    return database


def names(found: Sequence[str]) -> list[str]:
    """Names of columns; a second one of a name gets a number."""
    told: list[str] = []
    for name in found:
        made, number = name, 1
        while made in told:
            made, number = f"{name}_{number}", number + 1
        told.append(made)
    return told
