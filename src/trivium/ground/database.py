"""Databases, read only: the tables and views of SQLite and DuckDB files, and of PostgreSQL.

Nothing is ever written. A row's place is its table and its number in the order it was read.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pyarrow as pa

from trivium.errors import BackendError, DataError
from trivium.ground.columnar import LARGE, arrow_table
from trivium.ground.document import Contents
from trivium.ground.grid import table_of, text_of
from trivium.ground.parquet import from_arrow
from trivium.ground.report import Log
from trivium.source import Place
from trivium.syntax.sql.quotes import sql_name, sql_text

_BATCH = 50_000


def read_sqlite(path: Path, name: str, log: Log) -> Contents:
    """Every table and view of an SQLite file. Raises E606 if damaged, E608 if locked."""
    contents = Contents()
    database = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    # Text that is not UTF-8 is no reason to give up a table.
    database.text_factory = lambda data: data.decode("utf-8", errors="replace")
    try:
        found = database.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
            " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
        ).fetchall()
        for (table,) in log.along(found):
            _read_sqlite_table(contents, database, table, Place(name, table), log)
    except sqlite3.OperationalError as problem:
        raise DataError(608, f"`{name}` cannot be opened: {problem}") from problem
    except sqlite3.DatabaseError as problem:
        raise DataError(606, f"`{name}` is a damaged SQLite file: {problem}") from problem
    finally:
        database.close()
    if not found:
        log.warn(f"{name}: the database has no tables")
    return contents


def _read_sqlite_table(
    contents: Contents, database: sqlite3.Connection, table: str, place: Place, log: Log
) -> None:
    cursor = database.execute(f"SELECT * FROM {sql_name(table)}")
    headers = [column[0] for column in cursor.description]
    first = cursor.fetchmany(LARGE // len(headers) + 1)
    if len(first) * len(headers) <= LARGE:
        rows = [[text_of(value) for value in row] for row in first]
        contents.add(table_of(table, [headers, *rows], place, log=log, header_rows=1))
        return
    chunks: list[list[Any]] = [[] for _ in headers]
    for rows_read in log.along(_batches(cursor, first)):
        for chunk, column in zip(chunks, zip(*rows_read, strict=True), strict=True):
            chunk.append(pa.array([text_of(value) for value in column], pa.string()))
    arrays = [pa.chunked_array(chunk) for chunk in chunks]
    data = pa.table(arrays, names=[f"c{i}" for i in range(len(headers))])
    contents.add(arrow_table(table, data, place, log, headers))


def _batches(cursor: sqlite3.Cursor, first: list[Any]) -> Iterator[list[Any]]:
    yield first
    while rows := cursor.fetchmany(_BATCH):
        yield rows


def read_duckdb(path: Path, name: str, log: Log) -> Contents:
    """Every table and view of a DuckDB file. Raises E608 if it cannot be opened."""
    try:
        database = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as problem:
        if "encrypt" in str(problem).lower():
            raise DataError(605, f"`{name}` is encrypted") from problem
        raise DataError(608, f"`{name}` cannot be opened: {_reason(problem)}") from problem
    with database:
        return _read_catalogue(database, str(database.execute(
            "SELECT current_database()").fetchall()[0][0]), name, log)  # fmt: skip


def read_postgres(url: str, name: str, log: Log) -> Contents:
    """Every table and view of a PostgreSQL database that the user may read, in one snapshot.
    `name` is the URL without its password.

    Reads through the Arrow driver of the `postgres` extra where that is installed, else through
    DuckDB's extension. Raises E402 where neither can be loaded, E608 where the server says no.
    """
    try:
        import adbc_driver_postgresql.dbapi as driver
    except ImportError:
        return _read_postgres_in_duckdb(url, name, log)
    try:
        with driver.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return _read_postgres_tables(cursor, name, log)
    except driver.Error as problem:
        raise DataError(608, f"`{name}`: {_reason(problem)}") from problem


# Tables, partitioned tables, views, materialised views and foreign tables.
_POSTGRES_TABLES = """
SELECT n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname), (
  SELECT string_agg(
    quote_ident(attname) || CASE WHEN atttypid = 'interval'::regtype THEN
      '::text AS ' || quote_ident(attname) ELSE '' END, ', ' ORDER BY attnum)
  FROM pg_attribute
  WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
    AND has_column_privilege(c.oid, attnum, 'SELECT'))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  AND has_schema_privilege(n.oid, 'USAGE')
ORDER BY 1, 2
"""


def _read_postgres_tables(cursor: Any, name: str, log: Log) -> Contents:
    contents = Contents()
    cursor.execute(_POSTGRES_TABLES)
    found = [row for row in cursor.fetchall() if row[3]]  # with a column that may be read
    for schema, table, quoted, columns in found:
        cursor.execute(f"SELECT {columns} FROM {quoted}")
        part = table if schema == "public" else f"{schema}.{table}"
        data = _plain(cursor.fetch_arrow_table())
        contents.add(from_arrow(part, data, Place(name, part), log))
    if not found:
        log.warn(f"{name}: the database has no tables that may be read")
    return contents


def _plain(data: pa.Table) -> pa.Table:
    """Columns of types that Arrow has no name for (`numeric`, `json`) as the text they came in."""
    for i, column in enumerate(data.columns):
        if isinstance(column.type, pa.BaseExtensionType):
            storage = pa.chunked_array(
                [chunk.storage for chunk in column.chunks], column.type.storage_type
            )
            data = data.set_column(i, data.column_names[i], storage)
    return data


def _read_postgres_in_duckdb(url: str, name: str, log: Log) -> Contents:
    with duckdb.connect() as database:
        try:
            database.execute("INSTALL postgres")
            database.execute("LOAD postgres")
        except duckdb.Error as problem:
            raise BackendError(
                402,
                f"DuckDB's `postgres` extension cannot be loaded: {_reason(problem)}",
                hint='install a driver of its own: `pip install "trivium[postgres]"`',
            ) from problem
        try:
            database.execute(f"ATTACH {sql_text(url)} AS source (TYPE postgres, READ_ONLY)")
            return _read_catalogue(database, "source", name, log)
        except duckdb.Error as problem:
            raise DataError(608, f"`{name}`: {_reason(problem)}") from problem


def public_name(url: str) -> str:
    """The URL without its password, for places and messages."""
    url = re.sub(r"(://[^:/@]+):[^@]*@", r"\1@", url)
    return re.sub(r"(?<=[?&])password=[^&]*&?", "", url).rstrip("?&")


def _read_catalogue(
    database: duckdb.DuckDBPyConnection, catalogue: str, name: str, log: Log
) -> Contents:
    contents = Contents()
    found = database.execute(
        "SELECT table_schema, table_name FROM information_schema.tables"
        " WHERE table_catalog = ? AND table_schema NOT IN ('information_schema', 'pg_catalog')"
        " ORDER BY ALL",
        [catalogue],
    ).fetchall()
    for schema, table in log.along(found):
        whole = ".".join(map(sql_name, (catalogue, schema, table)))
        data = database.sql(f"SELECT * FROM {whole}").to_arrow_table()
        part = table if schema in ("main", "public") else f"{schema}.{table}"
        contents.add(from_arrow(part, data, Place(name, part), log))
    if not found:
        log.warn(f"{name}: the database has no tables")
    return contents


def _reason(problem: Exception) -> str:
    """The first line of a driver's message, without a password or the driver's own name."""
    line = str(problem).strip().split("\n")[0]
    line = line.removeprefix("IO: ").removeprefix("[libpq] ").strip()
    return re.sub(r"(://[^:/@\s]+):[^@\s]*@", r"\1@", line)
