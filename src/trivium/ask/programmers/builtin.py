"""The built-in programmer: search, rank, group by value, judge. It needs no language model.

    BuiltIn().propose("which nation won the most gold?", tables).candidates[0]

The search forecasts a value for each program; the engine computes it, and what it does not confirm
is no candidate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from trivium.ask.candidate import Candidate
from trivium.ask.compile import write
from trivium.ask.describe import describe
from trivium.ask.features import Extractor, entities_of
from trivium.ask.frame import Frame
from trivium.ask.language import why_unread
from trivium.ask.learned import Learned, load
from trivium.ask.programmers.protocol import Proposal
from trivium.ask.ranker import Ranker
from trivium.ask.search import Search, at_ease
from trivium.ask.select import relevance
from trivium.ask.signs import Group, Judged, Ranked
from trivium.ask.tables import Tables, stopped_by
from trivium.ask.words import Question
from trivium.errors import TriviumError

# How many values are run, and how many programs are tried for each.
VALUES, TRIES = 4, 3
# How far the calibration, which was made on tables, holds for facts that were read out of text.
TEXT_TRUST = 0.8
# How much the best score of a table gains when it alone holds all that the question speaks of.
RELEVANCE = 4.0


class BuiltIn:
    """Proposes a program for each of the likeliest values, with the calibrated odds of each.

    Args:
        learned: the ranker and the judge; by default those that the package ships.
    """

    name = "built-in"

    def __init__(self, learned: Learned | None = None) -> None:
        self._learned = learned

    def propose(self, question: str, tables: Tables) -> Proposal:
        words = Question.of(question)
        about = relevance(words, tables.frames)
        learned = self._learned or load()
        found: list[Candidate] = []
        for judged in rank(words, tables.frames, learned, about, tables.allowance.check)[:VALUES]:
            candidate = self._confirmed(judged.group, tables)
            if candidate is None:
                continue
            trust = 1.0 if tables.read_from_text.isdisjoint(candidate.tables) else TEXT_TRUST
            found.append(replace(candidate, score=judged.chance * trust, told=judged.told))
        stopped = tables.stopped
        reason = why_unread(words, tables.frames) if stopped is None else stopped_by(stopped)
        return Proposal(tuple(found), reason)

    def _confirmed(self, group: Group, tables: Tables) -> Candidate | None:
        """The best program of a group that gives the group's value; of a table of which the search
        saw only a part, the run decides."""
        for ranked in group.members[:TRIES]:
            frame = ranked.search.frame
            text = write(ranked.proposal.expr, frame, tables.names)
            words = describe(ranked.proposal.expr, frame)
            try:
                candidate = tables.run(Candidate(text, words, programmer=self.name))
            except TriviumError:
                tables.allowance.check()
                continue  # another program may give the same value
            if frame.whole.name in tables.sampled or candidate.key == ranked.proposal.key:
                return candidate
        return None


@dataclass(frozen=True, slots=True)
class Chance:
    """A value that a question may have, how likely it is right, and what else is known of it."""

    group: Group
    chance: float
    told: tuple[float, ...]


def rank(
    question: Question,
    frames: Sequence[Frame],
    learned: Learned,
    about: Sequence[float] = (),
    check: Callable[[], None] = at_ease,
) -> list[Chance]:
    """The likeliest values of all candidate programs over the frames, the likeliest first.

    Args:
        about: from 0 to 1 for each frame, how much of the question its table speaks of.
        check: called often; what it raises ends the search.
    """
    groups, judged = grouped(question, frames, learned.ranker, about, check)
    if judged is None:
        return []
    chances = learned.forest.probability(judged.vectors())
    order = np.argsort(-chances, kind="stable").tolist()
    return [Chance(groups[i], float(chances[i]), judged.told(i)) for i in order]


def grouped(
    question: Question,
    frames: Sequence[Frame],
    ranker: Ranker,
    about: Sequence[float] = (),
    check: Callable[[], None] = at_ease,
) -> tuple[list[Group], Judged | None]:
    """The values as the ranker orders them, and their signs; None where there are no values."""
    searches = [Search(question, frame, check) for frame in frames]
    entities = 0
    for search in searches:
        entities |= entities_of(search)
    ranked: list[Ranked] = []
    for i, search in enumerate(searches):
        proposals = search.proposals()
        if not proposals:
            continue
        check()
        extractor = Extractor(search, entities)
        features = extractor.extract(proposals)
        scores = ranker.scores(features)
        gain = RELEVANCE * about[i] if about else 0.0
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
