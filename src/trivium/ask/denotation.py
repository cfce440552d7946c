"""When two answers are the same: numbers and dates by value, text without case, accents, quotes
and trailing brackets, several values as a set.

The comparison follows what the WikiTableQuestions evaluation describes (Pasupat and Liang 2015).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from trivium.ask.words import fold
from trivium.ground.cells import parse_cell

Scalar = int | float | str
Value = Scalar | tuple[Scalar, ...]  # one value, or a row of them

_TAIL = re.compile(r"(?:(?<!^)\[[^\]]*\]|\[\d+\]|[•♦†‡*#+])+$")
_BRACKETS = re.compile(r"(?<!^)(?: \([^)]*\))+$")
_QUOTED = re.compile(r'^"([^"]*)"$')


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """Text without what does not change its meaning as an answer."""
    text = fold(text).strip()
    while True:
        before = text
        text = _TAIL.sub("", text).strip()
        text = _BRACKETS.sub("", text).strip()
        text = _QUOTED.sub(r"\1", text).strip()
        text = text[:-1].strip() if text.endswith(".") else text
        if text == before:
            return text


@lru_cache(maxsize=65536)
def key(value: Value) -> tuple[str, float | str]:
    """What a value is compared by: a number, a date or normalised text; a row by all of them."""
    if isinstance(value, tuple):
        return "row", repr([key(cell) for cell in value])
    if isinstance(value, str):
        cell = parse_cell(normal(value))
        if cell.kind == "number" and cell.number is not None:
            return "number", round(cell.number, 6)
        if cell.kind == "date" and cell.date > 10000:
            return "date", float(cell.date)
        return "text", normal(value)
    return "number", round(float(value), 6)


@lru_cache(maxsize=65536)
def amount(value: Value) -> tuple[float, bool] | None:
    """The number that a value is, and whether it stands bare; None for other values."""
    kind, found = key(value)
    if kind == "number":
        return float(found), True
    cell = parse_cell(normal(value)) if isinstance(value, str) else None
    if cell is None or cell.kind not in ("quantity", "currency", "percent"):
        return None
    return (round(cell.number, 6), False) if cell.number is not None else None


def same_denotation(predicted: Sequence[Value], target: Sequence[Value]) -> bool:
    """Whether two answers are equal as sets of values. A bare number equals one with its unit
    (`16` and `16 games`); two units are compared as text."""
    if {key(value) for value in predicted} == {key(value) for value in target}:
        return True
    one, other = [amount(value) for value in predicted], [amount(value) for value in target]
    if not one or not other or None in one or None in other:
        return False
    bare = {found[1] for found in one if found}, {found[1] for found in other if found}
    numbers = {found[0] for found in one if found}, {found[0] for found in other if found}
    return numbers[0] == numbers[1] and bare in (({True}, {False}), ({False}, {True}))
