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
def key(value: Scalar) -> tuple[str, float | str]:
    """What a value is compared by: a number, a date or normalised text."""
    if isinstance(value, str):
        cell = parse_cell(normal(value))
        if cell.kind == "number" and cell.number is not None:
            return "number", round(cell.number, 6)
        if cell.kind == "date" and cell.date > 10000:
            return "date", float(cell.date)
        return "text", normal(value)
    return "number", round(float(value), 6)


def same_denotation(predicted: Sequence[Scalar], target: Sequence[Scalar]) -> bool:
    """Whether two answers are equal as sets of values."""
    return {key(value) for value in predicted} == {key(value) for value in target}
