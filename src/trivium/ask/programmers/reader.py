"""The reader as a programmer: of a question whose every word it has read, its reading stands.

    Reader().propose("How many clients are in Leeds?", tables).candidates[0].value     (4,)

What is missing for a reading is the reason that is told. Readings are of whole tables; those of
facts that were read out of running text are left to others.
"""

from __future__ import annotations

from dataclasses import replace

from trivium.ask.candidate import Candidate
from trivium.ask.programmers.protocol import Proposal
from trivium.ask.reader import Reading, read
from trivium.ask.tables import Tables, stopped_by
from trivium.errors import TriviumError

# How likely a reading is right: one whose links are all exact, and one by other words.
SURE, LIKELY = 0.97, 0.8
# How far a guess is believed that leaves out words which name nothing here: measured on questions
# over plain tables, where the built-in search was wrong in all that it said of such.
UNREAD = 0.55
# Readings that are run, and rows of all tables together that are indexed.
TRIED, ROWS = 3, 300_000


class Reader:
    """Proposes the program of each reading; the first that has a value settles the question."""

    name = "reader"

    def propose(self, question: str, tables: Tables) -> Proposal:
        whole = [
            kept.table for name, kept in tables.kept.items() if name not in tables.read_from_text
        ]
        if not whole or sum(table.n_rows for table in whole) > ROWS:
            return Proposal(())
        readings = read(question, whole, after=tables.after, answer=tables.answer)
        found: list[Candidate] = []
        for reading in readings.readings[:TRIED]:
            try:
                ran = tables.run(self._candidate(reading))
            except TriviumError:
                tables.allowance.check()
                continue
            if all(ran.key != other.key for other in found):
                found.append(ran)
        if found:
            first, *others = found
            return Proposal((first, *(replace(c, score=c.score / 4) for c in others)), settled=True)
        missing = readings.missing
        if readings.best is not None:
            stopped = tables.stopped
            reason = "no row of the tables is so" if stopped is None else stopped_by(stopped)
            return Proposal((), reason, settled=True)
        if not missing:
            return Proposal(())
        return Proposal((), f"not understood: {missing}", trust=UNREAD)

    def _candidate(self, reading: Reading) -> Candidate:
        score = SURE if reading.sure else LIKELY
        return Candidate(
            reading.program, reading.sentence, score=score, programmer=self.name, reading=reading
        )
