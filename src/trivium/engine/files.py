"""Fact files: `.input` and `.output`, as the directive's options and the file's name say.

    .input edge                                      edge.facts, tab separated, no header
    .input edge(filename="edge.csv", delimiter=",")  as Soufflé reads it
    .input edge(IO=csv)                              edge.csv, RFC 4180: quotes, a header line
    .output path(filename="path.parquet")            Parquet; also .jsonl (JSON lines)

`IO` is `file` (Soufflé's format), `csv`, `tsv`, `jsonl`, `parquet`, or, for output, `stdout`.
`headers=true` takes or writes a first line of column names; columns that are all named there may
stand in any order. In `csv` and `tsv` an empty cell is no value. A `.csv` file that is named
without a delimiter is read with tabs if its first line has one, else with commas.

Outputs are written beside their place and moved there when whole, so a run that is interrupted, or
a full disk, leaves the old file as it was.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from trivium.engine.functors import to_text
from trivium.engine.given import Given, from_arrow, take
from trivium.engine.term_text import parse_term, term_text
from trivium.errors import DataError
from trivium.ir.nodes import Column, InputOutput, Relation
from trivium.ir.types import NO_SHAPES, Shapes, Type
from trivium.source import Place

_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".tsv": "tsv"}
_ENDINGS = {"csv": ".csv", "tsv": ".tsv", "jsonl": ".jsonl", "parquet": ".parquet"}
# Files of at least so many bytes are worth a start of Arrow's reader.
LARGE = 1 << 20
FORMATS = ("file", "csv", "tsv", "jsonl", "parquet", "stdout")


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written: the format's name, and for text its delimiter, quotes and header."""

    name: str
    path: Path
    delimiter: str | None = None
    quoted: bool = False
    headers: bool = False


def format_of(directive: InputOutput, folder: Path) -> Format:
    """The format and path that a directive means; E656 for a format that is not known."""
    options = directive.options
    name = options.get("IO", "file").lower()
    filename = options.get("filename", options.get("name"))
    if name == "file" and filename is not None:
        name = _SUFFIXES.get(Path(filename).suffix.lower(), "file")
    if name not in FORMATS:
        raise DataError(
            656, f"`IO={name}` is not a format", directive.span, hint=f"one of {', '.join(FORMATS)}"
        )
    ending = ".facts" if directive.kind == "input" else ".csv"
    path = folder / (filename or directive.relation + _ENDINGS.get(name, ending))
    delimiter = options.get("delimiter", options.get("delimeter"))
    if delimiter is not None:
        delimiter = delimiter.replace("\\t", "\t")
    elif name != "file" or (filename is None or not filename.endswith(".csv")):
        delimiter = "," if name == "csv" else "\t"
    headers = options.get("headers", "true" if name == "csv" else "false").lower() == "true"
    quoted = name in ("csv", "tsv") or options.get("rfc4180", "false").lower() == "true"
    return Format(name, path, delimiter, quoted, headers)


# --- reading -------------------------------------------------------------------------------------


def read_facts(
    directive: InputOutput, relation: Relation, folder: Path, shapes: Shapes = NO_SHAPES
) -> Given:
    """The rows of a fact file.

    E657: no such file, or unreadable. E658: a line that does not fit the declaration, with its
    file, line and column.
    """
    form = format_of(directive, folder)
    if form.name == "parquet":
        return _read_parquet(form.path, relation)
    if form.name == "file" and not (form.headers or form.quoted) and relation.arity > 1:
        given = _read_large(form, relation)
        if given is not None:
            return given
    text = _read_text(form.path, directive)
    if form.name == "jsonl":
        return _read_json_lines(text, form.path, relation)
    return _read_delimited(text, form, relation, shapes)


def read_untyped(directive: InputOutput, folder: Path) -> Given:
    """The rows of a fact file that no declaration describes: names from a header or the format.

    A column of text is of numbers if every cell that is not empty reads as one.
    """
    form = format_of(directive, folder)
    if form.name == "parquet":
        return _read_parquet(form.path, Relation(directive.relation, ()))
    text = _read_text(form.path, directive)
    if form.name == "jsonl":
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        return take(directive.relation, rows)
    delimiter = form.delimiter or ("\t" if "\t" in text.partition("\n")[0] else ",")
    lines, _ = _split(text, delimiter, form.quoted, arity=2)
    names = lines[0] if form.headers else [f"c{i + 1}" for i in range(len(lines[0]))]
    columns = []
    for place, name in enumerate(names):
        cells = [line[place] if place < len(line) else "" for line in lines[form.headers :]]
        kind = next(kind for kind in (Type.NUMBER, Type.FLOAT, Type.SYMBOL) if _reads(cells, kind))
        columns.append(Column(name.strip(), kind))
    return _read_delimited(text, form, Relation(directive.relation, tuple(columns)))


def _reads(cells: Sequence[str], kind: Type) -> bool:
    try:
        return [_PARSERS[kind](cell) for cell in cells if cell] != [] or kind is Type.SYMBOL
    except ValueError:
        return False


def _read_text(path: Path, directive: InputOutput) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        message = f"no file `{path}` for the relation `{directive.relation}`"
        raise DataError(657, message, directive.span) from None
    except OSError as error:
        raise DataError(657, f"`{path}`: {error.strerror}", directive.span) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataError(658, f"{path}, line {line}: not UTF-8 text") from None


def _read_parquet(path: Path, relation: Relation) -> Given:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def place(row: int, column: str | None) -> Place:
        return Place(str(path), row=row + 1, column=column)

    try:
        return from_arrow(relation.name, pq.read_table(path), place)
    except OSError as error:
        raise DataError(657, f"`{path}`: {error}") from None
    except pa.ArrowInvalid as error:
        raise DataError(658, f"{path}: {error}") from None


def _read_large(form: Format, relation: Relation) -> Given | None:
    """A large file of plain lines by Arrow's reader, many times faster; None if that fails.

    Then the file is read line by line, which either takes it or names the line at fault.
    """
    if form.delimiter is None or len(form.delimiter) != 1:
        return None
    if not form.path.exists() or form.path.stat().st_size < LARGE:
        return None
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    kinds = {Type.NUMBER: pa.int64(), Type.UNSIGNED: pa.uint64(), Type.FLOAT: pa.float64()}
    names = [column.name for column in relation.columns]
    types = {column.name: kinds.get(column.type, pa.string()) for column in relation.columns}
    try:
        table = arrow_csv.read_csv(
            form.path,
            arrow_csv.ReadOptions(column_names=names),
            arrow_csv.ParseOptions(
                delimiter=form.delimiter,
                quote_char=False,
                double_quote=False,
                ignore_empty_lines=False,
            ),
            arrow_csv.ConvertOptions(column_types=types, null_values=[], strings_can_be_null=False),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    path = str(form.path)

    def place(row: int, column: str | None) -> Place:
        return Place(path, row=row + 1, column=column, line=row + 1)

    return from_arrow(relation.name, table, place)


def _read_json_lines(text: str, path: Path, relation: Relation) -> Given:
    names = [column.name for column in relation.columns]
    rows: list[list[Any]] = []
    lines: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise _bad_line(path, number, f"not JSON: {error.msg}") from None
        if isinstance(row, dict):
            row = [row.get(name) for name in names]
        if not isinstance(row, list) or len(row) != len(names):
            raise _bad_line(path, number, f"not an object or an array of {len(names)} values")
        rows.append(row)
        lines.append(number)

    def place(row: int, column: str | None) -> Place:
        return Place(str(path), row=row + 1, column=column, line=lines[row])

    columns = list(zip(*rows, strict=True)) or [() for _ in names]
    return Given(relation.name, columns, len(rows), place)


def _read_delimited(
    text: str, form: Format, relation: Relation, shapes: Shapes = NO_SHAPES
) -> Given:
    delimiter = form.delimiter
    if delimiter is None:
        delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    rows, lines = _split(text, delimiter, form.quoted, relation.arity)
    names: list[str] | None = None
    if form.headers and rows:
        names = [name.strip() for name in rows[0]]
        rows, lines = rows[1:], lines[1:]
    width = relation.arity
    columns = list(relation.columns)
    if names is not None and set(names) >= {column.name for column in columns}:
        width = len(names)
        places = [names.index(column.name) for column in columns]
    else:
        places = list(range(width))
    for row, line in zip(rows, lines, strict=True):
        if len(row) != width:
            raise _bad_line(form.path, line, f"{width} columns expected, found {len(row)}")
    cells = list(zip(*rows, strict=True)) if rows and width else [()] * width
    values = [
        _parse_column(cells[place], column.type, form, column.name, lines, shapes)
        for place, column in zip(places, columns, strict=True)
    ]
    path = str(form.path)

    def place_of(row: int, column: str | None) -> Place:
        return Place(path, row=row + 1, column=column, line=lines[row])

    found = tuple(column.name for column in columns)
    types = tuple(column.type for column in columns)
    return Given(relation.name, values, len(rows), place_of, found, types)


def _split(
    text: str, delimiter: str, quoted: bool, arity: int
) -> tuple[list[list[str]], Sequence[int]]:
    """The cells of each line, and the line's number."""
    if quoted:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter)
        numbered = [(row, reader.line_num) for row in reader if row]
        return [row for row, _ in numbered], [line for _, line in numbered]
    lines = text.removesuffix("\n").split("\n") if text else []
    if "\r" in text:
        lines = [line.removesuffix("\r") for line in lines]
    if arity == 0:
        return [[] for _ in lines], range(1, len(lines) + 1)
    if arity == 1:
        return [[line] for line in lines], range(1, len(lines) + 1)
    return [line.split(delimiter) for line in lines], range(1, len(lines) + 1)


_PARSERS: dict[Type, Callable[[str], Any]] = {
    Type.NUMBER: int,
    Type.UNSIGNED: int,
    Type.FLOAT: float,
    Type.SYMBOL: str,
    Type.DATE: str,
}


def _parser(kind: Type, shapes: Shapes) -> Callable[[str], Any]:
    if kind.structured:
        return lambda cell: parse_term(cell, kind, shapes, _PARSERS)
    return _PARSERS[kind]


def _parse_column(
    cells: Iterable[str],
    kind: Type,
    form: Format,
    name: str,
    lines: Sequence[int],
    shapes: Shapes,
) -> list[Any]:
    parse = _parser(kind, shapes)
    if form.quoted:
        cells = list(cells)
        try:
            return [parse(cell) if cell else None for cell in cells]
        except ValueError:
            pass
    else:
        cells = list(cells)
        if kind in (Type.SYMBOL, Type.DATE):
            return cells
        try:
            return list(map(parse, cells))
        except ValueError:
            pass
    for cell, line in zip(cells, lines, strict=True):
        try:
            if cell or not form.quoted:
                parse(cell)
        except ValueError as error:
            why = f": {error}" if kind.structured else ""
            problem = f"column `{name}`: {cell[:200]!r} is not a {kind}{why}"
            raise _bad_line(form.path, line, problem) from None
    raise AssertionError("a cell that failed once must fail again")


def _bad_line(path: Path, line: int, problem: str) -> DataError:
    return DataError(658, f"{path}, line {line}: {problem}")


# --- writing -------------------------------------------------------------------------------------


@contextmanager
def whole_file(path: Path) -> Any:
    """A file to write that takes its place only when it is whole; E659 if it cannot be written."""
    # The name is known before there is a file, so that whatever stops the writing can remove it.
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
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


def write_facts(
    directive: InputOutput, relation: Relation, rows: Sequence[tuple[Any, ...]], folder: Path
) -> Path:
    """Write the rows of a relation where its `.output` directive says; returns the path."""
    form = format_of(directive, folder)
    with whole_file(form.path) as file:
        if form.name == "parquet":
            _write_parquet(relation, rows, file)
        else:
            text = io.TextIOWrapper(file, "utf-8", newline="")
            if form.name == "jsonl":
                _write_json_lines(relation, rows, text)
            else:
                write_delimited(relation, rows, text, form)
            text.detach()
    return form.path


def print_facts(relation: Relation, rows: Iterable[tuple[Any, ...]], form: Format) -> None:
    """Print rows between lines, under the relation's name, as Soufflé does for `IO=stdout`."""
    print(f"---------------\n{relation.name}")
    if form.headers:
        print("\t".join(column.name for column in relation.columns))
    print("===============")
    write_delimited(relation, rows, sys.stdout, Format("file", form.path, form.delimiter))
    print("===============")


def write_delimited(
    relation: Relation, rows: Iterable[tuple[Any, ...]], file: IO[str], form: Format
) -> None:
    """Rows as lines of text; a row of a nullary relation is `()`."""
    delimiter = form.delimiter or "\t"
    if form.quoted:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        if form.headers:
            writer.writerow([column.name for column in relation.columns])
        writer.writerows([_texts(relation, row) for row in rows])
        return
    if form.headers:
        file.write(delimiter.join(column.name for column in relation.columns) + "\n")
    for row in rows:
        file.write((delimiter.join(_texts(relation, row)) if relation.arity else "()") + "\n")


def _texts(relation: Relation, row: tuple[Any, ...]) -> list[str]:
    """The cells of a row; one without a value is empty."""
    return [
        term_text(value) if c.type.structured else "" if value is None else to_text(value)
        for c, value in zip(relation.columns, row, strict=True)
    ]


def _write_json_lines(relation: Relation, rows: Iterable[tuple[Any, ...]], file: IO[str]) -> None:
    for row in rows:
        cells = zip(relation.columns, row, strict=True)
        shown = {c.name: term_text(v) if c.type.structured else v for c, v in cells}
        file.write(json.dumps(shown, ensure_ascii=False) + "\n")


def _write_parquet(relation: Relation, rows: Sequence[tuple[Any, ...]], file: IO[bytes]) -> None:
    import pyarrow.parquet as pq

    pq.write_table(arrow_table(relation, rows), file)


def arrow_table(relation: Relation, rows: Sequence[tuple[Any, ...]]) -> Any:
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
