"""How far inference goes past its deadline: `python -m bench.probability.deadlines --seconds 1`.

Each program takes much longer than that, exactly. What is exact ends with E301, anything else with
what was found by then; the overshoot is what passes after the deadline, as a share of it.
"""

from __future__ import annotations

import argparse
import statistics
import warnings
from time import perf_counter

from bench.probability.families import Case, family

from trivium import Program
from trivium.engine.limits import Limits
from trivium.errors import LimitError

DEFAULT = "acquaintances=9 grid=140 random=90 smokers=40 dice=40".split()
METHODS = ("exact", "auto", "bounds", "top-k", "sample")


def ended(case: Case, dialect: str, method: str, seconds: float) -> tuple[float, str]:
    """The seconds from the text to the end, and how it ended."""
    text = case.problog if dialect == "problog" else case.trivium
    asked: dict[str, list[tuple[object, ...]]] = {}
    for name, row in case.queries:
        asked.setdefault(name, []).append(tuple(row))
    start = perf_counter()
    try:
        program = Program(text, dialect=dialect)
        result = program.run(inference=method, limits=Limits(seconds=seconds))
        for name, rows in asked.items():
            result.probabilities(name, rows)
        how = "answer"
    except LimitError as error:
        how = f"E{error.number}"
    return perf_counter() - start, how


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("families", nargs="*", default=DEFAULT, help="as name=size")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print(f"{'program':20} {'dialect':8} {'method':8} {'ended by':8} {'seconds':>8} {'past':>6}")
    for told in options.families:
        name, _, size = told.partition("=")
        case = family(name, int(size))
        for dialect in ("problog", "souffle"):
            for method in METHODS:
                runs = [
                    ended(case, dialect, method, options.seconds) for _ in range(options.rounds)
                ]
                taken = statistics.median(seconds for seconds, _ in runs)
                past = max(0.0, taken / options.seconds - 1.0)
                print(
                    f"{told:20} {dialect:8} {method:8} {runs[0][1]:8} {taken:8.2f} {past:6.0%}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
