"""Random ground programs along random orders of their choices: exact, and bounds, as worlds say.

    python -m bench.probability.fuzz --programs 100000 --seed 0
    python -m bench.probability.fuzz --programs 100000 --python        the explorer in plain Python

Prints how many agreed; at a mismatch, the program, and exits with 1.
"""

from __future__ import annotations

import argparse
from random import Random
from time import perf_counter

from tests.probability.any_order import make

from trivium.probability.inference import bounds, diagram, firing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--python", action="store_true", help="without the native explorer")
    options = parser.parse_args()
    if options.python:
        for module in (bounds, diagram):
            vars(module)["packed"] = lambda steps: None
        vars(firing)["native_module"] = lambda: None
    start = perf_counter()
    for number in range(options.programs):
        case = make(Random(f"{options.seed}/{number}"))
        if (problem := case.difference()) is not None:
            print(f"program {number} of seed {options.seed}: {problem}\n{case}")
            return 1
    print(f"{options.programs:,} programs agreed, in {perf_counter() - start:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
