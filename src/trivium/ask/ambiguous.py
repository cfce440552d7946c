"""Two full readings with other values: whether there are, and the words that would decide.

what is the phone number of Bob?     Phone where Name is Bob            555-0102
                                     the number of rows of Bob          1
                                     `phone number`, `phone`, `number of` decide
"""

from __future__ import annotations

from collections.abc import Sequence

from trivium.ask.belief import Belief
from trivium.ask.candidate import Candidate

# A rival counts if it is at least so likely beside the best, which is not beyond doubt.
BESIDE, BEYOND_DOUBT = 0.5, 0.9


def rival_of(beliefs: Sequence[Belief]) -> Belief | None:
    """The likeliest other value that stands beside the best: of both one is an exact reading, and
    the other is one too, or was written for the question by a language model."""
    if not beliefs or beliefs[0].confidence >= BEYOND_DOUBT:
        return None
    best, *others = beliefs
    for other in others:
        pair = best.candidate, other.candidate
        if all(map(_is_full, pair)) and any(candidate.reading for candidate in pair):
            return other if other.confidence >= BESIDE * best.confidence else None
    return None


def deciding(one: Candidate, other: Candidate) -> tuple[str, ...]:
    """The words that the two readings take for other things; none where a model wrote one."""
    if one.reading is None or other.reading is None:
        return ()
    mine, theirs = dict.fromkeys(one.reading.words), dict.fromkeys(other.reading.words)
    apart = [w for w in mine if w not in theirs] + [w for w in theirs if w not in mine]
    # Where both link all words alike, it is a column or a table that one of them names in two ways.
    named = apart or [w for w in mine if w[1] in ("C", "T", "V")]
    return tuple(dict.fromkeys(text for text, _, _ in named))


def _is_full(candidate: Candidate) -> bool:
    """Not a guess: what the search finds tells of what it leaves out."""
    return candidate.reading.sure if candidate.reading else not candidate.told
