"""Limits on time, rows and memory, and the guard that stops a run which breaks one.

The guard is asked between steps, and before a step takes much memory. It names the rule that ran.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

from trivium.engine.symbols import SymbolTable
from trivium.errors import LimitError
from trivium.ir.nodes import Rule
from trivium.syntax.written import show_clause

T = TypeVar("T")

# A step that works row by row in Python looks at the clock after so many rows.
PART = 1 << 15


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use; `None` is no limit.

    Attributes:
        seconds: time from the start of the run, data loading included.
        rows: rows of all relations together, given and derived.
        memory_bytes: an estimate of the columns held and about to be made, of the different texts
            and terms, and of what updates keep. Not counted are the interpreter and its libraries,
            and the data that is given.
        threads: that the native engine may use, up to 64; 0 is one for each core of the process,
            and the default as many as the environment variable TRIVIUM_THREADS says, or one. No
            row depends on it.
    """

    seconds: float | None = None
    rows: int | None = 200_000_000
    memory_bytes: int | None = 4 << 30
    threads: int | None = None


def threads_of(limits: Limits) -> int:
    """How many threads a run may use."""
    wanted = limits.threads
    if wanted is None:
        said = os.environ.get("TRIVIUM_THREADS", "")
        wanted = int(said) if said.isdecimal() else 1
    return max(1, min(wanted or _cores(), 64))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Room:
    """What a whole plan may still use: seconds, bytes, rows; below zero is no limit."""

    seconds: float
    memory: int
    rows: int


class Guard:
    """Counts what a run uses. `rule` is the rule that runs now; `symbols` are the run's texts."""

    def __init__(
        self, limits: Limits, start: float | None = None, symbols: SymbolTable | None = None
    ) -> None:
        self.limits = limits
        self.symbols = symbols
        self.start = perf_counter() if start is None else start
        self.rule: Rule | None = None
        self.rows = 0
        self.bytes = 0

    @property
    def seconds(self) -> float:
        return perf_counter() - self.start

    @property
    def held(self) -> int:
        """Bytes of columns, texts and terms."""
        return self.bytes + (0 if self.symbols is None else self.symbols.bytes)

    def left(self) -> float:
        """Seconds that the run may still take; below zero is without end."""
        limit = self.limits.seconds
        return -1.0 if limit is None else max(0.0, limit - self.seconds)

    def check_time(self) -> None:
        limit = self.limits.seconds
        if limit is not None and self.seconds > limit:
            raise self._error(301, f"the run took longer than {limit:g} s", "seconds")

    def parts(self, length: int) -> Iterator[tuple[int, int]]:
        """The first and last row (exclusive) of each part of a long step, if there is time."""
        for start in range(0, max(length, 1), PART):
            self.check_time()
            self.reserve(0, 0)
            yield start, min(start + PART, length)

    def along(self, items: Iterable[T]) -> Iterator[T]:
        """The same items, one after another, if there is time."""
        for place, item in enumerate(items):
            if not place % PART:
                self.check_time()
            yield item

    def reserve(self, rows: int, columns: int) -> None:
        """Ask for the memory of a table that is about to be made."""
        self.reserve_bytes(8 * rows * (columns + 1))

    def reserve_bytes(self, more: int) -> None:
        """Ask for memory that is about to be taken."""
        limit = self.limits.memory_bytes
        wanted = self.held + more
        if limit is not None and wanted > limit:
            message = f"the run needs about {wanted:,} bytes, more than {limit:,}"
            raise self._error(303, message, "memory_bytes")

    def hold(self, rows: int) -> None:
        """Count one column that is about to be made and stays."""
        self.reserve(rows, 0)
        self.bytes += 8 * rows

    @contextmanager
    def holding(self, more: int) -> Iterator[None]:
        """Count memory that is held for a while."""
        self.reserve_bytes(more)
        self.bytes += more
        try:
            yield
        finally:
            self.bytes -= more

    def keep(self, rows: int, columns: int) -> None:
        """Count rows that were added to a relation: 8 bytes a cell, and some for each row."""
        self.take(rows, 8 * rows * (columns + 2))

    def take(self, rows: int, more: int) -> None:
        """Count rows that were added to a relation, and the bytes that are held since."""
        self.rows += rows
        self.bytes += more
        limit = self.limits.rows
        if limit is not None and self.rows > limit:
            message = f"the relations grew to {self.rows:,} rows, more than {limit:,}"
            raise self._error(302, message, "rows")
        self.reserve(0, 0)

    def room(self) -> Room:
        """What is left for a step that runs as a whole."""
        limits = self.limits
        return Room(
            self.left(),
            -1 if limits.memory_bytes is None else max(0, limits.memory_bytes - self.held),
            -1 if limits.rows is None else max(0, limits.rows - self.rows),
        )

    def obey(self, stop: str) -> None:
        """Raise the error of the limit that stopped such a step."""
        if stop == "time":
            raise self._error(301, f"the run took longer than {self.limits.seconds:g} s", "seconds")
        if stop == "memory":
            message = f"the run needs more than {self.limits.memory_bytes:,} bytes"
            raise self._error(303, message, "memory_bytes")
        if stop == "rows":
            message = f"the relations grew to more than {self.limits.rows:,} rows"
            raise self._error(302, message, "rows")

    def _error(self, number: int, message: str, option: str) -> LimitError:
        rule = self.rule
        if rule is not None:
            text = show_clause(rule.span) if rule.span else rule.head.relation
            message += f", at the rule `{text}`"
        return LimitError(
            number,
            message,
            rule.span if rule else None,
            hint=f"bind more of the rule's variables, or raise the limit: Limits({option}=...)",
        )
