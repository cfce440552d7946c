"""One run of Trivium or DuckDB in a process of its own; prints what it took as one line of JSON.

    python -m bench.engine.job trivium tc-chain 0 1 FOLDER check
    {"load": 0.21, "run": 0.31, "processor": 0.31, "before": 61000, "peak": 158000, "rows": 4501500,
     "checksum": "…"}

Arguments: the engine (`trivium`, `native`, `reference` or `duckdb`), the workload, the number of
the way and of threads, the folder of its data, and `check` or `size`. Seconds, kilobytes. `load`
ends when the interpreter has its libraries and the data is in arrays (DuckDB: in tables); `run`
takes in reading the program, planning it and holding every row of the results.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from bench.engine.generate import Data
from bench.engine.workloads import WORKLOADS, Workload

PATIENCE = 10.0  # seconds; of a program that runs often, fewer runs are enough after that

Columns = Sequence[npt.NDArray[Any]]
Outcome = tuple[float, Callable[[], int], Callable[[], list[Columns]]]


def checksum(columns: Columns, number: int) -> int:
    """A sum over the rows of a result, so that their order does not matter; modulo 2**64."""
    if not len(columns):
        return 0
    mixed = np.full(len(columns[0]), number, np.uint64)
    for column in columns:
        mixed = (mixed ^ column.astype(np.int64).view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return int(mixed.sum())


def repeat(once: Callable[[], Any], times: int) -> float:
    """How many runs were done for each one that is asked for."""
    start = time.perf_counter()
    for done in range(1, times + 1):
        once()
        if time.perf_counter() - start > PATIENCE:
            return times / done
    return 1.0


def run_trivium(
    workload: Workload, way: int, threads: int, data: Data, backend: str | None
) -> Outcome:
    from trivium.program import Limits, Program

    text = workload.datalog[way]
    factor = 1.0
    if workload.repeats > 1:
        program = Program(text)
        rows: Any = {name: [tuple(row) for row in array.tolist()] for name, array in data.items()}

        def once() -> None:
            result = program.run(backend=backend, **rows)
            for name in workload.results:
                result[name].rows()

        factor = repeat(once, workload.repeats)
    result = Program(text).run(backend=backend, limits=Limits(threads=threads), **data)
    views = [result[name] for name in workload.results]

    def columns() -> list[Columns]:
        return [[column.to_numpy() for column in view.arrow().columns] for view in views]

    return factor, lambda: sum(map(len, views)), columns


def run_duckdb(workload: Workload, way: int, connection: Any) -> Outcome:
    query, factor = workload.sql[way], 1.0
    if workload.repeats > 1:
        connection.execute(f"PREPARE query AS {query}")
        facts = connection.execute("FROM edge").fetchall()
        values = ", ".join(map(str, facts))

        def once() -> None:
            connection.execute("DELETE FROM edge")
            connection.execute(f"INSERT INTO edge VALUES {values}")
            connection.execute("EXECUTE query").fetchall()

        factor = repeat(once, workload.repeats)
    connection.execute(f"CREATE TEMP TABLE result AS {query}")

    def rows() -> int:
        return int(connection.execute("SELECT count(*) FROM result").fetchone()[0])

    def columns() -> list[Columns]:
        table = list(connection.execute("FROM result").fetchnumpy().values())
        if len(workload.results) == 1:
            return [table]
        parts = [table[0] == number for number in range(len(workload.results))]
        # A relation of fewer columns than others has nulls in those that it lacks.
        own = [[column[part] for column in table[1:]] for part in parts]
        return [[c for c in columns if np.ma.count(c) == len(c)] for columns in own]

    return factor, rows, columns


def connect(data: Data, threads: int) -> Any:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    for name, rows in data.items():
        columns = {"abc"[place]: column.astype(np.int32) for place, column in enumerate(rows.T)}
        connection.register("given", columns)
        connection.execute(f"CREATE TABLE {name} AS FROM given")
        connection.unregister("given")
    return connection


def memory(field: str) -> int:
    """Kilobytes, from the kernel's own account of this process, where there is one."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.split(f"{field}:")[1].split()[0])


def measure(
    engine: str, workload: Workload, way: int, threads: int, data: Data, check: bool
) -> dict[str, Any]:
    start = time.perf_counter()
    if engine == "duckdb":
        connection = connect(data, threads)
        data = {}
    else:
        from trivium import Program  # noqa: F401

        connection = None
    loaded, loaded_processor = time.perf_counter(), time.process_time()
    before = memory("VmRSS")
    if connection is not None:
        factor, rows, columns = run_duckdb(workload, way, connection)
    else:
        backend = None if engine == "trivium" else engine
        factor, rows, columns = run_trivium(workload, way, threads, data, backend)
    done, done_processor = time.perf_counter(), time.process_time()
    peak = memory("VmHWM")
    mixed = sum(checksum(part, number) for number, part in enumerate(columns())) if check else None
    return {
        "load": loaded - start,
        "run": (done - loaded) * factor,
        "processor": (done_processor - loaded_processor) * factor,
        "before": before,
        "peak": peak,
        "rows": rows(),
        "checksum": None if mixed is None else f"{mixed % 2**64:016x}",
    }


def read_data(folder: Path) -> Data:
    return {path.stem: np.load(path) for path in sorted(folder.glob("*.npy"))}


def main() -> None:
    engine, name, way, threads, folder, check = sys.argv[1:]
    start = time.perf_counter()
    data = read_data(Path(folder))
    reading = time.perf_counter() - start
    found = measure(engine, WORKLOADS[name], int(way), int(threads), data, check == "check")
    found["load"] += reading
    print(json.dumps(found))


if __name__ == "__main__":
    main()
