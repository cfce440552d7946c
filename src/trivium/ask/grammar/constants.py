"""The values that a program over a table may name: those of its cells, and those of the question.

which nation won more than 5 medals after 1950?

nation:   "Greece", "France", ...      its cells
medals:   5, 1950                      the question's numbers
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from trivium.ask.link import link_numbers
from trivium.ask.words import STOP_WORDS, Question
from trivium.ground.table import RelationColumn, Table
from trivium.ir.types import Type

# Of a column with more different texts, those that the question speaks of, and the first.
TEXTS = 200
# A cell that is longer is prose: a program tests it with `contains`.
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Constants:
    """What may be named: texts by column, and of the question numbers, dates and words."""

    texts: dict[str, tuple[str, ...]]
    integers: tuple[int, ...]
    floats: tuple[float, ...]
    dates: tuple[str, ...]
    words: tuple[str, ...]


def constants_of(question: str, table: Table) -> Constants:
    """The constants for one table. Dates are ISO texts, as far as they are known."""
    words = Question.of(question)
    numbers = {link.value for link in link_numbers(words) if link.kind != "date"}
    dates = {_iso(int(link.value)) for link in link_numbers(words) if link.kind == "date"}
    dates |= {f"{int(n)}" for n in numbers if n.is_integer() and 1000 <= n <= 2999}
    texts = {
        column[0]: _texts(column, words)
        for column in table.relation_columns()
        if column[1] == Type.SYMBOL
    }
    return Constants(
        {name: found for name, found in texts.items() if found},
        tuple(sorted(int(n) for n in numbers if n.is_integer() and abs(n) < 2**53)),
        tuple(sorted(n for n in numbers if abs(n) < 2**53)),
        tuple(sorted(dates)),
        _words(words),
    )


def _texts(column: RelationColumn, question: Question) -> tuple[str, ...]:
    values = column[2]
    different = dict.fromkeys(v for v in values if isinstance(v, str) and v and len(v) <= LONGEST)
    if len(different) <= TEXTS:
        return tuple(different)
    stems = set(question.stems)
    spoken = [text for text in different if stems & set(Question.of(text).stems)]
    return tuple(dict.fromkeys([*spoken[:TEXTS], *list(different)[: TEXTS // 4]]))


def _words(question: Question) -> tuple[str, ...]:
    """Words of the question, and pairs of neighbours, that may stand inside a cell."""
    words = question.words
    single = [word for word in words if word not in STOP_WORDS and len(word) > 2]
    pairs = [
        f"{first} {second}"
        for first, second in pairwise(words)
        if first not in STOP_WORDS and second not in STOP_WORDS
    ]
    return tuple(dict.fromkeys([*single, *pairs]))


def _iso(date: int) -> str:
    year, month, day = date // 10000, date // 100 % 100, date % 100
    return "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part)])
