"""Names and the things that they mean."""

from __future__ import annotations

import pytest

from trivium.corpus.things import Reading, Things
from trivium.ground.passage import Passage
from trivium.source import Place


def things(**said: str) -> Things:
    return Things.of(
        Passage(text, Place(name), name.replace("_", " ")) for name, text in said.items()
    )


HELD = things(
    Ramon_Berenguer_IV="Ramon Berenguer IV (1114 – 1162) was a count.",
    Ramon_Berenguer_III="Ramon Berenguer III was a count.",
    Henry_Vane="Sir Henry Vane, 2nd Baronet (1771 – 1813), also known as Harry Vane, was a lord.",
    Łucja_Øst="Łucja Øst is a painter.",
)


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("Ramon Berenguer IV", "Ramon Berenguer IV"),
        ("Count Ramon Berenguer IV of Barcelona", "Ramon Berenguer IV"),
        ("Harry Vane", "Henry Vane"),
        ("henry vane", "Henry Vane"),
        ("Lucja Ost", "Łucja Øst"),
    ],
)
def test_a_name_links_to_its_thing(name: str, thing: str):
    assert HELD.named(name)[0].thing == thing


@pytest.mark.parametrize("name", ["Ramon Berenguer V", "Nobody", "", "Vane Street"])
def test_what_no_document_speaks_of_links_to_nothing(name: str):
    assert HELD.named(name) == []


def test_of_two_of_one_name_the_words_around_decide():
    both = things(**{
        "Ann_Lee_(pilot)": "Ann Lee was a pilot.", "Ann_Lee_(director)": "Ann Lee is a director.",
    })  # fmt: skip
    assert both.named("Ann Lee", "director film")[0].thing == "Ann Lee (director)"
    assert both.named("Ann Lee", "pilot")[0].thing == "Ann Lee (pilot)"


def test_what_was_read_is_not_read_again(monkeypatch: pytest.MonkeyPatch):
    reading = Reading()
    passages = [Passage(f"Ann {n} was born in Rome.", Place("a"), f"Ann {n}") for n in range(5)]
    first = reading.read(passages)
    read = []
    from trivium.corpus import things as module

    whole = module.statements_of
    monkeypatch.setattr(module, "statements_of", lambda *a: (read.append(a), whole(*a))[1])
    passages[3] = Passage("Ann 3 was born in Oslo.", Place("a"), "Ann 3")
    again = reading.read(passages)
    assert len(read) == 1
    assert again[:3] == first[:3]
    assert again == Reading().read(passages)
