"""A disk that fills while an output is written leaves the old file whole."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest

from trivium.errors import DataError
from trivium.program import Program

if sys.platform == "win32":
    pytest.skip("the size of files is limited on Unix alone", allow_module_level=True)
import resource

Rows = list[tuple[int, str]]
FORMATS = [
    "p",
    "p(IO=csv)",
    "p(IO=tsv)",
    "p(IO=jsonl)",
    "p(IO=parquet)",
    "p(IO=jsonfile)",
    "p(IO=sqlite)",
]


@contextmanager
def room_for(bytes_: int) -> Iterator[None]:
    """Files may not grow beyond some bytes: writing then fails as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def program_of(output: str) -> Program:
    declared = ".decl p(x: number, s: symbol)\n.decl q(x: number, s: symbol)\n"
    return Program(f"{declared}.output {output}\np(x, s) :- q(x, s).")


def stays_whole(
    program: Program, rows: Rows, folder: Path, room: AbstractContextManager[None]
) -> Path:
    """The file of one row, which rows that find too little room leave as it was."""
    program.run(q=[(1, "old")], output_dir=folder)
    (path,) = folder.iterdir()
    old = path.read_bytes()
    with room, pytest.raises(DataError) as caught:
        program.run(q=rows, output_dir=folder)
    assert caught.value.number == 659
    assert str(path) in caught.value.message
    assert "None" not in caught.value.message
    assert [p.name for p in folder.iterdir()] == [path.name]
    assert path.read_bytes() == old
    return path


@pytest.mark.parametrize("output", FORMATS)
def test_the_old_file_stays(output: str, tmp_path: Path) -> None:
    program = program_of(output)
    rows = [(i * 12345, f"a longer text {i * 7919}") for i in range(5000)]
    path = stays_whole(program, rows, tmp_path, room_for(20_000))
    old = path.read_bytes()
    assert len(program.run(q=rows, output_dir=tmp_path)["p"]) == 5000
    assert path.read_bytes() != old


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here: that takes Linux and its root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("output", FORMATS)
def test_the_old_file_stays_on_a_small_disk(output: str, small_disk: Path) -> None:
    rows = [(i * 12345, f"a longer text {i * 7919}, and {i * i * 104729}") for i in range(60_000)]
    stays_whole(program_of(output), rows, small_disk, nullcontext())


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    blocked = tmp_path / "out"
    blocked.write_text("a file")
    with pytest.raises(DataError) as caught:
        Program("p(1).\n.output p").run(output_dir=blocked)
    assert caught.value.number == 659
    assert blocked.read_text() == "a file"
