"""The oracle and the engine agree on the programs of tests/programs, whose results are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.fuzz.engines import mismatch
from tests.fuzz.programs import Case

from trivium.source import Source
from trivium.syntax.souffle import parse

FOLDER = Path(__file__).parents[1] / "programs"
# The topics that the oracle knows; a new one comes here with what the oracle needs for it.
TOPICS = "aggregates arithmetic comparisons components names negation recursion text".split()
# Programs with what it does not know: witnesses are bodies written twice, which analysis does.
UNKNOWN = ("witness", "witness_of_value")
PROGRAMS = [
    path
    for topic in TOPICS
    for path in sorted((FOLDER / topic).glob("*.dl"))
    if path.stem not in UNKNOWN
]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_same_rows_as_the_engine(path: Path) -> None:
    program = parse(Source(path.name, path.read_text("utf-8")))
    assert mismatch(Case(program), ("oracle", "reference")) is None
