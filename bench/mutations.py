"""Damaged programs through the whole machine: an answer or a numbered error, never a crash.

    python bench/mutations.py --programs 50000 --seed 0 tests/programs tests/errors examples

Takes the `.dl` files of the folders, damages them, and runs what still is a program. Prints how
many ran and how often each error came; at a crash, the program and the traceback, and exits with 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from pathlib import Path
from random import Random
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fuzz.mutate import mutate

from trivium.errors import TriviumError
from trivium.program import Limits, Program

LIMITS = Limits(seconds=5, rows=20_000, memory_bytes=1 << 28)


def outcome(text: str, folder: Path) -> str:
    try:
        result = Program(text).run(facts_dir=folder, limits=LIMITS)
        for name in result.relations:
            rows = result[name].rows()
            if rows:
                str(result.why(name, rows[0]))
    except TriviumError as error:
        str(error)
        return f"E{error.number}"
    return "ran"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=5, help="stop after so many crashes")
    options = parser.parse_args()
    files = sorted(path for folder in options.folders for path in folder.rglob("*.dl"))
    texts = [path.read_text("utf-8") for path in files]
    warnings.simplefilter("error")
    start = perf_counter()
    found: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.programs):
            text = mutate(Random(f"{options.seed}/{number}"), texts)
            began = perf_counter()
            try:
                found[outcome(text, Path(folder))] += 1
            except Exception:
                found["crashed"] += 1
                print(f"--- program {number}\n{text}")
                traceback.print_exc(limit=-4, file=sys.stdout)
                if found["crashed"] == options.show:
                    break
            if perf_counter() - began > max(slowest, 1.0):
                slowest = perf_counter() - began
                print(f"--- program {number} took {slowest:.1f} s\n{text[:2000]}")
    print(", ".join(f"{kind} {count:,}" for kind, count in found.most_common()))
    print(f"{sum(found.values()):,} programs, {perf_counter() - start:.0f} s")
    return 1 if found["crashed"] else 0


if __name__ == "__main__":
    sys.exit(main())
