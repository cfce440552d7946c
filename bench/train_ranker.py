"""Train the built-in programmer's ranker and write its weights.

    python bench/train_ranker.py ../shared/data/wtq
    python bench/train_ranker.py ../shared/data/wtq --tatqa ../shared/data/tatqa

The training tables (80 % of all, `wtq_data.split`) are cut in three; three rankers learn from two
parts each, and the calibration from the part that each has not seen. The file that the package
ships holds their mean. With `--tatqa` they learn also from the training half of TAT-QA's contexts
(`tatqa_data.split`).
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import replace
from functools import lru_cache
from multiprocessing import Pool
from pathlib import Path

import numpy as np

import tatqa_data
from trivium.ask.builtin import rank
from trivium.ask.denotation import same_denotation
from trivium.ask.examples import Labelled, label
from trivium.ask.frame import Frame
from trivium.ask.ranker import Array, Ranker, save
from trivium.ask.train import Settings, anchored, fit, fit_calibration, mean_of
from trivium.ask.words import Question
from wtq_data import Example, read_examples, read_table, split

WEIGHTS = Path(__file__).parent.parent / "src/trivium/ask/weights/ranker.npz"
# One question in so many is also asked of a foreign table.
FOREIGN = 3


@lru_cache(maxsize=4)
def frame_of(folder: Path, context: str) -> Frame:
    return Frame(read_table(folder, context))


def _label(task: tuple[Path, Example, int, int]) -> Labelled | None:
    folder, example, sample, seed = task
    frame = frame_of(folder, example.context)
    return label(example.question, frame, example.answer, sample, seed)


def _label_report(task: tuple[tatqa_data.Context, int, int]) -> list[Labelled | None]:
    """The questions of a TAT-QA context that its table has a part in."""
    context, sample, seed = task
    frame = Frame(context.table)
    return [
        label(question.text, frame, question.answer, sample, seed, tatqa_data.same_answer)
        for question in context.questions
        if question.answer_from != "text"
    ]


def in_folds(examples: list[Example], n: int, seed: int) -> list[list[Example]]:
    """The questions in `n` parts of about equal size, no table in two of them."""
    contexts = sorted({example.context for example in examples})
    random.Random(seed).shuffle(contexts)
    fold = {context: i % n for i, context in enumerate(contexts)}
    ordered = sorted(examples, key=lambda example: example.context)
    return [[e for e in ordered if fold[e.context] == i] for i in range(n)]


def label_folds(
    folder: Path, folds: list[list[Example]], sample: int, processes: int
) -> list[list[Labelled]]:
    tasks = [(folder, e, sample, i) for inside in folds for i, e in enumerate(inside)]
    with Pool(processes) as pool:
        found = iter(pool.map(_label, tasks, chunksize=32))
    labelled = [[next(found) for _ in inside] for inside in folds]
    kept = [[example for example in inside if example is not None] for inside in labelled]
    reached = sum(bool(e.right.any()) for inside in kept for e in inside) / len(tasks)
    print(f"{len(tasks)} questions, {reached:.1%} with a right candidate")
    return kept


def _begin(rankers: list[Ranker]) -> None:
    """Give a process the rankers once, not with every task."""
    _RANKERS[:] = rankers


_RANKERS: list[Ranker] = []


def _judge(task: tuple[Path, Example, str, int]) -> tuple[list[float], bool] | None:
    """The signs of a ranker's first choice over a table, and whether it is right."""
    folder, example, context, ranker = task
    ranking = rank(Question.of(example.question), [frame_of(folder, context)], _RANKERS[ranker])
    if ranking.signs is None:
        return None
    values = ranking.groups[0].members[0].proposal.values
    right = context == example.context and same_denotation(values, example.answer)
    return ranking.signs.vector(), right


def label_reports(folder: Path, sample: int, seed: int, processes: int) -> list[Labelled]:
    """The questions of the training half of TAT-QA."""
    contexts, _ = tatqa_data.split(tatqa_data.read_contexts(folder), seed)
    tasks = [(context, sample, i) for i, context in enumerate(contexts)]
    with Pool(processes) as pool:
        found = [e for part in pool.map(_label_report, tasks) for e in part]
    labelled = [example for example in found if example is not None]
    reached = sum(bool(e.right.any()) for e in labelled) / len(found)
    print(f"TAT-QA: {len(found)} questions, {reached:.1%} with a right candidate")
    return labelled


def calibrate(
    folder: Path, folds: list[list[Example]], rankers: list[Ranker], processes: int, sample: int
) -> Array:
    """Fit the odds on questions that their ranker did not learn from: asked of their own table,
    where they may be answered rightly, and of another one, where no answer is right."""
    pairs = [(example, fold) for fold, inside in enumerate(folds) for example in inside]
    random.Random(0).shuffle(pairs)
    pairs = sorted(pairs[:sample], key=lambda pair: pair[0].context)
    own = [(folder, example, example.context, fold) for example, fold in pairs]
    foreign = random.Random(1).sample(pairs, len(pairs))
    other = [(folder, e, f.context, fold)
             for (e, fold), (f, _) in list(zip(pairs, foreign, strict=True))[::FOREIGN]
             if f.context != e.context]  # fmt: skip
    with Pool(processes, _begin, (rankers,)) as pool:
        found = pool.map(_judge, [*own, *other], chunksize=32)
    matched = [f for f in found[: len(own)] if f]
    judged = [*matched, *(f for f in found[len(own) :] if f)]
    calibration = fit_calibration(
        np.array([signs for signs, _ in judged]), np.array([right for _, right in judged])
    )
    share = sum(right for _, right in matched) / len(own)
    print(f"accuracy on questions that were kept apart {share:.1%} of {len(own)}")
    return anchored(
        calibration, np.array([s for s, _ in matched]), np.array([right for _, right in matched])
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of WikiTableQuestions")
    parser.add_argument("--tatqa", type=Path, help="the folder of TAT-QA, to learn from as well")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--seed", type=int, default=0, help="of the split and of the training")
    parser.add_argument("--sample", type=int, default=400, help="wrong candidates a question")
    parser.add_argument("--epochs", type=int, default=Settings.epochs)
    parser.add_argument("--decay", type=float, default=Settings.decay)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folds", type=int, default=3, help="rankers, each learning from the rest")
    parser.add_argument("--calibrate", type=int, default=5000, help="questions for calibration")
    parser.add_argument("--limit", type=int, help="use only so many questions (for a trial)")
    arguments = parser.parse_args()

    train, _ = split(read_examples(arguments.data), arguments.seed)
    folds = in_folds(train[: arguments.limit], arguments.folds, arguments.seed + 1)
    started = time.perf_counter()
    labelled = label_folds(arguments.data, folds, arguments.sample, arguments.processes)
    print(f"labelled after {time.perf_counter() - started:.0f} s")
    reports = label_reports(
        arguments.tatqa, arguments.sample, arguments.seed, arguments.processes
    ) if arguments.tatqa else []  # fmt: skip
    rankers = []
    for i in range(len(folds)):
        others = [e for j, inside in enumerate(labelled) if j != i for e in inside]
        settings = Settings(arguments.epochs, decay=arguments.decay, seed=arguments.seed + i)
        rankers.append(fit([*others, *reports], settings))
    calibration = calibrate(
        arguments.data, folds, rankers, arguments.processes, arguments.calibrate
    )
    ranker = replace(mean_of(rankers), calibration=calibration)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    save(ranker, str(arguments.out))
    print(f"wrote {arguments.out}: {arguments.out.stat().st_size / 1e6:.2f} MB, "
          f"{time.perf_counter() - started:.0f} s in all")  # fmt: skip


if __name__ == "__main__":
    main()
