"""The things that documents speak of, and which of them a name means.

    Things.of(passages).named("Count Ramon Berenguer IV of Barcelona")
        [Link("Ramon Berenguer IV, Count of Barcelona", 0.8)]

A thing is what a heading names, or else a subject of facts. A name links to the thing whose name or
other name it is; or to the only one whose telling words are all in it, or hold all of its own. A
name that could be several things is decided by the words around both, and otherwise it is none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from trivium.extract.names import names_in, plain, without_bracket
from trivium.extract.stated import Stated, Statements, statements_of
from trivium.extract.vocabulary import HONORIFICS
from trivium.ground.passage import Passage

# How sure a link is: by the whole name, without its bracket, by the words that tell; and how much
# of that is left where the text has only a part of the name.
WHOLE, BARE, TELLING, PART = 1.0, 0.97, 0.85, 0.95
_HE, _SHE = re.compile(r"\b[Hh](?:e|is|im)\b"), re.compile(r"\b(?:[Ss]he|[Hh]er|[Hh]ers)\b")
# Candidates that are compared for one name.
MOST = 200


@dataclass(frozen=True, slots=True)
class Link:
    """A thing that a name may mean, and how sure that is, from 0 to 1."""

    thing: str
    sure: float


@dataclass(frozen=True, slots=True)
class Told:
    """A fact, and the passage that says it."""

    fact: Stated
    passage: Passage


class Things:
    """All facts of passages, by the things that they are of."""

    def __init__(self, passages: Sequence[Passage], statements: Sequence[Statements]) -> None:
        self.facts: dict[str, list[Told]] = defaultdict(list)
        self.texts: dict[str, list[Passage]] = defaultdict(list)
        self._names: dict[str, dict[str, float]] = defaultdict(dict)
        for passage, said in zip(passages, statements, strict=True):
            if passage.heading:
                self.texts[passage.heading].append(passage)
                self._call(passage.heading, passage.heading, said.names)
            for fact in said.facts:
                if fact.subject not in self.texts:
                    self._call(fact.subject, fact.subject, ())
                self.facts[fact.subject].append(Told(fact, passage))
        self.mentioned = {
            plain(told.fact.value): told.fact.value
            for held in self.facts.values() for told in held if not told.fact.moment
        }  # fmt: skip

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> Things:
        held = list(passages)
        return cls(held, Reading().read(held))

    def _call(self, thing: str, name: str, others: Iterable[str]) -> None:
        self._named(plain(name), thing, WHOLE)
        self._named(plain(without_bracket(name)), thing, BARE)
        for other in others:
            self._named(plain(other), thing, BARE - 0.05)

    def _named(self, name: str, thing: str, sure: float) -> None:
        if name:
            self._names[name][thing] = max(sure, self._names[name].get(thing, 0.0))

    @cached_property
    def _by_word(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name in self._names:
            for word in telling(name):
                found[word].append(name)
        return found

    @property
    def names(self) -> Iterable[str]:
        """All names, as `plain` has them."""
        return self._names.keys()

    def knows(self, name: str) -> bool:
        """Whether a document speaks of what is called so."""
        return plain(name) in self._names or plain(name) in self.mentioned

    def called(self, name: str) -> list[Link]:
        """The things that are called exactly so, the surest first."""
        found = self._names.get(plain(name), {})
        links = [Link(thing, sure) for thing, sure in found.items()]
        return sorted(links, key=lambda link: (-link.sure, link.thing not in self.texts))

    def named(self, name: str, around: str = "") -> list[Link]:
        """The things that a name may mean, the surest first; words `around` it decide of several.

        A name of things that nothing tells apart links to none of them.
        """
        exact = self.called(name)
        if exact:
            return self._decided(exact, around)
        words = telling(plain(name))
        if len(words) < 2:
            return []
        rarest = min(words, key=lambda word: len(self._by_word.get(word, ())))
        pool = {other for word in (rarest, *words) for other in self._by_word.get(word, ())[:MOST]}
        found: dict[str, float] = {}
        for other in pool:
            its = telling(other)
            small, large = (words, its) if len(words) <= len(its) else (its, words)
            if len(small) >= 2 and small <= large and _numerals(words) == _numerals(its):
                share = len(small) / len(large)
                for thing in self._names[other]:
                    found[thing] = max(found.get(thing, 0.0), TELLING * (0.7 + 0.3 * share))
        links = sorted((Link(t, s) for t, s in found.items()), key=lambda link: -link.sure)
        return self._decided(links, around)

    @cached_property
    def _by_value(self) -> dict[str, list[tuple[Told, str]]]:
        found: dict[str, list[tuple[Told, str]]] = defaultdict(list)
        for subject, held in self.facts.items():
            for told in held:
                for word in telling(plain(told.fact.value)):
                    found[word].append((told, subject))
        return found

    def said_of(self, thing: str, relations: Iterable[str]) -> list[tuple[Told, str]]:
        """The facts whose value is the thing, each with its subject."""
        words = telling(plain(without_bracket(thing)))
        kinds = set(relations)
        pool = min((self._by_value.get(word, []) for word in words), key=len, default=[])
        found = []
        for told, subject in pool:
            if told.fact.relation in kinds and subject != thing:
                links = self.named(told.fact.value)
                if told.fact.value == thing or (links and links[0].thing == thing):
                    found.append((told, subject))
        return found

    def meant(self, told: Told, around: str = "") -> list[Link]:
        """The things that the value of a fact may mean; a part of a name stands for the whole that
        its document gives."""
        value = told.fact.value
        links = self.named(value, around)
        if links or " " in value:
            return links
        for passage in (told.passage, *self.texts.get(told.fact.subject, ())):
            for name in names_in(passage.text):
                words = name[0].split()
                if len(words) > 1 and value in (words[0], words[-1]):
                    links = [
                        Link(link.thing, link.sure * PART) for link in self.named(name[0], around)
                    ]
                    if links:
                        return links
        return []

    def sex(self, thing: str) -> str:
        """`m` or `f`, by the pronouns of what is said of somebody; or nothing."""
        text = " ".join(passage.text for passage in self.texts.get(thing, ()))
        he, she = len(_HE.findall(text)), len(_SHE.findall(text))
        return "m" if he > 2 * she else "f" if she > 2 * he else ""

    def _decided(self, links: list[Link], around: str) -> list[Link]:
        """One link, or of several equally sure ones that whose texts share most words around."""
        best = [link for link in links if link.sure == links[0].sure] if links else []
        if len(best) <= 1 or not around:
            return links
        words = set(plain(around).split())
        shared = {
            link.thing: sum(
                1 for word in set(plain(self._text(link.thing)).split()) if word in words
            )
            for link in best
        }
        order = sorted(links, key=lambda link: (-link.sure, -shared.get(link.thing, 0)))
        if len({shared[link.thing] for link in best}) == 1:
            return [Link(link.thing, link.sure / len(best)) for link in order]
        return order

    def _text(self, thing: str) -> str:
        held = self.texts.get(thing)
        return " ".join([thing, *(passage.text[:300] for passage in held[:1])]) if held else thing


def telling(name: str) -> frozenset[str]:
    """The words of a plain name that tell people and things apart: no titles, no single letters."""
    return frozenset(
        word for word in name.split()
        if word not in HONORIFICS and (len(word) > 1 or word in _NUMERALS)
    )  # fmt: skip


_NUMERALS = frozenset(
    "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi "
    "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th".split()
)


def _numerals(words: frozenset[str]) -> frozenset[str]:
    return words & _NUMERALS


class Reading:
    """The statements of passages; what has been read is not read again."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str, str], Statements] = {}

    def read(
        self, passages: Sequence[Passage], check: Callable[[], None] | None = None
    ) -> list[Statements]:
        """Those of each; one without a heading goes on about what the one before was about.

        Args:
            check: called before each passage is read; what it raises ends the reading.
        """
        found: list[Statements] = []
        before: Passage | None = None
        topic = ""
        for passage in passages:
            if before is None or _apart(before, passage):
                topic = ""
            key = passage.text, passage.heading, topic
            said = self._read.get(key)
            if said is None:
                if check is not None:
                    check()
                said = self._read[key] = statements_of(*key)
            found.append(said)
            topic = said.topic
            before = passage
        return found


def _apart(one: Passage, other: Passage) -> bool:
    return one.place.file != other.place.file or one.heading != other.heading
