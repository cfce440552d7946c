"""The built-in programmer: search, rank, group by value, judge. It needs no language model.

ranking = rank(Question.of("which nation won the most gold?"), [frame], load())
ranking.groups[0].members[0]     the best program; ranking.confidence says how sure
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trivium.ask.features import Extractor, entities_of
from trivium.ask.frame import Frame
from trivium.ask.learned import Learned
from trivium.ask.ranker import Ranker
from trivium.ask.search import Search
from trivium.ask.signs import Group, Judged, Ranked
from trivium.ask.words import Question

# How much the best score of a table gains when it alone holds all that the question speaks of.
RELEVANCE = 4.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """The values that a question may have, the likeliest first, and the odds of the first."""

    groups: list[Group]
    confidence: float


def rank(
    question: Question, frames: Sequence[Frame], learned: Learned, relevance: Sequence[float] = ()
) -> Ranking:
    """Rank the values of all candidate programs over the frames.

    Args:
        relevance: from 0 to 1 for each frame, how much of the question its table speaks of.
    """
    groups, judged = grouped(question, frames, learned.ranker, relevance)
    if judged is None:
        return Ranking([], 0.0)
    chances = learned.forest.probability(judged.vectors())
    order = np.argsort(-chances, kind="stable").tolist()
    ordered = [groups[i] for i in order] + groups[len(order) :]
    return Ranking(ordered, float(chances[order[0]]))


def grouped(
    question: Question, frames: Sequence[Frame], ranker: Ranker, relevance: Sequence[float] = ()
) -> tuple[list[Group], Judged | None]:
    """The values as the ranker orders them, and their signs; None where there are no values."""
    searches = [Search(question, frame) for frame in frames]
    entities = 0
    for search in searches:
        entities |= entities_of(search)
    ranked: list[Ranked] = []
    for i, search in enumerate(searches):
        proposals = search.proposals()
        if not proposals:
            continue
        extractor = Extractor(search, entities)
        features = extractor.extract(proposals)
        scores = ranker.scores(features)
        gain = RELEVANCE * relevance[i] if relevance else 0.0
        ranked += [
            Ranked(float(score) + gain, proposal, extractor, dense)
            for score, proposal, dense in zip(scores, proposals, features.dense, strict=True)
        ]
    if not ranked:
        return [], None
    ranked.sort(key=lambda r: -r.score)
    scores = np.array([r.score for r in ranked])
    belief = np.exp(scores - scores[0])
    belief /= belief.sum()
    found: dict[object, Group] = {}
    for entry, share in zip(ranked, belief.tolist(), strict=True):
        group = found.setdefault(entry.proposal.key, Group())
        group.share += share
        group.members.append(entry)
    groups = sorted(found.values(), key=lambda g: -g.share)
    return groups, Judged(question, groups, len(ranked))
