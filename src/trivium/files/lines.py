"""A text cut into the cells of its rows, some thousand rows at a time.

    1,"ann, or eve"\n2,bob    ->    [["1", "ann, or eve"], ["2", "bob"]], from the lines [1, 2]

Cells end at the delimiter, but not inside quotes where those count, nor inside the brackets of a
record. Only the rows of one part are there at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from trivium.engine.faults import Faults
from trivium.engine.limits import PART, Guard
from trivium.files.formats import Format
from trivium.ir.nodes import Relation

# About the characters of a line.
LINE = 32

# Rows, and the line where each begins.
Part = tuple[list[list[str]], Sequence[int]]


def cut(
    text: str, form: Format, relation: Relation, faults: Faults, guard: Guard
) -> Iterator[Part]:
    """The rows of a text, part by part, as long as the guard allows."""
    delimiter = form.delimiter
    if delimiter is None:
        delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    if form.quoted and len(delimiter) == 1:
        return _quickly(text, delimiter, faults, guard)
    if form.quoted:
        return _carefully(text, delimiter, faults, guard)
    return _plainly(text, delimiter, form, relation, guard)


def _plainly(
    text: str, delimiter: str, form: Format, relation: Relation, guard: Guard
) -> Iterator[Part]:
    """Where no cell holds a line's end."""
    terms = "," in delimiter and any(column.type.structured for column in relation.columns)
    returns = "\r" in text
    number = 1
    for lines in _lines(text):
        guard.check_time()
        if returns:
            lines = [line.removesuffix("\r") for line in lines]
        if relation.arity == 0:
            rows: list[list[str]] = [[] for _ in lines]
        elif relation.arity == 1 and form.columns is None:
            rows = [[line] for line in lines]
        elif terms:
            rows = [_around_terms(line, delimiter) for line in lines]
        else:
            rows = [line.split(delimiter) for line in lines]
        yield rows, range(number, number + len(rows))
        number += len(rows)


def _lines(text: str) -> Iterator[list[str]]:
    """The lines of a text, about as many as make a part."""
    at = 0
    while at < len(text):
        end = text.find("\n", min(len(text), at + LINE * PART))
        end = len(text) if end < 0 else end
        block = text[at:end]
        yield block.removesuffix("\n").split("\n") if end == len(text) else block.split("\n")
        at = end + 1


class _Lines:
    """The lines of a text, a block of it at a time; `read` is where the last one ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.read = 0

    def __iter__(self) -> Iterator[str]:
        text, start = self.text, 0
        while start < len(text):
            end = text.find("\n", start + LINE * PART) + 1 or len(text)
            for line in io.StringIO(text[start:end], newline=""):  # four bytes a character
                self.read += len(line)
                yield line
            start = end


def _quickly(text: str, delimiter: str, faults: Faults, guard: Guard) -> Iterator[Part]:
    """By Python's reader, up to the first row that it does not take."""
    csv.field_size_limit(1 << 40)
    source = _Lines(text)
    reader = csv.reader(iter(source), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    numbers: list[int] = []
    before = at = 0
    try:
        for row in reader:
            if row:
                rows.append(row)
                numbers.append(before + 1)
            before, at = reader.line_num, source.read
            if len(rows) == PART:
                guard.check_time()
                yield rows, numbers
                rows, numbers = [], []
    except csv.Error:  # a fault, which the other way finds
        yield rows, numbers
        yield from _carefully(text, delimiter, faults, guard, at, before + 1)
        return
    yield rows, numbers


def _carefully(
    text: str, delimiter: str, faults: Faults, guard: Guard, at: int = 0, line: int = 1
) -> Iterator[Part]:
    """From the start of a line on, which has this number; it tells what is wrong with a cell."""
    mark = re.escape(delimiter)
    bare = rf"[^{mark}\n]*" if len(delimiter) == 1 else rf"(?:(?!{mark})[^\n])*"
    cell = re.compile(rf'(?:"([^"]*(?:""[^"]*)*)"\r?|((?!"){bare}))({mark}|\n|\Z)')
    rows: list[list[str]] = []
    numbers: list[int] = []
    row: list[str] = []
    while at < len(text) or row:
        found = cell.match(text, at)
        if found is None:
            if not faults.skip:  # a row before may be at fault
                yield rows, numbers
            faults.add(line, f"column {len(row) + 1}: a quoted cell has no end, or goes on after")
            end = text.find("\n", at)
            at, row, line = (len(text) if end < 0 else end + 1), [], line + 1
            continue
        inside, outside, after = found.groups()
        row.append(outside.removesuffix("\r") if inside is None else inside.replace('""', '"'))
        at = found.end()
        if after == delimiter:
            continue
        if row != [""]:  # an empty line
            rows.append(row)
            numbers.append(line)
        line += 1 + sum(part.count("\n") for part in row)
        row = []
        if len(rows) == PART:
            guard.check_time()
            yield rows, numbers
            rows, numbers = [], []
    yield rows, numbers


_NESTING = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]()]')


def _around_terms(line: str, delimiter: str) -> list[str]:
    """Cells between delimiters that stand in no brackets; quotes count only inside them."""
    cells: list[str] = []
    start = at = 0
    while True:
        end = line.find(delimiter, at)
        opened = min((n for n in (line.find("[", at), line.find("(", at)) if n >= 0), default=-1)
        if end < 0:
            return [*cells, line[start:]]
        if 0 <= opened < end:
            at = _closing(line, opened)
            continue
        cells.append(line[start:end])
        start = at = end + len(delimiter)


def _closing(line: str, opened: int) -> int:
    """Where the brackets that open here are closed; the end of the line if they are not."""
    depth = 0
    for found in _NESTING.finditer(line, opened):
        if found[0] in "[(":
            depth += 1
        elif found[0] in "])":
            depth -= 1
        if not depth:
            return found.end()
    return len(line)
