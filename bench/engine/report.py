"""What the runs say: medians, ratios, geometric means; as tables and as JSON.

A ratio is a rival's figure by ours, so more than 1 means that Trivium needs less. Where both ran in
the same rounds it is the median of the rounds' ratios, otherwise (kept figures) that of medians.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from math import exp, log
from statistics import median
from typing import Any

from bench.engine.measure import Failure, Measurement, middle
from bench.engine.workloads import Workload
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Entry:
    """One engine on one workload: every way that was tried, and the runs of the fastest.

    `compiling`: seconds by the clock and of processor time; `kept`: from an earlier run.
    """

    tried: Sequence[Measurement | Failure]
    runs: Sequence[Measurement] = ()
    compiling: tuple[float, float] | None = None
    kept: bool = False

    @property
    def best(self) -> Measurement | None:
        return middle(self.runs) if self.runs else None

    @property
    def failure(self) -> str:
        return next((each.reason for each in self.tried if isinstance(each, Failure)), "")


@dataclass(frozen=True)
class Line:
    """One workload over all engines."""

    workload: Workload
    facts: int
    fingerprint: str
    entries: dict[str, Entry] = field(default_factory=dict)

    def ratio(self, ours: str, rival: str, figure: str) -> float | None:
        if not {ours, rival} <= self.entries.keys():
            return None
        mine, theirs = self.entries[ours], self.entries[rival]
        if not mine.runs or not theirs.runs:
            return None
        if theirs.kept or len(mine.runs) != len(theirs.runs):
            return _by(getattr(mine.best, figure), getattr(theirs.best, figure))
        pairs = zip(mine.runs, theirs.runs, strict=True)
        return median(_by(getattr(m, figure), getattr(t, figure)) for m, t in pairs)

    def with_compiling(self, ours: str, rival: str) -> float | None:
        """The ratio of whole processes if the rival's compiler counts, by its processor time."""
        theirs = self.entries.get(rival)
        mine = self.entries[ours].best if ours in self.entries else None
        if mine is None or theirs is None or theirs.best is None or theirs.compiling is None:
            return None
        return _by(mine.whole, theirs.best.whole + theirs.compiling[1])

    def disagreement(self) -> str:
        """What two ways found differently; empty if all agree."""
        found: dict[tuple[int, str], str] = {}
        for engine, entry in self.entries.items():
            for each in entry.tried:
                if isinstance(each, Measurement) and each.checksum is not None:
                    found.setdefault((each.rows, each.checksum), f"{engine} {each.way}".strip())
        if len(found) < 2:
            return ""
        return ", ".join(f"{who}: {rows} rows, {sum}" for (rows, sum), who in found.items())


def _by(mine: float, theirs: float) -> float:
    return theirs / max(mine, 1e-9)


def geometric_mean(ratios: Iterable[float | None]) -> float | None:
    known = [log(ratio) for ratio in ratios if ratio is not None]
    return exp(sum(known) / len(known)) if known else None


def bytes_a_row(measured: Measurement) -> float:
    """Memory that the run added, by result row."""
    return (measured.peak - measured.before) * 1024 / max(measured.rows, 1)


def _seconds(entry: Entry | None, figure: str) -> str:
    if entry is None:
        return ""
    if entry.best is None:
        return entry.failure or "—"
    times = [getattr(run, figure) for run in entry.runs]
    return f"{median(times):.3g} ({min(times):.3g})"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def show(lines: Sequence[Line], engines: Sequence[str], console: Console) -> None:
    """Three tables: after loading, whole processes, memory; then the geometric means."""
    ours, rivals = engines[0], engines[1:]
    for title, figure in (
        ("Seconds after loading, median (least)", "run"),
        ("Processor seconds of that, over all threads", "processor"),
        ("Seconds of the whole process", "whole"),
    ):
        table = Table("workload", "rows", *engines, title=title)
        for rival in rivals:
            table.add_column(f"{rival} / {ours}", justify="right")
        for line in lines:
            best = next((e.best for e in line.entries.values() if e.best is not None), None)
            cells = [_seconds(line.entries.get(engine), figure) for engine in engines]
            ratios = [_ratio(line.ratio(ours, rival, figure)) for rival in rivals]
            table.add_row(line.workload.name, f"{best.rows:,}" if best else "", *cells, *ratios)
        console.print(table)
    _show_memory(lines, engines, console)
    _show_ways(lines, engines, console)
    for rival in rivals:
        for phrase, value in means(lines, ours, rival).items():
            console.print(f"{rival} / {ours}, {phrase}: {value}")


def _show_memory(lines: Sequence[Line], engines: Sequence[str], console: Console) -> None:
    table = Table("workload", *(f"{e} MB" for e in engines), title="Peak memory")
    for engine in engines:
        table.add_column(f"{engine} bytes/row", justify="right")
    for line in lines:
        bests = [line.entries[e].best if e in line.entries else None for e in engines]
        peaks = [f"{best.peak / 1024:.0f}" if best else "" for best in bests]
        added = [f"{bytes_a_row(best):.1f}" if best else "" for best in bests]
        table.add_row(line.workload.name, *peaks, *added)
    console.print(table)


def _show_ways(lines: Sequence[Line], engines: Sequence[str], console: Console) -> None:
    """Which way each rival did best in, and what compiling it took."""
    table = Table("workload", *engines, "compiling, s (processor s)", title="The fastest ways")
    for line in lines:
        bests = [line.entries[e].best if e in line.entries else None for e in engines]
        compiling = next((e.compiling for e in line.entries.values() if e.compiling), None)
        shown = f"{compiling[0]:.1f} ({compiling[1]:.1f})" if compiling else ""
        table.add_row(line.workload.name, *(best.way if best else "" for best in bests), shown)
    console.print(table)


def means(lines: Sequence[Line], ours: str, rival: str) -> dict[str, str]:
    """Geometric means over the workloads that both did; the tiny program has a bound of its own."""
    large = [line for line in lines if line.workload.repeats == 1]
    found = {}
    for phrase, figure in (
        ("geometric mean after loading", "run"),
        ("geometric mean of processor time after loading", "processor"),
        ("geometric mean of whole processes", "whole"),
        ("geometric mean of peak memory", "peak"),
    ):
        ratios = [line.ratio(ours, rival, figure) for line in large]
        known = [ratio for ratio in ratios if ratio is not None]
        mean = geometric_mean(known)
        if mean is not None:
            found[phrase] = f"{mean:.2f} over {len(known)} workloads, least {min(known):.2f}"
    compiled = [r for line in large if (r := line.with_compiling(ours, rival)) is not None]
    if compiled:
        found["with its compile time"] = (
            f"{geometric_mean(compiled):.1f}, least {min(compiled):.1f}"
        )
    return found


def as_json(lines: Sequence[Line], engines: Sequence[str]) -> list[dict[str, Any]]:
    ours, rivals = engines[0], engines[1:]
    return [
        {
            "workload": line.workload.name,
            "facts": line.facts,
            "fingerprint": line.fingerprint,
            "disagreement": line.disagreement(),
            "engines": {
                engine: {
                    "best": asdict(entry.best) if entry.best else None,
                    "runs": [asdict(run) for run in entry.runs],
                    "tried": [asdict(each) for each in entry.tried],
                    "compiling": entry.compiling,
                    "kept": entry.kept,
                }
                for engine, entry in line.entries.items()
            },
            "ratios": {
                rival: {
                    figure: line.ratio(ours, rival, figure)
                    for figure in ("run", "processor", "whole", "peak")
                }
                for rival in rivals
            },
        }
        for line in lines
    ]
