"""The programmer that says what the asker wrote: a program over the tables, or a query.

    answer(n) :- n = count : { flights(crew: 2) }.      ->   Answer(value=10, status=proved, ...)
    SELECT count(*) FROM flights WHERE crew = 2         ->   the same

Nothing is guessed here, so the score is 1: the value is what the program says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from trivium.ask.candidate import ANSWER, Candidate
from trivium.ask.fair import tables_read
from trivium.ask.languages import DATALOG, SQL
from trivium.ask.paraphrase import paraphrase
from trivium.ask.programmers.protocol import Proposal
from trivium.ask.tables import Tables
from trivium.errors import ProgramError
from trivium.source import Source
from trivium.syntax.souffle import parse

_QUERY = re.compile(r"(?:\s|\(|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*(?:SELECT|WITH)\b", re.I | re.S)


@dataclass(frozen=True)
class Supplied:
    """A program that derives a relation `answer` with one column, or a query."""

    text: str
    name: str = "supplied"

    def propose(self, question: str, tables: Tables) -> Proposal:
        """The program with its value, as it is: rows that a query gives twice stay two.

        Raises what the program raises (1xx to 3xx); E201 and E203 for `answer` itself.
        """
        language = SQL.name if _QUERY.match(self.text) else DATALOG.name
        words = ""
        if language == SQL.name:
            from trivium.ask.fair_query import tables_of_query

            read = tables_of_query(self.text, tables.names)
        else:
            tree = parse(Source("<program>", self.text))
            read, words = tables_read(tree, tables.names), paraphrase(tree, tables.answer)
        relation = tables.relation_of(language)
        candidate = Candidate(
            self.text, words, score=1.0, programmer=self.name,
            relation=relation, tables=read, language=language,
        )  # fmt: skip
        result = tables.result(candidate)
        if relation not in result:
            hint = f"name the last relation `{relation}`"
            if relation != ANSWER:
                hint += f", since `{ANSWER}` is a table here"
            raise ProgramError(201, f"no rule derives `{relation}`", hint=hint)
        arity = len(result[relation].columns)
        if arity != 1:
            message = f"`{relation}` has {arity} columns, expected one"
            raise ProgramError(203, message, hint="give the asked value alone")
        value = tuple(row[0] for row in result[relation].rows())
        return Proposal((replace(candidate, value=value),))
