"""Which passages and rows share a question's words? Okapi BM25 over an inverted index.

    Retriever.over(document.passages, document.tables).search("capital of France", k=3)

Each text d is scored by Σ idf(t) · tf · (k1 + 1) / (tf + k1 · (1 − b + b · |d| / avg|d|)) over the
words t of the question, with idf(t) = ln(1 + (N − n + ½) / (n + ½)): S. Robertson and H. Zaragoza,
"The Probabilistic Relevance Framework: BM25 and Beyond", 2009. Equal scores keep reading order.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trivium.ground.passage import Passage
from trivium.ground.table import Table
from trivium.source import Place

K1, B = 1.2, 0.75
# A table of more rows than this is searched by its header only.
MAX_ROWS = 20_000

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
# Scripts that write no spaces between words: their pairs of characters are the words.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Endings that inflect a word in the languages most met; what is left must keep four letters.
_ENDINGS = ("ings", "ing", "edly", "ies", "ied", "es", "ed", "ly", "en", "er", "s", "e")


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found: a passage, or a row (from 0; None for the header) of a table."""

    text: str
    place: Place
    passage: Passage | None = None
    table: Table | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry and its score; greater is better, and 0 does not occur."""

    entry: Entry
    score: float


class Retriever:
    """An index over entries. Building it is linear in their words; it never changes."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = list(entries)
        self.words: dict[str, int] = {}
        lengths = np.zeros(len(self.entries))
        postings: list[tuple[int, int, int]] = []
        for number, entry in enumerate(self.entries):
            counts = Counter(words_of(entry.text))
            lengths[number] = counts.total()
            for word, count in counts.items():
                postings.append((self.words.setdefault(word, len(self.words)), number, count))
        table = np.array(postings, np.int64).reshape(-1, 3)
        table = table[np.argsort(table[:, 0], kind="stable")]
        # Postings of word w are texts[first[w]:first[w + 1]], with how often each holds it.
        self._first = np.searchsorted(table[:, 0], np.arange(len(self.words) + 1))
        self._texts, counts_of = table[:, 1], table[:, 2].astype(np.float64)
        mean = lengths.mean() if len(lengths) else 1.0
        scale = K1 * (1 - B + B * lengths / max(mean, 1.0))
        self._gains = counts_of * (K1 + 1) / (counts_of + scale[self._texts])

    @classmethod
    def over(cls, passages: Iterable[Passage], tables: Iterable[Table] = ()) -> Retriever:
        """An index over passages (with their headings) and over rows of tables."""
        found = [Entry(f"{p.heading} {p.text}", p.place, passage=p) for p in passages]
        for table in tables:
            found.extend(_entries_of(table))
        return cls(found)

    def scores(self, question: str) -> NDArray[np.float64]:
        """The score of each entry, 0 where it holds none of the words."""
        total = np.zeros(len(self.entries))
        n = len(self.entries)
        for word in dict.fromkeys(words_of(question)):
            if (code := self.words.get(word)) is None:
                continue
            part = slice(self._first[code], self._first[code + 1])
            holding = part.stop - part.start
            idf = np.log(1 + (n - holding + 0.5) / (holding + 0.5))
            total[self._texts[part]] += idf * self._gains[part]
        return total

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The `k` best entries, best first; fewer where fewer share a word with the question."""
        scores = self.scores(question)
        found = np.flatnonzero(scores > 0)
        order = found[np.lexsort((found, -scores[found]))][:k]
        return [Hit(self.entries[i], float(scores[i])) for i in order.tolist()]


def _entries_of(table: Table) -> list[Entry]:
    headers = [column.header for column in table.columns]
    title = f"{table.title or table.name} {' '.join(headers)}"
    found = [Entry(title, table.place, table=table)]
    if table.n_rows <= MAX_ROWS:
        for row, cells in enumerate(zip(*(column.raw for column in table.columns), strict=True)):
            pairs = zip(headers, cells, strict=True)
            text = "; ".join(f"{header}: {cell}" for header, cell in pairs if cell.strip())
            found.append(Entry(text, table.at(row), table=table, row=row))
    return found


def words_of(text: str) -> list[str]:
    """The words of a text, lower case, without accents and common endings."""
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    found: list[str] = []
    for word in _WORD.findall(plain):
        if _UNSPACED.match(word):
            found.extend(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            found.append(word.replace(",", "") if word[0].isdigit() else stem(word))
    return found


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The word without its ending: `countries`, `country` -> `countr`; `rising`, `rises` -> `ris`.

    Crude on purpose: it must only bring forms of one word together, in any language with suffixes.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] in "iy":
        word = word[:-1]
    # `stopped` -> `stopp` -> `stop`
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl" else word
