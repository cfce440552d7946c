"""The value of an answer as people write it."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["value_text"]

UNKNOWN = "unknown"


def value_text(value: object) -> str:
    """A value as people write it: no digits that only rounding made, a list with commas."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        rows = any(isinstance(item, tuple) for item in value)
        return ("; " if rows else ", ").join(map(value_text, value))
    return str(value)
