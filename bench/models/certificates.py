"""Certificates on recorded answers and proxy scores: how often they are broken, what they cost.

    python bench/models/certificates.py ../shared/data/bargain --seeds 1000
    python bench/models/certificates.py ../shared/data/bargain --seeds 50 --beside FOLDER

Each set is given in its own order, shuffled, sorted by score, and with the wrong answers first
within equal scores. Per set and target: the share of broken promises, of which delta are allowed,
the share of inputs that the dear model is asked about, and milliseconds a run. With `--beside`, the
package `bargain` (0.1.3) unpacked in that folder answers the accuracy target too.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from trivium.models.cascade import YES, Truth, settle
from trivium.syntax.ast import Target

DELTA = 0.1
TARGETS = (
    Target(accuracy=0.9, delta=DELTA),
    Target(accuracy=0.95, delta=DELTA),
    Target(precision=0.9, delta=DELTA),
    Target(recall=0.9, delta=DELTA),
    Target(precision=0.9, recall=0.9, delta=DELTA),
)


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Whether the oracle says yes, and the proxy's score."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    label = np.array([row["label"] in ("1", "1.0", "True") for row in rows])
    return label.astype(int), np.array([float(row["proxy_score"]) for row in rows])


def orders(label: np.ndarray, score: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    yield "as it is", np.arange(len(label))
    yield "shuffled", np.random.default_rng(0).permutation(len(label))
    yield "sorted", np.argsort(score)
    wrong = label != (score > 0.5)
    yield "adversarial", np.lexsort((~wrong, np.abs(score - 0.5)))


def broken(target: Target, final: np.ndarray, label: np.ndarray) -> bool:
    true = ((final == YES) & (label == YES)).sum()
    return bool(
        true < (target.precision or 0) * (final == YES).sum() - 1e-9
        or true < (target.recall or 0) * label.sum() - 1e-9
        or (final == label).mean() < (target.accuracy or 0) - 1e-9
    )


def measure(label: np.ndarray, score: np.ndarray, target: Target, seeds: int) -> tuple[float, ...]:
    guess, sure = (score > 0.5).astype(int), np.abs(score - 0.5)
    misses, asked, started = 0, 0.0, time.perf_counter()
    for seed in range(seeds):
        truth = Truth(len(label), lambda places: label[places])
        settle(guess, sure, truth, target, np.random.default_rng(seed))
        misses += broken(target, np.where(truth.asked, truth.codes, guess), label)
        asked += truth.asked.mean()
    return misses / seeds, asked / seeds, (time.perf_counter() - started) / seeds * 1e3


def beside(folder: str, label: np.ndarray, score: np.ndarray, seeds: int) -> tuple[float, ...]:
    """The same of `bargain`, for an accuracy of 0.9."""
    sys.path.insert(0, folder)
    stub: Any = types.ModuleType("BARGAIN.models.GPTModels")  # it imports a client at once
    stub.OpenAIProxy = stub.OpenAIOracle = object
    sys.modules["BARGAIN.models.GPTModels"] = stub
    from BARGAIN.models.AbstractModels import Oracle, Proxy  # type: ignore[import-not-found]
    from BARGAIN.process.BARGAIN_A import BARGAIN_A  # type: ignore[import-not-found]

    guess, sure = (score > 0.5).astype(int), np.abs(score - 0.5) + 0.5

    class Scores(Proxy):  # type: ignore[misc]
        def __init__(self) -> None:
            self.preds_dict: dict[int, Any] = {}

        def get_preds_and_scores(self, places: Any, _: Any) -> Any:
            return guess[places], sure[places]

    class Labels(Oracle):  # type: ignore[misc]
        def __init__(self) -> None:
            self.preds_dict: dict[int, Any] = {}

        def is_answer_correct(self, places: Any, _: Any, said: Any) -> Any:
            return label[places] == said

        def get_pred(self, _: Any, places: Any) -> Any:
            return label[np.asarray(places, int)]

    names = [str(n) for n in range(len(label))]
    misses, asked, started = 0, 0.0, time.perf_counter()
    for seed in range(seeds):
        one = BARGAIN_A(Scores(), Labels(), 0.9, DELTA, verbose=False, seed=seed)
        final, used = one.process(names, return_oracle_usage=True)
        misses += broken(TARGETS[0], np.array(final), label)
        asked += float(np.mean(used))
    return misses / seeds, asked / seeds, (time.perf_counter() - started) / seeds * 1e3


def shown(target: Target) -> str:
    words = [(w, getattr(target, w)) for w in ("precision", "recall", "accuracy")]
    return " ".join(f"{word} {value}" for word, value in words if value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--beside", metavar="FOLDER")
    options = parser.parse_args()
    print(f"{'set':14}{'target':26}{'order':13}broken   asked      ms")
    worst = 0.0
    for path in sorted(options.folder.glob("*.csv")):
        label, score = read(path)
        for target in TARGETS:
            for name, order in orders(label, score):
                found = measure(label[order], score[order], target, options.seeds)
                worst = max(worst, found[0])
                print(f"{path.stem:14}{shown(target):26}{name:13}", end="")
                print(f"{found[0]:6.3f}  {found[1]:6.4f}  {found[2]:6.2f}", flush=True)
        if options.beside:
            found = beside(options.beside, label, score, max(1, options.seeds // 10))
            print(f"{path.stem:14}{'bargain: accuracy 0.9':39}", end="")
            print(f"{found[0]:6.3f}  {found[1]:6.4f}  {found[2]:6.2f}", flush=True)
    print(f"\nthe most broken promises: {worst:.3f}, where {DELTA} are allowed")


if __name__ == "__main__":
    main()
