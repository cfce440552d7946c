"""A candidate: a program with the value it gave, from whichever programmer wrote it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from trivium.ask.denotation import Scalar, key
from trivium.ask.reader import Reading
from trivium.ground.table import unique

# The relation of a program that holds the answer.
ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program, and once it ran the rows of its relation `relation`, which has one column.

    `score` is the programmer's own belief in it, from 0 to 1; `tables` names the relations of the
    data that it reads; `mends` are the rules by which what a model wrote was mended; `language`
    is that of the program, `datalog` or `sql`. Where a `reading` of the question is known, the
    relation may have several columns, and a value of several is a row. `told` is what its
    programmer lets the weighing see of it.
    """

    program: str
    words: str = ""
    value: tuple[Scalar | tuple[Scalar, ...], ...] = ()
    score: float = 0.0
    programmer: str = ""
    relation: str = ANSWER
    tables: tuple[str, ...] = ()
    mends: tuple[str, ...] = ()
    language: str = "datalog"
    reading: Reading | None = None
    told: tuple[float, ...] = ()

    @property
    def plain(self) -> Scalar | list[Scalar | tuple[Scalar, ...]]:
        """The value as an answer gives it: one that stands alone as itself, else a list."""
        first = self.value[0] if len(self.value) == 1 else ()
        return list(self.value) if isinstance(first, tuple) else first

    @property
    def key(self) -> frozenset[object]:
        """What candidates with the same answer share."""
        return frozenset(
            tuple(map(key, value)) if isinstance(value, tuple) else key(value)
            for value in self.value
        )


def answer_name(tables: Collection[str]) -> str:
    """What the relation with the answer is called: `answer`, unless a table is called so."""
    return unique(ANSWER, set(tables))
