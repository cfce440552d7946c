"""The programs of the probability benchmarks mean the same in both dialects."""

from __future__ import annotations

import subprocess
import sys

SMALL = "random=6 ladder=7 smokers=2 dice=1 known=1,2,3".split()


def test_both_dialects_of_every_family_agree() -> None:
    command = [sys.executable, "-m", "bench.probability.paired", "--seconds", "20", *SMALL]
    ran = subprocess.run(
        [*command, "--rival", ""], capture_output=True, text=True, timeout=200, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "no answer differs" in ran.stdout
    # A head, a line for each program, and the verdict.
    assert len(ran.stdout.splitlines()) == 2 + 7 + 1, ran.stdout
