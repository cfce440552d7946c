"""PDF into passages and tables, by page.

Text comes from the page's content stream; tables are recovered from its layout: consecutive lines
whose words leave the same gaps are rows, the gaps are the borders. A page without text (a scan) is
reported, not guessed at.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
from pypdf.errors import FileNotDecryptedError, PdfReadError, WrongPasswordError

from trivium.errors import DataError
from trivium.ground.aligned import tables_in
from trivium.ground.document import Contents
from trivium.ground.grid import table_of
from trivium.ground.passage import passages_of
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


def _read_pages(pages: list[Any], stem: str, name: str, log: Log) -> tuple[Contents, list[int]]:
    contents = Contents()
    without: list[int] = []
    heading = ""
    for number, page in enumerate(log.along(pages), 1):
        place = Place(name, page=number)
        try:
            text = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=True)
        except Exception as problem:  # pypdf fails in many ways on odd content streams
            log.warn(f"{place}: cannot be laid out ({type(problem).__name__}), tables are lost")
            text = page.extract_text()
        if not text.strip():
            without.append(number)
            continue
        rest = list(text.split("\n"))
        for table in tables_in(rest):
            title = table.title or heading
            count = len(contents.tables) + 1
            part = replace(place, part=title or f"table {count}")
            contents.add(
                table_of(title or f"{stem}_{count}", table.grid, part, log=log, title=title)
            )
            rest[table.first : table.last] = [""] * (table.last - table.first)
        for block in _paragraphs(rest):
            if is_heading(block):
                heading = block.strip()
            else:
                contents.passages += passages_of(block, place, heading)
    return contents, without


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Blocks between empty lines and list items, words broken at line ends joined again."""
    block: list[str] = []
    for line in [*lines, ""]:
        if block and (not line.strip() or _ITEM.match(line)):
            yield " ".join(_HYPHEN.sub("", "\n".join(block)).split())
            block = []
        if line.strip():
            block.append(line.strip())
