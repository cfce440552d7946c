"""From what is believed to an answer: prove the likeliest value, or say why none is given.

    proved        a reading whose every word is used by an exact link, and that is nearly certain
    likely        a reading by other words, a guess of the search, a program of a language model
    supported     facts that were read out of running text
    ambiguous     two full readings with other values, neither beyond doubt
    unknown       nothing is likely enough

Every value in an answer was computed by the engine from a program that is shown. A value whose
confidence is below what was asked for is not given: it is among the alternatives, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence

from trivium.ask.ambiguous import deciding, rival_of
from trivium.ask.answer import Answer, Status
from trivium.ask.belief import Belief
from trivium.ask.candidate import Candidate
from trivium.ask.proofs import prove
from trivium.ask.tables import Tables

# Places that are cited.
CITED = 500
# An exact reading is proved from here on: below it, tables or question are of a kind of which exact
# readings are wrong now and then.
PROVED = 0.97


def decide(
    question: str,
    beliefs: Sequence[Belief],
    tables: Tables,
    min_confidence: float,
    reason: str = "",
) -> Answer:
    """The answer: the likeliest value with its proof, or `ambiguous` or `unknown` with the reason.

    Args:
        beliefs: what ran, the likeliest first.
        min_confidence: what a value must have; with 0 the likeliest is given, whatever it is.
        reason: why there may be nothing to decide on.
    """
    if not beliefs:
        return Answer(question, None, reason=reason or "no program over the sources has a value")
    best, *others = beliefs
    alternatives = tuple(belief.candidate for belief in others)
    rival = rival_of(beliefs) if min_confidence else None
    if rival is not None:
        return _ambiguous(question, best, rival, alternatives)
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


def _ambiguous(
    question: str, best: Belief, rival: Belief, alternatives: tuple[Candidate, ...]
) -> Answer:
    """Both readings, first among the alternatives, and the words that would decide."""
    one, other = best.candidate, rival.candidate
    words = deciding(one, other)
    said = ", ".join(f"`{word}`" for word in words) or "other words"
    reason = f"two readings give other values; {said} would decide"
    rest = tuple(candidate for candidate in alternatives if candidate is not other)
    return Answer(
        question, None, confidence=best.confidence, status=Status.AMBIGUOUS, reason=reason,
        alternatives=(one, other, *rest), deciding=words,
    )  # fmt: skip


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
    proof = prove(tables.result(candidate), candidate.relation)
    return Answer(
        question,
        candidate.plain,
        unit=tables.unit(candidate),
        confidence=belief.confidence,
        status=_status(belief, tables) if proof else Status.LIKELY,
        program=candidate.program,
        words=candidate.words,
        proof=proof,
        evidence=proof.places(CITED) if proof else (),
        alternatives=others,
        mends=candidate.mends,
        reading=candidate.reading,
    )


def _status(belief: Belief, tables: Tables) -> Status:
    """How a value stands: a program found by likeness, or written by a model, is a guess."""
    candidate = belief.candidate
    if not tables.read_from_text.isdisjoint(candidate.tables):
        return Status.SUPPORTED
    if candidate.reading is None:
        return Status.PROVED if candidate.programmer == "supplied" else Status.LIKELY
    sure = candidate.reading.sure and belief.confidence >= PROVED
    return Status.PROVED if sure else Status.LIKELY
