"""The native engine's compiled module, where this installation was built with a C++ compiler."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_native: Any
try:
    _native = import_module("trivium._native")
except ImportError:  # built without a C++ compiler
    _native = None


def available() -> bool:
    """Whether the native engine was built with this installation."""
    return _native is not None


def native_module() -> Any:
    """The module of the native engine, None where it was not built."""
    return _native
