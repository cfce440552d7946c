"""The oracle's values: plain Python objects that know their type.

    number 3     unsigned Unsigned(3)     float 3.0     symbol "3"     date Date(19950301)

Nothing of the engine is used here. There is one zero and one not-a-number, which equals itself and
is above every other float, so that equal values are equal as members of a tuple.
"""

from __future__ import annotations

import math

Row = tuple[object, ...]


class Unsigned(int):
    """An integer from 0 to 2 ** 64 - 1."""


class Date(int):
    """A date as yyyymmdd; an unknown part is 0."""


NAN = float("nan")


def plain(value: float) -> float:
    """The float with one zero and one not-a-number."""
    return NAN if math.isnan(value) else value + 0.0


def wrap(value: int) -> int:
    """A number of 64 bits."""
    return (value + 2**63) % 2**64 - 2**63


def wrap_unsigned(value: int) -> Unsigned:
    return Unsigned(value % 2**64)


def order(value: object) -> tuple[bool, object]:
    """What values of one type are compared by."""
    return isinstance(value, float) and math.isnan(value), value


def same(one: object, other: object) -> bool:
    return one is other or one == other


def date_of(text: str) -> Date:
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    return Date(year * 10000 + month * 100 + day)


def text_of(value: object) -> str:
    """The value as `to_string` spells it."""
    if isinstance(value, Date):
        year, month, day = value // 10000, value // 100 % 100, value % 100
        parts = [f"{year:04d}"] + [f"{part:02d}" for part in (month, day) if part]
        return "-".join(parts)
    if isinstance(value, float):
        whole = math.isfinite(value) and value.is_integer() and abs(value) < 1e16
        return str(int(value)) if whole else repr(value)
    return str(int(value)) if isinstance(value, int) else str(value)


def shown(value: object) -> object:
    """The value as a result's `rows()` gives it."""
    if isinstance(value, Date):
        return text_of(value)
    return int(value) if isinstance(value, Unsigned) else value


def of_type(value: object, kind: str) -> object:
    """A value as a column of a type holds it: an integer in a column of floats is a float."""
    if value is None:
        return None
    match kind:
        case "float":
            assert isinstance(value, int | float)
            return plain(float(value))
        case "unsigned":
            assert isinstance(value, int)
            return Unsigned(value)
        case "date":
            return date_of(value) if isinstance(value, str) else Date(value)  # type: ignore[call-overload]
    return value
