"""How fast the engine is, beside DuckDB's SQL in the same run.

    python bench/engine.py                       moderate sizes, 3 runs each
    python bench/engine.py --random 2000 4000 --chain 1500 --tree 10 --groups 1000000 1000 --runs 5

Prints a table: rows derived, the median seconds of each engine, their ratio (more than 1: Trivium
is slower), and the peak memory of each. Every measurement is a process of its own, so that the
peaks do not mix; the sizes of the answers are compared. Loading the data is part of the time.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

Edges = npt.NDArray[np.int64]

CLOSURE = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."
CLOSURE_SQL = """
    WITH RECURSIVE path(x, y) AS (
        SELECT a, b FROM edge UNION SELECT path.x, edge.b FROM path JOIN edge ON path.y = edge.a
    ) SELECT count(*) FROM path"""
SAME = """
    same(x, y) :- edge(p, x), edge(p, y), x != y.
    same(x, y) :- edge(p, x), same(p, q), edge(q, y)."""
SAME_SQL = """
    WITH RECURSIVE same(x, y) AS (
        SELECT e.b, f.b FROM edge e JOIN edge f ON e.a = f.a WHERE e.b <> f.b
        UNION
        SELECT e.b, f.b FROM same JOIN edge e ON e.a = same.x JOIN edge f ON f.a = same.y
    ) SELECT count(*) FROM same"""
GROUP = "total(k, s) :- edge(k, _), s = sum v : { edge(k, v) }."
GROUP_SQL = "SELECT count(*) FROM (SELECT a, sum(b) FROM edge GROUP BY a)"


def random_graph(nodes: int, edges: int) -> Edges:
    pairs = np.random.default_rng(7).integers(0, nodes, (edges, 2))
    return np.unique(pairs, axis=0)


def chain(length: int) -> Edges:
    return np.stack([np.arange(length), np.arange(1, length + 1)], axis=1)


def tree(depth: int) -> Edges:
    """A full binary tree: node n has the children 2n and 2n + 1."""
    children = np.arange(2, 2**depth)
    return np.stack([children // 2, children], axis=1)


def keyed(rows: int, keys: int) -> Edges:
    pairs = np.stack([np.arange(rows) % keys, np.arange(rows)], axis=1)
    return np.random.default_rng(7).permutation(pairs)


# name: (data, program, its result, SQL)
CASES: dict[str, tuple[Callable[..., Edges], str, str, str]] = {
    "random": (random_graph, CLOSURE, "path", CLOSURE_SQL),
    "chain": (chain, CLOSURE, "path", CLOSURE_SQL),
    "tree": (tree, SAME, "same", SAME_SQL),
    "groups": (keyed, GROUP, "total", GROUP_SQL),
}


def run_trivium(program: str, relation: str, edges: Edges) -> int:
    from trivium.program import Program

    return len(Program(program).run(edge=edges)[relation])


def run_duckdb(sql: str, edges: Edges) -> int:
    import duckdb

    data = {"a": edges[:, 0].copy(), "b": edges[:, 1].copy()}
    with duckdb.connect() as connection:
        connection.register("given", data)
        connection.execute("CREATE TABLE edge AS SELECT * FROM given")
        row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def measure(engine: str, case: str, sizes: list[int], runs: int) -> dict[str, Any]:
    """Median seconds, rows and peak memory of one engine, in this process."""
    data, program, relation, sql = CASES[case]
    edges = data(*sizes)
    seconds, rows = [], 0
    for _ in range(runs):
        start = perf_counter()
        if engine == "trivium":
            rows = run_trivium(program, relation, edges)
        else:
            rows = run_duckdb(sql, edges)
        seconds.append(perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": statistics.median(seconds), "rows": rows, "peak": peak}


def measure_apart(engine: str, case: str, sizes: list[int], runs: int) -> dict[str, Any]:
    job = json.dumps([engine, case, sizes, runs])
    command = [sys.executable, __file__, "--job", job]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(output)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--random", nargs=2, type=int, default=[1000, 2000],
                        metavar=("NODES", "EDGES"))  # fmt: skip
    parser.add_argument("--chain", nargs=1, type=int, default=[1000], metavar="LENGTH")
    parser.add_argument("--tree", nargs=1, type=int, default=[10], metavar="DEPTH")
    parser.add_argument("--groups", nargs=2, type=int, default=[1_000_000, 1000],
                        metavar=("ROWS", "KEYS"))  # fmt: skip
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--job", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        print(json.dumps(measure(*json.loads(options.job))))
        return
    print("case              rows   trivium s   duckdb s   ratio   trivium MB   duckdb MB")
    ratios = []
    for case in CASES:
        sizes = getattr(options, case)
        ours, theirs = (
            measure_apart(engine, case, sizes, options.runs) for engine in ("trivium", "duckdb")
        )
        assert ours["rows"] == theirs["rows"], (case, ours["rows"], theirs["rows"])
        ratios.append(ours["seconds"] / theirs["seconds"])
        print(
            f"{case:<8} {ours['rows']:>13,} {ours['seconds']:>11.3f} {theirs['seconds']:>10.3f}"
            f" {ratios[-1]:>7.2f} {ours['peak']:>12.0f} {theirs['peak']:>11.0f}"
        )
    print(f"geometric mean of the ratios: {statistics.geometric_mean(ratios):.2f}")


if __name__ == "__main__":
    main()
