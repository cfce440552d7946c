"""From candidates to an answer: weigh the programmers, prove the likeliest value, or say `unknown`.

Every value in an answer was computed by the engine from a program that is shown. A value whose
confidence is below what was asked for is not given: it is among the alternatives, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trivium.ask.answer import Answer, Status
from trivium.ask.candidate import Candidate
from trivium.ask.proofs import prove
from trivium.ask.tables import Tables

# Two programmers that agree count as independent, up to this much.
MOST = 0.97
# Places that are cited.
CITED = 500


@dataclass(frozen=True, slots=True)
class Belief:
    """A candidate that ran, and the probability that its value is right."""

    candidate: Candidate
    confidence: float


def weigh(beliefs: Sequence[Belief], proposed: Sequence[Candidate]) -> list[Belief]:
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


def decide(
    question: str,
    beliefs: Sequence[Belief],
    tables: Tables,
    min_confidence: float,
    reason: str = "",
) -> Answer:
    """The answer: the likeliest value with its proof, or `unknown` with the reason.

    Args:
        beliefs: what ran, the likeliest first.
        reason: why there may be nothing to decide on.
    """
    if not beliefs:
        return Answer(question, None, reason=reason or "no program over the sources has a value")
    best, *others = beliefs
    alternatives = tuple(belief.candidate for belief in others)
    if best.confidence < min_confidence:
        why = (
            f"the likeliest value has confidence {best.confidence:.2f}, "
            f"below the {min_confidence:.2f} asked for"
        )
        return Answer(
            question, None, confidence=best.confidence,
            reason=f"{why}; {reason}" if reason else why,
            alternatives=(best.candidate, *alternatives),
        )  # fmt: skip
    return proved(question, best, tables, alternatives)


def proved(
    question: str, belief: Belief, tables: Tables, others: tuple[Candidate, ...] = ()
) -> Answer:
    """The answer that a candidate gives, with its proof."""
    candidate = belief.candidate
    if all(value is None for value in candidate.value):
        rows = "only empty values" if candidate.value else f"no row of `{candidate.relation}`"
        reason = f"the program derives {rows}"
        return Answer(question, None, program=candidate.program, words=candidate.words,
                      reason=reason)  # fmt: skip
    alone = candidate.value
    proof = prove(tables.result(candidate), candidate.relation)
    # A program that was found by likeness, or written by a model, is a guess; its proof is none.
    reading = candidate.reading
    sure = candidate.programmer == "supplied" if reading is None else reading.sure
    from_text = not tables.read_from_text.isdisjoint(candidate.tables)
    return Answer(
        question,
        alone[0] if len(alone) == 1 and not isinstance(alone[0], tuple) else list(alone),
        unit=tables.unit(candidate),
        confidence=belief.confidence,
        status=Status.SUPPORTED if from_text else Status.PROVED if sure else Status.LIKELY,
        program=candidate.program,
        words=candidate.words,
        proof=proof,
        evidence=proof.places()[:CITED] if proof else (),
        alternatives=others,
        mends=candidate.mends,
        reading=candidate.reading,
    )
