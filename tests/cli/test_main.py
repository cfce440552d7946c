"""The command line as a whole: help, exit codes, warnings, and what it imports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from trivium import __version__
from trivium.errors import DataWarning, LimitError, ModelError

HEAVY = ("numpy", "duckdb", "pyarrow", "rich", "openai", "openpyxl", "pypdf", "docx", "torch")


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "trivium", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)  # type: ignore[call-overload,no-any-return]


def loaded_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return {name.partition(".")[0] for name in ran.stderr.split()}


@pytest.mark.parametrize(
    "code",
    [
        "import trivium",
        "from trivium.cli import main; main(['--help'])",
        "from trivium.cli import main; main(['ask', '--help'])",
        "from trivium.cli import main; main(['explain', 'E202'])",
    ],
)
def test_nothing_heavy_is_imported(code):
    assert loaded_after(code).isdisjoint(HEAVY)


def test_help_and_version(trivium):
    assert trivium("--help").code == 0
    assert trivium("--version").out == f"trivium {__version__}\n"
    for command in ("ask", "read", "run", "explain"):
        ran = trivium(command, "--help")
        assert ran.code == 0
        assert f"usage: trivium {command}" in ran.out


@pytest.mark.parametrize("arguments", [[], ["fly"], ["run"], ["ask"], ["run", "--fast"]])
def test_mistakes_in_the_arguments(trivium, arguments):
    ran = trivium(*arguments)
    assert ran.code == 2
    assert "usage: " in ran.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LimitError(302, "too many rows"), 3),
        (ModelError(501, "no connection"), 2),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError("by zero"), 1),
        (MemoryError(), 3),
    ],
)
def test_exit_codes(trivium, paths, monkeypatch, error, code):
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("trivium.cli.run.run_program", fail)
    ran = trivium("run", paths)
    assert ran.code == code
    assert "Traceback" not in ran.err
    assert ran.err.strip()


def test_a_failure_of_our_own_can_be_traced(trivium, paths, monkeypatch):
    monkeypatch.setattr("trivium.cli.run.run_program", lambda *_: 1 / 0)
    assert "TRIVIUM_DEBUG=1" in trivium("run", paths).err
    monkeypatch.setenv("TRIVIUM_DEBUG", "1")
    assert "Traceback" in trivium("run", paths).err


def test_warnings_about_data_are_one_line(trivium, paths, monkeypatch):
    def warn(*_: object) -> None:
        warnings.warn("2 rows were left out", DataWarning, stacklevel=2)
        raise KeyboardInterrupt

    monkeypatch.setattr("trivium.cli.run.run_program", warn)
    assert trivium("run", paths).err == "warning: 2 rows were left out\ninterrupted\n"


def test_exit_codes_of_the_process(paths: Path, tmp_path: Path):
    assert process("run", str(paths)).returncode == 0
    missing = process("run", str(tmp_path / "none.dl"))
    assert missing.returncode == 2
    assert missing.stderr.startswith("E601")


def test_no_colour_outside_a_terminal(paths: Path):
    assert "\x1b" not in process("run", str(paths)).stdout


def test_a_narrow_encoding_is_no_failure(tmp_path: Path):
    file = tmp_path / "p.dl"
    file.write_text('p("Ève").\nq(x) :- p(x).\n', "utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ran = process("run", str(file), env=environment)
    assert ran.returncode == 0
    assert "?ve" in ran.stdout


def test_ctrl_c_leaves_nothing_half_written(tmp_path: Path):
    file = tmp_path / "p.dl"
    file.write_text("n(0).\nn(x + 1) :- n(x), x < 100000000.\n.output n\n")
    small = tmp_path / "small.dl"
    small.write_text("n(0).\n")
    before = time.perf_counter()
    process("run", str(small))
    start = time.perf_counter() - before  # on a busy machine a start may take seconds
    command = [sys.executable, "-m", "trivium", "run", str(file), "-D", str(tmp_path / "out")]
    # Where the tests run in the background, interrupts are ignored unless asked for.
    ignored = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, ignored)
    time.sleep(1 + 3 * start)
    running.send_signal(signal.SIGINT)
    try:
        _, printed = running.communicate(timeout=120)
    finally:
        running.kill()
    assert running.returncode == 130
    assert printed == "interrupted\n"
    assert not (tmp_path / "out").exists()


def test_a_closed_pipe_is_silent(tmp_path: Path):
    file = tmp_path / "p.dl"
    file.write_text("p(0).\np(x + 1) :- p(x), x < 20000.\n")
    command = f"{sys.executable} -m trivium run {file} --format csv | head -n 1"
    ran = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
    assert ran.stderr == ""
