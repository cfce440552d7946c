"""Where things are read from: program text and its spans, data and its places."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

_WIDEST = 120


@dataclass(frozen=True, slots=True)
class Source:
    """A program text and the name to show for it (a path, or `<program>`)."""

    name: str
    text: str = field(repr=False)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset, both from 1."""
        line = self.text.count("\n", 0, offset) + 1
        return line, offset - (self.text.rfind("\n", 0, offset) + 1) + 1


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) of a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def excerpt(self) -> str:
        """The place, the line and carets under the span.

        --> family.dl:4:13
         4 | ancestor(x, z) :- parent(x, y).
           |             ^
        """
        line, column = self.source.position(self.start)
        text, shown = _around(self.source.text[self.start - column + 1 :].split("\n", 1)[0], column)
        carets = max(1, min(self.end - self.start, len(text) - shown + 1))
        gutter = " " * len(str(line))
        # Tabs stay tabs in the padding, so that the carets line up in any terminal.
        padding = "".join("\t" if c == "\t" else " " for c in text[: shown - 1])
        return (
            f"  --> {self.source.name}:{line}:{column}\n"
            f" {line} | {text}\n"
            f" {gutter} | {padding}{'^' * carets}"
        )


def _around(line: str, column: int) -> tuple[str, int]:
    """A line that is too wide to read, cut around a column; and the column in what is left."""
    if len(line) <= _WIDEST:
        return line, column
    left = max(0, min(column - _WIDEST // 2, len(line) - _WIDEST))
    before, after = "…" * (left > 0), "…" * (left + _WIDEST < len(line))
    return before + line[left : left + _WIDEST] + after, column - left + len(before)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of data stands: as much of an address as its format has.

    `start` and `end` are byte offsets into the file as it is on disk; `page`, `row` and `line`
    count from 1; `row` numbers data rows, so the header is row 0; `part` names a sheet, a table
    or a heading inside the file.
    """

    file: str
    part: str | None = None
    page: int | None = None
    row: int | None = None
    column: str | None = None
    line: int | None = None
    start: int | None = None
    end: int | None = None

    def at(self, row: int | None = None, column: str | None = None) -> Place:
        """The same place, narrowed to a row and column."""
        return replace(self, row=row, column=column, start=None, end=None)

    def __str__(self) -> str:
        parts = [self.file]
        if self.part:
            parts.append(self.part)
        if self.page is not None:
            parts.append(f"page {self.page}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column!r}")
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.start is not None and self.end is not None:
            parts.append(f"bytes {self.start}-{self.end}")
        return ", ".join(parts)
