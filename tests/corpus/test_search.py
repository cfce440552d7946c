"""Passages that a question needs: by their words, and by being spoken of in those."""

from __future__ import annotations

from trivium.corpus.search import Search
from trivium.ground.passage import Passage
from trivium.ground.retrieve import Retriever
from trivium.source import Place

SAID = {
    "Blue Harbour": "Blue Harbour is a 1971 film directed by Ida Norrby.",
    "Ida Norrby": "She came from Lund and died in 1999.",
    "Harbours": "Ships are kept where the water is deep.",
    "Directors (film)": "They lead how pictures are made, and were not always so called.",
}


def search() -> Search:
    return Search([Passage(text, Place("a.md"), heading) for heading, text in SAID.items()])


def headings(question: str, k: int = 2) -> list[str]:
    hits = search().search(question, k)
    return [hit.entry.passage.heading for hit in hits if hit.entry.passage]


def test_what_the_best_passage_speaks_of_comes_next():
    question = "Where was the director of Blue Harbour born?"
    words = Retriever.over(search().passages).search(question, 4)
    assert "Ida Norrby" not in [hit.entry.passage.heading for hit in words if hit.entry.passage]
    assert headings(question)[0] == "Blue Harbour"
    assert "Ida Norrby" in headings(question, 3)


def test_a_heading_that_the_question_names_comes_first():
    assert headings("when did ida norrby die?")[0] == "Ida Norrby"


def test_nothing_is_found_for_words_that_no_passage_has():
    assert headings("xyzzy") == []
    assert Search([]).search("anything") == []
