"""Every other format of tables: what is read, and where each cell stands."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import sys
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.ground.samples import Warnings, quietly, texts

from trivium.errors import BackendError, TriviumError
from trivium.ground.database import public_name
from trivium.ground.read import read

# --- JSON ----------------------------------------------------------------------------------------


def save(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def test_json_records(tmp_path: Path) -> None:
    text = '[{"city": "Århus", "area": {"km2": 91.5}},\n {"city": "Oslo", "tags": ["a", "b"]}]'
    path = save(tmp_path / "t.json", text)
    document = quietly(path)
    assert texts(document) == [
        ["city", "area.km2", "tags"], ["Århus", "91.5", ""], ["Oslo", "", "a, b"],
    ]  # fmt: skip
    place = document.tables[0].at(1, "city")
    assert json.loads(path.read_bytes()[place.start : place.end])["city"] == "Oslo"
    assert (place.row, place.line, place.column) == (2, 2, "city")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1, 2], "b": ["x", null]}', [["a", "b"], ["1", "x"], ["2", ""]]),
        ('{"Rome": {"n": 1}, "Oslo": {"n": 2}}', [["key", "n"], ["Rome", "1"], ["Oslo", "2"]]),
        ('[["a", "b"], ["x", 1], ["y", 2.5]]', [["a", "b"], ["x", "1"], ["y", "2.5"]]),
        ("[1, true]", [["value"], ["1"], ["true"]]),
        ('{"a": 1, "b": {"c": "x"}}', [["a", "b.c"], ["1", "x"]]),
    ],
)
def test_json_shapes(tmp_path: Path, text: str, expected: list[list[str]]) -> None:
    assert texts(quietly(save(tmp_path / "t.json", text))) == expected


def test_json_of_several_tables(tmp_path: Path) -> None:
    text = '{"name": "x", "rows": [{"a": 1}], "more": [{"b": 2}, {"b": 3}]}'
    document = quietly(save(tmp_path / "t.json", text))
    assert [table.name for table in document.tables] == ["t", "rows", "more"]
    assert texts(document, 2) == [["b"], ["2"], ["3"]]


@pytest.mark.parametrize("name", ["t.jsonl", "t.json"])
def test_json_lines(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / name, '{"a": "x\u2028y"}\n{"a": 2\n\n  {"a": 3}\n')
    told = Warnings()
    table = read(path, told).tables[0]
    assert list(table.columns[0].raw) == ["x\u2028y", "3"]
    assert "1 lines are not JSON, left out: line 2" in str(told)
    place = table.at(1)
    assert path.read_bytes()[place.start : place.end] == b'{"a": 3}'
    assert place.line == 4


# --- Parquet -------------------------------------------------------------------------------------


def test_parquet(tmp_path: Path) -> None:
    data = pa.table(
        {
            "n": [1, None, 3],
            "x": [0.1, 2.0, float("nan")],
            "d": [dt.date(1995, 3, 5), None, dt.date(2001, 1, 1)],
            "s": [{"a": "p", "b": True}, {"a": "q", "b": False}, None],
        }
    )
    pq.write_table(data, tmp_path / "t.parquet")
    document = quietly(tmp_path / "t.parquet")
    assert texts(document) == [
        ["n", "x", "d", "s.a", "s.b"],
        ["1", "0.1", "1995-03-05", "p", "true"],
        ["", "2", "", "q", "false"],
        ["3", "", "2001-01-01", "", ""],
    ]
    assert document.tables[0].column("d").type == "date"


def test_large_parquet_means_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pa.table(
        {
            "n": [1, None, 3, 2**40],
            "x": [0.1, 2.0, float("nan"), -1.5],
            "d": [dt.date(1995, 3, 5), None, dt.date(2001, 1, 1), dt.date(1, 1, 1)],
            "s": ["a (b)", "", "c", None],
            "b": [True, False, None, True],
        }
    )
    pq.write_table(data, tmp_path / "t.parquet")
    small = quietly(tmp_path / "t.parquet").tables[0]
    monkeypatch.setattr("trivium.ground.parquet.LARGE", 0)
    large = quietly(tmp_path / "t.parquet").tables[0]
    assert [(n, t, list(v)) for n, t, v in large.relation_columns()] == [
        (n, t, list(v)) for n, t, v in small.relation_columns()
    ]
    monkeypatch.setattr("trivium.ground.columnar.DISTINCT", 0)
    by_pattern = {
        n: list(v) for n, _, v in quietly(tmp_path / "t.parquet").tables[0].relation_columns()
    }
    assert "n_text" not in by_pattern
    for name, _, values in small.relation_columns():
        assert name not in by_pattern or by_pattern[name] == list(values)


# --- XLSX ----------------------------------------------------------------------------------------


def test_xlsx(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Results"
    for row in (
        ["Annual report"], [],
        ["Region", "2019", None, "Share"], [None, "Sales", "Cost", None],
        ["North", 1200.5, 300, 0.125], ["South", 900, 200, 0.5], ["South", 1, 2, 1],
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("B3:C3")
    sheet.merge_cells("A6:A7")
    for row in (5, 6, 7):
        sheet.cell(row, 2).number_format = '"$"#,##0.00'
        sheet.cell(row, 4).number_format = "0.0%"
    hidden = book.create_sheet("Notes")
    hidden.sheet_state = "hidden"
    hidden.append(["Name", "When"])
    hidden.append(["x", dt.datetime(2020, 1, 2)])
    hidden.append(["y", dt.time(10, 30)])
    book.save(tmp_path / "t.xlsx")
    document = quietly(tmp_path / "t.xlsx")
    assert texts(document) == [
        ["Region", "2019 Sales", "2019 Cost", "Share"],
        ["North", "$1200.5", "300", "12.5%"],
        ["South", "$900", "200", "50%"],
        ["South", "$1", "2", "100%"],
    ]
    place = document.tables[0].at(1, "c_2019_cost")
    assert (place.part, place.row, place.line, place.column) == ("Results!C6", 2, 6, "2019 Cost")
    row = document.tables[0].at(1)
    assert (row.part, row.row, row.column) == ("Results!A6:D6", 2, None)
    assert texts(document, 1)[1:] == [["x", "2020-01-02"], ["y", "10:30:00"]]
    assert "sheet `Notes` is hidden; kept" in str(document.report)
    assert document.passages[0].text == "Annual report"


def test_xlsx_with_two_tables_on_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["a", "b"], ["x", 1], ["y", 2], [], ["z", 3], [], ["Name", "Age"], ["Ann", 33]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    document = quietly(tmp_path / "t.xlsx")
    assert texts(document) == [["a", "b"], ["x", "1"], ["y", "2"], ["z", "3"]]
    assert document.tables[0].at(2, "a").part == "Sheet!A5"
    assert texts(document, 1) == [["Name", "Age"], ["Ann", "33"]]
    assert [table.name for table in document.tables] == ["sheet", "sheet_2"]


def test_xlsx_formulas_without_values(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, "=A2*2"], [2, "=A3*2"]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    told = Warnings()
    read(tmp_path / "t.xlsx", told)
    assert "2 formulas have no cached value" in str(told)


# --- databases -----------------------------------------------------------------------------------


def test_sqlite(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "t.db") as database:
        database.execute('CREATE TABLE "my cities" (name TEXT, km2 REAL, data BLOB)')
        database.execute(
            "INSERT INTO 'my cities' VALUES ('Rome', 1285.0, x'00ff'), ('Oslo', NULL, NULL)"
        )
        database.execute("CREATE VIEW big AS SELECT name FROM 'my cities' WHERE km2 > 1000")
    database.close()
    document = quietly(tmp_path / "t.db")
    assert texts(document) == [["name", "km2", "data"], ["Rome", "1285", "<2 bytes>"],
                               ["Oslo", "", ""]]  # fmt: skip
    assert texts(document, 1) == [["name"], ["Rome"]]
    place = document.tables[0].at(1, "name")
    assert (place.part, place.row, place.column) == ("my cities", 2, "name")


def test_large_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trivium.ground.database.LARGE", 10)
    with sqlite3.connect(tmp_path / "t.db") as database:
        database.execute("CREATE TABLE t (a INTEGER, b TEXT)")
        database.executemany("INSERT INTO t VALUES (?, ?)", [(i, f"x{i}") for i in range(100)])
    database.close()
    table = quietly(tmp_path / "t.db").tables[0]
    assert table.n_rows == 100
    assert list(table.columns[0].main()) == list(range(100))


def test_duckdb(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "t.duckdb")) as database:
        database.execute(
            "CREATE TABLE t AS SELECT 1.50::DECIMAL(5,2) AS price, DATE '2001-02-03' AS d"
        )
        database.execute("CREATE SCHEMA other")
        database.execute("CREATE TABLE other.u AS SELECT [1, 2] AS l")
    document = quietly(tmp_path / "t.duckdb")
    assert texts(document) == [["price", "d"], ["1.50", "2001-02-03"]]
    assert document.tables[1].place.part == "other.u"


@pytest.mark.parametrize("extra", [True, False])
def test_postgres_without_a_server(extra: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not extra:  # the driver of the extra is not installed: DuckDB's extension, or E402
        monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)
    url = "postgresql://ann:secret@127.0.0.1:1/none?password=hidden&connect_timeout=2"
    with pytest.raises(TriviumError) as caught:
        read(url)
    assert caught.value.number in ((608,) if extra else (402, 608))
    assert isinstance(caught.value, BackendError) == (caught.value.number == 402)
    assert "secret" not in str(caught.value)
    assert "hidden" not in str(caught.value)
    assert public_name(url) == "postgresql://ann@127.0.0.1:1/none?connect_timeout=2"


POSTGRES = os.environ.get("TRIVIUM_POSTGRES", "")


@pytest.mark.skipif(not POSTGRES, reason="TRIVIUM_POSTGRES does not hold a server's address")
def test_postgres() -> None:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(POSTGRES, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS trivium_test CASCADE")
        cursor.execute("CREATE SCHEMA trivium_test")
        cursor.execute(
            """CREATE TABLE trivium_test."The Medals" AS
            SELECT 'Norway' AS nation, 16 AS gold, 12.50::numeric(6, 2) AS cost,
              DATE '2022-02-20' AS won, INTERVAL '1 hour 5 minutes' AS span, '{"a": 1}'::jsonb AS n,
              ARRAY['x', 'y'] AS tags, TRUE AS ok, NULL::text AS none"""
        )
        cursor.execute("CREATE MATERIALIZED VIEW trivium_test.golds AS"
                       ' SELECT gold FROM trivium_test."The Medals"')  # fmt: skip
        try:
            tables = {t.place.part: t for t in quietly(POSTGRES).tables}
        finally:
            cursor.execute("DROP SCHEMA trivium_test CASCADE")
    medals = tables["trivium_test.The Medals"]
    assert [c.raw[0] for c in medals.columns] == [
        "Norway", "16", "12.50", "2022-02-20", "01:05:00", '{"a": 1}', '["x", "y"]', "true", "",
    ]  # fmt: skip
    assert tables["trivium_test.golds"].columns[0].raw[0] == "16"
