"""Large CSV files, in seconds: Arrow reads them in parallel, and rows are located when asked for.

Arrow accepts only rows of equal length in one encoding; a file that has others is read row by row
into the same columns, with what was odd counted.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from trivium.ground.columnar import arrow_table
from trivium.ground.document import Contents
from trivium.ground.encoding import Decoded, decode
from trivium.ground.grid import has_header
from trivium.ground.records import RecordFormat, rows_of, sniff
from trivium.ground.report import Log
from trivium.source import Place

_SAMPLE, _BATCH, _CHUNK = 1 << 18, 50_000, 1 << 22
_FALLBACK = "trivium-windows-1252"


def read_bulk(path: Path, name: str, log: Log, likely: str = ",") -> Contents:
    """The one table of a large CSV or TSV file."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    # A cut through the last line would look like damage.
    sample = decode(head[: head.rfind(b"\n") + 1] or head)
    form = sniff(sample.text[:65536], likely)
    first = [row for row, _ in rows_of(sample.text.splitlines(keepends=True)[:200], form) if row]
    place = Place(name)
    data = _by_arrow(path, sample, form, len(first[0]))
    if data is None:
        data = _by_row(path, sample, form, place, log)
    headers = [f"column_{i + 1}" for i in range(data.num_columns)]
    skip = 0
    if has_header(first[:50]):
        skip = 1
        named = [header.strip() for header in first[0]]
        headers = named + headers[len(named) :]
    else:
        log.note(f"{place}: no header; columns are named column_1, column_2, ...")
    records = RecordPlaces(path, place, data.num_rows, skip, form.backslash)
    contents = Contents()
    contents.add(arrow_table(path.stem, data.slice(skip), place, log, headers, records))
    return contents


def _by_arrow(path: Path, sample: Decoded, form: RecordFormat, width: int) -> Any | None:
    """All cells as strings; None if the file is not as even as Arrow wants it."""
    uneven = False

    def give_up(_: Any) -> str:
        nonlocal uneven
        uneven = True
        return "skip"

    names = [f"c{i}" for i in range(width)]
    try:
        data = pa_csv.read_csv(
            path,
            pa_csv.ReadOptions(column_names=names, encoding=sample.encoding),
            pa_csv.ParseOptions(
                delimiter=form.delimiter,
                escape_char="\\" if form.backslash else False,
                newlines_in_values=True,
                invalid_row_handler=give_up,
            ),
            pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, UnicodeError):
        return None
    return None if uneven else data


def _windows(problem: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 are read as Windows-1252."""
    assert isinstance(problem, UnicodeDecodeError)
    odd = problem.object[problem.start : problem.end]
    _windows_count[0] += 1
    return odd.decode("cp1252", errors="replace"), problem.end


_windows_count = [0]
codecs.register_error(_FALLBACK, _windows)


def _by_row(path: Path, sample: Decoded, form: RecordFormat, place: Place, log: Log) -> Any:
    """The same through the csv module, in batches; short and long rows are padded and counted."""
    batches: list[list[Any]] = []
    width = short = long = 0
    before = _windows_count[0]
    encoding = "utf-8-sig" if sample.encoding == "utf-8" else sample.encoding
    with path.open(encoding=encoding, errors=_FALLBACK, newline="") as file:
        file.seek(0)
        rows = (row for row, _ in rows_of(file, form) if row)
        for batch in log.along(_batched(rows)):
            wide = max(map(len, batch))
            width = width or len(batch[0])
            short += sum(len(row) < width for row in batch)
            long += sum(len(row) > width for row in batch)
            even = [row if len(row) == wide else row + [""] * (wide - len(row)) for row in batch]
            batches.append([pa.array(column) for column in zip(*even, strict=True)])
    if odd := _windows_count[0] - before:
        log.warn(f"{place}: mixed encodings: {odd} places are not UTF-8; read as Windows-1252")
    if short:
        log.warn(f"{place}: short rows padded with empty cells ({short})")
    if long:
        log.warn(f"{place}: long rows kept in further columns ({long})")
    total = max(map(len, batches))
    columns = []
    for i in range(total):
        chunks = [
            batch[i] if i < len(batch) else pa.array([""] * len(batch[0])) for batch in batches
        ]
        columns.append(pa.chunked_array(chunks, pa.string()))
    return pa.table(columns, names=[f"c{i}" for i in range(total)])


def _batched(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    batch: list[list[str]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class RecordPlaces(Sequence[Place]):
    """Where each record of a large CSV file stands; the file is searched on the first question."""

    def __init__(self, path: Path, place: Place, records: int, skip: int, backslash: bool) -> None:
        self.path, self.place, self.records = path, place, records
        self.skip, self.backslash = skip, backslash

    def __len__(self) -> int:
        return self.records - self.skip

    @overload
    def __getitem__(self, index: int) -> Place: ...
    @overload
    def __getitem__(self, index: slice) -> list[Place]: ...
    def __getitem__(self, index: int | slice) -> Place | list[Place]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = self.place.at(index + 1)
        if len(self._spans) != self.records:
            return place  # quotes that are not as RFC 4180 has them: the row's number must do
        start, end, line = (int(n) for n in self._spans[index + self.skip])
        return Place(place.file, place.part, None, index + 1, None, line, start, end)

    @cached_property
    def _spans(self) -> NDArray[np.int64]:
        return record_spans(self.path, self.backslash)


def record_spans(path: Path, backslash: bool = False) -> NDArray[np.int64]:
    """Start byte, end byte and line of each record: a newline ends one outside of quotes only."""
    stops: list[NDArray[np.int64]] = []
    lines: list[NDArray[np.int64]] = []
    returns: list[NDArray[np.bool_]] = []  # whether a carriage return stands before the newline
    inside = count = position = 0
    last = 0
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            data = np.frombuffer(block, np.uint8)
            newlines = np.flatnonzero(data == 0x0A)
            outside = np.arange(len(newlines))
            quotes = data == 0x22
            if inside or quotes.any():
                if backslash:
                    quotes = quotes & (np.concatenate([[last], data[:-1]]) != 0x5C)
                # 1 between an opening quote and its closing one.
                depth = np.bitwise_xor.accumulate(quotes.view(np.uint8)) ^ np.uint8(inside)
                outside = np.flatnonzero(depth[newlines] == 0)
                inside = int(depth[-1])
            ends = newlines[outside]
            before = data[ends - 1]
            if len(ends) and ends[0] == 0:
                before[0] = last
            stops.append(ends + position)
            lines.append(outside + count + 1)
            returns.append(before == 0x0D)
            last = int(data[-1])
            count += len(newlines)
            position += len(block)
    ends, after, cut = np.concatenate(stops), np.concatenate(lines), np.concatenate(returns)
    if not len(ends) or ends[-1] != position - 1:
        ends, after = np.append(ends, position), np.append(after, count + 1)
        cut = np.append(cut, last == 0x0D)
    spans = np.empty((len(ends), 3), np.int64)
    spans[0] = 0, 0, 1
    spans[1:, 0] = ends[:-1] + 1
    spans[:, 1] = ends - cut
    spans[1:, 2] = after[:-1] + 1
    with path.open("rb") as file:
        if file.read(3) == codecs.BOM_UTF8:
            spans[0, 0] = 3
    filled = spans[:, 1] > spans[:, 0]  # blank lines are not records
    return spans if filled.all() else spans[filled]
