"""Numbers that may mean something else, which nobody can know: they are told and left as they are.

Temp: 12, 999, -9999     999 and -9999 may stand for nothing
Date: 45292, 45293       days since 1900, as spreadsheets count them: 2024-01-01, 2024-01-02
P: FY2023, FY24          fiscal years, which need not be calendar years
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

_STANDINS = re.compile(r"-?(?:9{2,9}|-1)|-?9{2,6}\.0+")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
_FISCAL = re.compile(r"(?:FY|fiscal(?:\s+year)?|GJ)\s?['’]?\d{2,4}(?:\s?[/–-]\s?\d{2,4})?", re.I)
_DATE = re.compile(r"\b(?:date|day|datum|fecha|data|opened|closed|born)\b|日期", re.I)
SHARE = 0.8


def doubt_of(header: str, texts: Sequence[str]) -> str:
    """What else the distinct texts of a column may mean; empty where there is no doubt."""
    if sum(_FISCAL.fullmatch(text) is not None for text in texts) >= SHARE * len(texts):
        return "fiscal years: they need not be calendar years"
    numbers = [float(text) for text in texts if _PLAIN.fullmatch(text)]
    if len(numbers) < max(2, SHARE * len(texts)):
        return ""
    days = [int(n) for n in numbers if n.is_integer() and 20_000 <= n <= 60_000]
    if len(days) == len(texts) and _DATE.search(header.replace("_", " ")):
        first = dt.date(1899, 12, 30) + dt.timedelta(days[0])
        return f"may be days since 1900, as spreadsheets count: {days[0]} is {first.isoformat()}"
    standins = [text for text in texts if _STANDINS.fullmatch(text) and len(text.strip("-")) > 1]
    others = [abs(n) for n, text in zip(numbers, texts, strict=False) if text not in standins]
    # Only what stands far from all the others.
    limit = 4 * max(others, default=0.0)
    far = [text for text in standins if abs(float(text)) > limit]
    if not far or len(others) < 2:
        return ""
    what = "a number" if len(far) == 1 else "numbers"
    return f"{', '.join(far[:3])} may stand for nothing; read as {what}"
