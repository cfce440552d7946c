"""What keeps the house in order: public names are sorted, and the language needs no libraries."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "trivium"
FILES = sorted(PACKAGE.rglob("*.py"))
LANGUAGE = ("errors.py", "source.py", "ir/", "syntax/", "analyse/", "optimise/")


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_public_names_are_sorted(path: Path) -> None:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names = ast.literal_eval(node.value)
            assert list(names) == sorted(names)


@pytest.mark.parametrize("path", [p for p in FILES if name_of(p).startswith(LANGUAGE)], ids=name_of)
def test_the_language_imports_only_pythons_own_library(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        # SQL is read by a library: its grammar is not ours, and has many dialects.
        known = {"sqlglot"} if name_of(path).startswith("syntax/sql/") else set()
        for name in names:
            if name.split(".")[0] in known:
                continue
            assert name.split(".")[0] in {"trivium", *sys.stdlib_module_names}, name
