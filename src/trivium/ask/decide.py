"""From ranked values to an answer: run the programs, weigh the programmers, or say `unknown`.

Every value in an answer was computed by the engine from a program that is shown. A value whose
confidence is below what was asked for is not given: it is among the alternatives, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from trivium.ask.answer import Answer, Status
from trivium.ask.builtin import Ranking
from trivium.ask.candidate import Candidate
from trivium.ask.compile import write
from trivium.ask.denotation import Scalar
from trivium.ask.describe import describe
from trivium.ask.languages import DIALECTS
from trivium.ask.proofs import prove
from trivium.ask.signs import Group, Ranked
from trivium.engine.given import Given, take
from trivium.engine.limits import Limits
from trivium.errors import TriviumError
from trivium.ground.table import Table
from trivium.program import Program, Result
from trivium.proofs.proof import Proof
from trivium.source import Place

BUILTIN = "built-in"
LIMITS = Limits(seconds=10.0, memory_bytes=2 << 30)
# The time limit grows by a second for each so many rows.
ROWS_A_SECOND = 200_000
# How many values are run, and how many programs are tried for each.
VALUES, TRIES = 4, 3
# Two programmers that agree count as independent, up to this much.
MOST = 0.97
# How far the calibration, which was made on tables, holds for facts that were read out of text.
TEXT_TRUST = 0.8
# Places that are cited.
CITED = 500


@dataclass(frozen=True, slots=True)
class Belief:
    """A candidate that ran, and the probability that its value is right."""

    candidate: Candidate
    confidence: float


class Sources:
    """The tables that a question is asked of, each prepared for the engine once."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = tables
        self._given: dict[str, Given] = {}

    def run(self, program: str, names: Sequence[str], language: str = "datalog") -> Result:
        """Run a program over the tables named."""
        for name in names:
            if name not in self._given:
                self._given[name] = take(name, self.tables[name])
        given = {name: self._given[name] for name in names}
        rows = sum(data.length for data in given.values())
        seconds = (LIMITS.seconds or 0.0) + rows / ROWS_A_SECOND
        over = Program.over(program, dialect=DIALECTS[language], **given)
        return over.run(limits=replace(LIMITS, seconds=seconds))


def run_ranking(
    ranking: Ranking,
    sources: Sources,
    sampled: frozenset[str],
    read_from_text: frozenset[str] = frozenset(),
) -> list[Belief]:
    """Run the best program of each of the likeliest values; values that no run confirms are left
    out. `sampled` names tables of which the search saw only a part, so the run decides."""
    found: list[Belief] = []
    first = ranking.groups[0].share if ranking.groups else 0.0
    for i, group in enumerate(ranking.groups[:VALUES]):
        candidate = _run_group(group, sources, sampled)
        if candidate is None:
            continue
        rest = (1 - ranking.confidence) * group.share / max(1 - first, 1e-9)
        confidence = ranking.confidence if i == 0 else min(rest, ranking.confidence)
        if not read_from_text.isdisjoint(candidate.tables):
            confidence *= TEXT_TRUST
        found.append(Belief(replace(candidate, score=confidence), confidence))
    return found


def _run_group(group: Group, sources: Sources, sampled: frozenset[str]) -> Candidate | None:
    for ranked in group.members[:TRIES]:
        candidate = _run(ranked, sources)
        if candidate is None or not candidate.value:
            continue
        if ranked.search.frame.table.name in sampled or candidate.key == ranked.proposal.key:
            return candidate
    return None


def _run(ranked: Ranked, sources: Sources) -> Candidate | None:
    name = ranked.search.frame.table.name
    datalog = write(ranked.proposal.expr, ranked.search.frame)
    try:
        result = sources.run(datalog, [name])
    except TriviumError:
        return None  # another program may give the same value
    value = tuple(whole(row[0]) for row in result["answer"].rows())
    words = describe(ranked.proposal.expr, ranked.search.frame)
    return Candidate(datalog, words, value, 0.0, BUILTIN, tables=(name,))


def whole(value: Scalar) -> Scalar:
    """A float that is a whole number as an integer; rounding noise removed."""
    if isinstance(value, float):
        value = round(value, 9)
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value


def weigh(beliefs: Sequence[Belief], proposed: Sequence[Candidate]) -> list[Belief]:
    """Join in the programs of language models: agreement raises a value's confidence."""
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
    sources: Sources,
    read_from_text: frozenset[str],
    min_confidence: float,
    reason: str = "",
) -> Answer:
    """The answer: the likeliest value with its proof, or `unknown` with the reason.

    Args:
        beliefs: what ran, the likeliest first.
        read_from_text: the tables whose facts were read out of running text.
        reason: why there may be nothing to decide on.
    """
    others = tuple(belief.candidate for belief in beliefs[1:])
    if not beliefs:
        return Answer(question, None, reason=reason or "no program over the sources has a value")
    best = beliefs[0]
    if best.confidence < min_confidence:
        why = (
            f"the likeliest value has confidence {best.confidence:.2f}, "
            f"below the {min_confidence:.2f} asked for"
        )
        reason = f"{why}; {reason}" if reason else why
        return Answer(
            question, None, confidence=best.confidence, reason=reason,
            alternatives=(best.candidate, *others),
        )  # fmt: skip
    return proved(question, best, sources, read_from_text, others)


def proved(
    question: str,
    belief: Belief,
    sources: Sources,
    read_from_text: frozenset[str] = frozenset(),
    others: tuple[Candidate, ...] = (),
) -> Answer:
    """The answer that a candidate gives, run again with its proof."""
    candidate = belief.candidate
    names = candidate.tables or tuple(sources.tables)
    result = sources.run(candidate.program, names, candidate.language)
    proof = prove(result, candidate.relation)
    values = [whole(value) for value in candidate.value]
    places = _cited(proof)
    from_text = any(name in read_from_text for name in candidate.tables)
    return Answer(
        question,
        values[0] if len(values) == 1 else values,
        unit=_unit(candidate, [sources.tables[name] for name in names]),
        confidence=belief.confidence,
        status=Status.SUPPORTED if from_text else Status.PROVED,
        program=candidate.program,
        words=candidate.words,
        proof=proof,
        evidence=places,
        alternatives=others,
        mends=candidate.mends,
    )


def _cited(proof: Proof | None) -> tuple[Place, ...]:
    return proof.places()[:CITED] if proof else ()


def _unit(candidate: Candidate, tables: Sequence[Table]) -> str:
    """The unit that all cells of the one measured column share, where the value is a number."""
    if len(candidate.value) != 1 or isinstance(candidate.value[0], str):
        return ""
    if "count :" in candidate.program or "count(" in candidate.program:
        return ""
    units: set[str] = set()
    for table in tables:
        for column in table.columns:
            if _measured(candidate, column.name) and column.kinds["empty"] < table.n_rows:
                cells = (cell for cell in column.cells if not cell.empty)
                units |= {cell.unit for _, cell in zip(range(1000), cells, strict=False)}
    return units.pop() if len(units) == 1 else ""


def _measured(candidate: Candidate, column: str) -> bool:
    """Whether a program takes numbers out of a column."""
    program = candidate.program
    if candidate.language == "sql":
        return bool(re.search(rf"\b{column}(_number)?\b", program.partition(" FROM ")[0]))
    return any(f" {column}{view}: {x}" in program for view in ("", "_number") for x in "xabn")
