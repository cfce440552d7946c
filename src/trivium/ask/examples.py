"""Questions with known answers, as the ranker learns from them: features and which are right."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trivium.ask.algebra import Proposal
from trivium.ask.denotation import Scalar, same_denotation
from trivium.ask.features import Extractor, Features
from trivium.ask.frame import Frame
from trivium.ask.search import Search
from trivium.ask.words import Question


@dataclass(frozen=True)
class Labelled:
    """The candidates of one question: their features, which have the gold answer, and how many
    candidates each stands for (`weight`, where only a sample was kept)."""

    features: Features
    right: NDArray[np.bool_]
    weight: NDArray[np.float32]


def label(
    question: str,
    frame: Frame,
    gold: Sequence[Scalar],
    sample: int | None,
    seed: int = 0,
    same: Callable[[Sequence[Scalar], Sequence[Scalar]], bool] = same_denotation,
) -> Labelled | None:
    """Label the candidates by their value alone (weak supervision); None if there are none.

    With `sample`, all right candidates and so many of the others are kept. `same` says whether a
    candidate's values are the gold answer.
    """
    search = Search(Question.of(question), frame)
    proposals = search.proposals()
    if not proposals:
        return None
    right: list[Proposal] = []
    wrong: list[Proposal] = []
    for proposal in proposals:
        (right if same(proposal.values, gold) else wrong).append(proposal)
    weight = 1.0
    if sample is not None and len(wrong) > sample:
        weight = len(wrong) / sample
        wrong = random.Random(seed).sample(wrong, sample)
    features = Extractor(search).extract([*right, *wrong])
    labels = np.zeros(len(right) + len(wrong), dtype=np.bool_)
    labels[: len(right)] = True
    weights = np.full(len(labels), weight, dtype=np.float32)
    weights[: len(right)] = 1.0
    return Labelled(features, labels, weights)
