"""Run a Soufflé program over random facts, with Soufflé and with Trivium, and compare the outputs.

    SOUFFLE=.../souffle python bench/souffle_random.py PROGRAM.dl [-M "NAME=TEXT ..."] [--seeds 3]

Both commands get the same flags. Each `.input` file gets `--rows` rows: a cell is a constant that
the program compares the column with, or one of `--values` others of its declared type. Functors
come from a Python file for Trivium (`--functions`), and for Soufflé from the library
`libfunctors.so` in the folder of `--library`; the two must compute the same.

Soufflé's numbers have 32 bits unless it was built with 64: unsigned numbers are compared modulo
2**32. The exit code is 1 if an output differs.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from trivium.analyse.components import write_out
from trivium.cli.functions import functions_of
from trivium.files.formats import format_of
from trivium.ir.nodes import Aggregate, Atom, Const, Literal
from trivium.ir.nodes import Program as Checked
from trivium.ir.types import Type
from trivium.program import Program
from trivium.source import Source
from trivium.syntax import ast
from trivium.syntax.souffle import parse

# What stands for a value of a type, by its number; the symbols of each declared type are others.
SPELT = {Type.SYMBOL: "{1}{0}", Type.NUMBER: "{0}", Type.UNSIGNED: "{0}", Type.FLOAT: "{0}.5"}
WRAPPED = re.compile(r"\b1844674407\d{10}\b")  # a little less than 2**64


def constants(program: Checked) -> Mapping[tuple[str, int], Sequence[str]]:
    """The constants that stand in each column of a relation, in some rule."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for rule in program.rules:
        for atom in atoms(rule.body):
            for place, term in enumerate(atom.args):
                if isinstance(term, Const) and not term.type.structured:
                    found[atom.relation, place].add(str(term.value))
    return {column: sorted(texts) for column, texts in found.items()}


def atoms(body: Sequence[Literal]) -> Iterator[Atom]:
    for literal in body:
        if isinstance(literal, Atom):
            yield literal
        elif isinstance(literal, Aggregate):
            yield from atoms(literal.body)


def declared(tree: ast.Program) -> Mapping[str, Sequence[str]]:
    """The names of the types of each relation's columns."""
    items = [item for item in tree.items if isinstance(item, ast.Declaration)]
    return {item.name: [column.type for column in item.columns] for item in items}


def write_facts(
    program: Checked,
    names: Mapping[str, Sequence[str]],
    folder: Path,
    options: argparse.Namespace,
    seed: int,
) -> int:
    """One file for each input; how many there are."""
    chance = random.Random(seed)
    known = constants(program)
    inputs = [item for item in program.directives if item.kind == "input"]
    for item in inputs:
        file = format_of(item, folder)
        if not file.is_text:
            raise SystemExit(f"`.input {item.relation}` is of {file.name}, not of text")
        columns = [column.type for column in program.relations[item.relation].columns]
        lines = {
            (file.delimiter or ",").join(
                cell(chance, kind, name, known.get((item.relation, place), ()), options.values)
                for place, (kind, name) in enumerate(
                    zip(columns, names[item.relation], strict=True)
                )
            )
            or "()"
            for _ in range(options.rows)
        }
        file.path.write_text("".join(f"{line}\n" for line in sorted(lines)), "utf-8")
    return len(inputs)


def cell(chance: random.Random, kind: Type, name: str, known: Sequence[str], values: int) -> str:
    if known and chance.random() < 0.5:
        return chance.choice(known)
    return SPELT[kind].format(chance.randrange(values), name) if kind in SPELT else "nil"


def run(command: Sequence[str], seconds: float) -> float:
    """The time that a command takes; what it says on stderr is shown if it fails."""
    start = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        hint = "ask for fewer rows, or more values"
        raise SystemExit(f"{command[0]} took over {seconds:.0f} s: {hint}") from None
    if done.returncode:
        raise SystemExit(f"{command[0]} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return time.perf_counter() - start


def lines(path: Path) -> list[str] | None:
    if not path.exists():
        return None
    text = WRAPPED.sub(lambda found: str(int(found[0]) % 2**32), path.read_text("utf-8"))
    return sorted(text.splitlines())


def compare(ours: Path, theirs: Path) -> tuple[int, int, list[str]]:
    """How many files there are, the rows of those that are the same, and those that differ."""
    names = sorted({path.name for folder in (ours, theirs) for path in folder.iterdir()})
    rows, differ = 0, []
    for name in names:
        found = lines(theirs / name)
        if found == lines(ours / name):
            rows += len(found or ())
        else:
            differ.append(name)
    return len(names), rows, differ


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", metavar="PROGRAM.dl")
    parser.add_argument("-M", "--macro", default="", help="macros, as for both commands")
    parser.add_argument("--functions", metavar="FILE.py", help="functors, for Trivium")
    parser.add_argument("--library", metavar="DIR", help="where Soufflé finds libfunctors.so")
    parser.add_argument("--seeds", type=int, default=3, help="how many times (3)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (1)")
    parser.add_argument("--rows", type=int, default=20, help="of each input (20)")
    parser.add_argument("--values", type=int, default=20, help="of each type (20)")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds, for each run (300)")
    options = parser.parse_args()
    souffle = os.environ.get("SOUFFLE")
    if souffle is None:
        parser.error("set SOUFFLE to the path of Soufflé's binary")
    file = Path(options.program)
    text = file.read_text("utf-8")
    macros = dict(macro.partition("=")[::2] for macro in options.macro.split())
    functions = functions_of([options.functions]) if options.functions else {}
    checked = Program(
        text, name=str(file), include=[file.parent], macros=macros, functions=functions
    ).ir
    names = declared(write_out(parse(Source(str(file), text), [file.parent], macros)))
    flags = ["-w", *(["-M", options.macro] if options.macro else [])]
    own = ["--functions", options.functions] if options.functions else []
    library = ["-L", options.library, "-l", "functors"] if options.library else []
    wrong = 0
    for seed in range(options.first, options.first + options.seeds):
        with tempfile.TemporaryDirectory() as made:
            facts, ours, theirs = (Path(made) / name for name in ("facts", "ours", "theirs"))
            for folder in (facts, ours, theirs):
                folder.mkdir()
            inputs = write_facts(checked, names, facts, options, seed)
            where = ["-F", str(facts), "-D"]
            trivium = [sys.executable, "-m", "trivium", "run", *flags, *own, *where]
            took = [
                run([souffle, *flags, *library, *where, str(theirs), str(file)], options.timeout),
                run([*trivium, str(ours), str(file)], options.timeout),
            ]
            files, rows, differ = compare(ours, theirs)
        wrong += len(differ)
        print(
            f"seed {seed}: {inputs} inputs, {files} outputs, {len(differ)} differ, "
            f"{rows:,} rows the same; Soufflé {took[0]:.1f} s, Trivium {took[1]:.1f} s",
            *(f"  {name}" for name in differ),
            sep="\n",
            flush=True,
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
