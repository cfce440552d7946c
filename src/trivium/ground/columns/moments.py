"""Times of the day, moments with a zone, quarters and weeks, as people write them.

    "7:00 PM"                      19:00:00
    "14h35", "14:35:10"            14:35:00, 14:35:10
    "2024-03-10 10:00 EST"         2024-03-10, 10:00:00, five hours behind UTC
    "4Q23", "2024年第二季度"        October to December 2023, April to June 2024
    "KW 12/2024", "2024-W05"       Monday to Sunday

What is no such thing gives None; nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from trivium.ground.dates import full_year, parse_date

_HALF = r"[ap]\.?\s?m\.?"
_CLOCK = (
    rf"(?P<hour>\d{{1,2}})(?:[:h時时点點](?P<minute>\d{{2}})分?(?::?(?P<second>\d{{2}})(?:[.,]\d+)?)?"
    rf"|\.(?P<minute2>\d{{2}})(?=\s?{_HALF})|(?=\s?{_HALF}))(?:\s?(?P<half>{_HALF}))?"
)
# Hours from UTC of the zones that people write by name.
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "eet": 2,
    "eest": 3, "msk": 3, "ist": 5.5, "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10,
    "aedt": 11, "nzst": 12, "nzdt": 13, "brt": -3, "ast": -4, "adt": -3, "est": -5, "edt": -4,
    "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "hst": -10,
}  # fmt: skip
_NAMED = rf"(?:UTC|GMT)[+\-−]\d{{1,2}}|{'|'.join(_ZONES)}"
_ZONE = rf"(?P<zone>[+\-−]\d{{2}}(?::?\d{{2}})?|{_NAMED})"
# `19:30-20:45` is from one time to another, and `-20:45` no zone.
_TIME = re.compile(
    rf"^{_CLOCK}(?:\s*\(?(?P<zone>\+\d{{2}}:\d{{2}}|{_NAMED})\)?)?(?:\s*(?:Uhr|hrs?|Hrs?))?$", re.I
)
_MOMENT = re.compile(
    rf"^(?P<date>.*?\d.*?)(?:T|,?\s+(?:at\s+|um\s+|à\s+|a\s+las\s+|@\s*)?){_CLOCK}"
    rf"(?:\s*\(?{_ZONE}\)?)?(?:\s*Uhr)?$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date (yyyymmdd, 0 for none), a time of its day in seconds, and its zone in minutes."""

    date: int
    seconds: float
    zone: int | None


def parse_time(text: str) -> float | None:
    """The seconds since midnight that a time of the day means."""
    found = _TIME.match(text)
    return _seconds(found) if found else None


def parse_moment(text: str, order: str = "") -> Moment | None:
    """A date with a time of the day."""
    found = _MOMENT.match(text)
    if not found or (seconds := _seconds(found)) is None:
        return None
    date = parse_date(found["date"], order=order)
    return Moment(date, seconds, _zone(found["zone"])) if date >= 10000 and date % 100 else None


def instant(date: int, seconds: float, zone: int | None) -> int | None:
    """Seconds since 1970 (in UTC where the zone is known), by which moments are in order."""
    if not date % 100 or date < 10000:
        return None
    day = dt.date(date // 10000, date // 100 % 100, date % 100).toordinal() - _EPOCH
    return day * 86400 + int(seconds) - 60 * (zone or 0)


_EPOCH = dt.date(1970, 1, 1).toordinal()


def show_time(seconds: float) -> str:
    """`19:00:00`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"


def show_zone(zone: int) -> str:
    """`+01:00`."""
    hours, minutes = divmod(abs(zone), 60)
    return f"{'-' if zone < 0 else '+'}{hours:02}:{minutes:02}"


def _seconds(found: re.Match[str]) -> float | None:
    hour = int(found["hour"])
    minute = int(found["minute"] or found["minute2"] or 0)
    second = int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute + second):
        return None
    return hour * 3600.0 + minute * 60 + second


def _zone(text: str | None) -> int | None:
    if not text:
        return None
    name = text.lower()
    if name in _ZONES:
        return int(_ZONES[name] * 60)
    digits = re.sub(r"[^\d]", "", text)
    hours, minutes = (digits[:2], digits[2:]) if len(digits) > 2 else (digits, "0")
    minutes_off = int(hours) * 60 + int(minutes)
    return -minutes_off if "-" in text or "−" in text else minutes_off


# --- quarters and weeks

_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4}
_N = r"(?P<n>[1-4一二三四])"
_YEAR = r"(?P<year>\d{4}|['’]?\d{2})"
_QUARTERS = tuple(
    re.compile(f"^{pattern}$", re.I)
    for pattern in (
        # `T101` is a code
        rf"[QT]{_N}(?:[\s,/\-]+|[\s,/\-]*FY\s?|(?=['’])){_YEAR}", rf"Q{_N}(?P<year>20\d\d)",
        rf"{_YEAR}[\s\-/]*[QT]{_N}",
        rf"{_N}[QT][\s\-/]*{_YEAR}",
        rf"{_N}(?:st|nd|rd|th)\s+quarter(?:\s+of)?,?\s+{_YEAR}", rf"{_N}\.\s*Quartal\s+{_YEAR}",
        rf"{_YEAR}\s*年?\s*第?{_N}\s*(?:季度|季|四半期|分期)",
    )
)  # fmt: skip
_WEEKS = tuple(
    re.compile(f"^{pattern}$", re.I)
    for pattern in (
        r"(?P<year>\d{4})[\s\-]?W(?P<n>\d{1,2})",
        r"(?:KW|CW|week|semaine|semana|wk|W|uge|vecka)[\s.]*(?P<n>\d{1,2})[\s,/\-]+(?P<year>\d{4})",
        r"(?P<year>\d{4})\s*年\s*第?(?P<n>\d{1,2})\s*[周週]",
    )
)


def parse_period(text: str) -> tuple[str, int, int]:
    """`quarter` or `week` with its first and last day or month; ("", 0, 0) for anything else."""
    for pattern in _QUARTERS:
        if found := pattern.match(text):
            n = _CHINESE.get(found["n"]) or int(found["n"])
            year = full_year(int(found["year"].lstrip("'’")))
            return "quarter", year * 10000 + (3 * n - 2) * 100, year * 10000 + 3 * n * 100
    for pattern in _WEEKS:
        if found := pattern.match(text):
            try:
                monday = dt.date.fromisocalendar(int(found["year"]), int(found["n"]), 1)
            except ValueError:
                return "", 0, 0
            return "week", _number(monday), _number(monday + dt.timedelta(6))
    return "", 0, 0


def _number(day: dt.date) -> int:
    return day.year * 10000 + day.month * 100 + day.day
