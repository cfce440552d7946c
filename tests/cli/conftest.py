"""Run the command line in this process, and look at what it printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from trivium.cli import main

PATHS = """
edge(1, 2).
edge(2, 3).
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), edge(y, z).
.output path
"""


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Trivium = Callable[..., Ran]


@pytest.fixture
def trivium(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Trivium:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "TRIVIUM_MODEL", "TRIVIUM_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Ran:
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run


@pytest.fixture
def paths(tmp_path: Path) -> Path:
    file = tmp_path / "paths.dl"
    file.write_text(PATHS, "utf-8")
    return file
