"""One run in one process, and rounds of runs that take turns.

The first round tries every way of every engine, and compares what they found; it also warms the
caches. Then each engine's fastest way runs in turn, A B C A B C, so that whatever else the machine
does falls on all alike.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from bench.engine.workloads import Workload

ROOT = Path(__file__).resolve().parents[2]
THREADS = (1, 2)  # that an engine may use; DuckDB always takes the most


@dataclass(frozen=True)
class Contender:
    """An engine, one way of its, and the commands that run it once: with a checksum of what it
    found, or with its size alone. `compiling`: seconds, by the clock and of processor time."""

    engine: str
    way: str
    checking: tuple[str, ...]
    sizing: tuple[str, ...]
    compiling: tuple[float, float] | None = None


@dataclass(frozen=True)
class Measurement:
    """What one process took: seconds, kilobytes.

    Args:
        whole: from the start of the process to its end.
        load: until the data is where the engine wants it.
        run: from there until the results are held; `processor`: over all threads.
        before: memory when `run` begins; `peak`: the most memory until it ends.
        busy: how many processes wanted a core, just before.
    """

    engine: str
    way: str
    whole: float
    load: float
    run: float
    processor: float
    before: int
    peak: int
    rows: int
    checksum: str | None
    busy: float


@dataclass(frozen=True)
class Failure:
    """A process that did not do the work, and why."""

    engine: str
    way: str
    reason: str


def run_once(contender: Contender, check: bool, timeout: float) -> Measurement | Failure:
    command = contender.checking if check else contender.sizing
    busy = os.getloadavg()[0]
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has its bytecode
    paths = [str(ROOT), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    start = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        timer = threading.Timer(timeout, process.kill)
        timer.start()
        output, errors = process.communicate()
        whole = time.perf_counter() - start
        alive = timer.is_alive()
        timer.cancel()
    if process.returncode:
        last = errors.strip().splitlines()[-1:] or [f"exit {process.returncode}"]
        reason = last[0] if alive else f"over {timeout:.0f} s"
        return Failure(contender.engine, contender.way, reason)
    told: dict[str, Any] = json.loads(output)
    return Measurement(contender.engine, contender.way, whole=whole, busy=busy, **told)


def trial(
    contenders: Sequence[Contender], timeout: float
) -> dict[str, list[Measurement | Failure]]:
    """Every way once, by engine."""
    found: dict[str, list[Measurement | Failure]] = {}
    for contender in contenders:
        found.setdefault(contender.engine, []).append(run_once(contender, True, timeout))
    return found


def fastest(tried: Sequence[Measurement | Failure]) -> Measurement | None:
    done = [each for each in tried if isinstance(each, Measurement)]
    return min(done, key=lambda each: each.run, default=None)


def rounds(
    contenders: Sequence[Contender], runs: int, timeout: float
) -> dict[str, list[Measurement]]:
    """The contenders in turn, so many times; one that fails is left out from there on."""
    found: dict[str, list[Measurement]] = {each.engine: [] for each in contenders}
    left = list(contenders)
    for _ in range(runs):
        for contender in list(left):
            result = run_once(contender, False, timeout)
            if isinstance(result, Measurement):
                found[contender.engine].append(result)
            else:
                left.remove(contender)
    return found


def middle(runs: Sequence[Measurement]) -> Measurement:
    """The median of each figure."""
    figures = ("whole", "load", "run", "processor", "before", "peak", "busy")
    return replace(runs[0], **{name: median(getattr(r, name) for r in runs) for name in figures})


def python_contender(
    engine: str, workload: Workload, way: int, threads: int, folder: Path
) -> Contender:
    numbers = (str(way), str(threads))
    command = (sys.executable, "-m", "bench.engine.job", engine, workload.name, *numbers)
    label = f"-j{threads}{f' way {way + 1}' if way else ''}"
    return Contender(
        engine, label, (*command, str(folder), "check"), (*command, str(folder), "size")
    )
