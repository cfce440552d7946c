"""The data of a query as Arrow tables for DuckDB: typed columns stay what they are.

    {"t": frame}                     its own Arrow columns, nothing copied
    {"t": {"x": [1, None]}}          a column of integers
    a table of `trivium.ground`      its relation: rows numbered, and each column with its views

A date of which only the year or the month is known is no DATE: such a column is ISO text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from trivium.dialects.sql.database import names
from trivium.engine.given import Given, take
from trivium.engine.values import ArrowCells, Coded, Partial, TextChunks
from trivium.errors import DataError
from trivium.ir.dates import date_text
from trivium.ir.types import Type

_EPOCH = np.datetime64("1970-01-01", "D")


def arrow_of(name: str, data: Any, wanted: frozenset[str] | None) -> pa.Table:
    """The columns of a table that are wanted, or all; E651 to E655 for data that is no table."""
    if not isinstance(data, Given | Mapping) and hasattr(data, "__arrow_c_stream__"):
        table = data if isinstance(data, pa.Table) else _streamed(name, data)
        return table.rename_columns(names(table.column_names))
    given = take(name, data)
    if given.arrow is not None:
        return given.arrow.rename_columns(names(given.arrow.column_names))
    labels = given.names or tuple(f"c{i + 1}" for i in range(len(given.columns)))
    places = [i for i, label in enumerate(labels) if wanted is None or label.lower() in wanted]
    places = places or list(range(len(labels)))[:1]
    raw = data if isinstance(data, Mapping) and not isinstance(data, Given) else {}
    columns = [_column(given, place, raw.get(labels[place])) for place in places]
    return pa.table(columns, names=names([labels[place] for place in places]))


def _streamed(name: str, data: Any) -> pa.Table:
    try:
        return pa.table(data)
    except (pa.ArrowException, TypeError, ValueError) as problem:
        raise DataError(655, f"`{name}` cannot be read as columns: {problem}") from None


def _column(given: Given, place: int, raw: Any) -> Any:
    """A column, made once for all programs that read it."""
    if place not in given.in_arrow:
        given.in_arrow[place] = _made(given, place, raw)
    return given.in_arrow[place]


def _made(given: Given, place: int, raw: Any) -> Any:
    column, kind = given.columns[place], (given.types or (None,) * len(given.columns))[place]
    if isinstance(raw, np.ndarray) and raw.dtype.kind == "M":
        return pa.array(raw)
    if kind is Type.DATE:
        return _dates(given.values(place))
    if isinstance(column, ArrowCells):
        return column.arrow
    if isinstance(column, TextChunks):
        return pa.chunked_array(column.chunks)
    values = given.values(place)
    if isinstance(values, Partial):
        return pa.array(values.numbers, mask=~values.present)
    if isinstance(values, Coded):
        codes = pa.array(values.codes, mask=values.codes < 0)
        return pa.array(list(values.texts), pa.string()).take(codes)
    if isinstance(values, range):
        return pa.array(np.arange(values.start, values.stop, values.step))
    if isinstance(values, np.ndarray) and values.dtype.kind in "iufb":
        return pa.array(np.ascontiguousarray(values))
    return _of_cells(given, place, list(values), kind)


def _of_cells(given: Given, place: int, cells: list[Any], kind: Type | None) -> Any:
    plain = {Type.NUMBER: pa.int64(), Type.UNSIGNED: pa.uint64(), Type.FLOAT: pa.float64(),
             Type.SYMBOL: pa.string()}  # fmt: skip
    try:
        found = pa.array(cells, plain.get(kind) if kind is not None else None)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        return _numbers(given, place, cells)
    if pa.types.is_null(found.type):
        return found.cast(pa.string())
    return found


def _numbers(given: Given, place: int, cells: list[Any]) -> Any:
    """Integers that 64 bits with a sign do not hold, and floats between integers; E653 for what
    has no type together."""
    kind = given.relation().columns[place].type
    if kind is Type.FLOAT:
        return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())
    try:
        return pa.array(cells, pa.uint64() if kind is Type.UNSIGNED else pa.int64())
    except (pa.ArrowException, OverflowError, TypeError, ValueError) as problem:
        label = given.relation().columns[place].name
        raise DataError(653, f"column `{label}` of `{given.name}`: {problem}") from None


def _dates(values: Any) -> Any:
    """Dates as the integers yyyymmdd, 0 for what is not known."""
    if isinstance(values, Partial):
        codes, present = values.numbers, values.present
    elif isinstance(values, np.ndarray) and values.dtype.kind in "iu":
        codes, present = values, np.ones(len(values), np.bool_)
    else:
        cells = [_code(cell) for cell in values]
        present = np.array([cell is not None for cell in cells], np.bool_)
        codes = np.array([0 if cell is None else cell for cell in cells], np.int64)
    years, months, days = codes // 10000, codes // 100 % 100, codes % 100
    whole = (years > 0) & (years < 10000) & (months > 0) & (months < 13) & (days > 0)
    if (whole | ~present).all():
        months_since = (years - 1970) * 12 + months - 1
        starts = np.where(present, months_since, 0).astype("datetime64[M]").astype("datetime64[D]")
        made = starts + (np.where(present, days, 1) - 1).astype("timedelta64[D]")
        if (made.astype("datetime64[M]") == starts.astype("datetime64[M]")).all():
            return pa.array(made, pa.date32(), mask=~present)
    texts = [date_text(int(code)) if filled else None
             for code, filled in zip(codes.tolist(), present.tolist(), strict=True)]  # fmt: skip
    return pa.array(texts, pa.string())


def _code(cell: Any) -> Any:
    return cell.year * 10000 + cell.month * 100 + cell.day if hasattr(cell, "year") else cell
