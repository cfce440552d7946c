"""A value has one written form, so that what readers give can be compared, and kept as a digest.

    number     plain decimal, scale and locale applied       1500000   -12   0.0015
    date       ISO, as exact as it is known                  2024-03-05   2024-03   2024-Q1   2024
    datetime   ISO to the second, with its zone if known     2024-01-05T10:00:00Z
    time       of the day                                    09:00:00
    duration   in seconds                                    7533
    boolean    true, false
    text       as it is seen: NFC, white space collapsed
    null       nothing

`digest` of the kind and the form is what a label holds: the data itself stays out of the project.
A text that a person reads as a value at once (`4`, `2024-03-05`, `yes`) has the right value though
not the right type: `forms` lists what a value may also stand for.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

KINDS = ("number", "date", "datetime", "time", "duration", "boolean", "text", "null")

_PLAIN = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_DATETIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_TRUTH = {
    **dict.fromkeys(("true", "yes", "y", "是"), "true"),
    **dict.fromkeys(("false", "no", "n", "否"), "false"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """One value as a reader gave it: its kind, and its form."""

    kind: str
    form: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.form}"


NULL = Value("null", "")


def digest(value: Value) -> str:
    """The first eight hexadecimal digits of the SHA-256 of `kind:form`."""
    return hashlib.sha256(str(value).encode()).hexdigest()[:8]


def decimal(number: Decimal | int | float | str) -> str:
    """A number without exponent, `+` and needless zeros; a float by its first twelve digits."""
    exact = Decimal(f"{number:.12g}") if isinstance(number, float) else Decimal(number)
    if not exact.is_finite():
        return str(exact)
    plain = f"{exact:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain


def seen(text: str) -> str:
    """The text as it is seen."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def value_of(given: Any) -> Value:
    """What a reader gave as a Python object: bool, number, date, time, text, or nothing."""
    if given is None or (isinstance(given, float) and math.isnan(given)):
        return NULL
    if isinstance(given, bool):
        return Value("boolean", "true" if given else "false")
    if isinstance(given, int | float | Decimal):
        return Value("number", decimal(given))
    if isinstance(given, dt.datetime):
        # A date that a library can hold only as a moment.
        if given.tzinfo is None and given.time() == dt.time():
            return Value("date", given.date().isoformat())
        zone = "" if given.tzinfo is None else given.strftime("%z").replace("+0000", "Z")
        return Value("datetime", given.strftime("%Y-%m-%dT%H:%M:%S") + zone)
    if isinstance(given, dt.date):
        return Value("date", given.isoformat())
    if isinstance(given, dt.time):
        return Value("time", given.strftime("%H:%M:%S"))
    if isinstance(given, dt.timedelta):
        return Value("duration", decimal(given.total_seconds()))
    if isinstance(given, list | dict | tuple):
        return Value("text", json.dumps(given, ensure_ascii=False, default=str))
    text = seen(str(given))
    return Value("text", text) if text else NULL


def forms(value: Value) -> Iterator[Value]:
    """The value, and the values of other kinds that a person takes it for at once."""
    yield from (Value(kind, value.form) for kind in KINDS)
    text = value.form
    if value.kind == "datetime" and (found := re.fullmatch(r"(.*)(T.*?)(Z|\+0000)?", text)):
        yield Value("datetime", found[1] + found[2])
    if value.kind in ("text", "time") and (found := _CLOCK.fullmatch(text)):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        yield Value("time", f"{hours:02}:{minutes:02}:{seconds:02}")
        yield Value("duration", str(hours * 3600 + minutes * 60 + seconds))
    if value.kind != "text":
        return
    # `02134` stands for no number: it would lose its zero.
    if _PLAIN.fullmatch(text) and not re.match(r"[-+]?0\d", text):
        yield Value("number", decimal(text))
    if _DATE.fullmatch(text):
        yield Value("date", text)
    if found := _DATETIME.fullmatch(text):
        yield Value("datetime", f"{found[1]}T{found[2]}{found[3] or ':00'}{found[4] or ''}")
        if found[2] + (found[3] or ":00") == "00:00:00":
            yield Value("date", found[1])
    if text.lower() in _TRUTH:
        yield Value("boolean", _TRUTH[text.lower()])
