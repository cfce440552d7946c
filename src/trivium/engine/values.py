"""Python values in, 64-bit columns out, and back.

    encode(["ann", None], Type.SYMBOL, symbols, ...)  ->  (array([0, 0]), array([True, False]))

Floats are kept as their bits, with one zero and one not-a-number, so that equal values have equal
bits. A cell without a value is 0 in the column and false in the mask beside it.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, overload

import numpy as np

from trivium.engine.host import Column, Mask, Values
from trivium.engine.symbols import SymbolTable
from trivium.errors import DataError
from trivium.ir.dates import date_code, date_text
from trivium.ir.nodes import Const, Value
from trivium.ir.types import Type
from trivium.ir.values import write_value

Encoded = tuple[Column, Mask | None]
Describe = Callable[[int], str]
# A length, cut up: the first and last place (exclusive) of each part.
Parts = Callable[[int], Iterable[tuple[int, int]]]


class ArrowCells(Sequence[Any]):
    """The cells of an Arrow array, which become Python's as they are asked for; `arrow` is the
    array, for who can use it whole."""

    def __init__(self, arrow: Any) -> None:
        self.arrow = arrow

    @property
    def nbytes(self) -> int:
        return int(self.arrow.nbytes)

    def __len__(self) -> int:
        return len(self.arrow)

    @overload
    def __getitem__(self, at: int) -> Any: ...

    @overload
    def __getitem__(self, at: slice) -> ArrowCells: ...

    def __getitem__(self, at: int | slice) -> Any:
        return ArrowCells(self.arrow[at]) if isinstance(at, slice) else self.arrow[at].as_py()

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, len(self.arrow), _PART):
            part = self.arrow.slice(start, _PART)
            yield from (part.dictionary_decode() if hasattr(part, "indices") else part).to_pylist()


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of texts as Arrow's dictionaries give it: `texts[code]` each, -1 an empty cell."""

    codes: Column
    texts: Sequence[str]

    @property
    def nbytes(self) -> int:
        return self.codes.nbytes + getattr(self.texts, "nbytes", 72 * len(self.texts))

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[str | None]:
        texts = [*self.texts, None]  # the code -1 is the last
        return iter([texts[code] for code in self.codes.tolist()])


@dataclass(frozen=True, slots=True)
class Partial:
    """Numbers with gaps: what stands where `present` is false does not matter."""

    numbers: Values
    present: Mask

    @property
    def nbytes(self) -> int:
        return self.numbers.nbytes + self.present.nbytes

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[int | float | None]:
        pairs = zip(self.numbers.tolist(), self.present.tolist(), strict=True)
        return (number if filled else None for number, filled in pairs)


@dataclass(frozen=True, slots=True)
class Cells(Sequence[Any]):
    """One column of rows, whose cells are read as they are asked for."""

    rows: Sequence[Sequence[Any]]
    place: int

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> Any: ...

    @overload
    def __getitem__(self, at: slice) -> list[Any]: ...

    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return list(map(itemgetter(self.place), self.rows[at]))
        return self.rows[at][self.place]

    def __iter__(self) -> Iterator[Any]:
        return map(itemgetter(self.place), self.rows)


class TextChunks:
    """A column of texts in several Arrow arrays, without empty cells."""

    def __init__(self, chunks: Sequence[Any]) -> None:
        self.chunks = chunks
        self.nbytes = sum(chunk.nbytes for chunk in chunks)

    def __len__(self) -> int:
        return sum(map(len, self.chunks))

    def __iter__(self) -> Iterator[str]:
        return (text for chunk in self.chunks for text in chunk.to_pylist())

    def encode(self, symbols: SymbolTable, parts: Parts) -> Column:
        """The codes; the texts that a piece of a chunk repeats are looked up once."""
        codes = [np.empty(0, np.int64)]
        for chunk in self.chunks:
            for start in range(0, len(chunk), _PIECE):
                piece = chunk.slice(start, _PIECE).dictionary_encode()
                texts = ArrowCells(piece.dictionary)
                known = [symbols.encode(texts[a:b]) for a, b in parts(len(texts))]
                codes.append(np.concatenate(known)[piece.indices.to_numpy()])
        return np.concatenate(codes)


_PART = 1 << 16  # cells that become Python's at once
_PIECE = 1 << 19  # texts that Arrow tells apart at once, in about a tenth of a second
_MINUS_ZERO = np.float64(-0.0).view(np.int64)
_MOST = np.iinfo(np.int64).max


def float_bits(values: Values) -> Column:
    """Floats as bits; -0.0 becomes 0.0, and every not-a-number the same."""
    floats = np.asarray(values, np.float64) + 0.0
    floats[np.isnan(floats)] = np.nan
    return floats.view(np.int64)


def typed(column: Column, kind: Type, symbols: SymbolTable) -> Values:
    """A column as an array of its type; symbols become `str` objects."""
    match kind:
        case Type.FLOAT:
            return column.view(np.float64)
        case Type.UNSIGNED:
            return column.view(np.uint64)
        case Type.SYMBOL:
            texts = np.empty(len(column), object)
            texts[:] = symbols.decode(column)
            return texts
        case _:
            return column


def untyped(values: Values, kind: Type, symbols: SymbolTable) -> Column:
    """The inverse of `typed`; also takes object arrays of Python numbers."""
    match kind:
        case Type.FLOAT:
            return float_bits(values)
        case Type.UNSIGNED:
            return values.astype(np.uint64).view(np.int64)
        case Type.SYMBOL:
            return symbols.encode(values.tolist())
        case _:
            return values.astype(np.int64)


def sortable(column: Column, kind: Type, symbols: SymbolTable) -> Values:
    """Integers in the order of the values: texts by code point, numbers by size.

    Not-a-number is equal to itself and above all other floats, so that the order is total:
    `!(x < y)` is `x >= y`, and of two equal values either may stand for the other.
    """
    if kind is Type.SYMBOL:
        return symbols.ranks(column)
    if kind is Type.FLOAT:
        # The bits of a negative float grow with its size: turned round, they grow with its value.
        return column ^ ((column >> 63) & np.int64(2**63 - 1))
    if kind.structured:
        return symbols.terms.ranks(column, kind, symbols)
    return typed(column, kind, symbols)


def encode_value(value: Value, kind: Type, symbols: SymbolTable) -> int:
    """One value as it stands in a column; ValueError or TypeError if it is not of the type."""
    if kind.structured:
        return symbols.terms.encode(value, kind, symbols)
    column = untyped(np.array([_CONVERT[kind](value)], object), kind, symbols)
    return int(column[0])


def encode_constant(constant: Const, symbols: SymbolTable) -> int:
    return encode_value(constant.value, constant.type, symbols)


def at_once(length: int) -> Iterable[tuple[int, int]]:
    """Not cut up."""
    return ((0, length),)


def encode(
    values: Any, kind: Type, symbols: SymbolTable, describe: Describe, parts: Parts = at_once
) -> Encoded:
    """A column of values, `None` where a cell is empty.

    `describe(i)` names the place of the i-th value for errors: E653 for a value of another type,
    E654 for an integer beyond 64 bits.
    """
    if kind.structured:
        return _encode_terms(values, kind, symbols, describe), None
    if isinstance(values, range) and kind is Type.NUMBER:
        return np.arange(values.start, values.stop, values.step, dtype=np.int64), None
    if isinstance(values, Partial):
        return encode(values.numbers, kind, symbols, describe)[0], values.present
    if isinstance(values, np.ndarray):
        column = _numbers(values, kind)
        if column is not None:
            return column, None
    if isinstance(values, TextChunks) and kind is Type.SYMBOL:
        return values.encode(symbols, parts), None
    if isinstance(values, Coded) and kind is Type.SYMBOL:
        filled_cells = values.codes >= 0
        codes = [symbols.encode(values.texts[a:b]) for a, b in parts(len(values.texts))]
        codes_of = np.append(np.concatenate(codes), 0)
        return codes_of[values.codes], None if filled_cells.all() else filled_cells
    sequence = values if isinstance(values, np.ndarray | list | Cells) else list(values)
    encoded = [
        _encode_part(_listed(sequence[a:b]), kind, symbols, lambda i, a=a: describe(a + i))  # type: ignore[misc]
        for a, b in parts(len(sequence))
    ]
    if len(encoded) == 1:
        return encoded[0]
    column = np.concatenate([column for column, _ in encoded])
    if all(mask is None for _, mask in encoded):
        return column, None
    masks = [np.ones(len(c), np.bool_) if mask is None else mask for c, mask in encoded]
    return column, np.concatenate(masks)


def _listed(part: list[Any] | Values) -> list[Any]:
    return part.tolist() if isinstance(part, np.ndarray) else part


def _numbers(values: Values, kind: Type) -> Column | None:
    """An array of numbers as a column, not copied if it can be; None if some value does not fit."""
    found = values.dtype.kind
    match kind:
        case Type.FLOAT if found in "iuf":
            floats = values.astype(np.float64, copy=False)
            bits = floats.view(np.int64)
            odd = (bits == _MINUS_ZERO).any() or np.isnan(floats).any()
            return float_bits(floats) if odd else bits
        case Type.UNSIGNED if found in "iu" and (found == "u" or not (values < 0).any()):
            return values.astype(np.uint64, copy=False).view(np.int64)
        case Type.NUMBER | Type.DATE if found in "iub":
            if found == "u" and (values > _MOST).any():
                return None
            return values.astype(np.int64, copy=False)
        case Type.NUMBER if found == "f":  # data frames keep integers with gaps as floats
            if (np.floor(values) == values).all() and (np.abs(values) <= 2**53).all():
                return values.astype(np.int64)
    return None


def _encode_part(
    sequence: list[Any], kind: Type, symbols: SymbolTable, describe: Describe
) -> Encoded:
    found = set(map(type, sequence))
    present = None
    if type(None) in found:
        present = np.array([value is not None for value in sequence], np.bool_)
        found.discard(type(None))
    if not found <= _PLAIN[kind]:
        sequence = [
            value if value is None else _convert(value, kind, describe, place)
            for place, value in enumerate(sequence)
        ]
    if kind is Type.SYMBOL:
        code = symbols.code
        codes = [0 if text is None else code(text) for text in sequence]
        return np.array(codes, np.int64), present
    filled = sequence if present is None else [0 if v is None else v for v in sequence]
    dtype = _DTYPES[kind]
    try:
        array: Values = np.array(filled, dtype)
    except OverflowError:
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        place = next(i for i, value in enumerate(filled) if not low <= value <= high)
        raise DataError(
            654, f"{describe(place)} is {filled[place]}, beyond a 64-bit {kind}"
        ) from None
    return untyped(array, kind, symbols), present


def decode(column: Column, present: Mask | None, kind: Type, symbols: SymbolTable) -> list[Any]:
    """Python values, `None` for an empty cell; dates as ISO text."""
    if kind is Type.SYMBOL:
        texts = symbols.decode(column) if len(symbols) else [""] * len(column)
        values: list[Any] = texts
    elif kind.structured:
        values = symbols.terms.decode(column, kind, symbols)
    elif kind is Type.DATE:
        values = [date_text(code) for code in column.tolist()]
    else:
        values = typed(column, kind, symbols).tolist()
    if present is not None:
        return [
            value if filled else None
            for value, filled in zip(values, present.tolist(), strict=True)
        ]
    return values


def _encode_terms(
    values: Iterable[Any], kind: Type, symbols: SymbolTable, describe: Describe
) -> Column:
    """Codes of records and branches; `None` is `nil`, where the type has it."""
    codes = []
    for place, value in enumerate(values):
        try:
            codes.append(symbols.terms.encode(value, kind, symbols))
        except OverflowError:
            message = f"{describe(place)} has a part beyond 64 bits: {_short(value)}"
            raise DataError(654, message) from None
        except (TypeError, ValueError):
            name = type(value).__name__
            message = f"{describe(place)} is {_short(value)} (a {name}), not a {kind}"
            raise DataError(653, message) from None
    return np.array(codes, np.int64)


def _short(value: Any) -> str:
    """A value as an error shows it; it may be deep."""
    text = write_value(value, repr)
    return text if len(text) <= 200 else f"{text[:199]}…"


_DTYPES: dict[Type, type] = {
    Type.NUMBER: np.int64,
    Type.UNSIGNED: np.uint64,
    Type.FLOAT: np.float64,
    Type.DATE: np.int64,
}

# The Python types that need no conversion.
_PLAIN: dict[Type, set[type]] = {
    Type.NUMBER: {int, bool},
    Type.UNSIGNED: {int, bool},
    Type.FLOAT: {float, int, bool},
    Type.SYMBOL: {str},
    Type.DATE: {int},
}


def _number(value: Any) -> int:
    """An integer; also a whole float, since data frames keep integers with gaps as floats."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        return int(value)
    return operator.index(value)


def _unsigned(value: Any) -> int:
    number = operator.index(value)
    if number < 0:
        raise ValueError(number)
    return number


def _float(value: Any) -> float:
    if isinstance(value, str):
        raise TypeError(value)
    return float(value)


def _symbol(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return str(value)


def _date(value: Any) -> int:
    if isinstance(value, datetime.date):
        return value.year * 10000 + value.month * 100 + value.day
    return date_code(value) if isinstance(value, str) else operator.index(value)


_CONVERT: dict[Type, Callable[[Any], Any]] = {
    Type.NUMBER: _number,
    Type.UNSIGNED: _unsigned,
    Type.FLOAT: _float,
    Type.SYMBOL: _symbol,
    Type.DATE: _date,
}


def convert(value: Any, kind: Type) -> int | float | str:
    """A Python value as a column of the type takes it; OverflowError for one beyond 64 bits.

    TypeError or ValueError for a value of another type.
    """
    converted: int | float | str = _CONVERT[kind](value)
    if isinstance(converted, int) and kind in _RANGES:
        low, high = _RANGES[kind]
        if not low <= converted <= high:
            raise OverflowError(converted)
    return converted


_RANGES = {Type.NUMBER: (-(2**63), 2**63 - 1), Type.UNSIGNED: (0, 2**64 - 1)}


def _convert(value: Any, kind: Type, describe: Describe, place: int) -> Any:
    try:
        return _CONVERT[kind](value)
    except (TypeError, ValueError):
        name = type(value).__name__
        message = f"{describe(place)} is {value!r} (a {name}), not a {kind}"
        raise DataError(653, message) from None
