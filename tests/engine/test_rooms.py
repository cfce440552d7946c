"""Who may know what a column is: control knows executors and relations, and never NumPy."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "trivium"
# Those whose columns are NumPy's arrays.
BACKENDS = ("engine/arrays.py", "engine/reference.py", "engine/native/")
# Between Python's values and NumPy's arrays: what is handed over, and what is seen of a result.
HOST = (
    "engine/asked.py",
    "engine/columnar.py",
    "engine/functions.py",
    "engine/functors.py",
    "engine/generators.py",
    "engine/given.py",
    "engine/host.py",
    "engine/provided.py",
    "engine/symbols.py",
    "engine/terms.py",
    "engine/tiny/terms.py",
    "engine/values.py",
    "engine/view.py",
    "files/",
)
# Updates keep the rows of a run, whatever ran it, in arrays of their own.
KEPT = ("maintain/",)
ROOMS = ("engine", "files", "maintain", "proofs")
FILES = sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))
ENGINE = sorted((PACKAGE / "engine").rglob("*.py"))
ABOVE = ("files", "proofs", "probability", "maintain", "result", "dialects", "program")


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{node.module}.{node.names[0].name}"


CONTROL = [path for path in FILES if not name_of(path).startswith((*BACKENDS, *HOST, *KEPT))]


@pytest.mark.parametrize("path", CONTROL, ids=name_of)
def test_control_knows_no_numpy(path: Path) -> None:
    assert not [name for name in imports(path) if name.split(".")[0] == "numpy"]


def test_the_lists_hold_no_file_that_needs_none() -> None:
    alone = [path for path in FILES if name_of(path) in HOST]
    assert len(alone) == len([name for name in HOST if name.endswith(".py")])
    assert all(any("numpy" in name for name in imports(path)) for path in alone)


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_the_engine_knows_nobody_above(path: Path) -> None:
    upward = [f"trivium.{part}" for part in ABOVE]
    assert not [name for name in imports(path) if name.startswith(tuple(upward))]


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_only_those_who_choose_a_backend_know_one(path: Path) -> None:
    name = name_of(path)
    known = {"engine/backends.py", "engine/tiny/view.py"}
    if name in known or name.startswith(BACKENDS):
        return
    own = ("trivium.engine.reference", "trivium.engine.native", "trivium.engine.arrays")
    assert not [other for other in imports(path) if other.startswith(own)]
