"""`trivium read`: what is shown of sources, and what happens to bad ones."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest


@pytest.fixture
def games(tmp_path: Path) -> Path:
    file = tmp_path / "games.csv"
    file.write_text("City,Year,Cost\nTokyo,1964,$2.3\nParis,1924,unknown\nRome,1960,$7\n")
    return file


def test_columns_types_and_cells(trivium, games):
    ran = trivium("read", games)
    assert ran.code == 0
    assert "table games (3 rows)" in ran.out
    for expected in ("city", "symbol", "year", "number", "Tokyo, Paris, Rome", "text 1"):
        assert expected in ran.out


def test_passages(trivium, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("The bridge opened in 1932.\n\nIt cost 6.25 million pounds.\n")
    assert "passages (2)" in trivium("read", file).out


def test_json(trivium, games):
    (document,) = json.loads(trivium("read", games, "--json").out)
    assert document["source"] == str(games)
    (table,) = document["tables"]
    assert table["rows"] == 3
    assert [column["name"] for column in table["columns"]] == ["city", "year", "cost"]
    assert table["columns"][1] == {
        "name": "year",
        "header": "Year",
        "type": "number",
        "kinds": {"number": 3},
        "examples": ["1964", "1924", "1960"],
    }


def test_a_bad_source_does_not_hide_the_others(trivium, games, tmp_path):
    ran = trivium("read", tmp_path / "none.csv", games)
    assert ran.code == 2
    assert ran.err.startswith("E601")
    assert "table games" in ran.out


def encrypted_workbook(path: Path) -> None:
    """The first bytes of an Office file with a password: not a zip, but an OLE container."""
    path.write_bytes(
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504 + "EncryptedPackage".encode("utf-16le")
    )


def cut_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 100)
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    ("name", "make", "number"),
    [
        ("none.csv", lambda path: None, "E601"),
        ("folder.csv", Path.mkdir, "E603"),
        ("empty.csv", lambda path: path.write_text(""), "E604"),
        ("book.xlsx", encrypted_workbook, "E605"),
        ("book.xlsx", cut_workbook, "E606"),
        ("picture.png", lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50), "E607"),
        ("noise.bin", lambda path: path.write_bytes(bytes(range(256)) * 4), "E607"),
        ("broken.json", lambda path: path.write_text('{"a": [1, 2'), "E606"),
        ("broken.parquet", lambda path: path.write_bytes(b"PAR1 and no more"), "E606"),
    ],
)
def test_bad_files(trivium, tmp_path, name, make, number):
    make(tmp_path / name)
    ran = trivium("read", tmp_path / name)
    assert ran.code == 2
    assert ran.err.startswith(number), ran.err
    assert "Traceback" not in ran.err


def test_ragged_rows_are_read_with_a_warning(trivium, tmp_path):
    file = tmp_path / "ragged.csv"
    file.write_text("a,b,a,\n1,2,3,4\n5,6\n7,8,9,10,11\n")
    ran = trivium("read", file)
    assert ran.code == 0
    assert ran.err.startswith("warning: ")
    assert "(3 rows)" in ran.out
    assert "a_2" in ran.out


def test_a_column_that_holds_markup_is_shown_as_it_is(trivium, tmp_path):
    file = tmp_path / "markup.csv"
    file.write_text("name,note\n[bold]x[/bold],:smile:\n[/],y\n")
    ran = trivium("read", file)
    assert ran.code == 0
    assert "[bold]x[/bold]" in ran.out
    assert ":smile:" in ran.out
