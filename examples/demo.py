"""Answer questions over the files of this folder, each as one would on the command line.

python examples/demo.py
"""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path

from trivium.cli import main

FOLDER = Path(__file__).resolve().parent

FLIGHTS, LANDINGS, PLANETS = "flights.csv", "landings.html", "planets.xlsx"

# Kinds of question: superlative, count, look-up, sum, difference, text, and one without an answer.
QUESTIONS: tuple[tuple[str, str], ...] = (
    ("which flight had the longest duration?", FLIGHTS),
    ("how many flights were launched in 1969?", FLIGHTS),
    ("what was the landing site of Apollo 15?", LANDINGS),
    ("what is the total of the samples?", LANDINGS),
    ("what is the difference in diameter between Jupiter and Saturn?", PLANETS),
    ("which planet has the most moons?", PLANETS),
    ("what was the mass of the Lunar Roving Vehicle?", LANDINGS),
    ("who painted the Mona Lisa?", FLIGHTS),
)

COMMANDS: tuple[tuple[str, ...], ...] = (
    *(("ask", question, source) for question, source in QUESTIONS),
    ("explain", "family.dl", 'laureates("Marie Curie", _)'),
)


def demo() -> int:
    os.chdir(FOLDER)
    start = time.perf_counter()
    for command in COMMANDS:
        print(f"\n$ trivium {' '.join(map(shlex.quote, command))}\n", flush=True)
        code = main(command)
        if code:
            return code
    print(f"\n{len(QUESTIONS)} questions and a proof in {time.perf_counter() - start:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(demo())
