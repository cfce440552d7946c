"""Grow the weighing of the reader and the search on every kind of source.

    python bench/train_weighing.py ../shared/data

The training tables of WikiTableQuestions and TAT-QA are cut in two: of each half a ranker and a
judge learn, and the search that they make is asked the questions of the other half, so that it is
as wrong there as on tables that it has not seen. The suites of plain and of messy files are asked
as they are. Each value counts twice, weighed with the search and without it. What is printed is
said of tables that the forest had not seen.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import tatqa_data
from calibration import Judgement, table
from suites import Asked as Question
from suites import suite
from train_ranker import Task, _label, tasks_of
from trivium.ask.answer import Answer
from trivium.ask.candidate import Candidate
from trivium.ask.grow import Settings, grow, platt
from trivium.ask.judge import Forest
from trivium.ask.programmers.builtin import VALUES, BuiltIn, grouped
from trivium.ask.programmers.protocol import Proposal
from trivium.ask.programmers.reader import Reader
from trivium.ask.programmers.weighed import asked_of
from trivium.ask.ranker import Ranker
from trivium.ask.select import relevance
from trivium.ask.signs import JUDGED
from trivium.ask.tables import Tables, whole
from trivium.ask.train import Settings as Fitting
from trivium.ask.train import fit
from trivium.ask.weigh import save, signs
from trivium.ask.words import Question as Words
from trivium.errors import TriviumError
from trivium.machine import Machine

WEIGHTS = Path(__file__).parent.parent / "src/trivium/ask/weights/weighing.npz"
# How much a question of each kind counts: a few hundred of plain files stand beside thousands.
WEIGHT = {"everyday": 8.0, "messy": 8.0, "sesql": 4.0, "wtq": 1.0, "tatqa": 1.0}
FOREST = Settings(trees=300, rate=0.05, leaves=12, depth=5)
FOLDS = 5


@dataclass(frozen=True)
class Searched:
    """What a search that had not seen a question makes of it: its values with their signs."""

    vectors: NDArray[np.float64]
    right: NDArray[np.bool_]
    found: tuple[Candidate, ...]


@dataclass(frozen=True)
class Weighable:
    """The values of one question: their signs with the search and without, and which are right."""

    suite: str
    group: str
    question: str
    signs: NDArray[np.float64]
    right: NDArray[np.bool_]
    alone: NDArray[np.float64]
    alone_right: NDArray[np.bool_]
    read: NDArray[np.bool_]
    sure: NDArray[np.bool_]
    answerable: bool = True


class Asking:
    """A programmer that proposes nothing: it keeps what comes of a look at the tables."""

    name = "asking"

    def __init__(self, look: Callable[[str, Tables], Any]) -> None:
        self.look = look
        self.seen: Any = None

    def propose(self, question: str, tables: Tables) -> Proposal:
        self.seen = self.look(question, tables)
        return Proposal(())


def machine_of(task: Task) -> Machine:
    machine = Machine(on_warning=lambda text: None)
    if isinstance(task.place, tatqa_data.Context):
        return machine.add(task.place.table, *task.place.passages)
    return machine.add(task.place / "tables" / task.context.removeprefix("csv/"))


# --- the search of questions that it has not seen ------------------------------------------------

_RANKERS: list[Ranker] = []


def _begin(rankers: list[Ranker]) -> None:
    _RANKERS[:] = rankers


def _search(asked: tuple[Task, int]) -> Searched | None:
    task, ranker = asked

    def look(question: str, tables: Tables) -> Searched | None:
        words = Words.of(question)
        about = relevance(words, tables.frames)
        groups, judged = grouped(words, tables.frames, _RANKERS[ranker], about)
        if judged is None:
            return None
        found = tuple(
            Candidate(
                "", value=tuple(map(whole, group.members[0].proposal.values)), told=judged.told(i)
            )
            for i, group in enumerate(groups[:JUDGED])
        )
        right = np.array([task.same(candidate.value, task.answer) for candidate in found])
        return Searched(judged.vectors(), right, found)

    return _look(machine_of(task), task.question, look)


def _look(
    machine: Machine,
    question: str,
    look: Callable[[str, Tables], Any],
    after: Answer | None = None,
) -> Any:
    """What comes of a look at the tables as a question is asked of them; None if it fails."""
    asking = Asking(look)
    machine.programmers = [asking]
    try:
        machine.ask(question, after=after)
    except (TriviumError, AssertionError, IndexError, KeyError, ValueError):
        return None  # a question that fails teaches nothing
    return asking.seen


def search_all(tasks: list[Task], half: NDArray[np.int64], processes: int) -> list[list[Candidate]]:
    """What the search of the other half finds for each question, with its chances."""
    with Pool(processes) as pool:
        labelled = pool.map(_label, [(task, 200) for task in tasks], chunksize=16)
    rankers = [
        fit([e for e, own in zip(labelled, half, strict=True) if e and own == h],
            Fitting(seed=h), progress=lambda text: None)
        for h in (0, 1)
    ]  # fmt: skip
    del labelled
    with Pool(processes, _begin, (rankers,)) as pool:
        asked = [(task, 1 - int(own)) for task, own in zip(tasks, half, strict=True)]
        searched = pool.map(_search, asked, chunksize=16)
    odds: list[NDArray[np.float64]] = [np.zeros(0)] * len(tasks)
    for h in (0, 1):
        other = [s for s, own in zip(searched, half, strict=True) if s and own != h]
        forest = grow(
            np.concatenate([s.vectors for s in other]), np.concatenate([s.right for s in other])
        )
        for i in np.flatnonzero(half == h):
            if (own_values := searched[i]) is not None:
                odds[i] = forest.odds(own_values.vectors)
    first = [(o.max(), s.right[o.argmax()]) for o, s in zip(odds, searched, strict=True) if s]
    offset, slope = platt(np.array([o for o, _ in first]), np.array([r for _, r in first]))
    found: list[list[Candidate]] = []
    for o, s in zip(odds, searched, strict=True):
        chances = 1 / (1 + np.exp(-(offset + slope * o)))
        order = np.argsort(-chances, kind="stable")[:VALUES]
        found.append([replace(s.found[i], score=float(chances[i])) for i in order] if s else [])
    return found


# --- the values of each question ----------------------------------------------------------------


def weighable(
    suite: str,
    group: str,
    question: str,
    tables: Tables,
    found: Sequence[Candidate] | None,
    right: Callable[[Candidate], bool],
) -> Weighable:
    """The values with their signs; the search is asked here if it has not been."""
    understood = Reader().understand(question, tables)
    asked = asked_of(question, tables, understood)
    if found is None:
        found = BuiltIn().propose(question, tables).candidates
    candidates, rows = signs(asked, understood.candidates, found)
    read, alone = signs(asked, understood.candidates, None)
    return Weighable(
        suite, group, question,
        rows, np.array([right(c) for c in candidates], np.bool_),
        alone, np.array([right(c) for c in read], np.bool_),
        np.array([c.reading is not None for c in candidates], np.bool_),
        np.array([c.reading is not None and c.reading.sure for c in candidates], np.bool_),
    )  # fmt: skip


def _of_task(asked: tuple[Task, list[Candidate]]) -> Weighable | None:
    task, found = asked
    kind = "tatqa" if isinstance(task.place, tatqa_data.Context) else "wtq"

    def right(candidate: Candidate) -> bool:
        plain = all(not isinstance(value, tuple) for value in candidate.value)
        return plain and task.same(candidate.value, task.answer)

    def look(question: str, tables: Tables) -> Weighable:
        return weighable(kind, task.context, question, tables, found, right)

    return _look(machine_of(task), task.question, look)


def _of_suite(question: Question) -> Weighable | None:
    machine = Machine(on_warning=lambda text: None)
    try:
        machine.add(*map(str, question.files))
    except TriviumError:
        return None
    machine.programmers = [Reader()]
    after = machine.ask(question.previous) if question.previous else None
    group = ",".join(file.name for file in question.files)

    def look(text: str, tables: Tables) -> Weighable:
        return weighable(
            question.suite, group, text, tables, None, lambda c: question.right(c.plain)
        )

    found = _look(machine, question.question, look, after)
    return found and replace(found, answerable=question.gold is not None)


# --- the forest ----------------------------------------------------------------------------------


def grown(values: Sequence[Weighable]) -> Forest:
    rows, right, weights = [], [], []
    for value in values:
        for seen, labels in ((value.signs, value.right), (value.alone, value.alone_right)):
            if len(seen):
                rows.append(seen)
                right.append(labels)
                weights += [WEIGHT[value.suite]] * len(labels)
    return grow(np.concatenate(rows), np.concatenate(right), FOREST, np.array(weights))


def judgements(values: Sequence[Weighable]) -> list[Judgement]:
    """What forests that had not seen the tables say: of each question the likeliest value."""
    groups = sorted({(value.suite, value.group) for value in values})
    random.Random(1).shuffle(groups)
    fold = {group: i % FOLDS for i, group in enumerate(groups)}
    found = []
    for part in range(FOLDS):
        forest = grown([v for v in values if fold[v.suite, v.group] != part])
        for value in values:
            if fold[value.suite, value.group] != part:
                continue
            if not len(value.signs):
                found.append(Judgement(value.suite, "none", 0.0, False))
                continue
            chances = forest.probability(value.signs)
            best = int(chances.argmax())
            status = "sure" if value.sure[best] else "likely" if value.read[best] else "found"
            found.append(
                Judgement(value.suite, status, float(chances[best]), bool(value.right[best]))
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of all data sets")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--questions", type=int, default=6000, help="of tables of the web")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0, help="of the split by tables")
    arguments = parser.parse_args()
    started = time.perf_counter()
    torch.set_num_threads(1)

    def say(text: str) -> None:
        print(f"{time.perf_counter() - started:4.0f} s  {text}", flush=True)

    tasks = chosen(arguments.data, arguments.seed, arguments.questions)
    contexts = sorted({task.context for task in tasks})
    random.Random(2).shuffle(contexts)
    side = {context: i % 2 for i, context in enumerate(contexts)}
    half = np.array([side[task.context] for task in tasks])
    found = search_all(tasks, half, arguments.processes)
    say(f"{len(tasks)} questions are searched")
    asked = [q for name in ("everyday", "messy", "sesql") for q in suite(arguments.data, name)]
    with Pool(arguments.processes) as pool:
        values = pool.map(_of_task, list(zip(tasks, found, strict=True)), chunksize=16)
    values += [_of_suite(question) for question in asked]
    kept = [value for value in values if value is not None]
    say(f"{len(kept)} questions have their values")
    table(judgements(kept), "of tables that the forest had not seen")
    save(grown(kept), str(arguments.out))
    say(f"wrote {arguments.out}, {arguments.out.stat().st_size / 1e6:.2f} MB")


def chosen(data: Path, seed: int, questions: int) -> list[Task]:
    """The training questions of TAT-QA, and of WikiTableQuestions so many, those of a table
    together."""
    tasks = tasks_of(data / "wtq", data / "tatqa", seed, None)
    contexts = sorted({task.context for task in tasks if isinstance(task.place, Path)})
    random.Random(seed).shuffle(contexts)
    place = {context: i for i, context in enumerate(contexts)}
    pages = sorted((t for t in tasks if t.context in place), key=lambda t: place[t.context])
    return pages[:questions] + [task for task in tasks if task.context not in place]


if __name__ == "__main__":
    main()
