"""NAME.dl gives the relations in NAME.expected, on every backend, and where few rows need none.

Run with TRIVIUM_ACCEPT=1 to write the expected files anew, and read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trivium.engine.native import available
from trivium.program import Program, Result

FOLDER = Path(__file__).parent / "programs"
PROGRAMS = sorted(FOLDER.glob("*/*.dl"))
BACKENDS = ["reference", "native", None] if available() else ["reference", None]


def show(result: Result) -> str:
    """Every output relation: a line with its columns, then its rows in order."""
    parts = []
    for name in result.outputs:
        view = result[name]
        rows = ["\t".join(map(repr, row)) or "()" for row in view]
        parts.append("\n".join([f"{name}({', '.join(view.columns)})", *rows]))
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_row_has_a_proof(path: Path) -> None:
    result = Program(path.read_text(encoding="utf-8"), name=path.name).run()
    for name in result.outputs:
        for row in result[name]:
            proof = result.why(name, row)
            assert all(node.kind != "rule" or node.rule_text for node in proof.walk())
            assert str(proof).startswith(proof.text)


@pytest.mark.parametrize("backend", BACKENDS, ids=str)
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_program(path: Path, backend: str | None) -> None:
    program = Program(path.read_text(encoding="utf-8"), name=path.name)
    shown = show(program.run(backend=backend))
    expected = path.with_suffix(".expected")
    if os.environ.get("TRIVIUM_ACCEPT"):
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")
