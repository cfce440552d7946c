"""Messy cells read into typed values, beside the text as it was written.

    "$1,234.5[a]"        number 1234.5, unit "$"
    "12.3%"              number 12.3, unit "%"
    "March 1995"         date 19950300
    "1990–1994"          number 1990, number2 1994; date 19900000, date2 19940000
    "2–1"                number 2, number2 1                         (a score)
    "2:20.54"            number 140.54, unit "s"                     (a duration)
    "Georgia (country)"  name "Georgia", qualifier "country"
    "at Boston"          name "Boston", qualifier "at"        (also "@ Boston", "vs. Boston")
    "4th, Western"       text with a number in it: number 4
    "—"                  empty

This is how a cell is read alone. A column knows more (`columns/reading.py`): the order of its
dates, its decimal sign, its codes, truths and null marks. A cell that fits no pattern stays text;
nothing is rejected and nothing is lost: `raw` is the cell as it was read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from trivium.ground.dates import parse_date, parse_date_range


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `number`, `number2` and the dates are set wherever the text holds them.

    `kind` says what the *whole* text is: `empty`, `number`, `percent`, `currency`, `quantity`
    (a number with a unit), `ordinal`, `date`, `range`, `score`, `duration` or `text`; a column may
    also see `code`, `boolean` and `time`.
    Dates are yyyymmdd with 00 for unknown parts; 0 is no date. The `number` of a duration, and of a
    time of the day, is in seconds. `time` is a date's time of day in seconds, `zone` its minutes
    from UTC, `truth` what a boolean says.
    """

    raw: str
    text: str
    kind: str
    number: float | None = None
    number2: float | None = None
    unit: str = ""
    date: int = 0
    date2: int = 0
    name: str = ""
    qualifier: str = ""
    time: float | None = None
    zone: int | None = None
    truth: bool | None = None

    @property
    def empty(self) -> bool:
        return self.kind == "empty"

    @property
    def typed(self) -> bool:
        """Whether the whole text was understood as a value other than plain text."""
        return self.kind not in ("empty", "text")


_NOTHING = {
    "",
    "-",
    "–",
    "—",
    "--",
    "---",
    "——",
    "n/a",
    "na",
    "none",
    "?",
    "...",
    "…",
    "tba",
    "tbd",
}
_FOOTNOTE = re.compile(
    r"\s*\[(?:\d{1,3}|[a-z]{1,2}|[ivx]{1,4}|(?:note|nb|n|fn) ?\d*|[a-z ]+ needed)\]", re.I
)
_MARKS = re.compile(r"(?:[†‡§¶*#^]|[¹²³⁴⁵⁶⁷⁸⁹⁰]+)+$")
_LINES = re.compile(r"\\n|\n")
_SPACE = re.compile(r"\s+")
# Most cells are words, numbers and dates with nothing to take away.
_CLEAN = re.compile(r"[A-Za-z0-9.,:/$%+-]+(?: [A-Za-z0-9.,:/$%+-]+)*")
# No number is as long as this, and none of this length is too great for a float.
_LONGEST = 300
_DIGITS = re.compile(r"-?\d+(?:\.\d+)?")
_QUALIFIED = re.compile(r"^(.*?\S)\s*\(([^()]*)\)$")

# Where or against whom a match was played.
_VENUE = re.compile(r"^(at|@|vs?\.?)\s+(?=[^\W_])(.+)$")

_CURRENCY = r"US\$|A\$|C\$|NZ\$|HK\$|R\$|[$€£¥₹₽₩]|USD|EUR|GBP|JPY|CHF|Rs\.?"
_PLAIN = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
)
_SCALES = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mio": 1e6, "mn": 1e6, "m": 1e6,
    "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
_NUMBER = re.compile(
    rf"""^(?P<open>\()?\s*(?P<sign>[-−–+±~]|c\.|ca\.|circa)?\s*(?P<money>{_CURRENCY})?\s*
    (?P<open2>\()?(?P<sign2>[-−])?(?P<number>{_PLAIN})\s*
    (?:(?P<scale>thousand|million|billion|trillion|mio|bn|mn|tn)\b)?\s*
    (?P<unit>%|‰|°[CF]?|[^\W\d_][^\d,;:()–—]{{0,24}})?\s*(?P<close>\))?$""",
    re.X | re.I,
)
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)\b\.?$", re.I)
_RANKED = re.compile(r"^(?:#|no\.? ?|=|t-?|(?=\d+\.$))(\d+)[.=]?$", re.I)
_CLOCK = re.compile(r"^(?:\+\s?)?(?:(\d+):)?(\d{1,2}):(\d{2}(?:[.,]\d+)?)$")
_LONG = re.compile(
    r"^(?:(\d+)\s*(?:h|hr|hrs|hours?)\.?,?\s*)?(?:(\d+)\s*(?:min|mins|minutes?|m|['′])\.?,?\s*)?"
    r"(?:(\d+(?:\.\d+)?)\s*(?:s|sec|secs|seconds?|[\"″])\.?)?$",
    re.I,
)
_PAIR = re.compile(rf"^({_PLAIN})\s*(?:[-–—−:]|to)\s*({_PLAIN})(?:\s*\(.*\))?$")
_ANY = re.compile(rf"(?<![\w.])[-−+]?(?:{_PLAIN})(?!\w*\d)|(?<=[^\W\d_])\d+|\d+(?=\D)")


def to_number(text: str) -> float:
    """The value of a number as people write it: `1,234.5`, `1 234`, `−3`."""
    return float(
        text.replace(",", "").replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
        .replace("−", "-")
    )  # fmt: skip


def clean(raw: str) -> str:
    """The text without footnote marks and superfluous space."""
    if _CLEAN.fullmatch(raw):
        return raw
    text = _SPACE.sub(" ", raw.replace("\\n", " ")).strip()
    if "[" in text:
        text = _FOOTNOTE.sub("", text).strip()
    return _MARKS.sub("", text).rstrip() or text


@lru_cache(maxsize=65536)
def parse_cell(raw: str) -> Cell:
    """Read one cell. Never fails: what is not understood is `text`."""
    text = clean(raw)
    if text.lower() in _NOTHING:
        return Cell(raw, text, "empty")
    return read_filled(raw, text)


def read_filled(raw: str, text: str) -> Cell:
    """Read a cell whose `clean` text is known to mean something."""
    if not any(c.isdigit() for c in text):
        date = parse_date(text) if 3 <= len(text) <= 9 else 0
        name, qualifier = _split_qualifier(raw, text)
        return Cell(raw, text, "text", date=date, name=name, qualifier=qualifier)
    return (
        _number(raw, text)
        or _ordinal(raw, text)
        or _date(raw, text)
        or _duration(raw, text)
        or _pair(raw, text)
        or _text_with_numbers(raw, text)
    )


def _split_qualifier(raw: str, text: str) -> tuple[str, str]:
    """The name that a text gives, and what qualifies it: in brackets, or on further lines."""
    first, *rest = _LINES.split(raw.strip(), maxsplit=1)
    if rest and clean(first):
        return clean(first), clean(rest[0])
    if text.endswith(")") and (found := _QUALIFIED.match(text)):
        return found[1], found[2]
    if found := _VENUE.match(text):
        return found[2], found[1]
    return text, ""


def _number(raw: str, text: str) -> Cell | None:
    if len(text) > _LONGEST:
        return None
    if _DIGITS.fullmatch(text):
        year = int(text) * 10000 if _is_year(text) else 0
        return Cell(raw, text, "number", float(text), date=year, name=text)
    found = _NUMBER.match(text)
    if not found or bool(found["open"] or found["open2"]) != bool(found["close"]):
        return None
    unit = (found["unit"] or "").strip()
    if unit and (unit.split(" ")[0].lower() in _NOT_UNITS or len(unit.split(" ")) > 3):
        return None
    value = to_number(found["number"])
    negative = found["sign"] in ("-", "−") or bool(found["sign2"])
    if found["close"] and not found["sign"]:
        negative = True  # accountants write (1,234) for -1,234
    if found["scale"]:
        value *= _SCALES[found["scale"].lower()]
    if negative:
        value = -value
    if found["money"]:
        return Cell(raw, text, "currency", value, unit=found["money"] + unit, name=text)
    if unit == "%":
        return Cell(raw, text, "percent", value, unit="%", name=text)
    # A bare four-digit number may be a year; it is a number all the same.
    year = int(value) * 10000 if not unit and _is_year(found["number"]) else 0
    kind = "quantity" if unit else "number"
    return Cell(raw, text, kind, value, unit=unit, date=year, name=text)


# Words that follow a number without being its unit.
_NOT_UNITS = {
    "st", "nd", "rd", "th", "am", "pm", "and", "or", "to", "of", "at", "in", "by", "with", "for",
    "vs", "jan", "january", "feb", "february", "mar", "march", "apr", "april", "may", "jun", "june",
    "jul", "july", "aug", "august", "sep", "sept", "september", "oct", "october", "nov", "november",
    "dec", "december", "bc", "ad",
}  # fmt: skip


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and 1000 <= int(text) <= 2999


def _ordinal(raw: str, text: str) -> Cell | None:
    found = _ORDINAL.match(text) or _RANKED.match(text)
    return Cell(raw, text, "ordinal", float(found[1]), name=text) if found else None


def _date(raw: str, text: str) -> Cell | None:
    date = parse_date(text)
    if date:
        return Cell(raw, text, "date", _leading_year(text), date=date, name=text)
    first, second = parse_date_range(text)
    if first:
        last = float(second // 10000) if second >= 10000 else None
        first_year = float(first // 10000) if first >= 10000 else None
        return Cell(raw, text, "range", first_year, last, date=first, date2=second, name=text)
    return None


def _leading_year(text: str) -> float | None:
    """A date's number: its first number, so that `5 March 1995` sorts as written when it must."""
    found = _ANY.search(text)
    return to_number(found[0]) if found else None


def _duration(raw: str, text: str) -> Cell | None:
    if found := _CLOCK.match(text):
        hours, minutes, seconds = found.groups()
        total = int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
        return Cell(raw, text, "duration", total, unit="s", name=text)
    found = _LONG.match(text)
    if found and sum(part is not None for part in found.groups()) >= 2:
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return Cell(
            raw, text, "duration", hours * 3600 + minutes * 60 + seconds, unit="s", name=text
        )
    return None


def _pair(raw: str, text: str) -> Cell | None:
    """Two numbers with a dash or colon between: a score (`2–1`), or a range (`10-20`)."""
    found = _PAIR.match(text)
    if not found:
        return None
    name, qualifier = _split_qualifier(raw, text)
    first, second = to_number(found[1]), to_number(found[2])
    return Cell(raw, text, "score", first, second, name=name, qualifier=qualifier)


def _text_with_numbers(raw: str, text: str) -> Cell:
    numbers = [to_number(found[0]) for found in list(_ANY.finditer(text))[:2]]
    name, qualifier = _split_qualifier(raw, text)
    if qualifier and not any(c.isdigit() for c in name):
        numbers = numbers[:1]
    number = numbers[0] if numbers else None
    number2 = numbers[1] if len(numbers) > 1 else None
    # The part before a bracket may be a typed value of its own: `80 metres (262 ft)`, `1:23 (PB)`.
    if qualifier and (inner := parse_cell(name)).typed:
        return Cell(
            raw, text, inner.kind, inner.number, inner.number2, inner.unit, inner.date,
            inner.date2, name, qualifier,
        )  # fmt: skip
    date = parse_date(text, anywhere=True)
    return Cell(raw, text, "text", number, number2, date=date, name=name, qualifier=qualifier)
