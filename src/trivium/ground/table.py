"""A table as it was read, and the typed relation it becomes.

Every column keeps its cells, which are read in one way for the whole column (`Column.reading`); its
type is what (nearly) all of them are. Under its own name a column
gives its main value; what else a cell holds stands in further columns, so that nothing is lost:

    Nation          Gold   Opened            ->   row, nation, nation_name, nation_qualifier,
    Georgia (USSR)  1,204  March 1995             gold, gold_text, opened, opened_text, ...

An empty cell has no value in any of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from trivium.ground.cells import Cell
from trivium.ground.columns.moments import instant, show_time, show_zone
from trivium.ground.columns.numerals import header_unit
from trivium.ground.columns.reading import Around, Reading, read_column
from trivium.ir.types import Type
from trivium.source import Place

# A column is of a type when at least this share of its filled cells is.
SHARE = 0.8

# So many first rows may show in which order dates run.
ROWS = 2000

View = Callable[[str, Type, Sequence[int | float | str | None]], None]
RelationColumn = tuple[str, str, Sequence[int | float | str | None]]
# Of a relation column: whose it is, which view, its name, type and values.
_Shown = tuple["Column", str, str, str, Sequence[int | float | str | None]]


class Column:
    """One column: the header as it was read, a unique identifier, and its cells.

    `neighbours` are the columns of its table, `dates` the order of dates that the user has given:
    both may decide how its cells are read.
    """

    neighbours: Sequence[Column] = ()
    dates: str = ""

    def __init__(self, header: str, name: str, raw: Sequence[str]) -> None:
        self.header = header
        self.name = name
        self.raw = raw

    @cached_property
    def reading(self) -> Reading:
        """How the cells are read, decided from all of them and from what stands around them."""
        alone = self.alone
        if not (alone.doubt or not alone.sure):
            return alone
        others = [column.alone for column in self.neighbours if column is not self]
        orders = {other.order for other in others if other.order and other.sure}
        decimals = {other.decimal for other in others if other.decimal == ","}
        order = orders.pop() if len(orders) == 1 else ""
        decimal = decimals.pop() if decimals else ""
        return self._read(order, decimal) if order or decimal else alone

    @cached_property
    def alone(self) -> Reading:
        """The reading that the column's own cells and header give."""
        return self._read("", "")

    def _read(self, order: str, decimal: str) -> Reading:
        rows = self.raw[:ROWS]
        return read_column(self._counts, Around(self.header, rows, order, decimal, self.dates))

    @cached_property
    def _counts(self) -> Mapping[str, int]:
        return Counter(self.raw)

    @cached_property
    def distinct(self) -> Sequence[str]:
        """The texts of the cells, each once, in the order of their first rows."""
        return list(self._counts)

    def has_more_than(self, texts: int) -> bool:
        """Whether the cells have more different texts than so many, fewer than 100,000."""
        return len(self.distinct) > texts

    @cached_property
    def n_distinct(self) -> int:
        """How many different texts the cells have."""
        return len(self.distinct)

    @cached_property
    def cells(self) -> Sequence[Cell]:
        reading = self.reading
        distinct = [reading.cell(raw) for raw in self._counts]
        by_raw = {cell.raw: cell for cell in in_one_unit(distinct)}
        return [by_raw[raw] for raw in self.raw]

    @cached_property
    def kinds(self) -> Counter[str]:
        """How many cells are of each kind."""
        return Counter(cell.kind for cell in self.cells)

    @cached_property
    def type(self) -> Type:
        """The type of the main value: what at least `SHARE` of the filled cells are."""
        filled = len(self.cells) - self.kinds["empty"]
        if not filled:
            return Type.SYMBOL
        if self.reading.kind in ("time", "code", "text"):
            return Type.SYMBOL
        if self.reading.kind == "boolean":
            return Type.NUMBER if any(c.number is not None for c in self.cells) else Type.SYMBOL
        if sum(self.kinds[kind] for kind in NUMERIC) >= SHARE * filled:
            return Type.NUMBER if self._whole else Type.FLOAT
        if self.kinds["date"] and self._dates >= SHARE * filled:
            return Type.DATE
        return Type.SYMBOL

    @property
    def _whole(self) -> bool:
        numbers = (c.number for c in self.cells if c.kind in NUMERIC and c.number is not None)
        return all(n == int(n) and abs(n) < 2**53 for n in numbers)

    @property
    def _dates(self) -> int:
        return sum(cell.kind == "date" or (cell.kind == "number" and cell.date > 0)
                   for cell in self.cells)  # fmt: skip

    @cached_property
    def units(self) -> Counter[str]:
        """The units of the cells that are numbers, the commonest first."""
        cells = (cell for cell in self.cells if cell.kind in NUMERIC and cell.unit)
        return Counter(cell.unit for cell in cells)

    @property
    def unit(self) -> str:
        """The unit of most numbers; where they have none, the one in the header's brackets."""
        if not self.type.numeric:
            return ""
        return self.units.most_common(1)[0][0] if self.units else header_unit(self.header)

    def rows_of(self, texts: frozenset[str], limit: int) -> list[int]:
        """The first rows (from 0) whose text is one of these, which are in lower case."""
        found = (row for row, text in enumerate(self.raw) if text.lower() in texts)
        return list(islice(found, limit))

    def excerpt(self, rows: Sequence[int]) -> Column:
        """The column at some rows, with the type of the whole."""
        part = Column(self.header, self.name, [self.raw[row] for row in rows])
        part.__dict__["type"], part.__dict__["reading"] = self.type, self.reading
        return part

    def numbers(self) -> Sequence[float | None]:
        """The first number in each cell, also inside text; a date is not a number."""
        return [None if cell.kind in ("empty", "date") else cell.number for cell in self.cells]

    def main(self) -> Sequence[int | float | str | None]:
        """The main value of each cell; `None` where the cell is empty or of another type."""
        if self.type is Type.SYMBOL:
            return [None if cell.empty else cell.text for cell in self.cells]
        if self.type is Type.DATE:
            return [cell.date or None for cell in self.cells]
        number = int if self.type is Type.NUMBER else float
        return [
            number(cell.number) if cell.kind in MAIN and cell.number is not None else None
            for cell in self.cells
        ]

    def views(self) -> list[RelationColumn]:
        """What the cells hold beside the main value: name suffix, type, values."""
        found: list[RelationColumn] = []
        cells = self.cells

        def view(suffix: str, type: Type, values: Sequence[int | float | str | None]) -> None:
            if any(value is not None for value in values):
                found.append((f"{self.name}_{suffix}", type, values))

        if self.type is not Type.SYMBOL:
            view("text", Type.SYMBOL, [None if c.empty else c.text for c in cells])
        numbers = self.numbers()
        if self.type not in (Type.NUMBER, Type.FLOAT) or numbers != self.main():
            view("number", Type.FLOAT, numbers)
        view("number2", Type.FLOAT, [c.number2 for c in cells])
        if self.type is not Type.DATE:
            view("date", Type.DATE, [c.date or None for c in cells])
        view("date2", Type.DATE, [c.date2 or None for c in cells])
        qualified = any(c.qualifier for c in cells)
        view("name", Type.SYMBOL, [c.name if qualified and not c.empty else None for c in cells])
        view("qualifier", Type.SYMBOL, [c.qualifier or None for c in cells])
        view("unit", Type.SYMBOL, [c.unit or None for c in cells])
        self._moments(view)
        shown = {True: "true", False: "false", None: None}
        if any(c.truth is not None and c.text != shown[c.truth] for c in cells):
            view("boolean", Type.SYMBOL, [shown[c.truth] for c in cells])
        return found

    def _moments(self, view: View) -> None:
        """The time of the day, its zone, and the second since 1970 by which moments sort."""
        cells = self.cells
        if all(cell.time is None for cell in cells):
            return
        view("time", Type.SYMBOL, [None if c.time is None else show_time(c.time) for c in cells])
        view("zone", Type.SYMBOL, [None if c.zone is None else show_zone(c.zone) for c in cells])
        view("instant", Type.NUMBER, [
            None if c.time is None or not c.date else instant(c.date, c.time, c.zone) for c in cells
        ])  # fmt: skip


# How many seconds a unit of time has, as cells write it.
SECONDS = {
    unit: seconds
    for seconds, units in (
        (1.0, "s sec secs second seconds"), (60.0, "min mins minute minutes"),
        (3600.0, "h hr hrs hour hours"), (86400.0, "d day days"),
    )
    for unit in units.split()
}  # fmt: skip


def in_one_unit(cells: list[Cell]) -> list[Cell]:
    """Every duration in seconds where some cells are: `15 min` beside `1 h 5 min`, and `+4.008`,
    the gap to the first, beside `43:06.007`."""
    if not any(cell.kind == "duration" for cell in cells):
        return cells
    return [_in_seconds(cell) for cell in cells]


def _in_seconds(cell: Cell) -> Cell:
    size = SECONDS.get(cell.unit.lower().rstrip(".")) if cell.kind == "quantity" else None
    if cell.kind == "number" and cell.text.startswith("+"):
        size = 1.0
    if size is None or cell.number is None:
        return cell
    return replace(cell, kind="duration", number=cell.number * size, unit="s")


NUMERIC = ("number", "percent", "currency", "quantity", "ordinal", "duration")
# The kinds whose number is the main value of a column of numbers.
MAIN = (*NUMERIC, "boolean")


@dataclass(frozen=True)
class Table:
    """A table with its place. Rows count from 1; the header is row 0.

    `places` holds the exact place of each row (or, as a list of lists, of each cell) where the
    format knows it; otherwise a cell's place is the table's, narrowed to row and column.
    """

    name: str
    columns: tuple[Column, ...]
    place: Place
    title: str = ""
    places: Sequence[Place | Sequence[Place]] = field(default=(), repr=False)

    @property
    def n_rows(self) -> int:
        return len(self.columns[0].raw) if self.columns else 0

    def column(self, name: str) -> Column:
        """The column whose identifier (or, failing that, header) is `name`; KeyError if none."""
        for column in self.columns:
            if name in (column.name, column.header):
                return column
        raise KeyError(name)

    def at(self, row: int, column: str | None = None) -> Place:
        """The place of a row (from 0), or of its cell in the relation column `column`."""
        source = self._source(column) if column else None
        if row < len(self.places):
            exact = self.places[row]
            if isinstance(exact, Place):
                header = source.header if source else None
                return exact if header is None else _in_column(exact, header)
            return exact[self.columns.index(source)] if source else _row_of(exact)
        return self.place.at(row + 1, source.header if source else None)

    def _source(self, relation_column: str) -> Column | None:
        """The table column that a relation column (`gold`, `gold_text`) was made from."""
        return next(
            (column for column, _, name, _, _ in self._relation if name == relation_column), None
        )

    def relation_columns(self) -> list[RelationColumn]:
        """The relation: name, type and values of each of its columns, `row` first.

        `row` is a `range`, which promises that no two rows are the same.
        """
        rows: RelationColumn = ("row", Type.NUMBER, range(1, self.n_rows + 1))
        return [rows, *((name, type, values) for _, _, name, type, values in self._relation)]

    def named(self, relation_column: str) -> tuple[Column, str] | None:
        """The column that a relation column shows, and what of it: "" is its main value, and
        `text`, `number`, ... one of its views. None for `row`."""
        found = (entry for entry in self._relation if entry[2] == relation_column)
        return next(((column, view) for column, view, *_ in found), None)

    def name_of(self, column: str, view: str) -> str:
        """The relation column in which a view of a column stands, or would if there were any."""
        found = (name for source, its, name, *_ in self._relation
                 if (source.name, its) == (column, view))  # fmt: skip
        return next(found, f"{column}_{view}")

    @cached_property
    def _relation(self) -> list[_Shown]:
        """Every column and view. A column has the name that it was read with, whatever the names
        of the views: beside `mass` in kg, a column `mass_unit` is itself."""
        taken = {"row", *(column.name for column in self.columns)}
        found: list[_Shown] = []
        for column in self.columns:
            found.append((column, "", column.name, column.type, column.main()))
            for name, type, values in column.views():
                view = name.removeprefix(f"{column.name}_")
                found.append((column, view, unique(name, taken), type, values))
        return found


def _row_of(cells: Sequence[Place]) -> Place:
    """The place of a row whose cells each have one: from the first byte to the last."""
    first, last = cells[0], cells[-1]
    ends = [place.end for place in cells if place.end is not None]
    starts = [place.start for place in cells if place.start is not None]
    part = first.part
    if part and last.part and last.part != part:  # `Sheet1!A7` to `Sheet1!D7`
        part = f"{part}:{last.part.rpartition('!')[2]}"
    return Place(
        first.file, part, first.page, first.row, None, first.line,
        min(starts, default=None), max(ends, default=None),
    )  # fmt: skip


def _in_column(place: Place, header: str) -> Place:
    return Place(
        place.file, place.part, place.page, place.row, header, place.line, place.start, place.end
    )


def make_table(
    name: str,
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    place: Place,
    title: str = "",
    places: Sequence[Place | Sequence[Place]] = (),
) -> Table:
    """A table from headers and rows of equal length (readers pad ragged rows and say so)."""
    taken: set[str] = {"row"}
    columns = tuple(
        Column(header, unique(identifier(header) or f"column_{i + 1}", taken), [r[i] for r in rows])
        for i, header in enumerate(headers)
    )
    for column in columns:
        column.neighbours = columns
    return Table(identifier(name) or "table", columns, place, title, places)


def identifier(text: str) -> str:
    """A name that the language accepts: `Avg. Attendance (2004)` -> `avg_attendance_2004`."""
    plain = unicodedata.normalize("NFKD", text.replace("\\n", " ").replace("%", " percent "))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower().replace("#", " no ")
    words = re.findall(r"[^\W_]+", plain)
    name = "_".join(words)[:48].rstrip("_")
    return f"c_{name}" if name and not name[0].isalpha() else name


def unique(name: str, taken: set[str]) -> str:
    """`name`, or `name_2`, `name_3`, ... when it is taken; the answer is then taken too."""
    candidate, n = name, 1
    while candidate in taken:
        n += 1
        candidate = f"{name}_{n}"
    taken.add(candidate)
    return candidate
