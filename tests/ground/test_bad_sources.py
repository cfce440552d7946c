"""Bad sources: each gives one numbered error or a warning, and the others still work."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from pathlib import Path

import pypdf
import pytest
from tests.ground.samples import Warnings, pdf, quietly

from trivium.errors import DataWarning, TriviumError
from trivium.ground.read import READERS, read, read_all


def encrypted_office(path: Path) -> None:
    """What an encrypted workbook begins with: an OLE container naming its encrypted package."""
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + name + b"\0" * 512)


def encrypted_pdf(path: Path) -> None:
    plain = path.with_name("plain.pdf")
    plain.write_bytes(pdf([[(72, 700, "secret")]]))
    writer = pypdf.PdfWriter(clone_from=str(plain))
    writer.encrypt("password", algorithm="RC4-128")
    writer.write(str(path))


def encrypted_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "x" * 100)
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag "encrypted", in the local header and in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)


def cut_short(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "x" * 1000)
    path.write_bytes(path.read_bytes()[:300])


def damaged_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (a)")
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 100)
    database.close()
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * 3000 + data[3100:5000])


GARBAGE = bytes(range(256)) * 40

BAD = {
    ("gone.csv", 601): None,
    ("folder", 603): Path.mkdir,
    ("empty.csv", 604): lambda path: path.write_bytes(b""),
    ("blank.json", 604): lambda path: path.write_bytes(b" \n\n"),
    ("secret.pdf", 605): encrypted_pdf,
    ("secret.xlsx", 605): encrypted_office,
    ("secret2.xlsx", 605): encrypted_zip,
    ("secret.docx", 605): encrypted_office,
    ("cut.xlsx", 606): cut_short,
    ("garbage.xlsx", 606): lambda path: path.write_bytes(GARBAGE),
    ("text.pdf", 606): lambda path: path.write_text("hello there, this is text"),
    ("cut.pdf", 606): lambda path: path.write_bytes(b"%PDF-1.4\n1 0 obj\n<<"),
    ("cut.parquet", 606): lambda path: path.write_bytes(b"PAR1" + b"x" * 100),
    ("bad.json", 606): lambda path: path.write_text('[{"a": 1}, {"b": ]'),
    ("bad.jsonl", 606): lambda path: path.write_text("a\nb\n"),
    ("cut.db", 606): damaged_sqlite,
    ("garbage.csv", 607): lambda path: path.write_bytes(GARBAGE),
    ("garbage.bin", 607): lambda path: path.write_bytes(GARBAGE),
    ("t.csv.gz", 606): lambda path: path.write_bytes(b"\x1f\x8b\x08" + b"x" * 30),
    ("cut.duckdb", 608): lambda path: path.write_bytes(b"\0" * 8 + b"DUCK" + b"\0" * 5000),
}


@pytest.mark.parametrize(("name", "number"), BAD)
def test_one_numbered_error(tmp_path: Path, name: str, number: int) -> None:
    make = BAD[name, number]
    if make is not None:
        make(tmp_path / name)
    with pytest.raises(TriviumError) as caught:
        read(tmp_path / name, Warnings())
    assert caught.value.number == number, str(caught.value)
    assert name in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_permission(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    (tmp_path / "t.csv").chmod(0)
    with pytest.raises(TriviumError) as caught:
        read(tmp_path / "t.csv")
    assert caught.value.number == 602


def test_a_file_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(TriviumError, match="Permission denied") as caught:
        read(tmp_path / "t.csv")
    assert caught.value.number == 602


def test_the_others_still_work(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("a,b\nx,2\n")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4\n")
    told = Warnings()
    sources = [tmp_path / "gone.csv", tmp_path / "bad.pdf", tmp_path / "good.csv"]
    documents, errors = read_all(sources, told)
    assert [document.tables[0].name for document in documents] == ["good"]
    assert [error.number for error in errors] == [601, 606]


def test_a_near_name_is_offered(tmp_path: Path) -> None:
    (tmp_path / "results.csv").write_text("a,b\nx,2\n")
    with pytest.raises(TriviumError, match="does not exist") as caught:
        read(tmp_path / "result.csv")
    assert "results.csv" in str(caught.value.hint)


def test_a_web_address_is_no_file() -> None:
    with pytest.raises(TriviumError, match="web address") as caught:
        read("https://example.org/results.csv")
    assert caught.value.number == 601


def test_warnings_are_python_warnings_by_default(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\nx\n")
    with pytest.warns(DataWarning, match="short rows"):
        read(tmp_path / "t.csv")


def test_content_wins_over_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_text("a,b\nx,1\ny,2\n")
    assert quietly(tmp_path / "t.xlsx").tables[0].n_rows == 2
    (tmp_path / "page").write_text("<html><body><p>Text.</p></body></html>")
    assert quietly(tmp_path / "page").passages[0].text == "Text."
    (tmp_path / "data").write_text('[{"a": 1}]')
    assert quietly(tmp_path / "data").tables[0].n_rows == 1


def test_every_reader_exists() -> None:
    from importlib import import_module

    for module, function in READERS.values():
        assert callable(getattr(import_module(f"trivium.ground.{module}"), function))


def test_report_counts_what_stayed_text(tmp_path: Path) -> None:
    lines = [f"{i},{i}.5" for i in range(20)]
    (tmp_path / "t.csv").write_text("\n".join(["place,points", *lines, "DNF,1", "DSQ,2"]))
    report = quietly(tmp_path / "t.csv").report
    text = str(report)
    assert "1 table, 22 rows, 44 cells, 0 passages" in text
    assert 't.place: 2 of 22 cells are not numbers, kept as text: "DNF", "DSQ"' in text
    assert report.kinds == {"number": 42, "text": 2}
    assert "DNF" in report._repr_html_()
