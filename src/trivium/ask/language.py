"""Why a question may not be readable without a model, said plainly."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from trivium.ask.cues import is_function_word
from trivium.ask.frame import Frame
from trivium.ask.words import Question

# A question of so many words without one common English word is hardly English.
LONG = 4
# How Unicode names the letters of the languages that are read.
_READ = ("LATIN", "CJK", "FULLWIDTH LATIN", "GREEK")  # Greek letters stand in formulas

_ANOTHER = "the question does not look English or Chinese, which are the languages that are read"


def another_language(question: str) -> str:
    """The reason, where a question is of another language than those that are read; or an empty
    text."""
    letters = [c for c in question if c.isalpha()]
    known = [c for c in letters if unicodedata.name(c, "").startswith(_READ)]
    if any(unicodedata.name(c, "").startswith("CJK") for c in known) and len(known) == len(letters):
        return ""
    words = Question.of(question).words
    strange = len(words) >= LONG or 2 * len(known) < len(letters)
    return _ANOTHER if strange and not any(map(is_function_word, words)) else ""


def why_unread(question: Question, frames: Sequence[Frame]) -> str:
    """The words that no source holds, as a reason; or an empty text."""
    known = frozenset().union(*(frame.vocabulary for frame in frames))
    pairs = zip(question.words, question.stems, strict=True)
    unknown = [
        w
        for w, s in pairs
        if s not in known and not is_function_word(s) and not is_function_word(w)
    ]
    if not unknown:
        return ""
    listed = ", ".join(f"`{word}`" for word in dict.fromkeys(unknown))
    return f"the sources say nothing of {listed}"
