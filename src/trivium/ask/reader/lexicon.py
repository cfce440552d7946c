"""How a language says each operation, read from one file a language.

cmp > = more than | over        ->   phrases[("more", "than")] = [("cmp", ">")]
concept pay = salary | wage     ->   what one word is called elsewhere
derive profit = margin : amount - cost
code sex f = female | woman   ->   in a column of the sex that holds `F`
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from trivium.ask.reader.roots import root
from trivium.ask.reader.words import stems

__all__ = ["Lexicon", "lexicon"]

Stems = tuple[str, ...]


@dataclass(frozen=True)
class Adjective:
    """What an adjective orders by, upwards (+) or downwards, and its form: base, more or most."""

    concept: str
    sign: int
    form: str


@dataclass(frozen=True)
class Lexicon:
    """The phrases of a language: each with the operations that it may be; its concepts, each a
    list of names in order; what may be derived from other columns."""

    phrases: dict[Stems, list[tuple[str, object]]]
    concepts: dict[str, list[Stems]]
    of: dict[Stems, list[str]]  # the concepts of a phrase
    derived: dict[str, tuple[str, str, str]]
    words: frozenset[str]  # as written
    codes: dict[Stems, list[tuple[str, str]]]  # what a word is in the columns of a concept
    forms: frozenset[str]  # of adjectives, as written: `lasted` is no form of `last`
    alike: frozenset[frozenset[str]] = frozenset()  # characters that are taken for each other

    @cached_property
    def roots(self) -> dict[str, list[str]]:
        """The concepts by the roots of their names of one word."""
        found: dict[str, list[str]] = defaultdict(list)
        for phrase, concepts in self.of.items():
            if len(phrase) == 1 and phrase[0].isascii() and len(phrase[0]) > 2:
                found[root(phrase[0])] += concepts
        return found


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language; that of English also knows nothing of others."""
    phrases: dict[Stems, list[tuple[str, object]]] = defaultdict(list)
    concepts: dict[str, list[Stems]] = defaultdict(list)
    of: dict[Stems, list[str]] = defaultdict(list)
    derived: dict[str, tuple[str, str, str]] = {}
    codes: dict[Stems, list[tuple[str, str]]] = defaultdict(list)
    forms: set[str] = set()
    alike: set[frozenset[str]] = set()
    text = files("trivium.ask.reader").joinpath(f"lexicons/{language}.txt").read_text("utf-8")
    for line in text.splitlines():
        if not line or line[0] == "#":
            continue
        head, _, tail = line.partition(" = ")
        if tail.startswith("= "):  # the operation `=` itself
            head, tail = f"{head} =", tail[2:]
        category, *arguments = head.split()
        if category == "adj":
            for entry in tail.split(";") if language == "en" else tail.split("|"):
                concept, sign = arguments
                for form, words in zip(
                    ("base", "more", "most"), _forms(entry.strip()), strict=False
                ):
                    adjective = Adjective(concept, 1 if sign == "+" else -1, form)
                    if words != "-":
                        forms.add(words)
                        phrases[stems(words)].append(("adj", adjective))
            continue
        if category == "derive":
            tail, _, how = tail.rpartition(" : ")
            name = " ".join(arguments)
            left, op, right = how.split()
            derived[name] = left, op, right
            arguments = [name]
        if category == "code":
            for phrase in tail.split(" | "):
                codes[stems(phrase)].append((arguments[0], arguments[1]))
            continue
        if category == "alike":
            alike |= {frozenset(pair) for pair in tail.split(" | ")}
            continue
        for phrase in tail.split(" | "):
            key = stems(phrase.strip()) or (phrase.strip(),)
            if category == "concept":
                concepts[arguments[0]].append(key)
                of[key].append(arguments[0])
            else:
                phrases[key].append((category, " ".join(arguments)))
    written = frozenset(w for w in re.findall(r"[a-z]{4,}", text.lower()))
    return Lexicon(
        dict(phrases),
        dict(concepts),
        dict(of),
        derived,
        written,
        dict(codes),
        frozenset(forms),
        frozenset(alike),
    )


def _forms(entry: str) -> list[str]:
    """`heavy heavier heaviest`, or `- - best paid`, whose last form is several words."""
    parts = entry.split(" ", 2)
    return parts if len(parts) == 3 else [entry]
