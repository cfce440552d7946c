"""Where sentences begin and end, in any language that ends them with a mark.

    "Dr. No opened in 1962. It cost $1.1 million."   ->   (0, 22) (23, 44)

A full stop ends a sentence when what follows begins one, and what stands before it is neither an
initial nor a known abbreviation.
"""

from __future__ import annotations

import re

_END = re.compile(
    r"""(?:[.!?…]+["'”’»)\]]*(?:\[\w{1,4}\])*(?=\s+["'“‘«(\[]*[^\W_a-z])|[。！？]+(?:["”」』）]+(?!\s*(?:と|って|など|、|，))|(?!["”」』）]))|\n\s*\n)"""
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Rev|Gen|Col|Capt|Lt|Sgt|Gov|Sen|Rep|Hon|Mt|Ft|vs|"
    r"etc|approx|ca|cf|e\.g|i\.e|al|No|Nos|Vol|pp|Fig|Figs|Eq|Sec|Ch|Jan|Feb|Mar|Apr|Jun|Jul|Aug|"
    r"Sept?|Oct|Nov|Dec)|\b(?:[A-Za-z]\.)+[A-Za-z])\.$"
)
_COMPANY = re.compile(r"\b(?:Inc|Ltd|Corp|Co|Bros|U\.S|U\.K|a\.m|p\.m|Jr|Sr|etc|[A-Z])\.$")
_STARTER = re.compile(
    r"\s+(?:The|It|In|He|She|They|This|That|These|Those|We|As|At|On|For|But|And|However|When|After|"
    r"Its|His|Her|Their|Our|During|Since|By|From|A|An)\b"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, without the space around it."""
    found: list[tuple[int, int]] = []
    start = 0
    for mark in _END.finditer(text):
        if mark[0].startswith(".") and _goes_on(text, mark.start() + 1):
            continue
        _append(found, text, start, mark.end())
        start = mark.end()
    _append(found, text, start, len(text))
    return found


def _goes_on(text: str, stop: int) -> bool:
    """Whether the full stop that ends at `stop` belongs to an abbreviation within the sentence."""
    before = text[max(0, stop - 16) : stop]
    if not _ABBREVIATION.search(before) and not _COMPANY.search(before):
        return False
    # `Apple Inc. The firm ...`: some abbreviations may also end a sentence.
    return not (_COMPANY.search(before) and _STARTER.match(text, stop))


def _append(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    part = text[start:end]
    if stripped := part.strip():
        begin = start + len(part) - len(part.lstrip())
        found.append((begin, begin + len(stripped)))
