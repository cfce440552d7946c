"""Imports point one way: each part knows those of lower ranks, and no two files know each other.

An import counts wherever it stands: at the top, inside a function, for the type checker only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "trivium"

# From the lowest to the highest; parts of one rank do not know each other. `trivium` is the file
# of public names. The old address of the semirings stands above all, so that nothing uses it.
RANKS = (
    ("source",),
    ("errors",),
    ("ir",),
    ("syntax",),
    ("analyse",),
    ("optimise",),
    ("plan",),
    ("engine",),
    ("files", "proofs", "models"),
    ("probability", "maintain"),
    ("outcome",),
    ("result",),
    ("dialects",),
    ("program",),
    ("ground",),
    ("extract", "solver", "torch"),
    ("corpus",),
    ("ask",),
    ("machine",),
    ("trivium",),
    ("cli",),
    ("__main__", "provenance"),
)
RANK = {part: rank for rank, parts in enumerate(RANKS) for part in parts}

# Imports that still point the wrong way, each with what takes it away.
UPWARD: dict[tuple[str, str], str] = {}

# Files of one folder that know each other, as importer and imported. Without these imports there
# would be no circle; each has its reason.
_NAMED = "its functions work on the object that calls them, and name its type"
MUTUAL = {
    ("ask/answer.py", "ask/show.py"): "an answer shows itself",
    ("dialects/datalog/outcome.py", "dialects/datalog/program.py"): "an outcome may run again",
    ("dialects/problog/gather.py", "dialects/problog/control.py"): "goals hold goals",
    ("dialects/problog/solve.py", "dialects/problog/control.py"): "goals hold goals",
    ("engine/classes.py", "engine/evaluate.py"): _NAMED,
    ("engine/contract.py", "engine/evaluate.py"): "an executor is asked for proofs",
    ("engine/contract.py", "engine/outside.py"): "an executor asks those outside",
    ("engine/grouping.py", "engine/evaluate.py"): _NAMED,
    ("engine/meet.py", "engine/evaluate.py"): _NAMED,
    ("engine/ranked.py", "engine/evaluate.py"): _NAMED,
    ("engine/terms.py", "engine/symbols.py"): "terms hold texts, and texts stand for terms",
    ("engine/terms.py", "engine/values.py"): "terms hold values, and values may be terms",
}


@dataclass(frozen=True)
class Import:
    """One import, by the names of both files below the package."""

    importer: str
    imported: str
    line: int


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def part_of(name: str) -> str:
    """The folder or file of the package that a file belongs to."""
    return "trivium" if name == "__init__.py" else name.split("/")[0].removesuffix(".py")


@cache
def imports() -> tuple[Import, ...]:
    return tuple(found for path in sorted(PACKAGE.rglob("*.py")) for found in imports_of(path))


def imports_of(path: Path) -> Iterator[Import]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import():
                modules = [alias.name for alias in node.names]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [f"{module}.{alias.name}" for alias in node.names]
            case ast.ImportFrom():
                pytest.fail(f"{name_of(path)}, line {node.lineno}: write the whole name")
            case _:
                continue
        for module in modules:
            words = module.split(".")
            if words[0] == "trivium":
                yield Import(name_of(path), file_of(words[1:]), node.lineno)


def file_of(words: list[str]) -> str:
    """The file of a module, or of the module that a name is taken from."""
    for at in range(len(words), -1, -1):
        path = PACKAGE.joinpath(*words[:at])
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if at and file.is_file():
                return name_of(file)
    return "__init__.py"


def test_every_part_has_a_rank():
    assert {part_of(name_of(path)) for path in PACKAGE.rglob("*.py")} == set(RANK)


def test_the_diagram_is_the_ranks():
    text = (PACKAGE.parents[1] / "CONTRIBUTING.md").read_text("utf-8")
    drawn = re.search(r"```text\n(source ←.*?)```", text, re.S)
    assert drawn
    ranks = [tuple(rank.strip().split(", ")) for rank in drawn[1].split("←")]
    assert ranks == [rank for rank in RANKS[:-1] if rank != ("trivium",)]


def test_imports_point_one_way():
    upward = {
        (found.importer, part_of(found.imported)): f"{found.importer}:{found.line}"
        for found in imports()
        if part_of(found.importer) != part_of(found.imported)
        and RANK[part_of(found.imported)] >= RANK[part_of(found.importer)]
    }
    assert sorted(f"{upward[key]} imports {key[1]}" for key in upward.keys() - UPWARD.keys()) == []
    assert sorted(UPWARD.keys() - upward.keys()) == [], "mended: take these out of UPWARD"


def test_files_know_each_other_only_where_listed():
    pairs = {(found.importer, found.imported) for found in imports() if not upwards(found)}
    pairs = {pair for pair in pairs if pair[0] != pair[1]}
    assert circle(pairs - MUTUAL.keys()) == []
    for pair in sorted(MUTUAL):
        assert circle(pairs - (MUTUAL.keys() - {pair})), f"mended: take {pair} out of MUTUAL"
        assert Path(pair[0]).parent == Path(pair[1]).parent, f"{pair} is between folders"


def upwards(found: Import) -> bool:
    return (found.importer, part_of(found.imported)) in UPWARD


def circle(pairs: set[tuple[str, str]]) -> list[str]:
    """Files that import each other in a circle, or nothing."""
    graph: dict[str, set[str]] = {}
    for importer, imported in pairs:
        graph.setdefault(importer, set()).add(imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
