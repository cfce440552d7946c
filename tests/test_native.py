"""The native engine's parts know each other one way, and define each thing once."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

NATIVE = Path(__file__).resolve().parents[1] / "native"
FILES = sorted(NATIVE.rglob("*.?pp"))
SEEN = {"base": {"base"}, "relations": {"base", "relations"}, "inference": {"base", "inference"}}
PARTS = [path for path in FILES if path.parent != NATIVE]
COMPILER = shutil.which("c++")


def name_of(path: Path) -> str:
    return path.relative_to(NATIVE).as_posix()


def test_every_folder_is_a_part() -> None:
    assert {path.parent for path in PARTS} == {NATIVE / part for part in SEEN}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_includes_point_one_way_and_name_the_part(path: Path) -> None:
    for name in re.findall(r'#include "(.+)"', path.read_text("utf-8")):
        assert (NATIVE / name).is_file(), name
        if path in PARTS:
            assert Path(name).parts[0] in SEEN[path.parent.name], name


@pytest.mark.parametrize("path", PARTS, ids=name_of)
def test_a_part_has_its_own_namespace(path: Path) -> None:
    opened = re.findall(r"^namespace ([\w:]+) \{", path.read_text("utf-8"), re.M)
    assert opened == [f"trivium::{path.parent.name}"]


@pytest.mark.parametrize("path", sorted(NATIVE.glob("module_*.cpp")), ids=name_of)
def test_what_a_module_file_has_for_itself_is_seen_by_no_other(path: Path) -> None:
    text = path.read_text("utf-8")
    open_to_all = re.sub(r"^namespace \{$.*?^\}  // namespace$", "", text, flags=re.M | re.S)
    for line in re.findall(r"^\w.*", open_to_all, re.M):
        assert line.startswith(("using ", "namespace ", "void bind_")), line


@pytest.mark.skipif(not COMPILER, reason="no C++ compiler")
def test_each_name_is_defined_once() -> None:
    """Two definitions of one type or inline function in two files are undefined behaviour that no
    compiler sees, unless one file includes them all."""
    together = "".join(f'#include "{name_of(path)}"\n' for path in PARTS)
    command = [COMPILER, "-std=c++20", "-fsyntax-only", f"-I{NATIVE}", "-xc++", "-"]
    done = subprocess.run(command, input=together, capture_output=True, text=True)
    assert not done.returncode, done.stderr
