"""Which passages does a question need? Those that share its words, and those that these speak of.

    Search(passages).search("Where was the director of Blue Harbour born?", k=5)

    Blue Harbour    shares words with the question, and is named in it
    Ida Norrby      shares few, but the passage above names it: it is handed a part of that score

A passage's score is its BM25 score, as a share of the best; where the question names its heading
it gains; and each of the best passages hands on its score to those whose heading it mentions.
Of a heading that several passages stand under, each gets its part. No model is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from trivium.extract.names import plain, without_bracket
from trivium.ground.passage import Passage
from trivium.ground.retrieve import Hit, Retriever

# What a passage gains whose heading the question names.
NAMED = 1.0
# What one that is mentioned gets of the score of the one that mentions it: so much, and more as it
# shares words with the question itself.
HANDED, ALIKE = 0.4, 1.0
# The best passages, which hand on their scores; the most words that a heading is looked for with.
GIVERS, LONGEST = 10, 9
# A heading of one word must have so many letters to be taken for a name.
SHORTEST = 4


class Search:
    """An index over passages and their headings; it never changes."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = list(passages)
        self._words = Retriever.over(self.passages)
        self._headed: dict[str, list[int]] = defaultdict(list)
        for number, passage in enumerate(self.passages):
            if passage.heading:
                names = {plain(passage.heading), plain(without_bracket(passage.heading))}
                for name in names - {""}:
                    self._headed[name].append(number)

    def scores(self, question: str) -> NDArray[np.float64]:
        """The score of each passage; 0 where nothing speaks for it."""
        shared = self._words.scores(question)
        shared /= max(float(shared.max(initial=0.0)), 1e-9)
        scores = shared.copy()
        for number, part in self._mentions(question):
            scores[number] += NAMED * part
        best = np.argpartition(-scores, GIVERS)[:GIVERS] if len(scores) > GIVERS else None
        givers = np.flatnonzero(scores > 0) if best is None else best[scores[best] > 0]
        handed: dict[int, float] = {}
        for giver in givers.tolist():
            for number, part in self._mentions(self.passages[giver].text):
                if number != giver:
                    given = float(scores[giver]) * part * (HANDED + ALIKE * float(shared[number]))
                    handed[number] = max(given, handed.get(number, 0.0))
        for number, given in handed.items():
            scores[number] += given
        return scores

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The `k` best passages, best first."""
        scores = self.scores(question)
        found = np.flatnonzero(scores > 0)
        if len(found) > k:
            found = np.sort(found[np.argpartition(-scores[found], k - 1)[:k]])
        order = found[np.lexsort((found, -scores[found]))]
        entries = self._words.entries
        return [Hit(entries[i], float(scores[i])) for i in order.tolist()]

    def _mentions(self, text: str) -> Iterator[tuple[int, float]]:
        """The passages whose headings a text mentions, the longest first at each place."""
        words = plain(text).split()
        at = 0
        while at < len(words):
            for length in range(min(LONGEST, len(words) - at), 0, -1):
                name = " ".join(words[at : at + length])
                held = self._headed.get(name)
                if held and (length > 1 or len(name) >= SHORTEST):
                    yield from ((number, 1.0 / len(held)) for number in held)
                    at += length - 1
                    break
            at += 1
