"""Clauses that differ only in constants are one clause over a table, and mean the same."""

from __future__ import annotations

import pytest

from trivium import Program
from trivium.analyse import alike
from trivium.errors import ProgramError

NET = """
0.2::season("dry"); 0.5::season("wet"); 0.3::season("cold").
0.1::rain("yes"); 0.9::rain("no") :- season("dry").
0.6::rain("yes"); 0.4::rain("no") :- season("wet").
0.3::rain("yes"); 0.7::rain("no") :- season("cold").
0.5::rain("yes"); 0.5::rain("no") :- season("cold").
0.9::grass("wet", x) :- rain("yes"), place(x).
0.2::grass("wet", x) :- rain("no"), place(x).
0.9::grass("wet", x) :- rain("yes"), place(x).
0.4::grass("dry", x), seen(x, 1) :- rain("no"), place(x).
0.3::grass("dry", x), seen(x, 2) :- rain("yes"), place(x).
0.3::grass("dry", x), seen(x, 2) :- rain("yes"), place(x).
place(1). place(2).
"""


def answers(monkeypatch, worth: int, more: str = "") -> dict[str, float]:
    monkeypatch.setattr(alike, "WORTH", worth)
    outputs = "".join(f".output {name}\n" for name in ("season", "rain", "grass", "seen"))
    return Program(NET + more + outputs).run().answers


@pytest.mark.parametrize("more", ["", '.evidence grass("wet", 1)\n.evidence !seen(2, 2)\n'])
def test_probabilities_are_those_of_the_clauses_one_by_one(monkeypatch, more):
    expected = answers(monkeypatch, 1000, more)
    for worth in (1, 2, 3):
        assert answers(monkeypatch, worth, more) == pytest.approx(expected)


def test_two_clauses_that_are_the_same_are_two_choices(monkeypatch):
    monkeypatch.setattr(alike, "WORTH", 2)
    program = Program("0.5::a(1) :- b(1). 0.5::a(1) :- b(1). b(1).")
    assert program.run().probability("a", (1,)) == pytest.approx(0.75)


def test_the_table_is_not_shown(monkeypatch):
    monkeypatch.setattr(alike, "WORTH", 2)
    result = Program(NET).run()
    assert not [name for name in result.relations if "alike" in name]
    assert "alike" not in str(result.why("rain", ("yes",)))
    assert '0.6::rain("yes")' in str(result.why("rain", ("yes",)))


def test_what_is_wrong_in_one_clause_is_told_there(monkeypatch):
    monkeypatch.setattr(alike, "WORTH", 2)
    text = NET + '0.8::rain("yes"); 0.7::rain("no") :- season("dry").'
    with pytest.raises(ProgramError) as caught:
        Program(text)
    assert caught.value.number == 261
