"""Answers as text and in notebooks, whatever they hold."""

from __future__ import annotations

import pytest

from trivium.ask.answer import Answer, Status
from trivium.ask.show import answer_html, answer_text, value_text
from trivium.models.protocol import Usage
from trivium.program import Program
from trivium.source import Place


@pytest.fixture
def answer() -> Answer:
    program = "answer(n) :- games(n), n > 1.\ngames(2). games(1)."
    result = Program(program).run()
    return Answer(
        question="how many?",
        value=2,
        unit="games",
        confidence=0.934,
        status=Status.PROVED,
        program=program,
        words="the games above 1",
        proof=result.why("answer", (2,)),
        evidence=(Place("<games>.csv", row=1),),
        seconds=0.049,
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "unknown"),
        (True, "yes"),
        (0.1 + 0.2, "0.3"),
        (1234567, "1234567"),
        (381.7, "381.7"),
        ("Rome", "Rome"),
        (["Rome", 1960, 2.5], "Rome, 1960, 2.5"),
        ([], ""),
    ],
)
def test_values(value, expected):
    assert value_text(value) == expected


def test_text(answer):
    assert answer_text(answer) == (
        "2 games\nconfidence 0.93 · proved · 0.05 s\nhow: the games above 1"
    )


def test_text_of_unknown():
    unknown = Answer("who?", None, reason="no source speaks of it")
    assert answer_text(unknown).splitlines()[0] == "unknown"
    assert "why not: no source speaks of it" in answer_text(unknown)


def test_what_a_model_took():
    usage = Usage(2, 900, 100, 1.0, 0.0123)
    text = answer_text(Answer("?", 1, usage=usage))
    assert "2 model calls, 1,000 tokens · cost 0.0123" in text


def test_html_holds_everything_and_escapes_it(answer):
    page = answer_html(answer)
    for expected in ("2 games", "proved", "the games above 1", "n &gt; 1", "&lt;games&gt;.csv"):
        assert expected in page
    assert "<games>" not in page


def test_html_of_unknown():
    page = answer_html(Answer("<b>?", None, reason="a < b"))
    assert "unknown" in page
    assert "a &lt; b" in page
    assert "<details>" not in page
