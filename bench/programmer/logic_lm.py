"""Replay the logic programs that language models wrote for Logic-LM's five sets.

    python bench/programmer/logic_lm.py DATA/logic-lm/data DATA/logic-lm/programs [--list]

For each set and model: the share of programs that are read, the share that runs, the accuracy over
all problems (an abstention counts as wrong) and over those answered. `--list` names the programs
that did not run, with the reason; `--baseline DIR` reads answers of another solver, files named
`base_SET_MODEL.json` with `id`, `answer` and `flag`, and compares on the programs that it ran.
Other models' programs are replayed alike: a file is named SET_MODEL.json and lists objects with
`id`, `answer` and `raw_logic_programs`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from trivium.errors import TriviumError
from trivium.program import Limits
from trivium.solver.solve import solve
from trivium.solver.verdict import Status, Verdict

FORMS = {
    "ProntoQA": "rules",
    "ProofWriter": "rules",
    "FOLIO": "fol",
    "LogicalDeduction": "constraints",
    "AR-LSAT": "declarations",
}
# Sets whose problems may have the answer C: unknown.
OPEN = ("ProofWriter", "FOLIO")


@dataclass
class Outcome:
    """What became of one program."""

    id: str
    gold: str
    answer: str | None
    read: bool
    runs: bool
    reason: str
    verdict: Verdict | None = None


def letter(verdict: Verdict, name: str) -> str | None:
    """The option that a verdict chooses; None where it abstains."""
    if isinstance(verdict.value, str):
        return verdict.value
    if verdict.status in (Status.PROVED, Status.REFUTED):
        return "A" if verdict.status is Status.PROVED else "B"
    return "C" if name in OPEN and verdict.independent else None


def replay(problem: dict[str, Any], name: str, seconds: float = 5.0) -> Outcome:
    """The outcome of the first program recorded for a problem."""
    text, gold = problem["raw_logic_programs"][0], problem["answer"]
    try:
        verdict = solve(text, form=FORMS[name], limits=Limits(seconds=seconds), name=problem["id"])
    except TriviumError as error:
        read = error.number >= 200
        return Outcome(problem["id"], gold, None, read, False, f"E{error.number} {error.message}")
    undecided = [option for option in verdict.options if option.holds is None]
    if undecided:
        reason = f"option {undecided[0].label}: {undecided[0].reason}"
        return Outcome(problem["id"], gold, None, True, False, reason, verdict)
    answer = letter(verdict, name)
    return Outcome(problem["id"], gold, answer, True, True, verdict.reason, verdict)


def recorded(folder: Path) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Set, model and programs of each file of a folder."""
    found = []
    for name in FORMS:
        for path in sorted(folder.glob(f"{name}_*.json")):
            found.append((name, path.stem.removeprefix(f"{name}_"), json.loads(path.read_text())))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("problems", type=Path, help="the folder of the sets")
    parser.add_argument("programs", type=Path, help="the folder of the recorded programs")
    parser.add_argument("--list", action="store_true", help="name the programs that did not run")
    parser.add_argument("--baseline", type=Path, help="the folder of another solver's answers")
    arguments = parser.parse_args()
    total, cpu = perf_counter(), process_time()
    print(f"{'set':17}{'model':18}{'problems':>9}{'read':>7}{'runs':>7}{'all':>7}{'answered':>10}")
    for name, model, programs in recorded(arguments.programs):
        known = {p["id"] for p in json.loads((arguments.problems / f"{name}.json").read_text())}
        outcomes = [replay(problem, name) for problem in programs if problem["id"] in known]
        print(line(name, model, outcomes, len(known)))
        if arguments.list:
            for outcome in outcomes:
                if not outcome.runs:
                    print(f"    {outcome.id}: {outcome.reason}")
        if arguments.baseline:
            print(compared(outcomes, arguments.baseline / f"base_{name}_{model}.json"))
    print(f"{perf_counter() - total:.1f} s, {process_time() - cpu:.1f} s of CPU")
    return 0


def line(name: str, model: str, outcomes: list[Outcome], problems: int) -> str:
    counts = Counter(
        read=sum(o.read for o in outcomes),
        runs=sum(o.runs for o in outcomes),
        right=sum(o.answer == o.gold for o in outcomes),
        answered=sum(o.answer is not None for o in outcomes),
    )
    shares = [counts[key] / len(outcomes) for key in ("read", "runs")]
    overall = counts["right"] / problems
    selective = counts["right"] / max(1, counts["answered"])
    figures = "".join(f"{100 * share:7.1f}" for share in (*shares, overall))
    return f"{name:17}{model:18}{len(outcomes):9}{figures}{100 * selective:10.1f}"


def compared(outcomes: list[Outcome], path: Path) -> str:
    if not path.exists():
        return f"    no baseline: {path.name}"
    base = {o["id"]: o for o in json.loads(path.read_text())}
    ran = [o for o in outcomes if base.get(o.id, {}).get("flag") == "success"]
    theirs = [o for o in ran if base[o.id]["answer"] is not None]
    right = sum(base[o.id]["answer"] == o.gold for o in theirs)
    answered = [o for o in ran if o.answer is not None]
    ours = sum(o.answer == o.gold for o in answered)
    return (
        f"    of {len(ran)} that the other solver ran: it answers {len(theirs)}, "
        f"{100 * right / max(1, len(theirs)):.1f} % right; here {len(answered)}, "
        f"{100 * ours / max(1, len(answered)):.1f} %"
    )


if __name__ == "__main__":
    sys.exit(main())
