"""A backend whose columns only it can look into: what is asked of one beside the contract fails."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from trivium.engine.contract import Context
from trivium.engine.reference import Reference, RunIndex, RunMatches
from trivium.engine.relation import Stored
from trivium.engine.stepwise import Stepwise
from trivium.ir.nodes import Relation


class Sealed:
    """Cells behind a wall: Python's operators reach them, and NumPy does not."""

    __slots__ = ("_cells",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, cells: Any) -> None:
        self._cells = cells

    def __array__(self, *_: object, **__: object) -> Any:
        raise AssertionError("NumPy looked into a column")

    def __len__(self) -> int:
        return len(self._cells)

    def __int__(self) -> int:
        return int(self._cells)

    def __iter__(self) -> Any:
        raise AssertionError("a column was gone through cell by cell")

    def __getitem__(self, rows: Any) -> Sealed:
        return Sealed(self._cells[opened(rows)])

    def __invert__(self) -> Sealed:
        return Sealed(~self._cells)

    def all(self) -> Any:
        return self._cells.all()

    def any(self) -> Any:
        return self._cells.any()

    def sum(self) -> Any:
        return self._cells.sum()

    def tolist(self) -> Any:
        return self._cells.tolist()


def _operator(work: Callable[[Any, Any], Any]) -> Callable[[Sealed, Any], Sealed]:
    return lambda self, other: Sealed(work(self._cells, opened(other)))


for _name in ("eq", "ne", "lt", "le", "gt", "ge", "and_", "or_", "add", "sub", "mul", "floordiv"):
    setattr(Sealed, f"__{_name.strip('_')}__", _operator(getattr(operator, _name)))


class SealedIndex:
    def __init__(self, inner: RunIndex) -> None:
        self._inner = inner
        self.extend = sealing(inner.extend)

    covered = property(lambda self: self._inner.covered)
    keys = property(lambda self: self._inner.keys)


class SealedMatches:
    def __init__(self, inner: RunMatches) -> None:
        self.total = inner.total
        self.counts = sealing(inner.counts)
        self.expand = sealing(inner.expand)


def opened(value: Any) -> Any:
    """What stands behind the walls."""
    match value:
        case Sealed():
            return value._cells
        case SealedIndex():
            return value._inner
        case list() | tuple():
            return type(value)(map(opened, value))
        case np.ndarray():
            raise AssertionError("an array of NumPy's was handed to the backend")
    return value


def sealed(value: Any) -> Any:
    match value:
        case np.ndarray():
            return Sealed(value)
        case RunIndex():
            return SealedIndex(value)
        case RunMatches():
            return SealedMatches(value)
        case list() | tuple():
            return type(value)(map(sealed, value))
    return value


def sealing(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments: sealed(function(*map(opened, arguments)))


class Opaque:
    """The reference's primitives over sealed columns."""

    name = "opaque"

    def __init__(self) -> None:
        self._inner = Reference()

    def start(self, context: Context) -> Stepwise:
        return Stepwise(self, context)  # type: ignore[arg-type]

    def store(self, relation: Relation) -> Stored:
        return Stored(self, relation)  # type: ignore[arg-type]

    def own(self, cells: Any) -> Sealed:
        assert isinstance(cells, np.ndarray)
        return Sealed(cells)

    def host(self, array: Sealed) -> Any:
        assert isinstance(array, Sealed)
        return array._cells

    def __getattr__(self, primitive: str) -> Any:
        return sealing(getattr(self._inner, primitive))
