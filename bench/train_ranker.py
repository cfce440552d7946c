"""Train the built-in programmer's ranker and write its weights.

    python bench/train_ranker.py ../shared/data/wtq
    python bench/train_ranker.py ../shared/data/wtq --tatqa ../shared/data/tatqa

Learns from 85 % of the training tables (which are 80 % of all tables, `wtq_data.split`), fits the
calibration on the other 15 %, and writes the file that the package ships. With `--tatqa` it learns
also from the training half of TAT-QA's contexts (`tatqa_data.split`): from the questions that
their tables have a part in.
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
from trivium.ask.ranker import Ranker, save
from trivium.ask.train import Settings, anchored, fit, fit_calibration
from trivium.ask.words import Question
from wtq_data import Example, read_examples, read_table, split

WEIGHTS = Path(__file__).parent.parent / "src/trivium/ask/weights/ranker.npz"
# How much a question asked of a foreign table counts beside one asked of its own.
MISMATCHED = 0.3


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


def _judge(task: tuple[Path, Example, str, Ranker]) -> tuple[list[float], bool] | None:
    """The signs of the first choice over a table, and whether it is right."""
    folder, example, context, ranker = task
    ranking = rank(Question.of(example.question), [frame_of(folder, context)], ranker)
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


def calibrate(folder: Path, examples: list[Example], ranker: Ranker, processes: int) -> Ranker:
    """Fit the odds on questions kept apart: asked of their own table, where they may be answered
    rightly, and of another one, where no answer is right."""
    contexts = [example.context for example in examples]
    random.Random(0).shuffle(contexts)
    own = [(folder, e, e.context, ranker) for e in examples]
    other = [(folder, e, c, ranker) for e, c in zip(examples, contexts, strict=True)
             if c != e.context]  # fmt: skip
    with Pool(processes) as pool:
        found = pool.map(_judge, [*own, *other], chunksize=32)
    judged = [(f, 1.0 if i < len(own) else MISMATCHED) for i, f in enumerate(found) if f]
    calibration = fit_calibration(
        np.array([signs for (signs, _), _ in judged]),
        np.array([right for (_, right), _ in judged]),
        np.array([weight for _, weight in judged]),
    )
    matched = [f for f, weight in judged if weight == 1.0]
    calibration = anchored(
        calibration, np.array([s for s, _ in matched]), np.array([right for _, right in matched])
    )
    share = sum(f is not None and f[1] for f in found[: len(own)]) / len(own)
    print(f"held-out accuracy {share:.1%} of {len(own)}")
    return replace(ranker, calibration=calibration)


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
    parser.add_argument("--limit", type=int, help="use only so many questions (for a trial)")
    arguments = parser.parse_args()

    train, _ = split(read_examples(arguments.data), arguments.seed)
    learn, keep = split(train[: arguments.limit], arguments.seed + 1, share=0.85)
    started = time.perf_counter()
    tasks = [(arguments.data, e, arguments.sample, i) for i, e in enumerate(sorted(
        learn, key=lambda example: example.context))]  # fmt: skip
    with Pool(arguments.processes) as pool:
        found = pool.map(_label, tasks, chunksize=32)
    labelled = [example for example in found if example is not None]
    reached = sum(bool(e.right.any()) for e in labelled) / len(learn)
    print(f"{len(learn)} questions, {reached:.1%} with a right candidate, "
          f"{time.perf_counter() - started:.0f} s")  # fmt: skip
    if arguments.tatqa:
        labelled += label_reports(
            arguments.tatqa, arguments.sample, arguments.seed, arguments.processes
        )
    settings = Settings(epochs=arguments.epochs, decay=arguments.decay, seed=arguments.seed)
    ranker = fit(labelled, settings)
    ranker = calibrate(arguments.data, keep, ranker, arguments.processes)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    save(ranker, str(arguments.out))
    print(f"wrote {arguments.out}: {arguments.out.stat().st_size / 1e6:.2f} MB, "
          f"{time.perf_counter() - started:.0f} s in all")  # fmt: skip


if __name__ == "__main__":
    main()
