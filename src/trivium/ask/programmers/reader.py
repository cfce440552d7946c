"""The reader as a programmer: the program of each way in which a question can be read in full.

    Reader().propose("How many clients are in Leeds?", tables).candidates[0].value     (4,)

What is missing for a reading is the reason that is told. Readings are of whole tables; those of
facts that were read out of running text are left to others.
"""

from __future__ import annotations

from dataclasses import dataclass

from trivium.ask.candidate import Candidate
from trivium.ask.programmers.protocol import Proposal
from trivium.ask.reader import Reading, read
from trivium.ask.tables import Tables, stopped_by
from trivium.errors import TriviumError

# How likely a reading is right where nothing weighs it: one whose links are all exact, and one by
# other words.
SURE, LIKELY = 0.97, 0.8
# Readings that are run, and rows of all tables together that are indexed.
TRIED, ROWS = 3, 50_000_000

# What a defect of the reader may raise.
_DEFECTS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Understood:
    """What the reader made of a question.

    Args:
        candidates: a reading for each value, the likeliest first.
        missing: the words that found no place, where there is no full reading.
        empty: why no full reading has a value, if there are full readings.
        warning: what failed inside the reader itself, or definitions that it could not read.
    """

    candidates: tuple[Candidate, ...] = ()
    missing: str = ""
    empty: str = ""
    warning: str = ""

    @property
    def warnings(self) -> tuple[str, ...]:
        return (self.warning,) if self.warning else ()

    @property
    def reason(self) -> str:
        return self.empty or (f"not understood: {self.missing}" if self.missing else "")


class Reader:
    """Proposes the program of each reading that has a value."""

    name = "reader"

    def propose(self, question: str, tables: Tables) -> Proposal:
        understood = self.understand(question, tables)
        return Proposal(understood.candidates, understood.reason, warnings=understood.warnings)

    def understand(self, question: str, tables: Tables) -> Understood:
        whole = [
            kept.table for name, kept in tables.kept.items() if name not in tables.read_from_text
        ]
        if not whole or sum(table.n_rows for table in whole) > ROWS:
            return Understood()
        try:
            readings = read(question, whole, tables.definitions, tables.after, tables.answer)
        except _DEFECTS as defect:  # others may still answer
            told = f"the reader failed on this question: {type(defect).__name__}: {defect}"
            return Understood(warning=told)
        found: list[Candidate] = []
        for reading in readings.readings[:TRIED]:
            try:
                ran = tables.run(self._candidate(reading))
            except TriviumError:
                tables.allowance.check()
                continue
            if all(ran.key != other.key for other in found):
                found.append(ran)
        unread = ", ".join(f"`{name}`" for name in readings.undefined)
        warning = f"not understood over these tables: the definition of {unread}" if unread else ""
        empty = ""
        if readings.best is not None and not found:
            stopped = tables.stopped
            empty = "no row of the tables is so" if stopped is None else stopped_by(stopped)
        return Understood(tuple(found), readings.missing, empty, warning)

    def _candidate(self, reading: Reading) -> Candidate:
        score = SURE if reading.sure else LIKELY
        return Candidate(
            reading.program, reading.sentence, score=score, programmer=self.name, reading=reading
        )
