"""Large tables stay in Arrow columns; cells are made only for what is asked for.

The meaning is that of small tables: each *distinct* text of a column is read once, as the column's
reading says, and spread by its code. A column with too many distinct texts for that (identifiers,
measurements, moments) is read by pattern, if its first rows hold plain numbers, dates, codes and
text only; its reading is decided from them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trivium.engine.values import ArrowCells
from trivium.ground.cells import Cell
from trivium.ground.columns.nulls import SURE
from trivium.ground.columns.reading import Reading
from trivium.ground.grid import Places, text_of
from trivium.ground.report import Log
from trivium.ground.table import (
    MAIN,
    NUMERIC,
    SHARE,
    Column,
    RelationColumn,
    Table,
    identifier,
    in_one_unit,
    unique,
)  # fmt: skip
from trivium.ir.types import Type
from trivium.source import Place

# Tables of more cells than this are kept in columns.
LARGE = 1_000_000
# Columns of more distinct texts than this are read by pattern; of plain numbers and dates, those of
# more than a fifth of it.
DISTINCT = 100_000
# The first rows of such columns decide how they are read.
SAMPLE = 20_000
# Long columns are gone through in parts of so many rows.
_PART = 65536

_ARROW = {
    Type.SYMBOL: pa.string(),
    Type.NUMBER: pa.int64(),
    Type.FLOAT: pa.float64(),
    Type.DATE: pa.int64(),
}
_NUMBER = r"^\s*[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s*$"
_DATE = r"^\s*\d{4}-\d{2}-\d{2}(?:[T ].*)?$"
_SPACE = r"[\s\v\x1c-\x1f\x{85}\p{Z}]"
_UNTRIMMED = f"^{_SPACE}|{_SPACE}$"
_PLAIN_MOMENT = re.compile(
    r"(?:\d{4}-\d\d-\d\d|\d{1,2}([-/.])\d{1,2}\1\d{4})(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?)?"
)
_NOTHING = tuple({form for text in SURE for form in (text, text.upper(), text.capitalize())})


class _Mapped(Sequence[Any]):
    """A sequence seen through a function."""

    def __init__(self, values: Sequence[Any], function: Callable[[Any], Any]) -> None:
        self.values, self.function = values, function

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> _Mapped: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return _Mapped(self.values[index], self.function)
        return self.function(self.values[index])

    def __iter__(self) -> Iterator[Any]:
        return map(self.function, self.values)


class ArrowColumn(Column):
    """A column over an Arrow array of texts or of typed values."""

    def __init__(self, header: str, name: str, array: Any) -> None:
        self.array = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
        super().__init__(header, name, _Mapped(ArrowCells(self.array), text_of))

    @cached_property
    def _counts(self) -> Mapping[str, int]:
        """The distinct texts and how often each occurs; of very many, those of the first rows."""
        if self._codes is None:
            return Counter(self.raw[:SAMPLE])
        dictionary, codes = self._codes
        rows = np.bincount(np.asarray(codes), minlength=len(dictionary)).tolist()
        counts: Counter[str] = Counter()
        for text, count in zip(dictionary, rows, strict=True):
            counts[text] += count
        return counts

    @cached_property
    def distinct(self) -> Sequence[str]:
        if self._codes is not None:
            return list(dict.fromkeys(self._codes[0]))
        return list(map(text_of, pc.unique(self.array).to_pylist()))

    def has_more_than(self, texts: int) -> bool:
        return self._codes is None or len(self._codes[0]) > texts

    @cached_property
    def n_distinct(self) -> int:
        return int(pc.count_distinct(self.array, mode="all").as_py())

    @cached_property
    def cells(self) -> Sequence[Cell]:
        return _Mapped(self.raw, self.reading.cell)

    @cached_property
    def _codes(self) -> tuple[list[str], Any] | None:
        """The distinct texts and each row's code among them; None if there are too many."""
        # Nearly all different at the start: no need to encode the rest to know.
        if len(pc.unique(self.array.slice(0, 2 * DISTINCT))) > DISTINCT:
            return None
        found = self._encoded()
        return found if len(found[0]) <= DISTINCT else None

    def _encoded(self) -> tuple[list[str], Any]:
        encoded = pc.dictionary_encode(self.array, null_encoding="encode").combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.unify_dictionaries().combine_chunks()
        return [text_of(value) for value in encoded.dictionary.to_pylist()], encoded.indices

    @cached_property
    def _coded(self) -> tuple[list[Cell], Any] | None:
        """The distinct cells and each row's code among them; None where patterns do."""
        found = self._codes
        if found is None:
            if self._by_pattern(all_of_them=False):
                return None
            found = self._encoded()
        elif len(found[0]) > DISTINCT // 5 and self._by_pattern(all_of_them=True):
            return None
        dictionary, codes = found
        return in_one_unit([self.reading.cell(text) for text in dictionary]), codes

    def _by_pattern(self, all_of_them: bool) -> bool:
        """Whether (nearly) all of the first cells are what the patterns know: codes, plain numbers
        and dates, and, unless it must be `all_of_them`, text."""
        reading = self.reading
        if reading.kind in ("code", "text"):
            return True
        cells = [reading.cell(text) for text in islice(self._counts, 1000)]
        if all_of_them:
            return all(cell.empty or _is_plain(cell, reading) for cell in cells)
        odd = sum(not _is_plain(cell, reading) for cell in cells if cell.typed)
        return 20 * odd <= len(cells)

    @cached_property
    def _texts(self) -> Any:
        """The cells as Arrow strings, null where empty."""
        texts = _as_strings(self.array)
        if pc.any(pc.match_substring_regex(texts, _UNTRIMMED)).as_py():
            texts = pc.utf8_trim_whitespace(texts)
        marks = pa.array([*_NOTHING, *self.reading.nulls], texts.type)
        nothing = pc.is_in(texts, value_set=marks)
        if not pc.any(nothing).as_py():
            return texts
        return pc.if_else(nothing, pa.scalar(None, texts.type), texts)

    @cached_property
    def _plain(self) -> Any:
        """The numbers of cells that are all plain numbers, without one that is empty; else None."""
        if not pa.types.is_string(self.array.type) or self.reading.decimal == ",":
            return None
        return _all_numbers(self.array)

    @cached_property
    def _numbers(self) -> Any:
        """By pattern: the value of each cell that is a plain number, else null."""
        type = self.array.type
        if pa.types.is_integer(type) or pa.types.is_floating(type) or pa.types.is_decimal(type):
            numbers = pc.cast(self.array, pa.float64(), safe=False)
            return pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))
        if self._plain is not None:
            return self._plain
        texts = self._texts
        if self.reading.decimal == ",":
            texts = pc.replace_substring(pc.replace_substring(texts, ".", ""), ",", ".")
        if (whole := _all_numbers(texts)) is not None:
            return whole
        plain = pc.match_substring_regex(texts, _NUMBER)
        digits = pc.if_else(plain, texts, pa.scalar(None, texts.type))
        digits = pc.replace_substring(pc.utf8_ltrim(digits, "+"), ",", "")
        return pc.cast(digits, pa.float64())

    @cached_property
    def _isos(self) -> Any:
        """By pattern: the dates, in the column's order, as ISO dates; other cells are null."""
        texts = self._texts
        if self.reading.order:
            texts = pc.replace_substring_regex(texts, r"^(\d)([-/.])", r"0\1\2")
            texts = pc.replace_substring_regex(texts, r"^(\d\d[-/.])(\d)([-/.])", r"\10\2\3")
            day_first = self.reading.order == "dmy"
            iso = r"\3-\2-\1" if day_first else r"\3-\1-\2"
            texts = pc.replace_substring_regex(texts, r"^(\d\d)[-/.](\d\d)[-/.](\d{4})", iso)
        dated = pc.match_substring_regex(texts, _DATE)
        return pc.if_else(dated, texts, pa.scalar(None, texts.type))

    @cached_property
    def _dates(self) -> Any:
        """By pattern: yyyymmdd of each cell that is a date, else null."""
        days = pc.replace_substring(pc.utf8_slice_codeunits(self._isos, 0, 10), "-", "")
        return pc.cast(days, pa.int64())

    @cached_property
    def kinds(self) -> Counter[str]:
        if self._coded is not None:
            cells, codes = self._coded
            rows = np.bincount(np.asarray(codes), minlength=len(cells))
            kinds: Counter[str] = Counter()
            for cell, count in zip(cells, rows.tolist(), strict=True):
                kinds[cell.kind] += count
            return kinds
        typed = self.reading.kind not in ("code", "text")
        if typed and self._plain is not None and not self._plain.null_count:
            return Counter(number=len(self.array))
        filled = len(self.array) - self._texts.null_count
        if not typed:
            counts = {"empty": len(self.array) - filled, self.reading.kind: filled}
            return Counter({kind: count for kind, count in counts.items() if count})
        numbers = len(self.array) - self._numbers.null_count
        dates = 0 if numbers == filled else len(self.array) - self._dates.null_count
        empty, text = len(self.array) - filled, filled - numbers - dates
        counts = {"empty": empty, "number": numbers, "date": dates, "text": text}
        return Counter({kind: count for kind, count in counts.items() if count})

    @cached_property
    def units(self) -> Counter[str]:
        return Counter() if self._coded is None else self._distinct.units

    @cached_property
    def type(self) -> Type:
        filled = len(self.array) - self.kinds["empty"]
        if not filled or self.reading.kind in ("code", "text", "time"):
            return Type.SYMBOL
        if self.reading.kind == "boolean":
            return self._distinct.type
        if sum(self.kinds[kind] for kind in NUMERIC) >= SHARE * filled:
            numbers = self._distinct_numbers
            whole = pc.all(pc.equal(numbers, pc.floor(numbers))).as_py()
            small = pc.all(pc.less(pc.abs(numbers), float(2**53))).as_py()
            return Type.NUMBER if whole and small else Type.FLOAT
        dated = self.kinds["date"]
        if dated and self._coded is not None:
            cells, codes = self._coded
            years = [cell.kind == "number" and cell.date > 0 for cell in cells]
            dated += int(np.array(years, bool)[np.asarray(codes)].sum())
        return Type.DATE if dated >= SHARE * filled and dated else Type.SYMBOL

    def rows_of(self, texts: frozenset[str], limit: int) -> list[int]:
        if self._coded is not None:
            cells, codes = self._coded
            hits = [code for code, cell in enumerate(cells) if cell.raw.lower() in texts]
            found: list[int] = np.flatnonzero(np.isin(np.asarray(codes), hits)).tolist()
            return found[:limit]
        found = []
        wanted = pa.array(sorted(texts), pa.string())
        for start in range(0, len(self.array), _PART):
            lower = pc.utf8_lower(_as_strings(self.array.slice(start, _PART)))
            held = pc.is_in(lower, value_set=wanted)
            found += (np.flatnonzero(np.asarray(held)) + start).tolist()
            if len(found) >= limit:
                break
        return found[:limit]

    @property
    def _distinct_numbers(self) -> Any:
        """The main numbers, each distinct cell's once where the column is coded."""
        if self._coded is None:
            return self._numbers
        numbers = [cell.number if cell.kind in MAIN else None for cell in self._coded[0]]
        return pa.array(numbers, pa.float64())

    @cached_property
    def _distinct(self) -> Column:
        """The distinct cells of a coded column, as a small column of the same type."""
        assert self._coded is not None
        cells, _ = self._coded
        small = Column(self.header, self.name, [cell.raw for cell in cells])
        small.__dict__["cells"], small.__dict__["reading"] = cells, self.reading
        if self.reading.kind != "boolean":
            small.__dict__["type"] = self.type
        return small

    def _spread(self, values: Sequence[Any], type: Type) -> ArrowCells:
        """The value of each distinct cell, given to each row by its code."""
        assert self._coded is not None
        dictionary = pa.array(values, _ARROW[type])
        return ArrowCells(pa.DictionaryArray.from_arrays(self._coded[1], dictionary))

    def numbers(self) -> Sequence[float | None]:
        if self._coded is None:
            if self.reading.kind in ("code", "text"):
                return ArrowCells(pa.nulls(len(self.array), pa.float64()))
            return ArrowCells(self._numbers)
        return self._spread(self._distinct.numbers(), Type.FLOAT)

    def main(self) -> Sequence[int | float | str | None]:
        return self._main

    @cached_property
    def _main(self) -> ArrowCells:
        if self._coded is not None:
            return self._spread(self._distinct.main(), self.type)
        if self.type in (Type.SYMBOL, Type.DATE):
            return ArrowCells(self._texts if self.type is Type.SYMBOL else self._dates)
        return ArrowCells(self._numbers.cast(_ARROW[self.type]))

    def views(self) -> list[RelationColumn]:
        return list(self._views)

    @cached_property
    def _views(self) -> list[RelationColumn]:
        if self._coded is None:
            return self._views_by_pattern()
        return [
            (name, type, self._spread(values, Type(type)))
            for name, type, values in self._distinct.views()
        ]

    def _views_by_pattern(self) -> list[RelationColumn]:
        found: list[RelationColumn] = []
        if self.reading.kind in ("code", "text"):
            return found
        # Where every cell is a plain number or an ISO date, its text says no more.
        respelt = (
            self.reading.order or self.reading.decimal == "," or self.reading.kind == "datetime"
        )
        plain = not respelt and not set(self.kinds) - {"number", "date", "empty"}
        if self.type is not Type.SYMBOL and not plain:
            found.append((f"{self.name}_text", Type.SYMBOL, ArrowCells(self._texts)))
        if self.type not in (Type.NUMBER, Type.FLOAT) and self._numbers.null_count < len(
            self.array
        ):
            found.append((f"{self.name}_number", Type.FLOAT, ArrowCells(self._numbers)))
        if self.type is not Type.DATE and self._dates.null_count < len(self.array):
            found.append((f"{self.name}_date", Type.DATE, ArrowCells(self._dates)))
        if self.reading.kind == "datetime":
            moments = pc.utf8_slice_codeunits(pc.replace_substring(self._isos, "T", " "), 0, 19)
            seconds = pc.cast(pc.cast(moments, pa.timestamp("s")), pa.int64())
            times = pc.utf8_slice_codeunits(moments, 11, 19)
            found.append((f"{self.name}_time", Type.SYMBOL, ArrowCells(times)))
            found.append((f"{self.name}_instant", Type.NUMBER, ArrowCells(seconds)))
        return found


def _is_plain(cell: Cell, reading: Reading) -> bool:
    """Whether the patterns read a cell as its column does."""
    if cell.kind == "number":
        text = cell.text.replace(".", "").replace(",", ".") if reading.decimal == "," else cell.text
        return re.match(_NUMBER, text) is not None
    if cell.kind != "date" or cell.date2 or cell.date % 100 == 0:
        return False
    if (cell.time is not None) != (reading.kind == "datetime"):
        return False
    return _PLAIN_MOMENT.fullmatch(cell.text) is not None


def _all_numbers(texts: Any) -> Any:
    """The numbers of cells that are all plain numbers, or empty; else None.

    Arrow reads them much faster than a pattern finds them. It also reads `1e5`, `nan` and `inf`,
    which are not plain.
    """
    head = texts.slice(0, 1000)
    if pc.any(pc.match_substring_regex(head, "[^0-9.+-]")).as_py():
        return None
    try:
        numbers = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        return None
    odd = [pc.match_substring(texts, "e"), pc.match_substring(texts, "E")]
    plain = pc.all(pc.is_finite(numbers)).as_py() in (True, None)
    return numbers if plain and not any(pc.any(letters).as_py() for letters in odd) else None


def _as_strings(array: Any) -> Any:
    """An Arrow array as strings, written as people would."""
    type = array.type
    if pa.types.is_string(type) or pa.types.is_large_string(type):
        return array
    if pa.types.is_dictionary(type) or pa.types.is_integer(type) or pa.types.is_temporal(type):
        return pc.cast(array, pa.string())
    return pa.chunked_array(
        [pa.array([text_of(v) or None for v in chunk.to_pylist()], pa.string())
         for chunk in array.chunks],
        pa.string(),
    )  # fmt: skip


def arrow_table(
    name: str,
    data: Any,
    place: Place,
    log: Log,
    headers: Sequence[str] | None = None,
    places: Places = (),
) -> Table:
    """A table over a pyarrow.Table, whatever its size. `places` are those of its rows, if known."""
    taken: set[str] = {"row"}
    headers = list(data.column_names) if headers is None else headers
    columns = tuple(
        ArrowColumn(header, unique(identifier(header) or f"column_{i + 1}", taken), data.column(i))
        for i, header in enumerate(headers)
    )
    for column in columns:
        column.neighbours = columns
    log.note(f"{place}: {data.num_rows:,} rows, kept in columns")
    return Table(identifier(name) or "table", columns, place, places=places)
