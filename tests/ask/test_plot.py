"""Answers as charts: the kind by the types of the columns, Vega-Lite, and bars of text."""

from __future__ import annotations

import pytest

from trivium import TriviumError
from trivium.ask.plot import plot


def test_groups_are_bars() -> None:
    chart = plot([("Leeds", 3), ("Hull", 6)], ("city", "orders"), "orders by city")
    assert chart.spec["mark"] == "bar"
    assert chart.spec["encoding"]["x"]["field"] == "orders"
    assert chart.spec["data"]["values"] == [
        {"city": "Leeds", "orders": 3},
        {"city": "Hull", "orders": 6},
    ]
    first, second = str(chart).splitlines()
    assert first.startswith("Leeds  ")
    assert first.endswith(" 3")
    assert second.count("█") == 2 * first.count("█")


@pytest.mark.parametrize(
    ("rows", "mark"),
    [
        ([("2024-01", 5.0), ("2024-02", 7.5)], "line"),
        ([(2021, 5), (2022, 7)], {"type": "line", "point": True}),
        ([(x / 7, x * x) for x in range(40)], "point"),
    ],
)
def test_the_kind_follows_the_types(rows: list[tuple[object, ...]], mark: object) -> None:
    assert plot(rows).spec["mark"] == mark


def test_two_groups_are_told_apart_by_colour() -> None:
    chart = plot([("2024-01", "Leeds", 3), ("2024-01", "Hull", 4)])
    assert chart.spec["encoding"]["color"]["field"] == "column 2"


def test_chinese_labels_stand_in_line() -> None:
    lines = str(plot([("沙县小吃", 2), ("ab", 4)])).splitlines()
    assert [line.index("█") for line in lines] == [6, 10]


def test_numbers_below_zero_have_no_bar() -> None:
    assert str(plot([("a", -2), ("b", 4)])).splitlines()[0] == "a   -2"


def test_many_rows_are_cut() -> None:
    assert str(plot([(f"r{i}", i) for i in range(50)])).endswith("... and 10 more")


@pytest.mark.parametrize("value", [None, 3, "Leeds", ["Leeds", "Hull"], [("a", "b")], []])
def test_nothing_to_draw(value: object) -> None:
    with pytest.raises(TriviumError, match="E674"):
        plot(value)
