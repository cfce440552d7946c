"""Replay the logic programs that language models wrote for Logic-LM's five sets.

    python bench/programmer/logic_lm.py DATA/logic-lm/data DATA/logic-lm/programs [--list]

For each set and model: the share of programs that are read, the share that runs, the same among
those that mean something, the accuracy over all problems (an abstention counts as wrong) and over
those answered. A program means nothing where it names what it does not declare, gives a function
what is not of its sort, and the like: the classes of E220 to E224, which are printed with their
counts. `--list` names each program that did not run, with the reason. `--baseline DIR` reads
answers of another solver, files named `base_SET_MODEL.json` with `id`, `answer` and `flag`
(`success` where it ran the program), and compares on the programs that it ran, and on those that
both answer. Other models' programs are replayed alike: a file is named SET_MODEL.json and lists
objects with `id`, `answer` and `raw_logic_programs`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass, replace
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
# Why a program means nothing, by the number of its error.
MEANINGLESS = {
    220: "a value stands where a condition belongs, or the other way round",
    221: "names or calls what it does not declare",
    222: "gives a function what is not of its sort, or too many or too few arguments",
    223: "counts or quantifies over a sort that it does not declare",
    224: "compares members that have no order",
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
    error: int = 0
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
        reason = f"E{error.number} {error.message}"
        return Outcome(problem["id"], gold, None, read, False, reason, error.number)
    undecided = [option for option in verdict.options if option.holds is None]
    if undecided:
        reason = f"option {undecided[0].label}: {undecided[0].reason}"
        number = int(undecided[0].reason[1:4]) if undecided[0].reason.startswith("E") else 0
        return Outcome(problem["id"], gold, None, True, False, reason, number, verdict)
    answer = letter(verdict, name)
    return Outcome(problem["id"], gold, answer, True, True, verdict.reason, verdict=verdict)


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
    columns = f"{'read':>7}{'runs':>7}{'meant':>7}{'all':>7}{'answered':>10}"
    print(f"{'set':17}{'model':18}{'programs':>9}{columns}")
    for name, model, programs in recorded(arguments.programs):
        known = {p["id"] for p in json.loads((arguments.problems / f"{name}.json").read_text())}
        outcomes = [replay(problem, name) for problem in programs if problem["id"] in known]
        print(line(name, model, outcomes, len(known)))
        for said, count in classes(outcomes).most_common():
            print(f"    {count:3} {said}")
        if arguments.list:
            for outcome in outcomes:
                if not outcome.runs:
                    print(f"    {outcome.id}: {outcome.reason}")
        if arguments.baseline:
            print(compared(outcomes, arguments.baseline / f"base_{name}_{model}.json"))
    print(f"{perf_counter() - total:.1f} s, {process_time() - cpu:.1f} s of CPU")
    return 0


def line(name: str, model: str, outcomes: list[Outcome], problems: int) -> str:
    read = sum(o.read for o in outcomes) / len(outcomes)
    runs = sum(o.runs for o in outcomes)
    meant = sum(o.error not in MEANINGLESS for o in outcomes)
    shares = (read, runs / len(outcomes), runs / meant, right(outcomes) / problems)
    figures = "".join(f"{100 * share:7.1f}" for share in shares)
    answered = [o for o in outcomes if o.answer is not None]
    return f"{name:17}{model:18}{len(outcomes):9}{figures}{percent(answered):>10}"


def right(outcomes: list[Outcome]) -> int:
    return sum(o.answer == o.gold for o in outcomes)


def percent(outcomes: list[Outcome]) -> str:
    return f"{100 * right(outcomes) / len(outcomes):.1f}" if outcomes else "-"


def classes(outcomes: list[Outcome]) -> Counter[str]:
    """Why programs did not run: without a meaning, each class; unreadable; or late."""
    found: Counter[str] = Counter()
    for outcome in outcomes:
        if outcome.error in MEANINGLESS:
            found[f"mean nothing: {MEANINGLESS[outcome.error]} (E{outcome.error})"] += 1
        elif not outcome.read:
            found[f"cannot be read (E{outcome.error})"] += 1
        elif not outcome.runs:
            found["stopped by a limit"] += 1
    return found


def compared(outcomes: list[Outcome], path: Path) -> str:
    """Both solvers on the programs that the other one ran, and where both answer."""
    if not path.exists():
        return f"    no baseline: {path.name}"
    base = {o["id"]: o for o in json.loads(path.read_text())}
    ran = [o for o in outcomes if base.get(o.id, {}).get("flag") == "success"]
    theirs = [replace(o, answer=base[o.id]["answer"]) for o in ran]
    answered = [o for o in ran if o.answer is not None]
    both = [replace(o, answer=base[o.id]["answer"]) for o in answered]
    differ = sum(o.answer != b.answer for o, b in zip(answered, both, strict=True))
    return (
        f"    the other solver runs {len(ran)} ({100 * len(ran) / len(outcomes):.1f} %), "
        f"{percent(theirs)} % right, here {right(ran)} against {right(theirs)}; of the "
        f"{len(answered)} that both answer it has {percent(both)} % right and here "
        f"{percent(answered)} % are; {differ} differ"
    )


if __name__ == "__main__":
    sys.exit(main())
