"""DOCX into tables and passages, in the order of the document, under their headings.

The format has no bytes to point at: a passage's place is its paragraph's number (as `line`), a
cell's its table, row and column.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from trivium.ground.document import Contents
from trivium.ground.layout import read_grid
from trivium.ground.passage import Outline
from trivium.ground.report import Log
from trivium.source import Place


def read_docx(path: Path, name: str, log: Log) -> Contents:
    """The tables and the paragraphs of a DOCX document."""
    contents = Contents()
    place = Place(name)
    outline = Outline(contents.passages)
    caption = ""
    number = 0
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Paragraph):
            number += 1
            text = " ".join(block.text.split())
            style = (block.style.name or "") if block.style else ""
            if not text:
                continue
            if style.startswith(("Heading", "Title")):
                outline.head(text, replace(place, line=number))
                caption = ""
                continue
            if style == "Caption":
                caption = text
            outline.add(text, replace(place, line=number))
        elif isinstance(block, WordTable):
            _add_table(contents, block, caption or outline.use(), path.stem, place, log)
            caption = ""
    outline.close()
    return contents


def _add_table(
    contents: Contents, table: Any, title: str, stem: str, place: Place, log: Log
) -> None:
    grid = [[" ".join(cell.text.split()) for cell in row.cells] for row in table.rows]
    number = len(contents.tables) + 1
    if not any(any(row) for row in grid):
        log.warn(f"{place}: table {number} is empty; left out")
        return
    part = replace(place, part=title or f"table {number}")
    name = title or f"{stem}_{number}"
    contents.extend(read_grid(name, grid, part, log=log, title=title, whole=True))
    for row in table.rows:
        for cell in row.cells:
            for inner in cell.tables:
                _add_table(contents, inner, "", stem, place, log)
