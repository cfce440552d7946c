"""The rows of a query as DuckDB gave them: with their duplicates, in their order, and its types.

integers, floats, truths, texts     Python's own
decimals                            decimal.Decimal, to the last digit
dates, times, intervals, bytes      the text that DuckDB writes: `2024-01-31 10:30:00`, `1 day`
lists, structs, maps                lists and dicts of these
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trivium.dialects.sql.database import Fetched, as_texts, names
from trivium.engine.relation import Stored
from trivium.engine.values import Parts
from trivium.engine.view import RelationView, Row, library
from trivium.ir import nodes
from trivium.ir.types import Type

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER",
          "HUGEINT", "BOOLEAN")  # fmt: skip
_KINDS = {
    **dict.fromkeys(_WHOLE, Type.NUMBER),
    "UBIGINT": Type.UNSIGNED,
    "FLOAT": Type.FLOAT,
    "DOUBLE": Type.FLOAT,
    "DATE": Type.DATE,
}


class AnswerView(RelationView):
    """The relation `answer` of a query."""

    def __init__(self, name: str, fetched: Fetched) -> None:
        columns = tuple(
            nodes.Column(label, _kind(kind))
            for label, kind in zip(fetched.labels, fetched.types, strict=True)
        )
        super().__init__(nodes.Relation(name, columns))
        self._table = _counted_in_64_bits(fetched)
        self.kinds = fetched.types

    @property
    def _symbols(self) -> NoReturn:
        raise TypeError("these rows are Arrow's")

    def _store(self) -> Stored:
        raise TypeError("these rows are Arrow's")

    def __len__(self) -> int:
        return int(self._table.num_rows)

    @cached_property
    def _rows(self) -> list[Row]:
        return list(zip(*map(self._values, range(len(self.columns))), strict=True))

    @cached_property
    def _set(self) -> frozenset[Any]:
        return frozenset(map(key_of, self._rows))

    def __contains__(self, row: object) -> bool:
        return key_of(row) in self._set

    def rows(self) -> list[Row]:
        """All rows as tuples, in the order of the query."""
        return list(self._rows)

    def stream(self, parts: Parts) -> Iterator[Row]:
        if "_rows" in self.__dict__:
            yield from self._rows
            return
        for start, stop in parts(len(self)):
            piece = self._table.slice(start, stop - start)
            yield from zip(*map(cells, piece.columns, self.kinds), strict=True)

    def column(self, name: str) -> list[Any]:
        return self._values(self.columns.index(name))

    def _values(self, place: int) -> list[Any]:
        return cells(self._table.column(place), self.kinds[place])

    def written(self) -> list[Row]:
        """All rows, with lists and structs as DuckDB writes them."""
        columns = [
            list(map(notation, self._values(place))) if _nested(kind) else self._values(place)
            for place, kind in enumerate(self.kinds)
        ]
        return list(zip(*columns, strict=True))

    def _texts(self) -> tuple[list[list[str]], str]:
        shown = self._table.slice(0, 30)
        columns = [
            ["" if c is None else notation(c) for c in cells(column, kind)]
            for column, kind in zip(shown.columns, self.kinds, strict=True)
        ]
        more = len(self) - len(shown)
        texts = [list(row) for row in zip(*columns, strict=True)]
        return texts, f"... and {more:,} more rows" if more else ""

    def arrow(self, *, sort: bool = False) -> pa.Table:
        """A pyarrow Table of DuckDB's types, in the order of the query; a second column of a name
        gets a number."""
        return self._table.rename_columns(names(self.columns))

    def numpy(self, *, sort: bool = False) -> npt.NDArray[Any]:
        """A structured array; all but numbers and truths without gaps are objects."""
        columns = [_array(self._table.column(i), kind) for i, kind in enumerate(self.kinds)]
        labels = names(self.columns)
        array = np.empty(len(self), [(n, c.dtype) for n, c in zip(labels, columns, strict=True)])
        for label, column in zip(labels, columns, strict=True):
            array[label] = column
        return array

    def polars(self, *, sort: bool = False) -> Any:
        """A polars DataFrame, intervals as text; E401 if polars is not installed."""
        table = self.arrow()
        for place, kind in enumerate(self.kinds):
            if kind == "INTERVAL":
                texts = pa.array(as_texts(table.column(place)), pa.string())
                table = table.set_column(place, table.column_names[place], texts)
        return library("polars").from_arrow(table)

    def pandas(self, *, sort: bool = False) -> Any:
        """A pandas DataFrame; E401 if pandas is not installed."""
        library("pandas")
        return self.arrow().to_pandas(split_blocks=True)


def _kind(kind: str) -> Type:
    return Type.FLOAT if kind.startswith("DECIMAL") else _KINDS.get(kind, Type.SYMBOL)


def _nested(kind: str) -> bool:
    return kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION"))


def _counted_in_64_bits(fetched: Fetched) -> pa.Table:
    """Integers of any width in 64 bits, those past them as decimals."""
    columns = []
    for column, kind in zip(fetched.table.columns, fetched.types, strict=True):
        if kind in _WHOLE and kind != "BOOLEAN":
            try:
                columns.append(column.cast(pa.int64()))
                continue
            except pa.ArrowInvalid:
                pass  # more than 64 bits hold
        if pa.types.is_null(column.type):
            column = column.cast(pa.int64())
        columns.append(column.cast(column.type.value_type) if pa.types.is_dictionary(column.type)
                       else column)  # fmt: skip
    return pa.table(columns, names=names(fetched.table.column_names))


def cells(column: Any, kind: str) -> list[Any]:
    """The values of a column, as `rows` has them."""
    t = column.type
    of = pa.types
    if of.is_temporal(t) or of.is_binary(t) or of.is_large_binary(t):
        return list(as_texts(column))
    if of.is_decimal(t):
        values = column.to_pylist()
        if kind == "HUGEINT":
            return [None if value is None else int(value) for value in values]
        return list(values)
    if of.is_nested(t):
        try:
            return [_plain(value, t) for value in column.to_pylist()]
        except (ValueError, OverflowError):
            return list(as_texts(column))  # times beyond Python's
    found: list[Any] = column.to_pylist()
    return found


def _plain(value: Any, kind: Any) -> Any:
    """A nested value in Python's own; what has no counterpart there is ISO text."""
    if value is None:
        return None
    if pa.types.is_map(kind):
        pairs = [(_plain(k, kind.key_type), _plain(v, kind.item_type)) for k, v in value]
        return {key if _hashable(key) else notation(key): held for key, held in pairs}
    if pa.types.is_struct(kind):
        return {field.name: _plain(value[field.name], field.type) for field in kind}
    if isinstance(value, list):
        return [_plain(part, kind.value_type) for part in value]
    if isinstance(value, datetime.datetime):
        return str(value.replace(tzinfo=None)) + ("+00" if value.tzinfo else "")
    if isinstance(value, datetime.date | datetime.time):
        return str(value)
    if isinstance(value, bytes) or pa.types.is_temporal(kind):
        return as_texts(pa.array([value], kind))[0]
    return value


def _hashable(value: Any) -> bool:
    return not isinstance(value, list | dict)


def notation(value: Any, inside: bool = False) -> str:
    """A value as DuckDB writes it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value) if not inside else str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(notation(part, True) for part in value)}]"
    if isinstance(value, dict):
        pairs = (f"{key!r}: {notation(part, True)}" for key, part in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, str) and inside:
        return value if value.isalnum() else "'" + value.replace("'", "''") + "'"
    return str(value)


def key_of(value: Any) -> Any:
    """What is equal for equal values, and may be looked up."""
    if isinstance(value, list | tuple):
        return tuple(map(key_of, value))
    if isinstance(value, dict):
        return tuple((key, key_of(part)) for key, part in value.items())
    return "nan" if value != value else value


def _array(column: Any, kind: str) -> npt.NDArray[Any]:
    plain = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    if (plain or pa.types.is_boolean(column.type)) and not column.null_count:
        return np.asarray(column)
    found = np.empty(len(column), object)
    found[:] = cells(column, kind)
    return found
