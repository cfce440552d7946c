"""A program that the asker supplies, run over the tables of the machine.

    answer(n) :- n = count : { flights(crew: 2) }.      ->   Answer(value=10, status=proved, ...)
    SELECT count(*) FROM flights WHERE crew = 2         ->   the same

Nothing is guessed here, so the confidence is 1: the value is what the program says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from trivium.ask.answer import Answer, Status
from trivium.ask.languages import DIALECTS, SQL
from trivium.ask.paraphrase import paraphrase
from trivium.ask.proofs import prove
from trivium.engine.given import take
from trivium.engine.limits import Limits
from trivium.errors import ProgramError
from trivium.ground.table import Table
from trivium.program import Program
from trivium.source import Source
from trivium.syntax.souffle import parse

LIMITS = Limits(seconds=60.0)
_QUERY = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:SELECT|WITH)\b", re.I)


def run_supplied(
    question: str,
    text: str,
    tables: Sequence[Table],
    *,
    name: str = "<program>",
    limits: Limits = LIMITS,
) -> Answer:
    """The answer that a program gives: the rows of its relation `answer`, which has one column;
    or those of a query, if the text is one.

    Raises SyntaxProblem (1xx), ProgramError (2xx; E201 and E203 for `answer` itself) and LimitError
    (3xx).
    """
    start = perf_counter()
    data: dict[str, Any] = {table.name: take(table.name, table) for table in tables}
    if _QUERY.match(text):
        words = ""
        program = Program(text, dialect=DIALECTS[SQL.name], name=name)
    else:
        relations = [given.relation() for given in data.values()]
        program = Program(text, name=name, relations=relations)
        words = paraphrase(parse(Source(name, text)))
        if "answer" not in program.ir.relations:
            message = "no rule derives `answer`"
            raise ProgramError(201, message, hint="name the last relation `answer`")
    result = program.run(data, limits=limits)
    arity = len(result["answer"].columns)
    if arity != 1:
        message = f"`answer` has {arity} columns, expected one"
        raise ProgramError(203, message, hint="give the asked value alone")
    values = [row[0] for row in result["answer"].rows()]
    proof = prove(result)
    return Answer(
        question=question,
        value=values[0] if len(values) == 1 else values or None,
        confidence=1.0 if values else 0.0,
        status=Status.PROVED if values else Status.UNKNOWN,
        program=text,
        words=words,
        proof=proof,
        evidence=proof.places() if proof is not None else (),
        reason="" if values else "the program derives no row of `answer`",
        seconds=perf_counter() - start,
    )
