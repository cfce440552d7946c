"""NumPy's arrays: how columns pass between the engine and all that is outside of it.

Data comes so and views are made so, whatever a backend keeps its own columns in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Values = npt.NDArray[Any]
Table = Sequence[Column]


def plain(column: Any) -> Column:
    """The column as one piece of memory."""
    return np.ascontiguousarray(column, np.int64)


@dataclass(frozen=True, slots=True)
class Unread:
    """A column that waits: `whole()` encodes it, `some(rows)` only what stands in a few rows."""

    whole: Callable[[], tuple[Column, Mask | None]]
    some: Callable[[Column], tuple[Column, Mask | None]]
