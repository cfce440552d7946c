"""WikiTableQuestions as the benchmarks read it: questions, tables, and the split by table."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from trivium.ground.table import Table, make_table
from trivium.source import Place


@dataclass(frozen=True)
class Example:
    """One question with the table that it is asked of and its gold answer."""

    id: str
    question: str
    context: str
    answer: tuple[str, ...]


def read_examples(folder: Path) -> list[Example]:
    """All questions of `questions.tsv`; several answers are separated by a bar."""
    lines = (folder / "questions.tsv").read_text(encoding="utf-8").split("\n")[1:]
    found = []
    for line in lines:
        if line:
            id, question, context, answer = line.split("\t")
            found.append(Example(id, question, context, tuple(answer.split("|"))))
    return found


def split(
    examples: list[Example], seed: int = 0, share: float = 0.8
) -> tuple[list[Example], list[Example]]:
    """The questions of `share` of the tables, for training; those of the other tables, to test."""
    tables = sorted({example.context for example in examples})
    random.Random(seed).shuffle(tables)
    chosen = set(tables[: int(len(tables) * share)])
    train = [example for example in examples if example.context in chosen]
    test = [example for example in examples if example.context not in chosen]
    return train, test


@lru_cache(maxsize=8)
def read_table(folder: Path, context: str) -> Table:
    """The table of a question (`csv/204-csv/590.csv`); a quote in a cell follows a backslash."""
    path = folder / "tables" / context.removeprefix("csv/")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, escapechar="\\", doublequote=False)
    width = len(header)
    rows = [(row + [""] * width)[:width] for row in rows]
    return make_table("t", header, rows, Place(str(path)))
