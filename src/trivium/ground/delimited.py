"""CSV and its relatives, as they are found: any delimiter, quoting, encoding and raggedness.

Quotes inside a quoted field are doubled (RFC 4180) or escaped with a backslash (`\\"`); a quote
that is never closed is an ordinary character. Each row knows its line and its bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from trivium.ground.document import Contents
from trivium.ground.encoding import Decoded, decode
from trivium.ground.grid import Spans, table_of
from trivium.ground.records import RecordFormat, is_open, lines_of, rows_of, sniff
from trivium.ground.report import Log
from trivium.source import Place

# Files of more bytes than this stay in columns (see bulk.py).
LARGE_FILE = 2_000_000


def read_delimited(path: Path, name: str, log: Log) -> Contents:
    """The one table of a CSV or TSV file. Every cell is kept, as text."""
    likely = "\t" if path.suffix.lower() in (".tsv", ".tab") else ","
    if path.stat().st_size > LARGE_FILE:
        from trivium.ground.bulk import read_bulk

        return read_bulk(path, name, log, likely)
    decoded = decode(path.read_bytes())
    for note in decoded.notes:
        log.warn(f"{name}: {note}")
    form = sniff(decoded.text[:65536], likely)
    place = Place(name)
    grid, spans = _records(decoded, form, place, log)
    contents = Contents()
    contents.add(table_of(path.stem, grid, place, spans, log=log))
    return contents


def _records(
    decoded: Decoded, form: RecordFormat, place: Place, log: Log
) -> tuple[list[list[str]], Spans]:
    """The records and their places. Blank lines are not records."""
    lines = list(lines_of(decoded.text))
    offsets = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=offsets[1:])
    grid: list[list[str]] = []
    spans: list[tuple[int, int, int]] = []
    first = 0
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
        if row:
            grid.append(row)
            spans.append((begin, end, begin + 1))
        begin = end
    return len(lines)


def _ending(line: str) -> int:
    return len(line) - len(line.rstrip("\r\n"))
