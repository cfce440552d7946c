"""Text taken out of a file piece by piece, with the way back to its bytes.

    builder.add("Gold:  ", 40); builder.add("12", 51)   ->   "Gold: 12", whose "12" is at 51

White space is collapsed and tags between the pieces are gone; the trace still knows, for each
character that is left, which character of the decoded file it was.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from trivium.ground.encoding import Decoded

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Trace:
    """`texts[i]` in the text is `origins[i]` in the file; between two entries both go on together.

    `lengths[i]` is 0 for a piece that stands in the file as it is, and how many characters of the
    file it replaces otherwise (`&amp;`). `shift` is where this text begins in the traced one.
    """

    decoded: Decoded
    texts: tuple[int, ...]
    origins: tuple[int, ...]
    lengths: tuple[int, ...]
    shift: int = 0

    def cut(self, start: int) -> Trace:
        """The trace of the text from `start` on."""
        return Trace(self.decoded, self.texts, self.origins, self.lengths, self.shift + start)

    def _origin(self, offset: int) -> tuple[int, int]:
        """Where in the file a character of the text begins and ends."""
        offset += self.shift
        i = bisect_right(self.texts, offset) - 1
        if self.lengths[i]:
            return self.origins[i], self.origins[i] + self.lengths[i]
        begin = self.origins[i] + offset - self.texts[i]
        return begin, begin + 1

    def bytes(self, start: int, end: int) -> tuple[int, int]:
        """The bytes of the file from the first to the last of these characters."""
        first = self._origin(start)[0]
        last = self._origin(end - 1)[1] if end > start else first
        return self.decoded.byte(first), self.decoded.byte(last)

    def line(self, offset: int) -> int:
        """The line of the file, from 1, that a character stands on."""
        return self.decoded.line(self._origin(offset)[0])


class TraceBuilder:
    """Collects pieces of a file into one text with single spaces."""

    def __init__(self, decoded: Decoded) -> None:
        self.decoded = decoded
        self._clear()

    def _clear(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._texts: list[int] = []
        self._origins: list[int] = []
        self._lengths: list[int] = []
        self._space: tuple[int, int] | None = None

    def add(self, text: str, origin: int, length: int | None = None) -> None:
        """Append what the file holds at `origin`; `length` if it is written otherwise there."""
        if length is not None and length != len(text):
            if text.isspace():
                self.space(origin, length)
            else:
                self._piece(text, origin, length)
            return
        position = 0
        for found in _SPACE.finditer(text):
            if found.start() > position:
                self._piece(text[position : found.start()], origin + position)
            self.space(origin + found.start(), found.end() - found.start())
            position = found.end()
        if position < len(text):
            self._piece(text[position:], origin + position)

    def attach(self, text: str, origin: int, length: int) -> None:
        """Append what stands for `length` characters of the file, without a space before it."""
        self._space = None
        self._append(text, origin, length)

    def space(self, origin: int, length: int = 0) -> None:
        """A space, if text stands before it and after it."""
        if self._size and self._space is None:
            self._space = origin, length

    def _piece(self, text: str, origin: int, length: int | None = None) -> None:
        if self._space is not None:
            at, width = self._space
            self._space = None
            self._append(" ", at, max(width, 1))
        self._append(text, origin, length or 0)

    def _append(self, text: str, origin: int, length: int) -> None:
        self._texts.append(self._size)
        self._origins.append(origin)
        self._lengths.append(length)
        self._parts.append(text)
        self._size += len(text)

    def __bool__(self) -> bool:
        return self._size > 0

    def take(self) -> tuple[str, Trace]:
        """The text so far and its trace; the builder is empty afterwards."""
        text = "".join(self._parts)
        trace = Trace(self.decoded, tuple(self._texts), tuple(self._origins), tuple(self._lengths))
        self._clear()
        return text, trace
