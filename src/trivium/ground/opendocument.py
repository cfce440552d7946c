"""Office documents that are XML in a zip: ODS, ODT, PPTX; and EPUB, which is HTML in one.

ODS     each sheet's tables, as those of a workbook     Sheet1!B7
ODT     paragraphs, headings and tables                 paragraph
PPTX    the text and the tables of each slide           page
EPUB    its chapters, in reading order                  the chapter's file
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from trivium.errors import DataError
from trivium.ground.document import Contents
from trivium.ground.encoding import decode
from trivium.ground.html import parse_html
from trivium.ground.layout import read_grid
from trivium.ground.passage import Outline
from trivium.ground.report import Log
from trivium.ground.structured import parse_xml
from trivium.ground.xlsx import SheetPlaces
from trivium.source import Place

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHOW = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
# A cell or row that is repeated to the edge of the sheet is only its end.
_EDGE = 1000
# One part of a document is no larger than this.
_LARGEST = 500_000_000


def _part(archive: zipfile.ZipFile, entry: str, name: str) -> bytes:
    try:
        info = archive.getinfo(entry)
    except KeyError as problem:
        raise DataError(606, f"`{name}` is damaged: it has no `{entry}`") from problem
    if info.file_size > _LARGEST:
        raise DataError(609, f"`{name}` unpacks to {info.file_size:,} bytes")
    return archive.read(info)


def read_ods(path: Path, name: str, log: Log) -> Contents:
    """The tables of every sheet."""
    with zipfile.ZipFile(path) as archive:
        root = parse_xml(_part(archive, "content.xml", name), name)
    contents = Contents()
    for sheet in root.iter(f"{_TABLE}table"):
        title = sheet.get(f"{_TABLE}name", "Sheet")
        grid = _sheet(sheet)
        if not grid:
            log.warn(f"{name}: sheet `{title}` is empty")
            continue
        place = Place(name, title)
        places = SheetPlaces(place, len(grid), max(map(len, grid)))
        contents.extend(read_grid(title, grid, place, places, log=log))
    return contents


def _sheet(sheet: Element) -> list[list[str]]:
    grid: list[list[str]] = []
    spans: list[tuple[int, int, int, int]] = []
    for row in sheet.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        for cell in row:
            if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                continue
            text = "" if cell.tag.endswith("covered-table-cell") else _cell(cell)
            count = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
            right = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
            if down > 1 or right > 1:
                spans.append((len(grid), len(cells), min(down, _EDGE), min(right, _EDGE)))
            cells += [text] * (count if text or count < _EDGE else 1)
        count = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
        filled = any(cells)
        grid += [list(cells) for _ in range(count if filled or count < _EDGE else 1)]
    for top, left, down, right in spans:
        for r in range(top, min(top + down, len(grid))):
            for c in range(left, min(left + right, len(grid[r]))):
                grid[r][c] = grid[top][left]
    while grid and not any(grid[-1]):
        grid.pop()
    return grid


def _cell(cell: Element) -> str:
    """The value as it is shown; a number or a date as exactly as it is kept."""
    shown = "\n".join(_paragraph(p) for p in cell.iter(f"{_TEXT}p"))
    kind = cell.get(f"{_OFFICE}value-type")
    if kind == "date":
        return (cell.get(f"{_OFFICE}date-value") or shown).removesuffix("T00:00:00")
    if kind == "float" and re.fullmatch(r"[-\d.,\s]*", shown):
        return (cell.get(f"{_OFFICE}value") or shown).removesuffix(".0")
    return shown


def _paragraph(element: Element) -> str:
    """The text of a paragraph, with its tabs, line ends and repeated spaces."""
    text = element.text or ""
    for child in element:
        local = child.tag.rpartition("}")[2]
        if local == "s":
            text += " " * int(child.get(f"{_TEXT}c", "1"))
        elif local in ("tab", "line-break"):
            text += "\t" if local == "tab" else "\n"
        elif local not in ("annotation", "note-citation"):
            text += _paragraph(child)
        text += child.tail or ""
    return text.strip()


def read_odt(path: Path, name: str, log: Log) -> Contents:
    """The paragraphs and the tables of a text, under their headings."""
    with zipfile.ZipFile(path) as archive:
        root = parse_xml(_part(archive, "content.xml", name), name)
    contents, number = Contents(), 0
    outline = Outline(contents.passages)
    for element in _blocks(root):
        if element.tag == f"{_TABLE}table":
            title = outline.heading
            part = Place(name, title or f"table {len(contents.tables) + 1}")
            stem = title or f"{path.stem}_{len(contents.tables) + 1}"
            contents.extend(read_grid(stem, _sheet(element), part, log=log, title=title))
            continue
        number += 1
        text = _paragraph(element)
        if text and element.tag == f"{_TEXT}h":
            outline.head(text, Place(name, line=number))
        elif text:
            outline.add(text, Place(name, line=number))
    outline.close()
    return contents


def _blocks(element: Element) -> Iterator[Element]:
    """Paragraphs, headings and tables in the order of the document."""
    for child in element:
        if child.tag in (f"{_TEXT}p", f"{_TEXT}h", f"{_TABLE}table"):
            yield child
        else:
            yield from _blocks(child)


def read_pptx(path: Path, name: str, log: Log) -> Contents:
    """The text and the tables of each slide, and its notes."""
    contents = Contents()
    outline = Outline(contents.passages)
    with zipfile.ZipFile(path) as archive:
        entries = [e for e in archive.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", e)]
        for entry in sorted(entries, key=lambda e: int(re.sub(r"\D", "", e))):
            page = int(re.sub(r"\D", "", entry))
            place = Place(name, page=page)
            slide = parse_xml(_part(archive, entry, name), name)
            _slide(contents, outline, slide, path.stem, place, log)
            notes = f"ppt/notesSlides/notesSlide{page}.xml"
            if notes in archive.namelist():
                for shape in parse_xml(_part(archive, notes, name), name).iter(f"{_SHOW}sp"):
                    for text in _texts(shape):
                        if not text.isdigit():
                            outline.add(text, place)
    outline.close()
    return contents


def _slide(
    contents: Contents, outline: Outline, slide: Element, stem: str, place: Place, log: Log
) -> None:
    for shape in slide.iter():
        if shape.tag == f"{_SHOW}sp":
            holder = shape.find(f".//{_SHOW}ph")
            title = holder is not None and holder.get("type") in ("title", "ctrTitle")
            for text in _texts(shape):
                (outline.head if title else outline.add)(text, place)
        elif shape.tag == f"{_DRAWING}tbl":
            grid = [
                [" ".join(_texts(cell)) for cell in row.iter(f"{_DRAWING}tc")]
                for row in shape.iter(f"{_DRAWING}tr")
            ]
            title_text = outline.heading
            part = replace(place, part=title_text or f"table {len(contents.tables) + 1}")
            called = title_text or f"{stem}_{len(contents.tables) + 1}"
            contents.extend(read_grid(called, grid, part, log=log, title=title_text))


def _texts(shape: Element) -> list[str]:
    """The paragraphs of a shape or a cell."""
    found = []
    for paragraph in shape.iter(f"{_DRAWING}p"):
        text = "".join(
            run.text or "" if run.tag == f"{_DRAWING}t" else "\n" * (run.tag == f"{_DRAWING}br")
            for run in paragraph.iter()
        )
        if text.strip():
            found.append(text.strip())
    return found


def read_epub(path: Path, name: str, log: Log) -> Contents:
    """The chapters of a book, in the order in which they are read."""
    contents = Contents()
    with zipfile.ZipFile(path) as archive:
        for entry in _spine(archive, name):
            if entry in archive.namelist():
                page = decode(_part(archive, entry, name))
                contents.extend(parse_html(page, Path(entry).stem, f"{name}/{entry}", log))
    return contents


def _spine(archive: zipfile.ZipFile, name: str) -> list[str]:
    container = parse_xml(_part(archive, "META-INF/container.xml", name), name)
    book = next((e.get("full-path", "") for e in container.iter() if e.get("full-path")), "")
    package = parse_xml(_part(archive, book, name), name)
    items = {e.get("id"): e.get("href", "") for e in package.iter() if e.tag.endswith("}item")}
    order = [e.get("idref") for e in package.iter() if e.tag.endswith("}itemref")]
    folder = posixpath.dirname(book)
    return [
        posixpath.normpath(posixpath.join(folder, unquote(items[key])))
        for key in order
        if key in items
    ]
