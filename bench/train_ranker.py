"""Train the built-in programmer: the ranker, then the judge; write both to the package's file.

    python bench/train_ranker.py ../shared/data/wtq
    python bench/train_ranker.py ../shared/data/wtq --tatqa ../shared/data/tatqa

The ranker that is shipped learns from all the training tables (80 % of all, `wtq_data.split`). The
judge must learn what the ranker gets wrong on tables that it has not seen: so the training tables
are cut in parts, and for each part another ranker learns from the others. With `--tatqa` both learn
also from the training half of TAT-QA's contexts (`tatqa_data.split`). The figures that are printed
are for values that neither the ranker nor the trees behind them have seen.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import tatqa_data
from trivium.ask.denotation import Scalar, same_denotation
from trivium.ask.examples import Labelled, label
from trivium.ask.frame import Frame
from trivium.ask.grow import anchored, grow
from trivium.ask.judge import Forest
from trivium.ask.learned import Learned, save
from trivium.ask.programmers.builtin import grouped
from trivium.ask.ranker import Ranker
from trivium.ask.signs import JUDGED
from trivium.ask.train import Settings, fit
from trivium.ask.words import Question
from wtq_data import read_examples, read_table, split

WEIGHTS = Path(__file__).parent.parent / "src/trivium/ask/weights/ranker.npz"
# One question in so many is also asked of a foreign table, where no answer is right.
FOREIGN = 6

Same = Callable[[Sequence[Scalar], Sequence[Scalar]], bool]


@dataclass(frozen=True)
class Task:
    """A question of the table in `place` (`context`: which table, for the split)."""

    question: str
    answer: tuple[Scalar, ...]
    context: str
    place: Path | tatqa_data.Context
    seed: int

    @property
    def frame(self) -> Frame:
        if isinstance(self.place, tatqa_data.Context):
            return Frame(self.place.table)
        return frame_of(self.place, self.context)

    @property
    def same(self) -> Same:
        return same_denotation if isinstance(self.place, Path) else tatqa_data.same_answer


@lru_cache(maxsize=4)
def frame_of(folder: Path, context: str) -> Frame:
    return Frame(read_table(folder, context))


def tasks_of(wtq: Path, tatqa: Path | None, seed: int, limit: int | None) -> list[Task]:
    """The training questions, those of a table together."""
    train, _ = split(read_examples(wtq), seed)
    train = sorted(train[:limit], key=lambda example: example.context)
    found = [Task(e.question, e.answer, e.context, wtq, i) for i, e in enumerate(train)]
    if tatqa:
        contexts, _ = tatqa_data.split(tatqa_data.read_contexts(tatqa), seed)
        found += [
            Task(question.text, question.answer, context.id, context, len(found) + i)
            for context in contexts
            for i, question in enumerate(context.questions)
            if question.answer_from != "text"
        ]
    return found


def folds_of(tasks: list[Task], n: int, seed: int) -> NDArray[np.int64]:
    """The part of each question: `n` of about equal size, no table in two of them."""
    contexts = sorted({task.context for task in tasks})
    random.Random(seed).shuffle(contexts)
    fold = {context: i % n for i, context in enumerate(contexts)}
    return np.array([fold[task.context] for task in tasks])


def _label(task: tuple[Task, int]) -> Labelled | None:
    asked, sample = task
    return label(asked.question, asked.frame, asked.answer, sample, asked.seed, asked.same)


# --- the judge -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Values:
    """The likeliest values of a question: their signs, and which are right."""

    signs: NDArray[np.float64]
    right: NDArray[np.bool_]


def _begin(rankers: list[Ranker]) -> None:
    """Give a process the rankers once, not with every task."""
    _RANKERS[:] = rankers


_RANKERS: list[Ranker] = []


def _judge(task: tuple[Task, Task, int]) -> Values | None:
    """The values of a question asked of the table of another task; right only over its own."""
    asked, place, ranker = task
    groups, judged = grouped(Question.of(asked.question), [place.frame], _RANKERS[ranker])
    if judged is None:
        return None
    own = asked.context == place.context
    values = [group.members[0].proposal.values for group in groups[:JUDGED]]
    right = [own and asked.same(value, asked.answer) for value in values]
    return Values(judged.vectors(), np.array(right))


def judge(
    tasks: list[Task], folds: NDArray[np.int64], rankers: list[Ranker], processes: int
) -> tuple[list[Values | None], list[Values | None]]:
    """The values of each question over its own table; of every few, over a foreign one."""
    own = [(task, task, int(fold)) for task, fold in zip(tasks, folds, strict=True)]
    places = random.Random(1).sample(tasks, len(tasks))
    other = [
        (task, place, int(fold))
        for (task, _, fold), place in list(zip(own, places, strict=True))[::FOREIGN]
        if task.context != place.context
    ]
    with Pool(processes, _begin, (rankers,)) as pool:
        found = pool.map(_judge, [*own, *other], chunksize=32)
    return found[: len(own)], found[len(own) :]


def learn_to_judge(
    own: list[Values | None], foreign: list[Values | None], folds: NDArray[np.int64]
) -> Forest:
    """The forest of all values, anchored on what forests that had not seen them say."""
    parts = np.unique(folds)
    outside = np.arange(len(foreign)) % len(parts)

    def taken(keep: Callable[[int], bool]) -> list[Values]:
        mine = [v for v, fold in zip(own, folds, strict=True) if v is not None and keep(fold)]
        return mine + [
            v for v, fold in zip(foreign, outside, strict=True) if v is not None and keep(fold)
        ]

    def grown(values: list[Values]) -> Forest:
        return grow(
            np.concatenate([v.signs for v in values]), np.concatenate([v.right for v in values])
        )

    odds, right = np.full(len(own), -9.0), np.zeros(len(own), np.bool_)
    for part in parts:
        forest = grown(taken(lambda fold, part=part: fold != part))
        for i in np.flatnonzero(folds == part):
            if (values := own[i]) is not None:
                votes = forest.odds(values.signs)
                odds[i], right[i] = votes.max(), values.right[votes.argmax()]
    asked = np.array([values is not None for values in own])
    forest = anchored(grown(taken(lambda fold: True)), odds[asked], right[asked])
    report(odds, right, own)
    return forest


def report(odds: NDArray[np.float64], right: NDArray[np.bool_], own: list[Values | None]) -> None:
    first = np.mean([values is not None and values.right[0] for values in own])
    ordered = right[np.argsort(-odds, kind="stable")]
    precision = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    enough = np.flatnonzero(precision >= 0.9)
    answered = (enough[-1] + 1) / len(ordered) if len(enough) else 0.0
    print(f"on {len(own)} questions that were kept apart: {first:.1%} right by the ranker, "
          f"{right.mean():.1%} by the judge; {answered:.1%} answered at 90 % precision",
          flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of WikiTableQuestions")
    parser.add_argument("--tatqa", type=Path, help="the folder of TAT-QA, to learn from as well")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--seed", type=int, default=0, help="of the split and of the training")
    parser.add_argument("--sample", type=int, default=250, help="wrong candidates a question")
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--decay", type=float, default=Settings.decay)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folds", type=int, default=5, help="parts of the training tables")
    parser.add_argument("--limit", type=int, help="use only so many questions (for a trial)")
    arguments = parser.parse_args()
    started = time.perf_counter()

    def say(text: str) -> None:
        print(f"{time.perf_counter() - started:4.0f} s  {text}", flush=True)

    tasks = tasks_of(arguments.data, arguments.tatqa, arguments.seed, arguments.limit)
    folds = folds_of(tasks, arguments.folds, arguments.seed + 1)
    with Pool(arguments.processes) as pool:
        labelled = pool.map(_label, [(task, arguments.sample) for task in tasks], chunksize=32)
    reached = np.mean([e is not None and e.right.any() for e in labelled])
    say(f"{len(tasks)} questions, {reached:.1%} with a right candidate")

    def trained(part: int | None) -> Ranker:
        seed = arguments.seed + (0 if part is None else 1 + part)
        settings = Settings(arguments.epochs, decay=arguments.decay, seed=seed)
        seen = [e for e, fold in zip(labelled, folds, strict=True) if e and fold != part]
        ranker = fit(seen, settings, progress=lambda text: None)
        say("a ranker has learned" + (" from all" if part is None else f" without part {part}"))
        return ranker

    rankers = [trained(part) for part in range(arguments.folds)]
    ranker = trained(None)
    own, foreign = judge(tasks, folds, rankers, arguments.processes)
    say("all values have their signs")
    forest = learn_to_judge(own, foreign, folds)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    save(Learned(ranker, forest), str(arguments.out))
    say(f"wrote {arguments.out}, {arguments.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
