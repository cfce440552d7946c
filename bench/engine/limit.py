"""What the machine's memory would allow a recursive program, and what the native engine reaches.

    python -m bench.engine.limit --only tc-random tc-25m --runs 3

First the memory is measured by itself: reading and writing in sequence, and reads at random places
of a table that is in the cache, or far beyond it. Then each workload is run, and set beside three
times that the memory alone would take:

    write     to write the columns of its result, in sequence: 32 bits a value where these fit
    cached    to read one place at random for each candidate, in a table in the cache
    far       the same in a table beyond the caches

A candidate is a row that a rule derives, new or known. Where the rest goes: `joins` is the time to
count the candidates and do nothing else with them, rule by rule over the finished relations; `load`
is what a run takes outside its rules; what is left, `sets`, is telling new rows from known ones,
writing them, and the indexes. One thread; seconds of the processor, the median of `--runs`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time

import numpy as np
from bench.engine.workloads import WORKLOADS, Workload
from rich.console import Console
from rich.table import Table

from trivium import Program
from trivium.engine.view import RelationView
from trivium.program import Limits
from trivium.result import Result

LIMITS = Limits(memory_bytes=None, threads=1)
READS = 1 << 22
BEST_OF = 5


@dataclass(frozen=True)
class Memory:
    """Bytes a second in sequence, and reads a second at random places."""

    read: float
    write: float
    cached: float
    far: float


@dataclass(frozen=True)
class Reached:
    """One workload: rows, candidates and bytes of its results, seconds, and where these went."""

    name: str
    rows: int
    candidates: int
    bytes: int
    seconds: float
    joins: float
    load: float


def seconds(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def measure_memory(far: int, cached: int) -> Memory:
    """`far` and `cached` are sizes of tables in bytes; each figure is the best of some."""
    table = np.arange(far // 8)
    best = [
        min(seconds(work) for _ in range(BEST_OF))
        for work in (table.sum, lambda: table.fill(1), _reads(cached // 8), _reads(far // 8))
    ]
    return Memory(far / best[0], far / best[1], READS / best[2], READS / best[3])


def _reads(size: int) -> Callable[[], object]:
    table = np.arange(size)
    places = np.random.default_rng(1).integers(0, size, READS)
    into = np.empty(READS, np.int64)
    # Without `clip`, NumPy would first write to a buffer of its own.
    return lambda: np.take(table, places, out=into, mode="clip")


def measure(workload: Workload, scale: float, runs: int) -> Reached:
    """One run to warm up, the timed ones, and one with a profile."""
    data = {name: np.asfortranarray(rows) for name, rows in workload.data(scale).items()}
    text = workload.datalog[0]

    def run() -> object:
        return Program(text).run(limits=LIMITS, backend="native", **data)

    run()
    taken = median(seconds(run) for _ in range(runs))
    result = Program(text).run(limits=LIMITS, backend="native", profile=True, **data)
    profile = result.profile
    assert profile is not None
    views = [result[name] for name in workload.results]
    outside = profile.seconds - sum(rule.seconds for rule in profile.rules)
    return Reached(
        workload.name,
        sum(map(len, views)),
        sum(rule.found for rule in profile.rules),
        sum(written(view) for view in views),
        taken,
        measure_joins(Program(text), result, runs),
        taken * outside / profile.seconds,
    )


def written(view: RelationView) -> int:
    """Bytes to write a result once: columns have 32 bits a value where all values fit."""
    total = 0
    for column in view.arrow().columns:
        cells = column.to_numpy()
        fits = cells.min(initial=0) >= 0 and cells.max(initial=0) < 2**32
        total += len(cells) * (4 if fits else 8)
    return total


def measure_joins(program: Program, result: Result, runs: int) -> float:
    """Seconds to count what the bodies of the rules find, less those to take in the relations."""
    rules = [rule for stratum in program.ir.strata for rule in stratum.rules]
    bodies = {rule.span.text.partition(":-")[2].strip(" .\n") for rule in rules if rule.span}
    every = program.ir.relations.values()
    taken_in = {f"{r.name}({', '.join('_' * r.arity)})" for r in every}
    declared = "\n".join(
        f".decl {r.name}({', '.join(f'{c.name}: {c.type}' for c in r.columns)})" for r in every
    )
    data = {
        r.name: np.stack([c.to_numpy() for c in result[r.name].arrow().columns], axis=1)
        for r in every
    }
    given = {name: np.asfortranarray(rows) for name, rows in data.items()}

    def counting(some: set[str]) -> float:
        lines = [
            f"counted{n}(c) :- c = count : {{ {body} }}." for n, body in enumerate(sorted(some))
        ]
        text = "\n".join((declared, *lines))
        return median(
            seconds(lambda: Program(text).run(limits=LIMITS, backend="native", **given))
            for _ in range(runs)
        )

    return max(0.0, counting(bodies | taken_in) - counting(taken_in))


def show(memory: Memory, found: Sequence[Reached], console: Console) -> None:
    console.print(
        f"in sequence: {memory.read / 1e9:.1f} GB/s read, {memory.write / 1e9:.1f} GB/s written\n"
        f"at random: {memory.cached / 1e6:,.0f} million reads a second in the cache, "
        f"{memory.far / 1e6:,.0f} beyond it\n"
    )
    heads = ("workload", "rows", "candidates", "seconds", "rows/s", "candidates/s")
    table = Table(*heads, "write", "cached", "far", "joins", "sets", "load", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for one in found:
        sets = max(0.0, one.seconds - one.joins - one.load)
        table.add_row(
            one.name,
            f"{one.rows:,}",
            f"{one.candidates:,}",
            f"{one.seconds:.3f}",
            f"{one.rows / one.seconds / 1e6:.1f} M",
            f"{one.candidates / one.seconds / 1e6:.1f} M",
            f"{one.bytes / memory.write:.3f}",
            f"{one.candidates / memory.cached:.3f}",
            f"{one.candidates / memory.far:.3f}",
            *(f"{part:.3f}" for part in (one.joins, sets, one.load)),
        )
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    known = {workload.name: workload for workload in WORKLOADS.values() if workload.recursive}
    parser.add_argument("--only", nargs="*", choices=sorted(known), default=list(known))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--far", type=int, default=512, help="megabytes of a table beyond the caches"
    )
    parser.add_argument("--cached", type=int, default=256, help="kilobytes of a table in the cache")
    options = parser.parse_args()
    memory = measure_memory(options.far << 20, options.cached << 10)
    chosen = [known[name] for name in options.only]
    found = [measure(workload, options.scale, options.runs) for workload in chosen]
    show(memory, found, Console(width=160))


if __name__ == "__main__":
    main()
