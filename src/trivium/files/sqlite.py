"""Relations as tables of a SQLite database, other tables untouched.

    .output path(IO=sqlite, dbname="all.sqlite")     the table `path`, made anew
    .input edge(IO=sqlite, filename="all.sqlite")    the table or view `edge`

Numbers are integers, floats reals, and all else text; an unsigned number above 2^63 is stored as
the integer with the same bits. A table is replaced in one transaction, so that a run that is
interrupted, or a full disk, leaves the old one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

from trivium.engine.faults import Faults
from trivium.engine.given import Given, Locate
from trivium.engine.limits import PART, Guard
from trivium.engine.term_text import parse_term, term_text
from trivium.engine.values import Cells
from trivium.errors import DataError
from trivium.files.delimited import PARSERS
from trivium.files.formats import Format
from trivium.ir.nodes import Relation
from trivium.ir.types import Shapes, Type
from trivium.source import Place
from trivium.syntax.sql.quotes import sql_name

_ROW, _VALUE = 120, 80  # bytes that Python takes for a row that is read, and for each value
_KINDS = {Type.NUMBER: "INTEGER", Type.UNSIGNED: "INTEGER", Type.FLOAT: "REAL"}


@contextmanager
def _opened(form: Format, writing: bool) -> Iterator[sqlite3.Connection]:
    """The database; E657 or E659 for what SQLite refuses."""
    where = form.database or str(form.path)
    number = 659 if writing else 657
    if form.database is None:
        if writing:
            try:
                form.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DataError(659, f"`{where}`: {error.strerror}") from None
        elif not form.path.exists():
            raise DataError(657, f"no file `{where}` for the relation `{form.table}`")
    try:
        with closing(sqlite3.connect(where, uri=form.database is not None)) as database:
            yield database
    except sqlite3.Error as error:
        if writing:
            _restore(where, form.database is not None)
        raise DataError(number, f"`{where}`: {error}") from None


def _restore(where: str, uri: bool) -> None:
    """Have SQLite take a broken transaction back: on a full disk that may fail the first time."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(where, uri=uri)) as database:
        database.execute("SELECT count(*) FROM sqlite_master")


def read_sqlite(
    form: Format, relation: Relation, faults: Faults, shapes: Shapes, guard: Guard
) -> Given:
    """The rows of a table: by the names of its columns if all are there, else by position."""
    with _opened(form, writing=False) as database:
        cursor = database.execute(f"SELECT * FROM {sql_name(form.table)}")
        names = [entry[0] for entry in cursor.description]
        wanted = [column.name for column in relation.columns]
        if form.columns is not None:
            places = list(form.columns[: len(wanted)])
        elif set(wanted) <= set(names):
            places = [names.index(name) for name in wanted]
        else:
            places = list(range(len(wanted)))
        if (places and max(places) >= len(names)) or len(places) != len(wanted):
            message = f"`{form.path}`: the table `{form.table}` has {len(names)} columns"
            raise DataError(652, f"{message}, and `{relation.name}` {len(wanted)}")
        columns: list[list[Any]] = [[] for _ in wanted]
        count = 0
        for number, row in enumerate(_fetched(cursor, guard), 1):
            values = []
            for place, column in zip(places, relation.columns, strict=True):
                try:
                    values.append(_value(row[place], column.type, shapes))
                except (ValueError, TypeError, OverflowError):
                    problem = f"column `{column.name}`: {row[place]!r} is not a {column.type}"
                    faults.add(number, problem)
                    break
            else:
                for cells, value in zip(columns, values, strict=True):
                    cells.append(value)
                count += 1
    return Given(relation.name, columns, count, _located(form), tuple(wanted))


def _fetched(cursor: sqlite3.Cursor, guard: Guard) -> Iterator[tuple[Any, ...]]:
    """The rows that are left, as far as the guard allows."""
    size = _ROW + _VALUE * len(cursor.description)
    count = 0
    while part := cursor.fetchmany(PART // 8):
        count += len(part)
        guard.check_time()
        guard.reserve_bytes(size * count)
        yield from part


def _located(form: Format) -> Locate:
    return lambda row, column: Place(str(form.path), form.table, row=row + 1, column=column)


def read_sqlite_untyped(form: Format, name: str, guard: Guard) -> Given:
    """The rows of a table that no declaration describes."""
    with _opened(form, writing=False) as database:
        cursor = database.execute(f"SELECT * FROM {sql_name(form.table)}")
        names = [entry[0] for entry in cursor.description]
        rows = list(_fetched(cursor, guard))
    columns = [Cells(rows, number) for number in range(len(names))]
    return Given(name, columns, len(rows), _located(form), tuple(names))


def _value(value: Any, kind: Type, shapes: Shapes) -> Any:
    if value is None:
        if kind.structured:
            raise ValueError(value)
        return None
    if kind.structured:
        return parse_term(str(value), kind, shapes, PARSERS)
    if kind is Type.SYMBOL:
        return value if isinstance(value, str) else str(value)
    if isinstance(value, str):
        return PARSERS[kind](value)
    if kind is Type.UNSIGNED and isinstance(value, int):
        return value % 2**64
    if kind is Type.NUMBER and not isinstance(value, int):
        raise TypeError(value)
    return value


def write_sqlite(relation: Relation, rows: Iterable[tuple[Any, ...]], form: Format) -> None:
    """The relation as a table of the database."""
    columns = [f"{sql_name(c.name)} {_KINDS.get(c.type, 'TEXT')}" for c in relation.columns]
    table = sql_name(form.table)
    marks = ", ".join("?" for _ in columns)
    with _opened(form, writing=True) as database:
        database.isolation_level = None
        database.execute("BEGIN IMMEDIATE")
        try:
            kinds = dict(
                database.execute(
                    "SELECT name, type FROM sqlite_master WHERE name = ?", [form.table]
                )
            )
            if form.table in kinds:
                database.execute(f"DROP {kinds[form.table]} {table}")
            database.execute(
                f"CREATE TABLE {table} ({', '.join(columns) or sql_name('row') + ' INTEGER'})"
            )
            if columns:
                stored = (_stored(relation, row) for row in rows)
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", stored)
            else:
                database.executemany(f"INSERT INTO {table} VALUES (?)", [(1,) for _ in rows])
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise


def _stored(relation: Relation, row: tuple[Any, ...]) -> list[Any]:
    cells = []
    for column, value in zip(relation.columns, row, strict=True):
        if column.type.structured:
            value = term_text(value)
        elif column.type is Type.UNSIGNED and value is not None and value >= 2**63:
            value -= 2**64
        cells.append(value)
    return cells
