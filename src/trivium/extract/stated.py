"""What a passage states, as relations between things, each with the characters that say so.

    Blue Harbour                                     (Blue Harbour, director, Ida Norrby)
    Blue Harbour is a 1971 film directed by Ida  ->  (Blue Harbour, date, 1971)
    Norrby. Her brother Nils was a painter.          (Ida Norrby, sibling, Nils)

Sentences are about the thing that the heading names, or else their own subject; pronouns and
definite descriptions (`the film`) stand for the last of these. No model is asked, and what the text
tells its reader to do is text. What no pattern fits is not a fact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trivium.extract import patterns
from trivium.extract.names import TITLED, plain, without_bracket
from trivium.extract.vocabulary import BY, FEMININE, KIN, MADE, NAMED, PARTS
from trivium.ground.dates import parse_date
from trivium.ground.sentences import sentences


@dataclass(frozen=True, slots=True)
class Stated:
    """`subject`'s `relation` is `value`, the characters `start` to `end` of the passage.

    `moment` is the date that the value is, as yyyymmdd, or 0.
    """

    subject: str
    relation: str
    value: str
    start: int
    end: int
    moment: int = 0


@dataclass(frozen=True, slots=True)
class Statements:
    """The facts of a passage, the other names of what it is about, and what it speaks of last."""

    facts: tuple[Stated, ...]
    names: tuple[str, ...]
    topic: str = ""


def statements_of(text: str, heading: str = "", topic: str = "") -> Statements:
    """What a passage under a heading states.

    Args:
        topic: the thing that the passage before was about, where the heading names none.
    """
    reader = _Passage(text, heading, topic)
    facts = tuple(dict.fromkeys(reader.facts()))
    return Statements(facts, tuple(dict.fromkeys(reader.names)), reader.topic)


class _Passage:
    """The sentences of one passage, and the thing that each is about."""

    def __init__(self, text: str, heading: str, topic: str) -> None:
        self.text, self.heading = text, heading
        self.topic = topic or heading
        self.names: list[str] = []
        self.people: set[str] = set()
        self.things: list[str] = []

    def facts(self) -> Iterator[Stated]:
        for number, (start, end) in enumerate(_cut(self.text)):
            if patterns.ORDERS.match(self.text, start, end):
                continue
            subject = self._subject(start, end, number == 0)
            if subject:
                found = [fact for find in FINDERS for fact in find(self, subject, start, end)]
                if any(fact.subject == subject and fact.relation in OF_PEOPLE for fact in found):
                    self.people.add(subject)
                if subject not in self.people:
                    self.things.append(subject)
                yield from found
            yield from _free(self, start, end)

    def _subject(self, start: int, end: int, first: bool) -> str:
        """The thing that a sentence is about."""
        sentence = self.text[start:end]
        if patterns.OF_THING.match(sentence) and self.topic in self.people and self.things:
            return self.things[-1]  # `the company`, where the last that was spoken of is a person
        if patterns.PRONOUN.match(sentence) or patterns.DEFINITE.match(sentence):
            return self.topic
        found = patterns.SUBJECT.match(sentence)
        if found is None or patterns.FILLERS.match(found["s"]):
            return self.topic
        name = re.sub(r"^(?:[Tt]he|[Aa]n?) (?=[a-z])", "", found["s"])
        if not self.topic:
            self.topic = name
            return name
        if _same(name, self.topic, loose=first):
            if plain(name) != plain(self.topic):
                self.names.append(name)
            return self.topic
        if first and self.heading and _about(sentence, self.heading):
            self.names.append(name)
            return self.topic
        if first or not self.heading:
            self.topic = name
        return name

    def stated(
        self, subject: str, relation: str, start: int, end: int, moment: int = 0
    ) -> Iterator[Stated]:
        """The fact whose value stands there, without marks at its end."""
        while end > start and self.text[end - 1] in " ,.;\"'”":
            if self.text[end - 1] == "." and re.search(
                r"(?:\b[A-Z]|Jr|Sr)\.$", self.text[start:end]
            ):
                break
            end -= 1
        value = self.text[start:end]
        if not value or patterns.FILLERS.match(value) or plain(value) == plain(subject):
            return
        yield Stated(subject, relation, value, start, end, moment)


def _cut(text: str) -> list[tuple[int, int]]:
    """Sentences, also where no space was written after a full stop: `1962.In 1979`."""
    found = []
    for start, end in sentences(text):
        last = start
        for stop in patterns.JOINED_STOP.finditer(text, start, end):
            found.append((last, stop.end()))
            last = stop.end()
        found.append((last, end))
    return found


def _same(name: str, topic: str, loose: bool) -> bool:
    """Whether a name is a form of the topic's: its last word, its first, or most of its words."""
    mine, its = plain(name).split(), plain(without_bracket(topic)).split()
    shared = [word for word in mine if word in its]
    if mine == its or (mine and len(shared) == len(mine)):
        return True
    return loose and len(shared) >= max(1, (min(len(mine), len(its)) + 1) // 2)


def _about(sentence: str, heading: str) -> bool:
    """Whether a first sentence names its heading somewhere before its verb."""
    head = plain(sentence.split(" is ")[0].split(" was ")[0])
    words = plain(without_bracket(heading)).split()
    return bool(words) and sum(word in head.split() for word in words) * 2 >= len(words)


# --- what is looked for, in a sentence about a known subject -------------------------------------

Finder = Callable[[_Passage, str, int, int], Iterator[Stated]]


def _life(passage: _Passage, subject: str, start: int, end: int) -> Iterator[Stated]:
    """Births and deaths, in brackets behind the name and in words."""
    text = passage.text
    brackets = list(patterns.BRACKETED.finditer(text, start, min(end, start + 350)))
    spans = [b.span(1) for b in brackets if patterns.YEARS.search(b[1])][:1]
    opened = text.find("(", start, min(end, start + 120))
    if not spans and opened >= 0:  # it is closed in no sentence
        spans = [(opened + 1, min(end, opened + 200))]
    found = None
    for a, b in spans:
        for pattern in (patterns.LIFE, patterns.BORN, patterns.DIED):
            if found := pattern.search(text, a, b):
                later = patterns.DIED.search(text, found.end(), b)
                if pattern is patterns.BORN and later:
                    yield from _dates(passage, subject, later)
                yield from _dates(passage, subject, found)
                break
        if found and (place := patterns.BORN_BEFORE.match(text, a, found.start() + 1)):
            yield from passage.stated(subject, "place of birth", *place.span("v"))
    begin = spans[0][1] if spans and found else start
    for found in patterns.WAS_BORN.finditer(text, begin, end):
        before = text[max(start, found.start() - 1) : found.start()]
        if before != "-" and not _others(text, start, found.start()):
            yield from _dates(passage, subject, found)
    for found in patterns.DEATH.finditer(text, begin, end):
        if _others(text, start, found.start()):
            continue
        for part in patterns.DIED_PART.finditer(text, *found.span("a")):
            yield from _dates(passage, subject, part)
    if found := patterns.BURIED.search(text, start, end):
        yield from passage.stated(subject, "place of burial", *found.span("v"))


def _others(text: str, start: int, end: int) -> bool:
    """Whether what comes before in the sentence speaks of somebody else: `his son was born`."""
    return patterns.OTHERS.search(text[start:end]) is not None


# What only people have.
OF_PEOPLE = frozenset(
    ("date of birth", "date of death", "place of birth", "place of death", "father", "mother",
     "spouse", "child", "sibling", "education")
)  # fmt: skip
_PARTS = {"born": "date of birth", "born2": "date of birth", "died": "date of death",
          "bp": "place of birth", "bp2": "place of birth", "bp3": "place of birth",
          "dp": "place of death", "dp0": "place of death", "dp2": "place of death"}  # fmt: skip


def _dates(passage: _Passage, subject: str, found: re.Match[str]) -> Iterator[Stated]:
    for group, value in found.groupdict().items():
        if group in _PARTS and value:
            moment = parse_moment(value) if "date" in _PARTS[group] else 0
            yield from passage.stated(subject, _PARTS[group], *found.span(group), moment)


def parse_moment(text: str) -> int:
    """A date as yyyymmdd, also of a year of three digits; 0 for none."""
    if text.isdigit() and len(text) in (3, 4):
        return int(text) * 10000
    return parse_date(text) or parse_date(text, anywhere=True)


def _makers(passage: _Passage, subject: str, start: int, end: int) -> Iterator[Stated]:
    """Who made a thing: `written and directed by A and B`, `a song by C`."""
    for found in patterns.PASSIVE.finditer(passage.text, start, end):
        verbs = [verb for verb in re.split(r", and |, | and |/", found["verbs"]) if verb in MADE]
        for a, b in _list(passage.text, found.start("who"), end):
            for verb in verbs:
                yield from passage.stated(subject, MADE[verb], a, b)
    for pattern, group in ((patterns.MADE_BY, "noun"), (patterns.STARRING, "")):
        if made := pattern.search(passage.text, start, end):
            relation = BY[made[group]] if group else "cast member"
            for a, b in _list(passage.text, made.start("who"), end):
                yield from passage.stated(subject, relation, a, b)
    for found in patterns.PART_BY.finditer(passage.text, start, end):
        relation = PARTS.get(found["noun"], "screenwriter")
        yield from passage.stated(subject, relation, *found.span("who"))


def _list(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The names of `A, B and C` from a place on."""
    at = start
    while found := patterns.LIST.match(text, at, end):
        yield found.span("name")
        at = found.end()
        more = patterns.GOES_ON.match(text, at, end)
        if more is None:
            return
        at = more.end("gap")


def _kin(passage: _Passage, subject: str, start: int, end: int) -> Iterator[Stated]:
    """Family: children, parents, spouses, brothers and sisters."""
    text = passage.text
    for found in patterns.SON.finditer(text, start, end):
        child = _child(text, start, found.start(), subject)
        mother = plain(found["p"]).split()[0] in FEMININE
        yield from passage.stated(child, "mother" if mother else "father", *found.span("p"))
        if found["q"]:
            relation = "father" if mother else "mother"
            yield from passage.stated(child, relation, *found.span("q"))
    for found in patterns.OF_KIN.finditer(text, start, end):
        before = text[start : found.start()]
        if found["kin"] in KIN and not patterns.OTHERS.search(before + " "):
            if patterns.BY_KIN.search(before):
                continue
            for a, b in _list(text, found.start("who"), end):
                yield from passage.stated(subject, KIN[found["kin"]], a, b)
    for found in patterns.HIS_KIN.finditer(text, start, end):
        yield from passage.stated(subject, NAMED[found["kin"]], *found.span("who"))
    for found in patterns.MARRIED.finditer(text, start, end):
        yield from passage.stated(subject, "spouse", *found.span("who"))


def _child(text: str, start: int, end: int, subject: str) -> str:
    """Whose parents are told: the sentence's subject, or a name before: `Ann, daughter of`."""
    before = patterns.RANKED.sub("", text[start:end])
    found = re.search(rf"(?P<n>{TITLED})(?: \([^()]*\))?, $", before)
    if (
        found is None
        or found.start("n") < 3
        or (
            re.search(r"(?:was|is) (?:the |an? )?[^,]*$", before[: found.start()])
            and not re.search(r"married|to|with|by|of", before)
        )
    ):
        return subject
    return found["n"]


def _kinds(passage: _Passage, subject: str, start: int, end: int) -> Iterator[Stated]:
    """What a thing is: its country or its people's, its year."""
    text = passage.text
    found = patterns.COPULA.search(text, start, end)
    if found is None:
        return
    a = found.start("np")
    if demonym := patterns.DEMONYM.match(found["np"]):
        yield from passage.stated(
            subject, "nationality", a + demonym.start("v"), a + demonym.end("v")
        )
    yield from passage.stated(subject, "kind", a, min(found.end("np"), a + 240))
    if year := patterns.YEAR.search(text, a, min(end, a + 40)):
        yield from passage.stated(subject, "date", *year.span(), int(year[0]) * 10000)
    if work := patterns.OCCUPATION.match(text, a, end):
        stop = patterns.OCCUPATION_END.search(text, *work.span("v"))
        yield from passage.stated(
            subject, "occupation", work.start("v"), stop.start() if stop else work.end("v")
        )


def _single(relation: str, pattern: re.Pattern[str], group: str = "v") -> Finder:
    """A relation whose value a pattern shows."""

    def find(passage: _Passage, subject: str, start: int, end: int) -> Iterator[Stated]:
        for found in pattern.finditer(passage.text, start, end):
            moment = parse_moment(found[group]) if relation == "date" else 0
            yield from passage.stated(subject, relation, *found.span(group), moment)

    return find


def _aliases(passage: _Passage, subject: str, start: int, end: int) -> Iterator[Stated]:
    """Other names of the thing, which are names and no facts."""
    for found in patterns.ALIAS.finditer(passage.text, start, min(end, start + 250)):
        passage.names.append(found["v"])
    return iter(())


FINDERS: tuple[Finder, ...] = (
    _life,
    _makers,
    _kin,
    _kinds,
    _single("date", patterns.RELEASED),
    _single("location", patterns.LOCATED),
    _single("headquarters", patterns.SEATED),
    _single("education", patterns.STUDIED),
    _single("employer", patterns.WORKED),
    _single("award", patterns.AWARD),
    _single("team", patterns.PLAYS),
    _aliases,
)


# --- what a sentence says of things that it names itself -----------------------------------------


def _free(passage: _Passage, start: int, end: int) -> Iterator[Stated]:
    """`A directed B`, `A, the founder of B`, `the capital of B is A`, `B's chairman A`."""
    text = passage.text
    for found in patterns.ACTIVE.finditer(text, start, end):
        maker = _maker(passage, start, found.start())
        if maker is not None and MADE[found["verb"]] not in ("successor",):
            a, b = maker
            yield from passage.stated(found["what"].rstrip("."), MADE[found["verb"]], a, b)
    for pattern in (patterns.ROLE, patterns.WHOSE, patterns.OWNED):
        for found in pattern.finditer(text, start, end):
            if NAMED[found["noun"]] != "nationality":
                relation = NAMED[found["noun"]]
                yield from passage.stated(found["what"].rstrip("."), relation, *found.span("who"))


def _maker(passage: _Passage, start: int, end: int) -> tuple[int, int] | None:
    """The subject right before a verb, where it is a name."""
    before = passage.text[start:end]
    found = re.search(
        rf"(?P<s>{TITLED})(?:\s*\([^()]*\))?,?\s*(?:(?:who|also|has|had|later|first|co-?) ?)*$",
        before,
    )
    if found is None or patterns.FILLERS.match(found["s"]):
        return None
    return start + found.start("s"), start + found.end("s")
