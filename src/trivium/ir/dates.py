"""Dates as text and as 64-bit numbers.

    1995-03-01  19950301        1995-03  19950300        1995  19950000

A day without a year, 5 March, is 305 and `--03-05`, as ISO 8601 wrote it.
"""

from __future__ import annotations

import datetime
import re

_ISO = re.compile(r"(?:(\d{4})|-)(?:-(\d\d)(?:-(\d\d))?)?")


def date_code(text: str) -> int:
    """The number of an ISO date, whole or partial; ValueError for any other text."""
    found = _ISO.fullmatch(text.strip())
    if found is None or found[0] == "-":
        raise ValueError(text)
    year, month, day = (int(part or 0) for part in found.groups())
    # 2000 is a leap year: it lends its calendar to a date without a year
    datetime.date(year or 2000, month or 1, day or 1)
    return year * 10000 + month * 100 + day


def date_text(code: int) -> str:
    """The ISO date of a number, as much of it as is known."""
    year, month, day = code // 10000, code // 100 % 100, code % 100
    text = f"{year:04d}" if year else "-"
    if month or day:
        text += f"-{month:02d}"
    return f"{text}-{day:02d}" if day else text
