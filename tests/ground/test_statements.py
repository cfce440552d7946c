"""Facts read from sentences: what, of whom, how much, when, and from which bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ground.samples import quietly

from trivium.ground.passage import passages_of
from trivium.ground.sentences import sentences
from trivium.ground.statements import facts_of
from trivium.ground.table import Table
from trivium.source import Place


def rows(table: Table | None, *columns: str) -> list[tuple[str, ...]]:
    if table is None:
        return []
    return list(zip(*(table.column(column).raw for column in columns), strict=True))


def statements(text: str, heading: str = "") -> list[tuple[str, ...]]:
    found = facts_of(passages_of(text, Place("t"), heading))
    return rows(found.statements, "subject", "property", "value")


def quantities(text: str, heading: str = "") -> list[tuple[str, ...]]:
    found = facts_of(passages_of(text, Place("t"), heading))
    return rows(found.quantities, "subject", "property", "value", "date")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The capital of France is Paris.", ("France", "capital", "Paris")),
        ("Paris is the capital of France.", ("France", "capital", "Paris")),
        ("France's capital is Paris.", ("France", "capital", "Paris")),
        ("Acme Corp. was founded in 1923 by Ann Lee.", ("Acme Corp.", "founded", "1923")),
        ("Acme Corp. was founded in 1923 by Ann Lee.", ("Acme Corp.", "founded by", "Ann Lee")),
        ("Skylab was launched without crew on 1 May 1973.", ("Skylab", "launched", "1 May 1973")),
        ("Ann Lee was born in Oslo on 5 May 1960.", ("Ann Lee", "born in", "Oslo")),
        ("Ann Lee was born in Oslo on 5 May 1960.", ("Ann Lee", "born", "5 May 1960")),
        ("Ann Lee directed Inception in 2010.", ("Ann Lee", "directed", "Inception")),
        ("Tim Cook, the chief of Apple, spoke.", ("Apple", "chief", "Tim Cook")),
        ("Curie (7 May 1867 – 4 July 1934) was a physicist.", ("Curie", "died", "4 July 1934")),
        ("Arthur's Magazine was a periodical.", ("Arthur's Magazine", "is", "a periodical")),
        ("The University of Oslo is a school.", ("University of Oslo", "is", "a school")),
    ],
)  # fmt: skip
def test_statement(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in statements(text)


def test_a_role_is_placed_at_its_holder() -> None:
    text = "It rains. The city of Paris is the capital of France."
    found = facts_of(passages_of(text, Place("t"))).statements
    assert rows(found, "subject", "property", "value") == [
        ("France", "capital", "city of Paris"), ("city of Paris", "is", "the capital of France"),
    ]  # fmt: skip


def test_what_follows_a_value_belongs_to_it() -> None:
    text = "The film was based on a play by Ann Lee."
    assert statements(text) == [("film", "based on", "a play")]


def test_pronouns_mean_the_subject_before() -> None:
    text = "Acme Corp. was founded in 1923. It was sold to Ann Lee. Its headquarters is in Oslo."
    assert statements(text)[1:] == [
        ("Acme Corp.", "sold to", "Ann Lee"),
        ("Acme Corp.", "headquarters", "Oslo"),
    ]
    text = "Acme Corp. makes steel. The company employs 4,500 people."
    assert quantities(text) == [("Acme Corp.", "people", "4,500", "")]


def test_keys_and_values() -> None:
    assert statements("Area: 45 km²", "Oslo") == [("Oslo", "Area", "45 km²")]
    assert quantities("Area: 45 km²", "Oslo")[0][:3] == ("Oslo", "Area", "45")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Revenue rose 12% to $3.4 million in 2019 from $3.0 million in 2018.",
            [("", "Revenue", "12%", "2019"), ("", "Revenue", "$3.4 million", "2019"),
             ("", "Revenue", "$3.0 million", "2018")],
        ),
        (
            "Net income was $5.0 million and $4.2 million in 2019 and 2018, respectively.",
            [("", "Net income", "$5.0 million", "2019"),
             ("", "Net income", "$4.2 million", "2018")],
        ),
        (
            "In 2020, costs fell by 3%, while revenue grew to $6 million.",
            [("", "costs", "3%", "2020"), ("", "revenue", "$6 million", "2020")],
        ),
        (
            "The company's cash was $12.5 million as of March 31, 2019, compared to $10.1 million"
            " as of March 31, 2018.",
            [("company", "cash", "$12.5 million", "March 31, 2019"),
             ("company", "cash", "$10.1 million", "March 31, 2018")],
        ),
        ("Paris has a population of 2,148,000.", [("Paris", "population", "2,148,000", "")]),
        ("Norway won 12 gold medals in 1994.", [("Norway", "gold medals", "12", "1994")]),
        ("The bridge cost $300 million.", [("bridge", "cost", "$300 million", "")]),
        ("The firm generated $5 million in revenue.", [("firm", "revenue", "$5 million", "")]),
        ("See Note 5 and Figure 2.", []),
    ],
)  # fmt: skip
def test_quantity(text: str, expected: list[tuple[str, ...]]) -> None:
    assert quantities(text) == expected


def test_changes_and_units() -> None:
    text = "Revenue rose 12% to $3.4 million. Costs were € 5 million. Sales fell by 300 units."
    table = facts_of(passages_of(text, Place("t"))).quantities
    assert rows(table, "unit", "change") == [
        ("%", "increase"), ("$", ""), ("€", ""), ("units", "decrease"),
    ]  # fmt: skip
    assert [cell.number for cell in table.column("value").cells[:2]] == [12, 3_400_000]


def test_each_row_knows_its_bytes(tmp_path: Path) -> None:
    page = "<h1>Größe</h1><p>Ä. The capital of <b>France</b> is\n<i>Paris</i>. It has 12 parks.</p>"
    path = tmp_path / "t.html"
    path.write_bytes(page.encode())
    facts = facts_of(quietly(path).passages)
    data = path.read_bytes()
    value, sentence = facts.statements.at(0, "value"), facts.statements.at(0)
    assert data[value.start : value.end] == b"Paris"
    assert data[sentence.start : sentence.end].startswith(b"The capital of <b>")
    number = facts.quantities.at(0, "value")
    assert data[number.start : number.end] == b"12"


def test_columns_are_typed_like_any_table() -> None:
    found = facts_of(
        passages_of("Revenue was $3 million in 2019. Cost was $2 million.", Place("t"))
    )
    types = {name: kind for name, kind, _ in found.quantities.relation_columns()}
    assert types["row"] == types["passage"] == types["value"] == "number"
    assert found.quantities.relation_columns()[0][0] == "row"


def test_nothing_said() -> None:
    assert facts_of([]).tables == []
    assert facts_of(passages_of("Oh well.", Place("t"))).tables == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. No opened in 1962. It cost $1.1 million.", 2),
        ("J. K. Rowling wrote it. The U.S. Senate met.", 2),
        ("Apple Inc. reported profit. Sales rose 3.5 percent.", 2),
        ("日本語です。次の文です。", 2),
        ("one line with no end", 1),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="The costfall12,.3%$()-'’ :;\n20195Né。", max_size=120))
def test_any_text_can_be_read(text: str) -> None:
    """No text breaks the reading, and each value stands where its fact says."""
    for passage in passages_of(text, Place("t"), "Heading"):
        found = facts_of([passage])
        for table in found.tables:
            for value in table.column("value").raw:
                assert value in passage.text
