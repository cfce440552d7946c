"""Facts in running text, as two tables that questions run over like any other.

    "The capital of France is Paris."            ->   statements(France, capital, Paris)
    "Acme was founded in 1923 by Ann Lee."       ->   statements(Acme, founded, 1923),
                                                      statements(Acme, founded by, Ann Lee)
    "Revenue was $3.4 million in 2019."          ->   quantities(revenue, $3.4 million, 2019)

No model is asked: sentences are cut into clauses, and the patterns below are tried on each. What no
pattern fits is not a fact; it is still in its passage. Each row's place is its sentence, and the
place of its value is the value's own bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from trivium.ground.facts import Clause, Fact
from trivium.ground.passage import Passage
from trivium.ground.phrases import (
    AUXILIARY,
    BE,
    DATE,
    FALL,
    LEAD,
    NUMBER,
    PARTICIPLES,
    RELATE,
    RISE,
)  # fmt: skip
from trivium.ground.quantities import quantities_in
from trivium.ground.sentences import sentences
from trivium.ground.subjects import clauses_of, is_name, split_owner
from trivium.ground.table import Table, make_table
from trivium.source import Place

_NAME = r"(?:[A-Z][\w.'’&-]*)(?:\s+(?:of|the|de|van|von|and|&|la|le|du|di|[A-Z0-9][\w.'’&-]*))*"

# Tried on each clause's predicate: name, pattern. Groups: `property`, `value`, `owner`, `tail`.
PREDICATES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("role", re.compile(
        rf"^(?:{BE})\s+(?:also\s+)?(?:the|a|an|one of the)\s+"
        r"(?P<property>(?:(?!(?:which|that|who|by|in|to|from|for)\b)[\w'’-]+\s+){1,5}?)of\s+"
        r"(?:the\s+)?(?P<owner>[^,;]+?)(?:\s*[,;.]|$|\s+(?:and|who|which|that)\b)"
    )),
    ("passive", re.compile(
        rf"^(?:{BE}|has been|have been|had been)\s+(?:\w+ly\s+)?"
        rf"(?P<property>[a-z]+ed|{'|'.join(PARTICIPLES)})\b(?P<tail>.*)$"
    )),
    ("copula", re.compile(rf"^(?:{BE}|became|remains|remained)\s+(?P<value>.+)$")),
    ("has", re.compile(
        r"^(?:has|have|had)\s+(?:(?:a|an|the|its)\s+)?(?P<property>[\w' -]{2,40}?)\s+"
        r"(?:of|called|named)\s+(?P<value>[^,;]+)"
    )),
    ("active", re.compile(
        rf"^(?P<property>{'|'.join(sorted(RELATE, key=len, reverse=True))}|[a-z]{{3,}}ed)\b"
        r"(?P<tail>.*)$"
    )),
)  # fmt: skip

# `founded in 1923 by Y at Z`: each preposition begins a value of its own.
_PREPOSITION = re.compile(
    r"\s*\b(?P<preposition>in|on|by|at|from|to|for|as|with|without|into|near|during|"
    r"against|after|before)\s+", re.I
)  # fmt: skip
_APPOSITION = re.compile(
    rf"(?P<subject>{_NAME}),\s+(?:(?:the|a|an|its|our|his|her)\s+)?"
    rf"(?P<property>[a-z][\w '’-]{{2,50}}?)\s+(?:of|at|for)\s+"
    rf"(?:the\s+)?(?P<owner>{_NAME})(?=\s*[,.;]|$)"
)
_BRACKETED = re.compile(
    rf"(?P<subject>{_NAME})\s+\((?:(?P<word>born|b\.|founded|established|est\.|died|d\.|opened)\s+)?"
    rf"(?P<first>{DATE.pattern})(?:\s*[–—-]\s*(?P<last>{DATE.pattern}))?\)"
)
_KEY_VALUE = re.compile(r"^(?P<key>[^\W\d_][^:\n]{0,48}?)\s*:\s+(?P<value>\S.*?)\.?$", re.S)
_VALUE_END = re.compile(
    r"\s*(?:;|,\s+(?:which|who|where|and|but|with|after|a|an|the)\b|"
    r"\s+(?:which|who|that|where|while)\b)"
)

_POINTER = re.compile(r"\b(?:following|table below|above|see note|note \d)\b|^\d|:", re.I)
# Longer subjects and values are clauses that were not understood.
MOST_WORDS, MOST_VALUE_WORDS = 9, 18
_RELATIVE = re.compile(r"\s+(?:which|that|who|whom|whose|where|while|when|because|if)\b")
_NOUN = re.compile(r"[A-Z\d$€£¥]|(?:the|a|an|his|her|its|their)\b")
_WHERE = {"in", "on", "at", "during", "before", "after"}
_WORDS = {"b.": "born", "d.": "died", "est.": "established"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What passages say: `statements` and `quantities`, either None where there are none."""

    statements: Table | None
    quantities: Table | None

    @property
    def tables(self) -> list[Table]:
        return [table for table in (self.statements, self.quantities) if table is not None]


# A fact, its sentence, the place of that, and of its value.
Sentence = tuple[Fact, str, Place, Place]


@dataclass(frozen=True, slots=True)
class Said:
    """What one passage says."""

    statements: tuple[Sentence, ...]
    quantities: tuple[Sentence, ...]


def facts_of(passages: Iterable[Passage]) -> Facts:
    """The facts of passages, as tables."""
    return told([facts_in(passage) for passage in passages])


def told(said: Iterable[Said]) -> Facts:
    """The tables `statements(subject, property, value, date, passage, sentence)` and
    `quantities(subject, property, value, unit, change, date, passage, sentence)`.

    `passage` is the passage's number, from 1.
    """
    numbered = list(enumerate(said, 1))
    return Facts(
        _table("statements", [(n, *found) for n, one in numbered for found in one.statements]),
        _table("quantities", [(n, *found) for n, one in numbered for found in one.quantities]),
    )


def facts_in(passage: Passage) -> Said:
    """The facts of one passage."""
    statements: list[Sentence] = []
    quantities: list[Sentence] = []
    text, subject = passage.text, passage.heading
    for start, end in sentences(text):
        place, sentence = passage.at(start, end), text[start:end]
        clauses = clauses_of(text, start, end, subject)
        if named := _key_value(sentence):
            # `Area: 45 km²` under a heading is the area of what the heading names.
            value = start + named.start("value")
            key = start + named.start("key"), start + named.end("key")
            clauses = [Clause(start, end, named["key"], value, key, passage.heading)]
        else:
            subject = clauses[-1].subject or subject
        for facts, target in (
            (statements_in(text, start, end, clauses, passage.heading), statements),
            (quantities_in(text, start, end, clauses), quantities),
        ):
            target.extend(
                (fact, sentence, place, passage.at(fact.start, fact.end)) for fact in facts
            )
    return Said(tuple(statements), tuple(quantities))


def _table(name: str, found: list[tuple[int, Fact, str, Place, Place]]) -> Table | None:
    if not found:
        return None
    headers = ["subject", "property", "value", "date", "passage", "sentence"]
    if name == "quantities":
        headers[3:3] = ["unit", "change"]
    rows, places = [], []
    for number, fact, sentence, place, value_place in found:
        values = {"passage": str(number), "sentence": sentence}
        rows.append([values.get(h) or getattr(fact, h, "") for h in headers])
        places.append([value_place if h == "value" else place for h in headers])
    file = Place(found[0][3].file, part=name)
    return make_table(name, headers, rows, file, places=places)


# --- statements ----------------------------------------------------------------------------------


def statements_in(
    text: str, start: int, end: int, clauses: list[Clause], heading: str = ""
) -> list[Fact]:
    """The entity-property-value facts of the sentence `text[start:end]`."""
    sentence = text[start:end]
    if found := _key_value(sentence):
        a, b = found.span("value")
        return [Fact(heading, found["key"], found["value"], start + a, start + b)]
    facts: list[Fact] = []
    for found in _APPOSITION.finditer(text, start, end):
        facts.append(_fact(found["owner"], found["property"], found, "subject"))
    for found in _BRACKETED.finditer(text, start, end):
        # Whole dates are a life; bare years may be a firm's or a reign.
        life = not found["first"].isdigit()
        ends = ("born", "died") if life else ("from", "until")
        word = found["word"] or (ends[0] if found["last"] else "date")
        facts.append(_fact(found["subject"], _WORDS.get(word, word), found, "first"))
        if found["last"]:
            facts.append(_fact(found["subject"], ends[1], found, "last"))
    for clause in clauses:
        if clause.subject and _is_entity(clause.subject):
            facts.extend(_predicate_facts(text, clause))
    return facts


def _key_value(sentence: str) -> re.Match[str] | None:
    """`Area: 45 km²`, but not a sentence that has a colon in it."""
    found = _KEY_VALUE.match(sentence)
    if found and len(found["value"].split()) > 4 and AUXILIARY.search(found["value"]):
        return None
    return found


def _is_entity(subject: str) -> bool:
    """Whether a subject can be looked up: a short phrase, not `the following table`."""
    return len(subject.split()) <= MOST_WORDS and not _POINTER.search(subject)


def _fact(subject: str, what: str, found: re.Match[str], group: str) -> Fact:
    a, b = found.span(group)
    return Fact(subject, what.strip(), found[group], a, b)


def _predicate_facts(text: str, clause: Clause) -> list[Fact]:
    end = clause.end
    while end > clause.predicate and text[end - 1] in " .,;!?":
        end -= 1
    predicate = text[clause.predicate : end]
    date = _date_of(text, clause)
    for name, pattern in PREDICATES:
        found = pattern.match(predicate)
        if found is None:
            continue
        facts = [
            fact
            for fact in _MAKERS[name](clause, found, date)
            if len(fact.value.split()) <= MOST_VALUE_WORDS
        ]
        if facts:
            return facts
    return []


def _date_of(text: str, clause: Clause) -> str:
    """The time that the predicate names, or else the words before the subject."""
    lead = LEAD.match(text[clause.start : clause.end])
    begin = clause.start + (lead.end() if lead else 0)
    found = DATE.search(text, clause.predicate, clause.end) or DATE.search(
        text, clause.start, begin
    )
    return found[0] if found else ""


def _role(clause: Clause, found: re.Match[str], date: str) -> list[Fact]:
    """Paris is the capital of France: (France, capital, Paris), (Paris, is, the capital ...)."""
    whole = _Stretch(clause, found).fact(clause.subject, "is", *_from_article(found), date)
    owner, what = found["owner"].strip(), found["property"].strip()
    return [Fact(owner, what, clause.subject, *clause.named, date), whole]


def _from_article(found: re.Match[str]) -> tuple[int, int]:
    begin = re.match(rf"(?:{BE})\s+(?:also\s+)?", found[0])
    return (begin.end() if begin else 0), found.end("owner")


def _copula(clause: Clause, found: re.Match[str], date: str) -> list[Fact]:
    """The capital of France is Paris; X's capital is Paris; X is a town."""
    start, end = _trimmed(found, "value")
    what = _Stretch(clause, found)
    if not found.string[start:end] or NUMBER.match(found.string, start):
        return []  # a quantity
    owner, of = ("", "") if is_name(clause.subject) else split_owner(clause.subject)
    if owner and (within := re.match(r"(?:in|at|on)\s+", found.string[start:end])):
        start += within.end()  # its seat is in Oslo
    return [what.fact(owner or clause.subject, of if owner else "is", start, end, date)]


def _has(clause: Clause, found: re.Match[str], date: str) -> list[Fact]:
    start, end = _trimmed(found, "value")
    return [_Stretch(clause, found).fact(clause.subject, found["property"], start, end, date)]


def _event(clause: Clause, found: re.Match[str], date: str) -> list[Fact]:
    """The object and each prepositional phrase after a verb.

    X was founded in 1923 by Y: (X, founded, 1923), (X, founded by, Y), both dated 1923.
    """
    what, verb = _Stretch(clause, found), found["property"]
    if verb in RISE or verb in FALL:
        return []  # a quantity
    start, end = found.span("tail")
    if relative := _RELATIVE.search(found.string, start, end):
        end = relative.start()
    marks = list(_PREPOSITION.finditer(found.string, start, end))
    starts = [(start, ""), *((mark.end(), mark["preposition"].lower()) for mark in marks)]
    stops = [*(mark.start() for mark in marks), end]
    facts: list[Fact] = []
    for (a, preposition), b in zip(starts, stops, strict=True):
        a, b = _trim(found.string, a, b)
        # `agreed to exchange`: no value, but another verb.
        # `based on a play by Ann Lee`: `by` belongs to the play, and not to the verb.
        nested = preposition not in _WHERE and any(fact.property != verb for fact in facts)
        if a >= b or nested or (preposition == "to" and not _NOUN.match(found.string, a)):
            continue
        dated = DATE.match(found.string, a, b)
        if dated and dated.end() == b and any(fact.property == verb for fact in facts):
            continue  # the date of what was done is in its column
        if dated and preposition in ("in", "on", "", "during"):
            facts.append(what.fact(clause.subject, verb, dated.start(), dated.end(), dated[0]))
        else:
            label = f"{verb} {preposition}".strip()
            facts.append(what.fact(clause.subject, label, a, b, date))
    return facts


def _trimmed(found: re.Match[str], group: str) -> tuple[int, int]:
    return _trim(found.string, *found.span(group))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """A value without what comes after it in the sentence, and without space and marks around."""
    stop = _VALUE_END.search(text, start, end)
    end = stop.start() if stop else end
    while start < end and text[start] in " ,":
        start += 1
    while end > start and text[end - 1] in " ,.;":
        end -= 1
    return start, end


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A match within a clause's predicate, and where that stands in the passage."""

    clause: Clause
    found: re.Match[str]

    def fact(self, subject: str, what: str, start: int, end: int, date: str) -> Fact:
        offset = self.clause.predicate
        value = self.found.string[start:end]
        return Fact(subject, what.strip(), value, offset + start, offset + end, date)


_MAKERS = {"role": _role, "passive": _event, "copula": _copula, "has": _has, "active": _event}
