"""Which tables a question is about, and how much of a large one the search needs to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trivium.ask.cues import CUES
from trivium.ask.frame import Frame
from trivium.ask.words import STOP_WORDS, Question, fold
from trivium.ground.table import Table

# The search looks at no more tables and rows than these.
TABLES = 4
ROWS = 2000
# Columns that say where a fact was read, not what it says.
_BOOKKEEPING = {"passage", "sentence"}


def sampled(table: Table, question: Question) -> Frame:
    """Of a large table the rows that hold words of the question, and others evenly spread; the
    program that is found then runs over the whole table."""
    rows = _sample(table, question)
    # With the whole column's type, since the program must fit that.
    columns = tuple(column.excerpt(rows) for column in table.columns)
    return Frame(replace(table, columns=columns, places=()), table)


def facts_frames(facts: Sequence[Table]) -> list[Frame]:
    """The frames over facts read from text: what they say, without where.

    `statements` is left out: `entities` says the same, with a column for each property.
    """
    found = []
    for table in facts:
        if not table.name.startswith("statements"):
            columns = tuple(c for c in table.columns if c.name not in _BOOKKEEPING)
            found.append(Frame(replace(table, columns=columns), table))
    return found


def _sample(table: Table, question: Question) -> list[int]:
    said = _runs(question)
    linked: list[int] = []
    for column in table.columns:
        linked.extend(column.rows_of(said, 200))
    step = max(1, table.n_rows // (ROWS // 2))
    chosen = set(linked[: ROWS // 2]) | set(range(0, table.n_rows, step))
    return sorted(chosen)


def _runs(question: Question) -> frozenset[str]:
    """Every run of up to six words of the question that is not just function words."""
    words = fold(question.text).strip("?!. ").split()
    found = set()
    for start in range(len(words)):
        for end in range(start + 1, min(start + 6, len(words)) + 1):
            run = words[start:end]
            if not all(word in STOP_WORDS for word in run):
                found.add(" ".join(run).strip(",;:'\""))
    return frozenset(found)


def relevance(question: Question, frames: Sequence[Frame]) -> list[float]:
    """For each frame the share of the question's content words that stand in its table."""
    content = {s for s in question.stems if s not in STOP_WORDS}
    weight = {s: 0.3 if s in CUES else 1.0 for s in content}
    total = sum(weight.values()) or 1.0
    return [sum(weight[s] for s in content if s in f.vocabulary) / total for f in frames]
