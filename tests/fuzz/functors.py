"""The functors once more, for one row at a time, in Python's own numbers.

Written from docs/language.md; integers wrap at 64 bits, and the type of the arguments says which
arithmetic is meant.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from tests.fuzz.values import (
    NAN,
    Unsigned,
    date_of,
    order,
    plain,
    text_of,
    wrap,
    wrap_unsigned,
)


class UndefinedError(Exception):
    """The functor has no result: E280 or E281."""


def apply(functor: str, args: list[Any]) -> Any:
    """The result of a functor; all arguments have one numeric type where that is asked for."""
    if functor in _INTEGER or functor in _FLOAT:
        kinds = {kind for kind in (float, Unsigned) if any(isinstance(a, kind) for a in args)}
        if float in kinds:
            return plain(_FLOAT[functor](*(float(a) for a in args)))
        result = _INTEGER[functor](*(int(a) for a in args))
        return wrap_unsigned(result) if Unsigned in kinds else wrap(result)
    if functor in _SHIFTS:
        unsigned = any(isinstance(a, Unsigned) for a in args)
        result = _SHIFTS[functor](int(args[0]), int(args[1]) & 63)
        return wrap_unsigned(result) if unsigned else wrap(result)
    return _OTHER[functor](*args)


def alike(values: Sequence[Any]) -> list[Any]:
    """The values as one type: an integer beside a float is a float."""
    for kind in (float, Unsigned):
        if any(isinstance(value, kind) for value in values):
            return [kind(value) for value in values]
    return list(values)


def _divide(a: int, b: int) -> int:
    if b == 0:
        raise UndefinedError("division by zero")
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def _remainder(a: int, b: int) -> int:
    if b == 0:
        raise UndefinedError("remainder by zero")
    return a - b * _divide(a, b)


def _power(a: int, b: int) -> int:
    if b >= 0:
        return pow(a, b, 2**64)
    return {1: 1, -1: -1 if b % 2 else 1}.get(a, 0)


def _quotient(a: float, b: float) -> float:
    if b:
        return a / b
    return NAN if a == 0 or math.isnan(a) else math.copysign(math.inf, a)


def _substr(text: str, start: int, length: int) -> str:
    return "" if start < 0 or length < 0 else text[start : start + length]


def matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        raise UndefinedError(pattern) from None


def _round(value: float, digits: int | None = None) -> int | float:
    if digits is None:
        return int(math.copysign(math.floor(abs(value) + 0.5), value))
    scale = 10.0**digits
    return math.copysign(math.floor(abs(value) * scale + 0.5), value) / scale


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UndefinedError(text) from None


# The arithmetic of integers, before it wraps; and that of floats.
_INTEGER: dict[str, Callable[..., int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "%": _remainder,
    "^": _power,
    "neg": lambda a: -a,
    "abs": abs,
    "band": lambda a, b: a & b,
    "bor": lambda a, b: a | b,
    "bxor": lambda a, b: a ^ b,
    "bnot": lambda a: ~a,
    "land": lambda a, b: int(a != 0 and b != 0),
    "lor": lambda a, b: int(a != 0 or b != 0),
    "lxor": lambda a, b: int((a != 0) != (b != 0)),
    "lnot": lambda a: int(a == 0),
}
_FLOAT: dict[str, Callable[..., float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _quotient,
    "neg": lambda a: -a,
    "abs": abs,
    "sqrt": lambda a: math.sqrt(a) if a >= 0 else NAN,
}
_SHIFTS: dict[str, Callable[[int, int], int]] = {
    "bshl": lambda a, b: a << b,
    "bshr": lambda a, b: a >> b,
    "bshru": lambda a, b: (a % 2**64) >> b,
}
_OTHER: dict[str, Callable[..., Any]] = {
    "min": lambda *values: min(alike(values), key=order),
    "max": lambda *values: max(alike(values), key=order),
    "floor": lambda a: math.floor(a),
    "ceil": lambda a: math.ceil(a),
    "round": _round,
    "cat": lambda *texts: "".join(texts),
    "strlen": len,
    "substr": _substr,
    "upper": str.upper,
    "lower": str.lower,
    "trim": str.strip,
    "replace": str.replace,
    "match": lambda pattern, text: int(matches(pattern, text)),
    "contains": lambda part, text: int(part in text),
    "to_number": lambda text: _whole(text),
    "to_string": text_of,
    "itof": lambda a: float(a),
    "utof": lambda a: float(a),
    "ftoi": lambda a: int(a),
    "itou": lambda a: wrap_unsigned(a),
    "utoi": lambda a: wrap(int(a)),
    "date": lambda text: date_of(text),
    "year": lambda date: date // 10000,
    "month": lambda date: date // 100 % 100,
    "day": lambda date: date % 100,
}
