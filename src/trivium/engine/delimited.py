"""Rows as lines of text: Soufflé's fact files, CSV and TSV.

    1<tab>ann<tab>[1, nil]          1,"ann, or eve","[1, nil]"

Cells are split at the delimiter, but never inside quotes where those count, nor inside the brackets
of a record. A line that does not fit its relation is a fault, by file, line and column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import compress
from math import inf, isinf
from typing import IO, Any

from trivium.engine.dates import date_code
from trivium.engine.faults import Faults
from trivium.engine.formats import Format
from trivium.engine.functors import to_text
from trivium.engine.given import Given
from trivium.engine.limits import PART, Guard, Limits
from trivium.engine.term_text import parse_term, term_text
from trivium.ir.nodes import Column, Relation
from trivium.ir.types import NO_SHAPES, Shapes, Type
from trivium.source import Place

Parser = Callable[[str], Any]

_SHOWN = 60
# Bytes of a row's list, and of a cell: its string, its value, and its places in a row and a column.
_ROW, _CELL = 64, 100
_INTEGER = re.compile(r"\s*[+-]?(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)\s*", re.ASCII)
_RANGES = {Type.NUMBER: (-(2**63), 2**63 - 1), Type.UNSIGNED: (0, 2**64 - 1)}
_FLOAT = re.compile(
    r"\s*[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|infinity|nan)\s*",
    re.ASCII | re.IGNORECASE,
)


# --- cells to values -----------------------------------------------------------------------------


def _integer(kind: Type) -> Parser:
    low, high = _RANGES[kind]

    def parse(cell: str) -> int:
        found = _INTEGER.fullmatch(cell)
        if found is None:
            raise ValueError(cell)
        based = found[1][:2].lower() in ("0x", "0b")
        if len(found[1]) > 80:  # longer than any integer of 64 bits, in any base
            raise OverflowError(cell)
        value = int(cell, 0) if based else int(cell)
        if not low <= value <= high:
            raise OverflowError(cell)
        return value

    return parse


def _float(cell: str) -> float:
    if _FLOAT.fullmatch(cell) is None:
        raise ValueError(cell)
    value = float(cell)
    if isinf(value) and "n" not in cell.lower():  # `inf` is written out, 1e400 is a mistake
        raise OverflowError(cell)
    return value


def _date(cell: str) -> str:
    date_code(cell)
    return cell


PARSERS: dict[Type, Parser] = {
    Type.NUMBER: _integer(Type.NUMBER),
    Type.UNSIGNED: _integer(Type.UNSIGNED),
    Type.FLOAT: _float,
    Type.SYMBOL: str,
    Type.DATE: _date,
}
# What takes no more than these do, for cells that are known to hold nothing unusual.
_QUICK: dict[Type, Parser] = {Type.NUMBER: int, Type.UNSIGNED: int, Type.FLOAT: float}


def parser_of(kind: Type, shapes: Shapes) -> Parser:
    """What reads a cell: ValueError for one of another type, OverflowError beyond 64 bits."""
    if kind.structured:
        return lambda cell: parse_term(cell, kind, shapes, PARSERS)
    return PARSERS[kind]


# --- reading -------------------------------------------------------------------------------------


def read_delimited(
    text: str,
    form: Format,
    relation: Relation,
    faults: Faults,
    shapes: Shapes = NO_SHAPES,
    guard: Guard | None = None,
) -> Given:
    """The rows of a text that fit the relation, read as far as the guard allows."""
    guard = guard or Guard(Limits())
    guard.reserve_bytes(_memory(text, form))
    rows, lines = split(text, form, relation, faults, guard)
    columns = list(relation.columns)
    width = relation.arity
    places = list(range(width))
    if form.headers and rows:
        names = [name.strip() for name in rows[0]]
        rows, lines = rows[1:], lines[1:]
        if form.columns is None and set(names) >= {column.name for column in columns}:
            width = len(names)
            places = [names.index(column.name) for column in columns]
    if form.columns is not None:
        places, width = list(form.columns[:width]), max(form.columns, default=0) + 1
    plain = text.isascii() and "_" not in text
    reader = _Columns(form, columns, faults, shapes, plain, guard)
    fits = [_fits(row, width, form) for row in rows]
    if not all(fits):
        if not faults.skip:  # a line before may have a cell at fault
            first = fits.index(False)
            reader.read(_cells(rows[:first], places, width), lines[:first])
        for row, line, fit in zip(rows, lines, fits, strict=True):
            if not fit:
                faults.add(line, f"{width} columns expected, found {len(row)}")
        rows, lines = list(compress(rows, fits)), list(compress(lines, fits))
    values, lines = reader.read(_cells(rows, places, width), lines)
    path = str(form.path)

    def place_of(row: int, column: str | None) -> Place:
        return Place(path, row=row + 1, column=column, line=lines[row])

    found = tuple(column.name for column in columns)
    types = tuple(column.type for column in columns)
    return Given(relation.name, values, len(lines), place_of, found, types)


def _memory(text: str, form: Format) -> int:
    """About the memory that a text's cells take: strings, their values, lists of either."""
    rows = text.count("\n") + 1
    cells = rows + text.count(form.delimiter or ",")
    return len(text) + _ROW * rows + _CELL * cells


def _cells(rows: Sequence[Sequence[str]], places: Sequence[int], width: int) -> list[Sequence[str]]:
    """The cells of the columns at these places."""
    columns: Sequence[Sequence[str]] = [()] * width
    if rows and width:
        columns = list(zip(*rows, strict=False))
    return [columns[place] for place in places]


def _fits(row: Sequence[str], width: int, form: Format) -> bool:
    return len(row) >= width if form.columns is not None else len(row) == width


class _Columns:
    """Reads the cells of a file, column by column; row by row where one cell does not fit."""

    def __init__(
        self,
        form: Format,
        columns: Sequence[Column],
        faults: Faults,
        shapes: Shapes,
        plain: bool,
        guard: Guard,
    ) -> None:
        self.guard = guard
        self.columns = columns
        self.faults = faults
        self.parsers = [parser_of(column.type, shapes) for column in columns]
        # In CSV an empty cell is no value; in Soufflé's files it is an empty text.
        self.gaps = form.quoted and not form.strict
        self.plain = plain

    def read(
        self, cells: Sequence[Sequence[str]], lines: Sequence[int]
    ) -> tuple[list[list[Any]], Sequence[int]]:
        if not self.faults.skip:
            try:
                return [self._column(n, column) for n, column in enumerate(cells)], lines
            except (ValueError, OverflowError):
                pass  # row by row, the first row at fault is found
        kept: list[list[Any]] = []
        kept_lines = []
        for place, (row, line) in enumerate(zip(zip(*cells, strict=True), lines, strict=True)):
            if not place % PART:
                self.guard.check_time()
            values = self._row(row, line)
            if values is not None:
                kept.append(values)
                kept_lines.append(line)
        if not cells:
            return [], lines
        return [list(column) for column in zip(*kept, strict=True)] or [
            [] for _ in cells
        ], kept_lines

    def _column(self, place: int, cells: Sequence[str]) -> list[Any]:
        kind = self.columns[place].type
        parse = self.parsers[place]
        if self.plain and kind in _QUICK and (kind is not Type.UNSIGNED or not self.gaps):
            parse = _QUICK[kind]
        if kind is Type.SYMBOL and not self.gaps:
            return list(cells)
        values: list[Any] = []
        for start, stop in self.guard.parts(len(cells)):
            part = cells[start:stop]
            values += [parse(c) if c else None for c in part] if self.gaps else map(parse, part)
        if parse is float and (inf in values or -inf in values):
            raise OverflowError  # or an infinity; cell by cell, it shows which
        return values

    def _row(self, row: Sequence[str], line: int) -> list[Any] | None:
        values: list[Any] = []
        for column, parse, cell in zip(self.columns, self.parsers, row, strict=True):
            shown = repr(cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…")
            try:
                if _has_surrogate(cell):
                    raise ValueError("not UTF-8 text")
                values.append(None if self.gaps and not cell else parse(cell))
            except OverflowError:
                problem = f"column `{column.name}`: {shown} is beyond a 64-bit {column.type}"
                self.faults.add(line, problem, 654)
                return None
            except ValueError as error:
                why = f": {error}" if column.type.structured else ""
                problem = f"column `{column.name}`: {shown} is not a {column.type}{why}"
                if _has_surrogate(cell):
                    problem = f"column `{column.name}`: not UTF-8 text"
                self.faults.add(line, problem)
                return None
        return values


def _has_surrogate(cell: str) -> bool:
    """Whether a cell holds bytes that are no text, which decoding put aside."""
    return not cell.isascii() and any("\udc80" <= c <= "\udcff" for c in cell)


# --- splitting -----------------------------------------------------------------------------------


def split(
    text: str, form: Format, relation: Relation, faults: Faults, guard: Guard
) -> tuple[list[list[str]], Sequence[int]]:
    """The cells of each line, and the line's number."""
    delimiter = form.delimiter
    if delimiter is None:
        delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    if form.quoted:
        return _split_quoted(text, delimiter, faults, guard)
    lines = text.removesuffix("\n").split("\n") if text else []
    if "\r" in text:
        lines = [line.removesuffix("\r") for line in lines]
    numbers = range(1, len(lines) + 1)
    if relation.arity == 0:
        return [[] for _ in lines], numbers
    if relation.arity == 1 and form.columns is None:
        return [[line] for line in lines], numbers
    terms = "," in delimiter and any(column.type.structured for column in relation.columns)
    rows: list[list[str]] = []
    for start, stop in guard.parts(len(lines)):
        part = lines[start:stop]
        if terms:
            rows += [_split_around_terms(line, delimiter) for line in part]
        else:
            rows += [line.split(delimiter) for line in part]
    return rows, numbers


def _split_quoted(
    text: str, delimiter: str, faults: Faults, guard: Guard
) -> tuple[list[list[str]], Sequence[int]]:
    if len(delimiter) == 1:
        with suppress(csv.Error):  # a fault, which the other way finds
            return _split_quickly(text, delimiter, guard)
    return _split_carefully(text, delimiter, faults, guard)


def _split_quickly(
    text: str, delimiter: str, guard: Guard
) -> tuple[list[list[str]], Sequence[int]]:
    csv.field_size_limit(1 << 40)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    numbers: list[int] = []
    before = 0
    for row in reader:
        if not reader.line_num % PART:
            guard.check_time()
        if row:
            rows.append(row)
            numbers.append(before + 1)
        before = reader.line_num
    return rows, numbers


def _split_carefully(
    text: str, delimiter: str, faults: Faults, guard: Guard
) -> tuple[list[list[str]], Sequence[int]]:
    mark = re.escape(delimiter)
    bare = rf"[^{mark}\n]*" if len(delimiter) == 1 else rf"(?:(?!{mark})[^\n])*"
    cell = re.compile(rf'(?:"([^"]*(?:""[^"]*)*)"\r?|((?!"){bare}))({mark}|\n|\Z)')
    rows: list[list[str]] = []
    numbers: list[int] = []
    row: list[str] = []
    at, line = 0, 1
    while at < len(text) or row:
        found = cell.match(text, at)
        if found is None:
            faults.add(line, f"column {len(row) + 1}: a quoted cell has no end, or goes on after")
            end = text.find("\n", at)
            at, row, line = (len(text) if end < 0 else end + 1), [], line + 1
            continue
        inside, outside, after = found.groups()
        row.append(outside.removesuffix("\r") if inside is None else inside.replace('""', '"'))
        at = found.end()
        if after == delimiter:
            continue
        if not len(rows) % PART:
            guard.check_time()
        if row != [""]:  # an empty line
            rows.append(row)
            numbers.append(line)
        line += 1 + sum(part.count("\n") for part in row)
        row = []
    return rows, numbers


_NESTING = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]()]')


def _split_around_terms(line: str, delimiter: str) -> list[str]:
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


# --- writing -------------------------------------------------------------------------------------


def write_delimited(
    relation: Relation, rows: Iterable[tuple[Any, ...]], file: IO[str], form: Format
) -> None:
    """Rows as lines of text; a row of a nullary relation is `()`."""
    delimiter = form.delimiter or "\t"
    if form.headers:
        names = [column.name for column in relation.columns]
        if form.quoted and not form.strict:
            names = [_quoted(name, delimiter) for name in names]
        file.write(delimiter.join(names) + "\n")
    if not relation.arity:
        file.writelines("()\n" for _ in rows)
        return
    writers = [_writer(column.type, form, delimiter) for column in relation.columns]
    for row in rows:
        cells = [write(value) for write, value in zip(writers, row, strict=True)]
        file.write(delimiter.join(cells) + "\n")


def _writer(kind: Type, form: Format, delimiter: str) -> Callable[[Any], str]:
    if kind.structured:
        if form.strict:
            return lambda value: _in_quotes(term_text(value, quotes=True))
        if form.quoted:
            return lambda value: _quoted(term_text(value), delimiter)
        return term_text
    if kind is Type.SYMBOL and form.strict:
        return lambda value: _in_quotes(value or "")
    if kind is Type.SYMBOL and form.quoted:
        return lambda value: "" if value is None else _quoted(value, delimiter)
    return lambda value: "" if value is None else to_text(value)


def _quoted(text: str, delimiter: str) -> str:
    """A cell, in quotes where it would not read back without."""
    special = delimiter in text or '"' in text or "\n" in text or "\r" in text
    return _in_quotes(text) if special or not text else text


def _in_quotes(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
