"""Data that callers hand over: rows, columns, arrays, data frames, tables.

    [("ann", 3), ("eve", 4)]      {"who": ["ann", "eve"], "n": [3, 4]}      a NumPy array, 2-D or
    structured      a pyarrow Table, or anything that streams Arrow (polars, pandas, duckdb)
    a table of `trivium.ground`

Each becomes named columns of values, with `None` where a cell is empty, and a way to tell the place
of each cell.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trivium.engine.values import ArrowCells, Cells, Coded, Partial, Parts, TextChunks, at_once
from trivium.errors import DataError
from trivium.ir.nodes import Column, Relation
from trivium.ir.types import Type
from trivium.source import Place

Locate = Callable[[int, str | None], Place]


@dataclass(frozen=True, slots=True)
class Given:
    """Columns of data. `names` and `types` are `None` where the data does not tell.

    `place(i, column)` is where the i-th row (from 0), or its cell, stands. The values of a column
    are not touched before they are asked for, and what is made of them is kept: data that several
    programs read is taken once.
    """

    name: str
    columns: Sequence[Any]
    length: int
    place: Locate
    names: tuple[str, ...] | None = None
    types: tuple[Type | None, ...] | None = None
    arrow: Any = None  # the table that the columns were made of, with its own types
    _made: dict[int, Any] = field(default_factory=dict, repr=False, compare=False)
    in_arrow: dict[int, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def bytes(self) -> int:
        """About how much memory the columns take."""
        return sum(map(_bytes, self.columns))

    @property
    def numbered(self) -> bool:
        """Whether a column numbers the rows, so that no two are the same."""
        return any(isinstance(column, range) for column in self.columns)

    def values(self, place: int) -> Any:
        """One column, ready to be encoded; an Arrow column becomes arrays or codes."""
        if not self.columns:
            return []
        column = self.columns[place]
        if not isinstance(column, ArrowCells):
            return column
        if place not in self._made:
            self._made[place] = _arrays(column.arrow)
        return self._made[place]

    def relation(self) -> Relation:
        """A declaration made from the data, for programs that have none."""
        names = self.names or tuple(f"c{i + 1}" for i in range(len(self.columns)))
        types = self.types or (None,) * len(names)
        columns = tuple(
            Column(name, kind or _infer(self, name, values))
            for name, kind, values in zip(names, types, self.columns, strict=True)
        )
        return Relation(self.name, columns)

    def order(self, relation: Relation) -> list[int]:
        """Which column each declared one is: by name, or by position if no name fits.

        E652 when a name is missing, or the number of columns differs.
        """
        wanted = [column.name for column in relation.columns]
        if self.names is not None and not set(wanted).isdisjoint(self.names):
            missing = [name for name in wanted if name not in self.names]
            if missing:
                raise DataError(
                    652,
                    f"the data of `{self.name}` has no column `{missing[0]}`",
                    relation.span,
                    hint=f"its columns are: {', '.join(self.names)}",
                )
            return [self.names.index(name) for name in wanted]
        if len(self.columns) != relation.arity and (self.length or self.columns):
            raise DataError(
                652,
                f"relation `{self.name}` has {relation.arity} columns, "
                f"and its data {len(self.columns)}",
                relation.span,
                hint=f"the columns are: {', '.join(wanted) or 'none'}",
            )
        return list(range(len(wanted)))


def _bytes(column: Any) -> int:
    """The memory of a column: an array's, or that of a list of Python values."""
    known = getattr(column, "nbytes", None)
    if known is not None:
        return int(known)
    return (72 if any(isinstance(v, str) for v in column[:9]) else 40) * len(column)


def take(name: str, data: Any, parts: Parts = at_once) -> Given:
    """Whatever a caller hands over for a relation; E651 if it is nothing of the kind."""
    if isinstance(data, Given):
        return data
    if hasattr(data, "relation_columns"):
        return _from_table(name, data)
    if hasattr(data, "__arrow_c_stream__"):
        return from_arrow(name, data, _memory(name))
    if isinstance(data, np.ndarray):
        return _from_array(name, data)
    if isinstance(data, Mapping):
        return _from_columns(name, {str(key): value for key, value in data.items()})
    if isinstance(data, str | bytes) or not hasattr(data, "__iter__"):
        raise DataError(
            651,
            f"relation `{name}` was given a {type(data).__name__}",
            hint="give a list of tuples, a dict of columns, an array, or a data frame",
        )
    return _from_rows(name, list(data), parts)


def _memory(name: str) -> Locate:
    """Places in data that has no file."""
    return lambda row, column: Place(f"<{name}>", row=row + 1, column=column)


def _from_table(name: str, table: Any) -> Given:
    names, types, columns = zip(*table.relation_columns(), strict=True)
    kinds = tuple(Type(kind) for kind in types)

    def place(row: int, column: str | None) -> Place:
        found: Place = table.at(row, None if column == "row" else column)
        return found

    return Given(name, columns, len(columns[0]), place, names, kinds)


def _from_array(name: str, array: np.ndarray) -> Given:
    if array.dtype.names is not None:
        return _from_columns(name, {field: array[field] for field in array.dtype.names})
    columns = [array] if array.ndim == 1 else list(array.T)
    return _given(name, columns, len(array), None)


def _given(name: str, columns: list[Any], length: int, names: tuple[str, ...] | None) -> Given:
    """Columns as they are, but for arrays of instants, which are dates."""
    instants = [isinstance(c, np.ndarray) and c.dtype.kind == "M" for c in columns]
    if not any(instants):
        return Given(name, columns, length, _memory(name), names)
    import pyarrow as pa

    made = [
        _arrays(pa.array(column.astype("datetime64[s]"))) if instant else column
        for column, instant in zip(columns, instants, strict=True)
    ]
    types = tuple(Type.DATE if instant else None for instant in instants)
    return Given(name, made, length, _memory(name), names, types)


def _from_columns(name: str, columns: dict[str, Any]) -> Given:
    lengths = {key: len(values) for key, values in columns.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{key} {length}" for key, length in lengths.items())
        raise DataError(652, f"the columns of `{name}` have different lengths: {shown}")
    length = next(iter(lengths.values()), 0)
    return _given(name, list(columns.values()), length, tuple(columns))


def _from_rows(name: str, rows: list[Any], parts: Parts) -> Given:
    if rows and isinstance(rows[0], Mapping):
        keys = list(dict.fromkeys(key for row in rows for key in row))
        return _from_columns(name, {key: [row.get(key) for row in rows] for key in keys})
    if (rows and not isinstance(rows[0], Sequence)) or isinstance(next(iter(rows), None), str):
        return Given(name, [rows], len(rows), _memory(name))  # one column, its values bare
    arity = len(rows[0]) if rows else 0
    for start, stop in parts(len(rows)):
        part = rows[start:stop]
        if not ({*map(type, part)} <= {tuple, list} and {*map(len, part)} <= {arity}):
            _check_rows(name, rows, arity)
    columns = [Cells(rows, place) for place in range(arity)]
    return Given(name, columns, len(rows), _memory(name))


def _check_rows(name: str, rows: list[Any], arity: int) -> None:
    """E652 for the first row that is none, or of another length."""
    for place, row in enumerate(rows):
        if not isinstance(row, Sequence) or isinstance(row, str) or len(row) != arity:
            raise DataError(
                652, f"row {place + 1} of `{name}` is {row!r}; the first row has {arity} columns"
            )


def from_arrow(
    name: str, data: Any, place: Locate, between: Callable[[], None] | None = None
) -> Given:
    """An Arrow table or stream; E655 for a column type without a counterpart. `between` is called
    before each column, and may stop it."""
    import pyarrow as pa

    table = data if isinstance(data, pa.Table) else pa.table(data)
    columns, types = [], []
    for described, column in zip(table.schema, table.columns, strict=True):
        if between is not None:
            between()
        types.append(_arrow_type(name, described))
        columns.append(_arrays(column))
    names = tuple(table.column_names)
    return Given(name, columns, table.num_rows, place, names, tuple(types), table)


def _arrays(column: Any) -> Any:
    """An Arrow column (or array) without a Python object for each cell, where its type allows."""
    import pyarrow as pa

    t = pa.types
    kind = column.type.value_type if t.is_dictionary(column.type) else column.type
    if t.is_string(kind) or t.is_large_string(kind) or t.is_string_view(kind):
        plain_texts = hasattr(column, "chunks") and column.type == kind and not column.null_count
        return TextChunks(column.chunks) if plain_texts else _coded(column)
    plain = column.cast(kind) if t.is_dictionary(column.type) else column
    if t.is_boolean(kind):
        plain = plain.cast(pa.int64())
    elif t.is_decimal(kind):
        plain = plain.cast(pa.float64())
    elif t.is_date(kind) or t.is_timestamp(kind):
        plain = _date_codes(plain)
    elif not (t.is_integer(kind) or t.is_floating(kind)):
        return column.to_pylist()
    if not plain.null_count:
        return _memory_of(plain)
    return Partial(_memory_of(plain.fill_null(0)), np.asarray(plain.is_valid()))


def _memory_of(column: Any) -> np.ndarray:
    """A column of numbers without gaps; not copied if it is in one piece."""
    if hasattr(column, "chunks") and column.num_chunks == 1:
        column = column.chunk(0)
    return np.asarray(column)


def _date_codes(column: Any) -> Any:
    """Whole dates as the integers yyyymmdd."""
    import pyarrow.compute as pc

    parts = [pc.year(column), pc.month(column), pc.day(column)]
    return pc.add(pc.add(pc.multiply(parts[0], 10000), pc.multiply(parts[1], 100)), parts[2])


def _coded(column: Any) -> Coded:
    """A text column as codes and the texts that occur, each converted once."""
    import pyarrow as pa

    encoded = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not hasattr(encoded, "dictionary"):
        encoded = encoded.dictionary_encode()
    codes = np.asarray(encoded.indices.cast(pa.int64()).fill_null(-1))
    texts = encoded.dictionary
    if texts.null_count:  # an empty cell may have a code too
        filled = np.asarray(texts.is_valid())
        codes = np.where(np.append(filled, False)[codes], codes, -1)
        texts = texts.fill_null("")
    return Coded(codes, ArrowCells(texts))


def _arrow_type(name: str, field: Any) -> Type:
    import pyarrow as pa

    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    t = pa.types
    if t.is_uint64(kind):
        return Type.UNSIGNED
    if t.is_integer(kind) or t.is_boolean(kind):
        return Type.NUMBER
    if t.is_floating(kind) or t.is_decimal(kind):
        return Type.FLOAT
    if t.is_date(kind) or t.is_timestamp(kind):
        return Type.DATE
    if t.is_string(kind) or t.is_large_string(kind) or t.is_string_view(kind) or t.is_null(kind):
        return Type.SYMBOL
    raise DataError(655, f"column `{field.name}` of `{name}` has the type {field.type}")


def _infer(given: Given, column: str, values: Any) -> Type:
    """The narrowest type that holds every value of a column."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iufb":
        return {"i": Type.NUMBER, "b": Type.NUMBER, "u": Type.UNSIGNED, "f": Type.FLOAT}[
            values.dtype.kind
        ]
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    kinds = {*map(type, plain)} - {type(None)}
    if not kinds or all(issubclass(kind, str) for kind in kinds):
        return Type.SYMBOL
    if all(issubclass(kind, int | np.integer) for kind in kinds):
        beyond = any(value is not None and value >= 2**63 for value in plain)
        return Type.UNSIGNED if beyond else Type.NUMBER
    if all(issubclass(kind, int | float | np.number) for kind in kinds):
        return Type.FLOAT
    if all(issubclass(kind, datetime.date) for kind in kinds):
        return Type.DATE
    shown = ", ".join(sorted(kind.__name__ for kind in kinds))
    raise DataError(653, f"column `{column}` of `{given.name}` mixes {shown}")
