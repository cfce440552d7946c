"""Whether an answer stays when what it is asked of, or how, changes without changing its meaning.

    python bench/metamorphic.py DATA [--pairs 2000] [--list]

DATA/everyday has the tables and questions. Of each question and change one pair is made: the same
rows or columns in another order, the file by another name, a polite opening, other case, another
mark at the end, a table or a column beside it that has nothing to do with it. Printed are the pairs
of which both answers are the same, by change.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import tempfile
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import trivium as tv

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.suites import suite

Rows = list[list[str]]


@dataclass(frozen=True)
class Change:
    """One change of a question, of a table, or of the tables."""

    name: str
    question: Callable[[str], str] = lambda text: text
    rows: Callable[[Rows, random.Random], Rows] = lambda rows, _: rows
    file: Callable[[str], str] = lambda name: name
    beside: bool = False


def _shuffled(rows: Rows, chance: random.Random) -> Rows:
    return [rows[0], *chance.sample(rows[1:], len(rows) - 1)]


def _turned(rows: Rows, chance: random.Random) -> Rows:
    order = chance.sample(range(len(rows[0])), len(rows[0]))
    return [[row[i] if i < len(row) else "" for i in order] for row in rows]


def _with_column(rows: Rows, chance: random.Random) -> Rows:
    head = "备用" if any("\u4e00" <= c <= "\u9fff" for c in "".join(rows[0])) else "Zqx"
    return [[*row, head if not i else f"q{i % 7}"] for i, row in enumerate(rows)]


def _polite(text: str) -> str:
    return f"请告诉我，{text}" if _chinese(text) else f"please tell me, {text[0].lower()}{text[1:]}"


def _marked(text: str) -> str:
    return text.rstrip("?？.。! ") + ("。" if _chinese(text) else " .")


def _chinese(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)


CHANGES = (
    Change("rows in another order", rows=_shuffled),
    Change("columns in another order", rows=_turned),
    Change("a polite opening", question=_polite),
    Change("small letters", question=str.lower),
    Change("another mark at the end", question=_marked),
    Change("no mark at the end", question=lambda text: text.rstrip("?？.。! ")),
    Change("spaces around", question=lambda text: f"  {text}  "),
    Change("another name of the file", file=lambda name: f"{name}_2024_v2"),
    Change("a column that has nothing to do with it", rows=_with_column),
    Change("a table that has nothing to do with it", beside=True),
)

BESIDE = "Quarkel,Zimt\nfoo,1\nbar,2\nbaz,3\n"


def pairs(data: Path, seed: int) -> Iterator[tuple[Change, str, bool, object, object]]:
    """The change, the question, whether both answers are the same, and both answers."""
    chance = random.Random(seed)
    asked = [q for q in suite(data, "everyday") if not q.previous]
    chance.shuffle(asked)
    kept: dict[tuple[object, ...], tv.Machine] = {}
    with tempfile.TemporaryDirectory() as folder:
        for question in asked:
            before = _machine(question.files, None, chance, Path(folder), kept).ask(
                question.question
            )
            for change in CHANGES:
                machine = _machine(question.files, change, chance, Path(folder), kept)
                after = machine.ask(change.question(question.question))
                same = _shown(before.value) == _shown(after.value)
                yield change, question.question, same, before.value, after.value


def _machine(
    files: tuple[Path, ...],
    change: Change | None,
    chance: random.Random,
    folder: Path,
    kept: dict[tuple[object, ...], tv.Machine],
) -> tv.Machine:
    key = files, change.name if change and (change.beside or _changes_files(change)) else ""
    if key not in kept:
        machine = tv.Machine()
        for file in files:
            machine.add(file if change is None else _changed(file, change, chance, folder))
        if change is not None and change.beside:
            path = folder / "quarkel.csv"
            path.write_text(BESIDE, encoding="utf-8")
            machine.add(path)
        kept[key] = machine
    return kept[key]


def _changes_files(change: Change) -> bool:
    rows = [["a", "b"], ["1", "2"], ["3", "4"]]
    return (
        change.file("x") != "x"
        or change.name.startswith(("rows", "columns", "a column"))
        or (change.rows(rows, random.Random(0)) != rows)
    )


def _changed(file: Path, change: Change, chance: random.Random, folder: Path) -> Path:
    if not _changes_files(change):
        return file
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = change.rows(list(csv.reader(text)), chance)
    path = folder / change.name.replace(" ", "_") / f"{change.file(file.stem)}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows(rows)
    return path


def _shown(value: object) -> object:
    """A value without the order of its rows."""
    if not isinstance(value, list):
        return repr(value)
    return sorted(repr(sorted(map(repr, v)) if isinstance(v, tuple) else v) for v in value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of all data sets")
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="show the pairs that differ")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for change, question, same, before, after in islice(
        pairs(arguments.data, arguments.seed), arguments.pairs
    ):
        counts[change.name][0] += 1
        counts[change.name][1] += same
        if arguments.list and not same:
            print(f"{change.name} | {question} | {str(before)[:60]} | {str(after)[:60]}")
    for name, (n, good) in counts.items():
        print(f"{name}: {good} of {n} the same")
    n, good = (sum(pair[i] for pair in counts.values()) for i in (0, 1))
    print(f"all: {good} of {n} the same, {100 * good / max(1, n):.1f} %")


if __name__ == "__main__":
    main()
