"""How a delimited text falls into records: its lines, its delimiter, and how quotes are escaped.

name;born          ->    RecordFormat(";"), the rows ["name", "born"], ["Bo; or Bob", "1970"]
"Bo; or Bob";1970
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DELIMITERS = ",\t;|"
_ESCAPED = re.compile(r'\\(["\\])')
# A backslash is an escape, not the end of a Windows path, where doubled quotes leave no way to read
# what follows: one quote within a field (or three), two at its end (or four).
_END = r"\s*(?:[,;|\t]|$)"
_ESCAPE_SEEN = re.compile(rf'\\"(?:"")*(?!"|{_END})|\\""(?:"")*(?={_END})', re.M)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True, slots=True)
class RecordFormat:
    """How a file separates and quotes its fields. `backslash`: quotes are escaped by one."""

    delimiter: str = ","
    backslash: bool = False


def sniff(sample: str, likely: str = ",") -> RecordFormat:
    """The delimiter that cuts the sample's rows most evenly, and the way quotes are escaped."""
    backslash = bool(_ESCAPE_SEEN.search(sample))
    best, best_score = likely, 0.0
    for delimiter in sorted(DELIMITERS, key=lambda d: d != likely):
        form = RecordFormat(delimiter, backslash)
        # The sample may end inside a row: the last one is not counted.
        widths = [len(row) for row, _ in rows_of(lines_of(sample), form) if row][:100]
        widths = widths[:-1] or widths
        if not widths:
            continue
        # Lines without any delimiter may stand above a table, or below it.
        wide = Counter(width for width in widths if width > 1).most_common(1)
        score = wide[0][1] / len(widths) if wide else 0.0
        if score > best_score + 0.1:
            best, best_score = delimiter, score
    return RecordFormat(best, backslash)


def lines_of(text: str) -> Iterator[str]:
    """Lines with their ends, cut where the csv module cuts them and nowhere else."""
    return (found[0] for found in _LINE.finditer(text) if found[0])


def rows_of(lines: Iterable[str], form: RecordFormat) -> Iterator[tuple[list[str], int]]:
    """Each record and how many lines have been used up with it."""
    if form.backslash:
        # Doubled quotes mean the same, and leave other backslashes alone.
        lines = (_ESCAPED.sub(lambda m: '""' if m[1] == '"' else "\\", line) for line in lines)
    csv.field_size_limit(1 << 30)
    reader = csv.reader(lines, delimiter=form.delimiter)
    for row in reader:
        yield row, reader.line_num


def is_open(lines: list[str], form: RecordFormat) -> bool:
    """Whether the last field's quote is still open at the end of the file."""
    text = "".join(lines)
    if form.backslash:
        text = _ESCAPED.sub(lambda m: '""' if m[1] == '"' else "\\", text)
    try:
        list(csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter, strict=True))
    except csv.Error as problem:
        return "unexpected end of data" in str(problem)
    return False
