"""Markdown into tables and passages: pipe tables, headings, paragraphs, list items.

    ## Medals                      heading "Medals"
    | nation | gold |              table medals(nation, gold)
    |--------|-----:|
    | Italy  | 12   |
    Italy won *most* of them.      passage "Italy won most of them."

Code blocks are kept as passages as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from trivium.ground.document import Contents
from trivium.ground.encoding import Decoded, decode
from trivium.ground.grid import table_of
from trivium.ground.html import parse_html
from trivium.ground.passage import Outline
from trivium.ground.report import Log
from trivium.ground.trace import TraceBuilder
from trivium.source import Place

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(?:=+|-{2,})\s*$")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_HTML_TABLE = re.compile(r"<table\b", re.I)
# What is written around words but not read: emphasis, code marks, link targets, quote marks.
_MARKUP = re.compile(
    r"!?\[(?=[^\]]*\]\()|\]\([^)]*\)|\*\*|(?<!\w)__|__(?!\w)|`+|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|"
    r"(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|^\s*>\s?|^\s*(?:[-*+]|\d+[.)])\s+(?=\S)|\\(?=[\\`*_{}\[\]()#+.!|-])",
    re.M,
)
Line = tuple[int, str]


def read_markdown(path: Path, name: str, log: Log) -> Contents:
    """The pipe tables and the text of a Markdown file."""
    decoded = decode(path.read_bytes())
    for note in decoded.notes:
        log.warn(f"{name}: {note}")
    if _HTML_TABLE.search(decoded.text):
        log.note(f"{name}: holds HTML tables; those are read too")
    page = _Page(decoded, path.stem, Place(name), log)
    page.read()
    return page.contents


class _Page:
    def __init__(self, decoded: Decoded, stem: str, place: Place, log: Log) -> None:
        self.decoded, self.stem, self.place, self.log = decoded, stem, place, log
        self.contents = Contents()
        self.outline = Outline(self.contents.passages)

    def read(self) -> None:
        for block in _blocks(self.decoded.text):
            first = block[0][1]
            if found := _HEADING.match(first):
                self._head(block[0][0] + found.start(2), found[2])
            elif len(block) == 2 and _UNDERLINE.match(block[1][1]) and "|" not in first:
                self._head(block[0][0], first)
            elif len(block) > 1 and "|" in first and _RULE.match(block[1][1]):
                self._table(block)
            elif _HTML_TABLE.search(first):
                self._html(block)
            elif not _RULE.match(first) or len(block) > 1:
                self._paragraph(block)
        self.outline.close()

    def _head(self, start: int, text: str) -> None:
        builder = self._built(start, text, fenced=False)
        if builder:
            shown, trace = builder.take()
            self.outline.head(shown, self.place, trace)

    def _paragraph(self, block: list[Line]) -> None:
        start, end = block[0][0], block[-1][0] + len(block[-1][1])
        text = self.decoded.text[start:end]
        builder = self._built(start, text, bool(_FENCE.match(text)))
        if builder:
            text, trace = builder.take()
            self.outline.add(text, self.place, trace)

    def _built(self, start: int, text: str, fenced: bool) -> TraceBuilder:
        """The text without its markup."""
        builder = TraceBuilder(self.decoded)
        position = 0
        for found in [] if fenced else _MARKUP.finditer(text):
            builder.add(text[position : found.start()], start + position)
            position = found.end()
        builder.add(text[position:], start + position)
        return builder

    def _html(self, block: list[Line]) -> None:
        """HTML inside Markdown: read as HTML, its characters standing where they stand here."""
        start, end = block[0][0], block[-1][0] + len(block[-1][1])
        text = self.decoded.text
        blank = re.sub(r"[^\n]", " ", text[:start])
        inner = parse_html(
            replace(self.decoded, text=blank + text[start:end]),
            f"{self.stem}_{len(self.contents.tables) + 1}", self.place.file, self.log,
        )  # fmt: skip
        if not all(passage.heading for passage in inner.passages):
            self.outline.use()
        self.contents.tables += inner.tables
        self.contents.passages += [
            replace(passage, heading=passage.heading or self.outline.heading)
            for passage in inner.passages
        ]

    def _table(self, block: list[Line]) -> None:
        lines = [block[0], *block[2:]]
        cells = [_cells(start, line) for start, line in lines]
        byte = self.decoded.byte
        number = len(self.contents.tables) + 1
        place = replace(
            self.place, part=self.outline.heading or f"table {number}",
            line=self.decoded.line(block[0][0]),
            start=byte(block[0][0]), end=byte(block[-1][0] + len(block[-1][1])),
        )  # fmt: skip
        grid = [[_plain(self.decoded.text[a:b]) for a, b in row] for row in cells]
        name = self.outline.heading or f"{self.stem}_{number}"
        made = table_of(name, grid, place, log=self.log, title=self.outline.use(), header_rows=1)
        if made is None:
            return
        places = []
        for r, (row, (start, line)) in enumerate(zip(cells[1:], lines[1:], strict=True), 1):
            at = [*row, *[(start + len(line),) * 2] * (len(made.columns) - len(row))]
            places.append(
                [
                    replace(
                        place, row=r, column=column.header, line=self.decoded.line(start),
                        start=byte(a), end=byte(b),
                    )
                    for (a, b), column in zip(at, made.columns, strict=True)
                ]
            )  # fmt: skip
        self.contents.tables.append(replace(made, places=places))


def _blocks(text: str) -> Iterator[list[Line]]:
    """Lines that belong together, with their offsets: a heading, a table, a paragraph, an item."""
    block: list[Line] = []
    fence = ""
    offset = 0
    for raw in text.splitlines(keepends=True):
        line = raw.rstrip("\r\n")
        found = _FENCE.match(line)
        closes = fence and found and found[1].startswith(fence)
        begins = not fence and (
            found is not None
            or not line.strip()
            or _HEADING.match(line)
            or (_ITEM.match(line) and not _RULE.match(line))
            or (block and _HEADING.match(block[0][1]))
            or (len(block) == 2 and _UNDERLINE.match(block[1][1]) and "|" not in block[0][1])
            or (block and "|" in block[0][1] and "|" not in line and len(block) > 1)
        )
        if begins and block:
            yield block
            block = []
        if line.strip() or fence:
            block.append((offset, line))
        if found and not fence:
            fence = found[1]
        elif closes:
            fence = ""
            yield block
            block = []
        offset += len(raw)
    if block:
        yield block


def _cells(start: int, line: str) -> list[tuple[int, int]]:
    """Start and end of each cell of a pipe table's row, without space; `\\|` is no border."""
    borders = [found.start() for found in re.finditer(r"(?<!\\)\|", line)]
    if not line.lstrip().startswith("|"):
        borders.insert(0, -1)
    if not line.rstrip().endswith("|") or line.rstrip().endswith("\\|"):
        borders.append(len(line))
    found = []
    for a, b in pairwise(borders):
        cell = line[a + 1 : b]
        begin = a + 1 + len(cell) - len(cell.lstrip())
        found.append((start + begin, start + begin + len(cell.strip())))
    return found


def _plain(text: str) -> str:
    return _MARKUP.sub("", text.replace("\\|", "|")).strip()
