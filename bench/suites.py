"""Suites of questions over plain and messy files, as the benchmarks ask them.

`everyday` has tables with gold SQL, `messy` and `sesql` files with gold values. What counts as
right is said by `answers.py` in the folder `checks` beside the data.
"""

from __future__ import annotations

import csv
import importlib.util
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

SHARE = ("share", "growth", "ratio", "percentage", "derived", "difference", "pct", "percent")


@dataclass(frozen=True)
class Asked:
    """One question of a suite, the files that it is asked of, the question before it if it goes on
    from one, and what is right; of a question that cannot be answered (`gold` None) nothing is."""

    suite: str
    question: str
    previous: str
    files: tuple[Path, ...]
    gold: tuple[Any, ...] | None
    right: Callable[[Any], bool]


def suite(data: Path, name: str) -> list[Asked]:
    """The questions of one suite."""
    return list(_everyday(data) if name == "everyday" else _files(data, name))


def _everyday(data: Path) -> Iterator[Asked]:
    folder, same = data / "everyday", _same(data)
    connection = duckdb.connect()
    for file in sorted((folder / "tables").glob("*.csv")):
        connection.execute(f"create table \"{file.stem}\" as select * from read_csv('{file}')")
    with (folder / "questions.tsv").open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE):
            gold = None
            if row["sql"] != "-":
                queries = row["sql"].split(" || ")
                gold = tuple(connection.execute(query).fetchall() for query in queries)
            files = tuple(folder / "tables" / f"{t}.csv" for t in row["tables"].split("+"))
            right = _right(same, gold, row["kind"] == "list-sort", row["kind"] in SHARE)
            yield Asked("everyday", row["question"], row["previous"], files, gold, right)


def _files(data: Path, name: str) -> Iterator[Asked]:
    folder, same = data / name, _same(data)
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        entry = json.loads(line)
        files = tuple(folder / "files" / file for file in entry["files"])
        gold = entry["gold"]
        if gold and set(gold) == {"*"}:
            continue  # the whole rows were asked for, and the stars do not say what is in them
        if gold is not None:
            gold = (gold,) if entry["set"] else tuple([one] for one in gold)
        right = _right(same, gold, False, entry["kind"] in SHARE)
        yield Asked(name, entry["question"], "", files, gold, right)


def _same(data: Path) -> Callable[..., bool]:
    spec = importlib.util.spec_from_file_location("answers", data.parent / "checks" / "answers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.right  # type: ignore[no-any-return]


def _right(
    same: Callable[..., bool], gold: tuple[Any, ...] | None, ordered: bool, share: bool
) -> Callable[[Any], bool]:
    def right(value: Any) -> bool:
        return gold is not None and any(same(value, one, ordered, share) for one in gold)

    return right
