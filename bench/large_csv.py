"""How long, and with how much memory, is a question answered over a large CSV file?

    python bench/large_csv.py 3200000

Writes a file of so many rows, seeded, into a temporary folder; then reads it and asks two questions
in one process each. Prints seconds (reading included) and the peak of resident memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

QUESTIONS = ("how many orders are from Oslo?", "what is the average amount in Paris?")
CITIES = ("Paris", "Rome", "Berlin", "Oslo", "Madrid")
DAYS = np.datetime64("2020-01-01") + np.arange(1800)


def write(path: Path, rows: int, seed: int) -> None:
    """Orders: an identifier, a customer, a city, an amount, a day and a remark."""
    random = np.random.default_rng(seed)
    cities = np.array(CITIES)[random.integers(len(CITIES), size=rows)].tolist()
    days = DAYS.astype(str)[random.integers(len(DAYS), size=rows)].tolist()
    cents = random.integers(100_000, size=rows).tolist()
    with path.open("w", encoding="utf-8") as file:
        file.write("id,customer,city,amount,day,note\n")
        for i, (city, amount, day) in enumerate(zip(cities, cents, days, strict=True)):
            price = f"{amount // 100}.{amount % 100:02d}"
            file.write(f"{i},Customer {i % 90_000},{city},{price},{day},note about order {i}\n")


def ask(path: Path, question: str) -> None:
    """Read the file, answer one question, and print the figures as one line of JSON."""
    from trivium.machine import Machine

    start = time.perf_counter()
    machine = Machine().add(path)
    read = time.perf_counter() - start
    answer = machine.ask(question)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 if sys.platform == "darwin" else 1024
    )
    print(json.dumps([str(answer.value), str(answer.status), read, seconds, peak]))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ask", nargs=2, metavar=("FILE", "QUESTION"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        ask(Path(options.ask[0]), options.ask[1])
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        write(path, options.rows, options.seed)
        print(f"{options.rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
        for question in QUESTIONS:
            command = [sys.executable, __file__, "--ask", str(path), question]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            value, status, read, seconds, peak = json.loads(done.stdout.splitlines()[-1])
            print(f"{question}  {value} ({status})")
            print(f"    read {read:.1f} s, answered after {seconds:.1f} s, peak {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
