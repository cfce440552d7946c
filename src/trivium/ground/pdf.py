"""PDF into passages and tables, by page.

Text comes from the page's content stream; tables are recovered from its layout: consecutive lines
whose words leave the same gaps are rows, the gaps are the borders. A table that ends one page and
begins the next is one table. Prose in two columns is read column by column, and sideways text by
itself. A page without text (a scan) is reported, not guessed at.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdf
from pypdf.errors import FileNotDecryptedError, PdfReadError, WrongPasswordError

from trivium.errors import DataError
from trivium.ground.aligned import Aligned, tables_in, unfolded
from trivium.ground.document import Contents
from trivium.ground.grid import has_header
from trivium.ground.headers import repeated_header
from trivium.ground.layout import read_grid
from trivium.ground.passage import Outline
from trivium.ground.report import Log, listed
from trivium.ground.text import is_heading
from trivium.source import Place

_ITEM = re.compile(r"^\s*[•◦▪●○]\s")
_HYPHEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


def read_pdf(path: Path, name: str, log: Log) -> Contents:
    """Tables and passages of a PDF. Raises E605 if it needs a password, E606 if it is damaged."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DataError(605, f"`{name}` is protected by a password")
        pages = list(reader.pages)
        contents, without = _read_pages(pages, path.stem, name, log)
    except (FileNotDecryptedError, WrongPasswordError) as problem:
        raise DataError(605, f"`{name}` is protected by a password") from problem
    except pypdf.errors.DependencyError as problem:
        raise DataError(605, f"`{name}` is encrypted in a way that needs {problem}") from problem
    except PdfReadError as problem:
        raise DataError(606, f"`{name}` is a damaged PDF: {problem}") from problem
    if without:
        what = "no page holds text" if len(without) == len(pages) else f"page {listed(without)}"
        hint = "a scan must go through text recognition first"
        log.warn(f"{name}: no text on {len(without)} of {len(pages)} pages ({what}); {hint}")
    return contents


@dataclass
class _Found:
    """A table as it was found: its rows, each with its page, and whether a page ends with it."""

    title: str
    grid: list[list[str]]
    pages: list[int]
    ends_page: bool


def _read_pages(pages: list[Any], stem: str, name: str, log: Log) -> tuple[Contents, list[int]]:
    contents = Contents()
    outline = Outline(contents.passages)
    found: list[_Found] = []
    without: list[int] = []
    for number, page in enumerate(log.along(pages), 1):
        place = Place(name, page=number)
        text = _laid_out(page, place, log)
        sideways = _sideways(page)
        if not text.strip() and not sideways:
            without.append(number)
            continue
        rest = list(text.split("\n"))
        for table in tables_in(rest):
            above = sum(bool(line.strip()) for line in rest[: table.first])
            below = sum(bool(line.strip()) for line in rest[table.last :])
            last = found[-1] if found else None
            if last and above <= 2 and last.ends_page and _goes_on(last, table, number):
                last.grid += table.grid
                last.pages += [number] * len(table.grid)
                last.ends_page = below <= 2
            else:
                title = table.title or outline.use()
                pages_of = [number] * len(table.grid)
                found.append(_Found(title, table.grid, pages_of, below <= 2))
            rest[table.first : table.last] = [""] * (table.last - table.first)
        for block in _paragraphs(unfolded(rest)):
            if is_heading(block):
                outline.head(block.strip(), place)
            else:
                outline.add(block, place)
        if sideways:
            log.note(f"{place}: sideways text, read by itself")
            outline.add(sideways, place)
    outline.close()
    for count, whole in enumerate(found, 1):
        part = Place(name, whole.title or f"table {count}", whole.pages[0])
        places = [replace(part, page=page) for page in whole.pages]
        called = whole.title or f"{stem}_{count}"
        made = read_grid(called, whole.grid, part, places, log=log, title=whole.title, whole=True)
        contents.extend(made)
        if whole.pages[0] != whole.pages[-1]:
            log.note(f"{part}: one table to page {whole.pages[-1]}")
    contents.passages.sort(key=lambda passage: passage.place.page or 0)
    return contents, without


def _goes_on(last: _Found, table: Aligned, number: int) -> bool:
    """Whether a table at the top of a page is the rest of the one that ended the page before."""
    if last.pages[-1] != number - 1 or len(table.grid[0]) != len(last.grid[0]):
        return False
    return repeated_header(last.grid, table.grid[0]) or not has_header(
        [*table.grid[:1], *last.grid[1:]]
    )


def _laid_out(page: Any, place: Place, log: Log) -> str:
    try:
        return str(page.extract_text(extraction_mode="layout", layout_mode_space_vertically=True))
    except Exception as problem:  # pypdf fails in many ways on odd content streams
        log.warn(f"{place}: cannot be laid out ({type(problem).__name__}), tables are lost")
        return str(page.extract_text())


_TURNED = re.compile(
    rb"([-\d.]+)\s+([-\d.]+)\s+[-\d.]+\s+[-\d.]+\s+[-\d.]+\s+[-\d.]+\s+(?:Tm|cm)\b"
)


def _sideways(page: Any) -> str:
    """Text that is written upwards or downwards, which a layout leaves out."""
    stream = page.get_contents()
    if stream is None:
        return ""
    turned = any(abs(float(b)) > abs(float(a)) for a, b in _TURNED.findall(stream.get_data()))
    return " ".join(str(page.extract_text((90, 270))).split()) if turned else ""


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Blocks between empty lines and list items, words broken at line ends joined again."""
    block: list[str] = []
    for line in [*lines, ""]:
        if block and (not line.strip() or _ITEM.match(line)):
            yield " ".join(_HYPHEN.sub("", "\n".join(block)).split())
            block = []
        if line.strip():
            block.append(line.strip())
