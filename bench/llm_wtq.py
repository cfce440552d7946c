"""The LLM programmer on WikiTableQuestions: how many replies parse, type-check, run, are right.

    python bench/llm_wtq.py DATA/wtq --model qwen2.5-coder-1.5b \\
        --base-url http://127.0.0.1:8080/v1 --questions 30 --record exchanges.jsonl
    python bench/llm_wtq.py DATA/wtq --questions 30 --replay exchanges.jsonl

The questions are a seeded sample of the test tables (20 % of the tables; see `wtq_data.split`).
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

from trivium.ask.denotation import same_denotation
from trivium.ask.llm import Attempt, Proposal, propose
from trivium.models.llm import ChatClient
from trivium.models.protocol import ChatModel, Sampling, Usage
from trivium.models.recorded import Recorder, Replay
from wtq_data import Example, read_examples, read_table, split


def chosen_model(args: argparse.Namespace) -> ChatModel:
    if args.replay:
        return Replay(args.replay, args.model)
    client = ChatClient(args.model, base_url=args.base_url, timeout=args.timeout)
    return Recorder(client, args.record) if args.record else client


def stage(attempt: Attempt) -> str:
    """How far a reply came."""
    if attempt.error is None:
        return "gives a value"
    number = attempt.error.number
    if number == 512:
        return "runs, gives nothing"
    return {5: "is no program to run", 1: "does not parse", 2: "does not type-check"}.get(
        number // 100, "is stopped by a limit"
    )


def show(example: Example, proposal: Proposal, right: bool, verbose: bool) -> None:
    value = proposal.candidates[0].value if proposal.candidates else proposal.reason
    print(f"{'right' if right else 'wrong' if proposal.candidates else 'none ':5}  {example.id}  "
          f"{example.question}  {list(example.answer)}  ->  {value}", flush=True)  # fmt: skip
    if verbose:
        for attempt in proposal.attempts:
            print("      | " + attempt.datalog.strip().replace("\n", "\n      | "))
            print(f"      {attempt.error or ''}".rstrip())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="the folder with questions.tsv and tables/")
    parser.add_argument("--model")
    parser.add_argument("--base-url")
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--budget", type=int, default=1600, help="characters for the table")
    parser.add_argument("--timeout", type=float, default=300.0)
    parser.add_argument("--max-tokens", type=int, default=200)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--verbose", action="store_true", help="show programs and errors")
    args = parser.parse_args()

    model = chosen_model(args)
    sample = random.Random(args.seed).sample(split(read_examples(args.data))[1], args.questions)
    sampling = Sampling(max_tokens=args.max_tokens)
    first: Counter[str] = Counter()
    right = answered = repaired = repaired_right = 0
    usage = Usage()
    for example in sample:
        table = read_table(args.data, example.context)
        proposal = propose(example.question, [table], model, budget=args.budget, sampling=sampling)
        usage += proposal.usage
        first[stage(proposal.attempts[0]) if proposal.attempts else "no reply"] += 1
        good = False
        for candidate in proposal.candidates:
            good = same_denotation(candidate.value, example.answer)
            answered += 1
            if len(proposal.attempts) > 1:
                repaired += 1
                repaired_right += good
        right += good
        show(example, proposal, good, args.verbose)

    n = len(sample)
    parsed = n - sum(first[s] for s in ("no reply", "is no program to run", "does not parse"))
    checked = parsed - first["does not type-check"]
    ran = checked - first["is stopped by a limit"]
    print(f"\n{model.name}, {n} questions, seed {args.seed}")
    print(f"first reply   parses {parsed / n:.0%}, type-checks {checked / n:.0%}, "
          f"runs {ran / n:.0%}, gives a value {first['gives a value'] / n:.0%}")  # fmt: skip
    print("              " + ", ".join(f"{count} {s}" for s, count in first.most_common()))
    print(f"repair        {repaired} more give a value, {repaired_right} of them right")
    print(f"accuracy      {right / n:.1%} of all, {right / max(1, answered):.1%} of the "
          f"{answered} with a value")  # fmt: skip
    print(f"a question    {usage.calls / n:.2f} calls, {usage.prompt_tokens / n:.0f} prompt and "
          f"{usage.completion_tokens / n:.0f} completion tokens, "
          f"{usage.seconds / n:.1f} s")  # fmt: skip


if __name__ == "__main__":
    main()
