"""What one call of a machine may use, from its start: for its search, its programs, its proof.

    Allowance(Limits(seconds=5.0)).of_candidate(rows=8)     Limits(seconds=2.5, ...)
    Allowance().of_program(rows=1_000_000)                  Limits(seconds=90.0, ...)

One set of limits holds for all programs, whoever wrote them. Where nobody gave limits, a program
that reads many rows may take longer, and the time that language models take does not count.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from time import perf_counter

from trivium.engine.limits import Guard, Limits

# What a program may use.
LIMITS = Limits(seconds=60.0)
# The time grows by so much for each row that the program reads.
SECONDS_A_ROW = 30e-6
# Several candidates are tried for a question, so that each may take a part of the time: so much of
# what a program may take, and of what is left.
PART, PART_LEFT = 1 / 6, 1 / 2


_NONE = Limits(rows=None, memory_bytes=None)


@dataclass(frozen=True)
class Allowance:
    """The limits that were given for a call, if any, and when it started."""

    given: Limits | None = None
    start: float = field(default_factory=perf_counter)

    @cached_property
    def guard(self) -> Guard:
        """Counts what the call uses, where that is no program's."""
        return Guard(self.given or _NONE, self.start)

    def check(self) -> None:
        """Raise E301 where the time that was given is over."""
        if self.given is not None:
            self.guard.check_time()

    def of_program(self, rows: int) -> Limits:
        """For a program over so many rows that runs alone: all that is left."""
        self.check()
        return self._within(self._usual(rows), 1.0)

    def of_candidate(self, rows: int) -> Limits:
        """For one of several programs over so many rows."""
        self.check()
        return self._within(PART * self._usual(rows), PART_LEFT)

    def _usual(self, rows: int) -> float:
        return (LIMITS.seconds or 0.0) + SECONDS_A_ROW * rows

    def _within(self, usual: float, part: float) -> Limits:
        if self.given is None:
            return replace(LIMITS, seconds=usual)
        if self.given.seconds is None:
            return self.given if part == 1.0 else replace(self.given, seconds=usual)
        left = part * max(0.0, self.given.seconds - (perf_counter() - self.start))
        return replace(self.given, seconds=left if part == 1.0 else min(left, usual))
