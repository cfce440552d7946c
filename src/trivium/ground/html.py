"""HTML into tables and passages, each cell and each sentence with its bytes.

Tables: `rowspan` and `colspan` repeat their cell, `<thead>` rows and leading rows of `<th>` are the
header, `<caption>` is the title, a table inside a cell is a table of its own. A table of one row or
one column only lays out text, and is read as text. Scripts, styles and what is not displayed are
left out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

from trivium.ground.document import Contents
from trivium.ground.encoding import Decoded, decode
from trivium.ground.layout import read_grid
from trivium.ground.passage import Outline, passages_of
from trivium.ground.report import Log
from trivium.ground.trace import Trace, TraceBuilder
from trivium.source import Place

_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([\w-]+)""", re.I)
_SKIPPED = {"script", "style", "template", "noscript", "svg", "head", "select", "button"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = _HEADINGS | {
    "p", "li", "dd", "dt", "blockquote", "pre", "div", "section", "article", "header", "footer",
    "main", "aside", "ul", "ol", "dl", "figure", "figcaption", "form", "hr", "body", "address",
}  # fmt: skip
_VOID = {"br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base", "source"}
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)


@dataclass
class _Cell:
    text: str = ""
    heading: bool = False
    columns: int = 1
    rows: int = 1
    trace: Trace | None = None
    span: tuple[int, int] = (0, 0)


@dataclass
class _Table:
    start: int
    heading: str
    caption: str = ""
    rows: list[list[_Cell]] = field(default_factory=list)
    head_rows: int = 0
    in_head: bool = False
    cell: _Cell | None = None


def read_html(path: Path, name: str, log: Log) -> Contents:
    """The tables and the running text of an HTML page."""
    data = path.read_bytes()
    charset = _CHARSET.search(data[:4096])
    decoded = decode(data, charset[1].decode("ascii") if charset else "")
    for note in decoded.notes:
        log.warn(f"{name}: {note}")
    return parse_html(decoded, path.stem, name, log)


def parse_html(decoded: Decoded, stem: str, name: str, log: Log) -> Contents:
    """The same from text that is already decoded."""
    page = _Page(decoded, stem, Place(name), log)
    page.feed(decoded.text)
    page.close()
    page.finish()
    return page.contents


class _Page(HTMLParser):
    """One pass over the page: text goes to the open cell, or to the open block."""

    def __init__(self, decoded: Decoded, stem: str, place: Place, log: Log) -> None:
        super().__init__(convert_charrefs=False)
        self.decoded, self.stem, self.place, self.log = decoded, stem, place, log
        self.contents = Contents()
        self.outline = Outline(self.contents.passages)
        self.skipped: list[str] = []
        self.hidden = 0
        self.tables: list[_Table] = []
        self.text: list[TraceBuilder] = [TraceBuilder(decoded)]
        self.captioning = False
        self.defining = False
        newlines = [found.end() for found in re.finditer("\n", decoded.text)]
        self.lines = [0, *newlines]

    # --- events ---------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipped:
            if tag not in _VOID and tag == self.skipped[-1]:
                self.skipped.append(tag)
            return
        values = dict(attrs)
        hides = bool(_HIDDEN.search(values.get("style") or "")) or "hidden" in values
        if tag in _SKIPPED or (hides and tag not in _VOID):
            self.hidden += hides
            self.skipped.append(tag)
        elif tag == "br":
            self.text[-1].space(self._offset(), 4)
        elif tag in _STARTS:
            _STARTS[tag](self, values)
        elif tag in _BLOCKS:
            self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            if tag == self.skipped[-1]:
                self.skipped.pop()
        elif tag in _ENDS:
            _ENDS[tag](self)
        elif tag in _BLOCKS:
            self._block(tag, ends=True)

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.text[-1].add(data, self._offset())

    def handle_entityref(self, name: str) -> None:
        self._entity(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._entity(f"&#{name}")

    def _entity(self, written: str) -> None:
        offset = self._offset()
        if self.decoded.text.startswith(";", offset + len(written)):
            written += ";"
        if not self.skipped:
            self.text[-1].add(html.unescape(written), offset, len(written))

    def _offset(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    # --- text -----------------------------------------------------------------------------------

    def _block(self, tag: str, ends: bool = False) -> None:
        if self.tables and self.tables[-1].cell is not None:
            self.text[-1].space(self._offset(), 1)
            return
        # A term and its definition are one passage: `Born: 1923`.
        if tag == "dt" and ends and self.text[-1]:
            self.text[-1].attach(":", self._offset(), len("</dt>"))
            self.text[-1].space(self._offset(), 1)
            self.defining = True
            return
        if tag == "dd" and not ends and self.defining:
            self.defining = False
            return
        self.defining = False
        if ends and tag in _HEADINGS:
            if self.text[-1]:
                self.outline.head(*self._taken())
        else:
            self._paragraph()

    def _paragraph(self) -> None:
        if self.text[-1]:
            self.outline.add(*self._taken())

    def _taken(self) -> tuple[str, Place, Trace]:
        text, trace = self.text[-1].take()
        return text, self.place, trace

    def finish(self) -> None:
        while self.tables:
            self._end_table()
        self._paragraph()
        self.outline.close()
        if self.hidden:
            self.log.note(
                f"{self.place.file}: {self.hidden} elements that are not displayed, left out"
            )

    # --- tables ---------------------------------------------------------------------------------

    def _start_table(self, _: dict[str, str | None]) -> None:
        if not self.tables:
            self._paragraph()
        self.tables.append(_Table(self._offset(), self.outline.heading))
        self.text.append(TraceBuilder(self.decoded))

    def _start_caption(self, _: dict[str, str | None]) -> None:
        self.captioning = bool(self.tables)

    def _end_caption(self) -> None:
        if self.tables and self.captioning and self.text[-1]:
            self.tables[-1].caption = self.text[-1].take()[0]
        self.captioning = False

    def _start_head(self, _: dict[str, str | None]) -> None:
        if self.tables:
            self.tables[-1].in_head = True

    def _end_head(self) -> None:
        if self.tables:
            self._end_cell()
            self.tables[-1].in_head = False

    def _start_row(self, _: dict[str, str | None]) -> None:
        if self.tables:
            self._end_cell()
            self._end_caption()
            table = self.tables[-1]
            table.rows.append([])
            table.head_rows += table.in_head

    def _start_cell(self, values: dict[str, str | None], heading: bool = False) -> None:
        if not self.tables:
            return
        self._end_cell()
        self._end_caption()
        table = self.tables[-1]
        if not table.rows:
            table.rows.append([])
        columns, rows = _span(values.get("colspan")), _span(values.get("rowspan"))
        table.cell = _Cell("", heading, columns, rows, span=(self._offset(), 0))
        self.text.append(TraceBuilder(self.decoded))

    def _end_cell(self) -> None:
        table = self.tables[-1] if self.tables else None
        if table is None or table.cell is None:
            return
        cell, table.cell = table.cell, None
        cell.span = cell.span[0], self._offset()
        builder = self.text.pop()
        if builder:
            cell.text, cell.trace = builder.take()
        table.rows[-1].append(cell)

    def _end_table(self) -> None:
        if not self.tables:
            return
        self._end_cell()
        table = self.tables.pop()
        outside = self.text.pop()
        if outside and not self.tables:
            text, trace = outside.take()
            self.contents.passages += passages_of(text, self.place, table.heading, trace)
        rows = [row for row in table.rows if row]
        if len(rows) < 2 or max(sum(cell.columns for cell in row) for row in rows) < 2:
            self._as_text(table, rows)
        else:
            self._as_table(table)

    def _as_text(self, table: _Table, rows: list[list[_Cell]]) -> None:
        for cell in (cell for row in rows for cell in row if cell.trace is not None):
            found = passages_of(cell.text, self.place, table.heading, cell.trace)
            self.contents.passages += found

    def _as_table(self, table: _Table) -> None:
        title, rows, head_rows = table.caption, table.rows, table.head_rows
        grid = _spread(rows)
        width = max(len(row) for row in grid)
        # A first row of one wide heading is a title.
        if len(rows[0]) == 1 and rows[0][0].heading and rows[0][0].columns >= width > 1:
            title = title or rows[0][0].text
            grid, head_rows = grid[1:], max(0, head_rows - 1)
        header = head_rows or _heading_rows(grid)
        if not header and width == 2 and all(r[0].heading and not r[-1].heading for r in grid):
            grid.insert(0, [_Cell("property"), _Cell("value")])
            header = 1
        grid = with_marks(grid, header)
        byte = self.decoded.byte
        number = len(self.contents.tables) + 1
        place = replace(
            self.place,
            part=title or f"table {number}",
            line=self.decoded.line(table.start),
            start=byte(table.start),
            end=byte(self._offset()),
        )
        texts = [_texts(row) for row in grid]
        name = title or (table.heading or f"{self.stem}_{number}")
        if not title and table.heading == self.outline.heading:
            self.outline.use()
        places = [[self._cell_place(place, cell) for cell in row] for row in grid]
        self.contents.extend(
            read_grid(
                name, texts, place, places, log=self.log, title=title or table.heading,
                whole=True, header_rows=header or None,
            )
        )  # fmt: skip

    def _cell_place(self, place: Place, cell: _Cell) -> Place:
        if cell.trace is not None:
            start, end = cell.trace.bytes(0, len(cell.text))
        else:
            start, end = (self.decoded.byte(offset) for offset in cell.span)
        line = self.decoded.line(cell.span[0])
        return replace(place, line=line, start=start, end=end)


_STARTS: dict[str, Callable[[_Page, dict[str, str | None]], None]] = {
    "table": _Page._start_table,
    "caption": _Page._start_caption,
    "thead": _Page._start_head,
    "tr": _Page._start_row,
    "td": _Page._start_cell,
    "th": lambda page, values: page._start_cell(values, heading=True),
}
_ENDS: dict[str, Callable[[_Page], None]] = {
    "table": _Page._end_table,
    "caption": _Page._end_caption,
    "thead": _Page._end_head,
    "tr": _Page._end_cell,
    "td": _Page._end_cell,
    "th": _Page._end_cell,
}


def _span(value: str | None) -> int:
    """A `colspan` or `rowspan`; browsers stop at 1000, and so do we."""
    digits = re.match(r"\s*(\d+)", value or "")
    return min(max(int(digits[1]), 1), 1000) if digits else 1


def _spread(rows: list[list[_Cell]]) -> list[list[_Cell]]:
    """Spanning cells repeated in each place that they cover; rows without cells are left out."""
    grid: list[list[_Cell]] = []
    # Column -> the cell that reaches down into it, and for how many rows still.
    reaching: dict[int, tuple[_Cell, int]] = {}
    for row in rows:
        line: list[_Cell] = []
        waiting = list(row)
        while waiting or len(line) in reaching:
            i = len(line)
            if i in reaching:
                cell, left = reaching.pop(i)
                if left > 1:
                    reaching[i] = cell, left - 1
                line.append(cell)
                continue
            cell = waiting.pop(0)
            for j in range(i, i + cell.columns):
                # The second column of a wide cell shows it again, but is no second cell.
                line.append(cell)
                if cell.rows > 1:
                    reaching[j] = cell, cell.rows - 1
        if row:
            grid.append(line)
    return grid


def _heading_rows(grid: list[list[_Cell]]) -> int:
    """How many of the first rows hold nothing but headings and empty cells."""
    count = 0
    for row in grid[:-1]:
        filled = [cell for cell in row if cell.text]
        if not filled or not all(cell.heading for cell in filled):
            break
        count += 1
    return count


def _texts(row: list[_Cell]) -> list[str]:
    """A row's cells; one that spans the whole row (a section's title) is said once."""
    if len(row) > 1 and all(cell is row[0] for cell in row) and not row[0].heading:
        return [row[0].text, *[""] * (len(row) - 1)]
    return [cell.text for cell in row]


_BEFORE = re.compile(r"[-+(]?\s*(?:[$€£¥₹]|US\$|C\$|A\$|USD|EUR|GBP|CHF)\s*\(?|[-+(]")
_AFTER = re.compile(r"[)%‰]|\)\s*%|%\s*\)|€")


def with_marks(grid: list[list[_Cell]], header: int) -> list[list[_Cell]]:
    """Columns that hold only marks of the numbers beside them, put together with these.

    before:  $ | 909 |      after:  $909
               | (810 | )           (810)
    """
    width = max(len(row) for row in grid)
    body = grid[max(header, 1) :]

    def is_only(column: int, marks: re.Pattern[str]) -> bool:
        texts = [row[column].text for row in body if column < len(row) and row[column].text]
        return bool(texts) and all(marks.fullmatch(text) for text in texts)

    joined: dict[int, int] = {}  # a column of marks -> the column that they belong to
    for c in range(width):
        if c + 1 < width and is_only(c, _BEFORE):
            joined[c] = c + 1
        elif c and is_only(c, _AFTER):
            joined[c] = c - 1
    if not joined:
        return grid
    made = []
    for r, row in enumerate(grid):
        cells = list(row)
        for c, to in joined.items():
            if c >= len(row) or to >= len(row) or not row[c].text or row[c] is row[to]:
                continue
            if r >= max(header, 1):
                first, second = (row[c], cells[to]) if c < to else (cells[to], row[c])
                cells[to] = _Cell(first.text + second.text, span=(first.span[0], second.span[1]))
            elif not cells[to].text:
                cells[to] = row[c]
        made.append([cell for c, cell in enumerate(cells) if c not in joined])
    return made
