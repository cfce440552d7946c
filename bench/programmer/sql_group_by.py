"""One GROUP BY in SQL and the same rule in Datalog: `sql_group_by.py [ROWS]`.

Both read the same columns and must give the same groups. Each is run in turn, so that their times,
in processor seconds from the text to the rows, can be set against each other in pairs.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

import numpy as np

from trivium import Program

SQL = "SELECT k, sum(n) AS total FROM t GROUP BY k"
DATALOG = "total(k, s) :- t(_, k, _), s = sum n : { t(_, k, n) }."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=100_000)
    parser.add_argument("--groups", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=7)
    arguments = parser.parse_args()
    rng = np.random.default_rng(1)
    # Rows of a relation are a set, so each has its number: no duplicate is lost in Datalog.
    table = {
        "id": np.arange(arguments.rows),
        "k": rng.integers(0, arguments.groups, arguments.rows),
        "n": rng.integers(0, 1000, arguments.rows),
    }

    def sql() -> list[tuple[Any, ...]]:
        return Program(SQL, dialect="sql").run(t=table)["answer"].rows()

    def datalog() -> list[tuple[Any, ...]]:
        return Program(DATALOG).run(t=table)["total"].rows()

    assert sorted(sql()) == sorted(datalog()), "the groups differ"
    pairs = []
    for _ in range(arguments.repeats):
        times = []
        for run in (sql, datalog):
            begun = time.process_time()
            run()
            times.append(time.process_time() - begun)
        pairs.append(times)
    one, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(first / second for first, second in pairs)
    print(f"{arguments.rows:,} rows, {arguments.groups} groups, {arguments.repeats} pairs")
    print(f"SQL {one * 1000:.1f} ms, Datalog {other * 1000:.1f} ms, median ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
