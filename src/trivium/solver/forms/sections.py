"""The sections of a logic program that a model wrote under headings.

    Premises:                                     {"premises": [Line("Human(socrates)",
    Human(socrates) ::: Socrates is human.   →                       "Socrates is human.", 2)],
    Conclusion:                                    "conclusion": [...]}
    Mortal(socrates)

What stands after `:::` says the line in plain words. Fences and list marks are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from trivium.errors import LimitError
from trivium.solver.forms.mends import Mend
from trivium.source import Source, Span

# A reply longer than this is no program that is worth reading.
LONGEST = 2_000_000
_MARK = re.compile(r"(?:[-*•]|\d{1,3}[.)])\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section, what it says in words, its number (from 1) and its place."""

    text: str
    said: str
    number: int
    span: Span

    def part(self, start: int, end: int | None = None) -> Span:
        """Some of the line's characters, where they stand."""
        end = len(self.text) if end is None else end
        return Span(self.span.source, self.span.start + start, self.span.start + end)

    def standing(self, text: str) -> Source | Span:
        """A text that takes the place of the line's: where it stands, if it is the same."""
        return self.span if text == self.text else Source(self.span.source.name, text)


def check_length(source: Source) -> None:
    """E306 for a text that is too long to be a program."""
    if len(source.text) > LONGEST:
        message = f"the text has {len(source.text):,} characters, more than {LONGEST:,}"
        raise LimitError(306, message, Span(source, 0, 1))


def sections(
    source: Source, headings: Mapping[str, Collection[str]], mends: list[Mend]
) -> dict[str, list[Line]]:
    """The lines under each heading; `headings` gives the spellings of each, in lower case.

    What stands before the first heading is prose, and dropped.
    """
    check_length(source)
    names = {spelling: name for name, spellings in headings.items() for spelling in spellings}
    longest_first = "|".join(re.escape(s) for s in sorted(names, key=len, reverse=True))
    heading = re.compile(rf"[#*\s]*({longest_first})\s*(?:\**\s*:\s*\**|\**\s*$)", re.I)
    found: dict[str, list[Line]] = {}
    current: list[Line] | None = None
    offset = dropped = 0
    fenced = False
    for number, whole in enumerate(source.text.split("\n"), 1):
        start, offset = offset, offset + len(whole) + 1
        text = whole.strip()
        if text.startswith("```"):
            fenced = True
            continue
        started = heading.match(text)
        if started:
            current = found.setdefault(names[started[1].lower()], [])
            text = text[started.end() :].strip()
        if not text or text.startswith(("#", "//", "---", "%")):
            continue
        if current is None:
            dropped += 1
            continue
        text, _, said = text.partition(":::")
        if mark := _MARK.match(text):
            text = text[mark.end() :]
        text = text.strip()
        if text:
            at = start + whole.find(text)
            span = Span(source, at, at + len(text))
            current.append(Line(text, said.strip(" :"), number, span))
    if fenced or dropped:
        mends.append(Mend("fence", "left out code fences and what stands before the program"))
    return found
