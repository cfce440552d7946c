"""How far a run goes past its limits: seconds after its deadline, bytes beyond its memory.

    python bench/limits.py --seconds 0.5 1 2 --backend native

Each workload is large enough to run much longer than the deadline; where it ends sooner, its
deadline is half of what it takes. Of several deadlines, the one that it passes furthest is shown.
The overshoot is what passes between the deadline and the error, as a share of the deadline. The
peak memory is the real process's, in a process of its own, less what it held before the run, as
Linux tells it.
"""

from __future__ import annotations

import argparse
import gc
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from trivium.errors import LimitError
from trivium.program import Limits, Program

Workload = tuple[str, Callable[[Path], dict[str, Any]]]


def pairs(rows: int, values: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, values, (rows, 2))


def words(rows: int) -> dict[str, Any]:
    return {"t": [(f"word {i % 5000}", i) for i in range(rows)]}


def text_of(
    name: str, line: str, rows: int, head: str = "", end: str = ""
) -> Callable[[Path], dict[str, Any]]:
    """A file of so many lines, each with a number `i` and another, `m`."""

    def write(folder: Path) -> dict[str, Any]:
        lines = "".join(line.format(i=i, m=i * 7 % 1000) for i in range(rows))
        (folder / name).write_text(head + lines + end, "utf-8")
        return {}

    return write


def json_of(rows: int) -> Callable[[Path], dict[str, Any]]:
    return text_of("t.json", '["name {i}", {i}, {m}],\n', rows, "[", '["last", 0, 0]]')


def database_of(rows: int) -> Callable[[Path], dict[str, Any]]:
    def write(folder: Path) -> dict[str, Any]:
        with closing(sqlite3.connect(folder / "t.sqlite")) as database:
            database.execute("CREATE TABLE t (s TEXT, n INTEGER, m INTEGER)")
            made = ((f"name {i}", i, i * 7 % 1000) for i in range(rows))
            database.executemany("INSERT INTO t VALUES (?, ?, ?)", made)
            database.commit()
        return {}

    return write


def parquet_of(rows: int) -> Callable[[Path], dict[str, Any]]:
    def write(folder: Path) -> dict[str, Any]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {"s": [f"name {i}" for i in range(rows)], "n": range(rows), "m": range(rows)}
        pq.write_table(pa.table(columns), folder / "t.parquet")
        return {}

    return write


EDGE = ".decl edge(x: number, y: number)\n"
WORD = ".decl t(s: symbol, n: number)\n"
# name: (program, data)
WORKLOADS: dict[str, Workload] = {
    "closure": (
        EDGE + "p(x, y) :- edge(x, y). p(x, z) :- p(x, y), edge(y, z).",
        lambda _: {"edge": pairs(40_000, 20_000)},
    ),
    "large join": (
        EDGE + "p(x, z) :- edge(x, y), edge(y, z).",
        lambda _: {"edge": pairs(400_000, 20_000)},
    ),
    "product": (
        EDGE + "p(x) :- edge(x, _), edge(y, _), edge(_, z), x + y + z < 0.",
        lambda _: {"edge": pairs(20_000, 20_000)},
    ),
    "count of a join": (
        EDGE + "n(c) :- c = count : { edge(x, y), edge(y, z), edge(z, w), x < w }.",
        lambda _: {"edge": pairs(300_000, 3000)},
    ),
    "wide rows": (  # their table grows now and then, and with it the wait
        EDGE + "p(x, y, 0) :- edge(x, _), edge(_, y). p(x, y, z + 1) :- p(x, y, z), z < 1000.",
        lambda _: {"edge": pairs(3_000, 3_000)},
    ),
    "spread keys": (
        EDGE + "p(x * 100003 + y * 7919, 1) :- edge(x, _), edge(_, y).",
        lambda _: {"edge": pairs(15_000, 15_000)},
    ),
    "groups": (
        EDGE + "s(x, t) :- edge(x, _), t = sum y : { edge(x, y) }.",
        lambda _: {"edge": pairs(12_000_000, 4_000_000)},
    ),
    "median": (
        EDGE + "s(x, t) :- edge(x, _), t = median y : { edge(x, y) }.",
        lambda _: {"edge": pairs(3_000_000, 500_000)},
    ),
    "text functors": (
        WORD + 'p(cat(upper(s), to_string(n))) :- t(s, n), strlen(replace(s, "o", "")) > 2.',
        lambda _: words(1_000_000),
    ),
    "patterns": (
        WORD + 'p(s, n) :- t(s, n), match(".*[0-9]+.*7+", s).',
        lambda _: words(2_000_000),
    ),
    "joined text": (
        WORD + "p(s, j) :- t(s, _), j = string_join n : { t(s, n) }.",
        lambda _: words(1_000_000),
    ),
    "many strata": (
        EDGE
        + "p0(x, y) :- edge(x, y).\n"
        + "".join(f"p{i + 1}(y, x) :- p{i}(x, y), x != {i}.\n" for i in range(200)),
        lambda _: {"edge": pairs(800_000, 800_000)},
    ),
    "rows from Python": (WORD + "p(n) :- t(_, n).", lambda _: words(4_000_000)),
    "a fact file": (
        ".decl t(s: symbol, n: number, m: number)\n.input t\np(s) :- t(s, _, _).",
        text_of("t.facts", "name {i}\t{i}\t{m}\n", 2_000_000),
    ),
    "a CSV file": (
        ".decl t(s: symbol, n: number, m: number)\n"
        '.input t(IO=file, filename="t.csv", delimiter=",", rfc4180=true, headers=true)\n'
        "p(s) :- t(s, _, _).",
        text_of("t.csv", '"name, {i}",{i},{m}\n', 1_500_000, "s,n,m\n"),
    ),
    "a JSON file": (
        ".decl t(s: symbol, n: number, m: number)\n"
        '.input t(IO=jsonfile, filename="t.json")\np(s) :- t(s, _, _).',
        json_of(1_500_000),
    ),
    "undeclared JSON": (
        '.input t(IO=jsonfile, filename="t.json")\np(s) :- t(s, _, _).',
        json_of(1_500_000),
    ),
    "a database": (
        ".decl t(s: symbol, n: number, m: number)\n"
        '.input t(IO=sqlite, filename="t.sqlite")\np(s) :- t(s, _, _).',
        database_of(2_000_000),
    ),
    "undeclared database": (
        '.input t(IO=sqlite, filename="t.sqlite")\np(s) :- t(s, _, _).',
        database_of(2_000_000),
    ),
    "a Parquet file": (
        ".decl t(s: symbol, n: number, m: number)\n"
        '.input t(IO=parquet, filename="t.parquet")\np(s) :- t(s, _, _).',
        parquet_of(4_000_000),
    ),
    "a JSON output": (
        EDGE + 'p(x, y) :- edge(y, x).\n.output p(IO=jsonfile, filename="p.json")',
        lambda _: {"edge": pairs(2_000_000, 1_000_000)},
    ),
    "a database output": (
        EDGE + 'p(x, y) :- edge(y, x).\n.output p(IO=sqlite, filename="p.sqlite")',
        lambda _: {"edge": pairs(3_000_000, 1_000_000)},
    ),
    "a Parquet output": (
        EDGE + 'p(x, y) :- edge(y, x).\n.output p(IO=parquet, filename="p.parquet")',
        lambda _: {"edge": pairs(3_000_000, 1_000_000)},
    ),
    "an output": (
        EDGE + "p(x, y) :- edge(y, x).\n.output p",
        lambda _: {"edge": pairs(3_000_000, 1_000_000)},
    ),
}


def run(name: str, backend: str, limits: Limits) -> dict[str, float]:
    """Seconds, the error's number (0 if it ended), and bytes above what was held before."""
    text, data_of = WORKLOADS[name]
    with tempfile.TemporaryDirectory() as folder:
        data = data_of(Path(folder))
        program = Program(text)
        import pyarrow.csv  # noqa: F401

        Program("p(1).").run(backend=backend)  # what the first run loads is not the workload's
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the peak is what is held now
        before = peak_bytes()
        start = perf_counter()
        number = 0
        try:
            program.run(facts_dir=folder, output_dir=folder, limits=limits, backend=backend, **data)
        except LimitError as error:
            number = error.number
        seconds = perf_counter() - start
        peak = peak_bytes() - before
    return {"seconds": seconds, "number": number, "bytes": float(peak)}


def peak_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)


def apart(name: str, backend: str, limits: dict[str, Any]) -> dict[str, float]:
    command = [sys.executable, __file__, "--job", json.dumps([name, backend, limits])]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, float] = json.loads(output)
    return found


def past(name: str, backend: str, deadline: float) -> tuple[float, float, float]:
    """How far a run goes past a deadline, as a share of it; the deadline, and when it stopped."""
    timed = apart(name, backend, {"seconds": deadline, "memory_bytes": None})
    if not timed["number"]:
        deadline = timed["seconds"] / 2
        timed = apart(name, backend, {"seconds": deadline, "memory_bytes": None})
    return timed["seconds"] / deadline - 1, deadline, timed["seconds"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, nargs="+", default=[2.0])
    parser.add_argument("--memory", type=float, default=300.0, help="MB")
    parser.add_argument("--backend", default="native")
    parser.add_argument("--only", default="", help="workloads whose names hold this")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        name, backend, limits = json.loads(options.job)
        print(json.dumps(run(name, backend, Limits(**limits))))
        return
    print(
        "workload            deadline   stopped  overshoot   memory limit  real peak   stopped by"
    )
    for name in WORKLOADS:
        if options.only not in name:
            continue
        over, deadline, stopped = max(past(name, options.backend, s) for s in options.seconds)
        limit = int(options.memory * 1e6)
        held = apart(name, options.backend, {"seconds": 60, "memory_bytes": limit})
        ended = f"E{held['number']:.0f}" if held["number"] else "its end"
        print(
            f"{name:<18} {deadline:>8.2f} s {stopped:>7.2f} s {over:>9.0%}"
            f" {limit / 1e6:>11.0f} MB {held['bytes'] / 1e6:>7.0f} MB   {ended}",
            flush=True,
        )


if __name__ == "__main__":
    main()
