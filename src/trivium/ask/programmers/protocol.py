"""What a programmer is: a question and tables in, candidate programs out.

    class Always:
        name = "always"

        def propose(self, question, tables):
            return [Candidate("answer(n) :- n = count : { games(row: _) }.", score=0.9)]

    Machine(programmers=[Weighed(), Always()])

What it proposes is judged, run and proved as the programs of all others are, by `tables.run`; it
may run a program itself to see what it gives, and how it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

from trivium.ask.candidate import Candidate
from trivium.ask.tables import Tables, stopped_by
from trivium.errors import TriviumError
from trivium.models.protocol import Usage


class Programmer(Protocol):
    """Who writes candidate programs; its name is told with each."""

    @property
    def name(self) -> str: ...

    def propose(self, question: str, tables: Tables) -> Iterable[Candidate] | Proposal:
        """Candidates, the likeliest first; their scores say how likely each is right.

        A LimitError says that the question has used up what it may; any other error is the
        programmer's own.
        """


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reply: the program taken from it ("" if none), and what was wrong with it, if anything.

    `error.number // 100` says how far it came: 5 not a program that may run, 1 it does not parse,
    2 it does not type-check, 3 a limit stopped it.
    """

    reply: str
    program: str
    error: TriviumError | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Candidates, one for each value, and what there is to say of them.

    Args:
        reason: why there may be none that is right.
        usage: what was paid; `virtual` is what it would have been without a cache.
        attempts: the replies of a language model.
        error: what failed, if there is no candidate: the model itself (5xx) or its last program.
        left_out: the tables that the prompt had no room for.
        warnings: what is to be told whatever the answer is.
        accepted: called with the candidate whose value became the answer.
    """

    candidates: tuple[Candidate, ...]
    reason: str = ""
    usage: Usage = field(default_factory=Usage)
    virtual: Usage = field(default_factory=Usage)
    attempts: tuple[Attempt, ...] = ()
    error: TriviumError | None = None
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    accepted: Callable[[Candidate], None] | None = None


def proposal_of(programmer: Programmer, question: str, tables: Tables) -> Proposal:
    """What a programmer proposes, each candidate run; those that fail are left out."""
    proposed = programmer.propose(question, tables)
    if isinstance(proposed, Proposal):
        return proposed
    ran = []
    for candidate in proposed:
        try:
            ran.append(tables.run(replace(candidate, programmer=programmer.name)))
        except TriviumError:
            tables.allowance.check()
    stopped = tables.stopped if not ran else None
    return Proposal(tuple(ran), "" if stopped is None else stopped_by(stopped))
