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
SKYLAB = "skylab.pdf"

# Kinds of question: superlative, count, look-up, next row, difference, comparison, average, one
# over all the files, and one that they do not answer.
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("which flight has the greatest duration?", FLIGHTS),
    ("how many flights were launched in 1969?", FLIGHTS),
    ("who was the commander of Apollo 13?", FLIGHTS),
    ("which flight came after Apollo 13?", FLIGHTS),
    ("what is the difference in samples between Apollo 17 and Apollo 11?", LANDINGS),
    ("how many planets have more than 20 moons?", PLANETS),
    ("what is the average number of moons?", PLANETS),
    ("which crew made the most orbits?", SKYLAB),
    ("which mission had the most samples?", FLIGHTS, LANDINGS, PLANETS, SKYLAB),
    ("who painted the Mona Lisa?", FLIGHTS, LANDINGS, PLANETS, SKYLAB),
)

COMMANDS: tuple[tuple[str, ...], ...] = (
    *(("ask", *question) for question in QUESTIONS),
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
