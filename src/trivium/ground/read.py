"""Any source into tables and passages: one table says which reader reads what.

    read("results.csv").tables[0].columns[2].cells[0].number

Suffixes are trusted only as far as the content agrees: a `.csv` that is a zip archive is read as
the workbook that it is. Every problem is a numbered error (6xx); what could be read another way, or
had to be left out, is a warning and stands in the report.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Protocol

from trivium.engine.limits import Guard
from trivium.errors import DataError, DataWarning, TriviumError
from trivium.ground.columns.calendar import ORDERS
from trivium.ground.document import Contents, Document
from trivium.ground.formats import Format, format_of
from trivium.ground.report import Log, Report
from trivium.source import Place

Reader = Callable[[Path, str, Log], Contents]

# How the address of a database begins.
ADDRESSES = ("postgresql://", "postgres://")

# The reader of each format: module and function, imported when first needed.
READERS: dict[Format, tuple[str, str]] = {
    Format.DELIMITED: ("delimited", "read_delimited"),
    Format.JSON: ("json_reader", "read_json"),
    Format.PARQUET: ("parquet", "read_parquet"),
    Format.XLSX: ("xlsx", "read_xlsx"),
    Format.SQLITE: ("database", "read_sqlite"),
    Format.DUCKDB: ("database", "read_duckdb"),
    Format.HTML: ("html", "read_html"),
    Format.MARKDOWN: ("markdown", "read_markdown"),
    Format.TEXT: ("text", "read_text"),
    Format.PDF: ("pdf", "read_pdf"),
    Format.DOCX: ("docx", "read_docx"),
    Format.ARROW: ("parquet", "read_arrow"),
    Format.ORC: ("parquet", "read_orc"),
    Format.XLS: ("legacy", "read_xls"),
    Format.RTF: ("legacy", "read_rtf"),
    Format.ODS: ("opendocument", "read_ods"),
    Format.ODT: ("opendocument", "read_odt"),
    Format.PPTX: ("opendocument", "read_pptx"),
    Format.EPUB: ("opendocument", "read_epub"),
    Format.XML: ("structured", "read_xml"),
    Format.YAML: ("structured", "read_yaml"),
    Format.TOML: ("structured", "read_toml"),
    Format.INI: ("structured", "read_ini"),
    Format.RDF: ("rdf", "read_rdf"),
    Format.MAIL: ("mail", "read_mail"),
    Format.ARCHIVE: ("archive", "read_archive"),
}


# What is given by hand may be of any size.
ANY = 1 << 62


def warn(text: str) -> None:
    warnings.warn(text, DataWarning, stacklevel=3)


def read(
    source: str | Path,
    on_warning: Callable[[str], None] = warn,
    guard: Guard | None = None,
    *,
    dates: str = "",
) -> Document:
    """Read a file, `-` for standard input, or the tables of a `postgresql://` database.

    `dates` (`dmy`, `mdy` or `ymd`) reads the dates of columns that do not show their order.

    Raises LimitError (3xx) where the guard finds that it takes too long or is too much.
    Raises DataError: E601 missing, E602 unreadable, E603 a directory, E604 empty, E605 encrypted,
    E606 damaged, E607 of no known format, E608 a database that cannot be opened, E609 for archives
    and entities that unfold out of all proportion, E610 an order of dates that is none;
    BackendError E402 when DuckDB's PostgreSQL extension cannot be loaded, E401 without a library
    that the format needs.
    """
    if dates and dates not in ORDERS:
        raise DataError(610, f"`{dates}` is no order of dates")
    log = Log(guard)
    text = str(source)
    if text.startswith(ADDRESSES):
        from trivium.ground.database import public_name, read_postgres

        name = public_name(text)
        contents = read_postgres(text, name, log)
    elif text == "-":
        from trivium.ground.unpack import unpack

        name = "standard input"
        contents = contents_of(unpack(sys.stdin.buffer, "input", ANY, name), name, log)
    else:
        name = text
        path = Path(text.removeprefix("file://")).expanduser()
        contents = contents_of(path, name, log)
    for table in contents.tables:
        for column in table.columns:
            column.dates = dates
    return _document(name, contents, log, on_warning)


def contents_of(path: Path, name: str, log: Log) -> Contents:
    """What a file holds. Raises as `read` does."""
    module, function = READERS[format_of(path, name)]
    reader: Reader = getattr(import_module(f"trivium.ground.{module}"), function)
    return _guarded(reader, path, name, log)


class Columns(Protocol):
    """A data frame or table of polars, pandas, pyarrow or DuckDB: what streams Arrow columns."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


def read_columns(
    columns: Columns,
    name: str = "table",
    on_warning: Callable[[str], None] = warn,
    guard: Guard | None = None,
) -> Document:
    """The one table of a data frame; its place is known by name, row and column.

    Raises E607 for what is no data frame, and LimitError as `read` does.
    """
    if not hasattr(columns, "__arrow_c_stream__"):
        raise DataError(
            607, f"`{type(columns).__name__}` is no source",
            hint="give a path, a database's address or a data frame",
        )  # fmt: skip
    import pyarrow as pa

    from trivium.ground.parquet import from_arrow

    log, contents = Log(guard), Contents()
    contents.add(from_arrow(name, pa.table(columns), Place(name), log))
    return _document(name, contents, log, on_warning)


def _document(
    name: str, contents: Contents, log: Log, on_warning: Callable[[str], None]
) -> Document:
    for table in contents.tables:
        log.hold(table.n_rows, len(table.columns))
    for warning in log.warnings:
        on_warning(warning)
    tables, passages = contents.tables, contents.passages
    report = Report(name, tuple(tables), tuple(passages), tuple(log.warnings), tuple(log.notes))
    return Document(name, tables, passages, report)


def read_all(
    sources: Iterable[str | Path], on_warning: Callable[[str], None] = warn
) -> tuple[list[Document], list[TriviumError]]:
    """Read every source that can be read; the errors of the others come beside."""
    documents: list[Document] = []
    errors: list[TriviumError] = []
    for source in sources:
        try:
            documents.append(read(source, on_warning))
        except TriviumError as error:
            errors.append(error)
    return documents, errors


def _guarded(reader: Reader, path: Path, name: str, log: Log) -> Contents:
    """Run a reader; what a library could not make sense of is a damaged file, not our traceback."""
    try:
        return reader(path, name, log)
    except (TriviumError, KeyboardInterrupt, MemoryError):
        raise
    except Exception as problem:
        detail = f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__
        raise DataError(606, f"`{name}` cannot be read: {detail}") from problem
