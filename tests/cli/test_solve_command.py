"""`trivium solve`: formulas on the command line, files, several files, and mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trivium.cli import main

HORN = ["--premise", "forall x. (Human(x) -> Mortal(x))", "--premise", "Human(socrates)"]


def test_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", *HORN, "--statement", "Mortal(socrates)"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("proved\n")
    assert "[2] Human(socrates)" in shown
    assert "by Mortal(x) :- Human(x)." in shown


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", *HORN, "--statement", "~Mortal(socrates)", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["status"], shown["value"], len(shown["used"])) == ("refuted", False, 2)
    assert shown["proof"]["relation"] == "Mortal"


def test_files_and_their_agreement(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = []
    for number in (1, 2):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_text("Premises:\nHuman(a)\nConclusion:\nHuman(a)\n", "utf-8")
    assert main(["solve", str(paths[0])]) == 0
    assert capsys.readouterr().out.startswith("proved\n")
    assert main(["solve", *map(str, paths)]) == 0
    assert capsys.readouterr().out.startswith("proved   confidence 0.")


def test_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve"]) == 2
    assert main(["solve", str(tmp_path / "none.txt")]) == 2
    assert main(["solve", "--premise", "P(a", "--statement", "P(a)"]) == 2
    assert "E101" in capsys.readouterr().err
    path = tmp_path / "slip.txt"
    path.write_text("Premises:\nHuman(a\nConclusion:\nHuman(a)\n", "utf-8")
    assert main(["solve", str(path), "--strict"]) == 2
    assert "E101" in capsys.readouterr().err
