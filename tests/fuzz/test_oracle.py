"""The oracle and the engine agree on the programs of tests/programs, whose results are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.fuzz.engines import mismatch
from tests.fuzz.programs import Case

from trivium.source import Source
from trivium.syntax.souffle import parse

PROGRAMS = sorted((Path(__file__).parents[1] / "programs").glob("*/*.dl"))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_same_rows_as_the_engine(path: Path) -> None:
    program = parse(Source(path.name, path.read_text("utf-8")))
    assert mismatch(Case(program), ("oracle", "reference")) is None
