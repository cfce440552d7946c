"""XLSX workbooks: each sheet's tables, with the cell (`Sheet1!B7`) that each value stands in.

Formulas give their cached values; a number formatted as a percentage or a currency is written so
(0.12 as `12%`). Merged cells repeat their value, several header rows are joined, tables on one
sheet are set apart by empty rows. Hidden sheets, rows and columns are kept, and noted.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, overload

import openpyxl
from openpyxl.utils import get_column_letter

from trivium.ground.document import Contents
from trivium.ground.grid import has_header, table_of, text_of
from trivium.ground.passage import Passage
from trivium.ground.report import Log
from trivium.source import Place

_CURRENCY = re.compile(r'\[\$([^\-\]]+)|"([$€£¥₹])"|([$€£¥₹])')
Grid = list[list[str]]


def read_xlsx(path: Path, name: str, log: Log) -> Contents:
    """The tables of every sheet; lone text cells between tables become passages."""
    contents = Contents()
    book = openpyxl.load_workbook(path, data_only=True)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            log.note(f"{name}: sheet `{sheet.title}` is hidden; kept")
        _note_hidden(sheet, name, log)
        grid = _grid(sheet, log)
        for top, bottom in _blocks(grid):
            _add_block(contents, sheet.title, grid, top, bottom, Place(name, sheet.title), log)
        if not grid:
            log.warn(f"{name}: sheet `{sheet.title}` is empty")
    if uncached := _uncached(path, book):
        log.warn(f"{name}: {uncached} formulas have no cached value; their cells are empty")
    return contents


def _note_hidden(sheet: Any, name: str, log: Log) -> None:
    rows = sum(bool(d.hidden) for d in sheet.row_dimensions.values())
    columns = sum(bool(d.hidden) for d in sheet.column_dimensions.values())
    if rows or columns:
        log.note(f"{name}: `{sheet.title}` has {rows} hidden rows, {columns} hidden columns; kept")


def _grid(sheet: Any, log: Log) -> Grid:
    grid = [[_shown(cell) for cell in row] for row in log.along(sheet.iter_rows())]
    for area in sheet.merged_cells.ranges:
        value = grid[area.min_row - 1][area.min_col - 1]
        for r in range(area.min_row - 1, area.max_row):
            for c in range(area.min_col - 1, area.max_col):
                if r < len(grid) and c < len(grid[r]):
                    grid[r][c] = value
    while grid and not any(grid[-1]):
        grid.pop()
    return grid


def _shown(cell: Any) -> str:
    """A cell's value as its number format shows it, where that changes the meaning."""
    value = cell.value
    if value is None or isinstance(value, str | bool) or not isinstance(value, int | float):
        if isinstance(value, dt.time):
            return value.isoformat("auto" if value.microsecond else "seconds")
        return text_of(value).strip()
    style = (cell.number_format or "General").split(";")[0]
    if "%" in style:
        return f"{text_of(round(value * 100, 10))}%"
    if found := _CURRENCY.search(style):
        symbol = next(group for group in found.groups() if group)
        sign = "-" if value < 0 else ""
        return f"{sign}{symbol}{text_of(abs(value))}"
    return text_of(round(value, 12) if isinstance(value, float) else value)


def _blocks(grid: Grid) -> list[tuple[int, int]]:
    """Rows `top` to `bottom` (exclusive) of each part between empty rows.

    A gap only parts two tables where the rows below it begin anew, with a header of their own.
    """
    found: list[tuple[int, int]] = []
    top: int | None = None
    for r, row in enumerate([*grid, []]):
        if any(row) and top is None:
            top = r
        elif not any(row) and top is not None:
            found.append((top, r))
            top = None
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and not _begins_anew(grid[start:end]) and _wide(grid[slice(*joined[-1])]):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def _wide(rows: Grid) -> bool:
    return len(rows) > 1 and any(sum(map(bool, row)) > 1 for row in rows)


def _begins_anew(rows: Grid) -> bool:
    """Whether the rows read as a table with a header, or as a title."""
    filled = [cell for cell in rows[0] if cell]
    if len(set(filled)) == 1:
        return True
    return len(rows) > 1 and not any(c[:1].isdigit() for c in filled) and has_header(rows)


def _add_block(
    contents: Contents, sheet: str, grid: Grid, top: int, bottom: int, place: Place, log: Log
) -> None:
    """A block of rows: leading rows of one text are titles, the rest is a table."""
    title = ""
    while top < bottom and len({cell for cell in grid[top] if cell}) == 1 and (
        bottom - top > 1 or not _wide(grid[top:bottom])
    ):  # fmt: skip
        text = next(cell for cell in grid[top] if cell)
        line = top + 1
        contents.passages.append(Passage(text, replace(place, line=line), sheet))
        title = title or text
        top += 1
        while top < bottom and not any(grid[top]):
            top += 1
    if top >= bottom:
        return
    rows = grid[top:bottom]
    used = [c for c in range(max(map(len, rows))) if any(c < len(row) and row[c] for row in rows)]
    left, right = used[0], used[-1] + 1
    numbers = [top + i for i, row in enumerate(rows) if any(row)]
    cells = [row[left:right] for row in rows if any(row)]
    headers = _header_rows(cells)
    places = SheetPlaces(place, numbers, list(range(left, right)), cells[:headers])
    number = sum(t.place.part == sheet for t in contents.tables) + 1
    name = sheet if number == 1 else title or f"{sheet} {number}"
    contents.add(
        table_of(name, cells, place, places, log=log, title=title, header_rows=headers or None)
    )


def _header_rows(cells: Grid) -> int:
    """How many: the first row, and those after it while cells repeat side by side (merged)."""
    count = 0
    for row, following in pairwise(cells):
        count += 1
        filled = [cell for cell in row if cell]
        grouped = any(a and a == b for a, b in pairwise(row))
        gaps = len(filled) < len(row) and len(row) > 2 and all(following) and count == 1
        below_is_text = not any(cell[:1].isdigit() for cell in following if cell) or grouped
        if not ((grouped or gaps) and below_is_text) or count > 3:
            break
    return count if has_header(cells) or count > 1 else 0


class SheetPlaces(Sequence[Sequence[Place]]):
    """The place of each cell of a table on a sheet, made on demand."""

    def __init__(self, place: Place, rows: list[int], columns: list[int], header: Grid) -> None:
        self.place, self.rows, self.columns, self.header = place, rows, columns, header

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> list[Place]: ...
    @overload
    def __getitem__(self, index: slice) -> SheetPlaces: ...
    def __getitem__(self, index: int | slice) -> list[Place] | SheetPlaces:
        if isinstance(index, slice):
            return SheetPlaces(self.place, self.rows[index], self.columns, self.header)
        line = self.rows[index] + 1
        return [
            replace(
                self.place,
                part=f"{self.place.part}!{get_column_letter(c + 1)}{line}",
                row=index + 1,
                column=self._name(i),
                line=line,
            )
            for i, c in enumerate(self.columns)
        ]

    def _name(self, i: int) -> str:
        parts = dict.fromkeys(row[i] for row in self.header if i < len(row) and row[i])
        return " ".join(parts) or get_column_letter(self.columns[i] + 1)


def _uncached(path: Path, book: Any) -> int:
    """How many formulas were saved without a value, as programs that do not compute write them."""
    with zipfile.ZipFile(path) as archive:
        sheets = [entry for entry in archive.namelist() if entry.startswith("xl/worksheets/sheet")]
        if not any(re.search(rb"<f[ >/]", archive.read(entry)) for entry in sheets):
            return 0
    formulas = openpyxl.load_workbook(path, data_only=False)
    count = 0
    for sheet, values in zip(formulas.worksheets, book.worksheets, strict=True):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and values[cell.coordinate].value is None:
                    count += 1
    return count
