"""What is wrong with a file that is read: the run stops there, or goes on without those lines.

--on-error stop    E658 edge.facts, line 3: column `to`: 'x' is not a number
--on-error skip    a warning at the end: 2 lines of edge.facts left out, the first ...
"""

from __future__ import annotations

import warnings

from trivium.errors import DataError, DataWarning

ON_ERROR = ("stop", "skip")


class Faults:
    """The malformed lines of one file."""

    def __init__(self, path: object, skip: bool) -> None:
        self.path = path
        self.skip = skip
        self.count = 0
        self.first: DataError | None = None
        self.line = 0  # that of the first

    def add(self, line: int, problem: str, number: int = 658) -> None:
        """Stop with a DataError, or remember it and go on."""
        error = DataError(number, f"{self.path}, line {line}: {problem}")
        if not self.skip:
            raise error
        self.count += 1
        if self.first is None or line < self.line:
            self.first, self.line = error, line

    def warn(self) -> None:
        """Tell how many lines were left out, if any were."""
        if self.first is not None:
            lines = "1 line was" if self.count == 1 else f"{self.count:,} lines were"
            message = f"{lines} left out of {self.path}; the first: {self.first.message}"
            warnings.warn(message, DataWarning, stacklevel=2)
