"""The gold SQL of text2sql-data's Geography and Restaurants: `text2sql.py DIR`.

DIR holds `NAME.json` and `NAME-db.added-in-2020.sqlite` of the public repository
jkkummerfeld/text2sql-data (folder data/). Each query has its variables filled in from its first
question, and `"text"` in double quotes, which SQLite takes for text, written with single ones. The
queries say RESTAURANT.ID where the database says RESTAURANT_ID, so the column is renamed in a copy.
The rows are compared with SQLite's; what is outside is listed with its reason.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from trivium import Program, TriviumError


def copied(path: Path) -> sqlite3.Connection:
    """The database in memory, with the names that the queries use."""
    connection = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(path)) as stored:
        stored.backup(connection)
    if path.name.startswith("restaurants"):
        connection.execute("alter table RESTAURANT rename column RESTAURANT_ID to ID")
    return connection


def database(connection: sqlite3.Connection) -> dict[str, dict[str, list[Any]]]:
    names = connection.execute("select name from sqlite_master where type = 'table'")
    tables = {}
    for (name,) in names.fetchall():
        cursor = connection.execute(f'select * from "{name}"')
        rows = cursor.fetchall()
        heads = [column[0] for column in cursor.description]
        tables[name] = {head: [row[i] for row in rows] for i, head in enumerate(heads)}
    return {name: columns for name, columns in tables.items() if next(iter(columns.values()))}


def mended(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """SQLite's columns may mix text with numbers; such a column is text here."""
    for head, cells in columns.items():
        kinds = {type(cell) for cell in cells if cell is not None}
        if str in kinds and len(kinds) > 1:
            columns[head] = [None if cell is None else str(cell) for cell in cells]
    return columns


def plain(rows: list[tuple[Any, ...]]) -> list[str]:
    return sorted(
        repr(tuple(round(float(c), 6) if isinstance(c, int | float) else c for c in row))
        for row in rows
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for name in ("geography", "restaurants"):
        tally: Counter[str] = Counter()
        with closing(copied(folder / f"{name}-db.added-in-2020.sqlite")) as connection:
            tables = {table: mended(cells) for table, cells in database(connection).items()}
            for item in json.loads((folder / f"{name}.json").read_text("utf-8")):
                variables = {v["name"]: v["example"] for v in item["variables"]}
                variables.update(item["sentences"][0]["variables"])
                for gold in item["sql"]:
                    for variable, text in variables.items():
                        gold = gold.replace(variable, text)
                    query = re.sub(
                        r'"([^"]*)"', lambda m: "'" + m[1].replace("'", "''") + "'", gold
                    )
                    tally["queries"] += 1
                    try:
                        wanted = connection.execute(query).fetchall()
                    except sqlite3.Error as problem:
                        tally["refused by SQLite"] += 1
                        print(f"{name}: SQLite: {problem}\n  {query}")
                        continue
                    try:
                        found = Program(query, dialect="sql").run(**tables)["answer"].rows()
                    except TriviumError as problem:
                        tally[f"refused here: E{problem.number}"] += 1
                        print(f"{name}: E{problem.number} {problem.message}\n  {query}")
                        continue
                    same = plain(found) == plain(wanted)
                    tally["the same" if same else "MISMATCH"] += 1
                    if not same:
                        print(f"{name}: found {found[:5]}, SQLite {wanted[:5]}\n  {query}")
        print(name, dict(tally), flush=True)


if __name__ == "__main__":
    main()
