"""From a question to readings: link, compose, write, weigh.

    read("How many clients are in Leeds?", tables).best.program
        kept(r) :- clients(row: r, city: "Leeds").  answer(n) :- n = count : { kept(_) }.

A reading is full: every content word is in it. Where there is none, `missing` says what stood in
the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trivium.ask.reader.compile import compiled
from trivium.ask.reader.definitions import read_definitions
from trivium.ask.reader.describe import described
from trivium.ask.reader.follow_up import going_on
from trivium.ask.reader.links import Linker, segmentations
from trivium.ask.reader.meaning import Meaning, Query
from trivium.ask.reader.question import meant
from trivium.ask.reader.values import world_of
from trivium.ground.table import Table

__all__ = ["Reading", "Readings", "read"]


# What a reading is worth less than one of the same words that is likelier.
RIVAL = 0.1


@dataclass(frozen=True)
class Reading:
    """One way to read a question.

    `sentence` is it in the language of the question; `words` says what each span became and by
    which kind of link; `sure` is whether all links are exact, inflected or defined.
    """

    meaning: Meaning
    program: str
    sentence: str
    worth: float
    words: tuple[tuple[str, str, str], ...]
    sure: bool
    language: str = "en"

    def in_order(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows of the answer in the order that was asked for."""
        order = self.meaning.order if isinstance(self.meaning, Query) else None
        if order is None:
            return list(rows)
        column, descending = order
        return sorted(rows, key=lambda row: row[column], reverse=descending)


@dataclass(frozen=True)
class Readings:
    """The readings of a question, the likeliest first, or what is missing."""

    question: str
    readings: tuple[Reading, ...] = ()
    missing: str = ""
    undefined: tuple[str, ...] = ()  # names whose definitions could not be read

    @property
    def best(self) -> Reading | None:
        return self.readings[0] if self.readings else None


def read(
    question: str,
    tables: Sequence[Table],
    definitions: Mapping[str, str] | None = None,
    after: Reading | None = None,
    answer: str = "answer",
) -> Readings:
    """The readings of a question over tables.

    Args:
        definitions: what words of one's own stand for.
        after: the reading of the question before, which this one may go on from.
        answer: the relation of the programs that holds the answer.
    """
    world = world_of(tables)
    own = read_definitions(definitions or {}, world)
    linker = Linker(question, world, own.read)
    found: dict[Meaning, Reading] = {}
    missing = ""
    for worth, way in segmentations(linker):
        meanings, left = meant(linker, way) if after is None else ([], [])
        if after is not None and (went_on := going_on(linker, way, after.meaning)) is not None:
            meanings = [went_on]
        if not meanings:
            unread = [linker.sentence.words(p.i, p.j) for p in left if p.j > p.i]
            missing = missing or ", ".join(unread)
        for rank, meaning in enumerate(meanings):
            if meaning in found:
                continue
            words = tuple((linker.sentence.words(x.i, x.j), x.category, x.kind) for x in way)
            sure = all(x.kind not in ("synonym", "misspelt", "part") for x in way)
            program = compiled(meaning, world.keys, tuple(world.tables), answer)
            told = described(meaning, linker.sentence.language)
            less = worth - RIVAL * rank
            exact = sure and not rank
            language = linker.sentence.language
            found[meaning] = Reading(meaning, program, told, less, words, exact, language)
    if (
        after is not None
        and not found
        and not any(link.category == "followup" for _, way in segmentations(linker) for link in way)
    ):
        return read(question, tables, definitions, None, answer)
    readings = tuple(sorted(found.values(), key=lambda r: -r.worth))
    return Readings(question, readings, "" if readings else missing, own.unread)
