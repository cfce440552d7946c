"""Imports point one way: each layer knows those before it, never those after it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "trivium"

# Parts on one line may know each other.
LAYERS = (
    ("errors", "source"),
    ("ir", "syntax"),
    ("analyse",),
    ("optimise",),
    ("plan",),
    ("engine", "files", "proofs"),
    ("probability",),
    ("provenance",),
    ("maintain",),
    ("dialects", "program", "result"),
    ("ground", "models", "solver", "torch"),
    ("ask", "guard"),
    ("machine",),
    ("cli", "web"),
    ("__main__",),
)
RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}

FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(path: Path) -> Iterator[tuple[int, str]]:
    """Line and part of each import from this package, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import():
                names = [alias.name for alias in node.names]
            case ast.ImportFrom(module=str(module)):
                names = [f"{module}.{alias.name}" for alias in node.names]
            case _:
                continue
        for name in names:
            words = name.split(".")
            if words[0] == "trivium" and words[1] in RANK:
                yield node.lineno, words[1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    own = part_of(path)
    upward = [
        f"line {line}: {own} imports {other}"
        for line, other in imported_parts(path)
        if RANK[other] > RANK[own]
    ]
    assert not upward


def test_every_part_has_a_layer():
    assert {part_of(path) for path in FILES} <= set(RANK)
