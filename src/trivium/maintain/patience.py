"""Whether a change is followed, or all run again: what is likely to take less time.

A change is followed for as long as a run in full takes, and then given up. As a change of its kind
(the relations that rows come to, and those they go from) and of so many rows will seldom do better,
the next ones run again at once: two of them, then four, up to 64, before one is followed again.

The indexes that following needs are made at the first update, and their time is not the change's.
A run in full loses them; they are made again once there have been runs for as long as that takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from trivium.engine.limits import Guard, Limits

SHARE = 1.0
# What a change may take in any case, in seconds.
LEAST = 0.01
_LONGEST = 64
# The relations that rows come to, and those they go from.
Kind = tuple[frozenset[str], frozenset[str]]


def allowed(full: float) -> float:
    """The seconds that a change may take where a run takes `full`."""
    return max(LEAST, SHARE * full)


class TooSlow(Exception):
    """The change takes longer to follow than it is worth."""


class PatientGuard(Guard):
    """A guard of an update that gives up after some `patience`, less what is `built` meanwhile."""

    def __init__(
        self, limits: Limits, start: float, patience: float, built: Callable[[], float]
    ) -> None:
        super().__init__(limits, start)
        self._patience = patience + self.seconds - built()
        self._built = built

    def check_time(self) -> None:
        super().check_time()
        if self.seconds - self._built() > self._patience:
            raise TooSlow


@dataclass
class _Tried:
    """A kind of change that was given up: with so many `rows`, it runs again `left` times."""

    rows: int
    turns: int = 1
    left: int = 0


class Patience:
    """What earlier changes say of the next one."""

    def __init__(self) -> None:
        self._tried: dict[Kind, _Tried] = {}
        self._saved = inf  # seconds of runs that were made for want of indexes
        self.building = 0.0  # how long it takes to make these

    def tries(self, kind: Kind, rows: int, full: float, built: bool) -> bool:
        """Whether to follow a change, where a run takes `full` seconds; `built`: there are
        indexes."""
        tried = self._tried.get(kind)
        if tried is not None and rows >= tried.rows and tried.left:
            tried.left -= 1
            return False
        if not built and self._saved < self.building:
            self._saved += full
            return False
        self._saved = 0.0
        return True

    def followed(self, kind: Kind, rows: int) -> None:
        if kind in self._tried and rows >= self._tried[kind].rows:
            del self._tried[kind]

    def gave_up(self, kind: Kind, rows: int) -> None:
        tried = self._tried.setdefault(kind, _Tried(rows))
        tried.rows = min(rows, tried.rows)
        tried.turns = tried.left = min(2 * tried.turns, _LONGEST)
