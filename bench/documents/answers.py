"""Questions of several hops over their paragraphs, with no language model.

    python bench/documents/answers.py ../shared/data/multihop
    python bench/documents/answers.py ../shared/data/multihop --sets 2wiki --list
    python bench/documents/answers.py ../shared/data/hipporag --sets hotpotqa_train

Each question is asked of a machine that holds its own paragraphs, distractors and all. `exact` and
`F1` are over all questions, as the data sets' own scripts have them, the first value of several
counting; `given` is the share that was answered, `wrong` the share of those given whose F1 is below
one half, `cited` that of those given whose evidence lies only in the gold paragraphs, and `seconds`
the time that a question took, reading its paragraphs included.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from multihop_data import Asked, f1, normal, read_asked
from rich.console import Console
from rich.table import Table as Grid

from trivium.ask.answer import Answer
from trivium.machine import Machine

SETS = ("2wiki", "hotpotqa", "musique")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="*", default=SETS)
    parser.add_argument("--questions", type=int, default=None)
    parser.add_argument("--list", action="store_true", help="each question and its answer")
    options = parser.parse_args()
    grid = Grid("set", "questions", "exact", "F1", "given", "wrong", "cited", "seconds")
    for name in options.sets:
        asked = read_asked(next(options.data.glob(f"{name}.json*")))[: options.questions]
        started = time.perf_counter()
        answers = [answer_to(one) for one in asked]
        seconds = (time.perf_counter() - started) / len(asked)
        grid.add_row(name, str(len(asked)), *measures(asked, answers), f"{seconds:.2f}")
        if options.list:
            for one, answer in zip(asked, answers, strict=True):
                mark = mark_of(score(one, answer), answer)
                print(
                    f"{mark} {one.text} | {one.answers[0]} | {answer.value} "
                    f"{answer.confidence:.2f} {answer.reason}"
                )
    Console().print(grid)


def answer_to(asked: Asked) -> Answer:
    machine = Machine()
    machine.add(*asked.passages)
    return machine.ask(asked.text)


def value_of(answer: Answer) -> str:
    value = answer.value[0] if isinstance(answer.value, list) else answer.value
    return "" if value is None else str(value)


def score(asked: Asked, answer: Answer) -> float:
    value = value_of(answer)
    if normal(value) in map(normal, asked.answers):
        return 1.0
    return min(0.99, max(f1(value, gold) for gold in asked.answers))


def mark_of(score: float, answer: Answer) -> str:
    if answer.value is None:
        return " - "
    return " ok" if score == 1 else " ~ " if score >= 0.5 else "BAD"


def measures(asked: list[Asked], answers: list[Answer]) -> list[str]:
    scores = [score(one, answer) for one, answer in zip(asked, answers, strict=True)]
    given = [i for i, answer in enumerate(answers) if answer.value is not None]
    wrong = sum(scores[i] < 0.5 for i in given)
    gold = [{asked[i].passages[n].place.file for n in asked[i].evidence} for i in given]
    cited = sum(
        bool(answers[i].evidence) and {place.file for place in answers[i].evidence} <= files
        for i, files in zip(given, gold, strict=True)
    )
    n, m = len(asked), max(1, len(given))
    shares = (
        sum(s == 1.0 for s in scores) / n, sum(scores[i] for i in given) / n, len(given) / n,
        wrong / m, cited / m,
    )  # fmt: skip
    return [f"{100 * share:.1f} %" for share in shares]


if __name__ == "__main__":
    main()
