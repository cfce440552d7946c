"""The native index of plans that run step by step: row numbers by the values of some columns.

It is the reference's `RunIndex` with a table of keys in place of sorted runs: the same pairs, by
probing row and not by key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from trivium.engine.host import Column, Mask, Table, plain


class Watched(Protocol):
    def watched(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function of C++ with the time that is left."""


class RowIndex:
    """The rows of a growing table; `core` is the index in C++, made as long as there is time."""

    def __init__(self, backend: Watched, core: Any) -> None:
        self._backend = backend
        self._core = core
        self.covered = 0

    @property
    def keys(self) -> int:
        keys: int = self._core.keys
        return keys

    def extend(self, keys: Sequence[Any], rows: Any, covered: int) -> None:
        whole = [plain(column) for column in keys]
        self._backend.watched(self._core.extend, whole, plain(rows))
        self.covered = covered

    def find(self, keys: Table, length: int) -> RowMatches:
        return RowMatches(self._core, *self._core.find([plain(key) for key in keys], length))


class RowMatches:
    """What a probe found: the number of each key, and how many rows these have."""

    def __init__(self, core: Any, numbers: npt.NDArray[np.uint32], total: int) -> None:
        self._core = core
        self._numbers = numbers
        self.total = total

    @property
    def occurs(self) -> Mask:
        """Whether each key has a row."""
        found: Mask = self._numbers != _NONE
        return found

    def counts(self) -> Column:
        counted: Column = self._core.counts(self._numbers)
        return counted

    def expand(self) -> tuple[Column, Column]:
        left, right = self._core.expand(self._numbers)
        return left, right


_NONE = np.uint32(0xFFFFFFFF)
