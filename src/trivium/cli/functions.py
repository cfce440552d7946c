"""Python functions for a program's functors, from a file: `--functions words.py`.

def initials(name: str) -> str: ...        @initials(n), in the program

The file is run, as `python words.py` would run it; its functions whose names do not start with `_`
are passed to the program.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

from trivium.errors import DataError, ProgramError


def functions_of(paths: list[str]) -> dict[str, Callable[..., Any]]:
    """The functions of the files. E601 for a file that is not there, E283 for one that raises."""
    found: dict[str, Callable[..., Any]] = {}
    for path in paths:
        try:
            names = runpy.run_path(path, run_name="functions")
        except Exception as error:
            if isinstance(error, FileNotFoundError) and not Path(path).exists():
                raise DataError(601, f"there is no file `{path}`") from None
            message = f"`{path}` raised {type(error).__name__}: {error}"
            raise ProgramError(283, message) from error
        found |= {
            name: value
            for name, value in names.items()
            if isinstance(value, FunctionType)
            and value.__module__ == "functions"
            and not name.startswith("_")
        }
    return found
