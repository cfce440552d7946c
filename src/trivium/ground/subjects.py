"""A sentence into clauses, each with its subject.

    "In 2019, revenue rose to $5 million, while costs fell."
        revenue | rose to $5 million      costs | fell

A pronoun stands for the subject of the clause or sentence before it, or for the heading.
"""

from __future__ import annotations

import re

from trivium.ground.facts import Clause
from trivium.ground.phrases import (
    ARTICLE,
    AUXILIARY,
    CLAUSE,
    ED_VERB,
    GENERIC,
    LEAD,
    POSSESSIVE,
    PRONOUN,
    VERB,
)  # fmt: skip

# A subject of more words than this was not understood.
LONGEST = 14
_FIRST = re.compile(r"\W*(?:the|a|an|its|our|their)?\s*[\w'’-]+", re.I)
_SUBORDINATE = re.compile(r"[,;]|\b(?:which|that|who|whom|where|when|because|and|but|as|if|than)\b")
_AMOUNT = re.compile(r"\s+(?:of\s+)?(?:US)?[$€£¥]?\d")
_FULL_NAME = re.compile(r"[A-Z]\S*(?:\s+(?:of|the|de|and|&))*(?:\s+[A-Z0-9]\S*)+$")
_BRACKETS = re.compile(r"\s*\([^()]*\)")


def clauses_of(text: str, start: int, end: int, before: str = "") -> list[Clause]:
    """The clauses of `text[start:end]`; `before` is the subject that a pronoun would mean."""
    found: list[Clause] = []
    for begin, stop in _parts(text, start, end):
        part = text[begin:stop]
        lead = LEAD.match(part)
        offset = lead.end() if lead else 0
        verb = _verb(part, offset)
        words = part[offset : verb.start()].strip(" ,") if verb else ""
        if len(words.split()) > LONGEST and (amount := _AMOUNT.search(words)):
            words = words[: amount.start()]
        subject = resolve(words, before) if verb and words else ""
        if verb is None or not subject or len(words.split()) > LONGEST:
            # No subject of its own: what it says is still about the one before.
            found.append(Clause(begin, stop, before, begin, (begin, stop)))
            continue
        predicate = begin + verb.start()
        named = text[begin + offset : predicate].rstrip(" ,")
        span = (begin + offset, begin + offset + len(named))
        found.append(Clause(begin, stop, subject, predicate, span))
        before = subject
    return found


def _verb(part: str, offset: int) -> re.Match[str] | None:
    """The verb of a clause, which has a subject before it (`costs fell`: the first word is none).

    A form of *be* or *have* is the verb even after a participle, which then only describes the
    subject (`the items included above are small`); a word in -ed is one where no other is.
    """
    first = _FIRST.match(part[offset:])
    start = offset + (first.end() if first else 0)
    sure = VERB.search(part, start)
    if sure is None:
        return ED_VERB.search(part, start)
    auxiliary = AUXILIARY.search(part, sure.end())
    if auxiliary and not AUXILIARY.match(sure[0]):
        between = part[sure.end() : auxiliary.start()]
        if not _SUBORDINATE.search(between):
            return auxiliary
    return sure


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut at conjunctions, but only where both sides have a verb."""
    cuts = [start]
    for found in CLAUSE.finditer(text, start, end):
        left, right = text[cuts[-1] : found.start()], text[found.end() : end]
        verb = VERB.search(right)
        if not VERB.search(left) or verb is None:
            continue
        subject = right[: verb.start()]
        # `rose 3%, and the rest fell`: a subject is short and holds no digit.
        if 0 < len(subject.split()) <= 6 and not any(c.isdigit() for c in subject):
            cuts.append(found.end())
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def resolve(words: str, before: str) -> str:
    """The subject without its article, pronouns replaced by what they stand for."""
    if owned := POSSESSIVE.match(words):
        return f"{before}'s {owned[1]}" if before else owned[1]
    if PRONOUN.match(words):
        return before
    # `The company` after `Acme Corp.`
    if words.lower() in GENERIC and _FULL_NAME.match(before):
        return before
    return ARTICLE.sub("", _BRACKETS.sub("", words)).strip(" ,")


def split_owner(phrase: str) -> tuple[str, str]:
    """Whose and what: `Apple's net income` and `net income of Apple` -> (Apple, net income).

    ("", phrase) where nothing is owned; a name such as `Arthur's Magazine` stays whole.
    """
    for mark in ("'s ", "’s ", "s' ", "s’ "):
        owner, found, rest = phrase.partition(mark)
        if found and rest[:1].islower():
            owner += "s" if mark[0] == "s" else ""
            return ARTICLE.sub("", owner), rest
    what, found, owner = phrase.partition(" of ")
    if found and len(what.split()) <= 5:
        return ARTICLE.sub("", owner), ARTICLE.sub("", what)
    return "", phrase


def is_name(phrase: str) -> bool:
    """Whether every word before `of` is a proper one: `University of Oslo`, `Bank of America`."""
    return all(word[:1].isupper() for word in phrase.partition(" of ")[0].split())
