"""What the options of `.input` and `.output` mean.

    .input edge                                      edge.facts, tab separated, no header
    .input edge(filename="edge.csv", delimiter=",")  as Soufflé reads it
    .input edge(IO=csv)                              edge.csv, RFC 4180: quotes, a header line
    .output path(filename="path.parquet")            Parquet; also .jsonl (JSON lines)
    .output path(IO=sqlite, dbname="all.sqlite")     the table `path` of a database

`IO` is Soufflé's `file`, `stdin`, `stdout`, `stdoutprintsize`, `json`, `jsonfile` or `sqlite`, or
one of `csv`, `tsv`, `jsonl` and `parquet`. The other options are Soufflé's too:

    filename, dbname   the file, in the folder of facts or outputs; also `file:...`, for sqlite
    name               the relation's name in the file's: `name.facts`, the table `name`
    delimiter          between columns; a tab, or a comma with `rfc4180`
    headers=true       a first line of names; columns that are all named may stand in any order
    rfc4180=true       cells may stand in quotes, with `""` for a quote inside
    columns="2:0"      which columns of the file to read, counted from 0
    compress=true      the file is compressed with gzip; one that is read is looked at
    format=object      in JSON, rows and records by the names of their columns and fields

In `csv` and `tsv` an empty cell is no value. A `.csv` file that is named without a delimiter is
read with tabs if its first line has one, else with commas.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

from trivium.analyse.near import near
from trivium.errors import DataError, DataWarning
from trivium.ir.nodes import InputOutput

FORMATS = (
    *("file", "stdin", "stdout", "stdoutprintsize", "json", "jsonfile", "sqlite"),
    *("csv", "tsv", "jsonl", "parquet"),
)
OPTIONS = (
    *("IO", "filename", "dbname", "name", "delimiter", "headers", "rfc4180", "columns"),
    *("compress", "format", "operation"),
)
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".tsv": "tsv"}
_ENDINGS = {
    "csv": ".csv",
    "tsv": ".tsv",
    "jsonl": ".jsonl",
    "parquet": ".parquet",
    "json": ".json",
    "jsonfile": ".json",
    "sqlite": ".sqlite",
}


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written.

    Attributes:
        name: one of FORMATS.
        path: the file; for `stdin`, `stdout` and `json` it is not used.
        delimiter: between columns, or None for what the first line shows.
        quoted: cells may stand in quotes.
        strict: as Soufflé has RFC 4180: an empty cell is an empty text, and texts are quoted.
        headers: the first line names the columns.
        table: the name of the relation in the file.
        columns: which columns of the file to read, or None for all.
        compress: the output is compressed with gzip.
        objects: rows and records in JSON are objects.
        database: a `file:` address of SQLite's.
    """

    name: str
    path: Path
    delimiter: str | None = None
    quoted: bool = False
    strict: bool = False
    headers: bool = False
    table: str = ""
    columns: tuple[int, ...] | None = None
    compress: bool = False
    objects: bool = False
    database: str | None = None

    @property
    def is_text(self) -> bool:
        return self.name in ("file", "csv", "tsv", "stdin", "stdout")


def format_of(directive: InputOutput, folder: Path) -> Format:
    """The format and path that a directive means; E656 for a format that is not known."""
    options = _known(directive)
    name = options.get("IO", "file").lower()
    filename = options.get("filename")
    if name == "file" and filename is not None:
        name = _SUFFIXES.get(Path(filename).suffix.lower(), "file")
    if name not in FORMATS:
        hint = f"one of {', '.join(FORMATS)}"
        raise DataError(656, f"`IO={name}` is not a format", directive.span, hint=hint)
    table = options.get("name", directive.relation)
    reading = directive.kind == "input"
    given = options.get("dbname", filename) if name == "sqlite" else filename
    given = filename or given
    path = folder / (given or table + _ENDINGS.get(name, ".facts" if reading else ".csv"))
    strict = _truth(options, "rfc4180")
    return Format(
        name,
        path,
        _delimiter(options, name, filename, strict),
        quoted=name in ("csv", "tsv") or strict,
        strict=strict,
        headers=_truth(options, "headers", name == "csv"),
        table=table,
        columns=_columns(directive, options),
        compress=_truth(options, "compress"),
        objects=options.get("format", "list").lower() == "object",
        database=given if given is not None and given.startswith("file:") else None,
    )


def _known(directive: InputOutput) -> dict[str, str]:
    """The options by the names they have here; an unknown one is left out, with a warning."""
    found = {}
    for key, value in directive.options.items():
        name = "delimiter" if key == "delimeter" else key
        if name in OPTIONS:
            found[name] = value
            continue
        meant = near(name, OPTIONS)
        hint = f"; did you mean `{meant}`?" if meant else ""
        message = f"the option `{key}` of `.{directive.kind} {directive.relation}` means nothing"
        warnings.warn(f"{message}{hint}", DataWarning, stacklevel=2)
    return found


def _truth(options: dict[str, str], key: str, otherwise: bool = False) -> bool:
    return options.get(key, str(otherwise)).lower() == "true"


def _delimiter(
    options: dict[str, str], name: str, filename: str | None, strict: bool
) -> str | None:
    delimiter = options.get("delimiter")
    if delimiter:
        return delimiter.replace("\\t", "\t")
    if strict or name == "csv":
        return ","
    if name == "file" and filename is not None and filename.endswith(".csv"):
        return None
    return "\t"


def _columns(directive: InputOutput, options: dict[str, str]) -> tuple[int, ...] | None:
    given = options.get("columns")
    if not given:
        return None
    try:
        columns = tuple(int(part) for part in given.split(":"))
    except ValueError:
        columns = (-1,)
    if min(columns) < 0:
        message = f'`columns="{given}"` does not number columns'
        raise DataError(656, message, directive.span, hint='write it like `columns="0:2"`')
    return columns
