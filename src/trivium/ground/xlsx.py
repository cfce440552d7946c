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
from pathlib import Path
from typing import Any, overload

import openpyxl
from openpyxl.utils import get_column_letter

from trivium.ground.document import Contents
from trivium.ground.grid import text_of
from trivium.ground.layout import read_grid
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
        if not grid:
            log.warn(f"{name}: sheet `{sheet.title}` is empty")
            continue
        place = Place(name, sheet.title)
        places = SheetPlaces(place, len(grid), max(map(len, grid)))
        contents.extend(read_grid(sheet.title, grid, place, places, log=log))
    if path.suffix.lower() == ".xlsm":
        log.note(f"{name}: macros are never run")
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


class SheetPlaces(Sequence[Sequence[Place]]):
    """The place of each cell of a sheet, made on demand."""

    def __init__(self, place: Place, height: int, width: int, first: int = 0) -> None:
        self.place, self.height, self.width, self.first = place, height, width, first

    def __len__(self) -> int:
        return self.height

    @overload
    def __getitem__(self, index: int) -> list[Place]: ...
    @overload
    def __getitem__(self, index: slice) -> SheetPlaces: ...
    def __getitem__(self, index: int | slice) -> list[Place] | SheetPlaces:
        if isinstance(index, slice):
            rows = range(self.height)[index]
            return SheetPlaces(self.place, len(rows), self.width, self.first + rows.start)
        line = self.first + index + 1
        return [
            replace(
                self.place, part=f"{self.place.part}!{get_column_letter(c + 1)}{line}", line=line
            )
            for c in range(self.width)
        ]


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
