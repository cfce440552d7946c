"""WikiTableQuestions without a language model: accuracy, what limits it, confidence, speed.

    python bench/wtq.py ../shared/data/wtq
    python bench/wtq.py ../shared/data/wtq --questions 500

Asks the questions of the 20 % of tables that the ranker never saw (`wtq_data.split`), each through
`Machine.ask` with its table added anew, so the time includes reading and grounding.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table as Grid

from calibration import calibration_error, coverage_at
from trivium.ask.denotation import same_denotation
from trivium.ask.frame import Frame
from trivium.ask.search import Search
from trivium.ask.words import Question
from trivium.machine import Machine
from wtq_data import Example, read_examples, split

KINDS = (
    ("difference", ("how many more", "difference", "how much more", "how many years", "how long")),
    ("count", ("how many", "number of", "how often", "how much", "total")),
    ("yes/no or choice", ("is ", "are ", "was ", "were ", "did ", "does ", "do ", "has ", "have ")),
    ("superlative", ("most", "least", "highest", "lowest", "largest", "smallest", "longest",
                     "best", "first", "last", "top", "greatest", "fewest", "earliest", "latest")),
    ("neighbour", ("next", "previous", "before", "after", "above", "below", "following")),
    ("when", ("when", "what year", "which year", "what date", "what month")),
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """One question: whether the likeliest value was right, how sure, and what it took."""

    kind: str
    right: bool
    confidence: float
    reachable: bool
    seconds: float


def kind_of(question: str) -> str:
    text = question.lower()
    for kind, cues in KINDS:
        starts = kind == "yes/no or choice"
        if any(text.startswith(c) if starts else c in text for c in cues):
            return kind
    return "look-up"


def judge(folder: Path, example: Example, oracle: bool) -> Outcome:
    path = folder / "tables" / example.context.removeprefix("csv/")
    started = time.perf_counter()
    machine = Machine(on_warning=lambda text: None).add(path)
    answer = machine.ask(example.question, min_confidence=0.0)
    seconds = time.perf_counter() - started
    value = answer.value if isinstance(answer.value, list) else [answer.value]
    right = answer.value is not None and same_denotation(
        [v for v in value if v is not None], example.answer
    )
    reachable = right or (oracle and _reachable(machine, example))
    return Outcome(kind_of(example.question), right, answer.confidence, reachable, seconds)


def _reachable(machine: Machine, example: Example) -> bool:
    """Whether any candidate program of the search has the gold value."""
    question = Question.of(example.question)
    return any(
        same_denotation(proposal.values, example.answer)
        for table in machine.tables
        for proposal in Search(question, Frame(table)).proposals()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of WikiTableQuestions")
    parser.add_argument("--seed", type=int, default=0, help="of the split")
    parser.add_argument("--questions", type=int, help="ask only so many, seeded")
    parser.add_argument("--no-oracle", action="store_true", help="skip the search for gold values")
    parser.add_argument("--processes", type=int, default=1, help="ask in so many at a time")
    arguments = parser.parse_args()

    _, test = split(read_examples(arguments.data), arguments.seed)
    if arguments.questions:
        test = random.Random(arguments.seed).sample(test, min(arguments.questions, len(test)))
    judge(arguments.data, test[0], oracle=False)  # imports and weights: warm from here on
    task = partial(judge, arguments.data, oracle=not arguments.no_oracle)
    with Pool(arguments.processes) as pool:
        outcomes = pool.map(task, test, chunksize=16)

    console = Console()
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.kind].append(outcome)
    grid = Grid("kind", "questions", "accuracy", "right program among candidates")
    for kind, inside in sorted(groups.items(), key=lambda item: -len(item[1])):
        grid.add_row(kind, str(len(inside)), *_shares(inside))
    grid.add_row("all", str(len(outcomes)), *_shares(outcomes), style="bold")
    console.print(grid)
    answered, bound = coverage_at(outcomes, 0.9)
    seconds = sorted(o.seconds for o in outcomes)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    console.print(f"expected calibration error {calibration_error(outcomes):.3f}")
    console.print(f"at 90 % precision {answered:.1%} answered (confidence {bound:.2f} and above)")
    for least in (0.5, 0.7, 0.9):
        inside = [o for o in outcomes if o.confidence >= least]
        share = np.mean([o.right for o in inside]) if inside else float("nan")
        console.print(f"confidence {least}: {len(inside) / len(outcomes):.1%} answered, "
                      f"{share:.1%} of them right")  # fmt: skip
    console.print(f"median {seconds[len(seconds) // 2] * 1000:.0f} ms, 95th percentile "
                  f"{seconds[int(len(seconds) * 0.95)] * 1000:.0f} ms, "
                  f"peak memory {memory:.0f} MB")  # fmt: skip


def _shares(outcomes: list[Outcome]) -> tuple[str, str]:
    return (
        f"{np.mean([o.right for o in outcomes]):.1%}",
        f"{np.mean([o.reachable for o in outcomes]):.1%}",
    )


if __name__ == "__main__":
    main()
