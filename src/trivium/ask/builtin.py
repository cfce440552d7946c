"""The built-in programmer: search, rank, group by value. It needs no language model.

ranking = rank(Question.of("which nation won the most gold?"), [frame], load())
ranking.groups[0].proposals[0]     the best program; ranking.confidence says how sure
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trivium.ask.algebra import Proposal
from trivium.ask.cues import is_function_word
from trivium.ask.features import Extractor, entities_of
from trivium.ask.frame import Frame
from trivium.ask.ranker import Ranker, Signs
from trivium.ask.search import Search
from trivium.ask.words import Question

# How much the best score of a table gains when it alone holds all that the question speaks of.
RELEVANCE = 4.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A program of the search with its score and the frame that it is about."""

    score: float
    proposal: Proposal
    frame: Frame
    dense: NDArray[np.float32]


@dataclass(slots=True)
class Group:
    """Programs that give the same value, the best first, and their share of all belief."""

    share: float = 0.0
    members: list[Ranked] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The values that a question may have, the likeliest first, and the odds of the first."""

    groups: list[Group]
    confidence: float
    signs: Signs | None


def rank(
    question: Question, frames: Sequence[Frame], ranker: Ranker, relevance: Sequence[float] = ()
) -> Ranking:
    """Rank the values of all candidate programs over the frames.

    Args:
        relevance: from 0 to 1 for each frame, how much of the question its table speaks of.
    """
    searches = [Search(question, frame) for frame in frames]
    entities = 0
    for search in searches:
        entities |= entities_of(search)
    ranked: list[Ranked] = []
    for i, search in enumerate(searches):
        proposals = search.proposals()
        if not proposals:
            continue
        features = Extractor(search, entities).extract(proposals)
        scores = ranker.scores(features)
        gain = RELEVANCE * relevance[i] if relevance else 0.0
        ranked += [
            Ranked(float(score) + gain, proposal, search.frame, dense)
            for score, proposal, dense in zip(scores, proposals, features.dense, strict=True)
        ]
    if not ranked:
        return Ranking([], 0.0, None)
    return _grouped(question, ranked, entities, ranker)


def _grouped(question: Question, ranked: list[Ranked], entities: int, ranker: Ranker) -> Ranking:
    ranked.sort(key=lambda r: -r.score)
    scores = np.array([r.score for r in ranked])
    belief = np.exp(scores - scores[0])
    belief /= belief.sum()
    groups: dict[object, Group] = {}
    for entry, share in zip(ranked, belief.tolist(), strict=True):
        group = groups.setdefault(entry.proposal.key, Group())
        group.share += share
        group.members.append(entry)
    ordered = sorted(groups.values(), key=lambda g: -g.share)
    best = ordered[0].members[0]
    words = len(question.words)
    signs = Signs(
        shares=tuple(group.share for group in ordered[:6]),
        margin=best.score - ordered[1].members[0].score if len(ordered) > 1 else 10.0,
        support=len(ordered[0].members),
        candidates=len(ranked),
        words=words,
        uncovered=(entities & ~best.proposal.cover).bit_count(),
        unknown=unknown_share(question, best.frame),
        covered=best.proposal.cover.bit_count() / max(1, words),
        rows=best.frame.n,
        shape=best.proposal.shape,
        dense=best.dense,
    )
    return Ranking(ordered, ranker.confidence(signs), signs)


def unknown_share(question: Question, frame: Frame) -> float:
    """The share of the question's content words that stand nowhere in the table."""
    content = [s for s in dict.fromkeys(question.stems) if not is_function_word(s)]
    missing = sum(stem not in frame.vocabulary for stem in content)
    return missing / len(content) if content else 0.0
