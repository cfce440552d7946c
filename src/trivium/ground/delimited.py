"""CSV and its relatives, as they are found: any delimiter, quoting, encoding and raggedness.

Quotes inside a quoted field are doubled (RFC 4180) or escaped with a backslash (`\\"`); a quote
that is never closed is an ordinary character. `sep=;` and lines of comment above the table are
understood. Each row knows its line and its bytes.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trivium.ground.cells import parse_cell
from trivium.ground.document import Contents
from trivium.ground.encoding import Decoded, decode
from trivium.ground.grid import Spans
from trivium.ground.layout import read_grid
from trivium.ground.passage import Passage
from trivium.ground.records import RecordFormat, is_open, lines_of, rows_of, sniff
from trivium.ground.report import Log
from trivium.source import Place

# Files of more bytes than this stay in columns (see bulk.py).
LARGE_FILE = 2_000_000
# How Excel names the delimiter.
_SEPARATOR = re.compile(r'"?sep=(.)"?', re.I)


def read_delimited(path: Path, name: str, log: Log) -> Contents:
    """The tables of a CSV or TSV file, one as a rule, and the text around them."""
    likely = "\t" if path.suffix.lower() in (".tsv", ".tab") else ","
    if path.stat().st_size > LARGE_FILE:
        from trivium.ground.bulk import read_bulk

        return read_bulk(path, name, log, likely)
    decoded = decode(path.read_bytes())
    for note in decoded.notes:
        log.warn(f"{name}: {note}")
    return read_delimited_text(decoded, path.stem, name, log, likely)


def read_delimited_text(
    decoded: Decoded, stem: str, name: str, log: Log, likely: str = ","
) -> Contents:
    """The same from text that is already decoded."""
    lines = list(lines_of(decoded.text))
    offsets = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=offsets[1:])
    place = Place(name)
    told = _SEPARATOR.fullmatch(lines[0].rstrip())
    if told:
        log.note(f"{place}, line 1: it names the delimiter")
    begin, comments = _comments(lines, bool(told))
    sample = "".join(lines[begin:5000])[:65536]
    form = sniff(sample, told[1] if told else likely)
    if told:
        form = RecordFormat(told[1], form.backslash)
    named = begin - 1
    if comments and named >= 0 and _names(lines, named, form):
        # The last comment is the header: `#id,name`.
        lines[named] = lines[named].replace("#", " ", 1)
        begin, comments = named, comments[:-1]
    grid, spans = _records(decoded, lines, begin, offsets, form, place, log)
    contents = read_grid(stem, grid, place, spans, log=log)
    if comments:
        log.note(f"{place}: {len(comments)} lines of comment above the table, kept as text")
    contents.passages[:0] = [
        Passage(
            lines[i].strip().lstrip("# "),
            Place(
                name, line=i + 1, start=decoded.byte(int(offsets[i])),
                end=decoded.byte(int(offsets[i + 1]) - _ending(lines[i])),
            ),
        )
        for i in comments
    ]  # fmt: skip
    return contents


def _comments(lines: list[str], told: bool) -> tuple[int, list[int]]:
    """The first line that is no comment, and the comments above it."""
    at = int(told)
    comments = []
    while at < len(lines) and (lines[at].startswith("#") or not lines[at].strip()):
        if lines[at].strip("# \t\r\n"):
            comments.append(at)
        at += 1
    if at == len(lines):  # nothing else: then they are rows
        return int(told), []
    return at, comments


def _names(lines: list[str], at: int, form: RecordFormat) -> bool:
    """Whether the comment has as many fields as the line below it, which is no header."""
    above, below = (
        next(rows_of([lines[at]], form))[0],
        next(rows_of([lines[at + 1]], form))[0],
    )
    alike = len(above) == len(below) > 1
    return alike and any(parse_cell(cell).typed for cell in below)


def _records(
    decoded: Decoded,
    lines: list[str],
    first: int,
    offsets: NDArray[np.int64],
    form: RecordFormat,
    place: Place,
    log: Log,
) -> tuple[list[list[str]], Spans]:
    """The records and their places; a blank line is a record without cells."""
    grid: list[list[str]] = []
    spans: list[tuple[int, int, int]] = []
    while first < len(lines):
        first = _records_from(lines, first, form, grid, spans, place, log)
    table = np.array(spans, np.int64).reshape(-1, 3)
    starts = [decoded.byte(int(offsets[first])) for first, _, _ in spans]
    ends = [decoded.byte(int(offsets[last]) - _ending(lines[last - 1])) for _, last, _ in spans]
    table[:, 0], table[:, 1] = starts, ends
    return grid, Spans(place, table)


def _records_from(
    lines: list[str],
    first: int,
    form: RecordFormat,
    grid: list[list[str]],
    spans: list[tuple[int, int, int]],
    place: Place,
    log: Log,
) -> int:
    """Append the records of `lines[first:]`; the line to go on from (the end, or after mending)."""
    begin = first
    for row, used in log.along(rows_of(lines[first:], form)):
        end = first + used
        if end == len(lines) and end - begin > 1 and is_open(lines[begin:end], form):
            log.warn(
                f"{place.file}, line {begin + 1}: a quote is never closed; read as a character"
            )
            grid.append(lines[begin].rstrip("\r\n").split(form.delimiter))
            spans.append((begin, begin + 1, begin + 1))
            return begin + 1
        grid.append(row)
        spans.append((begin, end, begin + 1))
        begin = end
    return len(lines)


def _ending(line: str) -> int:
    return len(line) - len(line.rstrip("\r\n"))
