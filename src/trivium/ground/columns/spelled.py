"""Numbers that are written in other signs than digits: a column is of them, or it is not.

三, 十二, 二百零五        3, 12, 205
I, IV, XIX                1, 4, 19           C, D, M are letters: single ones prove nothing
1/2, 3 1/4, ¾             0.5, 3.25, 0.75    1/2, 13/14 alone are no fractions
18-24, 25-34, 65+         18 to 24, 25 to 34, from 65
2003/04, 2004/05          seasons: from one year to the next
5 ft 10 in, 5'10", 1.80 m     1.778, 1.8 m
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trivium.ground.cells import Cell, read_filled

SHARE = 0.8


def parse_chinese(text: str) -> int | None:
    """The value of a numeral in Chinese characters below ten thousand millions."""
    if not 0 < len(text) <= 20 or any(c not in _DIGITS and c not in _PLACES for c in text):
        return None
    if all(c in _DIGITS for c in text):  # 二〇二四
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif _PLACES[c] >= 10_000:
            total, section, digit = (total + section + digit) * _PLACES[c], 0, 0
        else:
            section, digit = section + (digit or 1) * _PLACES[c], 0
    return total + section + digit


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_DIGITS |= {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "萬": 10_000, "亿": 10**8, "億": 10**8,
           "拾": 10, "佰": 100, "仟": 1000}  # fmt: skip

_ROMAN = re.compile(r"(?=.)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_LETTERS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def parse_roman(text: str) -> int | None:
    """The value of a Roman numeral in capitals, as they are written today."""
    if not _ROMAN.fullmatch(text):
        return None
    values = [_LETTERS[c] for c in text]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))


_FRACTION = re.compile(
    r"(?P<sign>[-−])?(?:(?P<whole>\d+)(?:[\s\-]+|(?=[¼-¾⅐-⅞])))?"
    r"(?:(?P<top>\d+)\s?[/⁄]\s?(?P<bottom>[1-9]\d*)|(?P<vulgar>[¼-¾⅐-⅞]))"
)


def parse_fraction(text: str) -> float | None:
    """`3 1/4` and `¾`; also the whole numbers beside them."""
    if re.fullmatch(r"[-−]?\d+(?:\.\d+)?", text):
        return float(text.replace("−", "-"))
    found = _FRACTION.fullmatch(text)
    if not found:
        return None
    part = (
        unicodedata.numeric(found["vulgar"])
        if found["vulgar"]
        else int(found["top"]) / int(found["bottom"])
    )
    value = int(found["whole"] or 0) + part
    return -value if found["sign"] else value


# What no other number looks like: a whole number before its fraction, inches after feet.
_MIXED = re.compile(r"\d\s+\d+\s?[/⁄]\s?\d|[¼-¾⅐-⅞]")
_INCHES = re.compile(r"\d\s?(?:ft\.?|feet|['′’])\s?-?\d+(?:\.\d+)?\s?(?:in|[\"″”])")
_FEET = re.compile(
    r"(\d+)\s?(?:ft\.?|feet|foot|['′’])\s?-?(?:(\d+(?:\.\d+)?)\s?(?:in(?:ch(?:es)?)?\.?|[\"″”]|''))?"
)
_METRES = re.compile(r"(\d+(?:[.,]\d+)?)\s?(m|cm|metres?|meters?)\.?")


def parse_height(text: str) -> float | None:
    """Feet and inches, and metres beside them, in metres."""
    if found := _FEET.fullmatch(text):
        return round((int(found[1]) * 12 + float(found[2] or 0)) * 0.0254, 6)
    if found := _METRES.fullmatch(text):
        value = float(found[1].replace(",", "."))
        return value / 100 if found[2] == "cm" else value
    return None


_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s?(?:-|–|—|to|~|至)\s?(\d+(?:\.\d+)?)")
_OPEN = re.compile(r"(\d+(?:\.\d+)?)\s?(?:\+|and (?:over|above|older|more)|以上)")
_SEASON = re.compile(r"([12]\d{3})\s?[/\-–]\s?(\d{2})")


def _season(raw: str, text: str) -> Cell:
    found = _SEASON.fullmatch(text)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        return read_filled(raw, text)
    year = int(found[1])
    return Cell(raw, text, "range", float(year), float(year + 1), date=year * 10000,
                date2=(year + 1) * 10000, name=text)  # fmt: skip


def _is_season(text: str) -> bool:
    return _season(text, text).date2 > 0


def _range(raw: str, text: str) -> Cell:
    if found := _RANGE.fullmatch(text):
        return Cell(raw, text, "range", float(found[1]), float(found[2]), name=text)
    if found := _OPEN.fullmatch(text):
        return Cell(raw, text, "range", float(found[1]), name=text)
    return read_filled(raw, text)


def _chinese(raw: str, text: str) -> Cell:
    return _number(raw, text, parse_chinese(text))


def _roman(raw: str, text: str) -> Cell:
    return _number(raw, text, parse_roman(text))


def _fraction(raw: str, text: str) -> Cell:
    return _number(raw, text, parse_fraction(text))


def _height(raw: str, text: str) -> Cell:
    value = parse_height(text)
    if value is None:
        return read_filled(raw, text)
    return Cell(raw, text, "quantity", value, unit="m", name=text)


def _number(raw: str, text: str, value: float | None) -> Cell:
    if value is None:
        return read_filled(raw, text)
    return Cell(raw, text, "number", float(value), name=text)


@dataclass(frozen=True)
class Spelling:
    """A way to write numbers: how it is called, how a cell is read, and what proves it."""

    told: str
    read: Callable[[str, str], Cell]
    proof: Callable[[str], bool]
    proofs: int = 1
    kind: str = "number"


_SPELLINGS = (
    Spelling("seasons, from one year to the next", _season, _is_season, 2, "range"),
    Spelling("Chinese numerals", _chinese, lambda text: parse_chinese(text) is not None, 2),
    Spelling(
        "Roman numerals", _roman, lambda text: len(text) > 1 and parse_roman(text) is not None, 2
    ),
    Spelling("fractions", _fraction, lambda text: bool(_MIXED.search(text))),
    Spelling("heights, in metres", _height, lambda text: bool(_INCHES.search(text))),
    Spelling("ranges", _range, lambda text: bool(_OPEN.fullmatch(text)), 1, "range"),
)


def find_spelling(texts: Sequence[str]) -> Spelling | None:
    """The one way in which (nearly) all of a column's distinct texts are numbers."""
    for spelling in _SPELLINGS:
        if sum(map(spelling.proof, texts)) < min(spelling.proofs, len(texts)):
            continue
        read = sum(spelling.read(text, text).typed for text in texts)
        if read >= SHARE * len(texts):
            return spelling
    return None
