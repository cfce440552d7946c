"""Fact files: `.input` and `.output`, as the directive's options say; see `formats.py` for those.

Outputs are written beside their place and moved there when whole, so a run that is interrupted, or
a full disk, leaves the old file as it was.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sys
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any

from trivium.engine.faults import Faults
from trivium.engine.given import Given, from_arrow, take
from trivium.engine.limits import Guard, Limits
from trivium.engine.term_text import term_text
from trivium.errors import DataError
from trivium.files.delimited import PARSERS, read_delimited, write_delimited
from trivium.files.formats import Format, format_of
from trivium.files.json_facts import (
    elements,
    memory,
    read_json,
    read_json_lines,
    write_json,
    write_json_lines,
)
from trivium.files.large import read_large
from trivium.files.lines import cut
from trivium.ir.nodes import Column, InputOutput, Relation
from trivium.ir.types import NO_SHAPES, Shapes, Type
from trivium.source import Place

__all__ = [
    "format_of",
    "print_facts",
    "read_facts",
    "read_untyped",
    "whole_file",
    "write_facts",
    "write_table",
]

_GZIP = b"\x1f\x8b"
_BATCH = 1 << 17  # rows of a Parquet file that are read or written at once

# --- reading -------------------------------------------------------------------------------------


def read_facts(
    directive: InputOutput,
    relation: Relation,
    folder: Path,
    shapes: Shapes = NO_SHAPES,
    skip: bool = False,
    guard: Guard | None = None,
) -> Given:
    """The rows of a fact file, read as far as the guard allows.

    E657: no such file, or unreadable. E658 (E654 beyond 64 bits): a line that does not fit the
    declaration, with its file, line and column; with `skip` such lines are left out, and a
    DataWarning tells how many.
    """
    guard = guard or Guard(Limits())
    form = format_of(directive, folder)
    if form.name == "parquet":
        return _read_parquet(form.path, relation, guard)
    faults = Faults("<stdin>" if form.name == "stdin" else form.path, skip)
    given = read_large(form, relation, guard)
    if given is None:
        given = _read(form, directive, relation, faults, shapes, guard)
    faults.warn()
    return given


def _read(
    form: Format,
    directive: InputOutput,
    relation: Relation,
    faults: Faults,
    shapes: Shapes,
    guard: Guard,
) -> Given:
    if form.name == "sqlite":
        from trivium.files.sqlite import read_sqlite  # most programs need no SQLite

        return read_sqlite(form, relation, faults, shapes, guard)
    text = _read_text(form, directive, faults.skip)
    if form.name == "jsonl":
        return read_json_lines(text, form, relation, faults, shapes, guard)
    if form.name in ("json", "jsonfile"):
        return read_json(text, form, relation, faults, shapes, guard)
    return read_delimited(text, form, relation, faults, shapes, guard)


def read_untyped(directive: InputOutput, folder: Path, guard: Guard) -> Given:
    """The rows of a fact file that no declaration describes: names from a header or the format.

    A column of text is of numbers if every cell that is not empty reads as one.
    """
    form = format_of(directive, folder)
    name = directive.relation
    if form.name == "parquet":
        return _read_parquet(form.path, Relation(name, ()), guard)
    if form.name == "sqlite":
        from trivium.files.sqlite import read_sqlite_untyped

        return read_sqlite_untyped(form, name, guard)
    text = _read_text(form, directive, skip=False)
    if not form.is_text:
        try:
            if form.name == "jsonl":
                guard.reserve_bytes(memory(text))
                rows = [json.loads(line) for line in guard.along(text.splitlines()) if line.strip()]
            elif text.lstrip().startswith("["):
                rows = list(elements(text, guard, json.JSONDecoder()))
            else:
                rows = json.loads(text)
            return take(name, rows, guard.parts)
        except (json.JSONDecodeError, RecursionError) as error:
            raise DataError(658, f"{form.path}: not JSON: {error}") from None
    faults = Faults(form.path, skip=False)
    two = Relation(name, (Column("c1", Type.SYMBOL), Column("c2", Type.SYMBOL)))
    rows = [row for part, _ in cut(text, form, two, faults, guard) for row in part]
    width = len(rows[0]) if rows else 0
    names = rows[0] if form.headers and rows else [f"c{i + 1}" for i in range(width)]
    columns = []
    for place, column in enumerate(names):
        cells = [row[place] if place < len(row) else "" for row in rows[form.headers :]]
        kind = next(kind for kind in (Type.NUMBER, Type.FLOAT, Type.SYMBOL) if _reads(cells, kind))
        columns.append(Column(column.strip(), kind))
    return read_delimited(text, form, Relation(name, tuple(columns)), faults, guard=guard)


def _reads(cells: Sequence[str], kind: Type) -> bool:
    try:
        return [PARSERS[kind](cell) for cell in cells if cell] != [] or kind is Type.SYMBOL
    except (ValueError, OverflowError):
        return False


def _read_text(form: Format, directive: InputOutput, skip: bool) -> str:
    """The text of a file, unpacked where it is packed; bytes that are no text are kept to skip."""
    path = form.path
    try:
        if form.name in ("stdin", "json"):
            data = getattr(sys.stdin, "buffer", None)
            raw = sys.stdin.read().encode() if data is None else data.read()
        else:
            raw = path.read_bytes()
        if raw.startswith(_GZIP):
            raw = gzip.decompress(raw)
        return raw.decode("utf-8-sig", "surrogateescape" if skip else "strict")
    except FileNotFoundError:
        message = f"no file `{path}` for the relation `{directive.relation}`"
        raise DataError(657, message, directive.span) from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        message = f"{path}, line {line}: not UTF-8 text, at byte {column}"
        raise DataError(658, message) from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(658, f"{path}: not a whole gzip file: {error}") from None
    except OSError as error:
        raise DataError(657, f"`{path}`: {error.strerror}", directive.span) from None


def _read_parquet(path: Path, relation: Relation, guard: Guard) -> Given:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def place(row: int, column: str | None) -> Place:
        return Place(str(path), row=row + 1, column=column)

    try:
        with pq.ParquetFile(path) as file:
            batches, size = [], 0
            for batch in file.iter_batches(_BATCH):
                batches.append(batch)
                size += batch.nbytes
                guard.check_time()
                guard.reserve_bytes(size)
            table = pa.Table.from_batches(batches, file.schema_arrow)
        return from_arrow(relation.name, table, place, guard.check_time)
    except OSError as error:
        raise DataError(657, f"`{path}`: {error}") from None
    except pa.ArrowInvalid as error:
        raise DataError(658, f"{path}: {error}") from None


# --- writing -------------------------------------------------------------------------------------


@contextmanager
def whole_file(path: Path) -> Any:
    """A file to write that takes its place only when it is whole; E659 if it cannot be written."""
    # The name is known before there is a file, so that whatever stops the writing can remove it.
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "xb") as file:
            yield file
        os.replace(temporary, path)
    except OSError as error:
        raise DataError(659, f"`{path}`: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_table(path: Path, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file with a header; E659."""
    with whole_file(path) as file, _text(file, packed=False) as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)


def write_facts(
    directive: InputOutput,
    relation: Relation,
    rows: Collection[tuple[Any, ...]],
    folder: Path,
    shapes: Shapes = NO_SHAPES,
) -> Path | None:
    """Write the rows of a relation where its `.output` directive says.

    Returns the path; None for what is printed.
    """
    form = format_of(directive, folder)
    if form.name in ("stdout", "json", "stdoutprintsize", "stdin"):
        print_facts(relation, rows, form, shapes)
        return None
    if form.name == "sqlite":
        from trivium.files.sqlite import write_sqlite

        write_sqlite(relation, rows, form)
        return form.path
    with whole_file(form.path) as file:
        if form.name == "parquet":
            _write_parquet(relation, rows, file)
        else:
            with _text(file, form.compress) as text:
                if form.name == "jsonl":
                    write_json_lines(relation, rows, text, shapes)
                elif form.name == "jsonfile":
                    write_json(relation, rows, text, form.objects, shapes)
                else:
                    write_delimited(relation, rows, text, form)
    return form.path


@contextmanager
def _text(file: IO[bytes], packed: bool) -> Iterator[IO[str]]:
    """Text into a file, that stays open."""
    inner: Any = gzip.GzipFile(fileobj=file, mode="wb", mtime=0) if packed else file
    text = io.TextIOWrapper(inner, "utf-8", newline="")
    yield text
    text.flush()
    text.detach()
    if packed:
        inner.close()


def print_facts(
    relation: Relation,
    rows: Collection[tuple[Any, ...]],
    form: Format,
    shapes: Shapes = NO_SHAPES,
) -> None:
    """Print rows between lines, under the relation's name, as Soufflé does for `IO=stdout`."""
    if form.name == "stdoutprintsize":
        print(f"{relation.name}\t{len(rows)}")
        return
    if form.name == "json":
        write_json(relation, rows, sys.stdout, form.objects, shapes)
        return
    print(f"---------------\n{relation.name}")
    if form.headers:
        print("\t".join(column.name for column in relation.columns))
    print("===============")
    write_delimited(relation, rows, sys.stdout, Format("file", form.path, form.delimiter))
    print("===============")


def _write_parquet(relation: Relation, rows: Collection[tuple[Any, ...]], file: IO[bytes]) -> None:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(file, arrow_table(relation, ()).schema) as writer:
        left = iter(rows)
        while part := list(islice(left, _BATCH)):
            writer.write_table(arrow_table(relation, part))


def arrow_table(relation: Relation, rows: Collection[tuple[Any, ...]]) -> Any:
    """The rows as a pyarrow Table; terms are text, and so are dates, since they may be partial."""
    import pyarrow as pa

    kinds: Mapping[Type, Any] = {
        Type.NUMBER: pa.int64(),
        Type.UNSIGNED: pa.uint64(),
        Type.FLOAT: pa.float64(),
        Type.SYMBOL: pa.string(),
        Type.DATE: pa.string(),
    }
    columns = list(zip(*rows, strict=True)) or [()] * relation.arity
    arrays = [
        pa.array(
            map(term_text, values) if column.type.structured else values,
            kinds.get(column.type, pa.string()),
        )
        for values, column in zip(columns, relation.columns, strict=True)
    ]
    return pa.table(arrays, names=[column.name for column in relation.columns])
