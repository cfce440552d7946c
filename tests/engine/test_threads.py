"""More threads derive the same rows in the same order, within the same limits."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from trivium.cli import main
from trivium.engine import native
from trivium.engine.limits import threads_of
from trivium.errors import LimitError
from trivium.program import Limits, Program

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native engine was not built with this installation"
)

CLOSURE = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."
PROGRAMS = {
    "closure": CLOSURE,
    "backwards": "path(x, y) :- edge(x, y).  path(x, z) :- edge(x, y), path(y, z).",
    "both ways": """
        path(x, y) :- edge(x, y), x < 60.
        path(x, z) :- path(x, y), path(y, z).""",
    "far pairs": "far(x, z) :- edge(x, y), edge(y, z), x != z, !edge(x, z).",
    "computed": "sum(x + z, y) :- edge(x, y), edge(y, z).  twice(y, x) :- edge(x, y).",
    "too wide for a shard": CLOSURE + "big(y, x * 4294967296 * 2) :- edge(x, y), x > 9.",
    "points-to": """
        points(v, o) :- edge(v, o), v < 40.
        points(v, o) :- edge(v, w), points(w, o).
        points(p, o) :- edge(v, w), v > 246, points(v, p), points(w, o).""",
    "cycles": "cycles(n) :- n = count : { edge(a, b), edge(b, c), edge(c, d), edge(d, a), a < b }.",
    "sums": "reach(x, s) :- edge(x, _), s = sum z : { edge(x, y), edge(y, z), z != x }.",
    "labels": """
        .decl edge(x: number, y: number)
        .decl label(x: number, l: number)
        label(x, x) :- edge(x, _).
        label(y, l) :- label(x, l), edge(x, y).
        label(x, l) <= label(x, m) :- m <= l.
        near(x, y) :- label(x, l), label(y, l), x < y.""",
}  # fmt: skip


def edges(nodes: int = 250, rows: int = 9_500, spread: int = 1) -> np.ndarray:
    return np.random.default_rng(9).integers(0, nodes, (rows, 2)) * spread


@pytest.mark.parametrize("spread", [1, 1_000_003, 10**12])
@pytest.mark.parametrize("name", PROGRAMS)
def test_rows_and_their_order_are_the_same(name: str, spread: int) -> None:
    if spread > 1 and name in ("too wide for a shard", "computed"):
        pytest.skip("its numbers have a meaning")
    program = Program(PROGRAMS[name])
    data = edges(spread=spread)
    one, *others = (
        program.run(edge=data, backend="native", limits=Limits(threads=n)) for n in (1, 2, 3)
    )
    for other in others:
        for relation in one.relations:
            assert one[relation].arrow().equals(other[relation].arrow()), relation


def test_reasons_are_the_same() -> None:
    results = [Program(CLOSURE).run(edge=edges(), limits=Limits(threads=n)) for n in (1, 2)]
    for row in results[0]["path"].rows()[::9_000]:
        first, second = (str(result.why("path", row)) for result in results)
        assert first == second


@pytest.mark.parametrize(
    ("limits", "number"),
    [
        (Limits(seconds=0.3, threads=2), 301),
        (Limits(rows=200_000, threads=2), 302),
        (Limits(memory_bytes=4 * 10**6, threads=2), 303),
    ],
)
def test_limits_stop_all_threads(limits: Limits, number: int) -> None:
    data = edges(6000, 40_000)
    before = threading.active_count()
    with pytest.raises(LimitError, match="path") as caught:
        Program(CLOSURE).run(backend="native", limits=limits, edge=data)
    assert caught.value.number == number
    assert threading.active_count() == before


def test_how_many_threads_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIVIUM_THREADS", raising=False)
    assert threads_of(Limits()) == 1
    assert threads_of(Limits(threads=3)) == 3
    monkeypatch.setenv("TRIVIUM_THREADS", "5")
    assert threads_of(Limits()) == 5
    assert threads_of(Limits(threads=1)) == 1
    assert threads_of(Limits(threads=0)) == min(64, len(os.sched_getaffinity(0)))


def test_jobs_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "p.dl"
    program.write_text(".decl p(x: number)\np(1).\n.output p\n", "utf-8")
    for jobs in ("2", "auto", "0"):
        assert main(["run", str(program), "-j", jobs]) == 0
    assert main(["run", str(program), "-j", "many"]) == 2
    assert "number of threads" in capsys.readouterr().err
