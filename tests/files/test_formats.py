"""Soufflé's options of fact files, terms in every format, and files that are partly malformed."""

from __future__ import annotations

import gzip
import io
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

import trivium as tv
from trivium.errors import DataError

TYPES = """
    .type List = [head: number, tail: List]
    .type Expr = Number {x: number} | Add {l: Expr, r: Expr} | Name {s: symbol} | Nothing {}
    .decl t(l: List, e: Expr, s: symbol)
"""
NUMBER, NOTHING = tv.Term("Number", (-1,)), tv.Term("Nothing")
ROWS = [
    (None, NOTHING, "a, b"),
    ((1, None), tv.Term("Name", ('say "hi", (x]',)), ""),
    ((1, (2, None)), tv.Term("Add", (tv.Term("Add", (NUMBER, NOTHING)), NUMBER)), "[z"),
]


def written(tmp_path: Path, options: str, rows: Any = ROWS) -> str:
    tv.Program(f"{TYPES}.output t({options})").run(t=rows, output_dir=tmp_path)
    (path,) = tmp_path.iterdir()
    return path.read_text("utf-8") if path.suffix in (".csv", ".json", ".jsonl") else ""


@pytest.mark.parametrize(
    "options",
    [
        'filename="t.csv", delimiter=", "',
        'filename="t.csv", delimiter="|"',
        "IO=csv",
        'filename="t.csv", rfc4180=true, delimiter=","',
        "IO=jsonl",
        "IO=jsonfile",
        "IO=jsonfile, format=object",
        "IO=sqlite",
    ],
)
def test_terms_go_through_every_format(tmp_path: Path, options: str) -> None:
    # an empty text is no value in CSV; a comma in a text is a delimiter where no quotes are
    rows = ROWS[:1] if options in ("IO=csv",) else ROWS
    rows = ROWS[1:] if '", "' in options else rows
    written(tmp_path, options, rows)
    result = tv.Program(f"{TYPES}.input t({options})").run(facts_dir=tmp_path)
    assert result["t"].rows() == rows


def test_terms_in_parquet_are_text(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    written(tmp_path, "IO=parquet", ROWS[:1])
    assert pq.read_table(tmp_path / "t.parquet").to_pylist() == [
        {"l": "nil", "e": "$Nothing", "s": "a, b"}
    ]


def test_json_is_as_souffle_writes_it(tmp_path: Path) -> None:
    lists = '[[null, {"$Nothing": []}, "a, b"]]\n'
    assert written(tmp_path, "IO=jsonfile", ROWS[:1]) == lists
    named = '[{"l": {"head": 1, "tail": null}, "e": {"$Name": {"s": "x"}}, "s": "é"}]\n'
    row = ((1, None), tv.Term("Name", ("x",)), "é")
    assert written(tmp_path, "IO=jsonfile, format=object", [row]) == named


def test_rfc4180_is_as_souffle_writes_it(tmp_path: Path) -> None:
    text = '"nil","$Nothing","a, b"\n"[1, nil]","$Name(""say \\""hi\\"", (x]"")",""\n'
    assert written(tmp_path, 'filename="t.csv", rfc4180=true', ROWS[:2]) == text


def run(text: str, path: Path, **options: Any) -> list[Any]:
    declared = ".decl t(x: symbol, n: number)\n"
    return tv.Program(declared + text).run(facts_dir=path, **options)["t"].rows()


def test_columns_and_headers(tmp_path: Path) -> None:
    (tmp_path / "t.facts").write_text("1\tskip\ta\n2\tskip\tb\tmore\n")
    assert run('.input t(columns="2:0")', tmp_path) == [("a", 1), ("b", 2)]
    (tmp_path / "t.facts").write_text("any\tname\na\t1\n")
    assert run(".input t(headers=true)", tmp_path) == [("a", 1)]
    for wrong in ("2:x", "-1:2"):
        with pytest.raises(DataError) as caught:
            run(f'.input t(columns="{wrong}")', tmp_path)
        assert caught.value.number == 656


def test_names_of_files(tmp_path: Path) -> None:
    (tmp_path / "other.facts").write_text("a\t1\n")
    assert run('.input t(name="other")', tmp_path) == [("a", 1)]


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    (tmp_path / "t.facts").write_bytes(gzip.compress(b"a\t1\n"))
    assert run(".input t", tmp_path) == [("a", 1)]
    (tmp_path / "t.facts").write_bytes(gzip.compress(b"a\t1\n" * 99)[:-9])
    with pytest.raises(DataError, match="not a whole gzip file"):
        run(".input t", tmp_path)
    text = ".decl t(n: number)\nt(1).\n.output t(compress=true)"
    tv.Program(text).run(output_dir=tmp_path)
    assert gzip.decompress((tmp_path / "t.csv").read_bytes()) == b"1\n"


def test_standard_input_and_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\t1\nb\t2\n"))
    text = ".input t(IO=stdin)\n.output t(IO=stdoutprintsize)\n.output t(IO=json)"
    assert run(text, tmp_path, output_dir=tmp_path) == [("a", 1), ("b", 2)]
    assert capsys.readouterr().out == 't\t2\n[["a", 1],\n["b", 2]]\n'


def test_numbers_as_souffle_reads_them(tmp_path: Path) -> None:
    declared = '.decl n(x: number, u: unsigned, f: float)\n.input n(delimiter=",")'
    (tmp_path / "n.facts").write_text("-0x1f,0b101,1e3\n5,0xFFFFFFFFFFFFFFFF,-.5\n6,7,8\n")
    result = tv.Program(declared).run(facts_dir=tmp_path)
    assert result["n"].rows() == [(-31, 5, 1000.0), (5, 2**64 - 1, -0.5), (6, 7, 8.0)]
    (tmp_path / "n.facts").write_text("1,2,nan\n2,3,-inf\n3,4,Infinity\n")
    assert repr(tv.Program(declared).run(facts_dir=tmp_path)["n"].rows()) == (
        "[(1, 2, nan), (2, 3, -inf), (3, 4, inf)]"
    )


@pytest.mark.parametrize("cell", ["1_000", "٣", "1.0", "", "0x", "--1", "1 2"])
def test_what_is_no_number(tmp_path: Path, cell: str) -> None:
    (tmp_path / "t.facts").write_text(f"a\t1\nb\t{cell}\n", "utf-8")
    with pytest.raises(DataError, match=r"line 2: column `n`: .* is not a number"):
        run(".input t", tmp_path)


def test_a_sqlite_file_keeps_its_other_tables(tmp_path: Path) -> None:
    both = ".decl a(x: unsigned)\n.decl b()\na(1). a(18446744073709551615). b().\n"
    text = both + "".join(f'.output {n}(IO=sqlite, dbname="d.sqlite")\n' for n in "ab")
    tv.Program(text).run(output_dir=tmp_path)
    tv.Program(text.replace("a(1).", "a(2).")).run(output_dir=tmp_path)
    with sqlite3.connect(tmp_path / "d.sqlite") as database:
        assert sorted(database.execute("SELECT * FROM a")) == [(-1,), (2,)]
    database.close()
    back = ".decl a(x: unsigned)\n.decl b()\n"
    back += "".join(f'.input {n}(IO=sqlite, dbname="d.sqlite")\n' for n in "ab")
    result = tv.Program(back).run(facts_dir=tmp_path)
    assert result["a"].rows() == [(2,), (2**64 - 1,)]
    assert result["b"].rows() == [()]
    loose = tv.Program('.input a(IO=sqlite, dbname="d.sqlite")\nc(y) :- a(x: y).')
    assert loose.run(facts_dir=tmp_path)["c"].rows() == [(-1,), (2,)]


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("CREATE TABLE u (x, n)", 657),
        ("CREATE TABLE t (x)", 652),
        ("CREATE TABLE t AS SELECT 'a' AS x, 'b' AS n", 658),
        ("CREATE TABLE t AS SELECT 'a' AS x, 1.5 AS n", 658),
    ],
)
def test_bad_databases(tmp_path: Path, statement: str, number: int) -> None:
    with sqlite3.connect(tmp_path / "t.sqlite") as database:
        database.execute(statement)
    database.close()
    with pytest.raises(DataError) as caught:
        run(".input t(IO=sqlite)", tmp_path)
    assert caught.value.number == number


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "t.sqlite").write_text("no database at all, but long enough to look at" * 9)
    with pytest.raises(DataError) as caught:
        run(".input t(IO=sqlite)", tmp_path)
    assert caught.value.number == 657
    with pytest.raises(DataError) as caught:
        tv.Program(".decl t(x: number)\nt(1).\n.output t(IO=sqlite)").run(output_dir=tmp_path)
    assert caught.value.number == 659


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("json", "[[", "line 1: not JSON"),
        ("json", '{"x": 1}', "not a list of rows"),
        ("json", '{"x": ', "line 1: not JSON"),
        ("json", '[["a", 1]\n ["b", 2]]', "line 2: not JSON: Expecting ',' delimiter, at column 2"),
        ("json", '[["a", 1],\n\n]', "line 3: not JSON: Expecting value, at column 1"),
        ("json", '[["a", 1]] []', "line 1: not JSON: Extra data, at column 12"),
        ("json", '[["a", 1]', "line 1: not JSON"),
        ("json", " ", "line 1: not JSON"),
        ("json", '[["a", 1], ["b"]]', "line 2: not an object or an array of 2 values"),
        ("json", "[" * 100_000, "nests too deep"),
        ("jsonl", '["a", 1]\n["b"]', "line 2: not an object or an array of 2 values"),
        ("jsonl", '["a", 1]\n[', "line 2: not JSON"),
        ("jsonl", "[" * 100_000, "nests too deep"),
    ],
)
def test_bad_json(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / f"t.{name}").write_text(text)
    form = "jsonfile" if name == "json" else name
    with pytest.raises(DataError, match=message) as caught:
        run(f".input t(IO={form})", tmp_path)
    assert caught.value.number == 658


def test_bad_terms_in_json(tmp_path: Path) -> None:
    for cell in ('"nil"', "[1]", "[1, 2]", '{"head": 1}'):
        (tmp_path / "t.json").write_text(f'[[{cell}, {{"$Nothing": []}}, "a"]]')
        with pytest.raises(DataError):
            tv.Program(f"{TYPES}.input t(IO=jsonfile)").run(facts_dir=tmp_path)


LINES = {
    "t.facts": b"a\t1\nb\nc\tx\nd\t9223372036854775808\n\xff\t2\nz\t3\n",
    "t.csv": b'x,n\na,1\nb,1,2\n"c"d,1\nd,x\ne\xff,1\nz,3\n',
    "t.jsonl": b'["a", 1]\n["b"]\n{"x": \n["c", "x"]\n["d", 9223372036854775808]\n["z", 3]\n',
    "t.json": b'[["a", 1], 3, ["b"], ["c", "x"], ["d", 9223372036854775808], ["z", 3]]',
}


@pytest.mark.parametrize("name", LINES)
def test_malformed_lines_are_left_out_and_counted(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(LINES[name])
    form = {"t.facts": "file", "t.json": "jsonfile"}.get(name, Path(name).suffix[1:])
    text = f".input t(IO={form})"
    with pytest.warns(tv.DataWarning, match=f"4 lines were left out of .*{name}; the first: "):
        assert run(text, tmp_path, on_error="skip") == [("a", 1), ("z", 3)]
    with pytest.raises(DataError) as caught:
        run(text, tmp_path)
    assert caught.value.number == 658


def test_skipping_says_nothing_where_nothing_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "t.facts").write_text("a\t1\n")
    assert run(".input t", tmp_path, on_error="skip") == [("a", 1)]


def test_places_count_the_lines_that_were_left_out(tmp_path: Path) -> None:
    (tmp_path / "t.facts").write_text("b\na\t1\n")
    program = tv.Program(".decl t(x: symbol, n: number)\n.input t")
    with pytest.warns(tv.DataWarning, match="1 line was left out"):
        result = program.run(facts_dir=tmp_path, on_error="skip")
    assert {place.line for place in result.why("t", ("a", 1)).places()} == {2}


def test_quoted_cells_over_lines_keep_their_lines(tmp_path: Path) -> None:
    (tmp_path / "t.facts").write_text('"a\n\nb",1\r\n"c","x"\r\n')
    with pytest.raises(DataError, match="line 4: column `n`: 'x' is not a number"):
        run(".input t(rfc4180=true)", tmp_path)


def test_a_large_symbol(tmp_path: Path) -> None:
    text = "é" * 5_000_000
    for options, quote in ((".input t", ""), (".input t(rfc4180=true)", '"')):
        delimiter = "," if quote else "\t"
        line = f"{quote}{text}{quote}{delimiter}1\nb{delimiter}2\n"
        (tmp_path / "t.facts").write_text(line, "utf-8")
        assert run(options, tmp_path) == [("b", 2), (text, 1)]


def test_an_unknown_option_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.facts").write_text("a\t1\n")
    with pytest.warns(tv.DataWarning, match="did you mean `filename`"):
        run('.input t(filemname="t.facts")', tmp_path)


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tv.Program("t(1). t(2).\n.output t")
    program.run(output_dir=tmp_path)
    before = (tmp_path / "t.csv").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("trivium.files.facts.write_delimited", full)
    with pytest.raises(DataError, match="No space left on device") as caught:
        program.run(output_dir=tmp_path)
    assert caught.value.number == 659
    assert (tmp_path / "t.csv").read_bytes() == before
    assert os.listdir(tmp_path) == ["t.csv"]
