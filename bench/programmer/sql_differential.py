"""Generated SQL queries, here and in DuckDB: `python bench/programmer/sql_differential.py 5000`.

Counts the queries that both answer alike, those that one refuses, and shows each mismatch. Rows are
compared with their types, nulls and duplicates, and in order where the query orders.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.dialects.generated import case, differs, expected

from trivium import Program, TriviumError


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--shown", type=int, default=5, help="mismatches to show (5)")
    arguments = parser.parse_args()
    tally: Counter[str] = Counter()
    compared, seed = 0, arguments.first
    while compared < arguments.count:
        made, query = case(seed)
        seed += 1
        wanted = expected(made, query)
        if wanted is None:
            tally["refused by DuckDB"] += 1
            continue
        compared += 1
        try:
            found = Program(query, dialect="sql").run(**made)["answer"].rows()
        except TriviumError as problem:
            tally[f"refused here: E{problem.number}"] += 1
            wrong = str(problem)
        else:
            if not differs(found, wanted, "ORDER BY 1" in query):
                tally["the same"] += 1
                continue
            tally["MISMATCH"] += 1
            wrong = f"found {found}\nwanted {wanted}"
        if tally["shown"] < arguments.shown:
            tally["shown"] += 1
            print(f"seed {seed - 1}: {query}\n{made}\n{wrong}\n", flush=True)
    del tally["shown"]
    for what, count in tally.most_common():
        print(f"{count:6,} {what}")
    print(f"{compared:6,} compared, seeds {arguments.first} to {seed - 1}")


if __name__ == "__main__":
    main()
