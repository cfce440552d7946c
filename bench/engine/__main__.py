"""The command: `python -m bench.engine`; see the package's first lines."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench.engine import report, souffle
from bench.engine.measure import (
    THREADS,
    Contender,
    Measurement,
    fastest,
    python_contender,
    rounds,
    trial,
)
from bench.engine.report import Entry, Line
from bench.engine.store import Stored, store, write_facts
from bench.engine.workloads import WORKLOADS, Workload
from rich.console import Console

ENGINES = ("trivium", "native", "reference", "duckdb", "souffle")


def contenders(
    workload: Workload, engines: Sequence[str], stored: Stored, root: Path
) -> list[Contender]:
    """Every way of every engine, as commands."""
    found = []
    for engine in engines:
        if engine == "souffle":
            found += _souffle(workload, stored, root)
            continue
        ways = workload.sql if engine == "duckdb" else workload.datalog
        threads = {"duckdb": THREADS[-1:], "reference": THREADS[:1]}.get(engine, THREADS)
        found += [
            python_contender(engine, workload, way, count, stored.folder)
            for way in range(len(ways))
            for count in (threads if workload.repeats == 1 else threads[:1])
        ]
    return found


def _souffle(workload: Workload, stored: Stored, root: Path) -> list[Contender]:
    binary = souffle.installed()
    if binary is None:
        return []
    write_facts(stored)
    found = []
    for compiled in souffle.variants(workload, binary, root / "compiled"):
        threads = compiled.label.split("-j")[1][0]
        head = (str(compiled.program), str(stored.folder), threads, str(workload.repeats))
        found.append(
            Contender(
                "souffle",
                compiled.label,
                (*head, "1", *workload.results),
                (*head, "0", *workload.results),
                (compiled.wall, compiled.processor),
            )
        )
    return found


def measure(
    workload: Workload, engines: Sequence[str], options: argparse.Namespace, root: Path
) -> Line:
    stored = store(workload, options.scale, root)
    every = contenders(workload, engines, stored, root)
    tried = trial(every, options.timeout)
    chosen = []
    for engine, results in tried.items():
        best = fastest(results)
        if best is not None:
            chosen += [c for c in every if (c.engine, c.way) == (engine, best.way)]
    runs = rounds(chosen, options.runs, options.timeout)
    line = Line(workload, stored.facts, stored.fingerprint)
    for engine in engines:
        if engine in tried:
            compiling = next((c.compiling for c in chosen if c.engine == engine), None)
            line.entries[engine] = Entry(tried[engine], runs.get(engine, ()), compiling)
        elif (kept := _kept(stored)) is not None:
            line.entries[engine] = kept
    return line


def _kept(stored: Stored) -> Entry | None:
    """Soufflé's figures of an earlier run of the very same work."""
    found = souffle.read_kept().get(stored.fingerprint)
    if found is None:
        return None
    best = Measurement(**found["best"])
    return Entry([best], [best], tuple(found["compiling"]), kept=True)


def keep(lines: Sequence[Line], machine: str) -> None:
    """Add Soufflé's figures of this run to those that are kept."""
    binary = souffle.installed()
    if binary is None:
        raise SystemExit("--keep needs a Soufflé: set SOUFFLE to its path")
    source = {
        "souffle": souffle.version(binary),
        "machine": machine,
        "date": datetime.now(UTC).date().isoformat(),
    }
    figures = souffle.read_kept()
    for line in lines:
        entry = line.entries.get("souffle")
        if entry is not None and entry.best is not None:
            figures = {
                key: figure
                for key, figure in figures.items()
                if figure["workload"] != line.workload.name
            }
            figures[line.fingerprint] = {
                "workload": line.workload.name,
                **source,
                "best": asdict(entry.best),
                "compiling": entry.compiling,
                "least": min(run.run for run in entry.runs),
                "ways": {
                    each.way: [each.run, each.processor, each.peak]
                    for each in entry.tried
                    if isinstance(each, Measurement)
                },
            }
    text = json.dumps({"figures": figures}, indent=1, ensure_ascii=False)
    souffle.KEPT.write_text(text + "\n", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=list(WORKLOADS),
                        metavar="NAME", help=", ".join(WORKLOADS))  # fmt: skip
    parser.add_argument("--engines", default="trivium,duckdb,souffle",
                        help=f"of {', '.join(ENGINES)}; ours is the first")  # fmt: skip
    parser.add_argument("--scale", type=float, default=1.0, help="of the inputs' sizes")
    parser.add_argument("--runs", type=int, default=3, help="paired runs after the trial")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds, for each process")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "trivium-bench",
                        help="where data and compiled programs are kept")  # fmt: skip
    parser.add_argument("--json", type=Path, help="write everything that was measured")
    parser.add_argument("--keep", metavar="MACHINE",
                        help="keep Soufflé's figures, with a few words on the machine")  # fmt: skip
    options = parser.parse_args()
    engines = options.engines.split(",")
    if unknown := set(engines) - set(ENGINES):
        parser.error(f"no engine {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}")
    console, progress = Console(), Console(stderr=True)
    if "souffle" in engines and souffle.installed() is None:
        console.print(f"SOUFFLE is not set. {souffle.kept_from(options.only)}")
    lines = []
    for name in options.only:
        progress.print(f"{name} …")
        lines.append(measure(WORKLOADS[name], engines, options, options.data))
        if problem := lines[-1].disagreement():
            progress.print(f"[red]{name}: {problem}[/red]")
        if options.json:
            options.json.write_text(json.dumps(report.as_json(lines, engines), indent=1), "utf-8")
    report.show(lines, engines, console)
    if options.keep:
        keep(lines, options.keep)
    return 1 if any(line.disagreement() for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
