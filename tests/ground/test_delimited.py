"""CSV as it is found: delimiters, quotes, encodings, ragged rows, headers, places."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ground.samples import Warnings, quietly, texts

from trivium.ground import bulk, delimited
from trivium.ground.read import read


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = ["name,x,y", "ann,3,4", "bob,5,6"]
    path = write(tmp_path / "t.csv", "\n".join(lines).replace(",", delimiter))
    assert texts(quietly(path)) == [["name", "x", "y"], ["ann", "3", "4"], ["bob", "5", "6"]]


def test_quotes_escaped_either_way(tmp_path: Path) -> None:
    text = '"Title","Note"\n"say \\"hi\\", please","a\nb"\n"the ""end""","x"\n'
    rows = texts(quietly(write(tmp_path / "t.csv", text)))
    assert rows[1:] == [['say "hi", please', "a\nb"], ['the "end"', "x"]]


def test_backslashes_of_paths_stay(tmp_path: Path) -> None:
    rows = texts(quietly(write(tmp_path / "t.csv", 'path,n\n"C:\\dir\\",1\nD:\\x,2\n')))
    assert rows[1:] == [["C:\\dir\\", "1"], ["D:\\x", "2"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_and_bytes(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "t.csv", "name,city\nZoë,Århus\nJosé,Paris\n", encoding)
    document = read(path, Warnings())
    assert texts(document)[1:] == [["Zoë", "Århus"], ["José", "Paris"]]
    place = document.tables[0].at(1)
    plain = encoding.replace("-sig", "").replace("utf-16", "utf-16-le").replace("-le-le", "-le")
    assert path.read_bytes()[place.start : place.end].decode(plain) == "José,Paris"
    assert place.line == 3
    assert place.row == 2


def test_mixed_encodings_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("name,n\nZoë,1\n".encode() + "José,2\n".encode("cp1252") + b"ann,3\n")
    told = Warnings()
    document = read(path, told)
    assert texts(document)[1:] == [["Zoë", "1"], ["José", "2"], ["ann", "3"]]
    assert "mixed encodings: 1 of 4 lines" in str(told)
    place = document.tables[0].at(2)
    assert path.read_bytes()[place.start : place.end] == b"ann,3"


def test_ragged_rows_lose_nothing(tmp_path: Path) -> None:
    told = Warnings()
    document = read(write(tmp_path / "t.csv", "a,b\n1,2\n3\n4,5,6\n"), told)
    assert texts(document) == [["a", "b", ""], ["1", "2", ""], ["3", "", ""], ["4", "5", "6"]]
    assert "short rows padded with empty cells (1)" in str(told)
    assert "long rows kept in further columns (1)" in str(told)


def test_headers_empty_and_doubled(tmp_path: Path) -> None:
    document = quietly(write(tmp_path / "t.csv", "a,,a,row\nx,2,3,4\ny,6,7,8\n"))
    assert [c.name for c in document.tables[0].columns] == ["a", "column_2", "a_2", "row_2"]
    assert "no header over column 2" in str(document.report)
    assert "numbered: a" in str(document.report)


def test_no_header(tmp_path: Path) -> None:
    document = quietly(write(tmp_path / "t.csv", "1994,3,ann\n1995,4,bob\n1996,5,eve\n"))
    assert document.tables[0].n_rows == 3
    assert [c.name for c in document.tables[0].columns] == ["column_1", "column_2", "column_3"]
    assert document.tables[0].at(0).row == 1


def test_years_may_be_a_header(tmp_path: Path) -> None:
    table = quietly(write(tmp_path / "t.csv", "Item,1994,1995\nIron,10,20\nCoal,15,22\n")).tables[0]
    assert table.n_rows == 2


def test_header_without_rows(tmp_path: Path) -> None:
    told = Warnings()
    document = read(write(tmp_path / "t.csv", "a,b\n"), told)
    assert document.tables[0].n_rows == 0
    assert "no rows" in str(told)


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    told = Warnings()
    document = read(write(tmp_path / "t.csv", 'a,b\n1,2\n3,"4\n5,6\n7,8\n'), told)
    assert texts(document)[1:] == [["1", "2"], ["3", '"4'], ["5", "6"], ["7", "8"]]
    assert "line 3" in str(told)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (r'"C:\"', "C:\\"), (r'"a\"""', r'a\"'), (r'"a\""b"', r'a\"b'),  # quotes are doubled
        (r'"a\"b"', 'a"b'), (r'"a\""', 'a"'), (r'"\"a\" b"', '"a" b'),  # quotes are escaped
    ],
)  # fmt: skip
def test_quotes_are_doubled_or_escaped(tmp_path: Path, field: str, text: str) -> None:
    table = read(write(tmp_path / "t.csv", f"name,next\n{field},x\n"), Warnings()).tables[0]
    assert [list(column.raw) for column in table.columns] == [[text], ["x"]]


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12), st.sampled_from("\n\r"))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list, end: str) -> None:
    """What the csv module writes is read back, and each row's bytes are that row.

    Rows are numbered, so that none is empty, a note or a part of a group.
    """
    rows = [(str(i), *row) for i, row in enumerate(rows, 1)]
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n" if end == "\r" else "\n")
    writer.writerow(["id", "name", "of", "these"])
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode())
    document = read(path, Warnings())
    table = document.tables[0]
    read_rows = list(zip(*(column.raw for column in table.columns), strict=True))
    if table.n_rows == len(rows):
        assert read_rows == rows
    else:  # the first row looked like data
        assert read_rows[1:] == rows
    offset = table.n_rows - len(rows)
    data = path.read_bytes()
    for i, row in enumerate(rows):
        place = table.at(i + offset)
        written = data[place.start : place.end].decode()
        assert next(csv.reader(io.StringIO(written, newline=""))) == list(row)


# --- large files ---------------------------------------------------------------------------------


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every file as a large one."""
    monkeypatch.setattr(delimited, "LARGE_FILE", 0)


@pytest.mark.usefixtures("small_limit")
def test_columns_mean_what_cells_mean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        'city,gold,opened,note\nRome (IT),"1,204",3 May 1994,x\nOslo,12,1995,\n'
        '"Bergen, NO",$3.5,March 2001,"two\nlines"\nBodø,—,,"say ""hi"""\n'
    )
    path = write(tmp_path / "t.csv", text)
    large = quietly(path).tables[0]
    monkeypatch.setattr(delimited, "LARGE_FILE", 1 << 20)
    small = quietly(path).tables[0]
    assert [(n, t, list(v)) for n, t, v in large.relation_columns()] == [
        (n, t, list(v)) for n, t, v in small.relation_columns()
    ]
    assert [c.kinds for c in large.columns] == [c.kinds for c in small.columns]
    assert [large.at(i, "gold") for i in range(4)] == [small.at(i, "gold") for i in range(4)]
    assert large.columns[1].cells[0].number == 1204


@pytest.mark.usefixtures("small_limit")
def test_large_ragged_and_mixed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("a,b\nZoë,2\n3\n4,5,6\n".encode() + b"Jos\xe9,7\n")
    told = Warnings()
    document = read(path, told)
    assert texts(document)[1:] == [["Zoë", "2", ""], ["3", "", ""], ["4", "5", "6"],
                                   ["José", "7", ""]]  # fmt: skip
    assert "short rows padded with empty cells (1)" in str(told)
    assert "long rows kept in further columns (1)" in str(told)
    place = document.tables[0].at(3)
    assert path.read_bytes()[place.start : place.end] == b"Jos\xe9,7"


@pytest.mark.usefixtures("small_limit")
def test_many_distinct_texts_are_read_by_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trivium.ground.columnar.DISTINCT", 3)
    lines = [f"id{i},{i}.5,2001-02-{i:02d},{i}" for i in range(1, 11)]
    table = quietly(write(tmp_path / "t.csv", "\n".join(["k,x,d,n", *lines, "z,n/a,,7"]))).tables[0]
    found = {name: (kind, list(values)) for name, kind, values in table.relation_columns()}
    assert found["x"] == ("float", [*(i + 0.5 for i in range(1, 11)), None])
    assert found["d"] == ("date", [*(20010200 + i for i in range(1, 11)), None])
    assert found["n"] == ("number", [*range(1, 11), 7])
    assert found["k"][1][-1] == "z"


def test_record_spans_cross_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_CHUNK", 7)
    data = b'a,b\r\n"x\ny",2\r\n\r\n3,"q ""z"""\n4,5'
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    found = [(data[start:end], line) for start, end, line in bulk.record_spans(path).tolist()]
    assert found == [(b"a,b", 1), (b'"x\ny",2', 2), (b'3,"q ""z"""', 5), (b"4,5", 6)]


def test_real_tables() -> None:
    """WikiTableQuestions: every table is read, in order, without a warning about its shape."""
    default = Path(__file__).parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("TRIVIUM_DATA", default)) / "wtq" / "tables"
    if not folder.is_dir():
        pytest.skip(f"no WikiTableQuestions tables in {folder} (set TRIVIUM_DATA)")
    paths = sorted(folder.glob("*/*.csv"))[::6]
    told = Warnings()
    headerless = 0
    for path in paths:
        document = read(path, told)
        table = document.tables[-1]
        headerless += table.columns[0].header == "" and table.columns[-1].header == ""
        place = table.at(table.n_rows - 1)
        # The last row ends the file, or a total below it does.
        ends = [place.end, *(aside.place.end for aside in document.passages)]
        assert path.read_bytes()[max(ends) :].strip() == b""
    assert not told, str(told)
    assert len(paths) > 250
    assert headerless <= len(paths) // 100
