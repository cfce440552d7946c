"""Why a question may not be readable for the built-in programmer, said plainly."""

from __future__ import annotations

from collections.abc import Sequence

from trivium.ask.cues import is_function_word
from trivium.ask.frame import Frame
from trivium.ask.words import Question

# A question of so many words without one common English word is hardly English.
LONG = 4


def why_unread(question: Question, frames: Sequence[Frame]) -> str:
    """The reason, or an empty text: another language, or words that no source holds."""
    common = [w for w in question.words if is_function_word(w)]
    if not question.words or (len(question.words) >= LONG and not common):
        return "the question does not look English, which is all the built-in programmer reads"
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
