"""`trivium ask`: answers, evidence, JSON, programs, and everything that can be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FLIGHTS = EXAMPLES / "flights.csv"
LONGEST = "which flight has the greatest duration?"

KEYS = {
    "question", "value", "unit", "confidence", "status", "reason", "words", "program", "proof",
    "evidence", "alternatives", "reading", "columns", "deciding", "mends", "usage", "virtual",
    "cost", "seconds",
}  # fmt: skip


def test_the_answer_comes_first_and_the_cells_are_marked(trivium):
    ran = trivium("ask", LONGEST, FLIGHTS)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "Gemini 7"
    assert lines[1].startswith("confidence 0.")
    assert "proved" in lines[1] or "likely" in lines[1]
    assert "‹Gemini 7›" in ran.out
    assert "‹330 h 35 min›" in ran.out
    assert ":-" in ran.out


def test_json(trivium):
    ran = trivium("ask", LONGEST, FLIGHTS, "--json")
    answer = json.loads(ran.out)
    assert set(answer) == KEYS
    assert answer["value"] == "Gemini 7"
    assert answer["status"] in ("proved", "likely")
    assert 0 < answer["confidence"] <= 1
    assert any({"file", "row", "column"} <= set(place) for place in answer["evidence"])
    assert answer["usage"]["calls"] == 0
    assert all(set(other) == {"value", "score", "words"} for other in answer["alternatives"])


def test_why_shows_the_whole_proof(trivium):
    short = trivium("ask", "how many flights had a crew of 3?", FLIGHTS).out
    whole = trivium("ask", "how many flights had a crew of 3?", FLIGHTS, "--why").out
    assert len(whole) > len(short)


def test_text_is_cited(trivium, tmp_path):
    own = tmp_path / "own.dl"
    own.write_text('answer(v) :- quantities(value: v, subject: s), contains("Roving", s).\n')
    question = "what was the mass of the Lunar Roving Vehicle?"
    ran = trivium("ask", question, EXAMPLES / "landings.html", "--program", own)
    assert ran.out.startswith("210\n")
    assert "‹The Lunar Roving Vehicle had a mass of 210 kg" in ran.out


def test_unknown_says_why_and_is_no_error(trivium):
    ran = trivium("ask", "who painted the Mona Lisa?", FLIGHTS)
    assert ran.code == 0
    assert ran.out.startswith("unknown\n")
    answer = json.loads(trivium("ask", "who painted the Mona Lisa?", FLIGHTS, "--json").out)
    assert answer["value"] is None
    assert answer["status"] == "unknown"
    assert answer["reason"]


def test_confidence_can_be_demanded(trivium):
    ran = trivium("ask", LONGEST, FLIGHTS, "--min-confidence", "1", "--json")
    answer = json.loads(ran.out)
    assert answer["status"] == "unknown"
    assert "confiden" in answer["reason"]


def test_the_program_can_be_kept_and_run(trivium, tmp_path):
    printed = trivium("ask", LONGEST, FLIGHTS, "--program")
    assert printed.code == 0
    assert "answer" in printed.out
    kept = tmp_path / "kept.dl"
    kept.write_text(printed.out, "utf-8")
    ran = trivium("ask", LONGEST, FLIGHTS, "--program", kept)
    assert ran.code == 0
    assert ran.out.startswith("Gemini 7\n")


def test_a_source_may_follow_program(trivium):
    ran = trivium("ask", LONGEST, "--program", FLIGHTS)
    assert ran.code == 0
    assert "answer" in ran.out


def test_a_supplied_program(trivium, tmp_path):
    own = tmp_path / "own.dl"
    own.write_text("answer(n) :- n = count : { flights(crew: 2) }.\n")
    ran = trivium("ask", "how many pairs?", FLIGHTS, "--program", own, "--json")
    answer = json.loads(ran.out)
    assert answer["value"] == 10
    assert answer["status"] in ("proved", "likely")
    assert answer["program"].strip() == own.read_text().strip()


@pytest.mark.parametrize(
    ("text", "code", "number"),
    [
        ("answer(x) :- flight(crew: x).", 2, "E201"),
        ("answer(x) :- flights(crw: x).", 2, "E204"),
        ("answer(x :- flights(crew: x).", 2, "E101"),
        ("reply(x) :- flights(crew: x).", 2, "E201"),
        ("answer(x, y) :- flights(crew: x, flight: y).", 2, "E203"),
        ("answer(0). answer(x + 1) :- answer(x), x < 900000000.", 3, "E30"),
    ],
)
def test_a_supplied_program_that_fails(trivium, tmp_path, text, code, number):
    own = tmp_path / "own.dl"
    own.write_text(text)
    ran = trivium("ask", "?", FLIGHTS, "--program", own)
    assert ran.code == code
    assert ran.err.startswith(number)


def test_a_bad_source_does_not_hide_the_others(trivium, tmp_path):
    ran = trivium("ask", LONGEST, tmp_path / "none.csv", FLIGHTS)
    assert ran.code == 0
    assert ran.out.startswith("Gemini 7")
    assert ran.err.startswith("E601")
    assert "left out" in ran.err


def test_only_bad_sources(trivium, tmp_path):
    ran = trivium("ask", LONGEST, tmp_path / "none.csv")
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("E601")


@pytest.mark.parametrize(
    "arguments",
    [
        (LONGEST,),
        (LONGEST, FLIGHTS, "--min-confidence", "2"),
        (LONGEST, FLIGHTS, "--min-confidence", "high"),
        (LONGEST, FLIGHTS, "--record", "a", "--replay", "b"),
    ],
)
def test_mistakes_in_the_arguments(trivium, arguments):
    ran = trivium("ask", *arguments)
    assert ran.code == 2
    assert "usage: " in ran.err


def test_a_missing_record(trivium, tmp_path):
    ran = trivium("ask", LONGEST, FLIGHTS, "--replay", tmp_path / "none.jsonl")
    assert ran.code == 2
    assert ran.err.startswith("E508")


def test_recording_needs_a_model(trivium, tmp_path):
    ran = trivium("ask", LONGEST, FLIGHTS, "--record", tmp_path / "new.jsonl")
    assert ran.code == 2
    assert ran.err.startswith("E509")


@pytest.mark.parametrize("question", ["", "   ", "?", "!!!"])
def test_an_empty_question(trivium, question):
    ran = trivium("ask", question, FLIGHTS)
    assert ran.code == 2 or ran.out.startswith("unknown")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "question",
    [
        "¿Qué vuelo duró más tiempo?",
        "最も長い飛行は何ですか",
        "x" * 5000,
        "[bold]which[/bold] flight? \x00 \x1b[31m",
        "'; DROP TABLE flights; --",
    ],
)
def test_strange_questions(trivium, question):
    ran = trivium("ask", question, FLIGHTS)
    assert ran.code == 0
    assert ran.err == ""


def test_an_endpoint_that_is_down_leaves_the_built_in_programmer(trivium):
    ran = trivium("ask", LONGEST, FLIGHTS, "--model", "none", "--base-url", "http://127.0.0.1:9/v1")
    assert ran.code == 0
    assert ran.out.startswith("Gemini 7")
    assert "E401" in ran.out + ran.err or "E501" in ran.out + ran.err
