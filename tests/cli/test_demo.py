"""What `make demo` shows: true answers, one of them unknown, in far less than a minute."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[2] / "examples" / "demo.py"

# Checked by hand against the files.
TRUE = (
    "Gemini 7", "4", "Jim Lovell", "Apollo 14", "88.9 kg", "3", "35.625", "Skylab 4",
    "Apollo 17", "unknown",
)  # fmt: skip


@pytest.fixture(scope="module")
def shown() -> str:
    start = time.perf_counter()
    environment = {**os.environ, "COLUMNS": "120", "TRIVIUM_MODEL": ""}
    ran = subprocess.run(
        [sys.executable, str(DEMO)], capture_output=True, text=True, timeout=60, env=environment
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert time.perf_counter() - start < 30
    return ran.stdout


def test_the_answers_are_true(shown):
    sections = shown.split("\n$ trivium ask ")[1:]
    assert tuple(section.splitlines()[2] for section in sections) == TRUE


def test_every_answer_but_unknown_has_a_proof_and_marked_cells(shown):
    sections = shown.split("\n$ trivium ")[1:]
    for section, answer in zip(sections, TRUE, strict=False):
        assert ("└─ " in section) == (answer != "unknown")
        assert ("‹" in section) == (answer != "unknown")
