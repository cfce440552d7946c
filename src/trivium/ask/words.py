"""Words of questions, headers and cells, made comparable: case, accents, plurals, number words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*(?:(?:st|nd|rd|th)\b)?|[^\W\d_]+(?:'[^\W\d_]+)?|[$€£%#&+]")
_QUOTES = str.maketrans("‘’´`“”«»–—−", "''''\"\"\"\"---")

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"once": 1, "twice": 2, "thrice": 3, "dozen": 12, "hundred": 100, "thousand": 1000}
ORDINAL_WORDS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        1,
    )
}
STOP_WORDS = frozenset(
    "a an the of in on at to for from by with and or is are was were be been being do does did "
    "has have had what which who whom whose when where how why many much that this these those "
    "it its he she they his her their there than as not no".split()
)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case, without accents, with plain quotes and dashes and single spaces."""
    text = unicodedata.normalize("NFKD", text.translate(_QUOTES))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(text.lower().split())


@lru_cache(maxsize=65536)
def tokens(text: str) -> tuple[str, ...]:
    """The words and numbers of a text: `Del's 1,204 hits` -> `del`, `1,204`, `hits`."""
    found = []
    for token in _TOKEN.findall(fold(text)):
        if token.endswith("'s"):
            token = token[:-2]
        found.append(token.replace(",", "") if token[0].isdigit() else token.replace("'", ""))
    return tuple(found)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A crude stem: enough to join `countries` and `country`, `placed` and `places`."""
    if len(word) <= 3 or word[0].isdigit():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


_ENDINGS = (
    ("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("ing", ""),
    ("ied", "y"), ("ed", ""), ("ers", "er"), ("es", "e"), ("ss", "ss"), ("us", "us"), ("s", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A question as words: `words` as written (folded), `stems` beside them."""

    text: str
    words: tuple[str, ...]
    stems: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Question:
        words = tokens(text)
        return cls(text, words, tuple(stem(word) for word in words))

    def has(self, *stems: str) -> bool:
        """Whether any of the stems occurs."""
        return any(s in self.stems for s in stems)


def number_of(word: str) -> float | None:
    """The number that a word is: `5`, `1,204`, `five`, `5th`; None for other words."""
    if word[0].isdigit():
        try:
            return float(word[:-2] if word[-1].isalpha() else word)
        except ValueError:
            return None
    number = NUMBER_WORDS.get(word, ORDINAL_WORDS.get(word))
    return None if number is None else float(number)
