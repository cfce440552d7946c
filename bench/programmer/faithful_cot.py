"""Replay the Datalog that language models wrote for StrategyQA (Faithful-COT).

    SOUFFLE=/path/to/souffle python bench/programmer/faithful_cot.py \\
        DATA/faithful-cot/strategyqa.jsonl DATA/faithful-cot/strategyqa_*.jsonl [--keep FILE]

Each program runs here and, where the variable SOUFFLE names the binary, in Soufflé: what Soufflé
accepts must give the same answer; of what it rejects, how much runs after stated mends. `--keep`
writes Soufflé's answers to a file, or takes them from it. Without Soufflé the recorded answers are
compared. Then the accuracy against the gold answers, abstentions wrong, and of those answered.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import process_time

from trivium.errors import TriviumError
from trivium.solver.solve import solve
from trivium.solver.verdict import Verdict

# What Soufflé says of a program: it is refused, prints no answer, or the answer.
REJECTED, SILENT = "rejected", "silent"


def in_souffle(binary: str, text: str) -> str:
    """`True` or `False` as Soufflé prints its outputs; REJECTED, or SILENT without an output."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.dl"
        path.write_text(text, "utf-8")
        command = [binary, "-w", "-D", "-", str(path)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)
        except subprocess.TimeoutExpired:
            return REJECTED
    if done.returncode:
        return REJECTED
    if "===" not in done.stdout:
        return SILENT
    rows = done.stdout.rpartition("===============")[0].rpartition("===============")[2]
    return str(bool(rows.strip()))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("questions", type=Path, help="the questions with their gold answers")
    parser.add_argument("programs", type=Path, nargs="+", help="the recorded programs")
    parser.add_argument("--keep", type=Path, help="a file of Soufflé's answers")
    parser.add_argument("--list", action="store_true", help="name what differs and what fails")
    arguments = parser.parse_args()
    gold = {entry["id"]: entry["answer"] for entry in lines(arguments.questions)}
    kept: dict[str, str] = {}
    if arguments.keep and arguments.keep.exists():
        kept = json.loads(arguments.keep.read_text())
    binary = os.environ.get("SOUFFLE")
    start, counts = process_time(), Counter[str]()
    for path in arguments.programs:
        model = Counter[str]()
        for entry in lines(path):
            text = entry["completion"]
            outcome = here(text)
            if binary and text not in kept:
                kept[text] = in_souffle(binary, text)
            differs = compare(counts, outcome, kept.get(text), entry["answer"])
            if arguments.list and (differs or isinstance(outcome, TriviumError)):
                print(f"{path.stem} {entry['id']}: {differs or outcome}")
            if entry["id"] in gold and not isinstance(outcome, TriviumError):
                model["answered"] += 1
                model["right"] += outcome.value == gold[entry["id"]]
            model["questions"] += entry["id"] in gold
        overall, answered = model["right"] / model["questions"], model["right"] / model["answered"]
        print(f"{path.stem}: {model['answered']} of {model['questions']} answered, "
              f"{100 * overall:.1f} % right of all, {100 * answered:.1f} % of those")  # fmt: skip
    if arguments.keep:
        arguments.keep.write_text(json.dumps(kept))
    for name, number in sorted(counts.items()):
        print(f"{number:6}  {name}")
    print(f"{process_time() - start:.1f} s of CPU")
    return 0


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def here(text: str) -> Verdict | TriviumError:
    try:
        return solve(text, form="datalog")
    except TriviumError as error:
        return error


def compare(
    counts: Counter[str], outcome: Verdict | TriviumError, theirs: str | None, recorded: object
) -> str:
    """Count the outcome beside Soufflé's; what differs, in words."""
    failed = isinstance(outcome, TriviumError)
    if theirs is None:
        if not failed:
            agrees = outcome.value == recorded
            counts[f"runs here, {'as' if agrees else 'not as'} recorded"] += 1
        else:
            counts["fails here"] += 1
        return ""
    if theirs == REJECTED:
        how = "fails here" if failed else "runs after mends" if outcome.mends else "runs as it is"
        counts[f"rejected by Soufflé: {how}"] += 1
        return ""
    if theirs == SILENT:
        counts[f"without an output in Soufflé: {'none' if failed else 'mended'} here"] += 1
        return ""
    same = not failed and str(outcome.value) == theirs
    counts[f"accepted by Soufflé: {'the same' if same else 'ANOTHER'} answer here"] += 1
    return "" if same else f"Soufflé says {theirs}, here {outcome}"


if __name__ == "__main__":
    sys.exit(main())
