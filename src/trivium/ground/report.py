"""What became of a source: how much was read, what was understood, what stayed text.

results.csv: 1 table, 76 rows, 532 cells, 0 passages
  number 301 · text 180 · date 38 · empty 13
  results.points: 2 of 76 cells are not numbers, kept as text: "DNF", "DSQ"
  warning: 1 row is shorter than the header; its last cells are empty
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import islice
from typing import TypeVar

from trivium.engine.limits import Guard
from trivium.ground.columns.numerals import header_unit
from trivium.ground.passage import Passage
from trivium.ground.table import SHARE, Column, Table

EXAMPLES = 3

T = TypeVar("T")


class Log:
    """What a reader has to say: `warn` when something was guessed or left out, else `note`; and the
    guard that it asks whether it may go on."""

    def __init__(self, guard: Guard | None = None) -> None:
        self.guard = guard
        self.warnings: list[str] = []
        self.notes: list[str] = []
        self.depth = 0  # how many archives lie around what is read

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def along(self, parts: Iterable[T]) -> Iterator[T]:
        """The same parts of a source, one after another; E301 where the time is over."""
        for part in parts:
            if self.guard is not None:
                self.guard.check_time()
            yield part

    def hold(self, rows: int, columns: int) -> None:
        """Count a table that was read; raises LimitError where that is too much."""
        if self.guard is not None:
            self.guard.check_time()
            self.guard.keep(rows, columns)


@dataclass(frozen=True)
class Stray:
    """Cells that stayed text in a column of numbers or dates."""

    table: str
    column: str
    expected: str
    count: int
    of: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        shown = ", ".join(f'"{text}"' for text in self.examples)
        more = ", ..." if self.count > len(self.examples) else ""
        verb = "is" if self.count == 1 else "are"
        return (
            f"{self.table}.{self.column}: {self.count} of {self.of} cells {verb} not "
            f"{self.expected}, kept as text: {shown}{more}"
        )


@dataclass(frozen=True)
class Report:
    """The account of one source. `str()` and notebooks show it; counting happens on first use."""

    name: str
    tables: tuple[Table, ...] = field(repr=False)
    passages: tuple[Passage, ...] = field(repr=False)
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return sum(table.n_rows for table in self.tables)

    @property
    def cells(self) -> int:
        return sum(table.n_rows * len(table.columns) for table in self.tables)

    @cached_property
    def kinds(self) -> Counter[str]:
        """How many cells of all tables are of each kind (see `Cell.kind`)."""
        total: Counter[str] = Counter()
        for table in self.tables:
            for column in table.columns:
                total.update(column.kinds)
        return total

    @cached_property
    def strays(self) -> tuple[Stray, ...]:
        found = (_stray(table, column) for table in self.tables for column in table.columns)
        return tuple(stray for stray in found if stray is not None)

    @cached_property
    def readings(self) -> tuple[str, ...]:
        """What was decided of columns: `orders.date: dates, month/day/year (25 is no month)`."""
        return tuple(
            f"{table.name}.{column.name}: {told}" for table in self.tables
            for column in table.columns if (told := _told(column))
        )  # fmt: skip

    @cached_property
    def doubts(self) -> tuple[str, ...]:
        """What columns may be read as otherwise, and how to say so."""
        return tuple(
            f"{table.name}.{column.name}: {doubt}" for table in self.tables
            for column in table.columns if (doubt := _doubt(column))
        )  # fmt: skip

    @property
    def summary(self) -> str:
        counts = (
            _count(len(self.tables), "table"), _count(self.rows, "row"),
            _count(self.cells, "cell"), _count(len(self.passages), "passage"),
        )  # fmt: skip
        return ", ".join(counts)

    def _remarks(self) -> Iterable[str]:
        yield from self.readings
        yield from (str(stray) for stray in self.strays)
        yield from self.notes
        yield from (f"warning: {text}" for text in self.doubts)
        yield from (f"warning: {text}" for text in self.warnings)

    def _kinds_shown(self) -> str:
        return " · ".join(f"{kind} {count}" for kind, count in self.kinds.most_common())

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.summary}"]
        if self.kinds:
            lines.append(f"  {self._kinds_shown()}")
        lines.extend(f"  {remark}" for remark in self._remarks())
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        remarks = "".join(f"<li>{escape(remark)}</li>" for remark in self._remarks())
        return (
            f"<div><b>{escape(self.name)}</b>: {escape(self.summary)}"
            f"<br><small>{escape(self._kinds_shown())}</small><ul>{remarks}</ul></div>"
        )


# What the cells of a column that was read as such are.
_EXPECTED = {"boolean": "yes or no", "time": "times", "date": "dates", "datetime": "dates",
             "quarter": "quarters", "week": "weeks", "number": "numbers"}  # fmt: skip


def _told(column: Column) -> str:
    """What was decided of a column that is not read as its cells would be alone."""
    reading = column.reading
    marks = ", ".join(sorted(reading.nulls))
    unit = header_unit(column.header) and column.unit
    parts = [reading.told, f"in {unit}" if unit else "", f"nothing: {marks}" if marks else ""]
    return "; ".join(part for part in parts if part)


def _doubt(column: Column) -> str:
    """What else a column may be; also where its numbers are not of one unit."""
    units = column.units if column.type.numeric else Counter[str]()
    if len(units) < 2:
        return column.reading.doubt
    counts = ", ".join(f"{unit} {count:,}" for unit, count in units.most_common(5))
    differ = f"numbers of several units, which no sum is over: {counts}"
    return f"{column.reading.doubt}; {differ}" if column.reading.doubt else differ


def _stray(table: Table, column: Column) -> Stray | None:
    """The text cells of a column that is mostly numbers or dates; None if there are none."""
    filled = sum(column.kinds.values()) - column.kinds["empty"]
    count, kind = column.kinds["text"], column.reading.kind
    decided = bool(column.reading.order) or kind in _EXPECTED
    if not count or (filled - count < SHARE * filled and not decided):
        return None
    texts = (cell.text for cell in column.cells if cell.kind == "text")
    examples = tuple(dict.fromkeys(islice(texts, 100)))[:EXAMPLES]
    dated = column.kinds["date"] > filled / 2 or column.reading.order
    expected = _EXPECTED.get(kind) or ("dates" if dated else "numbers")
    return Stray(table.name, column.name, expected, count, filled, examples)


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def listed(items: Sequence[object], limit: int = 5) -> str:
    """`1, 2, 3, ...` for a message."""
    shown = ", ".join(str(item) for item in items[:limit])
    return f"{shown}, ..." if len(items) > limit else shown
