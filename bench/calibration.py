"""How well confidence says what is right: expected calibration error, coverage, wrong proofs.

    python bench/calibration.py ../shared/data
    python bench/calibration.py ../shared/data --suites everyday messy --questions 100

Asks each suite by itself, plain files, messy ones, tables of the web, reports, and tells of each:
what is right, what is stated and wrong, the calibration error of what is stated, how many answers
are proved and how many of those are wrong. Tables that a weighing has learned from are not asked.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from rich.console import Console
from rich.table import Table as Grid

import tatqa_data
import wtq_data
from suites import suite
from trivium.ask.answer import Answer
from trivium.ask.denotation import same_denotation
from trivium.errors import TriviumError
from trivium.machine import Machine

SUITES = ("everyday", "messy", "sesql", "wtq", "tatqa")
STATED = 0.5


@dataclass(frozen=True)
class Judgement:
    """What was said of one question: how it stands, how sure it is, whether it is right."""

    suite: str
    status: str
    confidence: float
    right: bool
    answerable: bool = True


class Said(Protocol):
    """How sure a value was said to be, and whether it was right."""

    @property
    def confidence(self) -> float: ...

    @property
    def right(self) -> bool: ...


def calibration_error(said: Sequence[Said], bins: int = 10) -> float:
    """Expected calibration error over equally wide bins (Naeini et al. 2015)."""
    total = 0.0
    for i in range(bins):
        inside = [s for s in said if i == min(int(s.confidence * bins), bins - 1)]
        if inside:
            gap = np.mean([s.confidence for s in inside]) - np.mean([s.right for s in inside])
            total += len(inside) / len(said) * abs(float(gap))
    return total


def coverage_at(said: Sequence[Said], precision: float) -> tuple[float, float]:
    """The largest share of questions that can be answered, the surest first, at a precision; and
    the confidence at which that is."""
    ordered = sorted(said, key=lambda s: -s.confidence)
    right = np.cumsum([s.right for s in ordered]) / np.arange(1, len(ordered) + 1)
    enough = np.flatnonzero(right >= precision)
    if not len(enough):
        return 0.0, 1.0
    return (enough[-1] + 1) / len(ordered), ordered[enough[-1]].confidence


def table(said: Sequence[Judgement], title: str) -> None:
    """Print a line for each suite and for each status in it."""
    grid = Grid("suite", "status", "questions", "right", "stated", "right of the stated",
                "calibration error", "at 90 %", title=title)  # fmt: skip
    rows: dict[tuple[str, str], list[Judgement]] = defaultdict(list)
    for judgement in said:
        rows[judgement.suite, "all"].append(judgement)
        rows[judgement.suite, judgement.status].append(judgement)
        rows["all", judgement.status].append(judgement)
    for (name, status), inside in sorted(rows.items()):
        stated = [j for j in inside if j.confidence >= STATED]
        right = [j.right for j in stated]
        grid.add_row(
            name, status, str(len(inside)),
            f"{np.mean([j.right for j in inside]):.1%}",
            f"{len(stated) / len(inside):.1%}",
            f"{np.mean(right):.1%}" if right else "",
            f"{calibration_error(stated):.3f}" if stated else "",
            f"{coverage_at(inside, 0.9)[0]:.1%}",
        )  # fmt: skip
    Console(width=120).print(grid)


# --- asking --------------------------------------------------------------------------------------

Right = Callable[[Any], bool]


def _asked(name: str, machine: Machine, question: str, right: Right, before: str = "") -> Judgement:
    """The likeliest value, whether or not it is stated."""
    try:
        after: Answer | None = machine.ask(before) if before else None
        answer = machine.ask(question, after=after)
    except TriviumError:
        return Judgement(name, "error", 0.0, False)
    value = answer.value
    if value is None and answer.alternatives:
        value = answer.alternatives[0].plain
    confidence = answer.confidence if answer.value is not None else min(answer.confidence, 0.49)
    return Judgement(name, str(answer.status), confidence, value is not None and right(value))


def _ask_wtq(asked: tuple[Path, wtq_data.Example]) -> Judgement:
    folder, example = asked
    machine = Machine(on_warning=lambda text: None)
    machine.add(folder / "tables" / example.context.removeprefix("csv/"))
    return _asked("wtq", machine, example.question,
                  lambda value: same_denotation(listed(value), example.answer))  # fmt: skip


def _ask_tatqa(asked: tuple[tatqa_data.Context, tatqa_data.Question]) -> Judgement:
    context, question = asked
    machine = Machine(on_warning=lambda text: None).add(context.table, *context.passages)

    def right(value: Any) -> bool:
        plain = all(not isinstance(one, tuple) for one in listed(value))
        return plain and tatqa_data.same_answer(listed(value), question.answer)

    return _asked("tatqa", machine, question.text, right)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _ask_suite(data: Path, name: str, questions: int | None) -> Iterator[Judgement]:
    for question in _some(suite(data, name), questions):
        machine = Machine(on_warning=lambda text: None)
        try:
            machine.add(*map(str, question.files))
        except TriviumError:
            continue
        yield _asked(name, machine, question.question, question.right, question.previous)


def _some(questions: list[Any], n: int | None) -> list[Any]:
    return random.Random(0).sample(questions, min(n, len(questions))) if n else questions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of all data sets")
    parser.add_argument("--suites", nargs="+", choices=SUITES, default=SUITES)
    parser.add_argument("--questions", type=int, help="ask only so many of each, seeded")
    parser.add_argument("--processes", type=int, default=1, help="ask in so many at a time")
    arguments = parser.parse_args()
    data, said = arguments.data, []
    for name in arguments.suites:
        if name == "wtq":
            _, examples = wtq_data.split(wtq_data.read_examples(data / name))
            jobs = [(data / name, one) for one in _some(examples, arguments.questions)]
            with Pool(arguments.processes) as pool:
                said += pool.map(_ask_wtq, jobs, chunksize=16)
        elif name == "tatqa":
            _, contexts = tatqa_data.split(tatqa_data.read_contexts(data / name))
            pairs = [(context, one) for context in contexts for one in context.questions]
            with Pool(arguments.processes) as pool:
                said += pool.map(_ask_tatqa, _some(pairs, arguments.questions), chunksize=16)
        else:
            said += _ask_suite(data, name, arguments.questions)
    table(said, "by suite and status")


if __name__ == "__main__":
    main()
