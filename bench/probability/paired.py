"""Trivium and ProbLog on the same programs, in pairs: `python -m bench.probability.paired`.

    python -m bench.probability.paired --rival ~/problog/bin/python ladder=34,40 smokers=5,10

The rival is a Python in which ProbLog and PySDD are installed (or `TRIVIUM_PROBLOG`). A cell is the
median time of the rounds of one fresh process, each of them reading, grounding, compiling and
evaluating; starting Python is left out. A process stops at the limits. Trivium runs each program
in both dialects. All answers are compared; means are over the programs for which ProbLog needs a
second or more, and those that it doesn't finish count as if it had finished at the limit.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.probability.families import FAMILIES, Case, family

WITHIN = 1e-8
JOB = Path(__file__).with_name("paired_job.py")
DEFAULT = (
    "random=10,20,30,40 ladder=10,22,34,40,58 grid=12,24,40,60 smokers=5,10,15,20 "
    "alarm=0,5 dice=4,6,8 traits=4 acquaintances=5,6,7,8,9 known=1,2,3"
).split()


@dataclass(frozen=True)
class Measured:
    """What one process said. `failure` is empty, or why there are no answers."""

    failure: str = ""
    seconds: float = math.inf
    memory: float = 0.0  # MiB, at its peak
    exact: bool = True
    answers: dict[str, float] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        if self.failure:
            return self.failure
        return f"{self.seconds * 1000:,.2f} ms" + ("" if self.exact else ", bounds")


def names(case: Case) -> list[str]:
    """The queries as both write them: `path(0,5)`."""
    return [f"{name}({','.join(map(str, row))})" if row else name for name, row in case.queries]


def measure(
    python: str, how: str, text: str, case: Case, seconds: float, memory: int, rounds: int
) -> Measured:
    """One way to run a program, in a process of its own."""
    job = {
        "how": how,
        "text": text,
        "queries": case.queries,
        "seconds": seconds,
        "memory": memory,
        "rounds": rounds,
    }
    done = subprocess.run(
        [python, str(JOB)], input=json.dumps(job), capture_output=True, text=True, check=False
    )
    if done.returncode < 0:
        return Measured(failure=f"> {seconds:g} s")
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return Measured(failure="out of memory" if "MemoryError" in lines[-1] else lines[-1][:60])
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def differences(case: Case, ours: Measured, theirs: Measured) -> list[str]:
    """Queries to which the two give answers that are further apart than rounding is."""
    if ours.failure or theirs.failure or not ours.exact:
        return []
    pairs = [
        (name, ours.answers.get(name, 0.0), theirs.answers.get(name, 0.0)) for name in names(case)
    ]
    return [f"{name}: {a!r} and {b!r}" for name, a, b in pairs if not abs(a - b) <= WITHIN]


def geometric_mean(values: Iterable[float]) -> float:
    logs = [math.log(value) for value in values]
    return math.exp(sum(logs) / len(logs)) if logs else math.nan


def sizes(told: Sequence[str]) -> list[tuple[str, int]]:
    found = []
    for part in told:
        name, _, numbers = part.partition("=")
        if name not in FAMILIES:
            raise SystemExit(f"no family is called {name}: {', '.join(FAMILIES)}")
        found += [(name, int(number)) for number in numbers.split(",")]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("families", nargs="*", metavar="NAME=SIZE,SIZE", default=DEFAULT)
    parser.add_argument("--rival", default=os.environ.get("TRIVIUM_PROBLOG"), metavar="PYTHON")
    parser.add_argument("--seconds", type=float, default=60.0, help="processor time of a process")
    parser.add_argument("--memory", type=int, default=4096, help="address space in MiB")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--knowledge", default="sdd", help="what ProbLog compiles to")
    args = parser.parse_args()
    limits = (args.seconds, args.memory, args.rounds)
    print("| program | ProbLog | MiB | `.pl` | `.dl` | MiB | times faster, `.pl` | `.dl` |")
    print("| --- | --: | --: | --: | --: | --: | --: | --: |")
    faster: dict[str, list[float]] = {"problog": [], "souffle": []}
    problems = []
    for name, size in sizes(args.families):
        case = family(name, size)
        theirs = Measured(failure="not run")
        if args.rival:
            theirs = measure(args.rival, args.knowledge, case.problog, case, *limits)
        ours = {
            dialect: measure(sys.executable, dialect, text, case, *limits)
            for dialect, text in (("problog", case.problog), ("souffle", case.trivium))
        }
        known = args.seconds if theirs.failure.startswith(">") else theirs.seconds
        ratios = []
        for dialect, found in ours.items():
            ratio = (
                known / found.seconds if math.isfinite(known) and not found.failure else math.nan
            )
            ratios.append(f"{'> ' if theirs.failure else ''}{ratio:,.1f}" if ratio > 0 else "")
            if known >= 1.0 and ratio > 0:
                faster[dialect].append(ratio)
            problems += [f"{case.name}, {dialect}: {d}" for d in differences(case, found, theirs)]
        problems += [
            f"{case.name}, between the dialects: {d}"
            for d in differences(case, ours["problog"], ours["souffle"])
        ]
        peak = max(found.memory for found in ours.values())
        cells = [case.name, theirs.shown, f"{theirs.memory:.0f}", ours["problog"].shown]
        cells += [ours["souffle"].shown, f"{peak:.0f}", *ratios]
        print("| " + " | ".join(cells) + " |", flush=True)
    for dialect, values in faster.items():
        if values:
            mean = geometric_mean(values)
            print(f"{dialect}: {mean:,.1f} times faster in geometric mean of {len(values)}")
    print("\n".join(problems) if problems else "no answer differs")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
