"""A grid of text, as a file gives it, into a table: which rows are the header, and are all as long?

    [["Name", ""], ["Ann", "3", "x"], ["Bob"]]   ->   Name, column_2, column_3
                                                       Ann   3         x
                                                       Bob
Short rows are padded and long rows get columns of their own; the log says so. No cell is lost.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray

from trivium.ground.cells import Cell, parse_cell
from trivium.ground.report import Log, listed
from trivium.ground.table import Table, make_table
from trivium.source import Place

Places = Sequence[Place | Sequence[Place]]


class Spans(Sequence[Place]):
    """The places of rows, made on demand from an array of (start, end, line) for each row."""

    def __init__(self, place: Place, spans: NDArray[np.int64]) -> None:
        self.place, self.spans = place, spans

    def __len__(self) -> int:
        return len(self.spans)

    @overload
    def __getitem__(self, index: int) -> Place: ...
    @overload
    def __getitem__(self, index: slice) -> Spans: ...
    def __getitem__(self, index: int | slice) -> Place | Spans:
        if isinstance(index, slice):
            return Spans(self.place, self.spans[index])
        start, end, line = (int(n) for n in self.spans[index])
        p = self.place
        return Place(p.file, p.part, p.page, index + 1, None, line, start, end)


def cell_place(places: Places, row: int, column: int) -> Place:
    """The place of a grid's cell, or of its row where cells have none of their own."""
    exact = places[row]
    if isinstance(exact, Place):
        return exact
    return exact[min(column, len(exact) - 1)]


def picked(
    places: Places, rows: Sequence[int], columns: Sequence[int], headers: Sequence[str]
) -> Places:
    """The places of some rows and columns of a grid, as those of a table with these headers."""
    if isinstance(places, Spans):
        return Spans(places.place, places.spans[list(rows)])
    return Picked(places, rows, columns, headers)


class Picked(Sequence[Place | Sequence[Place]]):
    """Rows and columns of other places, made on demand."""

    def __init__(
        self, places: Places, rows: Sequence[int], columns: Sequence[int], headers: Sequence[str]
    ) -> None:
        self.places, self.rows, self.columns, self.headers = places, rows, columns, headers

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Place | Sequence[Place]: ...
    @overload
    def __getitem__(self, index: slice) -> Picked: ...
    def __getitem__(self, index: int | slice) -> Place | Sequence[Place] | Picked:
        if isinstance(index, slice):
            return Picked(self.places, self.rows[index], self.columns, self.headers)
        exact = self.places[self.rows[index]]
        if isinstance(exact, Place):
            return replace(exact, row=index + 1)
        return [
            replace(exact[min(c, len(exact) - 1)], row=index + 1, column=header)
            for c, header in zip(self.columns, self.headers, strict=True)
        ]


def table_of(
    name: str,
    grid: Sequence[Sequence[str]],
    place: Place,
    places: Places = (),
    *,
    log: Log,
    title: str = "",
    header_rows: int | None = None,
) -> Table | None:
    """The table of a grid; None (and a warning) if it holds nothing.

    `places` are those of the grid's rows, header rows included. `header_rows` says how many rows
    are the header, where the format knows; otherwise the first row is, unless it looks like data.
    """
    width = max((len(row) for row in grid), default=0)
    if not width:
        log.warn(f"{place}: empty table; left out")
        return None
    if header_rows is None:
        header_rows = 1 if has_header(grid) else 0
        if not header_rows:
            log.note(f"{place}: no header; columns are named column_1, column_2, ...")
    headers = join_headers(grid[:header_rows], width)
    rows = grid[header_rows:]
    _check_headers(headers, header_rows, place, log)
    rows = _squared(rows, width, len(grid[0]) if header_rows else width, place, log)
    if not rows:
        log.warn(f"{place}: the table has a header but no rows")
    return make_table(name, headers, rows, place, title, places[header_rows:] if places else ())


def join_headers(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Several header rows as one: `Chart` above `UK` is `Chart UK`; repeats are said once."""
    headers = []
    for i in range(width):
        parts = dict.fromkeys(row[i].strip() for row in rows if i < len(row))
        headers.append(" ".join(part for part in parts if part))
    return headers


def header_height(grid: Sequence[Sequence[str]], most: int = 6) -> int:
    """How many rows of a table with row labels, as reports print them, are its header.

            Years ended May 31,         header: words above columns, no label
                2019        2018        header: years above numbers
        Revenue:                        a label alone begins the body
        License   $3,181    $3,042      a number ends the search

    Gives 1 where no row in the first `most` and one holds a number to stop at.
    """
    height, reached = 0, False
    for i, row in enumerate(grid[: most + 1]):
        label, cells = row[0].strip() if row else "", [c for c in row[1:] if c.strip()]
        if any(_is_measured(cell) for cell in cells):
            return max(height, 1)
        # Below a row that names the columns, a labelled row names them again only by dates.
        if cells and not (label and reached and not any(map(_is_dated, cells))):
            height, reached = i + 1, True
    return 1


def _is_measured(text: str) -> bool:
    cell = parse_cell(text)
    return cell.typed and not _is_dated(text) and "week" not in text.lower()


def _is_dated(text: str) -> bool:
    return parse_cell(text).date > 0


def spread_headers(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Header rows in which a text printed once above several columns stands above each of them.

        before:  ["", "", "Year ended May 31,", ""], ["", "2019", "2018", "2017"]
        after:   ["", "Year ended May 31,", "Year ended May 31,", "Year ended May 31,"], ...

    A text reaches the empty cells to its right, and those to its left where it is centred: where
    cells to its right are empty too. Only periods are spread, and what stands above periods or
    above names that occur twice; other texts may go on in the row below. The lowest row and the
    label column stay as they are.
    """
    found = [[*row, *[""] * (width - len(row))] for row in rows]
    for row, below in pairwise(found):
        filled = [i for i in range(1, width) if row[i].strip()]
        names = [cell for cell in below[1:] if cell.strip()]
        dated = bool(names) and all(map(_is_dated, names))
        period = any(_is_dated(row[i]) or _PERIOD.search(row[i]) for i in filled)
        if not filled or not (dated or period or len(set(names)) < len(names)):
            continue
        alone = len(filled) == 1 and dated
        centred = alone or (filled[0] + 1 < width and not row[filled[0] + 1].strip())
        last = filled[0] if centred else 0
        for i in range(1, width):
            last = i if row[i].strip() else last
            row[i] = row[last] if last else ""
    return found


_PERIOD = re.compile(r"\b(?:ended|ending|years?|months|weeks|quarters?|fiscal)\b", re.I)


def has_header(grid: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns.

    It does not when it is as typed as the rows below: a number above numbers, a date above dates.
    Years above numbers that are no years (`1990  1995  2000`) still name their columns.
    """
    first, body = grid[0], grid[1:50]
    if not body or not any(cell.strip() for cell in first):
        return True
    against = 0
    for i, text in enumerate(first):
        head = parse_cell(text)
        below = [cell for row in body if i < len(row) and not (cell := parse_cell(row[i])).empty]
        enough = 0.8 * len(below)
        typed = sum(cell.typed for cell in below)
        if below and typed >= enough and (head.kind == "text" or _is_year(head)):
            if head.kind == "text" or not any(map(_is_year, below)):
                return True
        elif head.typed and below and sum(_alike(head, cell) for cell in below) >= enough:
            against += 1
    return against == 0


def _alike(head: Cell, cell: Cell) -> bool:
    return (cell.kind, cell.unit, _is_year(cell)) == (head.kind, head.unit, _is_year(head))


def _is_year(cell: Cell) -> bool:
    return cell.kind == "number" and cell.date > 0


def _check_headers(headers: list[str], header_rows: int, place: Place, log: Log) -> None:
    if not header_rows:
        return
    if empty := [i + 1 for i, header in enumerate(headers) if not header.strip()]:
        log.note(f"{place}: no header over column {listed(empty)}")
    counts = Counter(header.strip().lower() for header in headers if header.strip())
    if twice := [header for header, count in counts.items() if count > 1]:
        log.note(f"{place}: the same header over several columns, numbered: {listed(twice)}")


def _squared(
    rows: Sequence[Sequence[str]], width: int, named: int, place: Place, log: Log
) -> Sequence[Sequence[str]]:
    """Every row of `width` cells; the log counts the rows that were not `named` cells long."""
    short = [i + 1 for i, row in enumerate(rows) if len(row) < named]
    long = [i + 1 for i, row in enumerate(rows) if len(row) > named]
    if short:
        log.warn(f"{place}: short rows padded with empty cells ({len(short)}): row {listed(short)}")
    if long:
        log.warn(f"{place}: long rows kept in further columns ({len(long)}): row {listed(long)}")
    if not short and not long and named == width:
        return rows
    return [[*row, *[""] * (width - len(row))] if len(row) < width else row for row in rows]


def text_of(value: object) -> str:
    """A value of a typed format (JSON, Parquet, XLSX, SQL) as people would write it in a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else ""
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return _clock_text(value.total_seconds())
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=text_of)
    return str(value)


def _float_text(value: float) -> str:
    if math.isnan(value):
        return ""
    if value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    return format(Decimal(repr(value)), "f") if math.isfinite(value) else str(value)


def _clock_text(seconds: float) -> str:
    minutes, rest = divmod(abs(seconds), 60)
    sign = "-" if seconds < 0 else ""
    return f"{sign}{int(minutes // 60)}:{int(minutes % 60):02d}:{rest:06.3f}".removesuffix(".000")
