"""Messy cells: what is read out of them, and that nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trivium.ground.cells import parse_cell
from trivium.ground.dates import parse_date, parse_date_range
from trivium.ground.table import Column, make_table
from trivium.ir.dates import date_text
from trivium.source import Place

NUMBERS = [
    ("1,204", "number", 1204.0, ""),
    ("−3.5", "number", -3.5, ""),
    ("(1,234)", "number", -1234.0, ""),
    ("$ (45.2)", "currency", -45.2, "$"),
    ("3.4 million", "number", 3.4e6, ""),
    ("USD 3.4 million", "currency", 3.4e6, "USD"),
    ("£1,000", "currency", 1000.0, "£"),
    ("12.3%", "percent", 12.3, "%"),
    ("4421 m", "quantity", 4421.0, "m"),
    ("20 games", "quantity", 20.0, "games"),
    ("1 234", "number", 1234.0, ""),
    ("4th", "ordinal", 4.0, ""),
    ("#12", "ordinal", 12.0, ""),
    ("2:20.54", "duration", 140.54, "s"),
    ("1 h 23 min", "duration", 4980.0, "s"),
    ("80 metres (262 ft)", "quantity", 80.0, "metres"),
    ("7[1]", "number", 7.0, ""),
    ("7*", "number", 7.0, ""),
]


@pytest.mark.parametrize(("text", "kind", "number", "unit"), NUMBERS)
def test_numbers(text: str, kind: str, number: float, unit: str) -> None:
    cell = parse_cell(text)
    assert (cell.kind, cell.number, cell.unit) == (kind, pytest.approx(number), unit)
    assert cell.raw == text


@pytest.mark.parametrize("text", ["", " ", "-", "—", "N/A", "none", "?"])
def test_empty(text: str) -> None:
    assert parse_cell(text).empty


def test_pairs_and_ranges() -> None:
    score, years = parse_cell("2–1"), parse_cell("1990–94")
    assert (score.kind, score.number, score.number2) == ("score", 2.0, 1.0)
    assert (years.kind, years.date, years.date2) == ("range", 19900000, 19940000)


def test_a_name_with_a_qualifier() -> None:
    cell = parse_cell("Georgia (country)")
    assert (cell.kind, cell.name, cell.qualifier) == ("text", "Georgia", "country")


def test_numbers_inside_text() -> None:
    cell = parse_cell("W 31–10")
    assert (cell.kind, cell.number, cell.number2) == ("text", 31.0, 10.0)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("5 March 1995", 19950305),
        ("March 5, 1995", 19950305),
        ("Sunday, 5 Mar. 1995", 19950305),
        ("1995-03-05", 19950305),
        ("13/03/1995", 19950313),
        ("03/13/1995", 19950313),
        ("March 1995", 19950300),
        ("5 March", 305),
        ("May", 500),
        ("32 March 1995", 0),
        ("marching on", 0),
    ],
)
def test_dates(text: str, date: int) -> None:
    assert parse_date(text) == date


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("1999-2000", (19990000, 20000000)),
        ("1999/00", (19990000, 20000000)),
        ("2001–present", (20010000, 0)),
        ("12 March – 4 May 1990", (19900312, 19900504)),
        ("12–14 March 1990", (19900312, 19900314)),
        ("2000-1999", (0, 0)),
    ],
)
def test_date_ranges(text: str, ends: tuple[int, int]) -> None:
    assert parse_date_range(text) == ends


@given(st.integers(1000, 2999), st.integers(1, 12), st.integers(1, 28))
def test_a_shown_date_is_read_again(year: int, month: int, day: int) -> None:
    date = year * 10000 + month * 100 + day
    assert parse_date(date_text(date)) == date


@given(st.text(max_size=40))
def test_any_text_keeps_its_raw_form(text: str) -> None:
    cell = parse_cell(text)
    assert cell.raw == text
    assert cell.typed or cell.empty or cell.kind == "text"


def test_columns_and_their_views() -> None:
    table = make_table(
        "Medal table",
        ["Nation", "Gold", "Opened", "Gold", ""],
        [
            ["Georgia (USSR)", "1,204", "March 1995", "1", "x"],
            ["France", "7", "1996", "", "y"],
            ["Chile", "—", "5 May 1997", "3", ""],
        ],
        Place("m.csv"),
    )
    columns = {name: (str(type), list(values)) for name, type, values in table.relation_columns()}
    assert table.name == "medal_table"
    assert columns["row"] == ("number", [1, 2, 3])
    assert columns["gold"] == ("number", [1204, 7, None])
    assert columns["gold_text"] == ("symbol", ["1,204", "7", None])
    assert columns["gold_2"] == ("number", [1, None, 3])
    assert columns["opened"] == ("date", [19950300, 19960000, 19970505])
    assert columns["nation_qualifier"] == ("symbol", ["USSR", None, None])
    assert columns["column_5"] == ("symbol", ["x", "y", None])
    assert str(table.at(0, "gold_text")) == "m.csv, row 1, column 'Gold'"


def test_a_venue_before_a_name() -> None:
    for text in ("at Boston Reds", "@ Boston Reds", "vs. Boston Reds", "v Boston Reds"):
        cell = parse_cell(text)
        assert (cell.kind, cell.text, cell.name) == ("text", text, "Boston Reds")
    assert parse_cell("At World's End").qualifier == ""


def test_durations_of_a_column_are_in_one_unit() -> None:
    column = Column("Time", "time", ["15 min", "1 h 5 min", "2 hours", "1:30", "3 km", "—"])
    assert [cell.number for cell in column.cells] == [900, 3900, 7200, 90, 3, None]
    assert column.cells[0].text == "15 min"
    alone = Column("Time", "time", ["15 min", "20 min"])
    assert [(cell.number, cell.unit) for cell in alone.cells] == [(15, "min"), (20, "min")]
