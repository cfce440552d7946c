"""Each reader's account of a file, in one form: tables of values, and the text beside them.

Trivium reads every format. The others are read as one who knows them would with their defaults:
`pandas.read_csv` (with `sep=None` where the comma gives one column or fails), `read_excel`,
`read_html`, `read_json`, `read_xml`, `read_fwf`; DuckDB's `read_csv` and `read_json`, which sniff;
CleverCSV's `read_dataframe`; pdfplumber's `extract_tables`, pages with one header put together; the
pipe tables of markitdown's Markdown. A reader that is not installed is left out with the reason.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sources.canonical import NULL, Value, seen, value_of


@dataclass(frozen=True)
class ReadTable:
    """A table as a reader gave it: headers, rows of values, and units where it tells them."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a reader found in a file, or the problem that it had."""

    tables: tuple[ReadTable, ...] = ()
    text: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Reader:
    """A reader: its name, the formats that it claims to read, how, and whether it gives text."""

    name: str
    formats: frozenset[str]
    read: Callable[[Path, str], Reading]
    text: bool = False

    def __call__(self, path: Path, format: str) -> Reading:
        """The reading; a reader that fails has read nothing, and says why."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return self.read(path, format)
        except ImportError:
            raise
        except Exception as problem:
            return Reading(problem=f"{type(problem).__name__}: {problem}".split("\n")[0][:160])


# --- Trivium


def _date(number: int) -> Value:
    """`20240305`, or with 00 for what is not known."""
    year, month, day = number // 10000, number // 100 % 100, number % 100
    parts = [f"{year:04}"] if year else [""]
    parts += [f"{month:02}"] if month else []
    parts += [f"{day:02}"] if day else []
    return Value("date", "-".join(parts))


def _moment(cell: Any) -> Value:
    """A time of the day, alone or with its date and zone."""
    from trivium.ground.columns.moments import show_time, show_zone

    if not cell.date:
        return Value("time", show_time(cell.time))
    zone = "" if cell.zone is None else "Z" if not cell.zone else show_zone(cell.zone)
    day = _date(cell.date).form
    return Value("datetime", f"{day}T{show_time(cell.time)}{zone.replace(':', '')}")


def _trivium_values(column: Any) -> list[Value]:
    """The main value of each cell with the column's type; what has none is text, as it is asked."""
    from trivium.ir.types import Type

    kind = column.reading.kind
    found = []
    for cell, main in zip(column.cells, column.main(), strict=True):
        if cell.empty:
            found.append(NULL)
        elif cell.truth is not None:
            found.append(value_of(cell.truth))
        elif main is None:
            found.append(value_of(cell.text))
        elif cell.time is not None:
            found.append(_moment(cell))
        elif kind == "quarter" and cell.date2:
            found.append(Value("date", f"{main // 10000:04}-Q{main // 100 % 100 // 3 + 1}"))
        elif column.type is Type.DATE:
            found.append(_date(main))
        elif cell.kind == "duration" and column.type is not Type.SYMBOL:
            found.append(Value("duration", value_of(main).form))
        else:
            found.append(value_of(main))
    return found


def read_trivium(path: Path, format: str) -> Reading:
    from trivium.ground.read import read

    document = read(path, on_warning=lambda text: None)
    tables = []
    text = [part for p in document.passages for part in (p.heading, p.text)]
    for table in document.tables:
        columns = [_trivium_values(column) for column in table.columns]
        headers = tuple(column.header for column in table.columns)
        units = tuple(column.unit for column in table.columns)
        tables.append(ReadTable(headers, tuple(zip(*columns, strict=True)), units))
        text += [table.title, *headers, *(raw for c in table.columns for raw in c.raw)]
    return Reading(tuple(tables), "\n".join(text))


# --- pandas, and CleverCSV, which gives its frames


def _frame(frame: Any) -> ReadTable:
    """A data frame; an index that is not the row number is a column too."""
    import pandas as pd

    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    unnamed = isinstance(frame.columns, pd.RangeIndex)
    headers = tuple(
        "" if unnamed else " ".join(map(str, h)) if isinstance(h, tuple) else str(h)
        for h in frame.columns
    )
    columns = [[_pandas_value(v) for v in frame.iloc[:, i].tolist()] for i in range(len(headers))]
    return ReadTable(headers, tuple(zip(*columns, strict=True)))


def _pandas_value(given: Any) -> Value:
    import pandas as pd

    if given is pd.NaT or given is pd.NA:
        return NULL
    return value_of(given.to_pydatetime() if isinstance(given, pd.Timestamp) else given)


def read_pandas(path: Path, format: str) -> Reading:
    import pandas as pd

    if format == "xlsx":
        frames = list(pd.read_excel(path, sheet_name=None).values())
    elif format == "html":
        frames = pd.read_html(path)
    elif format in ("json", "geojson"):
        frames = [pd.read_json(path)]
    elif format == "xml":
        frames = [pd.read_xml(path)]
    elif format == "txt":
        frames = [pd.read_fwf(path)]
    else:
        frames = [_pandas_csv(path)]
    return Reading(tuple(_frame(frame) for frame in frames))


def _pandas_csv(path: Path) -> Any:
    import pandas as pd

    try:
        frame = pd.read_csv(path)
    except pd.errors.ParserError:
        frame = None
    if frame is None or frame.shape[1] == 1:
        return pd.read_csv(path, sep=None, engine="python")
    return frame


def read_clevercsv(path: Path, format: str) -> Reading:
    import clevercsv

    return Reading((_frame(clevercsv.read_dataframe(str(path))),))


# --- DuckDB


def read_duckdb(path: Path, format: str) -> Reading:
    import duckdb

    with duckdb.connect() as connection:
        read = connection.read_csv if format in ("csv", "txt") else connection.read_json
        relation = read(str(path))
        rows = tuple(tuple(value_of(cell) for cell in row) for row in relation.fetchall())
        return Reading((ReadTable(tuple(relation.columns), rows),))


# --- pdfplumber and markitdown give text alone


def _texts(rows: Sequence[Sequence[str | None]]) -> ReadTable:
    header, *body = rows
    width = len(header)
    padded = ([*row, *[""] * width][:width] for row in body)
    values = tuple(tuple(value_of(cell) for cell in row) for row in padded)
    return ReadTable(tuple(seen(cell or "") for cell in header), values)


def read_pdfplumber(path: Path, format: str) -> Reading:
    import pdfplumber

    found: list[list[list[str | None]]] = []
    text = []
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            text.append(page.extract_text())
            for rows in page.extract_tables():
                if found and rows and rows[0] == found[-1][0]:
                    found[-1] += rows[1:]
                elif rows:
                    found.append(rows)
    return Reading(tuple(_texts(rows) for rows in found), "\n".join(text))


def read_markitdown(path: Path, format: str) -> Reading:
    from markitdown import MarkItDown

    text = MarkItDown().convert(str(path)).markdown
    return Reading(tuple(_texts(rows) for rows in _pipe_tables(text.splitlines())), text)


def _pipe_tables(lines: Iterable[str]) -> list[list[list[str | None]]]:
    """Runs of lines with bars; the line of dashes below the header is no row."""
    found: list[list[list[str | None]]] = [[]]
    for line in lines:
        line = line.strip()
        if not line.startswith("|"):
            found.append([])
        elif not re.fullmatch(r"[|\s:-]+", line) or len(found[-1]) != 1:
            cells = re.split(r"(?<!\\)\|", line.strip("|") if line.endswith("|") else line[1:])
            texts = [cell.strip().replace("\\|", "|").replace("\\_", "_") for cell in cells]
            found[-1].append([None if text == "NaN" else text for text in texts])
    return [rows for rows in found if rows]


ALL = frozenset(("csv", "txt", "md", "json", "geojson", "yaml", "ini", "ttl", "xml", "html",
                 "xlsx", "pdf", "eml"))  # fmt: skip
READERS = {
    reader.name: reader
    for reader in (
        Reader("trivium", ALL, read_trivium, text=True),
        Reader("pandas", frozenset(("csv", "txt", "xlsx", "html", "json", "geojson", "xml")),
               read_pandas),
        Reader("duckdb", frozenset(("csv", "txt", "json", "geojson")), read_duckdb),
        Reader("clevercsv", frozenset(("csv", "txt")), read_clevercsv),
        Reader("pdfplumber", frozenset(("pdf",)), read_pdfplumber, text=True),
        Reader("markitdown", ALL, read_markitdown, text=True),
    )
}  # fmt: skip
