"""What passages state, and that each fact is at the characters that say so."""

from __future__ import annotations

import pytest

from trivium.extract.stated import statements_of

FILM = "Blue Harbour is a 1971 Danish film directed by Ida Norrby and Olof Berg, starring Pia Lund."
LIFE = "Ida Norrby (2 May 1930 – 7 June 1999) was a Swedish director born in Lund."


def told(text: str, heading: str = "") -> set[tuple[str, str, str]]:
    return {(f.subject, f.relation, f.value) for f in statements_of(text, heading).facts}


@pytest.mark.parametrize(
    ("text", "heading", "fact"),
    [
        (FILM, "Blue Harbour", ("Blue Harbour", "director", "Ida Norrby")),
        (FILM, "Blue Harbour", ("Blue Harbour", "director", "Olof Berg")),
        (FILM, "Blue Harbour", ("Blue Harbour", "cast member", "Pia Lund")),
        (FILM, "Blue Harbour", ("Blue Harbour", "date", "1971")),
        (FILM, "Blue Harbour", ("Blue Harbour", "nationality", "Danish")),
        (LIFE, "Ida Norrby", ("Ida Norrby", "date of death", "7 June 1999")),
        (LIFE, "Ida Norrby", ("Ida Norrby", "place of birth", "Lund")),
        (LIFE, "Ida Norrby", ("Ida Norrby", "nationality", "Swedish")),
        ("He was born in Bergen. His father was Knut Dahl.", "Nils Dahl",
         ("Nils Dahl", "father", "Knut Dahl")),
        ("She was the second daughter of Karl Holm and his wife Anna Falk.", "Eva Holm",
         ("Eva Holm", "mother", "Anna Falk")),
        ("Acme was founded by Ann Lee. Ann Lee was born in Rome. The company is based in Oslo.", "",
         ("Acme", "headquarters", "Oslo")),
        ("Ann Lee, daughter of Tom Lee, founded Acme in 1999.", "",
         ("Ann Lee", "father", "Tom Lee")),
        ("Ann Lee founded Acme in 1999.", "", ("Acme", "founder", "Ann Lee")),
        ("The capital of Norland is Vik.", "", ("Norland", "capital", "Vik")),
        ("Ann Lee is married to Bo Kurt, the chairman of Orbit Ltd.", "",
         ("Orbit Ltd", "leader", "Bo Kurt")),
        ("Mara Quist (born 4 March 1980 in Graz, Austria) is a chemist.", "Mara Quist",
         ("Mara Quist", "place of birth", "Graz, Austria")),
    ],
)  # fmt: skip
def test_a_fact_is_read(text: str, heading: str, fact: tuple[str, str, str]):
    assert fact in told(text, heading)


@pytest.mark.parametrize("text", [FILM, LIFE, "Nils (1900–1950), né Bo, wed Ann Ek in Åre."])
@pytest.mark.parametrize("heading", ["", "Blue Harbour", "Ida Norrby"])
def test_every_value_is_the_characters_at_its_place(text: str, heading: str):
    for fact in statements_of(text, heading).facts:
        assert text[fact.start : fact.end] == fact.value


def test_what_a_relative_did_is_not_what_the_subject_did():
    facts = told("His son Olaf was born in Rome.", "Knut Dahl")
    assert ("Knut Dahl", "place of birth", "Rome") not in facts


@pytest.mark.parametrize(
    "text", ["", " ", "...", "(", "((((" * 50, "a" * 5000, "\u2028", "A" * 3000]
)
def test_odd_texts_are_read_in_time(text: str):
    statements_of(text, "Heading")
