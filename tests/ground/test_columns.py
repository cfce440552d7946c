"""Columns: one reading for all cells, what it decided, and what it was in doubt of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trivium.errors import DataError
from trivium.ground import columnar
from trivium.ground.columnar import ArrowColumn
from trivium.ground.columns.moments import parse_moment, parse_period, parse_time
from trivium.ground.columns.spelled import parse_chinese, parse_roman
from trivium.ground.read import read
from trivium.ground.table import Column, make_table
from trivium.machine import Machine
from trivium.source import Place


def column(header: str, *cells: str) -> Column:
    return make_table("t", [header], [[cell] for cell in cells], Place("t.csv")).columns[0]


def views(column: Column) -> dict[str, list[object]]:
    return {name.removeprefix(f"{column.name}_"): list(v) for name, _, v in column.views()}


# --- dates


@pytest.mark.parametrize(
    ("cells", "dates", "told"),
    [
        (["03/04/2024", "12/25/2024"], [20240304, 20241225], "month/day/year (25 is no month)"),
        (["24/12/2024", "03/04/2024"], [20241224, 20240403], "day/month/year (24 is no month)"),
        (["1.5.87", "30.12.99", "4.1.03"], [19870501, 19991230, 20030104], "day/month/year"),
        (["99/12/31", "03/01/02"], [19991231, 20030102], "year/month/day"),
        (["5. März 2024", "1. Dezember 2023"], [20240305, 20231201], ""),
        (["2024年3月5日", "2023年12月1日"], [20240305, 20231201], ""),
        (["令和3年4月1日", "平成30年4月1日"], [20210401, 20180401], ""),
    ],
)
def test_one_order_of_dates(cells: Sequence[str], dates: list[int], told: str) -> None:
    found = column("d", *cells)
    assert (str(found.type), list(found.main())) == ("date", dates)
    assert told in found.reading.told


MONTHS = """5 août 2024, 1er février 2024
5 de agosto de 2024, 1 de febrero de 2024
5 de agosto de 2024, 1 de fevereiro de 2024
5 agosto 2024, 1 febbraio 2024
5 augustus 2024, 1 februari 2024
5 августа 2024 г., 1 февраля 2024 г.
5 sierpnia 2024, 1 lutego 2024
5 Ağustos 2024, 1 Şubat 2024
5 أغسطس 2024, 1 فبراير 2024
5 अगस्त 2024, 1 फरवरी 2024
5 আগস্ট 2024, 1 ফেব্রুয়ারি 2024
5 Agustus 2024, 1 Februari 2024"""


@pytest.mark.parametrize("line", MONTHS.split("\n"))
def test_months_of_many_languages(line: str) -> None:
    assert list(column("d", *line.split(", ")).main()) == [20240805, 20240201]


def test_an_ambiguous_order_is_told() -> None:
    found = column("d", "01.02.2024", "03.04.2024")
    assert list(found.main()) == [20240201, 20240403]
    assert "ambiguous: every day is below 13" in found.reading.doubt
    assert not found.reading.sure


def test_an_order_is_taken_from_the_neighbours() -> None:
    rows = [["03/04/2024", "12/25/2024"], ["05/06/2024", "11/30/2024"]]
    table = make_table("t", ["sent", "paid"], rows, Place("t.csv"))
    assert list(table.columns[0].main()) == [20240304, 20240506]
    assert "another column" in table.columns[0].reading.told


def test_an_order_is_seen_from_the_rows() -> None:
    found = column("d", *(f"01/0{day}/2024" for day in range(1, 8)), "02/01/2024")
    assert list(found.main())[-2:] == [20240107, 20240201]


def test_two_orders_fit_no_column() -> None:
    found = column("d", "13/02/2024", "02/14/2024", "05/06/2024")
    assert (str(found.type), found.cells[1].kind) == ("symbol", "text")
    assert found.reading.doubt == "two orders in one column"


def test_no_day_of_the_calendar_is_text() -> None:
    assert [cell.kind for cell in column("d", "2024-02-30", "2024-02-28").cells] == ["text", "date"]


def test_the_user_says_the_order(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("id,when,sure\n1,03/04/2024,24/12/2024\n2,05/06/2024,01/02/2024\n")
    assert list(read(path).tables[0].columns[1].main()) == [20240403, 20240605]  # as its neighbour
    path.write_text("id,when\n1,03/04/2024\n2,05/06/2024\n")
    assert "warning: m.when: ambiguous" in str(read(path).report)
    document = read(path, dates="mdy")
    assert list(document.tables[0].columns[1].main()) == [20240304, 20240506]
    assert "warning" not in str(document.report)
    machine = Machine(on_warning=lambda text: None).add(path, dates="mdy")
    assert list(machine.tables[0].columns[1].main()) == [20240304, 20240506]
    path.write_text("id,when\n1,24/12/2024\n")
    document = read(path, dates="mdy")
    assert list(document.tables[0].columns[1].main()) == [20241224]
    assert "does not fit: 24 is no month" in str(document.report)
    with pytest.raises(DataError, match="E610"):
        read(path, dates="us")


def test_compact_dates_need_a_header() -> None:
    assert list(column("date", "20240305", "20231201").main()) == [20240305, 20231201]
    assert list(column("invoice_no", "20240305", "20231201").main()) == ["20240305", "20231201"]
    assert str(column("people", "20240305", "20231201").type) == "number"


# --- times and moments


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7:00 PM", 68400), ("11:30 am", 41400), ("12:00 AM", 0), ("12:15 p.m.", 44100),
        ("14h35", 52500), ("23:59:59", 86399), ("7.30 pm", 70200), ("9 Uhr", None), ("25:00", None),
        ("12:60", None), ("13:00 PM", None), ("19:30-20:45", None),
    ],
)  # fmt: skip
def test_times_of_the_day(text: str, seconds: int | None) -> None:
    assert parse_time(text) == seconds


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("Departs", ["14:35", "9:05", "23:59"], "time"),
        ("Start", ["09:00", "09:05", "08:55"], "time"),
        ("x", ["7:00 PM", "11:30 am"], "time"),
        ("x", ["09:30", "14:45", "18:15"], "time"),
        ("Lap", ["1:59", "2:05", "61:10"], "duration"),
        ("Length", ["3:45", "4:02", "2:59"], "duration"),
        ("Time", ["2:05:33", "1:59:40", "2:10:01"], "duration"),
    ],
)
def test_a_column_is_of_times_or_of_durations(header: str, cells: list[str], kind: str) -> None:
    assert {cell.kind for cell in column(header, *cells).cells} == {kind}


def test_times_are_shown_as_written_and_ordered_by_number() -> None:
    found = column("Start", "7:00 PM", "11:30 am")
    assert list(found.main()) == ["7:00 PM", "11:30 am"]
    assert list(found.numbers()) == [68400, 41400]
    assert views(found)["time"] == ["19:00:00", "11:30:00"]


def test_moments_lose_nothing() -> None:
    cells = ["2024-03-10T10:00:00+01:00", "2024-03-10T10:00:00Z", "2024-03-10 10:00 EST"]
    found = column("At", *cells)
    assert (list(found.main()), found.reading.kind) == ([20240310] * 3, "datetime")
    seen = views(found)
    assert seen["text"] == cells
    assert (seen["time"], seen["zone"]) == (["10:00:00"] * 3, ["+01:00", "+00:00", "-05:00"])
    first, second, third = seen["instant"]
    assert (second - first, third - second) == (3600, 18000)  # type: ignore[operator]


def test_moments_have_the_order_of_their_column() -> None:
    found = column("When", "24/12/2024 18:30", "03/04/2024 07:05")
    assert list(found.main()) == [20241224, 20240403]
    assert views(found)["time"] == ["18:30:00", "07:05:00"]
    assert parse_moment("5 March 1995 at 3 pm") is not None
    assert parse_moment("March 1995") is None


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Q1'24", ("quarter", 20240100, 20240300)),
        ("Q12024", ("quarter", 20240100, 20240300)),
        ("T101", ("", 0, 0)),
        ("Q1 2024", ("quarter", 20240100, 20240300)),
        ("2024-Q3", ("quarter", 20240700, 20240900)),
        ("4Q23", ("quarter", 20231000, 20231200)),
        ("2024年第二季度", ("quarter", 20240400, 20240600)),
        ("2024-W05", ("week", 20240129, 20240204)),
        ("KW 12/2024", ("week", 20240318, 20240324)),
        ("Week 7, 2024", ("week", 20240212, 20240218)),
        ("2024-W60", ("", 0, 0)),
        ("Q5 2024", ("", 0, 0)),
    ],
)
def test_quarters_and_weeks(text: str, period: tuple[str, int, int]) -> None:
    assert parse_period(text) == period


# --- codes


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Zip", ["02134", "55104", "00501"]),
        ("x", ["00104", "00117", "00129"]),
        ("Class", ["8A", "8B", "7C"]),
        ("x", ["T-2001", "T-2002", "T-2003"]),
        ("SKU", ["1E5", "2E3", "12A"]),
        ("Version", ["1.10", "1.9"]),
        ("House number", ["12", "12a", "7"]),
        ("x", ["+44 20 7946 0958", "020 7946 0959"]),
        ("x", ["555-0101", "555-0102"]),
        ("x", ["9780306406157", "0-306-40615-2"]),
        ("x", ["DE89 3704 0044 0532 0130 00", "GB29 NWBK 6016 1331 9268 19"]),
        ("x", ["4539578763621486", "4716461583322103"]),
        ("电话", ["13800138000", "13900139000"]),
        ("股票代码", ["600519", "601318"]),
    ],
)
def test_codes_stay_text(header: str, cells: list[str]) -> None:
    found = column(header, *cells)
    assert (str(found.type), list(found.main())) == ("symbol", cells)
    assert {cell.kind for cell in found.cells} == {"code"}
    assert "number" not in views(found)
    assert found.reading.told.startswith("codes: ")


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Rank", ["T4", "T7", "1"]),
        ("No.", ["1", "2", "10"]),
        ("Place", ["1st", "2nd", "3rd"]),
        ("Length", ["5km", "12km", "7km"]),
        ("Share", ["0.5", "0.25", "0"]),
        ("Year", ["1999", "2000", "2001"]),
    ],
)
def test_numbers_are_no_codes(header: str, cells: list[str]) -> None:
    assert column(header, *cells).type.numeric


def test_house_numbers_are_part_of_an_address() -> None:
    found = column("Address", "62 Mill Rd", "1229 Hague Ave", "7 Oak St")
    assert (str(found.type), found.main()[0]) == ("symbol", "62 Mill Rd")
    assert column("Played", "20 games", "15 games").type.numeric


# --- yes and no


@pytest.mark.parametrize(
    "pair",
    "Yes No|Y N|TRUE FALSE|oui non|ja nein|sí no|да нет|是 否|はい いいえ|نعم لا|✓ ✗".split("|"),
)  # fmt: skip
def test_truths(pair: str) -> None:
    yes, no = pair.split()
    found = column("x", yes, no, "", yes)
    assert [cell.truth for cell in found.cells] == [True, False, None, True]
    assert list(found.main()) == [yes, no, None, yes]


@pytest.mark.parametrize(
    ("header", "cells"),
    [("Sex", ["F", "M"]), ("ok", ["yes", "no", "maybe"]), ("Goals", ["1", "0"]), ("x", ["N"])],
)
def test_no_truths(header: str, cells: list[str]) -> None:
    assert all(cell.truth is None for cell in column(header, *cells).cells)


def test_ones_and_zeros_where_the_header_asks() -> None:
    found = column("is_active", "1", "0", "1")
    assert ([c.truth for c in found.cells], list(found.main())) == ([True, False, True], [1, 0, 1])


# --- nothing

MARKS = (
    """-|–|—|n/a|N/A|NA|NaN|null|None|..|...|#N/A|#DIV/0!|#REF!|无|不详|k.A.|s/d|нет данных| |*|?"""
)


@pytest.mark.parametrize("mark", MARKS.split("|"))
def test_marks_among_numbers(mark: str) -> None:
    assert list(column("n", "1", mark, "2", "3").main()) == [1, None, 2, 3]


@pytest.mark.parametrize(
    ("cells", "empty"),
    [
        (["Ann", "Bob", "None", "Nan", "Cid"], []),
        (["SE", "NO", "NA", "DE"], []),
        (["S Raj", "Ravi S", "?", "Bo K"], []),
        (["S Raj", "?", "?", "Bo K"], [1, 2]),
        (["Oslo", "n/a", "-", "#N/A", "Rome"], [1, 2, 3]),
        (["Tall Tree", "none", "Old Mill"], [1]),
    ],
)
def test_marks_among_texts(cells: list[str], empty: list[int]) -> None:
    found = column("name", *cells)
    assert [i for i, cell in enumerate(found.cells) if cell.empty] == empty


# --- numbers


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.234,56", "12,5", "1.000"], [1234.56, 12.5, 1000]),
        (["1,5", "2,5", "1,234"], [1.5, 2.5, 1.234]),
        (["12'345'678.50", "1’000.00"], [12345678.5, 1000]),
        (["1,23,45,678", "98,76,543"], [12345678, 9876543]),
        (["1.5e-3", "2.0e-2", "9e-4"], [0.0015, 0.02, 0.0009]),
        (["(1,234)", "56", "7-", "−8"], [-1234, 56, -7, -8]),
        (["+2.75", "-4.05", "▲ 1.0", "▼ 2.0"], [2.75, -4.05, 1, -2]),
        (["1.5M", "900K", "2.1B"], [1.5e6, 9e5, 2.1e9]),
        (["3.2bn", "450m", "12k"], [3.2e9, 4.5e8, 12000]),
        (["12k", "3.4k", "950"], [12000, 3400, 950]),
        (["1.5万", "1.2亿", "800"], [15000, 1.2e8, 800]),
        (["4.16万亿", "9000亿"], [4.16e12, 9e11]),
        (["<0.01", "0.05", "≥ 0.2"], [0.01, 0.05, 0.2]),
        (["1/2", "3 1/4", "¾"], [0.5, 3.25, 0.75]),
        (["三", "十二", "二百零五"], [3, 12, 205]),
        (["I", "IV", "XIX"], [1, 4, 19]),
        (["٧٦٧", "٣٧٥"], [767, 375]),
        (["5 m", "10 m"], [5, 10]),
    ],
)
def test_numbers_as_the_column_writes_them(cells: list[str], values: list[float]) -> None:
    found = column("x", *cells)
    assert found.type.numeric
    assert list(found.main()) == pytest.approx(values)


@pytest.mark.parametrize(
    ("cells", "values", "units"),
    [
        (["12,50 €", "3,00 €"], [12.5, 3], ["€", "€"]),
        (["USD 12.50", "3 EUR"], [12.5, 3], ["USD", "EUR"]),
        (["SGD 3,600", "SGD 800"], [3600, 800], ["SGD", "SGD"]),
        (["250,000円", "28万円"], [250000, 280000], ["円", "円"]),
        (["12,5 %", "3,4 %"], [12.5, 3.4], ["%", "%"]),
        (["$1.5M", "$900K"], [1.5e6, 9e5], ["$", "$"]),
        (["5 ft 10 in", "1.80 m"], [1.778, 1.8], ["m", "m"]),
    ],
)
def test_units(cells: list[str], values: list[float], units: list[str]) -> None:
    found = column("x", *cells)
    assert list(found.main()) == pytest.approx(values)
    assert [cell.unit for cell in found.cells] == units


def test_several_units_become_one() -> None:
    pytest.importorskip("pint")
    found = column("Weight", "2.5 kg", "800 g", "1.2 t", "3 kg")
    assert list(found.main()) == pytest.approx([2.5, 0.8, 1200, 3])
    assert "in kg" in found.reading.told


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Price (EUR)", "EUR"), ("人口（万人）", "万人"), ("Share [%]", "%"), ("Length (km)", "km"),
        ("Sales (in thousands)", "in thousands"), ("Revenue ($m)", "$m"), ("Goals (home)", ""),
        ("Score (1-5)", ""),
    ],
)  # fmt: skip
def test_the_unit_in_a_header(header: str, unit: str) -> None:
    found = column(header, "12", "30")
    assert (found.unit, list(found.main())) == (unit, [12, 30])


@pytest.mark.parametrize(
    ("header", "cells", "doubt"),
    [
        ("Temp", ["12", "999", "-9999", "14"], "999, -9999 may stand for nothing"),
        ("Temp", ["900", "999", "950"], ""),
        ("Date", ["45292", "45293"], "45292 is 2024-01-01"),
        ("P", ["FY2023", "FY24", "FY 2022/23"], "fiscal years"),
    ],
)
def test_what_nobody_can_know_is_told(header: str, cells: list[str], doubt: str) -> None:
    found = column(header, *cells).reading.doubt
    assert doubt in found if doubt else not found


def test_thousands_or_decimals_are_told() -> None:
    found = column("x", "1.234", "5.678")
    assert list(found.main()) == [1.234, 5.678]
    assert "ambiguous" in found.reading.doubt
    table = make_table("t", ["a", "b"], [["1.234", "1,5"], ["5.678", "2,25"]], Place("t.csv"))
    assert list(table.columns[0].main()) == [1234, 5678]


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["C", "D", "M", "A"], None),
        (["1/2", "13/14"], 1),
        (["Mix", "Civic", "Lid"], None),
        (["第一章", "第二章"], None),
    ],
)
def test_texts_are_no_numerals(cells: list[str], first: float | None) -> None:
    found = column("x", *cells)
    assert (str(found.type), found.cells[0].number) == ("symbol", first)


def test_numerals() -> None:
    assert [parse_chinese(t) for t in ("十", "二〇二四", "一万三千", "三亿零五", "x")] == [
        10, 2024, 13000, 300000005, None,
    ]  # fmt: skip
    assert [parse_roman(t) for t in ("XIX", "MCMXCIV", "IIII", "")] == [19, 1994, None, None]


def test_ranges_and_seasons_are_shown_as_written() -> None:
    ages = column("Age", "18-24", "25-34", "65+")
    assert list(ages.main()) == ["18-24", "25-34", "65+"]
    assert [(c.kind, c.number, c.number2) for c in ages.cells][1:] == [
        ("range", 25, 34), ("range", 65, None),
    ]  # fmt: skip
    seasons = column("Season", "2004/05", "2005/06")
    assert list(seasons.main()) == ["2004/05", "2005/06"]
    assert seasons.cells[0].date2 == 20050000


CELLS = st.text("0123456789.,:-/+ '%$€()eEkMBTQWIVX年月日万亿三十一二½〇ab٣٧\u00a0", max_size=12)


@pytest.mark.parametrize("cell", ["9" * 400, "-" + "9" * 400, "1.5e999", "1,5" * 99, "亿" * 99])
def test_what_is_too_great_for_a_number_is_text(cell: str) -> None:
    assert list(column("x", cell, cell).main()) == [cell, cell]


@given(
    st.sampled_from(["x", "date", "code", "start", "is_x"]), st.lists(CELLS, min_size=1, max_size=6)
)
def test_any_column_keeps_its_cells(header: str, cells: list[str]) -> None:
    found = column(header, *cells)
    assert [cell.raw for cell in found.cells] == cells
    assert len(found.main()) == len(cells)
    assert all(len(values) == len(cells) for values in views(found).values())
    again = found.excerpt(range(len(cells)))
    assert (again.type, list(again.main())) == (found.type, list(found.main()))


# --- large columns, and the report

LARGE = {
    "zip": [f"{i:05d}" for i in range(40)],
    "dmy": [f"{1 + i % 28}/{1 + i % 12}/2024" for i in range(40)],
    "mdy": [f"{1 + i % 12}/{1 + i % 28}/2024" for i in range(40)],
    "moment": [f"{1 + i % 28:02}/{1 + i % 12:02}/2024 10:{i:02}:00" for i in range(40)],
    "iso": [f"2024-01-{1 + i % 28:02}T10:{i:02}:00" for i in range(40)],
    "zoned": [f"2024-01-{1 + i % 28:02}T10:{i:02}:00Z" for i in range(40)],
    "comma": [f"{i},{i % 10}" for i in range(40)],
    "scale": [f"{i}.5k" for i in range(40)],
    "truth": ["yes", "no"] * 20,
    "money": [f"${i}.50" for i in range(40)],
    "clock": [f"{i % 24:02}:30" for i in range(40)],
    "unit": [f"{i} kg" for i in range(40)],
    "null": [*(f"{i}.25" for i in range(39)), "NaN"],
}


@pytest.mark.parametrize("distinct", [columnar.DISTINCT, 0])
@pytest.mark.parametrize("name", LARGE)
def test_large_columns_mean_the_same(
    name: str, distinct: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnar, "DISTINCT", distinct)
    large, small = ArrowColumn(name, name, pa.array(LARGE[name])), Column(name, name, LARGE[name])
    assert (large.type, list(large.main())) == (small.type, list(small.main()))
    assert (large.kinds, large.reading.told) == (small.kinds, small.reading.told)
    seen = views(large)
    assert all(seen[view] == values for view, values in views(small).items() if view != "text")


def test_the_report_tells_several_units(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("price,part\nUSD 12.50,12 %\n3 EUR,5‰\n4 EUR,3 pp\n")
    shown = str(read(path).report)
    assert "warning: p.price: numbers of several units, which no sum is over: EUR 2, USD 1" in shown
    assert "warning: p.part: numbers of several units" in shown


def test_the_report_tells_readings_and_what_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    rows = [f"{month}/15/2024,0{month},{month},yes" for month in range(1, 10)]
    path.write_text("\n".join(["date,zip,price,paid", *rows, "31.31.2024,99,NA,no"]))
    shown = str(read(path).report)
    for line in (
        "orders.date: dates, month/day/year (15 is no month)",
        'orders.date: 1 of 10 cells is not dates, kept as text: "31.31.2024"',
        "orders.zip: codes: zeros stand in front",
        "orders.price: nothing: NA",
        "orders.paid: yes or no",
    ):
        assert line in shown
