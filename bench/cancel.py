"""Interrupts at random moments: how long each takes to come through, and that nothing is broken.

    python bench/cancel.py --times 20 --seed 0 --only closure

Each workload of `limits.py` runs to its end, and then `--times` times until an interrupt (as
Ctrl-C's) at a random moment of that time. What comes after must be as before: the program runs once
more and gives the same rows, and a file that was being written is whole or as it was. At last an
update is interrupted as often, and the same update then gives the rows of a full run. Exits with 1
where something differed.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.limits import WORKLOADS
from bench.update import TEXT

from trivium.program import Limits, Program, Result

LIMITS = Limits(memory_bytes=None)


def interrupted(work: Callable[[], object], after: float) -> float | None:
    """Do some work, and interrupt it; how long that took to come through, None if it was done."""
    due = perf_counter() + after

    def raise_it(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, raise_it)
    try:
        signal.setitimer(signal.ITIMER_REAL, after)
        work()
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        return perf_counter() - due
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return None


def digest(result: Result) -> dict[str, tuple[int, int]]:
    """The rows of each relation, in any order, as their number and the sum of their hashes."""
    found = {}
    for name in result.relations:
        table = result[name].arrow()
        total = np.zeros(len(table), np.uint64)
        with np.errstate(over="ignore"):
            for column in table.columns:
                texts = str(column.type) == "string"
                cells = list(map(hash, column.to_pylist())) if texts else np.asarray(column)
                total = total * np.uint64(0x9E3779B97F4A7C15)
                total ^= np.asarray(cells, np.int64).view(np.uint64)
            found[name] = len(table), int((total * total).sum())
    return found


def check_run(name: str, times: int, chance: Random, backend: str, deadline: float) -> bool:
    text, data_of = WORKLOADS[name]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        data = data_of(folder)
        program = Program(text)

        def run() -> Result:
            limits = Limits(seconds=deadline, memory_bytes=None)
            return program.run(
                facts_dir=folder, output_dir=folder, limits=limits, backend=backend, **data
            )

        start = perf_counter()
        result = run()
        took = perf_counter() - start
        wanted = digest(result)
        kept = {path: path.read_bytes() for path in folder.glob("*.csv")}
        waits = []
        for _ in range(times):
            waits.append(interrupted(run, chance.uniform(0, took)))
            if {path: path.read_bytes() for path in folder.glob("*.csv")} != kept:
                print(f"{name}: a file is not as it was")
                return False
        same = digest(run()) == wanted
        same = same and {path.name for path in folder.iterdir()} <= {
            *(path.name for path in kept),
            "t.facts",
        }
    return report(name, took, waits, same)


def check_update(times: int, chance: Random, backend: str) -> bool:
    drawn = np.random.default_rng(chance.randrange(1 << 30))
    edges = set(map(tuple, drawn.integers(0, 2000, (2300, 2)).tolist()))
    program, fresh = Program(TEXT), Program(TEXT)
    program.run(edge=sorted(edges), limits=LIMITS, backend=backend)
    program.update(limits=LIMITS)
    waits: list[float | None] = []
    same, took = True, 0.05
    for _ in range(times):
        more = set(map(tuple, drawn.integers(0, 2000, (2, 2)).tolist())) - edges
        less = set(chance.sample(sorted(edges), 2))

        def update(more: set[Any] = more, less: set[Any] = less) -> Result:
            return program.update(
                insert={"edge": sorted(more)}, delete={"edge": sorted(less)}, limits=LIMITS
            )

        waits.append(interrupted(update, chance.uniform(0, took)))
        start = perf_counter()
        result = update()  # once more: what was done before changes nothing
        took = perf_counter() - start
        edges = (edges | more) - less
        run = fresh.run(edge=sorted(edges), limits=LIMITS, backend=backend)
        same = same and digest(run) == digest(result)
    return report("an update", took, waits, same)


def report(name: str, took: float, waits: list[float | None], same: bool) -> bool:
    came = [wait for wait in waits if wait is not None]
    late = f"{median(came) * 1e3:8.1f} {max(came) * 1e3:9.1f}" if came else " " * 18
    verdict = "the same after" if same else "DIFFERS"
    print(f"{name:<18} {took:7.2f} {len(came):>4}/{len(waits):<4} {late}   {verdict}", flush=True)
    return same


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--deadline", type=float, default=60.0, help="workloads take no longer")
    parser.add_argument("--backend", default="native")
    parser.add_argument("--only", default="", help="workloads whose names hold this")
    options = parser.parse_args()
    chance = Random(options.seed)
    print("workload            run s   interrupts   median ms  worst ms")
    right = True
    for name in WORKLOADS:
        if options.only in name and name not in ("closure", "product", "count of a join"):
            right &= check_run(name, options.times, chance, options.backend, options.deadline)
    if options.only in "an update":
        right &= check_update(3 * options.times, chance, options.backend)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
