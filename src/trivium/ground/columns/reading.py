"""One reading for all cells of a column, decided from all of them, its header and its neighbours.

    Date         Zip     VIP    Revenue
    03/04/2024   02134   yes    1.5M       Date: dates, month/day/year (25 is no month)
    12/25/2024   55104   no     900K       Zip: codes, VIP: truths, Revenue: k, M, B are scales

Each question has one file, asked in this order: what means nothing (`nulls`), yes or no (`truths`),
times, moments and periods (`moments`, `calendar`), codes (`codes`), numbers (`numerals`). A column
that is none of these is read as its cells are (`cells.py`). What does not fit stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from trivium.ground.cells import Cell, clean, parse_cell, read_filled
from trivium.ground.columns.calendar import SHOWN, Order, find_order
from trivium.ground.columns.codes import why_codes, why_joined
from trivium.ground.columns.doubts import doubt_of
from trivium.ground.columns.moments import parse_moment, parse_period, parse_time
from trivium.ground.columns.nulls import SURE, null_marks
from trivium.ground.columns.numerals import find_style
from trivium.ground.columns.spelled import find_spelling
from trivium.ground.columns.truths import truths_of
from trivium.ground.columns.units import UNITS
from trivium.ground.dates import SLASHED, parse_date

# A column is read as something when at least this share of its texts is.
SHARE = 0.8
# So many distinct texts decide; the others are then read, and counted where they do not fit.
SAMPLE = 1000

Parse = Callable[[str, str], Cell]


@dataclass(frozen=True)
class Reading:
    """How a column is read: `kind` is what its cells are (`mixed` where each is read alone), `told`
    what was decided, `doubt` what else it may be and how to say so."""

    kind: str = "mixed"
    told: str = ""
    doubt: str = ""
    order: str = ""
    decimal: str = ""
    nulls: frozenset[str] = frozenset()
    sure: bool = True
    filled: Parse = field(default=read_filled, repr=False)

    def cell(self, raw: str) -> Cell:
        """One cell of the column; `raw` is kept."""
        text = clean(raw)
        if text.lower() in SURE or text in self.nulls:
            return Cell(raw, text, "empty")
        return self.filled(raw, text)


@dataclass(frozen=True)
class Around:
    """What stands around a column: its header, its first rows, what its neighbours are sure of,
    and the order of dates that the user has given."""

    header: str = ""
    rows: Sequence[str] = ()
    order: str = ""
    decimal: str = ""
    given: str = ""


def read_column(counts: Mapping[str, int], around: Around) -> Reading:
    """The reading of a column from its distinct cells, each with how often it occurs."""
    cleaned = {raw: clean(raw) for raw in counts}
    nulls = null_marks(counts, cleaned)
    seen = dict.fromkeys(cleaned.values())
    texts = [text for text in seen if text.lower() not in SURE and text not in nulls]
    if not texts:
        return Reading(nulls=nulls)
    sample = texts if len(texts) <= SAMPLE else texts[:: len(texts) // SAMPLE + 1]
    for decide in (_truths, _times, _spelled, _dates, _codes, _numbers, _joined, _names):
        if (reading := decide(texts, sample, around)) is not None:
            return replace(reading, nulls=nulls)
    return Reading(nulls=nulls, doubt=doubt_of(around.header, sample))


def _most(count: int, texts: Sequence[str]) -> bool:
    return count >= SHARE * len(texts) and count > 0


# --- yes and no


def _truths(texts: list[str], sample: list[str], around: Around) -> Reading | None:
    truths = truths_of(around.header, {text.lower() for text in texts}) if len(texts) < 9 else None
    if truths is None:
        return None
    return Reading("boolean", "yes or no", filled=partial(_truth, truths))


def _truth(truths: Mapping[str, bool], raw: str, text: str) -> Cell:
    truth = truths.get(text.lower())
    number = float(text) if text in ("0", "1") else None
    return Cell(raw, text, "text" if truth is None else "boolean", number, name=text, truth=truth)


# --- times of the day


_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_OF_DAY = re.compile(
    r"\b(?:start|starts|begin|begins|end|ends|depart|departs|departure|dep|arrive|arrives|arrival"
    r"|arr|opens?|opening|closes?|closing|kick[\s-]?off|time of day|local time"
    r"|check[\s-]?(?:in|out)"
    r"|clock|hour|sunrise|sunset|abfahrt|ankunft|beginn|uhrzeit|heure|hora|ora|from|until|at)\b"
    r"|出发|到达|开始|结束|时间|時刻|開始|終了|시간",
    re.I,
)
_LASTS = re.compile(
    r"\b(?:durations?|length|laps?|split|gap|running|runtime|result|record|best|dauer|durée"
    r"|duración|finish(?:ing)? time|race|swim|bike|run|minutes|min)\b|用时|时长|片长",
    re.I,
)


def _times(texts: list[str], sample: list[str], around: Around) -> Reading | None:
    if not _most(sum(parse_time(text) is not None for text in sample), sample):
        return None
    clocks = [text for text in texts if _CLOCK.fullmatch(text)]
    doubt = ""
    if len(clocks) == len(texts):
        of_day = _is_of_day(clocks, around.header)
        if of_day is False or _LASTS.search(around.header):
            return None
        if of_day is None:
            return None
        if len(clocks) < 3 and not _OF_DAY.search(around.header):
            doubt = "ambiguous: may be durations"
    elif any(re.fullmatch(r"\d+:\d{2}(?::\d{2})?(?:\.\d+)?", t) and parse_time(t) is None
             for t in texts):  # fmt: skip
        return None
    return Reading("time", "times of the day", doubt, filled=_time)


def _is_of_day(clocks: Sequence[str], header: str) -> bool | None:
    """Whether `9:05` is five past nine (True), nine minutes (False), or none can tell (None)."""
    if any(parse_time(text) is None for text in clocks):
        return False
    parts = [[int(part) for part in text.split(":")] for text in clocks]
    if _OF_DAY.search(header) and not _LASTS.search(header):
        return True
    padded = any(text[0] == "0" for text in clocks) and all(t[2] == ":" for t in clocks)
    late = any(part[0] >= 10 for part in parts)
    if all(len(part) == 3 for part in parts):
        return (padded and (late or all(part[2] == 0 for part in parts))) or None
    # Timetables keep to fives; lengths do not.
    even = sum(part[1] % 5 == 0 for part in parts) >= 0.9 * len(parts)
    if padded:
        return True if late or (even and len(parts) > 2) else None
    return True if late and even and len(parts) > 3 else None


def _time(raw: str, text: str) -> Cell:
    seconds = parse_time(text)
    if seconds is None:
        return read_filled(raw, text)
    return Cell(raw, text, "time", seconds, unit="s", name=text, time=seconds)


# --- dates, moments, quarters, weeks

_COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_DATED = re.compile(
    r"\b(?:date|day|datum|fecha|data|tag|jour|born|opened|closed)\b|日期|日$|_date$", re.I
)


def _dates(texts: list[str], sample: list[str], around: Around) -> Reading | None:
    compact = bool(_DATED.search(around.header.replace("_", " "))) and _most(
        sum(_COMPACT.fullmatch(text) is not None for text in sample), sample
    )
    if compact:
        return Reading("date", "dates, yyyymmdd", filled=_compact)
    periods = [parse_period(text)[0] for text in sample]
    if _most(sum(map(bool, periods)), sample):
        kind = max(set(periods), key=periods.count)
        return Reading(kind, f"{kind}s", filled=_period)
    if not any(c.isdigit() for text in sample[:20] for c in text):
        return None
    slashed = sum(SLASHED.match(text) is not None for text in sample)
    order = _order(texts, around) if slashed else None
    name = order.name if order else ""
    moments = sum(parse_moment(text, name) is not None for text in sample)
    if not slashed and not moments:
        return None
    dated = sum(bool(parse_date(text, order=name)) for text in sample)
    if slashed and not _most(dated, sample):
        # No order fits them, or most cells are something else.
        filled = partial(_ordered, name, False)
        return Reading("mixed", order=name, filled=filled, **_told(order)) if (
            order and slashed >= 0.5 * len(sample)
        ) else None  # fmt: skip
    if not _most(dated, sample):
        return None
    kind = "datetime" if 2 * moments >= len(sample) else "date"
    filled = partial(_ordered, name, moments > 0)
    return Reading(kind, order=name, filled=filled, **_told(order, kind))


def _order(texts: list[str], around: Around) -> Order | None:
    """The order that the cells show; where they show none, the one that the user has given."""
    order = find_order(texts, around.rows, around.order)
    if order is None or not around.given or around.given == order.name:
        return order and replace(order, doubt="" if around.given else order.doubt)
    if not order.sure:
        return Order(around.given, "as you said")
    return replace(order, doubt=f'`dates="{around.given}"` does not fit: {order.why}')


def _told(order: Order | None, kind: str = "date") -> dict[str, Any]:
    what = "dates" if kind == "date" else "dates with times"
    if order is None:
        return {"told": "" if kind == "date" else what}
    why = f" ({order.why})" if order.why else ""
    told = f"{what}, {SHOWN[order.name]}{why}"
    return {"told": told, "doubt": order.doubt, "sure": order.sure}


def _compact(raw: str, text: str) -> Cell:
    date = parse_date(f"{text[:4]}-{text[4:6]}-{text[6:]}") if _COMPACT.fullmatch(text) else 0
    return Cell(raw, text, "date", date=date, name=text) if date else read_filled(raw, text)


def _period(raw: str, text: str) -> Cell:
    kind, first, last = parse_period(text)
    if not kind:
        return read_filled(raw, text)
    return Cell(raw, text, "date", date=first, date2=last, name=text)


def _ordered(order: str, timed: bool, raw: str, text: str) -> Cell:
    """A cell of dates in one order: what would need the other one is no date."""
    if timed and (moment := parse_moment(text, order)):
        return Cell(raw, text, "date", date=moment.date, name=text, time=moment.seconds,
                    zone=moment.zone)  # fmt: skip
    cell = read_filled(raw, text)
    if order and SLASHED.match(text):
        date = parse_date(text, order=order)
        return replace(cell, kind="date" if date else "text", date=date)
    return cell


# --- codes


def _codes(texts: list[str], sample: list[str], around: Around) -> Reading | None:
    if not any(c.isdigit() for text in sample for c in text):
        return None
    # Zeros in front may be few, so all the texts of digits are looked at.
    zeros = [text for text in texts if text[0] == "0" and text.isdigit()]
    why = why_codes(around.header, [*sample, *zeros[: len(sample) // 10]] if zeros else sample)
    return Reading("code", why, filled=_code) if why else None


def _joined(texts: list[str], sample: list[str], around: Around) -> Reading | None:
    why = why_joined(around.header, sample)
    return Reading("code", why, filled=_code) if why else None


def _code(raw: str, text: str) -> Cell:
    return Cell(raw, text, "code", name=text)


# --- numbers


def _spelled(texts: list[str], sample: list[str], around: Around) -> Reading | None:
    spelling = find_spelling(sample)
    return Reading(spelling.kind, spelling.told, filled=spelling.read) if spelling else None


def _numbers(texts: list[str], sample: list[str], around: Around) -> Reading | None:
    found = find_style(around.header, sample, around.decimal)
    if found is None:
        return None
    style, doubt = found
    return Reading("number", style.told, doubt, decimal=style.decimal, filled=style.read,
                   sure=not doubt)  # fmt: skip


def _names(texts: list[str], sample: list[str], around: Around) -> Reading | None:
    """Texts that begin with a number and go on with words of many kinds: `62 Mill Rd`."""
    cells = [parse_cell(text) for text in sample]
    counted = [cell for cell in cells if cell.kind == "quantity" and cell.unit not in UNITS]
    units = {cell.unit.lower().rstrip("s") for cell in counted}
    bracketed = [c for c in cells if c.kind == "number" and c.qualifier and " (" not in c.text]
    if len(counted) >= 2 and _most(len(counted), sample) and 2 * len(units) > len(counted):
        return Reading("text", "numbers and names", filled=_named)
    if 2 * len(bracketed) > len(sample):
        return Reading("text", "numbers and names", filled=_named)
    return None


def _named(raw: str, text: str) -> Cell:
    cell = read_filled(raw, text)
    return replace(cell, kind="text", unit="") if cell.kind in ("quantity", "number") else cell
