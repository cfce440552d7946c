"""The texts and numbers that a program names, and where they stand in it.

    constants_in("answer(x) :- games(row: r + 1, city: \\"Rome\\").", "datalog")
    [Constant(1, calculated), Constant("Rome")]

They are found as the language reads them: nothing in a comment, a name or another text is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trivium.ask.languages import SQL
from trivium.ir.text import unquoted
from trivium.source import Source
from trivium.syntax.lexer import tokenise

_SIGNS = frozenset("+-*/%")


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant at some characters of a program. `text` is what it spells; a `calculated` one is
    added, taken away, multiplied, ... or has a sign."""

    start: int
    end: int
    text: str
    is_number: bool
    calculated: bool


def constants_in(program: str, language: str) -> Iterator[Constant]:
    """The constants of a program, in order. Raises E101 to E104, E120 where it cannot be cut."""
    before = ""
    for kind, start, end, text in _cut(program, language):
        if kind != "other":
            yield Constant(start, end, text, kind == "number", before in _SIGNS)
        before = program[start:end]


def _cut(program: str, language: str) -> Iterator[tuple[str, int, int, str]]:
    """The kind, place and text of each token: `text`, `number` or `other`."""
    if language == SQL.name:
        from trivium.syntax.sql.query import tokens  # few questions need a parser of SQL

        yield from tokens(Source("<query>", program))
        return
    found = tokenise(Source("<program>", program))
    for i, kind in enumerate(found.kinds):
        written = found.text(i)
        if kind == "string":
            yield "text", found.starts[i], found.ends[i], unquoted(written)
        else:
            number = kind in ("integer", "real")
            yield "number" if number else "other", found.starts[i], found.ends[i], written
