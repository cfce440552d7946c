"""The engine's benchmarks run, and the engines find the same rows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench.engine.memory import table

from trivium.engine.native import available

SOME = ["tc-chain", "andersen", "shortest-paths", "4-cycles", "group-sum"]


def test_engines_agree_on_small_workloads(tmp_path: Path) -> None:
    engines = ["native"] if available() else []
    command = [
        *(sys.executable, "-m", "bench.engine", "--scale", "0.01", "--runs", "1"),
        *("--engines", ",".join([*engines, "reference", "duckdb"])),
        *("--data", str(tmp_path / "data"), "--json", str(tmp_path / "out.json")),
        *("--only", *SOME),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    lines = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert [line["workload"] for line in lines] == SOME
    assert "geometric mean" in ran.stdout


@pytest.mark.skipif(not available(), reason="the native engine was not built")
def test_the_limit_is_measured() -> None:
    command = [sys.executable, "-m", "bench.engine.limit", "--scale", "0.01", "--runs", "1"]
    sizes = ["--far", "8", "--cached", "64", "--only", "tc-chain", "shortest-paths"]
    ran = subprocess.run([*command, *sizes], capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    lines = {line.split()[0]: line.split()[1:] for line in ran.stdout.splitlines() if line.strip()}
    assert lines["tc-chain"][:2] == ["465", "465"]  # a chain of 31 nodes: each pair, found once
    assert "shortest-paths" in lines


def test_the_memory_of_a_row() -> None:
    ours = {"rows": 2_000, "before": 3 * 1024, "peak": 5 * 1024}
    line = {
        "workload": "closure",
        "engines": {"trivium": {"best": ours}, "souffle": {"best": {"peak": 7 * 1024}}},
    }
    undone = {"workload": "other", "engines": {"trivium": {"best": None}}}
    head, rule, *rows = table([line, undone]).splitlines()
    assert [[cell.strip() for cell in row.strip("|").split("|")] for row in rows] == [
        ["closure", "2,000", "5", "2", "1048.6", "7"]
    ]
    assert head.count("|") == rule.count("|") == rows[0].count("|")
