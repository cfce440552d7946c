"""CSV and its relatives, as they are found: any delimiter, quoting, encoding and raggedness.

Quotes inside a quoted field are doubled (RFC 4180) or escaped with a backslash (`\\"`); a quote
that is never closed is an ordinary character. Each row knows its line and its bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trivium.ground.document import Contents
from trivium.ground.encoding import Decoded, decode
from trivium.ground.grid import Spans, table_of
from trivium.ground.report import Log
from trivium.source import Place

DELIMITERS = ",\t;|"
# Files of more bytes than this stay in columns (see bulk.py).
LARGE_FILE = 2_000_000
_ESCAPED = re.compile(r'\\(["\\])')
# A backslash is an escape, not the end of a Windows path, where doubled quotes leave no way to read
# what follows: one quote within a field (or three), two at its end (or four).
_END = r"\s*(?:[,;|\t]|$)"
_ESCAPE_SEEN = re.compile(rf'\\"(?:"")*(?!"|{_END})|\\""(?:"")*(?={_END})', re.M)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file separates and quotes its fields. `backslash`: quotes are escaped by one."""

    delimiter: str = ","
    backslash: bool = False


def read_delimited(path: Path, name: str, log: Log) -> Contents:
    """The one table of a CSV or TSV file. Every cell is kept, as text."""
    likely = "\t" if path.suffix.lower() in (".tsv", ".tab") else ","
    if path.stat().st_size > LARGE_FILE:
        from trivium.ground.bulk import read_bulk

        return read_bulk(path, name, log, likely)
    decoded = decode(path.read_bytes())
    for note in decoded.notes:
        log.warn(f"{name}: {note}")
    dialect = sniff(decoded.text[:65536], likely)
    place = Place(name)
    grid, spans = _records(decoded, dialect, place, log)
    contents = Contents()
    contents.add(table_of(path.stem, grid, place, spans, log=log))
    return contents


def sniff(sample: str, likely: str = ",") -> Dialect:
    """The delimiter that cuts the sample's rows most evenly, and the way quotes are escaped."""
    backslash = bool(_ESCAPE_SEEN.search(sample))
    best, best_score = likely, 0.0
    for delimiter in sorted(DELIMITERS, key=lambda d: d != likely):
        dialect = Dialect(delimiter, backslash)
        # The sample may end inside a row: the last one is not counted.
        widths = [len(row) for row, _ in rows_of(_lines(sample), dialect) if row][:100]
        widths = widths[:-1] or widths
        if not widths:
            continue
        width, alike = Counter(widths).most_common(1)[0]
        score = alike / len(widths) if width > 1 else 0.0
        if score > best_score + 0.1:
            best, best_score = delimiter, score
    return Dialect(best, backslash)


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends, cut where the csv module cuts them and nowhere else."""
    return (found[0] for found in _LINE.finditer(text) if found[0])


def rows_of(lines: Iterable[str], dialect: Dialect) -> Iterator[tuple[list[str], int]]:
    """Each record and how many lines have been used up with it."""
    if dialect.backslash:
        # Doubled quotes mean the same, and leave other backslashes alone.
        lines = (_ESCAPED.sub(lambda m: '""' if m[1] == '"' else "\\", line) for line in lines)
    csv.field_size_limit(1 << 30)
    reader = csv.reader(lines, delimiter=dialect.delimiter)
    for row in reader:
        yield row, reader.line_num


def _records(
    decoded: Decoded, dialect: Dialect, place: Place, log: Log
) -> tuple[list[list[str]], Spans]:
    """The records and their places. Blank lines are not records."""
    lines = list(_lines(decoded.text))
    offsets = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=offsets[1:])
    grid: list[list[str]] = []
    spans: list[tuple[int, int, int]] = []
    first = 0
    while first < len(lines):
        first = _records_from(lines, first, dialect, grid, spans, place, log)
    table = np.array(spans, np.int64).reshape(-1, 3)
    starts = [decoded.byte(int(offsets[first])) for first, _, _ in spans]
    ends = [decoded.byte(int(offsets[last]) - _ending(lines[last - 1])) for _, last, _ in spans]
    table[:, 0], table[:, 1] = starts, ends
    return grid, Spans(place, table)


def _records_from(
    lines: list[str],
    first: int,
    dialect: Dialect,
    grid: list[list[str]],
    spans: list[tuple[int, int, int]],
    place: Place,
    log: Log,
) -> int:
    """Append the records of `lines[first:]`; the line to go on from (the end, or after mending)."""
    begin = first
    for row, used in rows_of(lines[first:], dialect):
        end = first + used
        if end == len(lines) and end - begin > 1 and _is_open(lines[begin:end], dialect):
            log.warn(
                f"{place.file}, line {begin + 1}: a quote is never closed; read as a character"
            )
            grid.append(lines[begin].rstrip("\r\n").split(dialect.delimiter))
            spans.append((begin, begin + 1, begin + 1))
            return begin + 1
        if row:
            grid.append(row)
            spans.append((begin, end, begin + 1))
        begin = end
    return len(lines)


def _is_open(lines: list[str], dialect: Dialect) -> bool:
    """Whether the last field's quote is still open at the end of the file."""
    text = "".join(lines)
    if dialect.backslash:
        text = _ESCAPED.sub(lambda m: '""' if m[1] == '"' else "\\", text)
    try:
        list(csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, strict=True))
    except csv.Error as problem:
        return "unexpected end of data" in str(problem)
    return False


def _ending(line: str) -> int:
    return len(line) - len(line.rstrip("\r\n"))
