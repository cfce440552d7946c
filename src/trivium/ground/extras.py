"""Libraries that only some formats need: imported when first used, else named in an error."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from trivium.errors import BackendError


def extra(module: str, library: str, what: str) -> Any:
    """The module; E401 where it is not installed."""
    try:
        return import_module(module)
    except ImportError as problem:
        raise BackendError(
            401, f"reading {what} needs {library}", hint='`pip install "trivium[formats]"`'
        ) from problem
