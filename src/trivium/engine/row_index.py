"""The native index of plans that run step by step: row numbers by the values of some columns.

It is the reference's `RunIndex` with a table of keys in place of sorted runs: the same pairs, by
probing row and not by key.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from trivium.engine.contract import Mask, Rows, Table, plain


class RowIndex:
    """The rows of a growing table; `core` is the index in C++."""

    def __init__(self, core: Any) -> None:
        self._core = core
        self.covered = 0

    @property
    def keys(self) -> int:
        keys: int = self._core.keys
        return keys

    def extend(self, keys: Table, rows: Rows, covered: int) -> None:
        self._core.extend([plain(column) for column in keys], plain(rows))
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

    def counts(self) -> Rows:
        counted: Rows = self._core.counts(self._numbers)
        return counted

    def expand(self) -> tuple[Rows, Rows]:
        left, right = self._core.expand(self._numbers)
        return left, right


_NONE = np.uint32(0xFFFFFFFF)
