"""`trivium ask -i`: lines in, answers out; questions that go on, commands, errors."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

FLIGHTS = Path(__file__).resolve().parents[2] / "examples" / "flights.csv"


def said(trivium, monkeypatch: pytest.MonkeyPatch, *lines: str, options: tuple[str, ...] = ()):
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return trivium("ask", "-i", FLIGHTS, *options)


def test_a_question_goes_on_from_the_one_before(trivium, monkeypatch):
    ran = said(trivium, monkeypatch, "how many flights were launched in 1969?", "and in 1965?")
    assert ran.code == 0
    assert [line for line in ran.out.splitlines() if line.isdigit()] == ["4", "5"]


def test_commands(trivium, monkeypatch):
    ran = said(
        trivium, monkeypatch, "why", "flights per programme", "plot", "words", "why", "program",
        "tables", "help", "quit", "how many flights were there?",
    )  # fmt: skip
    assert "nothing was answered yet" in ran.out
    assert "█" in ran.out
    assert "per  per, operation" in ran.out
    assert "flights(row: " in ran.out
    assert "Programme" in ran.out
    assert "Ctrl-D" in ran.out
    assert not any(line.isdigit() for line in ran.out.splitlines())


def test_definitions(trivium, monkeypatch):
    ran = said(
        trivium, monkeypatch, "define skipper = commander", "who was the skipper of Apollo 11?",
        "who was the boss of Apollo 8?", options=("--define", "boss=commander"),
    )  # fmt: skip
    assert "Neil Armstrong" in ran.out
    assert "Frank Borman" in ran.out


def test_errors_end_nothing(trivium, monkeypatch):
    ran = said(
        trivium, monkeypatch, "???", "plot", "how many flights were launched in 1969?", "plot"
    )
    assert ran.code == 0
    assert "E670" in ran.err
    assert "E674" in ran.err
    assert "4" in ran.out.splitlines()


def test_a_definition_on_the_command_line_is_a_name_and_a_meaning(trivium):
    ran = trivium("ask", "how many?", FLIGHTS, "--define", "skipper")
    assert ran.code == 2
    assert "NAME=MEANING" in ran.err
