"""Columns of the engine as Arrow arrays and NumPy arrays, without a Python object for each cell.

    number, unsigned, float     the engine's own memory: nothing is copied
    symbol                      strings, taken from the texts of the symbol table
    date                        ISO text, since a date may be partial
    records and branches        text

An empty cell is null in Arrow. Whoever holds such an array holds the memory, also after the
relation has grown.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from trivium.engine.host import Column, Mask, Values
from trivium.engine.symbols import SymbolTable
from trivium.engine.term_text import term_text
from trivium.engine.values import decode, typed
from trivium.ir.dates import date_text
from trivium.ir.types import Type

# Arrow's plain strings hold so many bytes in one array.
_STRING_BYTES = 2**31 - 1


def arrow_array(column: Column, present: Mask | None, kind: Type, symbols: SymbolTable) -> Any:
    """A pyarrow Array."""
    import pyarrow as pa

    if kind.numeric:
        values = np.ascontiguousarray(typed(column, kind, symbols))
        return _with_gaps(pa.array(values), present)
    texts, codes = _texts(column, kind, symbols)
    if present is not None:
        codes = np.where(present, codes, -1)
    return _strings(texts, codes)


def numpy_array(column: Column, present: Mask | None, kind: Type, symbols: SymbolTable) -> Values:
    """A NumPy array; of objects where a cell is empty, and for all that is not a number."""
    if kind.numeric and present is None:
        return typed(column, kind, symbols)
    if kind.numeric or kind.structured:
        objects = np.empty(len(column), object)
        objects[:] = decode(column, present, kind, symbols)
        return objects
    texts, codes = _texts(column, kind, symbols)
    found = np.array([*texts, None], object)
    return found[codes if present is None else np.where(present, codes, -1)]


def _with_gaps(array: Any, present: Mask | None) -> Any:
    """The same memory, with a bit for each cell that has a value."""
    import pyarrow as pa

    if present is None:
        return array
    bits = pa.py_buffer(np.packbits(present, bitorder="little"))
    return pa.Array.from_buffers(array.type, len(array), [bits, array.buffers()[1]])


def _texts(column: Column, kind: Type, symbols: SymbolTable) -> tuple[list[str], Column]:
    """Different texts, and for each cell the number of its own."""
    if kind is Type.SYMBOL and len(column) > len(symbols):
        return symbols.texts, column
    codes, places = np.unique(column, return_inverse=True)
    if kind is Type.SYMBOL:
        return symbols.decode(codes), places
    if kind is Type.DATE:
        return list(map(date_text, codes.tolist())), places
    return list(map(term_text, decode(codes, None, kind, symbols))), places


def _strings(texts: list[str], codes: Column) -> Any:
    """The text of each code, null for -1."""
    import pyarrow as pa

    absent = codes < 0
    indices = pa.array(codes, mask=absent if absent.any() else None)
    taken = pa.array(texts, pa.large_string()).take(indices)
    return taken.cast(pa.string()) if taken.nbytes <= _STRING_BYTES else taken
