"""TAT-QA without a language model: exact match by kind of answer and by where it stands.

    python bench/tatqa.py ../shared/data/tatqa
    python bench/tatqa.py ../shared/data/tatqa --questions 100

Asks the questions of the half of the contexts that the ranker never saw (`tatqa_data.split`), each
of a machine that holds the context's table and paragraphs. An answer is right if its values are the
gold ones as a set: numbers, also those written as text, to two decimals, other text without case
and marks. With the scale, the scale must be right too. It is `percent` where the program or the
cells that it cites give percentages; else, for numbers that are no counts, years or ratios, what is
said first of thousands, millions or billions (`in thousands`, `$m`), in the table or around it.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table as Grid

from tatqa_data import Context, Question, read_contexts, same_answer, split
from trivium.ask.answer import Answer
from trivium.ask.frame import Frame
from trivium.ask.search import Search
from trivium.ask.words import Question as Words
from trivium.ground.cells import parse_cell
from trivium.ground.table import Table
from trivium.machine import Machine

# How a table says its scale; running text says `in thousands`, `in U.S. dollar millions`.
SCALES = (
    ("thousand", re.compile(r"thousand|['’‘]000|000['’]s", re.I)),
    ("million", re.compile(r"million|[$€£]\s?m\b|^m\b|\bmm\b|USDm", re.I)),
    ("billion", re.compile(r"billion|[$€£]\s?bn\b", re.I)),
)
_IN_TEXT = re.compile(r"\bin (?:[\w.]+ ){0,3}(thousand|million|billion)s\b", re.I)
# Words of programs whose value is a year, a count or a ratio.
PLAIN = ("the year of", "the years in which", "number of", "how many", "divided by")


@dataclass(frozen=True)
class Outcome:
    """One question: whether the likeliest value and its scale were right, and how sure it was."""

    question: Question
    right: bool
    scaled: bool
    confidence: float
    reachable: bool
    seconds: float


def judge(context: Context, question: Question, machine: Machine) -> Outcome:
    answer = machine.ask(question.text, min_confidence=0.0)
    value = answer.value if isinstance(answer.value, list) else [answer.value]
    given = [v for v in value if v is not None]
    right = bool(given) and same_answer(given, question.answer)
    scaled = right and scale_of(answer, context) == question.scale
    reachable = right or _reachable(context.table, question)
    return Outcome(question, right, scaled, answer.confidence, reachable, answer.seconds)


def _reachable(table: Table, question: Question) -> bool:
    """Whether any candidate program over the table has the gold value."""
    found = Search(Words.of(question.text), Frame(table)).proposals()
    return any(same_answer(proposal.values, question.answer) for proposal in found)


def scale_of(answer: Answer, context: Context) -> str:
    """The scale of an answer: what the program computes, what its cells are, or what is said."""
    values = answer.value if isinstance(answer.value, list) else [answer.value]
    if any(word in answer.words for word in PLAIN):
        return ""
    if "in percent" in answer.words or "%" in _cited(answer, context.table):
        return "percent"
    if not all(isinstance(v, int | float) or parse_cell(str(v)).typed for v in values):
        return ""
    table = "\n".join(
        text for column in context.table.columns for text in (column.header, *column.raw)
    )
    for scale, said in SCALES:
        if said.search(table):
            return scale
    for passage in context.passages:
        if found := _IN_TEXT.search(passage.text):
            return found[1].lower()
    return ""


def _cited(answer: Answer, table: Table) -> str:
    """The numbers of the table that the answer's proof uses, with their headers."""
    columns = {column.header: column for column in table.columns}
    found = []
    for place in answer.evidence:
        column = columns.get(place.column or "")
        if column and place.row and parse_cell(cell := column.raw[place.row - 1]).typed:
            found.append(f"{column.header} {cell}")
    return " ".join(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of TAT-QA")
    parser.add_argument("--seed", type=int, default=0, help="of the split")
    parser.add_argument("--share", type=float, default=0.5, help="of the contexts, kept to train")
    parser.add_argument("--questions", type=int, help="ask only so many, seeded")
    arguments = parser.parse_args()

    _, test = split(read_contexts(arguments.data), arguments.seed, arguments.share)
    asked = [(context, question) for context in test for question in context.questions]
    if arguments.questions:
        asked = random.Random(arguments.seed).sample(asked, min(arguments.questions, len(asked)))
    machines = {context.id: Machine().add(context.table, *context.passages) for context in test}
    outcomes = [judge(context, question, machines[context.id]) for context, question in asked]

    console = Console()
    show(console, "answer type", outcomes, lambda o: o.question.answer_type)
    show(console, "answer from", outcomes, lambda o: o.question.answer_from)
    show(console, "type and source", outcomes,
         lambda o: f"{o.question.answer_type}, {o.question.answer_from}")  # fmt: skip
    for least in (0.5, 0.7, 0.9):
        inside = [o for o in outcomes if o.confidence >= least]
        share = np.mean([o.right for o in inside]) if inside else float("nan")
        console.print(f"confidence {least}: {len(inside)} of {len(outcomes)} answered, "
                      f"{share:.1%} of them right")  # fmt: skip
    seconds = sorted(o.seconds for o in outcomes)
    console.print(f"median {seconds[len(seconds) // 2] * 1000:.0f} ms, 95th percentile "
                  f"{seconds[int(len(seconds) * 0.95)] * 1000:.0f} ms")  # fmt: skip


def show(
    console: Console, title: str, outcomes: list[Outcome], group: Callable[[Outcome], str]
) -> None:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[group(outcome)].append(outcome)
    grid = Grid(title, "questions", "exact match", "with its scale", "right program over the table")
    for name, inside in [*sorted(groups.items()), ("all", outcomes)]:
        grid.add_row(name, str(len(inside)), *(
            f"{np.mean(column):.1%}"
            for column in zip(*((o.right, o.scaled, o.reachable) for o in inside), strict=True)
        ))  # fmt: skip
    console.print(grid)


if __name__ == "__main__":
    main()
