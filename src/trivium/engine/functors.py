"""What each functor computes, column by column.

Arguments come as NumPy arrays of their type: int64 (numbers, dates), uint64, float64, or `str`
objects for symbols; `to_string` gets dates as text, and `ord`, which gives the code itself, is not
here. Integer arithmetic wraps around at 64 bits, as Soufflé's does; float arithmetic is IEEE 754;
integer division truncates towards zero. A functor that has no result for some argument raises
`UndefinedError`, and the engine names the rule.
"""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from trivium.engine.host import Mask, Values
from trivium.errors import DataWarning
from trivium.ir.dates import date_code, date_text
from trivium.ir.types import Type
from trivium.ir.values import Term, write_value


class UndefinedError(Exception):
    """A functor has no result: an error number, and what was asked of it."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number
        self.message = message


def _divide(a: Values, b: Values) -> Values:
    if a.dtype.kind == "f":
        return a / b
    _no_zero(b, "division")
    quotient = a // b
    if a.dtype.kind == "u":
        return quotient
    inexact = quotient * b != a
    adjusted: Values = quotient + (inexact & ((a < 0) != (b < 0)))
    return adjusted


def _remainder(a: Values, b: Values) -> Values:
    if a.dtype.kind != "f":
        _no_zero(b, "remainder")
    return np.fmod(a, b)


def _no_zero(b: Values, what: str) -> None:
    if not b.all():
        raise UndefinedError(280, f"{what} by zero")


def _power(a: Values, b: Values) -> Values:
    if a.dtype.kind != "i" or not (b < 0).any():
        return np.power(a, b)
    # a whole power below zero is the truncated fraction: 0 but for 1 and -1
    sign = np.where((a == -1) & (b % 2 != 0), -1, (abs(a) == 1).astype(np.int64))
    return np.where(b < 0, sign, np.power(a, np.maximum(b, 0)))


def _shift(a: Values, b: Values, operation: Callable[..., Values]) -> Values:
    return operation(a, b.astype(a.dtype) & a.dtype.type(63))


def _truth(values: Values, like: Values) -> Values:
    return values.astype(like.dtype)


@dataclass(frozen=True, slots=True)
class ByRow:
    """A functor made from a Python function of one row's values."""

    function: Callable[..., object]

    def __call__(self, *columns: Values) -> Values:
        rows = zip(*(column.tolist() for column in columns), strict=True)
        result = np.empty(len(columns[0]), object)
        result[:] = [self.function(*row) for row in rows]
        return result


def by_row(function: Callable[..., object]) -> ByRow:
    """A Python function over columns, row by row."""
    return ByRow(function)


def _parse(kind: str, convert: Callable[[str], Any]) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            return convert(text.strip())
        except ValueError:
            raise UndefinedError(281, f"`{kind}` of {text!r}, which is not a number") from None

    return parse


def _integer(text: str) -> int:
    """A decimal, hexadecimal or binary integer, with or without a sign."""
    based = text.lstrip("+-")[:2].lower() in ("0x", "0b")
    return int(text, 0) if based else int(text)


def _whole(text: str) -> int:
    value = _integer(text)
    if not -(2**63) <= value < 2**63:
        raise ValueError(text)
    return value


def _positive(text: str) -> int:
    value = _integer(text)
    if not 0 <= value < 2**64:
        raise ValueError(text)
    return value


def show_float(value: float) -> str:
    """The shortest text that reads back as the same float; whole ones without a point."""
    return str(int(value)) if value == value // 1 and abs(value) < 1e16 else repr(value)


def to_text(value: object) -> str:
    """A value as `to_string` spells it, or a term as Soufflé prints it."""
    if isinstance(value, float):
        return show_float(value)
    return write_value(value, to_text) if isinstance(value, tuple | Term) else str(value)


def cell_text(value: object, kind: Type, at_most: int | None = None) -> str:
    """A value of a column as text; a cell without one is empty, and a long term may be cut."""
    if kind.structured:
        return write_value(value, to_text, at_most)
    if value is None:
        return ""
    return to_text(value)


def _substr(text: str, start: int, length: int) -> str:
    return text[start : start + length] if start >= 0 and length >= 0 else ""


def _cast(kind: type) -> Callable[[Values], Values]:
    def cast(values: Values) -> Values:
        if values.dtype.kind == "f" and kind is not np.float64:
            values = np.trunc(values)
            low, high = (0.0, 2.0**64) if kind is np.uint64 else (-(2.0**63), 2.0**63)
            outside = ~((values >= low) & (values < high))  # not-a-number is outside too
            if outside.any():
                name = "an unsigned" if kind is np.uint64 else "a number"
                shown = values[outside][0]
                raise UndefinedError(281, f"the float {shown} is beyond {name} of 64 bits")
        return values.astype(kind)

    return cast


def _convert(parse: Callable[..., Values], kind: type) -> Callable[[Values], Values]:
    """Texts are parsed, numbers are cast."""
    cast = _cast(kind)
    return lambda values: parse(values) if values.dtype.kind == "O" else cast(values)


def _choose(best: Callable[..., Any], fast: Callable[..., Values]) -> Callable[..., Values]:
    def choose(first: Values, *others: Values) -> Values:
        if first.dtype.kind == "O":
            return by_row(lambda *row: best(row))(first, *others)
        for other in others:
            first = fast(first, other)
        return first

    return choose


def _round(values: Values, digits: Values | None = None) -> Values:
    """Half away from zero, as people round: to a number, or to a float with so many decimals."""
    scale = 10.0 ** (0 if digits is None else digits.astype(np.float64))
    rounded = np.copysign(np.floor(np.abs(values) * scale + 0.5), values) / scale
    return _cast(np.int64)(rounded) if digits is None else rounded


def _parse_date(text: str) -> int:
    try:
        return date_code(text)
    except ValueError:
        raise UndefinedError(281, f"`date` of {text!r}, which is not an ISO date") from None


def _day(code: int) -> datetime.date:
    try:
        return datetime.date(code // 10000, code // 100 % 100, code % 100)
    except ValueError:
        raise UndefinedError(281, f"`days_between` of the date {date_text(code)}") from None


FUNCTORS: dict[str, Callable[..., Values]] = {
    "+": np.add,
    "-": np.subtract,
    "neg": np.negative,
    "*": np.multiply,
    "/": _divide,
    "%": _remainder,
    "^": _power,
    "abs": np.abs,
    "band": np.bitwise_and,
    "bor": np.bitwise_or,
    "bxor": np.bitwise_xor,
    "bnot": np.invert,
    "bshl": lambda a, b: _shift(a, b, np.left_shift),
    "bshr": lambda a, b: _shift(a, b, np.right_shift),
    "bshru": lambda a, b: _shift(a.view(np.uint64), b, np.right_shift).view(a.dtype),
    "land": lambda a, b: _truth((a != 0) & (b != 0), a),
    "lor": lambda a, b: _truth((a != 0) | (b != 0), a),
    "lxor": lambda a, b: _truth((a != 0) ^ (b != 0), a),
    "lnot": lambda a: _truth(a == 0, a),
    "min": _choose(min, np.fmin),  # not-a-number is above all: the least only of itself
    "max": _choose(max, np.maximum),
    "cat": by_row(lambda *texts: "".join(texts)),
    "strlen": by_row(len),
    "substr": by_row(_substr),
    "lower": by_row(str.lower),
    "upper": by_row(str.upper),
    "trim": by_row(str.strip),
    "replace": by_row(str.replace),
    "to_number": _convert(by_row(_parse("to_number", _whole)), np.int64),
    "to_unsigned": _convert(by_row(_parse("to_unsigned", _positive)), np.uint64),
    "to_float": _convert(by_row(_parse("to_float", float)), np.float64),
    "to_string": by_row(to_text),
    "itof": _cast(np.float64),
    "utof": _cast(np.float64),
    "ftoi": _cast(np.int64),
    "ftou": _cast(np.uint64),
    "itou": _cast(np.uint64),
    "utoi": _cast(np.int64),
    "round": lambda a, *digits: _round(a, *digits),
    "floor": lambda a: _cast(np.int64)(np.floor(a)),
    "ceil": lambda a: _cast(np.int64)(np.ceil(a)),
    "sqrt": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "year": lambda date: date // 10000,
    "month": lambda date: date // 100 % 100,
    "day": lambda date: date % 100,
    "date": by_row(_parse_date),
    "days_between": by_row(lambda start, end: (_day(end) - _day(start)).days),
    "match": lambda pattern, text: matches(pattern, text).astype(np.int64),
    "contains": lambda part, text: contains(part, text).astype(np.int64),
}


# Soufflé's regular expressions are ECMAScript's, which know these inside brackets.
_CLASSES = {
    "digit": "0-9",
    "alpha": "a-zA-Z",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "blank": r" \t",
    "xdigit": "0-9a-fA-F",
    "cntrl": r"\x00-\x1f\x7f",
    "punct": r"!-/:-@\[-`{-~",
    "graph": "!-~",
    "print": " -~",
}
_CLASS = re.compile(rf"\[:({'|'.join(_CLASSES)}):\]")


@lru_cache(256)
def _pattern(text: str) -> re.Pattern[str] | None:
    """The compiled pattern; None, with a warning, for a text that is no regular expression."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # `[[` may mean more one day
            return re.compile(_CLASS.sub(lambda found: _CLASSES[found[1]], text))
    except re.error as error:
        message = f"`match` never holds for {text!r}, which is no regular expression: {error}"
        warnings.warn(message, DataWarning, stacklevel=2)
        return None


def matches(pattern: Values, text: Values) -> Mask:
    """`match`: the regular expression covers the whole text."""
    compiled = map(_pattern, pattern)
    pairs = zip(compiled, text, strict=True)
    return np.array([p is not None and p.fullmatch(t) is not None for p, t in pairs], np.bool_)


def contains(part: Values, text: Values) -> Mask:
    """`contains`: the first text stands somewhere in the second."""
    return np.array([p in t for p, t in zip(part, text, strict=True)], np.bool_)
