"""What is believed of the candidates: each with the probability that its value is right.

join([Belief(a, 0.6)], [b])       b gives the value of a   ->  a, surer than each alone
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trivium.ask.candidate import Candidate

# Two programmers that agree count as independent, up to this much.
MOST = 0.97


@dataclass(frozen=True, slots=True)
class Belief:
    """A candidate that ran, and the probability that its value is right."""

    candidate: Candidate
    confidence: float


def join(beliefs: Sequence[Belief], proposed: Sequence[Candidate]) -> list[Belief]:
    """Join in another programmer's candidates: agreement raises a value's confidence."""
    if not beliefs:
        return [Belief(candidate, candidate.score) for candidate in proposed]
    joined = list(beliefs)
    for candidate in proposed:
        for i, belief in enumerate(joined):
            if belief.candidate.key == candidate.key:
                both = 1 - (1 - belief.confidence) * (1 - candidate.score)
                joined[i] = Belief(belief.candidate, min(both, max(MOST, belief.confidence)))
                break
        else:
            joined.append(Belief(candidate, candidate.score))
    return sorted(joined, key=lambda belief: -belief.confidence)
