"""What an update costs beside a full run, for changes of a few edges under a large closure.

    python bench/update.py --nodes 3000 --edges 3600 --changes 1,10,100

The closure of a random graph is run, and then follows: edges are inserted, edges are deleted, or
both. Each update is paired with a full run on the data after it; shown are medians of `--repeat`
pairs, and the median of their ratios. The first update after a run, which makes the indexes, is
shown by itself. Times are of the processor, of all threads.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median
from time import process_time

import numpy as np

from trivium.program import Limits, Program

TEXT = """
.decl edge(x: number, y: number)
.decl path(x: number, y: number)
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), edge(y, z).
.decl reach(x: number, n: number)
reach(x, n) :- edge(x, _), n = count : { path(x, _) }.
"""
Pairs = set[tuple[int, int]]


def seconds(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nodes", type=int, default=3000)
    parser.add_argument("--edges", type=int, default=3600)
    parser.add_argument("--changes", default="1,10,100", help="how many edges change at once")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--backend", help="the engine (the default one)")
    arguments = parser.parse_args()
    chance = np.random.default_rng(arguments.seed)

    def drawn(count: int) -> Pairs:
        return set(map(tuple, chance.integers(0, arguments.nodes, (count, 2)).tolist()))

    edges = drawn(arguments.edges)
    program, fresh = Program(TEXT), Program(TEXT)
    limits = Limits(memory_bytes=None)

    def full() -> object:
        return fresh.run(edge=sorted(edges), backend=arguments.backend or None, limits=limits)

    result = program.run(edge=sorted(edges), backend=arguments.backend, limits=limits)
    whole = min(seconds(full) for _ in range(3))
    print(f"edges {len(edges):,}  path {len(result['path']):,}  full run {whole:.2f} s")
    first = seconds(lambda: program.update(insert={"edge": [(0, 1)]}, limits=limits))
    edges.add((0, 1))
    print(f"first update {first:.2f} s, {whole / first:.1f} times faster than a full run\n")
    print("change   edges   rows changed   update s   full run s   times faster")
    for size in map(int, arguments.changes.split(",")):
        for word in ("insert", "delete", "both"):
            times, runs, changed = [], [], []
            for _ in range(arguments.repeat):
                more = drawn(size) - edges if word != "delete" else set()
                ordered = sorted(edges)
                picked = chance.choice(len(ordered), size, replace=False).tolist()
                less = {ordered[at] for at in picked} if word != "insert" else set()
                before = result["path"]
                count = len(before)
                took = process_time()
                result = program.update(
                    insert={"edge": sorted(more)}, delete={"edge": sorted(less)}, limits=limits
                )
                times.append(process_time() - took)
                changed.append(abs(len(result["path"]) - count))
                edges = (edges - less) | more
                runs.append(seconds(full))
            ratio = median(run / took for run, took in zip(runs, times, strict=True))
            print(
                f"{word:<7} {size:6,} {int(median(changed)):14,} {median(times):10.4f} "
                f"{median(runs):12.4f} {ratio:14.2f}",
                flush=True,
            )
    same = len(fresh.run(edge=sorted(edges), limits=limits)["path"]) == len(result["path"])
    print("\nthe rows are those of a full run" if same else "\nTHE ROWS DIFFER")


if __name__ == "__main__":
    main()
