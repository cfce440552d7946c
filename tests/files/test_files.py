"""Fact files are read and written in every format, whole or not at all."""

from __future__ import annotations

import os
import warnings
from math import inf
from pathlib import Path
from typing import Literal

import pytest

from trivium.errors import DataError, DataWarning
from trivium.files import lines
from trivium.files.facts import whole_file
from trivium.program import Program

DECLARED = ".decl t(name: symbol, n: number, x: float, day: date)\n"
ROWS = [
    ("a", -1, 0.5, "1995-03-01"),
    ('naïve, "q"', 2**62, 1e300, "1995-03"),
    ("z", 0, 2.0, "1995"),
]


@pytest.mark.parametrize(
    "options",
    [
        "",
        '(filename="deep/t.txt", delimiter="|")',
        "(IO=csv)",
        "(IO=tsv, headers=true)",
        '(filename="t.jsonl")',
        '(filename="t.parquet")',
        '(filename="t.csv", rfc4180=true, delimiter=";")',
        '(filename="t.csv", rfc4180=true, delimiter="<>", headers=true)',
        '(filename="t.csv.gz", compress=true, delimiter="||")',
        '(IO=sqlite, dbname="all.sqlite")',
        '(IO=sqlite, filename="all.sqlite", name="u")',
        "(IO=jsonfile)",
        "(IO=jsonfile, format=object)",
        '(IO=file, filename="t.txt", name="u", separator=1)',
    ],
)
@pytest.mark.filterwarnings("ignore:the option `separator`")
def test_round_trip(tmp_path: Path, options: str) -> None:
    Program(f"{DECLARED}.output t{options}").run(t=ROWS, output_dir=tmp_path)
    if not options:
        (tmp_path / "t.csv").rename(tmp_path / "t.facts")
    result = Program(f"{DECLARED}.input t{options}").run(facts_dir=tmp_path)
    assert result["t"].rows() == ROWS


def test_souffle_defaults(tmp_path: Path) -> None:
    (tmp_path / "edge.facts").write_text("1\t2\n2\t3\n")
    text = ".decl edge(x: number, y: number)\n.input edge\n.output path\npath(y, x) :- edge(x, y)."
    Program(text).run(facts_dir=tmp_path, output_dir=tmp_path)
    assert (tmp_path / "path.csv").read_text() == "2\t1\n3\t2\n"


def test_files_without_declarations(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name,age\nann,30\nbob,\n")
    text = ".input people(IO=csv)\nold(n) :- people(name: n, age: a), a > 20."
    result = Program(text).run(facts_dir=tmp_path)
    assert result["old"].rows() == [("ann",)]
    assert result["people"].rows() == [("ann", 30), ("bob", None)]
    (place,) = {p.line for p in result.why("old", ("ann",)).places()}
    assert place == 2


def test_headers_may_be_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("n,other,name\n1,x,one\n")
    result = Program(".decl t(name: symbol, n: number)\n.input t(IO=csv)").run(facts_dir=tmp_path)
    assert result["t"].rows() == [("one", 1)]


def test_an_undeclared_csv_may_have_tabs_or_commas(tmp_path: Path) -> None:
    for name, text in (("a", "1,2\n"), ("b", "1\t2\n")):
        (tmp_path / f"{name}.csv").write_text(text)
        program = Program(f'.decl t(x: number, y: number)\n.input t(filename="{name}.csv")')
        assert program.run(facts_dir=tmp_path)["t"].rows() == [(1, 2)]


@pytest.mark.parametrize(
    ("text", "number", "message"),
    [
        (None, 657, "t.facts"),
        ("a\t1\nb\n", 658, "t.facts, line 2: 2 columns expected, found 1"),
        ("a\tx\nb\n", 658, "t.facts, line 1: column `n`: 'x' is not a number"),
        ("a\t1\nb\tx\n", 658, "t.facts, line 2: column `n`: 'x' is not a number"),
        (
            "a\t1\nb\t9223372036854775808\n",
            654,
            "line 2: column `n`: '9223372036854775808' is beyond",
        ),
        (b"a\t1\n\xff\t2\n", 658, "t.facts, line 2: not UTF-8 text"),
    ],
)
def test_bad_files(tmp_path: Path, text: str | bytes | None, number: int, message: str) -> None:
    if text is not None:
        data = text.encode() if isinstance(text, str) else text
        (tmp_path / "t.facts").write_bytes(data)
    with pytest.raises(DataError) as caught:
        Program(".decl t(name: symbol, n: number)\n.input t").run(facts_dir=tmp_path)
    assert caught.value.number == number
    assert message in caught.value.message


def test_the_first_bad_line_is_told_of_those_left_out(tmp_path: Path) -> None:
    (tmp_path / "t.facts").write_text("a\tx\nb\nc\t3\n")
    program = Program(".decl t(name: symbol, n: number)\n.input t")
    with pytest.warns(DataWarning, match="2 lines were left out of .*, line 1: column `n`"):
        found = program.run(facts_dir=tmp_path, on_error="skip")
    assert found["t"].rows() == [("c", 3)]


@pytest.fixture(params=[0, 1 << 20])
def large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """From how many bytes on a file is large."""
    monkeypatch.setattr("trivium.files.large.LARGE", request.param)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    ("options", "text", "place"),
    [
        ("", "a\t1.5\nb\t-1e400\n", "line 2: column `x`: '-1e400'"),
        ('(IO=file, delimiter=",", rfc4180=true)', 'a,inf\n"b",1e999\n', "line 2: column `x`"),
        ("(IO=jsonl)", '["a", 1.5]\n["b", 1e400]\n', "line 2: column `x`"),
        ("(IO=jsonfile)", '[["a", 1.5], ["b", 1e400]]', "line 2: column `x`"),
    ],
)
def test_a_number_that_no_float_holds(tmp_path: Path, options: str, text: str, place: str) -> None:
    options = options.replace(")", ', filename="t.facts")')
    (tmp_path / "t.facts").write_text(text)
    program = Program(f".decl t(name: symbol, x: float)\n.input t{options}")
    with pytest.raises(DataError) as caught:
        program.run(facts_dir=tmp_path)
    assert caught.value.number == 654
    assert place in caught.value.message
    with pytest.warns(DataWarning, match="1 line was left out"):
        assert len(program.run(facts_dir=tmp_path, on_error="skip")["t"]) == 1


@pytest.mark.usefixtures("large")
def test_infinities_are_written_out(tmp_path: Path) -> None:
    (tmp_path / "t.facts").write_text("a\tinf\nb\t-Infinity\nc\t1e308\n")
    program = Program(".decl t(name: symbol, x: float)\n.input t")
    assert program.run(facts_dir=tmp_path)["t"].rows() == [("a", inf), ("b", -inf), ("c", 1e308)]


def test_bad_json_and_parquet(tmp_path: Path) -> None:
    for name, text in (("t.jsonl", '{"n": 1}\n{"n": \n'), ("t.parquet", "no")):
        (tmp_path / name).write_text(text)
        with pytest.raises(DataError) as caught:
            Program(f'.decl t(n: number)\n.input t(filename="{name}")').run(facts_dir=tmp_path)
        assert caught.value.number == 658


def test_unknown_format() -> None:
    with pytest.raises(DataError) as caught:
        Program(".decl t(n: number)\n.input t(IO=postgres)").run()
    assert caught.value.number == 656


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")

    def write_half() -> None:
        with whole_file(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError) as caught:
        Program("t(1).\n.output t").run(output_dir=tmp_path / "file")
    assert caught.value.number == 659


def test_printsize_and_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Program("t(1). t(2).\n.printsize t\n.output t(IO=stdout)").run(output_dir=tmp_path)
    lines = ["t\t2", "---------------", "t", "===============", "1", "2", "==============="]
    assert capsys.readouterr().out.splitlines() == lines
    assert os.listdir(tmp_path) == []


def test_large_files_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'a\t1\t0.5\t1995\n"q\t-2\t1e3\t1995-03\n\t3\t4\t1995\n'
    (tmp_path / "t.facts").write_text(text)
    program = Program(f"{DECLARED}.input t")
    small = program.run(facts_dir=tmp_path)["t"].rows()
    monkeypatch.setattr("trivium.files.large.LARGE", 0)
    assert program.run(facts_dir=tmp_path)["t"].rows() == small
    (tmp_path / "t.facts").write_text("a\t1\t0.5\t1995\nb\tx\t1\t1995\n")
    with pytest.raises(DataError, match="line 2: column `n`: 'x' is not a number"):
        program.run(facts_dir=tmp_path)


CSV = '(IO=file, delimiter=",", rfc4180=true)'


def read(folder: Path, options: str, on_error: Literal["stop", "skip"]) -> object:
    """The rows of t.facts and where they stand, or what is wrong with it."""
    program = Program(f".decl t(name: symbol, n: number, x: float)\n.input t{options}")
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            result = program.run(facts_dir=folder, on_error=on_error, backend="reference")
        rows = list(result["t"])
    except DataError as error:
        return error.number, error.message
    places = [str(result.why("t", row)) for row in rows]
    return rows, places, [str(warning.message) for warning in told]


@pytest.mark.parametrize("on_error", ["stop", "skip"])
@pytest.mark.parametrize(
    ("options", "text"),
    [
        (CSV, 'a,1,0.5\n"b\nc",2,1\n\n"d ""e""",,2\nf,4,\n'),
        (CSV, 'a,1,0.5\nb,2\n"c\n",x,3\nd,4,4\n'),
        (CSV, 'a,1,0.5\nb,2,1\n"c"c,3,3\nd,4,4\n'),
        (CSV, 'a,1,0.5\nb,x,1\n"c"c,3,3\nd,4,4\n"e,1,1\n'),
        (CSV, "a,1,0.5\nb,99999999999999999999,1\nc,3,inf\n"),
        ("", "a\t1\t0.5\nb\t2\t1e999\nc\t3\t1\r\nd\n\t5\t5"),
        ("", "a\t1\t0.5\nb\t2\t1\n\nc\t3\t1\n"),
        ("(headers=true)", "n\tx\tname\n1\t0.5\ta\n2\t1\tb\n3\t2\tc\n"),
        ("(headers=true)", "n\tx\tname\n"),
    ],
)
def test_a_file_is_read_in_parts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: str,
    text: str,
    on_error: Literal["stop", "skip"],
) -> None:
    (tmp_path / "t.facts").write_text(text, "utf-8", newline="")
    whole = read(tmp_path, options, on_error)
    for rows in (1, 2):
        monkeypatch.setattr(lines, "PART", rows)
        monkeypatch.setattr(lines, "LINE", 1)
        assert read(tmp_path, options, on_error) == whole
