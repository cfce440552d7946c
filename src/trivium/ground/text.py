"""Plain text into passages: paragraphs are set apart by empty lines, headings by being short.

REVENUE                      heading "REVENUE"
                             passage "Revenue rose 12% in 2019."
Revenue rose 12% in 2019.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from trivium.ground.document import Contents
from trivium.ground.encoding import Decoded, decode
from trivium.ground.passage import Passage, passages_of
from trivium.ground.report import Log
from trivium.ground.trace import TraceBuilder
from trivium.source import Place

_BLANK = re.compile(r"(?:\r?\n|\r)[ \t]*(?:\r?\n|\r)\s*")
_KEY_VALUE = re.compile(r"^[^\n:]{1,40}:[ \t]+\S", re.M)


def read_text(path: Path, name: str, log: Log) -> Contents:
    """The paragraphs of a text file."""
    decoded = decode(path.read_bytes())
    for note in decoded.notes:
        log.warn(f"{name}: {note}")
    contents = Contents()
    heading = ""
    for start, end in paragraphs(decoded.text):
        block = decoded.text[start:end]
        if is_heading(block):
            heading = block.strip().strip("=-# ")
        else:
            contents.passages += traced(decoded, start, end, Place(name), heading)
    return contents


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each block between blank lines; each `Key: value` line is a block."""
    start = 0
    for gap in [*(found.span() for found in _BLANK.finditer(text)), (len(text), len(text))]:
        block = text[start : gap[0]]
        lines = [line for line in block.split("\n") if line.strip()]
        if len(lines) > 1 and all(_KEY_VALUE.match(line.strip()) for line in lines):
            at = start
            for line in block.split("\n"):
                if line.strip():
                    yield at, at + len(line)
                at += len(line) + 1
        elif lines:
            yield start, gap[0]
        start = gap[1]


def is_heading(block: str) -> bool:
    """One short line that does not end as a sentence or a value does, perhaps underlined."""
    lines = block.strip().split("\n")
    if len(lines) == 2 and re.fullmatch(r"\s*[=\-~]{3,}\s*", lines[1]):
        return True
    line = lines[0].strip()
    return (
        len(lines) == 1
        and len(line) <= 70
        and line[-1:] not in ".!?:;,。！？"
        and not _KEY_VALUE.match(line)
        and (line[:1].isupper() or line[:1].isdigit())
        and len(line.split()) <= 9
        and not re.search(r"\b(?:is|are|was|were|has|had|have)\b", line)
    )


def traced(
    decoded: Decoded, start: int, end: int, place: Place, heading: str = ""
) -> list[Passage]:
    """The passages of one block of the file, each with its bytes."""
    builder = TraceBuilder(decoded)
    builder.add(decoded.text[start:end], start)
    if not builder:
        return []
    text, trace = builder.take()
    return passages_of(text, place, heading, trace)
