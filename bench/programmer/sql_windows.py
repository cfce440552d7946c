"""Groups, windows and limits over a large table, here and in DuckDB, in pairs.

    python bench/programmer/sql_windows.py --rows 100000 --groups 1000 --repeats 5

Both engines get the same columns and must give the same rows. Each query runs in turn here and
there; the times are medians of processor time, from the text to the rows in Python.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from trivium import Program

OVER = "OVER (PARTITION BY k ORDER BY x, id)"
QUERIES = {
    "sum, avg, count": "SELECT k, sum(x) AS s, avg(f) AS a, count(*) AS c FROM t GROUP BY k",
    "min, max": "SELECT k, min(x) AS s, max(f) AS c FROM t GROUP BY k",
    "count distinct": "SELECT k, count(DISTINCT x) AS c FROM t GROUP BY k",
    "median": "SELECT k, median(x) AS m FROM t GROUP BY k",
    "of the whole": "SELECT sum(x) AS s, min(f) AS m FROM t",
    "row_number": f"SELECT id, row_number() {OVER} AS r FROM t",
    "rank": "SELECT id, rank() OVER (PARTITION BY k ORDER BY x) AS r FROM t",
    "dense_rank": "SELECT id, dense_rank() OVER (PARTITION BY k ORDER BY x DESC) AS r FROM t",
    "lag": f"SELECT id, x - lag(x) {OVER} AS r FROM t",
    "lead": f"SELECT id, lead(f) {OVER} AS r FROM t",
    "running sum": f"SELECT id, sum(x) {OVER} AS r FROM t",
    "running max": "SELECT id, max(f) OVER (ORDER BY id) AS r FROM t",
    "moving sum": "SELECT id, sum(x) OVER (PARTITION BY k ORDER BY x, id "
    "ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS r FROM t",
    "range of values": "SELECT id, count(*) OVER (PARTITION BY k ORDER BY x "
    "RANGE BETWEEN 500 PRECEDING AND 500 FOLLOWING) AS r FROM t",
    "last_value": f"SELECT id, last_value(x) {OVER} AS r FROM t",
    "ntile": f"SELECT id, ntile(4) {OVER} AS r FROM t",
    "arg_max": "SELECT k, arg_max(x, f * 1000000 + id) AS r FROM t GROUP BY k",
    "string_agg": "SELECT k, string_agg(CAST(x AS VARCHAR), ',' ORDER BY x, id) AS r "
    "FROM t GROUP BY k",
    "sum of the part": "SELECT id, sum(x) OVER (PARTITION BY k) AS r FROM t",
    "order, limit": "SELECT id, x FROM t ORDER BY x DESC, id LIMIT 10",
    "limit inside": "SELECT sum(x) AS s FROM (SELECT x FROM t ORDER BY x, id LIMIT 100) AS u",
}


def table(rows: int, groups: int) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    return {
        "id": rng.permutation(rows),
        "k": rng.integers(0, groups, rows),
        "x": rng.integers(0, max(1, rows // 2), rows),
        "f": rng.integers(0, 10**6, rows) / 8,
    }


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and other is not None:
        return math.isclose(one, float(other), rel_tol=1e-9)
    return bool(one == other)


def same(ours: list[tuple[Any, ...]], theirs: list[tuple[Any, ...]], ordered: bool) -> bool:
    if not ordered:
        ours, theirs = sorted(ours), sorted(theirs)
    pairs = zip(ours, theirs, strict=False)
    return len(ours) == len(theirs) and all(all(map(alike, a, b)) for a, b in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=QUERIES, default=list(QUERIES))
    arguments = parser.parse_args()
    data = table(arguments.rows, arguments.groups)
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.register("t", pa.table(data))
    print(f"{arguments.rows:,} rows, {arguments.groups:,} groups, {arguments.repeats} pairs")
    print(f"{'':17}{'here, ms':>10}{'DuckDB, ms':>12}{'ratio':>8}")
    for name in arguments.only:
        query = QUERIES[name]
        times: list[list[float]] = []
        for _ in range(arguments.repeats):
            begun = time.process_time()
            ours = Program(query, dialect="sql").run(t=data)["answer"].rows()
            middle = time.process_time()
            theirs = connection.execute(query).fetchall()
            times.append([middle - begun, time.process_time() - middle])
        assert same(ours, theirs, "LIMIT 10" in query), f"{name}: the rows differ"
        here, there = (1000 * statistics.median(t) for t in zip(*times, strict=True))
        ratio = statistics.median(a / b for a, b in times)
        print(f"{name:17}{here:10.1f}{there:12.1f}{ratio:8.1f}", flush=True)


if __name__ == "__main__":
    main()
