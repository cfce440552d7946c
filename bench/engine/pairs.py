"""This checkout against another one, in pairs: `python -m bench.engine.pairs OTHER_PYTHON`.

`OTHER_PYTHON` is the interpreter of an environment where the other checkout is installed. Both run
the same jobs of this checkout over the same stored data, in turn; a ratio is the other's figure
over ours, so above 1 we are faster.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.engine.measure import Contender, Measurement, python_contender, rounds
from bench.engine.store import store
from bench.engine.workloads import WORKLOADS

FIVE = ("tc-random", "andersen", "cspa", "sg-tree", "group-sum")


def of_other(ours: Contender, python: str) -> Contender:
    def command(given: tuple[str, ...]) -> tuple[str, ...]:
        return (python, *given[1:])

    return replace(
        ours, engine="other", checking=command(ours.checking), sizing=command(ours.sizing)
    )


def ratios(other: Sequence[Measurement], ours: Sequence[Measurement], figure: str) -> str:
    found = [getattr(a, figure) / getattr(b, figure) for a, b in zip(other, ours, strict=True)]
    return f"{figure} {median(found):.3f} ({min(found):.2f} to {max(found):.2f})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("other", metavar="OTHER_PYTHON")
    parser.add_argument("--only", nargs="+", default=FIVE, metavar="NAME")
    parser.add_argument("--engine", default="trivium", choices=("trivium", "native", "reference"))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--timeout", type=float, default=300)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "trivium-bench")
    arguments = parser.parse_args()
    for name in arguments.only:
        workload = WORKLOADS[name]
        folder = store(workload, arguments.scale, arguments.data).folder
        ours = python_contender(arguments.engine, workload, 0, 1, folder)
        pair = (ours, of_other(ours, arguments.other))
        found = rounds(pair, arguments.runs + 1, arguments.timeout)
        mine, others = found[ours.engine][1:], found["other"][1:]  # the first warms the caches
        if len(mine) != len(others) or not mine:
            print(f"{name}: a run failed", file=sys.stderr)
            return 1
        shown = ", ".join(ratios(others, mine, each) for each in ("run", "processor", "whole"))
        print(f"{name}: {shown}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
