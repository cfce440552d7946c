"""Queries over a million rows, here and in DuckDB alone: `python bench/sql_speed.py [ROWS]`.

Both read the same Arrow table. The best of some runs in ms, and how many times DuckDB's it is.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from trivium import Program

QUERIES = {
    "filtered count": "SELECT count(*) FROM t WHERE a > 500 AND f < 0.5",
    "order, limit": "SELECT a, f FROM t ORDER BY f DESC LIMIT 10",
    "join": "SELECT count(*), sum(t.a) FROM t JOIN u ON t.k = u.k WHERE u.w > 10",
    "group": "SELECT k, count(*), sum(a), avg(f) FROM t GROUP BY k",
    "group by text": "SELECT s, max(f) FROM t GROUP BY s",
    "window": "SELECT max(r) FROM (SELECT rank() OVER (PARTITION BY k ORDER BY f) AS r FROM t)",
    "distinct": "SELECT count(DISTINCT a) FROM t",
    "all rows": "SELECT a, f FROM t WHERE a > 100",
    "from text": "SELECT 1",
}
TIMES = 9


def best(run: Callable[[], Any]) -> float:
    spent = []
    for _ in range(TIMES):
        start = time.perf_counter()
        run()
        spent.append(time.perf_counter() - start)
    return 1000 * min(spent)


def main() -> None:
    rows = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
    rng = np.random.default_rng(1)
    keys = rng.integers(0, 1000, rows)
    t = pa.table({
        "k": keys, "a": rng.integers(0, 1000, rows), "f": rng.random(rows),
        "s": pa.array([f"name {key}" for key in range(1000)]).take(pa.array(keys)),
    })  # fmt: skip
    u = pa.table({"k": np.arange(1000), "w": rng.integers(0, 100, 1000)})
    database = duckdb.connect()
    database.register("t", t)
    database.register("u", u)
    print(f"{'':16}{'here':>10}{'DuckDB':>10}{'times':>8}")
    for name, query in QUERIES.items():
        here = best(lambda q=query: Program(q, dialect="sql").run(t=t, u=u)["answer"].arrow())
        alone = best(lambda q=query: database.sql(q).to_arrow_table())
        print(f"{name:16}{here:10.2f}{alone:10.2f}{here / alone:8.2f}")


if __name__ == "__main__":
    main()
