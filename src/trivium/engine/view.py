"""A relation of a finished run, as the caller sees it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from trivium.engine.columnar import arrow_array, numpy_array
from trivium.engine.functors import cell_text
from trivium.engine.host import Column, Mask, Values
from trivium.engine.relation import Stored
from trivium.engine.symbols import SymbolTable
from trivium.engine.term_text import term_text
from trivium.engine.values import Parts, decode, sortable
from trivium.errors import BackendError, DataError
from trivium.ir.nodes import Relation
from trivium.ir.types import Type

Row = tuple[Any, ...]

# How many rows a printed relation shows, and how much of a term.
SHOWN = 30
# Python's own comparison of nested tuples needs the machine's stack; so deep it has room.
DEEPEST = 10_000
CELL = 400


class RelationView(ABC):
    """The rows of one relation, sorted by their values; `None` is an empty cell and comes first.

    `chances` are the probabilities of the rows, or what tells them; shown beside the rows.
    """

    def __init__(self, relation: Relation) -> None:
        self._relation = relation
        self.chances: Mapping[Row, float] | Callable[[], Mapping[Row, float]] | None = None

    @property
    def heads(self) -> tuple[str, ...]:
        """The names of the columns that are shown."""
        return self.columns if self.chances is None else (*self.columns, "probability")

    def _probabilities(self) -> list[float]:
        """The probability of each row, in the order of `rows`."""
        if callable(self.chances):
            self.chances = self.chances()
        assert self.chances is not None
        return [self.chances[row] for row in self._rows]

    @property
    @abstractmethod
    def _symbols(self) -> SymbolTable:
        """The texts and terms of the columns."""

    @abstractmethod
    def _store(self) -> Stored:
        """The rows in columns."""

    @cached_property
    def _stored(self) -> Stored:
        return self._store()

    @property
    def name(self) -> str:
        return self._relation.name

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self._relation.columns)

    @property
    def types(self) -> tuple[Type, ...]:
        return tuple(column.type for column in self._relation.columns)

    def __len__(self) -> int:
        return self._stored.length

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def stream(self, parts: Parts) -> Iterator[Row]:
        """The rows in their order, made part by part."""
        if "_rows" in self.__dict__ or not self.types:
            yield from self._rows
            return
        for start, stop in parts(len(self)):
            order = self._order[start:stop]
            columns = []
            for place, kind in enumerate(self.types):
                cells, present = self._stored.read(place)
                filled = None if present is None else present[order]
                columns.append(decode(cells[order], filled, kind, self._symbols))
            yield from zip(*columns, strict=True)

    def __contains__(self, row: object) -> bool:
        return row in self._set

    @cached_property
    def _set(self) -> frozenset[Row]:
        return frozenset(self.rows())

    @cached_property
    def _order(self) -> Column:
        """The numbers of the rows in the order of their values."""
        keys = self._ranks()
        return self._sort(keys) if keys else np.arange(self._stored.length)

    def _sort(self, keys: Sequence[Values]) -> Column:
        backend = self._stored.backend
        return backend.host(backend.sort([backend.own(key) for key in keys]))

    def _ranks(self) -> list[Values]:
        """Columns of numbers that are in the order of the values, by row."""
        stored = self._stored
        keys: list[Values] = []
        for place, kind in enumerate(self.types):
            cells, present = stored.read(place)
            if present is None:
                keys.append(sortable(cells, kind, self._symbols))
                continue
            filled = sortable(cells[present], kind, self._symbols)  # an empty cell has no value
            ranks = np.zeros(stored.length, filled.dtype)
            ranks[present] = filled
            keys += [present.astype(np.int64), ranks]
        return keys

    @cached_property
    def _rows(self) -> list[Row]:
        if not self.types:
            return [()] * len(self)
        return list(zip(*map(self._values, range(len(self.columns))), strict=True))

    def rows(self) -> list[Row]:
        """All rows as tuples of `int`, `float`, `str` or `None`; a date is ISO text.

        A record is a tuple, `nil` is None, and a branch a `trivium.Term`. E662 for a term that is
        so deep that Python could not compare it: `shown` gives its text.
        """
        self._check_depth(self.types)
        return list(self._rows)

    def _check_depth(self, kinds: Sequence[Type]) -> None:
        for place, kind in enumerate(self.types):
            if kind.structured and kind in kinds:
                depth = self._symbols.terms.depth(self._stored.read(place)[0], kind)
                if depth > DEEPEST:
                    message = f"a value of `{self.name}` nests {depth:,} levels deep"
                    hint = "take its text with `shown()`, or write it to a file"
                    raise DataError(662, message, hint=hint)

    def order_by(self, keys: Sequence[tuple[int, bool]], first: int | None = None) -> Column:
        """The numbers of the rows by some columns, each of which may descend; equal rows as `rows`
        has them. Of all, or of the `first` so many."""
        columns = []
        for place, descends in keys:
            ranks = sortable(self._stored.read(place)[0], self.types[place], self._symbols)
            columns.append(~ranks if descends else ranks)
        if not columns:
            return self._order[:first]
        if first is not None:
            near = _foremost(columns, first)
            among = [column[near] for column in (*columns, *self._ranks())]
            found: Column = near[self._sort(among)[:first]]
            return found
        sorted_ = self._sort([column[self._order] for column in columns])
        return self._order[sorted_]

    def values_at(self, place: int, numbers: Column) -> list[Any]:
        """The values of a column in the rows of these numbers."""
        cells, present = self._cells(place, sort=False)
        present = None if present is None else present[numbers]
        return decode(cells[numbers], present, self.types[place], self._symbols)

    def shown(self) -> list[Row]:
        """All rows, with records and branches as the text that files have, and of an uncertain
        relation with their probabilities."""
        rows = list(self._rows)
        kinds = self.types
        if any(kind.structured for kind in kinds):
            rows = [
                tuple(term_text(v) if k.structured else v for v, k in zip(row, kinds, strict=True))
                for row in rows
            ]
        if self.chances is not None:
            rows = [(*r, p) for r, p in zip(rows, self._probabilities(), strict=True)]
        return rows

    def column(self, name: str) -> list[Any]:
        """One column's values, in the order of `rows`."""
        place = self.columns.index(name)
        self._check_depth([self.types[place]])
        return self._values(place)

    def _values(self, place: int) -> list[Any]:
        return decode(*self._cells(place, sort=True), self.types[place], self._symbols)

    def _cells(self, place: int, sort: bool) -> tuple[Column, Mask | None]:
        cells, present = self._stored.read(place)
        if not sort:
            return cells, present
        return cells[self._order], None if present is None else present[self._order]

    def arrow(self, *, sort: bool = False) -> Any:
        """A pyarrow Table, its rows in any order, or as `rows` has them with `sort`.

        Unsorted columns of numbers are the engine's own memory. Dates and terms are text.
        """
        import pyarrow as pa

        arrays = [
            arrow_array(*self._cells(place, sort), kind, self._symbols)
            for place, kind in enumerate(self.types)
        ]
        return pa.table(arrays, names=list(self.columns))

    def numpy(self, *, sort: bool = False) -> npt.NDArray[Any]:
        """A structured array; texts, dates and columns with empty cells are objects."""
        columns = [
            numpy_array(*self._cells(place, sort), kind, self._symbols)
            for place, kind in enumerate(self.types)
        ]
        dtype = [(n, column.dtype) for n, column in zip(self.columns, columns, strict=True)]
        array = np.empty(len(self), dtype)
        for name, column in zip(self.columns, columns, strict=True):
            array[name] = column
        return array

    def polars(self, *, sort: bool = False) -> Any:
        """A polars DataFrame over the same columns; E401 if polars is not installed."""
        return library("polars").from_arrow(self.arrow(sort=sort))

    def pandas(self, *, sort: bool = False) -> Any:
        """A pandas DataFrame; E401 if pandas is not installed."""
        library("pandas")
        return self.arrow(sort=sort).to_pandas(split_blocks=True)

    def written(self) -> list[Row]:
        """All rows as they stand in a table or a file."""
        return self.shown()

    @property
    def _title(self) -> str:
        return f"{self.name}: {len(self):,} row{'' if len(self) == 1 else 's'}"

    def _texts(self) -> tuple[list[list[str]], str]:
        shown = self._rows[:SHOWN]
        kinds = self.types
        texts = [[cell_text(v, k, CELL) for v, k in zip(row, kinds, strict=True)] for row in shown]
        if self.chances is not None:
            for text, value in zip(texts, self._probabilities(), strict=False):
                text.append(f"{value:.6g}")
        more = len(self) - len(shown)
        return texts, f"... and {more:,} more rows" if more else ""

    def __repr__(self) -> str:
        texts, more = self._texts()
        heads = list(self.heads)
        widths = [max(map(len, column)) for column in zip(heads, *texts, strict=True)]
        right = [kind.numeric for kind in self.types] + [True] * (self.chances is not None)

        def line(cells: list[str]) -> str:
            padded = (
                cell.rjust(width) if to_right else cell.ljust(width)
                for cell, width, to_right in zip(cells, widths, right, strict=True)
            )
            return "  ".join(padded).rstrip()

        rule = ["─" * width for width in widths]
        lines = [self._title]
        if heads:
            lines += [line(heads), line(rule), *map(line, texts)]
        return "\n".join([*lines, more] if more else lines)

    def _repr_html_(self) -> str:
        import html  # only notebooks need it

        texts, more = self._texts()
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.heads)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in texts
        )
        return (
            f"<table><caption>{html.escape(self._title)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
        )


class StoredView(RelationView):
    """A relation of the general engine."""

    def __init__(self, stored: Stored, symbols: SymbolTable) -> None:
        super().__init__(stored.relation)
        self._kept = stored
        self._known = symbols

    @property
    def _symbols(self) -> SymbolTable:
        return self._known

    def _store(self) -> Stored:
        return self._kept


class Streamed(Collection[Row]):
    """The rows of a view, made part by part: they need not all be there at once."""

    def __init__(self, view: RelationView, parts: Parts) -> None:
        self._view = view
        self._parts = parts

    def __len__(self) -> int:
        return len(self._view)

    def __iter__(self) -> Iterator[Row]:
        return self._view.stream(self._parts)

    def __contains__(self, row: object) -> bool:
        return row in self._view


def library(name: str) -> Any:
    """A library that is not always installed; E401."""
    try:
        return import_module(name)
    except ImportError:
        message = f"{name} is not installed; install it with `pip install {name}`"
        raise BackendError(401, message) from None


def _foremost(columns: Sequence[Values], first: int) -> Column:
    """The places, ascending, of the `first` so many in the order of the columns, and of what
    equals the last of them as far as was looked."""
    sure, ties = [np.empty(0, np.int64)], np.arange(len(columns[0]))
    for column in columns:
        wanted = first - sum(map(len, sure))
        if not 0 < wanted < len(ties) // 2:
            break
        values = column[ties]
        last = np.partition(values, wanted - 1)[wanted - 1]
        sure.append(ties[values < last])
        ties = ties[values == last]
    return np.sort(np.concatenate([*sure, ties]))
