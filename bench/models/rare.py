"""Rare topics found by a classifier on embeddings that is trained inside the run.

    python bench/models/rare.py ../shared/data/banking77 --seeds 5
    python bench/models/rare.py ../shared/data/sembench --seeds 5

Of `banking77`, 20 topics of 77, one yes-or-no question each over all 13,083 texts; of `sembench`,
whether each of 2,000 reviews is positive, of which embeddings know little. The dear model's answers
are the labels. Told are the share of inputs that it is asked about, and how often not both hold,
precision 0.95 and recall 0.9, of which 0.1 is allowed.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from trivium.models.cascade import NO, YES, Truth, settle
from trivium.models.embedding import packaged
from trivium.models.proxy import guesses
from trivium.syntax.ast import Target

TARGET = Target(precision=0.95, recall=0.9, delta=0.1)
TOPICS = 20


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def questions(folder: Path) -> Iterator[tuple[str, str, np.ndarray]]:
    """What is asked of each text, and the answers; the texts come from `texts`."""
    if folder.name == "sembench":
        rows = reviews(folder)
        positive = np.array([row["scoreSentiment"] == "POSITIVE" for row in rows])
        yield "positive", "Is this review of a film positive?", positive.astype(int)
        return
    labels = np.array([row["category"] for row in banking(folder)])
    for topic in np.random.default_rng(7).permutation(np.unique(labels))[:TOPICS]:
        asked = f"Is the customer asking about {topic.replace('_', ' ')}?"
        yield topic, asked, (labels == topic).astype(int)


def banking(folder: Path) -> list[dict[str, str]]:
    return [row for name in ("train", "test") for row in read(folder / f"{name}.csv")]


def reviews(folder: Path) -> list[dict[str, str]]:
    return [row for row in read(folder / "data/Reviews_2000.csv") if row["reviewText"]]


def texts(folder: Path) -> list[str]:
    if folder.name == "sembench":
        return [row["reviewText"] for row in reviews(folder)]
    return [row["text"] for row in banking(folder)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--vectors", type=Path, help="keep the embeddings in this file")
    options = parser.parse_args()
    if options.vectors is not None and options.vectors.exists():
        vectors = np.load(options.vectors).astype(float)
    else:
        vectors = packaged().embed(texts(options.folder)).astype(float)
        if options.vectors is not None:
            np.save(options.vectors, vectors)
    shares: list[float] = []
    misses = 0
    for name, asked, label in questions(options.folder):
        near = vectors @ packaged().embed([asked])[0]
        own = []
        for seed in range(options.seeds):
            rng = np.random.default_rng(seed)
            truth = Truth(len(label), lambda places, label=label: label[places])
            guess, score = guesses(vectors, truth, TARGET, rng, near)
            settle(guess, score, truth, TARGET, rng)
            final = np.where(truth.asked, truth.codes, np.where(guess == YES, YES, NO))
            true = (final & label).sum()
            misses += bool(true < 0.95 * final.sum() or true < 0.9 * label.sum())
            own.append(truth.asked.mean())
        shares += own
        print(f"{name:50}{label.sum():6} yes   asked {np.mean(own):.3f}", flush=True)
    print(f"mean share asked {np.mean(shares):.3f}, promises broken {misses / len(shares):.3f}")


if __name__ == "__main__":
    main()
