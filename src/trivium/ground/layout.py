"""Which tables a grid of text holds, as people fill sheets: titles, notes and gaps told apart.

    Sales report                       title (a passage)
                                ->
    Region   Q1   Q2                   the table region, q1, q2
    North     5    7
    Total     5    7                   a total (a passage), see asides.py
    Source: ledger                     a note (a passage)

Empty rows and empty columns part tables only where what follows has a header of its own. A header
may have several rows, and one of units. A block of records that stand in columns is turned. All
that is no data stays citable as a passage with its place, and the log says what was set aside.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from trivium.ground.asides import Aside, Group, fill_below, is_note, set_aside
from trivium.ground.cells import parse_cell
from trivium.ground.document import Contents
from trivium.ground.grid import Places, cell_place, has_header, picked, table_of
from trivium.ground.headers import header_rows, repeated_header, spread
from trivium.ground.passage import Passage
from trivium.ground.report import Log
from trivium.source import Place

Grid = Sequence[Sequence[str]]
# A column's look is taken from so many of its cells.
_SAMPLE = 200
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Part:
    """Some rows and columns of a grid, by their numbers there; `cells` are all as long."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    cells: list[list[str]]

    @classmethod
    def of(cls, grid: Grid, rows: Sequence[int], columns: Sequence[int] | None = None) -> Part:
        """The part without the columns that are empty at its sides."""
        if columns is None:
            columns = range(max((len(grid[r]) for r in rows), default=0))
        used = [c for c in columns if any(c < len(grid[r]) and grid[r][c].strip() for r in rows)]
        if not used:
            return cls((), (), [])
        kept = tuple(range(used[0], used[-1] + 1))
        first, last = kept[0], kept[-1] + 1
        cells = [list(grid[r][first:last]) for r in rows]
        for row in cells:
            if len(row) < len(kept):
                row += [""] * (len(kept) - len(row))
        return cls(tuple(rows), kept, cells)

    def slice(self, first: int, last: int | None = None) -> Part:
        return Part(self.rows[first:last], self.columns, self.cells[first:last])

    def without(self, spacers: Sequence[int]) -> Part:
        """The part without some of its columns."""
        kept = [i for i in range(len(self.columns)) if i not in spacers]
        cells = [[row[i] for i in kept] for row in self.cells]
        return Part(self.rows, tuple(self.columns[i] for i in kept), cells)

    def filled(self, row: int) -> list[int]:
        return [i for i, cell in enumerate(self.cells[row]) if cell.strip()]

    @property
    def width(self) -> int:
        return len(self.columns)


def read_grid(
    name: str,
    grid: Grid,
    place: Place,
    places: Places = (),
    *,
    log: Log,
    title: str = "",
    whole: bool = False,
    header_rows: int | None = None,
) -> Contents:
    """The tables of a grid, and what stands around them as passages.

    `places` are those of the grid's rows; an empty row is a gap. The first table is called `name`,
    others by their titles. A grid that is `whole` is one table, whose format may know the header.
    """
    reader = _Reader(name, grid, place, places, log, title)
    if whole:
        rows = [r for r, row in enumerate(grid) if any(cell.strip() for cell in row)]
        reader.table(Part.of(grid, rows), header_rows)
        return reader.contents
    return reader.read()


class _Reader:
    """One pass over the blocks of a grid; texts wait to be the title of what follows them."""

    def __init__(
        self, name: str, grid: Grid, place: Place, places: Places, log: Log, title: str
    ) -> None:
        self.name, self.grid, self.place, self.places, self.log = name, grid, place, places, log
        self.title, self.waiting = title, ""
        self.contents = Contents()

    def read(self) -> Contents:
        parts = [side for part in _blocks(self.grid) for side in _sides(self.grid, part)]
        for at, part in enumerate(parts):
            width = max((following.width for following in parts[at + 1 :]), default=0)
            self._block(part, width)
        if not self.contents.tables and not self.contents.passages:
            self.log.warn(f"{self.place}: empty table; left out")
        return self.contents

    def _block(self, part: Part, following: int) -> None:
        top = len(part.rows) if _is_pairs(part, following) else _preamble(part)
        for row in range(top):
            cells = [part.cells[row][i].strip() for i in part.filled(row)]
            text = ": ".join(dict.fromkeys(cells)) if len(cells) == 2 else " ".join(
                dict.fromkeys(cells))  # fmt: skip
            self._aside(part.rows[row], text)
            if len(text) <= 120 and not is_note(text) and len(set(cells)) == 1:
                self.waiting = self.waiting or text
        part = Part.of(self.grid, part.rows[top:], part.columns)
        if part.rows:
            for piece in _stacked(part):
                self.table(piece)

    def table(self, part: Part, height: int | None = None) -> None:
        """Add the one table of a part, with a header of `height` rows if that is known."""
        title, self.waiting = self.waiting or self.title, ""
        number = len(self.contents.tables) + 1
        name = self.name if number == 1 else title or f"{self.name} {number}"
        if height is None and is_turned(part.cells):
            self._turned(name, part, title)
            return
        height = header_rows(part.cells) if height is None else height
        if height:
            part = part.without(_spacers(part))
        header = spread(part.cells[:height])
        lengths = [len(self.grid[r]) for r in part.rows]
        kept, asides, group = set_aside(part.cells, height, lengths)
        for aside in asides:
            self._tell(part, aside, header, title)
        body = [part.cells[r] for r in kept]
        filled = fill_below(body) if height else []
        for column in filled:
            self.log.note(
                f"{self.place}: empty cells below a name belong to it: column {column + 1}"
            )
        given = [self._as_long(part, r, row) for r, row in zip(kept, body, strict=True)]
        header = [self._as_long(part, r, row) for r, row in enumerate(header)]
        columns = list(part.columns)
        if group is not None:
            header, given = _grouped(group, part.width, header, given, kept)
            columns.append(part.columns[0])
        made = table_of(
            name, [*header, *given], self.place, log=self.log, title=title,
            header_rows=height or None,
        )  # fmt: skip
        if made is None:
            return
        if self.places:
            headers = [column.header for column in made.columns]
            rows = [part.rows[r] for r in kept]
            made = replace(made, places=picked(self.places, rows, columns, headers))
        self.contents.add(made)

    def _as_long(self, part: Part, row: int, cells: list[str]) -> list[str]:
        """The cells that the row has in the grid, so that short rows can be told."""
        length = len(self.grid[part.rows[row]])
        if length > part.columns[-1]:
            return cells
        return [cell for cell, c in zip(cells, part.columns, strict=True) if c < length or cell]

    def _turned(self, name: str, part: Part, title: str) -> None:
        """A block whose first column names what the others hold, record by record."""
        self.log.note(f"{self.place}: records stand in columns; the table is turned")
        cells = [list(column) for column in zip(*part.cells, strict=True)]
        made = table_of(name, cells, self.place, log=self.log, title=title, header_rows=1)
        if made is not None and self.places:
            headers = [column.header for column in made.columns]
            places = [
                [replace(cell_place(self.places, r, c), row=j, column=header)
                 for r, header in zip(part.rows, headers, strict=True)]
                for j, c in enumerate(part.columns[1:], 1)
            ]  # fmt: skip
            made = replace(made, places=places)
        self.contents.add(made)

    def _tell(self, part: Part, aside: Aside, header: list[list[str]], title: str) -> None:
        row = part.rows[aside.row]
        self.log.note(f"{self._at(row)}: {aside.why}, no row of data")
        if aside.citable:
            self._aside(row, aside.text(part.cells[aside.row], header), title)

    def _aside(self, row: int, text: str, title: str = "") -> None:
        self.contents.passages.append(Passage(text, self._at(row), title or self.title))

    def _at(self, row: int) -> Place:
        """The place of a row of the grid."""
        if not self.places:
            return self.place.at(row + 1)
        return replace(cell_place(self.places, row, 0), row=None, column=None)


def _grouped(
    group: Group, width: int, header: list[list[str]], body: list[list[str]], kept: list[int]
) -> tuple[list[list[str]], list[list[str]]]:
    """Header and rows with a further column, which says the group of each row."""
    padded = [[*row, *[""] * (width - len(row))] for row in header]
    for i, row in enumerate(padded):
        row.append(group.header if i == len(padded) - 1 else "")
    rows = [
        [*row, *[""] * (width - len(row)), group.of[r]]
        for row, r in zip(body, kept, strict=True)
    ]  # fmt: skip
    return padded, rows


# --- gaps ----------------------------------------------------------------------------------------


def _blocks(grid: Grid) -> list[Part]:
    """The parts between empty rows; a gap within one table does not part it."""
    found: list[list[int]] = [[]]
    for r, row in enumerate(grid):
        if any(cell.strip() for cell in row):
            found[-1].append(r)
        elif found[-1]:
            found.append([])
    joined: list[Part] = []
    for rows in found:
        part = Part.of(grid, rows)
        if not rows:
            continue
        if joined and _goes_on(joined[-1], part):
            joined[-1] = Part.of(grid, [*joined[-1].rows, *rows])
        else:
            joined.append(part)
    return joined


def _is_text(part: Part) -> bool:
    """Whether each row holds one text."""
    return all(len({cell for cell in row if cell.strip()}) == 1 for row in part.cells)


def _goes_on(above: Part, part: Part) -> bool:
    """Whether the rows below a gap belong to the table above it."""
    if _is_text(above) or _is_text(part) or len(above.rows) < 2:
        return False
    if part.columns[0] < above.columns[0] or part.columns[-1] > above.columns[-1]:
        return False
    first = [cell for cell in part.cells[0] if cell.strip()]
    if repeated_header(above.cells, part.cells[0]):
        return True
    return (
        len(part.rows) == 1
        or any(cell[:1].isdigit() for cell in first)
        or len(first) == 1
        or not has_header(part.cells)
    )


def _sides(grid: Grid, part: Part) -> list[Part]:
    """Tables that stand side by side, an empty column between them, each with a header."""
    gaps = [i for i in range(part.width) if not any(row[i].strip() for row in part.cells)]
    if not gaps or len(part.rows) < 2:
        return [part]
    bounds = [-1, *gaps, part.width]
    sides = []
    for a, b in itertools.pairwise(bounds):
        if b - a > 1:
            side = Part.of(grid, part.rows, part.columns[a + 1 : b])
            while side.rows and not side.filled(len(side.rows) - 1):
                side = side.slice(0, -1)
            sides.append(side)
    apart = all(
        side.width >= 2 and len(side.rows) >= 2 and len(side.filled(0)) == side.width
        and _is_named(side)
        for side in sides
    )  # fmt: skip
    return sides if apart and len(sides) > 1 else [part]


def _is_named(side: Part) -> bool:
    """Whether the first column has words, as what names the rows has."""
    return any(parse_cell(row[0]).kind in ("text", "date") for row in side.cells[1:])


def _spacers(part: Part) -> list[int]:
    """Columns that only keep others apart."""
    return [i for i in range(part.width) if not any(row[i].strip() for row in part.cells)]


# --- rows above and below ------------------------------------------------------------------------


def _is_pairs(part: Part, following: int) -> bool:
    """Whether a block says things about a wider table below it: `Last updated, 2024-05-30`."""
    return part.width <= 2 < following and (len(part.rows) == 1 or (
        len(part.rows) <= 4 and all(row[0].strip().endswith(":") for row in part.cells)
    ))  # fmt: skip


def _preamble(part: Part) -> int:
    """How many rows above the header are titles, notes, or pairs such as `Last updated: 2024`."""
    if _is_text(part) and (part.width > 1 or len(part.rows) == 1):
        return len(part.rows)
    wide = max(len(part.filled(r)) for r in range(len(part.rows)))
    top = 0
    while top < len(part.rows) - 1:
        filled = part.filled(top)
        cells = {part.cells[top][i] for i in filled}
        below = part.filled(top + 1)
        alone = len(cells) == 1 and wide > 1
        if alone and len(filled) < part.width and filled[0] > 0 and 0 not in below:
            alone = False  # it stands above some columns only: a part of the header
        pair = filled == [0, 1] and wide >= 4 and len(below) != wide - 2
        pair = pair and not parse_cell(part.cells[top][0]).typed
        ends = filled == [0, part.width - 1] and part.width >= 4
        if not (alone or pair or ends):
            break
        top += 1
    return top


def _stacked(part: Part) -> list[Part]:
    """Tables one below the other without a gap: a row of names in columns of numbers, and others.

    A row ends the table above it where its every cell is a word, in at least two columns of numbers
    or with other columns filled, and numbers go on below it.
    """
    cells = part.cells
    for r in range(2, len(cells) - 1):
        row = cells[r]
        if _DIGIT.search(row[0]) or _DIGIT.search("".join(row)):
            continue
        filled = part.filled(r)
        several = len({row[i] for i in filled}) >= max(2, 0.6 * len(filled))
        if not several or filled != list(range(len(filled))):
            continue
        if repeated_header(cells, row) or any(parse_cell(row[i]).kind != "text" for i in filled):
            continue
        above, below = part.filled(r - 1), part.filled(r + 1)
        typed = [i for i in filled if _typed(cells[1:r], i) and _typed(cells[r + 1 : r + 2], i)]
        other = below == filled != above and above == part.filled(0)
        named = filled == above == below and _is_capital(row) and _is_capital(cells[0])
        if (other and _typed_any(cells[r + 1], filled)) or len(typed) >= 2 or (typed and named):
            top = Part(part.rows[:r], part.columns, cells[:r])
            rest = Part(part.rows[r:], part.columns, cells[r:])
            return [_trimmed(top), *_stacked(_trimmed(rest))]
    return [part]


def _trimmed(part: Part) -> Part:
    """The part without columns that are empty in it, at its right side."""
    last = max((max(part.filled(r), default=0) for r in range(len(part.rows))), default=0)
    return Part(part.rows, part.columns[: last + 1], [row[: last + 1] for row in part.cells])


def _typed(rows: Sequence[Sequence[str]], column: int) -> bool:
    kinds = [cell for row in rows[:_SAMPLE] if not (cell := parse_cell(row[column])).empty]
    return bool(kinds) and all(cell.typed for cell in kinds)


def _typed_any(row: Sequence[str], columns: Sequence[int]) -> bool:
    return any(parse_cell(row[i]).typed for i in columns)


# Words that head columns; where two tables of equal look touch, one of them tells them apart.
_HEADS = frozenset(
    "name names player team item product category region country city month year date day customer "
    "client employee department project order account account store state company firm person "
    "student course title type code id sku no number quarter period area district town".split()
)


def _is_capital(row: Sequence[str]) -> bool:
    """Whether a row of names begins with a word that heads columns."""
    return bool(row) and row[0].strip().casefold() in _HEADS


def is_turned(cells: Sequence[Sequence[str]]) -> bool:
    """Whether the first column names the properties and each other column is a record.

    Name  Ann   Bob       every row is of one kind, no column is: some rows are words,
    Age   30    41        others numbers or dates
    City  Oslo  Bergen
    """
    if not 3 <= len(cells) <= 40 or len(cells[0]) < 3 or len({len(row) for row in cells}) != 1:
        return False
    names = [row[0].strip() for row in cells]
    if len(set(names)) < len(names) or not all(map(_is_word, names)):
        return False
    if not all(_is_word(cell) for cell in cells[0][1:]):
        return False
    kinds = []
    for row in cells[1:]:
        found = {_kind(cell) for cell in row[1:]} - {"empty"}
        if len(found) != 1:
            return False
        kind = found.pop()
        # One word in all cells, such as `unknown`, says nothing about what they are.
        kinds += [kind] * (kind != "word" or len(set(row[1:])) > 1)
    return "word" in kinds and len(set(kinds)) > 1


def _is_word(text: str) -> bool:
    return bool(text.strip()) and not any(c.isdigit() for c in text)


def _kind(text: str) -> str:
    cell = parse_cell(text)
    if cell.empty:
        return "empty"
    return cell.kind if cell.typed else "word"
