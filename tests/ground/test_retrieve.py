"""Retrieval: the right texts first, the same order each time, and scores as BM25 defines them."""

from __future__ import annotations

import math

import pytest

from trivium.ground.passage import Passage
from trivium.ground.retrieve import K1, B, Entry, Retriever, stem, words_of
from trivium.ground.table import make_table
from trivium.source import Place

PLACE = Place("t")
TEXTS = [
    "Paris is the capital of France.",
    "Oslo is the capital of Norway. It rises from a fjord.",
    "The Seine flows through Paris and many other cities of France.",
    "Bread is made of flour.",
]


def test_the_best_passage_comes_first() -> None:
    retriever = Retriever.over([Passage(text, PLACE) for text in TEXTS])
    hits = retriever.search("What is the capital of Norway?", k=2)
    assert hits[0].entry.text.strip() == TEXTS[1]
    assert hits[0].score > hits[1].score > 0
    assert retriever.search("zebra") == []
    assert retriever.search("") == []


def test_scores_are_okapi_bm25() -> None:
    retriever = Retriever([Entry("apple apple pear", PLACE), Entry("pear plum", PLACE)])
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2 * (K1 + 1) / (2 + K1 * (1 - B + B * 3 / 2.5))
    assert retriever.scores("Apples?").tolist() == pytest.approx([expected, 0])


def test_equal_scores_keep_reading_order() -> None:
    retriever = Retriever([Entry("same words", Place(str(i))) for i in range(20)])
    found = [hit.entry.place.file for hit in retriever.search("words", k=5)]
    assert found == ["0", "1", "2", "3", "4"]


def test_rows_are_found_with_their_place() -> None:
    rows = [["Italy", "12"], ["Norway", ""]]
    table = make_table("medals", ["Nation", "Gold"], rows, PLACE)
    hit = Retriever.over([], [table]).search("gold of Norway")[0]
    assert (hit.entry.row, hit.entry.text) == (1, "Nation: Norway")
    assert hit.entry.place == PLACE.at(2)


@pytest.mark.parametrize(
    "forms",
    ["country countries", "rise rises rising", "stop stops stopped stopping", "city cities"],
)
def test_forms_of_a_word_meet(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_words_of_other_scripts() -> None:
    assert words_of("Ångström 1,234.5") == ["angstrom", "1234.5"]
    assert words_of("東京都") == ["東京", "京都"]


def test_an_empty_index() -> None:
    assert Retriever([]).search("anything") == []
