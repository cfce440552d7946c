"""Parquet, Arrow and ORC into a table; typed values become text, and are read as such.

Nested columns are flattened with dotted names, as in JSON. A file of many cells stays in columns.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.orc as orc
import pyarrow.parquet as pq

from trivium.errors import DataError
from trivium.ground.columnar import LARGE, arrow_table
from trivium.ground.document import Contents
from trivium.ground.grid import table_of, text_of
from trivium.ground.report import Log
from trivium.ground.table import Table
from trivium.source import Place


def read_parquet(path: Path, name: str, log: Log) -> Contents:
    """The one table of a Parquet file. Raises E605 if it is encrypted, E606 if damaged."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as problem:
        if "encrypt" in str(problem).lower():
            raise DataError(605, f"`{name}` is encrypted") from problem
        raise DataError(606, f"`{name}` is a damaged Parquet file: {problem}") from problem
    contents = Contents()
    contents.add(from_arrow(path.stem, table, Place(name), log))
    return contents


def read_arrow(path: Path, name: str, log: Log) -> Contents:
    """The one table of an Arrow (Feather) file. Raises E606 if it is damaged."""
    return _typed(lambda: pa.ipc.open_file(path).read_all(), "Arrow", path, name, log)


def read_orc(path: Path, name: str, log: Log) -> Contents:
    """The one table of an ORC file. Raises E606 if it is damaged."""
    return _typed(lambda: orc.read_table(path), "ORC", path, name, log)


def _typed(opened: Callable[[], pa.Table], what: str, path: Path, name: str, log: Log) -> Contents:
    try:
        table = opened()
    except (OSError, pa.ArrowInvalid) as problem:
        raise DataError(606, f"`{name}` is a damaged {what} file: {problem}") from problem
    contents = Contents()
    contents.add(from_arrow(path.stem, table, Place(name), log))
    return contents


def from_arrow(name: str, table: pa.Table, place: Place, log: Log) -> Table | None:
    """A table of typed columns."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    if table.num_rows * table.num_columns > LARGE:
        return arrow_table(name, table, place, log)
    columns = [[text_of(value) for value in column.to_pylist()] for column in table.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return table_of(name, [table.column_names, *rows], place, log=log, header_rows=1)
