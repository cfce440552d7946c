"""Formats of older programs: XLS workbooks and RTF documents, each by a library of its own."""

from __future__ import annotations

from pathlib import Path

from trivium.errors import DataError
from trivium.ground.document import Contents
from trivium.ground.encoding import Decoded
from trivium.ground.extras import extra
from trivium.ground.grid import text_of
from trivium.ground.layout import read_grid
from trivium.ground.report import Log
from trivium.ground.text import parse_text
from trivium.ground.xlsx import SheetPlaces
from trivium.source import Place


def read_xls(path: Path, name: str, log: Log) -> Contents:
    """The tables of every sheet. Raises E401 without python-calamine, E605, E606."""
    calamine = extra("python_calamine", "python-calamine", "XLS workbooks")
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError as problem:
        raise DataError(605, f"`{name}` is protected by a password") from problem
    except calamine.CalamineError as problem:
        raise DataError(606, f"`{name}` is a damaged workbook: {problem}") from problem
    contents = Contents()
    for title in book.sheet_names:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        grid = [[text_of(value).strip() for value in row] for row in rows]
        if not any(map(any, grid)):
            log.warn(f"{name}: sheet `{title}` is empty")
            continue
        place = Place(name, title)
        places = SheetPlaces(place, len(grid), max(map(len, grid)))
        contents.extend(read_grid(title, grid, place, places, log=log))
    return contents


def read_rtf(path: Path, name: str, log: Log) -> Contents:
    """The text of an RTF document. Raises E401 without striprtf."""
    convert = extra("striprtf.striprtf", "striprtf", "RTF")
    text = convert.rtf_to_text(path.read_bytes().decode("latin-1"), errors="replace")
    return parse_text(Decoded(text, "rtf"), path.stem, name, log, exact=False)
