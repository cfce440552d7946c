"""How the numbers of a column are written: its decimal sign, its scales, its unit.

    1.234,56  12,5  1.000           decimal comma: 1234.56, 12.5, 1000
    12'345'678.50  1,23,45,678      groups of other places: 12345678.5, 12345678
    1.5M  900K  2.1B                letters are scales: 1500000, 900000, 2100000000
    1.5万  4.16万亿                  15000, 4160000000000
    2.5 kg  800 g  1.2 t            one unit, the commonest: 2.5, 0.8, 1200 kg
    1.5e-3  (810)  7-  3 EUR  <0.01  3 1/4  十二  XIX

A style is found only where the column needs it; plain numbers are read by `cells.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from trivium.ground.cells import Cell, read_filled
from trivium.ground.columns.units import UNITS, factors

SHARE = 0.8

_SYMBOLS = r"(?:US|A|C|NZ|HK|R|S|NT)?\$|[€£¥₹₽₩₺₫₪₱฿₦₴₿￥]|Rs\.?|kr\.?|zł|Kč|Ft|lei|元|円|원|人民币"
# The codes of ISO 4217 that are in use.
_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR "
    "KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR "
    "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS "
    "UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW RMB"
)
_MONEY = rf"{_SYMBOLS}|\b(?:{_CODES.replace(' ', '|')})\b"
_WORDS = {
    **dict.fromkeys("thousand tsd mil mille tys тыс хил 千 천 हज़ार हजार".split(), 1e3),
    **dict.fromkeys("万 萬 만".split(), 1e4),
    **dict.fromkeys("lakh lakhs lac लाख".split(), 1e5),
    **dict.fromkeys("million millions mio mln millones milhões milioni millionen".split(), 1e6),
    **dict.fromkeys("млн 百万 百萬 백만".split(), 1e6),
    **dict.fromkeys("crore crores करोड़".split(), 1e7),
    **dict.fromkeys("亿 億 억".split(), 1e8),
    **dict.fromkeys("billion billions bn mrd md milliards milliarden miliardi mld".split(), 1e9),
    **dict.fromkeys("млрд 十亿 十億".split(), 1e9),
    **dict.fromkeys("trillion trillions tn bio 万亿 兆 조".split(), 1e12),
    "百": 1e2,
}  # fmt: skip
_LETTERS = {"k": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12, "tn": 1e12}
_SCALES = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_BODY = r"(?:\d[\d.,'’٬٫\s\u00a0\u202f]*\d|\d|[.,]\d+)"
_AMOUNT = re.compile(
    rf"""^(?P<about><=|>=|[<>≤≥~≈约]|about\s|approx\.?\s|circa\s|ca?\.\s?)?\s*
    (?P<open>\()?\s*(?P<sign>[-−–+±▲▼△▽↑↓])?\s*(?:(?P<money>{_MONEY})\s*)?
    (?P<open2>\()?(?P<sign2>[-−+])?(?P<body>{_BODY})(?P<power>[eE][-+−]?\d{{1,2}}
    |\s?[×·*]\s?10\^?[-−]?\d{{1,2}})?\s*
    (?:(?P<scale>{_SCALES})(?![a-z])\.?\s*)?
    (?:(?P<money2>{_MONEY})|(?P<unit>[%％‰]|°[CF]?|[^\W\d_][^\d,;:()–—+−-]{{0,24}}[²³23]?))?
    \s*(?P<close>\))?(?P<minus>[-−])?$""",
    re.X | re.I,
)
_GROUPS = {
    ".": re.compile(
        r"\d{1,3}(?:[,٬]\d{3})+(?:[.٫]\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?"
        r"|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:\.\d+)?|\d{1,3}(?:['’]\d{3})+(?:\.\d+)?"
        r"|\d*(?:[.٫]\d+)|\d+"
    ),
    ",": re.compile(
        r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?"
        r"|\d{1,3}(?:['’]\d{3})+(?:,\d+)?|\d*,\d+|\d+"
    ),
}
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_COMMA = re.compile(
    r"(?:\d{1,3}(?:[.'’ \u00a0\u202f]\d{3})+|\d+),\d+|(?:\d{1,3}(?:\.\d{3}){2,})|,\d+"
)
_POINT = re.compile(
    r"(?:\d{1,3}(?:[,'’ \u00a0\u202f]\d{3})+|\d+)\.\d+|(?:\d{1,3}(?:,\d{3}){2,})|\.\d+"
)
_EITHER = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")


@dataclass(frozen=True)
class Style:
    """How the numbers of a column are written. `letters`: `k`, `M` and `B` behind them are scales;
    `sizes` convert its units into `unit`."""

    decimal: str = "."
    letters: bool = False
    unit: str = ""
    sizes: tuple[tuple[str, float], ...] = ()
    marks: str = ""

    @cached_property
    def _sizes(self) -> dict[str, float]:
        return dict(self.sizes)

    def amount(self, raw: str, text: str) -> Cell | None:
        """The cell, if all of it is a number as this column writes them."""
        found = _AMOUNT.match(text) if len(text) < 100 else None
        if not found or bool(found["open"] or found["open2"]) != bool(found["close"]):
            return None
        body = found["body"]
        if not _GROUPS[self.decimal].fullmatch(body):
            return None
        value = _value(body, self.decimal)
        if found["power"]:
            value *= 10.0 ** int(
                re.sub(r"^[eE]|^\s?[×·*]\s?10\^?", "", found["power"]).replace("−", "-")
            )
        unit = (found["unit"] or "").strip()
        if found["scale"]:
            value *= _WORDS[found["scale"].lower()]
        elif self.letters and unit.lower() in _LETTERS:
            value, unit = value * _LETTERS[unit.lower()], ""
        down = found["sign"] in tuple("-−▼▽↓△") or found["sign2"] in tuple("-−") or found["minus"]
        if down or found["close"]:
            value = -value
        value = _tidy(value)
        if unit in self._sizes:
            value, unit = _tidy(value * self._sizes[unit]), self.unit
        about = (found["about"] or "").strip()
        money = found["money"] or found["money2"] or ""
        cell = Cell(raw, text, "number", value, unit=money + unit, name=text, qualifier=about)
        if money:
            return replace(cell, kind="currency")
        if unit in ("%", "％"):
            return replace(cell, kind="percent", unit="%")
        return replace(cell, kind="quantity") if unit else cell

    def read(self, raw: str, text: str) -> Cell:
        """The cell as this column writes numbers, or as any cell is read."""
        return self.amount(raw, text) or _unnumbered(read_filled(raw, text), self)

    @property
    def told(self) -> str:
        words = [self.marks] if self.marks else []
        if self.decimal == ",":
            words.append("decimal comma")
        if self.letters:
            words.append("k, M, B are scales")
        if self.sizes:
            words.append(f"all in {self.unit}")
        return ", ".join(words)


_IN_HEADER = re.compile(r".*[(（\[]([^()（）\[\]]+)[)）\]]\s*$", re.S)
_SCALED = re.compile(
    rf"(?:in\s+)?(?:(?:{_MONEY})\s?)?(?:thousands?|millions?|billions?|['’]?000s?|k|m|mn|bn|[百千万萬亿億兆]+)?"
    rf"(?:\s?(?:of\s)?(?:{_MONEY}))?|[百千万萬亿億]*[一-龥]{{1,4}}",
    re.I,
)


def header_unit(header: str) -> str:
    """The unit or scale that a header ends with in brackets: `Price (EUR)`, `人口（万人）`."""
    found = _IN_HEADER.match(header)
    text = found[1].strip() if found else ""
    known = text in UNITS or text in ("%", "‰") or (text and _SCALED.fullmatch(text))
    return text if known else ""


def _unnumbered(cell: Cell, style: Style) -> Cell:
    """What does not fit the column's style is no number: `1.234,5` beside decimal points."""
    if cell.kind in ("number", "percent", "currency") and cell.date == 0:
        return replace(cell, kind="text", number=None, unit="")
    return cell


def _value(body: str, decimal: str) -> float:
    digits = re.sub(r"['’٬\s\u00a0\u202f]", "", body).replace("٫", ".")
    if decimal == ",":
        return float(digits.replace(".", "").replace(",", "."))
    return float(digits.replace(",", ""))


def _tidy(value: float) -> float:
    """`4.16 * 1e12` is 4160000000000, and `800 * 0.001` is 0.8."""
    return float(f"{value:.15g}")


def find_style(header: str, texts: Sequence[str], neighbour: str = "") -> tuple[Style, str] | None:
    """The style that the distinct texts need, and the doubt that remains; None if they are plain.

    `neighbour` is the decimal sign of other columns of the table, where it is known.
    """
    matches = [found for text in texts if (found := _AMOUNT.match(text))]
    if len(matches) < SHARE * len(texts):
        return None
    bodies = [found["body"] for found in matches]
    decimal, doubt = _decimal(bodies, neighbour)
    units = Counter((found["unit"] or "").strip() for found in matches)
    del units[""]
    money = any(found["money"] or found["money2"] for found in matches)
    letters = _letters(units, money, matches)
    marks = _marks(matches)
    sizes: tuple[tuple[str, float], ...] = ()
    unit = ""
    if not letters:
        try:
            sizes, unit = _sizes_of(units)
        except ImportError:
            doubt = 'several units, not converted; `pip install "trivium[units]"` converts them'
    if decimal == "." and not (letters or marks or sizes or doubt):
        return None
    style = Style(decimal, letters, unit, sizes, marks)
    read = sum(style.amount(text, text) is not None for text in texts)
    return (style, doubt) if read >= SHARE * len(texts) else None


def _decimal(bodies: Sequence[str], neighbour: str) -> tuple[str, str]:
    """The decimal sign, and what else it might be."""
    point = comma = 0
    either: set[str] = set()
    for body in bodies:
        if found := _EITHER.fullmatch(body):
            either.add(found[1])
        elif not _INDIAN.fullmatch(body):
            point += bool(_POINT.fullmatch(body))
            comma += bool(_COMMA.fullmatch(body))
    if comma > point:
        return ",", ""
    if point or not either:
        return ".", ""
    if neighbour:
        return neighbour, ""
    if either == {"."}:
        return ".", "ambiguous: `.` may part thousands; read as the decimal point"
    return ".", ""


def _letters(units: Counter[str], money: bool, matches: Sequence[re.Match[str]]) -> bool:
    """Whether the letters behind the numbers are scales."""
    if not units or any(unit.lower() not in _LETTERS for unit in units):
        return False
    lowered = {unit.lower() for unit in units}
    if money or len(lowered) > 1:
        return lowered != {"m", "mm"} or money
    joined = all(m["unit"] is None or m.string[m.start("unit") - 1] != " " for m in matches)
    return joined and (bool(lowered & {"k", "b", "bn", "mn", "tn"}) or set(units) == {"M"})


def _marks(matches: Sequence[re.Match[str]]) -> str:
    """What a plain number does not have, in words; empty where there is nothing."""
    found: dict[str, None] = {}
    for match in matches:
        body = match["body"]
        if match["about"] and match["about"][0] in "<>≤≥":
            found["bounds"] = None
        if match["power"]:
            found["powers of ten"] = None
        if match["minus"]:
            found["minus behind"] = None
        if match["sign"] and match["sign"] in "▲▼△▽↑↓":
            found["arrows are signs"] = None
        if "'" in body or "’" in body or "٬" in body or _INDIAN.fullmatch(body):
            found["digits in groups"] = None
        if match["scale"] and match["scale"].lower() not in _PLAIN_SCALES:
            found[f"{match['scale']} is a scale"] = None
        if match["money2"] or (match["money"] and len(match["money"]) == 3):
            found["currency"] = None
    if set(found) == {"powers of ten"} and all("." not in m["body"] and m["power"][1:].isdigit()
                                               for m in matches if m["power"]):  # fmt: skip
        return ""
    return ", ".join(found)


_PLAIN_SCALES = ("thousand", "million", "billion", "trillion", "mio", "bn", "mn", "tn")


def _sizes_of(units: Counter[str]) -> tuple[tuple[tuple[str, float], ...], str]:
    """How several units of one kind become the commonest of them; of equals, the base unit.

    Raises ImportError where pint is not installed.
    """
    if len(units) < 2 or any(unit not in UNITS for unit in units):
        return (), ""
    names = sorted(units, key=lambda unit: (-units[unit], UNITS[unit] not in _BASE))
    if len({UNITS[unit] for unit in names}) < 2:
        return (), ""
    found = factors(names)
    return (tuple(found.items()), names[0]) if found else ((), "")


_BASE = ("kilogram", "meter", "second", "liter", "meter**2", "kilometer/hour", "watt", "byte")
