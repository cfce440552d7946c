"""A supplied program: one value, several, none."""

from __future__ import annotations

import pytest

from trivium.ask.answer import Answer, Status
from trivium.errors import LimitError, ProgramError
from trivium.ground.table import make_table
from trivium.machine import Machine
from trivium.program import Limits
from trivium.source import Place

GAMES = make_table(
    "games",
    ["City", "Year"],
    [["Tokyo", "1964"], ["Paris", "1924"], ["Tokyo", "2021"]],
    Place("games.csv"),
)


def ask(text: str) -> Answer:
    return Machine().add(GAMES).run("?", text)


def test_one_value():
    answer = ask("answer(c) :- games(city: c, year: 1924).")
    assert (answer.value, answer.confidence, answer.status) == ("Paris", 1.0, Status.PROVED)
    assert {str(place) for place in answer.evidence} == {
        "games.csv, row 2, column 'City'",
        "games.csv, row 2, column 'Year'",
    }
    assert "city" in answer.words


def test_several_values_share_a_proof():
    answer = ask('answer(y) :- games(city: "Tokyo", year: y).')
    assert answer.value == [1964, 2021]
    lines = str(answer.proof).splitlines()
    assert lines[0] == "answer: 2 values"
    assert len(answer.evidence) == 4


def test_no_value():
    answer = ask("answer(c) :- games(city: c, year: 1900).")
    assert answer.value is None
    assert answer.status is Status.UNKNOWN
    assert "no row" in answer.reason


@pytest.mark.parametrize("text", ["p(1).", "answer(c, y) :- games(city: c, year: y)."])
def test_answer_has_one_column(text):
    with pytest.raises(ProgramError, match="answer"):
        ask(text)


def test_limits():
    text = "answer(0). answer(x + 1) :- answer(x), x < 900000000."
    with pytest.raises(LimitError):
        Machine().run("?", text, limits=Limits(rows=1000))
