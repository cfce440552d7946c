"""A passage: a few sentences of a document, with the bytes or the page that they were read from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from trivium.ground.sentences import sentences
from trivium.ground.trace import Trace
from trivium.source import Place

# A longer paragraph becomes several passages.
SENTENCES, CHARACTERS = 5, 1200


@dataclass(frozen=True, slots=True)
class Passage:
    """One to five sentences of running text. `heading` is the nearest heading above it.

    `trace` leads from the text back to the bytes of the file, where the format has such.
    """

    text: str
    place: Place
    heading: str = ""
    trace: Trace | None = field(default=None, repr=False, compare=False)

    def at(self, start: int, end: int) -> Place:
        """The place of the text's characters `start` to `end`, as exact as the format allows."""
        if self.trace is None:
            return self.place
        first, last = self.trace.bytes(start, end)
        return replace(self.place, start=first, end=last)


class Outline:
    """Passages under their headings; a heading with nothing below it is a passage itself."""

    def __init__(self, passages: list[Passage], heading: str = "") -> None:
        self.passages, self.heading = passages, heading
        self._alone: list[Passage] = []

    def head(self, text: str, place: Place, trace: Trace | None = None) -> None:
        self.close()
        self.heading = text
        self._alone = passages_of(text, place, "", trace)

    def add(self, text: str, place: Place, trace: Trace | None = None) -> None:
        self.use()
        self.passages += passages_of(text, place, self.heading, trace)

    def use(self) -> str:
        """The heading, which something else bears: a table as its title."""
        self._alone = []
        return self.heading

    def close(self) -> None:
        self.passages += self._alone
        self._alone = []


def passages_of(
    text: str, place: Place, heading: str = "", trace: Trace | None = None
) -> list[Passage]:
    """A paragraph as passages of at most `SENTENCES` sentences."""
    found: list[Passage] = []
    group: list[tuple[int, int]] = []

    def close() -> None:
        if not group:
            return
        start, end = group[0][0], group[-1][1]
        cut = trace.cut(start) if trace else None
        exact = place
        if cut is not None:
            first, last = cut.bytes(0, end - start)
            line = cut.line(0)
            exact = replace(place, line=line, start=first, end=last)
        found.append(Passage(text[start:end], exact, heading, cut))
        group.clear()

    for start, end in sentences(text):
        if group and (len(group) == SENTENCES or end - group[0][0] > CHARACTERS):
            close()
        group.append((start, end))
    close()
    return found
