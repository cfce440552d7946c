"""How likely each value is right: readings and found programs weighed together, by what is seen.

    signs(Asked(question, tables), readings, found)   a row for each value: who gives it, what it
                                                      rests on, what else there is
    weighing().probability(rows)                      how likely each is right, from 0 to 1

The forest is grown on questions of every kind of source: plain data, messy files, tables of the
web, reports (`bench/train_weighing.py`). No sign says what a question is about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from trivium.ask.candidate import Candidate
from trivium.ask.cues import is_function_word
from trivium.ask.judge import Forest
from trivium.ask.reader.meaning import (
    All,
    Any,
    Arith,
    Col,
    Compare,
    Exists,
    Field,
    In,
    LastDays,
    Like,
    Linked,
    Meaning,
    Missing,
    Not,
    Pair,
    Query,
    Scalar,
    Via,
    When,
)
from trivium.ask.reader.words import language_of, stems
from trivium.ask.words import Question
from trivium.errors import BackendError
from trivium.ground.table import Table

WEIGHTS = "weighing.npz"
# Values of readings, and of the search, that are weighed.
READ, FOUND = 3, 4
# What a search tells of each of its programs (`Judged.told`).
TOLD = 7
N_SIGNS = 92

_OPENINGS = ("how many", "how much", "how", "who", "when", "where", "which", "what")
_KINDS = ("exact", "inflected", "defined", "synonym", "misspelt", "part", "operation", "number",
          "filler", "unknown")  # fmt: skip
_FOLDS = ("", "count", "sum", "mean", "median", "min", "max", "distinct")
_NODES = (In, Compare, When, Like, Missing, Linked, Not, Any, All, LastDays, Via, Scalar, Arith)
_BRACKETS = re.compile(r"[\[(\n]")
# Rows of a table that are looked at.
SEEN = 200

Signs = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A question and the tables that it is asked of; `missing` are the words that the reader could
    not place, `empty` says whether it read the question but no row is so, `from_text` how many of
    the tables are facts that were read out of text."""

    question: str
    tables: Sequence[Table]
    missing: str = ""
    empty: bool = False
    from_text: int = 0

    @cached_property
    def words(self) -> Question:
        return Question.of(self.question)

    @cached_property
    def signs(self) -> list[float]:
        """What all values of the question share."""
        words = self.words.words
        missing = [w for w in stems(self.missing) if not is_function_word(w)]
        return [
            _opening(words),
            len(words),
            float(self.is_chinese),
            float(self.question.rstrip().endswith("?")),
            len(missing),
            float(sum(w in self.vocabulary for w in missing)),
            float(bool(self.missing)),
            float(self.empty),
            len(missing) / max(1, len(words)),
            len(self.absent) + sum(w.isdigit() and w not in self.vocabulary for w in missing),
            len(self.tables),
            self.from_text,
            *_shape(self.tables),
        ]

    @cached_property
    def absent(self) -> list[str]:
        """The names among the missing words that stand in no table: `Zed`."""
        written = self.question.split()
        if sum(word[:1].isupper() for word in written) > len(written) / 2:
            return []  # a title: its capitals say nothing
        inner = {word.strip("?!.,;:'\"()") for word in written[1:]}
        return [
            word
            for word in self.missing.replace(",", " ").split()
            if word in inner and word[0].isupper() and not self.vocabulary.issuperset(stems(word))
        ]

    @property
    def is_chinese(self) -> bool:
        return language_of(self.question) == "zh"

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words of all headers and of the first cells."""
        found: set[str] = set()
        for table in self.tables:
            for column in table.columns:
                found.update(stems(column.header))
                for raw in column.raw[:SEEN]:
                    if len(raw) < 60:
                        found.update(stems(raw))
        return frozenset(found)

    @cached_property
    def headers(self) -> Counter[str]:
        return Counter(
            word for table in self.tables for c in table.columns for word in stems(c.header)
        )

    def cells(self, field: Field) -> Sequence[str]:
        for table in self.tables:
            if table.name == field.table:
                return next((c.raw for c in table.columns if c.header == field.header), ())
        return ()


@dataclass(frozen=True)
class Value:
    """A value with who gives it: its place among the readings and among what the search found."""

    read: int = -1
    found: int = -1


def values_of(
    readings: Sequence[Candidate], found: Sequence[Candidate] | None
) -> list[tuple[Value, Candidate]]:
    """The distinct values, those that were read first."""
    placed: dict[object, tuple[Value, Candidate]] = {}
    for i, candidate in enumerate(readings[:READ]):
        placed.setdefault(candidate.key, (Value(read=i), candidate))
    for i, candidate in enumerate((found or ())[:FOUND]):
        known = placed.get(candidate.key)
        if known is None:
            placed[candidate.key] = Value(found=i), candidate
        elif known[0].found < 0:
            placed[candidate.key] = Value(known[0].read, i), known[1]
    return list(placed.values())


def signs(
    asked: Asked, readings: Sequence[Candidate], found: Sequence[Candidate] | None
) -> tuple[list[Candidate], Signs]:
    """The distinct values and a row of signs for each.

    Args:
        found: what the search found, the likeliest first; None where it was not asked.
    """
    values = values_of(readings, found)
    top = found[0] if found else None
    shared = [
        *asked.signs,
        float(found is None),
        top.score if top else -1.0,
        len(found or ()),
        len(readings),
        float(bool(top and readings) and top is not None and top.key == readings[0].key),
    ]
    rows = []
    for value, candidate in values:
        read = readings[value.read] if value.read >= 0 else None
        seen = found[value.found] if found and value.found >= 0 else None
        rows.append([
            *shared,
            value.read,
            value.found,
            seen.score if seen else -1.0,
            *(seen.told if seen else (-1.0,) * TOLD),
            *_value(asked, candidate),
            *_reading(asked, read, readings),
        ])  # fmt: skip
    return [candidate for _, candidate in values], np.array(rows, np.float64)


# --- the tables ----------------------------------------------------------------------------------


def _shape(tables: Sequence[Table]) -> list[float]:
    """Whether tables are plain data or pages: how their headers and cells are written."""
    columns = [c for table in tables for c in table.columns]
    cells = [raw for c in columns for raw in c.raw[:SEEN] if raw.strip()]
    n, m = max(1, len(columns)), max(1, len(cells))
    return [
        float(np.log1p(max((table.n_rows for table in tables), default=0))),
        len(columns),
        sum(c.type.numeric for c in columns) / n,
        sum(_BRACKETS.search(c.header) is not None for c in columns) / n,
        sum(c.header.islower() for c in columns) / n,
        sum(len(stems(c.header)) for c in columns) / n,
        sum(_BRACKETS.search(raw) is not None for raw in cells) / m,
        sum(len(raw) for raw in cells) / m,
        len(cells) / max(1, sum(min(SEEN, len(c.raw)) for c in columns)),
        sum(c.kinds.get("other", 0) + (len(c.kinds) > 2) for c in columns) / n,
    ]


# --- a value -------------------------------------------------------------------------------------


def _of_rows(candidate: Candidate) -> bool:
    """Whether a value is rows as they stand, which count as what they are about."""
    meaning = candidate.reading.meaning if candidate.reading else None
    return isinstance(meaning, Query) and meaning.rows


def _value(asked: Asked, candidate: Candidate) -> list[float]:
    first = candidate.value[0] if candidate.value else ""
    scalar = first[0] if isinstance(first, tuple) else first
    number = float(scalar) if isinstance(scalar, int | float) else None
    said = asked.question.lower()
    return [
        len(candidate.value),
        1 if _of_rows(candidate) or not isinstance(first, tuple) else len(first),
        float(number is not None),
        float(number == 0),
        float(number is not None and 1000 <= number <= 2100),
        float(number is not None and number < 0),
        float(scalar in ("yes", "no", "是", "否")),
        sum(str(v).lower() in said for v in candidate.value[:20]),
        min(len(str(scalar)), 100),
    ]


# --- a reading -----------------------------------------------------------------------------------

_N_READING = 23 + len(_KINDS) + len(_NODES)


def _reading(
    asked: Asked, candidate: Candidate | None, readings: Sequence[Candidate]
) -> list[float]:
    reading = candidate.reading if candidate else None
    if candidate is None or reading is None:
        return [-1.0] * _N_READING
    links = reading.words
    kinds = Counter("exact" if kind == "defined" else kind for _, _, kind in links)
    categories = Counter(category for _, category, _ in links)
    rivals = [other.reading.worth for other in readings if other is not candidate and other.reading]
    spoken = Counter(
        word
        for text, category, _ in links
        if category not in ("C", "T", "V", "D", "N", "text")
        for word in stems(text)
        if word in asked.headers
    )
    meaning = reading.meaning
    if isinstance(meaning, Query) and meaning.rows:
        meaning = replace(meaning, show=meaning.show[:1])
    nodes = Counter(type(node) for node in _nodes(meaning))
    own = _fields(meaning)
    n = max(1, len(asked.words.words))
    return [
        float(reading.sure),
        reading.worth / n,
        reading.worth - max(rivals, default=reading.worth - 9),
        categories["C"], categories["T"], categories["V"], categories["howmany"],
        categories["fold"], categories["and"] + categories["or"], categories["adj"],
        sum(spoken.values()),
        len({field.table for field in own}),
        len(own),
        *_asked_for(asked, meaning),
        *(kinds[kind] for kind in _KINDS),
        *(nodes[node] for node in _NODES),
    ]  # fmt: skip


def _asked_for(asked: Asked, meaning: Meaning) -> list[float]:
    """What kind of answer a meaning gives, and of which column."""
    kind = 2.0 if isinstance(meaning, Exists) else 1.0 if isinstance(meaning, Pair) else 0.0
    query = meaning.left if isinstance(meaning, Pair) else (
        meaning.query if isinstance(meaning, Exists) else meaning
    )  # fmt: skip
    given = [e.field for e in query.show if isinstance(e, Col)]
    measured = [query.measure.field] if isinstance(query.measure, Col) else []
    return [
        kind,
        _FOLDS.index(query.fold) if query.fold in _FOLDS else -1,
        len(query.show),
        len(query.by),
        len(query.where),
        float(query.rank is not None) + float(bool(query.having)) * 2,
        *_column(asked, given[:1]),
        *_column(asked, measured),
    ]


def _column(asked: Asked, fields_: Sequence[Field]) -> list[float]:
    """Whether the cells of a column differ, and whether they number the rows."""
    if not fields_:
        return [-1.0, -1.0]
    cells = [cell for cell in asked.cells(fields_[0])[:SEEN] if cell.strip()]
    if not cells:
        return [-1.0, -1.0]
    running = [str(i) for i in range(1, len(cells) + 1)]
    return [len(set(cells)) / len(cells), float(cells == running)]


def _nodes(node: object) -> Iterator[object]:
    """All parts of a meaning."""
    if isinstance(node, tuple):
        for part in node:
            yield from _nodes(part)
    elif is_dataclass(node) and not isinstance(node, type):
        yield node
        for field in fields(node):
            yield from _nodes(getattr(node, field.name))


def _fields(meaning: Meaning) -> set[Field]:
    return {node for node in _nodes(meaning) if isinstance(node, Field)}


def _opening(words: Sequence[str]) -> float:
    text = " ".join(words)
    return float(next((i for i, o in enumerate(_OPENINGS) if o in text), len(_OPENINGS)))


# --- what was learned ----------------------------------------------------------------------------


def save(forest: Forest, path: str) -> None:
    arrays = {field.name: getattr(forest, field.name) for field in fields(Forest)}
    np.savez_compressed(path, signs=np.array(N_SIGNS), **arrays)


@lru_cache(maxsize=2)
def weighing(path: str | None = None) -> Forest:
    """The forest of a file; by default the one in the package. Raises E411 if it does not fit."""
    place = path or str(files("trivium.ask") / "weights" / WEIGHTS)
    try:
        with np.load(place) as stored:
            forest = Forest(*(stored[field.name] for field in fields(Forest)))
            count = int(stored["signs"])
    except (OSError, ValueError, KeyError) as problem:
        raise BackendError(411, f"the weights cannot be read from `{place}`") from problem
    if count != N_SIGNS:
        raise BackendError(
            411,
            f"the weights in `{place}` were made for other signs",
            hint="grow them again: `python bench/train_weighing.py DATA`",
        )
    return forest
