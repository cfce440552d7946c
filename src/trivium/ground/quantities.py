"""Numbers in running text, with what they measure, their unit and their time.

    "Revenue rose 12% to $3.4 million in 2019 from $3.0 million in 2018."

        subject  property  value         unit  change    date
                 Revenue   12%           %     increase  2019
                 Revenue   $3.4 million  $               2019
                 Revenue   $3.0 million  $               2018

Several numbers with as many times after them are paired in order (`... in 2019 and 2018,
respectively`); else a number has the time after it, else the sentence's first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from trivium.ground.facts import Clause, Fact
from trivium.ground.phrases import (
    ARTICLE,
    DATE,
    FALL,
    HAVE,
    LABEL,
    LEVEL,
    NUMBER,
    RISE,
    UNIT_WORD,
)  # fmt: skip
from trivium.ground.subjects import split_owner

_AND = re.compile(r"^[\s,]*(?:and|or|&)?[\s,]*(?:the\s+)?(?:in\s+|for\s+)?$")
_BETWEEN_TIMES = re.compile(r"^[\s,]*(?:and|or|&)?\s*(?:in\s+|fiscal\s+|for\s+)?$")
# `a population of 45,000`, `revenue of $3 million`, `net income was`: the words that are measured.
_MEASURE = re.compile(
    r"((?:[^\W\d_][\w'’&/-]*\s+){1,5}?)(?:of|was|were|is|are|at|to|by)\s+(?:(?:about|approximately|"
    r"around|over|nearly|almost|only|just|more than|less than)\s+)*\(?$"
)
_FROM = re.compile(r"\b(?:from|compared (?:to|with)|versus|against|than)\b[^\d$€£¥]*$", re.I)
_TO = re.compile(r"\b(?:to|at|reach(?:ed|ing)?)\b[^\d$€£¥]*$", re.I)
_HAS = re.compile(rf"\b(?:{HAVE}|with|having)\b", re.I)
_OF_WHAT = re.compile(
    r"\s+(?:in|of)\s+(?:total\s+)?((?!the\b|fiscal\b)[a-z][\w-]*"
    r"(?:\s+(?!(?:in|for|and|from|to|during|on|as|at|by)\b)[a-z][\w-]*){0,2})"
)
_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it is written, and its unit."""

    start: int
    end: int
    text: str
    unit: str


def amounts_in(text: str, start: int, end: int) -> list[Amount]:
    """The numbers of a stretch of text that count or measure something."""
    dates = [found.span() for found in DATE.finditer(text, start, end)]
    found: list[Amount] = []
    for number in NUMBER.finditer(text, start, end):
        a, b = number.span()
        plain = not number["money"] and not number["percent"] and not number["scale"]
        if any(a < stop and b > begin for begin, stop in dates):
            continue
        if plain and (LABEL.search(text, max(start, a - 16), a) or text[a:b].startswith("(")):
            continue
        unit = (number["money"] or "").strip()
        if number["percent"]:
            unit = "%" if "point" not in number["percent"] else number["percent"].strip()
        elif not unit and (word := UNIT_WORD.match(text, b, end)):
            unit = word[1].strip()
        found.append(Amount(a, b, text[a:b], unit))
    return found


def quantities_in(text: str, start: int, end: int, clauses: list[Clause]) -> list[Fact]:
    """The quantities of the sentence `text[start:end]`."""
    amounts = amounts_in(text, start, end)
    times = [(found.start(), found.end(), found[0]) for found in DATE.finditer(text, start, end)]
    dates = _dates_of(text, amounts, times)
    found: list[Fact] = []
    for amount, date in zip(amounts, dates, strict=True):
        clause = next((c for c in clauses if c.start <= amount.start < c.end), clauses[-1])
        subject, what = _measured(text, clause, amount)
        change = _change(text, clause, amount)
        found.append(
            Fact(subject, what, amount.text, amount.start, amount.end, date, amount.unit, change)
        )
    return found


def _measured(text: str, clause: Clause, amount: Amount) -> tuple[str, str]:
    """Whose and which property an amount is of."""
    subject = clause.subject
    if clause.owner:
        return clause.owner, subject
    before = text[clause.predicate : amount.start]
    # X has a population of 45,000.
    close = _MEASURE.search(before)
    if close and " of " in f"{close[0]} " and (noun := _noun(close[1])):
        return subject, noun
    # X has 45,000 seats; X won 12 medals.
    words = _WORD.findall(before)
    counted = amount.unit[:1].isalpha() and amount.start > clause.predicate
    does = bool(words) and words[0].lower() in LEVEL
    if counted and (does or _HAS.search(before) or _counts(before)):
        return subject, amount.unit
    # The firm generated $5 million in revenue; the bridge cost $5 million.
    verb = next((word for word in reversed(words) if word.lower() in LEVEL), "")
    if verb:
        after = _OF_WHAT.match(text, amount.end, clause.end)
        return subject, after[1].strip() if after else verb
    if not subject or amount.start < clause.predicate:
        # Within the subject, or without one: the words before the number.
        near = _MEASURE.search(text[clause.start : amount.start])
        return "", (_noun(near[1]) if near else "") or subject
    return split_owner(subject)


def _counts(before: str) -> bool:
    """Whether the number follows its verb at once, as in `there are 12 teams`."""
    return bool(re.match(r"^\s*(?:is|are|was|were)\s*$", before))


def _noun(words: str) -> str:
    """The noun phrase at the end of some words: `has a total population` -> `total population`."""
    kept: list[str] = []
    for word in reversed(words.split()):
        if word.lower() in _STOP:
            break
        kept.insert(0, word)
    return ARTICLE.sub("", " ".join(kept[-4:]))


# Where the words of a measure begin: after these.
_STOP = LEVEL | {
    "has", "have", "had", "with", "the", "a", "an", "in", "by", "to", "and", "or", "was", "were",
    "is", "are", "its", "his", "her", "their", "our", "as", "for", "from", "out", "increase",
    "decrease",
}  # fmt: skip

_DIFFERENCE = {"higher", "lower", "increase", "decrease", "growth", "decline"}


def _change(text: str, clause: Clause, amount: Amount) -> str:
    """Whether the amount is a difference: `rose 12%`, `a decrease of $3 million`, `up 4%`."""
    before = text[clause.start : amount.start]
    verbs = [w for w in _WORD.findall(before) if w.lower() in RISE or w.lower() in FALL]
    after = _WORD.match(text[amount.end : amount.end + 14].lstrip())
    if after and after[0].lower() in _DIFFERENCE:
        return "increase" if after[0].lower() in RISE else "decrease"
    if not verbs:
        return ""
    tail = before[before.rindex(verbs[-1]) :]
    if _TO.search(tail) or _FROM.search(tail):
        return ""
    return "increase" if verbs[-1].lower() in RISE else "decrease"


# --- times ---------------------------------------------------------------------------------------


def _dates_of(text: str, amounts: list[Amount], times: list[tuple[int, int, str]]) -> list[str]:
    """The time of each amount."""
    dates = _paired(text, amounts, times)
    for i, amount in enumerate(amounts):
        following = amounts[i + 1].start if i + 1 < len(amounts) else len(text)
        own = [t for s, _, t in times if amount.end <= s < following]
        if not dates[i] and own:
            dates[i] = own[0]
    # `rose 12% to $3.4 million in 2019`: a change has the time of the amount that it leads to.
    for i in range(len(amounts) - 2, -1, -1):
        between = text[amounts[i].end : amounts[i + 1].start]
        if not dates[i] and not _FROM.search(between) and re.search(r"\b(?:to|or|and)\b", between):
            dates[i] = dates[i + 1]
    leading = next((t for s, _, t in times if not amounts or s < amounts[0].start), "")
    only = times[0][2] if len({t for _, _, t in times}) == 1 else ""
    return [date or leading or only for date in dates]


def _paired(text: str, amounts: list[Amount], times: list[tuple[int, int, str]]) -> list[str]:
    """`$5 and $4 in 2019 and 2018` (or the times first): as many times as amounts, in order."""
    dates = [""] * len(amounts)
    groups = _groups([(a.start, a.end) for a in amounts], text, _AND)
    time_groups = _groups([(s, e) for s, e, _ in times], text, _BETWEEN_TIMES)
    for group in groups:
        if len(group) < 2:
            continue
        first, last = amounts[group[0]].start, amounts[group[-1]].end
        matching = [g for g in time_groups if len(g) == len(group)]
        after = [g for g in matching if times[g[0]][0] >= last]
        before = [g for g in matching if times[g[-1]][1] <= first]
        chosen = after[0] if after else before[-1] if before else None
        for amount, time in zip(group, chosen or [], strict=False):
            dates[amount] = times[time][2]
    return dates


def _groups(spans: list[tuple[int, int]], text: str, between: re.Pattern[str]) -> list[list[int]]:
    """Neighbours with nothing but `between` from one to the next."""
    groups: list[list[int]] = []
    for i, (start, _) in enumerate(spans):
        if groups and between.match(text[spans[i - 1][1] : start]):
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups
