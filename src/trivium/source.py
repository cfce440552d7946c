"""Where things are read from: program text and its spans, data and its places."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, fields, replace

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

    def origin(self, start: int, end: int) -> Span:
        """Where these characters were written: here, unless the text was put together."""
        return Span(self, start, end)


@dataclass(frozen=True, slots=True)
class Piece:
    """From `start` on, an assembled text has what stands at `span`, or what that stands for."""

    start: int
    span: Span
    copied: bool


@dataclass(frozen=True, slots=True)
class Assembled(Source):
    """A text put together by the preprocessor, of pieces in the order of their `start`."""

    pieces: tuple[Piece, ...] = field(repr=False, default=())

    def origin(self, start: int, end: int) -> Span:
        first, last = self._piece(start), self._piece(max(start, end - 1))
        if first is None or last is None:
            return Span(self, start, end)
        begin = first.span.start + (start - first.start if first.copied else 0)
        stop = last.span.start + end - last.start if last.copied else last.span.end
        source = first.span.source
        if last.span.source is not source or stop < begin:
            stop = first.span.end
        return Span(source, begin, stop)

    def _piece(self, at: int) -> Piece | None:
        place = bisect_right(self.pieces, at, key=lambda piece: piece.start) - 1
        return self.pieces[place] if place >= 0 else None


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) of a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def origin(self) -> Span:
        """The characters of a file that it comes from."""
        return self.source.origin(self.start, self.end)

    @property
    def place(self) -> tuple[str, int, int]:
        """The file, line and column, from 1, that it comes from."""
        origin = self.origin
        return origin.source.name, *origin.source.position(origin.start)

    def excerpt(self) -> str:
        """The place, the line and carets under the span.

        --> family.dl:4:13
         4 | ancestor(x, z) :- parent(x, y).
           |             ^
        """
        origin = self.origin
        name, line, column = self.place
        whole = origin.source.text[origin.start - column + 1 :].split("\n", 1)[0]
        text, shown = _around(whole, column)
        carets = max(1, min(origin.end - origin.start, len(text) - shown + 1))
        gutter = " " * len(str(line))
        # Tabs stay tabs in the padding, so that the carets line up in any terminal.
        padding = "".join("\t" if c == "\t" else " " for c in text[: shown - 1])
        return (
            f"  --> {name}:{line}:{column}\n {line} | {text}\n {gutter} | {padding}{'^' * carets}"
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

    def known(self) -> dict[str, object]:
        """The parts of the address that its format has, by name."""
        parts = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in parts if value is not None}

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
