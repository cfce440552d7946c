"""The functors that SQL has beside those of the language, over whole columns."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

_KINDS: dict[str, type] = {"n": int, "f": float, "s": str}


def functions() -> dict[str, Callable[..., Any]]:
    """Name -> function over arrays, for `Program(functions=...)`."""
    return dict(_FUNCTIONS)


_FUNCTIONS: dict[str, Callable[..., Any]] = {}


def _put(name: str, function: Callable[..., Any], result: type, *args: type) -> None:
    """Add a function over arrays with its types."""
    names = ["a", "b", "c", "d"][: len(args)]
    namespace: dict[str, Any] = {"function": function}
    exec(f"def made({', '.join(names)}): return function({', '.join(names)})", namespace)
    made = namespace["made"]
    made.__annotations__ = {**dict(zip(names, args, strict=True)), "return": result}
    made.vectorised = True
    _FUNCTIONS[f"sql_{name}"] = made


def _each(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of single values, over lists."""

    def over(*columns: Any) -> list[Any]:
        return [function(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]

    return over


@lru_cache(maxsize=256)
def _like(pattern: str, flags: int) -> re.Pattern[str]:
    parts = (".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)
    return re.compile("".join(parts), re.S | flags)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _rounded(value: float, places: int) -> float:
    """Halves go away from zero; the infinities and what is no number stay."""
    if not math.isfinite(value):
        return value
    scale = 10.0**places
    scaled = abs(value) * scale
    whole = int(scaled + 0.5) / scale
    return -whole if value < 0 else whole


def _between(text: str, start: int, length: int) -> str:
    """`substr`: from `start` (from 1, or from the end if negative)."""
    if start < 0:
        start = max(0, len(text) + start) + 1
    begin = start - 1
    end = begin + length
    return text[max(0, begin) : max(0, end)]


def _divided(left: float, right: float) -> float:
    """A quotient as IEEE 754 has it: infinite over zero, and of two zeros no number."""
    if right:
        return left / right
    return math.copysign(math.inf, left) * math.copysign(1.0, right) if left else math.nan


def _same(left: Any, right: Any) -> Any:
    return (left == right).astype(int)


def _below(left: Any, right: Any) -> Any:
    return (left < right).astype(int)


# What is no number, alone unequal to itself, is here equal to its like and above all numbers.
def _float_same(left: Any, right: Any) -> Any:
    return ((left == right) | ((left != left) & (right != right))).astype(int)


def _float_below(left: Any, right: Any) -> Any:
    return ((left < right) | ((left == left) & (right != right))).astype(int)


for _letter, _type in _KINDS.items():
    _equal, _less = (_float_same, _float_below) if _type is float else (_same, _below)
    _put(f"eq_{_letter}", _equal, int, _type, _type)
    _put(f"lt_{_letter}", _less, int, _type, _type)
    # The engine may sort by what these say, in the order of the values.
    _FUNCTIONS[f"sql_eq_{_letter}"].order = "="  # type: ignore[attr-defined]
    _FUNCTIONS[f"sql_lt_{_letter}"].order = "<"  # type: ignore[attr-defined]
    _put(
        f"if_{_letter}", _each(lambda c, a, b: a if c else b), _type, int, _type, _type
    )  # fmt: skip
_put("like", _each(lambda p, t: int(bool(_like(p, 0).fullmatch(t)))), int, str, str)
_put("ilike", _each(lambda p, t: int(bool(_like(p, re.I).fullmatch(t)))), int, str, str)
_put("divide", _each(_divided), float, float, float)
_put("whole", _each(lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1) if b else 0),
     int, int, int)  # fmt: skip
_put("rest", _each(lambda a, b: abs(a) % abs(b) * (-1 if a < 0 else 1) if b else 0), int, int, int)
_put("floor", _each(lambda f: float(math.floor(f)) if math.isfinite(f) else f), float, float)
_put("ceil", _each(lambda f: float(math.ceil(f)) if math.isfinite(f) else f), float, float)
_put("round", _each(_rounded), float, float, int)
_put("substr", _each(_between), str, str, int, int)
_put("strpos", _each(lambda t, p: t.find(p) + 1), int, str, str)
_put("ltrim", _each(lambda t: t.lstrip(" ")), str, str)
_put("rtrim", _each(lambda t: t.rstrip(" ")), str, str)
_put("trim", _each(lambda t: t.strip(" ")), str, str)
_put("reverse", _each(lambda t: t[::-1]), str, str)
_put("is_float", _each(lambda t: int(_number(t) is not None)), int, str)
_put("as_float", _each(lambda t: _number(t) or 0.0), float, str)
_put("float_text", _each(str), str, float)
_put("date_text", _each(lambda d: f"{d // 10000:04}-{d // 100 % 100:02}-{d % 100:02}"), str, int)
