"""A real language model on WikiTableQuestions, with and without a grammar, a repair, company.

    python bench/programmer/live.py DATA/wtq --model qwen2.5-coder-1.5b \\
        --base-url http://127.0.0.1:8080/v1 --questions 100 --record exchanges.jsonl
    python bench/programmer/live.py DATA/wtq --questions 100 --replay exchanges.jsonl

The questions are a seeded sample of the test tables (20 % of the tables; see `wtq_data.split`),
which the built-in programmer's ranker never saw. For each way of asking, a line: how many first
replies parse, type-check and give a value; accuracy of all questions without and with the repair;
of the model and the built-in programmer together, beside the built-in programmer alone; what a
question takes.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from rich.console import Console
from rich.table import Table as Grid

from trivium.ask.decide import Belief, weigh
from trivium.ask.denotation import same_denotation
from trivium.ask.languages import LANGUAGES
from trivium.ask.llm import propose
from trivium.ask.programmers.builtin import BuiltIn
from trivium.ask.programmers.protocol import Proposal
from trivium.ask.tables import Tables
from trivium.ground.table import Table
from trivium.models.cache import Cache, Cached
from trivium.models.llm import ChatClient
from trivium.models.protocol import ChatModel, Sampling, Usage
from trivium.models.recorded import Recorder, Replay

sys.path.insert(0, str(Path(__file__).parents[1]))
from wtq_data import Example, read_examples, read_table, split


@dataclass
class Tally:
    """What one way of asking gave."""

    questions: int = 0
    parsed: int = 0
    checked: int = 0
    valued: int = 0
    first_right: int = 0
    right: int = 0
    built_in: int = 0
    together: int = 0
    usage: Usage = field(default_factory=Usage)

    def add(self, example: Example, proposal: Proposal, table: Table) -> None:
        self.questions += 1
        self.usage += proposal.virtual
        if proposal.attempts:
            error = proposal.attempts[0].error
            number = 0 if error is None else error.number
            family = number // 100
            self.parsed += family != 1 and number not in (506, 510, 511)
            self.checked += family != 1 and family != 2 and number not in (506, 510, 511)
            self.valued += error is None
        good = [c for c in proposal.candidates if same_denotation(c.value, example.answer)]
        self.right += bool(good) and good[0] is proposal.candidates[0]
        self.first_right += bool(good) and len(proposal.attempts) == 1
        beliefs = built_in(example, table)
        self.built_in += bool(beliefs) and same_denotation(
            beliefs[0].candidate.value, example.answer
        )
        joined = weigh(beliefs, proposal.candidates)
        self.together += bool(joined) and same_denotation(joined[0].candidate.value, example.answer)

    def line(self, name: str) -> list[str]:
        n = max(1, self.questions)
        shares = [self.parsed, self.checked, self.valued, self.first_right, self.right]
        shares += [self.built_in, self.together]
        usage = self.usage
        return [
            name,
            str(self.questions),
            *(f"{share / n:.0%}" for share in shares),
            f"{usage.calls / n:.2f}",
            f"{usage.prompt_tokens / n:.0f}+{usage.completion_tokens / n:.0f}",
            f"{usage.seconds / n:.1f}",
        ]


def built_in(example: Example, table: Table) -> list[Belief]:
    """What the built-in programmer believes, the likeliest first."""
    return weigh([], BuiltIn().propose(example.question, Tables.over([table])).candidates)


def chosen_model(args: argparse.Namespace) -> ChatModel:
    if args.replay:
        return Replay(args.replay, args.model)
    model: ChatModel = ChatClient(args.model, base_url=args.base_url, timeout=args.timeout)
    if args.cache:  # a run that was stopped goes on where it was
        model = Cached(model, Cache(args.cache))
    return Recorder(model, args.record) if args.record else model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="the folder with questions.tsv and tables/")
    parser.add_argument("--model")
    parser.add_argument("--base-url")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--language", nargs="+", choices=LANGUAGES, default=list(LANGUAGES))
    parser.add_argument("--grammar", nargs="+", choices=["yes", "no"], default=["yes", "no"])
    parser.add_argument("--train", action="store_true",
                        help="questions of the training tables, to set scores by")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--budget", type=int, default=1600, help="characters for the table")
    parser.add_argument("--timeout", type=float, default=600.0)
    parser.add_argument("--max-tokens", type=int, default=200)
    parser.add_argument("--cache", type=Path, help="replies that need not be asked for again")
    parser.add_argument("--record", type=Path)
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--verbose", action="store_true", help="show each question and program")
    args = parser.parse_args()

    model = chosen_model(args)
    train, test = split(read_examples(args.data))
    sample = random.Random(args.seed).sample(train if args.train else test, args.questions)
    sampling = Sampling(max_tokens=args.max_tokens)
    grid = Grid("asked for", "questions", "parse", "check", "value", "right", "repaired",
                "built-in", "together", "calls", "tokens", "seconds", box=None)  # fmt: skip
    for language, grammar in product(args.language, args.grammar):
        tally = Tally()
        for example in sample:
            table = read_table(args.data, example.context)
            proposal = propose(
                example.question, [table], model,
                language=LANGUAGES[language], grammar=grammar == "yes", budget=args.budget,
                sampling=sampling,
            )  # fmt: skip
            tally.add(example, proposal, table)
            if args.verbose:
                show(example, proposal)
        grid.add_row(*tally.line(f"{language}{', grammar' if grammar == 'yes' else ''}"))
    console = Console(width=120)
    console.print(f"{model.name}, seed {args.seed}; tokens read + written, seconds, a question")
    console.print(grid)


def show(example: Example, proposal: Proposal) -> None:
    value = proposal.candidates[0].value if proposal.candidates else proposal.reason
    right = bool(proposal.candidates) and same_denotation(value, example.answer)
    print(f"{'right' if right else 'wrong'}  {example.id}  {example.question}  "
          f"{list(example.answer)}  ->  {value}", flush=True)  # fmt: skip
    for attempt in proposal.attempts:
        print("      | " + attempt.program.strip().replace("\n", "\n      | "))
        if attempt.error is not None:
            print(f"      {attempt.error}".replace("\n", "\n      "))


if __name__ == "__main__":
    main()
