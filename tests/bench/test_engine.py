"""The engine's benchmarks run, and the engines find the same rows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

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
    assert lines
    assert "geometric mean" in ran.stdout
