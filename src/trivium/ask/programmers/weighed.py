"""The machine's own programmers, the reader and the search, whose values are weighed together.

    Weighed().propose("How many clients are in Leeds?", tables).candidates[0].score     0.96

The search is asked only where no reading is likely enough alone: it guesses by likeness, and what
it says of a question that was read well adds nothing. Nor is it asked of what it cannot know: a
question in Chinese, or one that names what stands in no table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trivium.ask.candidate import Candidate
from trivium.ask.language import another_language, why_unread
from trivium.ask.programmers.builtin import BuiltIn
from trivium.ask.programmers.documents import Documents
from trivium.ask.programmers.protocol import Proposal
from trivium.ask.programmers.reader import Reader, Understood
from trivium.ask.reader.words import has_signs
from trivium.ask.tables import Tables
from trivium.ask.weigh import Asked, signs, weighing

# A reading that is as likely as this is not held against guesses.
ENOUGH = 0.97


class Weighed:
    """Proposes the values of both, each with how likely it is right."""

    name = "built-in"

    def __init__(
        self,
        reader: Reader | None = None,
        search: BuiltIn | None = None,
        documents: Documents | None = None,
    ) -> None:
        self.reader = reader or Reader()
        self.search = search or BuiltIn()
        self.documents = documents or Documents()

    def propose(self, question: str, tables: Tables) -> Proposal:
        understood = self.reader.understand(question, tables)
        asked = asked_of(question, tables, understood)
        reason = understood.reason
        if not understood.candidates:
            reason = another_language(question) or reason
        weighed = _weigh(asked, understood.candidates, None)
        if not weighed and asked.from_text:
            hopped = self.documents.hop(question, tables)
            only = tables.read_from_text.issuperset(tables.kept)
            # What documents alone do not say, no guess by likeness does.
            if hopped.candidates or (hopped.read and only):
                return Proposal(hopped.candidates, hopped.missing, warnings=understood.warnings)
        if asked.absent and not asked.from_text:
            reason = another_language(question) or why_unread(asked.words, tables.frames)
        elif not (
            asked.is_chinese or has_signs(question) or (weighed and weighed[0].score >= ENOUGH)
        ):
            found = self.search.propose(question, tables)
            reason = reason or found.reason
            weighed = _weigh(asked, understood.candidates, found.candidates)
        return Proposal(tuple(weighed), reason, warnings=understood.warnings)


def asked_of(question: str, tables: Tables, understood: Understood) -> Asked:
    """The question as the weighing sees it."""
    return Asked(
        question,
        [kept.table for kept in tables.kept.values()],
        understood.missing,
        bool(understood.empty),
        len(tables.read_from_text),
    )


def _weigh(
    asked: Asked, readings: Sequence[Candidate], found: Sequence[Candidate] | None
) -> list[Candidate]:
    """The distinct values with their chances, the likeliest first."""
    candidates, rows = signs(asked, readings, found)
    if not candidates:
        return []
    chances = weighing().probability(rows)
    order = np.argsort(-chances, kind="stable")
    return [replace(candidates[i], score=float(chances[i])) for i in order]
