"""A table as the search sees it: sets of rows as the bits of an integer, columns as views.

A view of a column gives each row a comparable number or nothing: `number`, `number2`, `date`,
`span` (what lies between the two ends of a range), `index` (the row's own position).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise

from trivium.ask.denotation import key, normal
from trivium.ask.words import stem, tokens
from trivium.ground.cells import Cell
from trivium.ground.table import Column, Table

# A view exists where at least this share of a column's filled cells has a value for it.
SHARE = 0.5


_TOTALS = frozenset(("total", "totals", "overall", "grand total", "sum", "average", "all"))


def bits(mask: int) -> Iterator[int]:
    """The rows of a set, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def longest_run(mask: int) -> int:
    """How many rows of a set stand one after another, at most."""
    length = 0
    while mask:
        mask &= mask << 1
        length += 1
    return length


class FrameColumn:
    """One column: its words, its texts, its views and the rows that have each value."""

    def __init__(self, index: int, column: Column) -> None:
        self.index = index
        self.name = column.name
        self.header = column.header
        self.words = tokens(column.header)
        self.stems = tuple(stem(word) for word in self.words)
        self.cells = column.cells
        self.type = column.type
        self.filled = sum(1 << i for i, cell in enumerate(self.cells) if not cell.empty)
        self.texts = [normal(cell.text) for cell in self.cells]
        self.distinct = len({t for t, c in zip(self.texts, self.cells, strict=True) if not c.empty})
        self.views = self._views(column)
        # Whether the column's own value is the number that the search sees.
        self.number_is_main = column.type.numeric and column.numbers() == column.main()
        self.shown = self._shown()

    @property
    def n_filled(self) -> int:
        return self.filled.bit_count()

    def _views(self, column: Column) -> dict[str, list[float | None]]:
        """The views by which rows can be ordered and compared."""
        cells, enough = self.cells, SHARE * max(1, self.n_filled)
        dated = sum(_is_date(cell) for cell in cells) >= enough
        candidates: dict[str, list[float | None]] = {
            "number": list(column.numbers()),
            "number2": [c.number2 for c in cells],
            "date": [float(c.date) if c.date and dated else None for c in cells],
            "span": [_span(c) for c in cells],
        }
        return {
            view: values
            for view, values in candidates.items()
            if sum(v is not None for v in values) >= enough
        }

    def _shown(self) -> tuple[str, ...]:
        """The views that may be given as an answer: the text, and what stands inside it."""
        shown = ["text"]
        kinds = {cell.kind for cell in self.cells} - {"empty"}
        if kinds & {"text", "quantity", "percent", "currency", "ordinal", "score", "duration"}:
            shown += [view for view in ("number", "number2") if view in self.views]
        if kinds & {"date", "range", "text"} and any(c.date >= 10000 for c in self.cells):
            shown.append("year")
        if "span" in self.views:
            shown.append("span")
        if sum(bool(cell.qualifier) for cell in self.cells) >= SHARE * max(1, self.n_filled):
            shown.append("qualifier")
        # A bracket at the end of an answer does not count; a further line does, or a word before.
        named = zip(self.cells, self.texts, strict=True)
        if any(c.qualifier and normal(c.name) != text for c, text in named):
            shown.append("name")
        return tuple(shown)

    def show(self, row: int, view: str) -> str | float | None:
        """The value of a row's cell as an answer; None where it has none."""
        cell = self.cells[row]
        if cell.empty:
            return None
        if view == "text":
            return cell.text
        if view == "qualifier":
            return cell.qualifier or None
        if view == "name":
            return cell.name or None
        if view == "year":
            return float(cell.date // 10000) if cell.date >= 10000 else None
        return self.views[view][row]

    @cached_property
    def by_text(self) -> dict[str, int]:
        """Each normalised text and the set of rows that hold it."""
        found: dict[str, int] = {}
        for row, text in enumerate(self.texts):
            if self.filled >> row & 1:
                found[text] = found.get(text, 0) | 1 << row
        return found

    @cached_property
    def by_number(self) -> dict[float, int]:
        """Each number and the set of rows whose first number it is."""
        found: dict[float, int] = {}
        for row, number in enumerate(self.views.get("number", ())):
            if number is not None:
                found[number] = found.get(number, 0) | 1 << row
        return found

    @cached_property
    def by_text_tokens(self) -> dict[tuple[str, ...], int]:
        """Each cell as stems and the rows that hold it: `The Beatles'` is found as `the beatle`."""
        found: dict[tuple[str, ...], int] = {}
        for text, rows in self.by_text.items():
            stems = tuple(stem(word) for word in tokens(text))
            found[stems] = found.get(stems, 0) | rows
        return found

    @cached_property
    def by_phrase(self) -> dict[tuple[str, ...], int]:
        """Each run of up to six stems in a cell and the rows that hold it."""
        found: dict[tuple[str, ...], int] = {}
        for row, cell in enumerate(self.cells):
            if cell.empty:
                continue
            stems = [stem(word) for word in tokens(cell.text)[:40]]
            for start in range(len(stems)):
                for end in range(start + 1, min(start + 6, len(stems)) + 1):
                    phrase = tuple(stems[start:end])
                    found[phrase] = found.get(phrase, 0) | 1 << row
        return found


class Frame:
    """A table for the search. Row sets are integers: bit i is row i (from 0).

    Where the search sees only a part of a table, `whole` is all of it, which programs read.
    """

    def __init__(self, table: Table, whole: Table | None = None) -> None:
        self.table = table
        self.whole = whole or table
        self.n = table.n_rows
        self.all = (1 << self.n) - 1
        self.columns = [FrameColumn(i, column) for i, column in enumerate(table.columns)]
        self.body = self.all & ~self._totals()
        self._values: dict[tuple[int, int, str], tuple[str | float, ...]] = {}

    def _totals(self) -> int:
        """The rows that sum up others: those whose first text is `Total` or the like."""
        found = 0
        for row in range(self.n):
            for column in self.columns:
                if column.filled >> row & 1:
                    text = column.texts[row].rstrip(":")
                    late = row >= self.n - 2 and text.startswith(("total ", "grand total"))
                    if late or text in _TOTALS:
                        found |= 1 << row
                    break
        return found if found != self.all else 0

    @cached_property
    def direction(self) -> str:
        """Whether the rows run forwards (`up`) or backwards (`down`) in time; `` if in neither."""
        for column in self.columns:
            view = "date" if "date" in column.views else ""
            dates = [v for v in column.views.get(view, ()) if v is not None and v >= 10000]
            if len(dates) < max(2, 0.8 * self.n) or dates[0] == dates[-1]:
                continue
            if all(a <= b for a, b in pairwise(dates)):
                return "up"
            if all(a >= b for a, b in pairwise(dates)):
                return "down"
        return ""

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The stems of all words in the title, the headers and the cells."""
        found = {stem(word) for word in tokens(self.table.title)}
        for column in self.columns:
            found.update(column.stems)
            found.update(phrase[0] for phrase in column.by_phrase if len(phrase) == 1)
        return frozenset(found)

    def values(self, rows: int, column: int, view: str) -> tuple[str | float, ...]:
        """The distinct values of a column over a set of rows, in row order."""
        place = (rows, column, view)
        if place not in self._values:
            found: dict[object, str | float] = {}
            source = self.columns[column]
            for row in bits(rows & source.filled):
                value = source.show(row, view)
                if value is not None:
                    found.setdefault(key(value), value)
            self._values[place] = tuple(found.values())
        return self._values[place]

    def numbers(self, rows: int, column: int, view: str) -> list[float]:
        """The numbers of a view over a set of rows, in row order, repeated ones repeated."""
        values = self.columns[column].views[view]
        return [v for row in bits(rows) if (v := values[row]) is not None]

    def extreme(self, rows: int, column: int, view: str, greatest: bool) -> int:
        """The rows of the set with the greatest (or least) value of a view; ties all count."""
        if column < 0:
            if not rows:
                return 0
            return 1 << rows.bit_length() - 1 if greatest else rows & -rows
        values = self.columns[column].views[view]
        best, chosen = None, 0
        for row in bits(rows):
            value = values[row]
            if value is None:
                continue
            if best is None or (value > best if greatest else value < best):
                best, chosen = value, 1 << row
            elif value == best:
                chosen |= 1 << row
        return chosen

    def compared(self, column: int, view: str, op: str, bound: float) -> int:
        """The rows whose value stands in a relation to a bound."""
        test = _TESTS[op]
        values = self.columns[column].views[view]
        return sum(1 << i for i, v in enumerate(values) if v is not None and test(v, bound))


_TESTS: dict[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _is_date(cell: Cell) -> bool:
    return cell.kind in ("date", "range") or (cell.kind in ("number", "text") and cell.date > 0)


def _span(cell: Cell) -> float | None:
    if cell.number is None or cell.number2 is None:
        return None
    return abs(cell.number2 - cell.number)
