"""Soufflé at its best, where it is installed; else figures that were kept from an earlier run.

The environment variable SOUFFLE names the binary. A program is compiled for each set structure
(B-tree, brie) and number of threads (one, two): the C++ that Soufflé writes, with
`souffle_driver.cpp` behind it, goes through Soufflé's own `souffle-compile.py`. The compiled
programs stay in the data folder; what compiling took is kept with them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.engine.measure import THREADS
from bench.engine.workloads import Workload

KEPT = Path(__file__).with_name("souffle.json")
DRIVER = Path(__file__).with_name("souffle_driver.cpp")
STRUCTURES = ("btree", "brie")

# A declaration without a structure of its own, of a relation without subsumption.
PLAIN = re.compile(r"^\.decl (\w+)\([^)]*\)$", re.MULTILINE)


@dataclass(frozen=True)
class Compiled:
    """A program that is ready to run, and the seconds that making it took."""

    label: str
    program: Path
    wall: float
    processor: float


def installed() -> Path | None:
    named = os.environ.get("SOUFFLE")
    return Path(named) if named else None


def version(souffle: Path) -> str:
    text = subprocess.run([souffle, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"Version: (\S+)", text)
    return found[1] if found else "unknown"


def with_structure(text: str, structure: str) -> str:
    """The program with `brie` in each declaration that may have it; B-trees are the default."""
    if structure == "btree":
        return text
    subsumed = set(re.findall(r"^(\w+)\(.*<=", text, re.MULTILINE))
    return PLAIN.sub(
        lambda found: found[0] if found[1] in subsumed else f"{found[0]} {structure}", text
    )


def variants(workload: Workload, souffle: Path, folder: Path) -> list[Compiled]:
    """Every way to run the workload, compiled where that has not been done before."""
    return [
        _compile(text, f"{structure} -j{threads}{f' way {way + 1}' if way else ''}",
                 structure, threads, souffle, folder)
        for way, text in enumerate(workload.datalog)
        for structure in STRUCTURES
        for threads in THREADS
    ]  # fmt: skip


def _compile(
    text: str, label: str, structure: str, threads: int, souffle: Path, folder: Path
) -> Compiled:
    text = with_structure(text, structure)
    parts = (str(souffle.resolve()), str(threads), text, DRIVER.read_text("utf-8"))
    place = folder / hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    program, times = place / "program", place / "times.json"
    if not times.exists():
        place.mkdir(parents=True, exist_ok=True)
        (place / "program.dl").write_text(text, "utf-8")
        main = place / "main.cpp"
        main.write_text(
            f'#define __EMBEDDED_SOUFFLE__\n#include "program.cpp"\n#include "{DRIVER}"\n', "utf-8"
        )
        compiler = souffle.with_name("souffle-compile.py")
        start, used = time.perf_counter(), _children()
        _call(souffle, "-w", f"-j{threads}", "-g", place / "program.cpp", place / "program.dl")
        _call(compiler, main, "-o", program)
        times.write_text(json.dumps([time.perf_counter() - start, _children() - used]), "utf-8")
    wall, processor = json.loads(times.read_text("utf-8"))
    return Compiled(label, program, wall, processor)


def _call(*command: Path | str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed:\n{done.stderr[:2000]}")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def read_kept() -> dict[str, Any]:
    """The figures of earlier runs, by the fingerprint of the work."""
    found: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))["figures"] if KEPT.exists() else {}
    return found


def kept_from(workloads: Sequence[str]) -> str:
    """Where the figures of some workloads come from."""
    runs: dict[str, list[str]] = {}
    for figure in read_kept().values():
        if figure["workload"] in workloads:
            run = f"Soufflé {figure['souffle']} on {figure['machine']}, {figure['date']}"
            runs.setdefault(run, []).append(figure["workload"])
    told = [f"{run} ({', '.join(names)})" for run, names in runs.items()]
    if not told:
        return "No figures are kept."
    return f"Its figures are of earlier runs, not paired with this one: {'; '.join(told)}."
