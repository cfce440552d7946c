"""Plain text into passages: paragraphs are set apart by empty lines, headings by being short.

REVENUE                      heading "REVENUE"
                             passage "Revenue rose 12% in 2019."
Revenue rose 12% in 2019.

Tables of bars (`a | b`) and of aligned columns are tables. Nothing is dropped: a heading without
text below it is a passage itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from trivium.ground.document import Contents
from trivium.ground.encoding import Decoded, decode
from trivium.ground.grid import Spans
from trivium.ground.layout import read_grid
from trivium.ground.passage import Outline
from trivium.ground.report import Log
from trivium.ground.text_tables import tables_of_text
from trivium.ground.trace import TraceBuilder
from trivium.source import Place

_BLANK = re.compile(r"(?:\r?\n|\r)[ \t]*(?:\r?\n|\r)\s*")
# Tags, TeX, timed captions: what is not meant to be read as it is written.
_MARKUP = re.compile(
    r"<\w[\w:-]*(?:\s[^<>]*)?>[^<]*</\w|\\(?:begin|section|documentclass)\{|"
    r"^\d+:\d\d:\d\d[,.]\d+ --> ", re.M
)  # fmt: skip
_KEY_VALUE = re.compile(r"^[^\n:]{1,40}:[ \t]+\S", re.M)


def read_text(path: Path, name: str, log: Log) -> Contents:
    """The paragraphs and the tables of a text file."""
    decoded = decode(path.read_bytes())
    for note in decoded.notes:
        log.warn(f"{name}: {note}")
    if found := _MARKUP.search(decoded.text[:20000]):
        log.warn(f"{name}: markup of no known kind is read as text: `{found[0].strip()[:40]}`")
    return parse_text(decoded, path.stem, name, log)


def parse_text(
    decoded: Decoded, stem: str, name: str, log: Log, heading: str = "", exact: bool = True
) -> Contents:
    """The same from text that is already decoded; without `exact` places, bytes are not known."""
    contents, place = Contents(), Place(name)
    outline = Outline(contents.passages, heading)
    last = 0
    for table in tables_of_text(decoded.text):
        _read_paragraphs(outline, decoded, last, table.start, place, exact)
        last = table.end
        title = table.title or outline.use()
        number = len(contents.tables) + 1
        spans = [(decoded.byte(a), decoded.byte(b), decoded.line(a)) for a, b in table.rows]
        part = replace(place, part=title or f"table {number}")
        places = Spans(part, np.array(spans, np.int64).reshape(-1, 3)) if exact else ()
        called = stem if number == 1 else title or f"{stem}_{number}"
        contents.extend(read_grid(called, table.grid, part, places, log=log, title=title))
    _read_paragraphs(outline, decoded, last, len(decoded.text), place, exact)
    outline.close()
    return contents


def _read_paragraphs(
    outline: Outline, decoded: Decoded, first: int, last: int, place: Place, exact: bool
) -> None:
    for start, end in paragraphs(decoded.text[first:last]):
        builder = TraceBuilder(decoded)
        block = decoded.text[first + start : first + end]
        builder.add(block, first + start)
        if not builder:
            continue
        text, trace = builder.take()
        if is_heading(block):
            outline.head(text.strip("=-#~ ") or text, place, trace if exact else None)
        else:
            outline.add(text, place, trace if exact else None)


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
