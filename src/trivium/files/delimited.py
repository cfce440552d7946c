"""Rows as lines of text: Soufflé's fact files, CSV and TSV.

    1<tab>ann<tab>[1, nil]          1,"ann, or eve","[1, nil]"

A line that does not fit its relation is a fault, by file, line and column.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import compress
from math import inf, isinf
from sys import maxsize
from typing import IO, Any

import numpy as np

from trivium.engine.faults import Faults
from trivium.engine.functors import to_text
from trivium.engine.given import Given
from trivium.engine.host import Values
from trivium.engine.limits import Guard, Limits
from trivium.engine.term_text import parse_term, term_text
from trivium.files.formats import Format
from trivium.files.lines import cut
from trivium.ir.dates import date_code
from trivium.ir.nodes import Relation
from trivium.ir.types import NO_SHAPES, Shapes, Type
from trivium.source import Place

Parser = Callable[[str], Any]

_SHOWN = 60
# About the bytes of a line's number, and of a value; texts and terms have their characters besides.
_LINE, _NUMBER, _TEXT, _TERM = 8, 16, 72, 200
_ARRAYS: dict[Type, type] = {
    Type.NUMBER: np.int64,
    Type.UNSIGNED: np.uint64,
    Type.FLOAT: np.float64,
}
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
    guard.reserve_bytes(_memory(text, relation))
    plain = text.isascii() and "_" not in text
    reader: _Reader | None = None
    for rows, lines in cut(text, form, relation, faults, guard):
        if reader is None and rows:
            head = [name.strip() for name in rows[0]] if form.headers else []
            reader = _Reader(form, relation, faults, shapes, plain, head)
            rows, lines = rows[form.headers :], lines[form.headers :]
        if reader is not None and rows:
            reader.read(rows, lines)
    if reader is None:
        reader = _Reader(form, relation, faults, shapes, plain, [])
    path, kept = str(form.path), reader.lines

    def place_of(row: int, column: str | None) -> Place:
        return Place(path, row=row + 1, column=column, line=kept[row])

    names = tuple(column.name for column in relation.columns)
    types = tuple(column.type for column in relation.columns)
    values = [column.whole() for column in reader.values]
    return Given(relation.name, values, len(kept), place_of, names, types)


def _memory(text: str, relation: Relation) -> int:
    """About the memory that a text takes when it is read: itself, and its cells' values."""
    row = _LINE
    for column in relation.columns:
        row += _NUMBER if column.type in _ARRAYS else _TERM if column.type.structured else _TEXT
    return 2 * len(text) + row * (text.count("\n") + 1)


class _Values:
    """A growing column: arrays of numbers, or one list as soon as there are other values."""

    def __init__(self) -> None:
        self.arrays: list[Values] = []
        self.list: list[Any] = []

    def add(self, values: list[Any] | Values) -> None:
        if isinstance(values, np.ndarray) and not self.list:
            self.arrays.append(values)
            return
        for numbers in [*self.arrays, values]:
            self.list += numbers.tolist() if isinstance(numbers, np.ndarray) else numbers
        self.arrays = []

    def whole(self) -> Values | list[Any]:
        return np.concatenate(self.arrays) if self.arrays else self.list


class _Reader:
    """Reads rows of cells, column by column; row by row where one cell does not fit.

    `values` are the columns that were read, and `lines` where their rows began.
    """

    def __init__(
        self,
        form: Format,
        relation: Relation,
        faults: Faults,
        shapes: Shapes,
        plain: bool,
        head: list[str],
    ) -> None:
        columns = relation.columns
        self.columns = columns
        self.faults = faults
        self.parsers = [parser_of(column.type, shapes) for column in columns]
        # In CSV an empty cell is no value; in Soufflé's files it is an empty text.
        self.gaps = form.quoted and not form.strict
        self.plain = plain
        self.values = [_Values() for _ in columns]
        self.lines = array("q")
        self.least = self.most = len(columns)  # cells of a row
        self.places = list(range(len(columns)))
        if form.columns is not None:
            self.places = list(form.columns[: len(columns)])
            self.least, self.most = max(form.columns, default=0) + 1, maxsize
        elif head and set(head) >= {column.name for column in columns}:
            self.places = [head.index(column.name) for column in columns]
            self.least = self.most = len(head)

    def read(self, rows: Sequence[Sequence[str]], lines: Sequence[int]) -> None:
        fits = [self.least <= length <= self.most for length in map(len, rows)]
        if not all(fits):
            if not self.faults.skip:  # a line before may have a cell at fault
                first = fits.index(False)
                self._take(rows[:first], lines[:first])
            for row, line, fit in zip(rows, lines, fits, strict=True):
                if not fit:
                    wanted = f"{self.least} columns expected, found {len(row)}"
                    self.faults.add(line, wanted)
            rows, lines = list(compress(rows, fits)), list(compress(lines, fits))
        self._take(rows, lines)

    def _take(self, rows: Sequence[Sequence[str]], lines: Sequence[int]) -> None:
        """Rows with as many cells as they should have."""
        whole = list(zip(*rows, strict=False))
        cells = [whole[place] for place in self.places] if rows else [() for _ in self.places]
        columns: Sequence[list[Any] | Values] | None = self._columns(cells)
        if columns is None:  # row by row, the first row at fault is found
            kept: list[list[Any]] = []
            kept_lines = []
            for row, line in zip(zip(*cells, strict=True), lines, strict=True):
                values = self._row(row, line)
                if values is not None:
                    kept.append(values)
                    kept_lines.append(line)
            lines = kept_lines
            columns = [list(column) for column in zip(*kept, strict=True)] or [[] for _ in cells]
        for column, more in zip(self.values, columns, strict=True):
            column.add(more)
        self.lines.extend(lines)

    def _columns(self, cells: Sequence[Sequence[str]]) -> Sequence[list[Any] | Values] | None:
        """The values of all cells; None where one does not fit, or rows at fault are left out."""
        if self.faults.skip:
            return None
        with suppress(ValueError, OverflowError):
            return [self._column(n, column) for n, column in enumerate(cells)]
        return None

    def _column(self, place: int, cells: Sequence[str]) -> list[Any] | Values:
        kind = self.columns[place].type
        parse = self.parsers[place]
        if self.plain and kind in _QUICK and (kind is not Type.UNSIGNED or not self.gaps):
            parse = _QUICK[kind]
        if self.gaps and "" in cells:
            values = [parse(cell) if cell else None for cell in cells]
        else:
            values = list(cells) if kind is Type.SYMBOL else list(map(parse, cells))
        if parse is float and (inf in values or -inf in values):
            raise OverflowError  # or an infinity; cell by cell, it shows which
        if kind not in _ARRAYS or (self.gaps and None in values):
            return values
        return np.array(values, _ARRAYS[kind])

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
