"""The programmer that remembers: programs of earlier questions, before another programmer is asked.

    Remembered(Memory(), Model(model))

A question of a known shape needs no call (`ask/memory.py`), if its program has a value here too;
any other goes on to the programmer behind, and what that wrote is remembered if it gave the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from trivium.ask.candidate import Candidate
from trivium.ask.memory import Memory
from trivium.ask.programmers.protocol import Programmer, Proposal, proposal_of
from trivium.ask.tables import Tables
from trivium.errors import TriviumError


@dataclass(frozen=True)
class Remembered:
    """A memory, and the programmer behind it."""

    memory: Memory
    behind: Programmer
    name: str = "memory"

    def propose(self, question: str, tables: Tables) -> Proposal:
        found = self.memory.recall(question, list(tables))
        if found is not None:
            recipe, program = found
            candidate = Candidate(
                program, score=recipe.score, programmer=self.name, language=recipe.language
            )
            try:
                return Proposal((tables.run(candidate),))
            except TriviumError:
                tables.allowance.check()  # the model is asked anew
        proposal = proposal_of(self.behind, question, tables)
        return replace(proposal, accepted=partial(self._learn, question, tables, proposal))

    def _learn(self, question: str, tables: Tables, proposal: Proposal, answer: Candidate) -> None:
        """Remember the programs that gave the value of the answer."""
        for candidate in proposal.candidates:
            if candidate.key == answer.key:
                program, score, language = candidate.program, candidate.score, candidate.language
                self.memory.learn(question, program, score, list(tables), language)
