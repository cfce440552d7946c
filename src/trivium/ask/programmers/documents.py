"""Questions over documents, as chains of relations between the things that they speak of.

    Documents().propose("Where was the director of Blue Harbour born?", tables)
        candidates[0].value     ("Lund",)
    ... of a director whose birthplace nothing says:
        reason                  no document says the place of birth of `Ida Norrby`, ...

No language model is asked. What is read is `read`: then its reason is why there is no answer, and
no guess by likeness takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from trivium.ask.candidate import Candidate
from trivium.ask.hops.program import written
from trivium.ask.hops.question import read_hops
from trivium.ask.programmers.protocol import Proposal
from trivium.ask.tables import Tables
from trivium.errors import TriviumError


@dataclass(frozen=True, slots=True)
class Hopped:
    """What was made of a question: whether it is one of this kind, and what it gives."""

    read: bool = False
    candidates: tuple[Candidate, ...] = ()
    missing: str = ""


class Documents:
    """Proposes the program that walks over the facts of documents."""

    name = "documents"

    def propose(self, question: str, tables: Tables) -> Proposal:
        hopped = self.hop(question, tables)
        return Proposal(hopped.candidates, hopped.missing)

    def hop(self, question: str, tables: Tables) -> Hopped:
        things = tables.things
        if things is None:
            return Hopped()
        hops = read_hops(question, things.knows)
        tables.allowance.check()
        if hops is None:
            return Hopped()
        found = written(hops, things, tables.names, tables.answer)
        if found.table is None:
            return Hopped(True, (), found.missing)
        held = tables.hold(found.table)
        try:
            ran = tables.run(Candidate(found.program, found.words, programmer=self.name))
        except TriviumError as error:
            tables.allowance.check()
            return Hopped(True, (), error.message)
        return Hopped(True, (replace(ran, score=found.sure, tables=(held,)),))
