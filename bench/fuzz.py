"""Random programs on several engines, which must agree.

    python bench/fuzz.py --programs 100000 --seed 0 --engines oracle,reference,native

Prints how many programs agreed and what they derived; at a mismatch, the smallest program and data
that show it, and exits with 1. Program N of a seed is the same on every machine; `--only N` makes
just that one.

    python bench/fuzz.py --programs 2000 --rows 1000 --engines reference,native

gives more rows than the oracle can take, to the engines that can. `--laws` adds subsumption,
choice, records, branches and components, which the oracle does not know.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from random import Random
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fuzz.engines import ENGINES, mismatch
from tests.fuzz.programs import Case, make
from tests.fuzz.shrink import shrink


def problem_of(case: Case, engines: list[str]) -> str | None:
    """The mismatch, or what crashed; None where all is well."""
    try:
        return mismatch(case, engines)
    except Exception as error:  # a crash is what is looked for here
        return f"{type(error).__name__}: {error}"


def kind_of(problem: str | None) -> str:
    """What makes two problems the same: the engines, and the error."""
    lines = (problem or "").split("\n")
    return " ".join(
        [lines[0].split("(")[0][:60], *(line[:5] for line in lines[1:] if line[:1] == "E")]
    )


def report(number: int, case: Case, engines: list[str], problem: str) -> None:
    kind = kind_of(problem)
    small = shrink(case, lambda smaller: kind_of(problem_of(smaller, engines)) == kind)
    print(f"--- program {number}\n{small.text}{small.data or ''}\n{problem_of(small, engines)}\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="the number of one program")
    parser.add_argument(
        "--engines",
        default="oracle,reference",
        help=f"`all`, or some of {', '.join(ENGINES)}; with --laws, without oracle",
    )
    parser.add_argument("--rows", type=int, default=0, help="give each relation about so many rows")
    parser.add_argument(
        "--laws", action="store_true", help="with relations and types that the oracle does not know"
    )
    parser.add_argument("--show", type=int, default=5, help="stop after so many mismatches")
    options = parser.parse_args()
    engines = list(ENGINES) if options.engines == "all" else options.engines.split(",")
    if options.laws:
        engines = [name for name in engines if name != "oracle"]
        if len(engines) < 2:
            parser.error("--laws compares two engines or more beside the oracle")
    numbers = range(options.programs) if options.only is None else [options.only]
    start = perf_counter()
    found: Counter[str] = Counter()
    for number in numbers:
        case = make(Random(f"{options.seed}/{number}"), options.rows, options.laws)
        problem = problem_of(case, engines)
        if problem is None:
            found["agreed"] += 1
        else:
            found["differed"] += 1
            report(number, case, engines, problem)
            if found["differed"] == options.show:
                break
        if (number + 1) % 5_000 == 0:
            print(f"{number + 1:,} programs, {perf_counter() - start:.0f} s", flush=True)
    print(
        f"{found['agreed']:,} programs agreed, {found['differed']:,} differed: "
        f"{', '.join(engines)}, seed {options.seed}, {perf_counter() - start:.0f} s"
    )
    return 1 if found["differed"] else 0


if __name__ == "__main__":
    sys.exit(main())
