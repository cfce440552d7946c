"""What gives a rule several values for one binding, or a number of its own: `range`, `autoinc`.

    x = range(1, 4)        1, 2, 3        range(4, 1)       4, 3, 2
    x = range(0, 10, 4)    0, 4, 8        range(3, 1, 0)    3

`range(from, to, step)` starts at `from` and stops before `to`; without a step it goes by 1 towards
`to`, and with a step of 0 it gives `from` alone, unless that is `to` already.

`autoinc()` numbers the bindings of a rule from 0, in the order of their values, variable by
variable as the rule names them; each rule goes on where the one before it stopped. So it gives the
same numbers on every engine and for every order of the joins.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from trivium.engine import host
from trivium.engine.contract import Column, Columns
from trivium.engine.functors import UndefinedError
from trivium.engine.symbols import SymbolTable
from trivium.ir.types import Type


def ranges(
    bounds: Sequence[host.Values], kind: Type, reserve: Callable[[int], None]
) -> tuple[host.Column, host.Values]:
    """The values of each range, row by row: (the row each belongs to, value).

    `reserve(n)` is told how many there will be before they take any memory.
    """
    rows = list(zip(*(column.tolist() for column in bounds), strict=True))
    if kind is Type.FLOAT:
        spans = [_floats(*row) for row in rows]
        counts = [span[1] for span in spans]
        reserve(sum(counts))
        parts = [_steps(*span) for span in spans]
        counts = [len(part) for part in parts]
    else:
        whole = [_integers(*row) for row in rows]
        counts = [_length(part) for part in whole]
        reserve(sum(counts))
        dtype = np.uint64 if kind is Type.UNSIGNED else np.int64
        parts = [np.array(part, dtype) for part in whole]
    values = np.concatenate(parts) if parts else np.empty(0, np.int64)
    return np.repeat(np.arange(len(rows)), counts), values


def _integers(start: int, stop: int, step: int | None = None) -> range:
    if step == 0:
        return range(start, start + (start != stop))
    return range(start, stop, step or (1 if start <= stop else -1))


def _length(part: range) -> int:
    """The length of a range, which may be beyond what `len` can say."""
    return max(0, -(-(part.stop - part.start) // part.step))


def _floats(
    start: float, stop: float, step: float | None = None
) -> tuple[float, int, float, float]:
    """Where a range starts, how many values it has at most, its step and where it stops."""
    if step is None:
        step = 1.0 if start <= stop else -1.0
    if step == 0 or math.isnan(start + stop + step) or not (stop - start) / step > 0:
        return start, int(step == 0 and start != stop), 0.0, stop
    count = (stop - start) / step
    if math.isinf(start + stop) or start + step == start or stop - step == stop:
        raise UndefinedError(281, f"`range` from {start} to {stop} by {step} never ends")
    return start, math.ceil(count) + 1, step, stop


def _steps(start: float, count: int, step: float, stop: float) -> host.Values:
    """Each value is the one before it and the step, so that rounding is that of a loop."""
    values = np.full(count, step)
    values[:1] = start
    values = np.cumsum(values)
    if step:
        values = values[values < stop if step > 0 else values > stop]
    return values


def numbers(
    backend: Columns,
    keys: Sequence[tuple[Column, Type]],
    length: int,
    first: int,
    symbols: SymbolTable,
) -> Column:
    """The numbers of rows, from `first`, in the order of their values."""
    found = backend.numbers(first, first + length)
    if not keys:
        return found
    order = backend.sort([backend.sortable(column, kind, symbols) for column, kind in keys])
    return backend.scatter(length, 0, order, found)
