"""A row that is missing: the rule, how far it gets, and the literal that fails."""

from __future__ import annotations

from trivium.program import Program

TEXT = """
.decl parent(child: symbol, parent: symbol)
.decl born(name: symbol, year: number)
parent("bo", "al"). parent("cy", "bo").
born("al", 1950). born("bo", 1975). born("cy", 2001).
ancestor(x, y) :- parent(x, y).
ancestor(x, z) :- ancestor(x, y), parent(y, z).
old(x) :- born(x, y), y < 1960.
childless(x) :- born(x, _), !parent(_, x).
grand(x) :- ancestor(x, "al"), old(x).
many(x) :- born(x, _), c = count : { parent(_, x) }, c > 1.
"""
RESULT = Program(TEXT).run()


def test_nearest_row_of_an_input() -> None:
    text = str(RESULT.why_not("ancestor", ("al", "cy")))
    assert 'no row matches parent("al", "cy")' in text
    assert 'ancestor("al", "cy") does not hold.' in text


def test_a_comparison_shows_its_values() -> None:
    (failure,) = RESULT.why_not("old", ("cy",)).failures
    assert failure.holds == ("born(x, y)",)
    assert failure.fails == "y < 1960"
    assert failure.reason == "2001 < 1960 is false"
    assert failure.bindings == ({"x": "cy", "y": 2001},)


def test_a_negation_shows_what_holds() -> None:
    (failure,) = RESULT.why_not("childless", ("al",)).failures
    assert failure.fails == "!parent(_, x)"
    assert failure.reason == 'parent(parent: "al") holds'


def test_a_derived_literal_is_followed() -> None:
    (failure,) = RESULT.why_not("grand", ("cy",)).failures
    assert failure.fails == "old(x)"
    assert failure.below is not None
    assert failure.below.failures[0].reason == "2001 < 1960 is false"


def test_an_aggregate_shows_its_result() -> None:
    (failure,) = RESULT.why_not("many", ("bo",)).failures
    assert failure.reason == "1 > 1 is false"


def test_a_missing_fact_shows_the_nearest_rows() -> None:
    text = str(RESULT.why_not("born", ("al", 1951)))
    assert text == 'born("al", 1951) does not hold: nearest: born("al", 1950)'
    text = str(RESULT.why_not("born", ("zoe", 1)))
    assert text.endswith("no row has any of these values")
