"""Words of the question that stand in cells: which rows they may mean."""

from __future__ import annotations

from trivium.ask.frame import Frame, longest_run
from trivium.ask.link import link_values
from trivium.ask.search import Search
from trivium.ask.words import Question
from trivium.ground.table import make_table
from trivium.source import Place


def frame(header: str, *cells: str) -> Frame:
    return Frame(make_table("t", [header], [[cell] for cell in cells], Place("t.csv")))


def test_words_that_are_one_cell_and_stand_in_others_may_mean_both() -> None:
    table = frame("People", "French", "French and Dutch", "Dutch", "French")
    links = link_values(Question.of("how many are French?"), table)
    assert [(link.kind, link.rows) for link in links] == [("exact", 0b1001), ("part", 0b1011)]
    counts = {p.values for p in Search(Question.of("how many are French?"), table).proposals()}
    assert {(2.0,), (3.0,)} <= counts


def test_words_that_are_only_whole_cells_are_found_once() -> None:
    links = link_values(Question.of("how many are French?"), frame("People", "French", "Dutch"))
    assert [link.kind for link in links] == ["exact"]


def test_an_opponent_may_be_given_without_the_venue() -> None:
    question = Question.of("who was the opponent after Boston?")
    found = Search(question, frame("Opponent", "Boston", "at Chicago")).proposals()
    assert {("at Chicago",), ("Chicago",)} <= {p.values for p in found}


def test_the_longest_run() -> None:
    assert [longest_run(mask) for mask in (0, 1, 0b101, 0b111, 0b1101110)] == [0, 1, 1, 3, 3]
