"""The rows of CSV files and SQLite databases as facts: `csv_load` and `sqlite_load`."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

from trivium.dialects.problog.terms import Real, Term
from trivium.errors import DataError

Rows = list[tuple[Term, ...]]


def csv_rows(path: Path) -> Rows:
    """The rows of a CSV file; numbers are numbers, the rest are atoms."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return [tuple(map(_cell, row)) for row in csv.reader(file) if row]
    except OSError as problem:
        raise DataError(601, f"`{path.name}` cannot be read: {problem.strerror}") from None


def sqlite_rows(path: Path) -> dict[str, Rows]:
    """The rows of each table of a database."""
    if not path.exists():
        raise DataError(601, f"there is no file `{path.name}`")
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            tables = database.execute("select name from sqlite_master where type = 'table'")
            return {
                str(name): [
                    tuple([_value(v) for v in row])
                    for row in database.execute(f'select * from "{name}"')
                ]
                for (name,) in tables.fetchall()
            }
    except sqlite3.DatabaseError as problem:
        raise DataError(606, f"`{path.name}` is no SQLite database: {problem}") from None


def _cell(text: str) -> Term:
    text = text.strip()
    try:
        return int(text)
    except ValueError:
        try:
            return Real(text)
        except ValueError:
            return text.strip("'\"")


def _value(value: object) -> Term:
    if isinstance(value, float):
        return Real(value)
    return value if isinstance(value, int) else str(value)
