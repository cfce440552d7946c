"""TAT-QA as the benchmarks read it: a table with its paragraphs, questions, and gold answers.

Zhu et al. 2021, "TAT-QA: A Question Answering Benchmark on a Hybrid of Tabular and Textual Content
in Finance". A gold answer's numbers are floats where it was computed (arithmetic, count), and the
text as it stands in the source otherwise; a percentage of 12.3 is 12.3 with the scale `percent`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from trivium.ask.words import tokens
from trivium.ground.cells import parse_cell
from trivium.ground.grid import header_height, join_headers, spread_headers
from trivium.ground.passage import Passage, passages_of
from trivium.ground.table import Table, make_table
from trivium.source import Place


@dataclass(frozen=True)
class Question:
    """One question: its gold answer, what kind it is, where it stands and in what scale."""

    id: str
    text: str
    answer: tuple[str | float, ...]
    answer_type: str
    answer_from: str
    scale: str
    derivation: str


@dataclass(frozen=True)
class Context:
    """A table, the paragraphs around it and what is asked of both."""

    id: str
    table: Table
    passages: tuple[Passage, ...]
    questions: tuple[Question, ...]


def read_contexts(folder: Path) -> list[Context]:
    """All contexts of `dev.json`."""
    path = folder / "dev.json"
    found = []
    for entry in json.loads(path.read_text(encoding="utf-8")):
        id = entry["table"]["uid"]
        paragraphs = sorted(entry["paragraphs"], key=lambda paragraph: paragraph["order"])
        passages = [
            passage
            for paragraph in paragraphs
            for passage in passages_of(
                paragraph["text"], Place(str(path), f"{id}, paragraph {paragraph['order']}")
            )
        ]
        questions = [_question(question) for question in entry["questions"]]
        table = table_of(entry["table"]["table"], Place(str(path), id))
        found.append(Context(id, table, tuple(passages), tuple(questions)))
    return found


def split(
    contexts: list[Context], seed: int = 0, share: float = 0.5
) -> tuple[list[Context], list[Context]]:
    """`share` of the contexts, for training, and the others, to test."""
    ids = sorted(context.id for context in contexts)
    random.Random(seed).shuffle(ids)
    chosen = set(ids[: int(len(ids) * share)])
    train = [context for context in contexts if context.id in chosen]
    return train, [context for context in contexts if context.id not in chosen]


def table_of(grid: list[list[str]], place: Place) -> Table:
    """The table of a context: header rows joined, row labels under `item` if nothing is said."""
    width = max(len(row) for row in grid)
    height = header_height(grid)
    headers = join_headers(spread_headers(grid[:height], width), width)
    headers[0] = headers[0] or "item"
    rows = [[*row, *[""] * (width - len(row))] for row in grid[height:]]
    return make_table("t", headers, rows, place)


def same_answer(values: Sequence[str | float], gold: Sequence[str | float]) -> bool:
    """Whether two answers are the same set; gold numbers are given to two decimals at most."""
    return {_comparable(value) for value in values} == {_comparable(value) for value in gold}


@lru_cache(maxsize=65536)
def _comparable(value: str | float) -> str | float:
    """A number to two decimals, also one in text (`$ (53)`); other text without marks and case."""
    if isinstance(value, str):
        cell = parse_cell(value)
        if cell.number is None or not cell.typed or cell.kind == "date":
            return " ".join(tokens(value))
        value = cell.number
    return round(float(value), 2)


def _question(entry: dict[str, object]) -> Question:
    answer = entry["answer"]
    if entry["answer_type"] in ("arithmetic", "count"):
        gold: tuple[str | float, ...] = (float(str(answer)),)
    else:
        gold = tuple(str(value) for value in (answer if isinstance(answer, list) else [answer]))
    return Question(
        str(entry["uid"]), str(entry["question"]), gold, str(entry["answer_type"]),
        str(entry["answer_from"]), str(entry["scale"]), str(entry["derivation"]),
    )  # fmt: skip
