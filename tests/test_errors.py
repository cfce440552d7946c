"""Each mistake is answered with its number, place, law and cure: NAME.dl gives NAME.expected, and
so does NAME.problem, a problem of logic.

Run with TRIVIUM_ACCEPT=1 to write the expected files anew, and read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trivium.analyse import analyse
from trivium.errors import CATALOGUE, TriviumError
from trivium.program import Program
from trivium.solver.solve import solve
from trivium.source import Source
from trivium.syntax.souffle import parse

FOLDER = Path(__file__).parent / "errors"
PROGRAMS = sorted([*FOLDER.glob("*.dl"), *FOLDER.glob("*.problem"), *FOLDER.glob("*.sql")])
MEDALS = {"nation": ["Norway", "Sweden"], "gold": [10, 9]}


def check(path: Path, text: str) -> None:
    if path.suffix == ".sql":
        Program(text, "sql", path.name).run(medals=MEDALS)
    else:
        analyse(parse(Source(path.name, text)))


def error_of(path: Path) -> TriviumError:
    if path.suffix == ".problem":
        pytest.importorskip("z3", reason="pip install trivium[solve]")
        with pytest.raises(TriviumError) as caught:
            solve(path.read_text(encoding="utf-8"), name=path.name)
        return caught.value
    text = path.read_text(encoding="utf-8")
    with pytest.raises(TriviumError) as caught:
        check(path, text)
    return caught.value


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_error_text(path: Path) -> None:
    expected = path.with_suffix(".expected")
    text = f"{error_of(path)}\n"
    if os.environ.get("TRIVIUM_ACCEPT"):
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


def test_every_language_error_is_provoked() -> None:
    texts = [path.with_suffix(".expected").read_text(encoding="utf-8") for path in PROGRAMS]
    provoked = {int(text[1:4]) for text in texts}
    assert {number for number in CATALOGUE if number < 280} <= provoked


def test_every_error_shows_its_place() -> None:
    for path in PROGRAMS:
        error = error_of(path)
        assert error.span is not None, path.name
        assert f"--> {path.name}:" in str(error)
