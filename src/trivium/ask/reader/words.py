"""A question as tokens: words with their stems, Chinese characters one by one, numbers, periods.

    "Revenue over $1,000 in Q2 2023"  ->  revenue, over, 1000 ($), in, 2023 quarter 2
    "上海有多少车"                   ->  上 海 有 多 少 车

Numbers and periods are normalised here, so that nobody behind reads a figure again. A span of
tokens is spoken of by its first and its next token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from trivium.ask.reader.meaning import Period
from trivium.ask.words import fold

__all__ = ["Amount", "Sentence", "Token", "sentence", "stem", "stems"]

_SCALES = {
    "万亿": 1e12, "千亿": 1e11, "百万": 1e6, "亿": 1e8, "万": 1e4, "千": 1e3,
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "k": 1e3, "m": 1e6, "bn": 1e9,
}  # fmt: skip
_MONTHS = ("january february march april may june july august september october november "
           "december").split()  # fmt: skip
_MONTH = r"(?P<m>" + "|".join(f"{name}|{name[:3]}" for name in _MONTHS) + r"|sept)\b\.?"
_SHORT = r"(?P<m>" + "|".join(name for name in _MONTHS if name not in ("may", "march")) + r")\b"
_YEAR = r"(?P<y>(?:19|20)\d\d)(?!\d)"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_WEEK = {day: (i,) for i, day in enumerate(_DAYS)} | {"weekend": (5, 6), "周末": (5, 6)}

# Tried in this order at each place; parts: y(ear), m(onth), d(ay), q(uarter), w(eekday), h(alf).
_PERIODS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}-(?P<m>\d\d?)-(?P<d>\d\d?)", rf"{_YEAR}年(?P<m>\d\d?)月(?P<d>\d\d?)[日号]",
        rf"(?P<d>\d\d?)(?:st|nd|rd|th)?(?: of)? {_MONTH},? {_YEAR}",
        rf"{_MONTH} (?P<d>\d\d?)(?:st|nd|rd|th)?,? {_YEAR}",
        rf"{_MONTH},?(?: of)? {_YEAR}", rf"{_YEAR}年的?(?P<m>\d\d?)月份?",
        rf"(?:the )?(?P<q>first|second|third|fourth|last) quarter(?:(?: of| in)? {_YEAR})?",
        rf"q(?P<q>[1-4])(?:(?: of| in)? {_YEAR})?", rf"{_YEAR} q(?P<q>[1-4])",
        rf"(?:{_YEAR}年的?)?第?(?P<q>[一二三四1-4])季度",
        rf"(?:{_YEAR}年的?)?(?P<h>[上下])半年",
        rf"{_YEAR}年", rf"{_SHORT}", r"(?P<m>\d\d?|十[一二]?|[一二三四五六七八九])月份?",
        r"(?P<w>" + "|".join((*_DAYS, "weekend", "周末")) + r")s?\b|"
        r"(?:周|星期|礼拜)(?P<cw>[一二三四五六日天])",
        rf"(?<![\d.,$€£¥-]){_YEAR}(?![\d%.]\d|[万亿元%])(?!,\d)",
    )
)  # fmt: skip
_LONE = re.compile(r"(?P<m>May|March)\b")
_TIME = re.compile(
    r"(?P<h>\d\d?):(?P<n>\d\d)(?: ?(?P<p>am|pm))?|(?P<h2>\d\d?) ?(?P<p2>am|pm)\b|"
    r"(?P<h3>\d\d?) in the (?P<p3>morning|afternoon|evening)|"
    r"(?P<p4>上午|早上|清晨|凌晨|中午|下午|傍晚|晚上)?(?P<h4>\d\d?)点|"
    r"(?P<noon>noon|midnight|中午)\b", re.IGNORECASE)  # fmt: skip
_NUMBER = re.compile(
    r"(?P<c>[$€£¥])?(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?: ?(?P<s>万亿|千亿|百万|亿|万|千|thousand\b|million\b|billion\b|bn\b|[km]\b))?"
    r"(?P<u>%| ?percent\b|个?百分点|元| ?(?:euros?|eur|dollars?|usd|bucks|gbp|yen|yuan|rmb)\b)?"
    r"(?P<o>st\b|nd\b|rd\b|th\b)?(?![a-z_]|\.?\d)",
    re.IGNORECASE)  # fmt: skip
_CURRENCIES = {
    "euro": "€", "eur": "€", "dollar": "$", "usd": "$", "buck": "$", "gbp": "£", "yen": "¥",
    "yuan": "元", "rmb": "元",
}  # fmt: skip
_PLACES = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 1e4, "亿": 1e8}
# `一百二十八`, `三千`, `百分之五`, `一点五万`; a lone digit is a word of the lexicon.
_SPELT = re.compile(
    r"(?P<p>百分之)?(?P<n>(?:[零〇一二两三四五六七八九]|\d+(?:\.\d+)?|十(?=[一二三四五六七八九万亿]))"
    r"[零〇一二两三四五六七八九十百千万亿]*(?:点[零〇一二三四五六七八九]+)?[十百千万亿]*)"
    r"(?P<u>个百分点|元)?"
)
_QUOTED = re.compile(r"《([^》]+)》|[\"“”'‘]([^\"“”'’]+)[\"“”'’](?!\w)")
_WORD = re.compile(
    r"[a-zà-ÿ]+(?:['’](?!s\b)[a-zà-ÿ]+)*|[a-z0-9]+(?:[-_][a-z0-9]+)*|[^\W\d_]|[&+]|\d+", re.I
)
_SIGN = re.compile(r"[<>!=]=|<>|[<>=≥≤≠]|(?<=\s)[-−+*/×÷](?=\s)")
_SENTENCE_END = re.compile(r"[.!?。！？,，;；:：]")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it was written: its unit is a currency sign, `%`, `min` for a time of day, or
    `th` for an ordinal. `scale` is that of a word such as `万`, which the value counts in."""

    value: float
    unit: str = ""
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its text, the form that is compared, and what it is if it is not a word."""

    text: str
    norm: str
    start: int
    end: int
    amount: Amount | None = None
    period: Period | None = None
    quoted: bool = False
    pause: bool = False  # a comma or the like


@dataclass(frozen=True)
class Sentence:
    """The tokens of a question, and its language."""

    text: str
    tokens: tuple[Token, ...]
    language: str

    def words(self, i: int, j: int) -> str:
        """The span as written."""
        return self.text[self.tokens[i].start : self.tokens[j - 1].end]

    def norm(self, i: int, j: int) -> str:
        """The span as values and phrases are looked up: words apart, characters together."""
        return normal(self.words(i, j))


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """A text as it is compared: case, accents, quotes and outer marks do not count."""
    return fold(text).strip(" .?!,;:\"'()“”《》")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """What the forms of a word share: `countries`, `country`; `paid` stays, an irregular form."""
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


_ENDINGS = (
    ("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("ing", ""),
    ("ied", "y"), ("ally", "al"), ("ely", "e"), ("ed", ""), ("es", "e"), ("ss", "ss"),
    ("us", "us"), ("s", ""),
)  # fmt: skip


@lru_cache(maxsize=65536)
def stems(text: str) -> tuple[str, ...]:
    """The stems of the words of a header or phrase; each Chinese character is a word."""
    text = fold(text.replace("_", " ")).replace("'s", "")
    text = re.sub(r"(?<=-)(in|out|up|off)s\b", r"\1", text)  # check-ins, take-offs
    return tuple(stem(w) for w in re.findall(r"[a-z]+|\d+|[^\W\d_]", text))


def has_signs(text: str) -> bool:
    """Whether a question compares or reckons by signs: `total >= 250`."""
    return any(_SIGN.fullmatch(token.norm) for token in sentence(text).tokens) or any(
        sign in text for sign in (" - ", " * ", " / ", " + ")
    )


def sentence(text: str) -> Sentence:
    """Cut a question into tokens."""
    text = text.replace("’", "'").replace("‘", "'").strip()
    found: list[Token] = []
    at = 0
    while at < len(text):
        token = _token(text, at)
        if token is None:
            at += 1
            continue
        found.append(token)
        at = token.end
    return Sentence(text, tuple(found), language_of(text))


# What nearly every question in English begins with, and nearly every one in Chinese holds.
_ENGLISH = re.compile(
    r"(?:please |can you |could you )?(?:what|which|who|whose|when|where|how|is|are|was|were|do|"
    r"does|did|has|have|list|show|give|find|count|tell|average|total|the|names?|top|in which|"
    r"for each)\b",
    re.I,
)
_CHINESE = re.compile(r"[的是有哪谁几吗呢多少什么最请各每在和与]")


def language_of(text: str) -> str:
    """`zh` where a text holds Chinese characters, if it is no English that only quotes them."""
    if not any("\u4e00" <= c <= "\u9fff" for c in text):
        return "en"
    return "en" if _ENGLISH.match(text) and not _CHINESE.search(text) else "zh"


def _token(text: str, at: int) -> Token | None:
    inside = at > 0 and text[at - 1].isascii() and text[at - 1].isalnum() and text[at].isascii()
    if text[at].isspace():
        return None
    if not inside:
        if (found := _QUOTED.match(text, at)) and not (
            at and text[at - 1].isalnum() and text[at] == "'"
        ):
            inner = next(g for g in found.groups() if g)
            return Token(inner, normal(inner), at, found.end(), quoted=True)
        for pattern in _PERIODS:
            found = pattern.match(text, at)
            if found and not _runs_on(text, found.end()):
                return Token(found[0], normal(found[0]), at, found.end(), period=_period(found))
        if at and (found := _LONE.match(text, at)):
            month = _month(found["m"])
            return Token(found[0], normal(found[0]), at, found.end(), period=Period(month=month))
        if found := _TIME.match(text, at):
            amount = Amount(_minutes(found), "min")
            return Token(found[0], normal(found[0]), at, found.end(), amount=amount)
        if (found := _SPELT.match(text, at)) and (spelt := _spelt(found)) is not None:
            return Token(found[0], normal(found[0]), at, found.end(), amount=spelt)
        if found := _NUMBER.match(text, at):
            return Token(found[0], normal(found[0]), at, found.end(), amount=_amount(found))
    if found := _SIGN.match(text, at):
        return Token(found[0], found[0], at, found.end())
    if found := _WORD.match(text, at):
        word = found[0]
        return Token(word, fold(word), at, found.end())
    if text[at] == "'" and text[at : at + 2].lower() == "'s":
        return Token("'s", "'s", at, at + 2)
    return (
        Token(text[at], text[at], at, at + 1, pause=True) if _SENTENCE_END.match(text, at) else None
    )


def _runs_on(text: str, end: int) -> bool:
    """Whether a word in Latin letters or a figure goes on over its end."""
    before, after = text[end - 1], text[end : end + 1]
    return before.isascii() and before.isalnum() and after.isascii() and after.isalnum()


def _month(text: str) -> int:
    if text[0].isdigit():
        return int(text)
    if text[0] in _DIGITS:
        return sum(_DIGITS[c] for c in text)
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(text.lower()[:3]))


def _period(found: re.Match[str]) -> Period:
    part = found.groupdict()
    year = int(part.get("y") or 0)
    if (half := part.get("h")) is not None:
        return Period(year, months=(1, 6) if half == "上" else (7, 12))
    quarter = part.get("q")
    if quarter:
        q = _ORDINALS.get(quarter.lower()) or _DIGITS.get(quarter) or int(quarter)
        return Period(year, quarter=q)
    if word := part.get("w"):
        return Period(weekdays=_WEEK[word.lower()])
    if word := part.get("cw"):
        return Period(weekdays=(6 if word in "日天" else _DIGITS[word] - 1,))
    month = _month(part["m"]) if part.get("m") else 0
    return Period(year, month=month, day=int(part.get("d") or 0))


def _minutes(found: re.Match[str]) -> float:
    if noon := found["noon"]:
        return 0.0 if noon.lower() == "midnight" else 720.0
    hour = int(found["h"] or found["h2"] or found["h3"] or found["h4"]) % 24
    part = (found["p"] or found["p2"] or found["p3"] or found["p4"] or "").lower()
    if part in ("pm", "afternoon", "evening", "下午", "傍晚", "晚上") and hour < 12:
        hour += 12
    if part == "am" and hour == 12:
        hour = 0
    return hour * 60.0 + int(found["n"] or 0)


def _spelt(found: re.Match[str]) -> Amount | None:
    """A number in Chinese characters; None for a lone digit, and for what is written in figures."""
    text = found["n"]
    if (not found["p"] and len(text) < 2) or (not found["p"] and text[0].isdigit()):
        return None
    scale = next((_BIG[c] for c in reversed(text) if c in _BIG), 1.0)
    whole, _, part = text.partition("点")
    tail = part.lstrip("零〇一二三四五六七八九")
    part = part[: len(part) - len(tail)]
    value = _chinese(whole) if not whole[0].isdigit() else float(re.match(r"[\d.]+", whole)[0])  # type: ignore[index]
    value += sum(_DIGITS.get(c, 0) / 10 ** (i + 1) for i, c in enumerate(part))
    for c in tail:
        value *= _PLACES.get(c) or _BIG[c]
    unit = "%" if found["p"] or found["u"] == "个百分点" else found["u"] or ""
    return Amount(round(value, 9), unit, scale)


def _chinese(text: str) -> float:
    """`四万九千` is 49,000; digits that only follow each other are read one by one."""
    if all(c in "零〇一二三四五六七八九" for c in text):
        return float("".join(str(_DIGITS.get(c, 0)) for c in text))
    total = below = digit = 0.0
    for c in text:
        if c in _BIG:
            total, below, digit = (total + below + digit or 1) * _BIG[c], 0.0, 0.0
        elif c in _PLACES:
            below, digit = below + (digit or 1) * _PLACES[c], 0.0
        else:
            digit = float(_DIGITS.get(c, 0))
    return total + below + digit


def _amount(found: re.Match[str]) -> Amount:
    value = float((found["n"]).replace(",", ""))
    scale = found["s"]
    unit = (found["u"] or "").strip()
    if scale:
        value = round(value * _SCALES[scale.lower()], 6)
    if found["o"]:
        return Amount(value, "th")
    if unit in ("percent", "百分点", "个百分点"):
        unit = "%"
    unit = _CURRENCIES.get(unit.lower().rstrip("s"), unit)
    factor = _SCALES[scale.lower()] if scale and scale[0] in "百千万亿" else 1.0
    return Amount(value, unit or (found["c"] or ""), factor)
