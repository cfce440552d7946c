"""How long a small program takes that is prepared once: `python -m bench.probability.prepared`.

A round runs the program and asks one probability; reading the text is left out. Medians.
"""

from __future__ import annotations

import argparse
import statistics
from time import perf_counter

from bench.probability.families import family

from trivium import Program

DEFAULT = "known=1 known=2 known=3".split()


def milliseconds(
    text: str, dialect: str, query: tuple[str, tuple[object, ...]], runs: int
) -> float:
    program = Program(text, dialect=dialect)
    times = []
    for _ in range(runs):
        start = perf_counter()
        program.run().probability(*query)
        times.append(perf_counter() - start)
    return 1000 * statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("families", nargs="*", default=DEFAULT, help="as name=size")
    parser.add_argument("--runs", type=int, default=500)
    options = parser.parse_args()
    print(f"{'program':12} {'.pl':>9} {'.dl':>9}")
    for told in options.families:
        name, _, size = told.partition("=")
        case = family(name, int(size))
        relation, row = case.queries[0]
        query = (relation, tuple(row))
        clauses = milliseconds(case.problog, "problog", query, options.runs)
        rules = milliseconds(case.trivium, "souffle", query, options.runs)
        print(f"{told:12} {clauses:6.3f} ms {rules:6.3f} ms")


if __name__ == "__main__":
    main()
