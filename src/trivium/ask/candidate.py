"""A candidate: a program with the value it gave, from whichever programmer wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from trivium.ask.denotation import Scalar, key


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program that ran. `value` are the rows of its relation `relation`, which has one column.

    `score` is the programmer's own belief in it, from 0 to 1; `tables` names the relations of the
    data that it reads; `mends` are the rules by which what a model wrote was mended; `language`
    is that of the program, `datalog` or `sql`.
    """

    program: str
    words: str
    value: tuple[Scalar, ...]
    score: float
    programmer: str
    relation: str = "answer"
    tables: tuple[str, ...] = ()
    mends: tuple[str, ...] = ()
    language: str = "datalog"

    @property
    def key(self) -> frozenset[tuple[str, float | str]]:
        """What candidates with the same answer share."""
        return frozenset(key(value) for value in self.value)
