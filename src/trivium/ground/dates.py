"""Dates as people write them, whole or partial, as yyyymmdd with 00 for what is unknown.

    "5 March 1995", "March 5, 1995", "1995-03-05", "05/03/1995"  ->  19950305
    "5. März 1995", "5 de marzo de 1995", "1995年3月5日", "平成7年3月5日"    ->  19950305
    "March 1995"  ->  19950300        "1995"  ->  19950000       "5 March"  ->  305

In `05/03/1995` the first number is the day unless only the second can be one, or an `order` says
which is which: a column has one (`columns/calendar.py`). Year first is always year-month-day.
"""

from __future__ import annotations

import re
from calendar import monthrange

from trivium.ground.months import MONTHS

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
         "august aug", "september sep sept", "october oct", "november nov", "december dec"), 1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>[12]\d{3})(?!\d)"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_TAIL = r"(?:,?\s*(?:at |@ )?\d{1,2}[:.]\d{2}.*|\s+\(.*\))?"

# Tried in this order; each names the parts that it finds.
_WORDED = (
    rf"{_DAY}(?:\s+of)?[\s\-]+{_MONTH},?[\s\-]*{_YEAR}",
    rf"{_MONTH}\s+{_DAY},?\s*{_YEAR}",
    rf"{_YEAR},?\s+{_MONTH}\s+{_DAY}",
    rf"{_MONTH},?[\s\-]*{_YEAR}",
    rf"{_DAY}(?:\s+of)?[\s\-]+{_MONTH}",
    rf"{_MONTH}\s+{_DAY}",
)
_PATTERNS = tuple(re.compile(rf"^{_WEEKDAY}(?:{pattern}){_TAIL}$", re.I) for pattern in _WORDED)
_ANYWHERE = tuple(re.compile(rf"\b(?:{pattern})", re.I) for pattern in _WORDED)
_LONE_YEAR = re.compile(rf"(?<![\d,.$€£#]){_YEAR}(?![\d,.%]\d)")
_NAMED = re.compile("|".join(sorted({name[:3] for name in _MONTHS})), re.I)
_LONE_MONTH = re.compile(rf"^{_MONTH}$", re.I)
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ].*)?$")
SLASHED = re.compile(
    r"^(\d{1,2})([-/.])[ ]?(\d{1,2})\2[ ]?(\d{4}|\d{2})\.?(?:,?[T ]\s*\d{1,2}[:.h]\d{2}.*)?$"
)
# `5. März 1995`, `1er février 1995`, `5 de marzo de 1995`, `5 марта 1995 г.`, and without the day.
_FOREIGN = re.compile(
    rf"^(?:[^\s\d]+,\s+)?(?:(?P<day>\d{{1,2}})(?:er|re|º|ª|°|\.)?[\s\-]*(?:de\s+|of\s+)?)?"
    rf"(?P<month>[^\s\d.,/()\-]+)\.?,?[\s\-]*(?:de\s+|del\s+)?{_YEAR}\s*(?:г|р|г\.|р\.|года|року)?{_TAIL}$"
)
# The first year of the eras that Japanese and Taiwanese dates count from.
_ERAS = {
    "令和": 2019,
    "平成": 1989,
    "昭和": 1926,
    "大正": 1912,
    "明治": 1868,
    "民國": 1912,
    "民国": 1912,
}
_CJK = re.compile(
    rf"^(?:(?P<era>{'|'.join(_ERAS)})?\s*(?P<year>\d{{1,4}}|元)\s*[年년]\s*)?"
    r"(?:(?P<month>\d{1,2})\s*[月월]\s*)?(?:(?P<day>\d{1,2})\s*[日号號일])?(?:\s*\d{1,2}[:时時点點].*)?$"
)
_DASH = re.compile(r"\s*(?:–|—|−|-|\bto\b|\buntil\b|/)\s*")
_YEARS = re.compile(r"^([12]\d{3})\s*(?:–|—|−|-|/|to)\s*(\d{4}|\d{2}|present|now|current)?$", re.I)


def parse_date(text: str, anywhere: bool = False, order: str = "") -> int:
    """The date that the text is (or, with `anywhere`, the first one in it); 0 for none.

    `order` is `dmy`, `mdy` or `ymd`: how `05/03/95` is read, and then no other way.
    """
    text = text.strip()
    if len(text) > 60 and not anywhere:
        return 0
    if found := _ISO.match(text):
        return _make(int(found[1]), int(found[2]), int(found[3] or 0))
    if found := SLASHED.match(text):
        return _slashed(int(found[1]), int(found[3]), int(found[4]), order)
    named = _NAMED.search(text) is not None  # most cells name no month, so their search ends here
    for pattern in (_ANYWHERE if anywhere else _PATTERNS) if named else ():
        if found := (pattern.search(text) if anywhere else pattern.match(text)):
            parts = found.groupdict()
            date = _make(
                int(parts.get("year") or 0),
                _MONTHS[parts["month"].lower()],
                int(parts.get("day") or 0),
            )
            if date:
                return date
    if anywhere:
        found = _LONE_YEAR.search(text)
        return int(found["year"]) * 10000 if found else 0
    if not text.isascii() and (found := _CJK.match(text)):
        return _eastern(**found.groupdict())
    if len(text) > 6 and (found := _FOREIGN.match(text)):
        month = MONTHS.get(found["month"].lower(), 0)
        return _make(int(found["year"]), month, int(found["day"] or 0)) if month else 0
    if named and (found := _LONE_MONTH.match(text)):
        return _MONTHS[found["month"].lower()] * 100
    return 0


def parse_date_range(text: str) -> tuple[int, int]:
    """Both ends of `1990–1994`, `1999-2000`, `1983/84`, `12 March – 4 May 1990`; (0, 0) if none.

    An open end (`2001–present`) is 0.
    """
    text = text.strip()
    if found := _YEARS.match(text):
        first, last = found[1], found[2] or ""
        if len(last) == 2 and last.isdigit():
            last = first[:2] + last if last > first[2:] else str(int(first[:2]) + 1) + last
        if not last.isdigit():
            return int(first) * 10000, 0
        return (int(first) * 10000, int(last) * 10000) if int(last) >= int(first) else (0, 0)
    if len(text) > 60:
        return 0, 0
    for found in _DASH.finditer(text):
        left, right = text[: found.start()].strip(), text[found.end() :].strip()
        second = parse_date(right)
        if not second:
            continue
        first = parse_date(left)
        if not first and left.isdigit() and 1 <= int(left) <= 31:
            first = second // 100 * 100 + int(left)
        if not first:
            continue
        if first < 10000 <= second:
            first += second // 10000 * 10000
        return first, second
    return 0, 0


def _make(year: int, month: int, day: int) -> int:
    if not 0 <= year <= 9999 or not 0 <= month <= 12 or not 0 <= day <= 31 or (day and not month):
        return 0
    if day > 28 and day > (monthrange(year or 4, month)[1]):
        return 0
    return year * 10000 + month * 100 + day


def _slashed(first: int, second: int, third: int, order: str) -> int:
    if order == "ymd":
        return _make(full_year(first), second, third) if third < 100 else 0
    month_first = order == "mdy" or (not order and second > 12)
    day, month = (second, first) if month_first else (first, second)
    return _make(full_year(third), month, day) if day and month else 0


def full_year(year: int) -> int:
    """`87` is 1987, `24` is 2024."""
    return year if year >= 100 else year + (2000 if year < 40 else 1900)


def _eastern(era: str | None, year: str | None, month: str | None, day: str | None) -> int:
    number = 0 if year is None else 1 if year == "元" else int(year)
    if era:
        number += _ERAS[era] - 1
    return _make(number, int(month or 0), int(day or 0)) if number or month else 0
