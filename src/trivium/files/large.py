"""Large fact files of plain lines, by Arrow's reader: many times faster than line by line.

It reads block by block, so that a limit stops it between two of them. A file that it does not take
is left to `delimited.py`, which takes it or names the line at fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from trivium.engine.given import Given
from trivium.engine.host import Values
from trivium.engine.limits import Guard, threads_of
from trivium.engine.values import TextChunks
from trivium.files.formats import Format
from trivium.ir.nodes import Relation
from trivium.ir.types import Type
from trivium.source import Place

# Files of at least so many bytes are worth a start of Arrow's reader.
LARGE = 1 << 20
_BLOCK = 1 << 22


def read_large(form: Format, relation: Relation, guard: Guard) -> Given | None:
    """The rows of a large file, or None. Raises LimitError (3xx)."""
    if form.name != "file" or form.headers or form.quoted or form.columns is not None:
        return None
    if form.delimiter is None or len(form.delimiter) != 1 or relation.arity < 2:
        return None
    if any(column.type.structured for column in relation.columns):
        return None
    if not form.path.exists() or form.path.stat().st_size < LARGE:
        return None
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    kinds = {Type.NUMBER: pa.int64(), Type.UNSIGNED: pa.uint64(), Type.FLOAT: pa.float64()}
    names = [column.name for column in relation.columns]
    types = {column.name: kinds.get(column.type, pa.string()) for column in relation.columns}
    threads = threads_of(guard.limits) > 1
    read = arrow_csv.ReadOptions(column_names=names, use_threads=threads)
    parse = arrow_csv.ParseOptions(
        delimiter=form.delimiter, quote_char=False, double_quote=False, ignore_empty_lines=False
    )
    convert = arrow_csv.ConvertOptions(
        column_types=types, null_values=[], strings_can_be_null=False
    )
    pool = pa.system_memory_pool()
    columns = [_Numbers() if column.type in kinds else _Texts() for column in relation.columns]
    length = 0
    try:
        with pa.input_stream(str(form.path)) as stream:
            for block in _blocks(stream):
                guard.check_time()
                guard.reserve_bytes(sum(column.nbytes for column in columns) + 2 * len(block))
                table = arrow_csv.read_csv(pa.BufferReader(block), read, parse, convert, pool)
                if any(_infinite(column) for column in table.columns):
                    return None  # `inf`, or a number that no float holds
                for column, more in zip(columns, table.columns, strict=True):
                    column.add(more.chunks)
                length += len(table)
                del table
                pool.release_unused()  # else the holes between texts add up
    except (pa.ArrowInvalid, UnicodeDecodeError, OSError):
        return None
    path = str(form.path)

    def place(row: int, column: str | None) -> Place:
        return Place(path, row=row + 1, column=column, line=row + 1)

    found = tuple(
        column.type if column.type in kinds else Type.SYMBOL for column in relation.columns
    )
    read_columns = [column.whole() for column in columns]
    return Given(relation.name, read_columns, length, place, tuple(names), found)


def _infinite(column: Any) -> bool:
    chunks = [chunk.to_numpy() for chunk in column.chunks if str(chunk.type) == "double"]
    return any(bool(np.isinf(chunk).any()) for chunk in chunks)


class _Numbers:
    """A column of numbers that grows by Arrow's arrays."""

    def __init__(self) -> None:
        self._room: Values | None = None
        self._length = 0

    @property
    def nbytes(self) -> int:
        return 0 if self._room is None else self._room.nbytes

    def add(self, chunks: Sequence[Any]) -> None:
        for chunk in chunks:
            values = chunk.to_numpy()
            end = self._length + len(values)
            if self._room is None or end > len(self._room):
                grown: Values = np.empty(max(end, self._length * 3 // 2), values.dtype)
                if self._room is not None:
                    grown[: self._length] = self._room[: self._length]
                self._room = grown
            self._room[self._length : end] = values
            self._length = end

    def whole(self) -> Values:
        return np.empty(0, np.int64) if self._room is None else self._room[: self._length]


class _Texts:
    """A column of texts that grows by Arrow's arrays."""

    def __init__(self) -> None:
        self._chunks: list[Any] = []

    @property
    def nbytes(self) -> int:
        return sum(chunk.nbytes for chunk in self._chunks)

    def add(self, chunks: Sequence[Any]) -> None:
        self._chunks += chunks

    def whole(self) -> TextChunks:
        return TextChunks(self._chunks)


def _blocks(stream: Any) -> Iterator[bytes]:
    """A stream in blocks of whole lines."""
    rest: list[bytes] = []
    while block := stream.read(_BLOCK):
        end = block.rfind(b"\n") + 1
        if end:
            yield b"".join([*rest, block[:end]])
            rest = [block[end:]]
        else:
            rest.append(block)
    if last := b"".join(rest):
        yield last
