"""The weighing of reader and search, and what is decided from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import trivium as tv
from trivium.ask.ambiguous import deciding, rival_of
from trivium.ask.answer import Status
from trivium.ask.answer_json import answer_json
from trivium.ask.belief import Belief, join
from trivium.ask.candidate import Candidate
from trivium.ask.decide import PROVED, decide
from trivium.ask.programmers.builtin import BuiltIn
from trivium.ask.programmers.protocol import Proposal
from trivium.ask.programmers.reader import Reader
from trivium.ask.programmers.weighed import Weighed
from trivium.ask.reader import read
from trivium.ask.show import answer_html, answer_text
from trivium.ask.tables import Tables
from trivium.ask.weigh import N_SIGNS, TOLD, Asked, save, signs, values_of, weighing
from trivium.errors import BackendError
from trivium.ground.table import Table, make_table
from trivium.source import Place

PEOPLE = make_table(
    "people", ["Name", "City", "Phone", "Wage"],
    [["Ann", "Leeds", "555-0101", "40"], ["Bob", "Hull", "555-0102", "55"],
     ["Cid", "Leeds", "555-0103", "70"]],
    Place("people.csv"),
)  # fmt: skip
LEEDS = "How many people are in Leeds?"


def readings(question: str, table: Table = PEOPLE) -> tuple[Candidate, ...]:
    return Reader().understand(question, Tables.over([table])).candidates


def guess(*value: Any, score: float = 0.4) -> Candidate:
    return Candidate("", value=value, score=score, programmer="built-in", told=(0.0,) * TOLD)


# --- signs ---------------------------------------------------------------------------------------


def test_a_value_of_both_programmers_is_one_value() -> None:
    read_one = readings(LEEDS)
    values = values_of(read_one, [guess("Ann"), guess(2)])
    assert [(value.read, value.found) for value, _ in values] == [(0, 1), (-1, 0)]
    assert values[0][1] is read_one[0]


@pytest.mark.parametrize("question", [LEEDS, "who earns most", "莉兹有几个人？", "zzz", "?x"])
@pytest.mark.parametrize("found", [None, [], [guess("Ann"), guess(0), guess(1.5, 1999)]])
def test_signs_of_any_question(question: str, found: list[Candidate] | None) -> None:
    candidates, rows = signs(Asked(question, [PEOPLE]), readings(question), found)
    assert rows.shape == ((len(candidates), N_SIGNS) if candidates else (0,))
    assert np.isfinite(rows).all()


def test_names_that_stand_nowhere() -> None:
    def absent(question: str, missing: str) -> list[str]:
        return Asked(question, [PEOPLE], missing).absent

    assert absent("what is the wage of Zed Nix?", "Zed, Nix") == ["Zed", "Nix"]
    assert absent("what was the wage in 2021?", "wage, 2021") == []  # it may be of all rows
    assert absent("what is the wage of Bob?", "Bob") == []  # it stands in a cell
    assert absent("what does the zed nix earn?", "zed nix") == []  # no name
    assert absent("What Was The Total Of Zed", "Zed") == []  # a title


def test_what_was_learned_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BackendError, match="E411"):
        weighing(str(tmp_path / "none.npz"))
    path, learned = str(tmp_path / "other.npz"), weighing()
    monkeypatch.setattr("trivium.ask.weigh.N_SIGNS", N_SIGNS + 1)
    save(learned, path)
    monkeypatch.undo()
    with pytest.raises(BackendError, match="other signs"):
        weighing(path)
    assert learned.sign.max() < N_SIGNS


# --- the search is asked only where it may know more ---------------------------------------------


class Counted(BuiltIn):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def propose(self, question: str, tables: Tables) -> Proposal:
        self.asked.append(question)
        return super().propose(question, tables)


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("what is the wage of Zed Nix?", False),
        ("谁的工资最高的那个天气？", False),
        ("which fellow with the biggest purse hails out of Hull?", True),
    ],
)
def test_when_the_search_is_asked(question: str, searched: bool) -> None:
    search = Counted()
    Weighed(search=search).propose(question, Tables.over([PEOPLE]))
    assert bool(search.asked) is searched


def test_scores_are_chances_in_order() -> None:
    proposal = Weighed().propose("which city has the highest wage?", Tables.over([PEOPLE]))
    scores = [candidate.score for candidate in proposal.candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)


# --- deciding ------------------------------------------------------------------------------------


def sure(value: str | int, question: str) -> Candidate:
    """A candidate with an exact reading of a question."""
    reading = read(question, [PEOPLE]).best
    assert reading is not None
    assert reading.sure
    return Candidate(reading.program, reading.sentence, (value,), reading=reading)


PHONE = sure("555-0102", "what is the phone of Bob?")
NUMBER = sure(1, "how many people are called Bob?")


@pytest.mark.parametrize(
    ("best", "other", "ambiguous"),
    [
        (Belief(PHONE, 0.6), Belief(NUMBER, 0.4), True),
        (Belief(PHONE, 0.6), Belief(NUMBER, 0.2), False),  # far behind
        (Belief(PHONE, 0.95), Belief(NUMBER, 0.6), False),  # beyond doubt
        (Belief(PHONE, 0.6), Belief(guess(1), 0.5), False),  # a guess is no reading
        (Belief(PHONE, 0.6), Belief(Candidate("", value=(1,)), 0.5), True),  # a model's program
        (Belief(Candidate("", value=(2,)), 0.6), Belief(Candidate("", value=(1,)), 0.5), False),
    ],
)
def test_two_readings_with_other_values(best: Belief, other: Belief, ambiguous: bool) -> None:
    assert (rival_of([best, other]) is not None) is ambiguous


def test_an_ambiguous_answer_holds_both_readings_and_what_decides() -> None:
    tables = Tables.over([PEOPLE])
    beliefs = [Belief(PHONE, 0.6), Belief(guess(40), 0.5), Belief(NUMBER, 0.4)]
    answer = decide("the phone number of Bob", beliefs, tables, 0.5)
    assert (answer.value, answer.status, answer.proof) == (None, Status.AMBIGUOUS, None)
    assert [other.plain for other in answer.alternatives] == ["555-0102", 1, 40]
    assert "phone" in answer.deciding
    assert "how many" in answer.deciding
    assert "Bob" not in answer.deciding  # both read it alike
    told = answer_json(answer, [PEOPLE], [])
    assert told["status"] == "ambiguous"
    assert told["deciding"] == list(answer.deciding)
    text = answer_text(answer)
    assert text.startswith("ambiguous\n")
    assert f"either: {PHONE.words}: 555-0102" in text
    assert f"or: {NUMBER.words}: 1" in text
    assert "either: " in answer_html(answer)


def test_with_no_confidence_asked_for_the_likelier_reading_is_given() -> None:
    tables = Tables.over([PEOPLE])
    candidates = [tables.run(candidate) for candidate in (PHONE, NUMBER)]
    beliefs = [Belief(candidates[0], 0.6), Belief(candidates[1], 0.4)]
    assert decide("the phone number of Bob", beliefs, tables, 0.0).value == "555-0102"


def test_readings_that_link_all_words_alike_are_decided_by_what_they_name() -> None:
    assert deciding(PHONE, PHONE) == ("phone", "Bob")
    assert deciding(PHONE, Candidate("")) == ()


@pytest.mark.parametrize(
    ("confidence", "status"), [(PROVED, Status.PROVED), (PROVED - 0.01, Status.LIKELY)]
)
def test_an_exact_reading_is_proved_where_it_is_nearly_certain(
    confidence: float, status: Status
) -> None:
    tables = Tables.over([PEOPLE])
    belief = Belief(tables.run(PHONE), confidence)
    assert decide("the phone of Bob", [belief], tables, 0.5).status is status


def test_what_the_search_finds_is_never_proved() -> None:
    tables = Tables.over([PEOPLE])
    found = BuiltIn().propose("who has the highest wage?", tables).candidates[0]
    assert decide("", [Belief(found, 0.99)], tables, 0.5).status is Status.LIKELY


def test_agreement_of_two_programmers_raises_confidence() -> None:
    joined = join([Belief(PHONE, 0.6)], [Candidate("", value=("555-0102",), score=0.5)])
    assert [(b.candidate, round(b.confidence, 6)) for b in joined] == [(PHONE, 0.8)]


def test_a_question_that_is_plain_is_proved(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Name,City,Wage\nAnn,Leeds,40\nBob,Hull,55\nCid,Leeds,70\n")
    answer = tv.Machine().add(path).ask("What is the wage of Bob?")
    assert (answer.value, answer.status) == (55, Status.PROVED)


def test_a_defect_of_the_reader_is_told_and_others_are_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise ValueError("no number")

    monkeypatch.setattr("trivium.ask.programmers.reader.read", broken)
    warnings: list[str] = []
    machine = tv.Machine(on_warning=warnings.append).add(PEOPLE)
    assert machine.ask("who has the highest wage?", min_confidence=0.0).value == "Cid"
    assert warnings == ["the reader failed on this question: ValueError: no number"]
