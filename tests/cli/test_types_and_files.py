"""`trivium run`: terms, functions from files, and malformed facts."""

from __future__ import annotations

import json

import pytest

LISTS = """
    .type List = [head: number, tail: List]
    .type Sign = Plus {} | Minus {by: number}
    .decl list(l: List, s: Sign)
    .output list
    list(nil, $Plus).
    list([1, [2, nil]], $Minus(3)).
"""


@pytest.fixture
def lists(tmp_path):
    file = tmp_path / "lists.dl"
    file.write_text(LISTS)
    return file


def test_terms_are_shown_as_souffle_writes_them(trivium, lists):
    shown = trivium("run", lists).out
    assert "nil" in shown
    assert "[1, [2, nil]]" in shown
    assert "$Minus(3)" in shown
    assert '"[1, [2, nil]]",$Minus(3)' in trivium("run", lists, "--format", "csv").out
    rows = json.loads(trivium("run", lists, "--format", "json").out)["list"]
    assert rows[1] == {"l": "[1, [2, nil]]", "s": "$Minus(3)"}


def test_rows_with_terms_are_explained_and_asked_for(trivium, lists):
    proof = trivium("run", lists, "--why", "list([1, [2, nil]], $Minus(3))").out
    assert "list([1, [2, nil]], $Minus(3))" in proof
    only = trivium("run", lists, "--why", "list(nil, _)").out
    assert "list(nil, $Plus)" in only
    assert only.count("lists.dl, line") == 1
    missing = trivium("run", lists, "--why", "list([7, nil], $Plus)").out
    assert "list([7, nil], $Plus) does not hold" in missing
    asked = trivium("run", lists, "--query", "list(l, $Minus(3))").out
    assert "list (1 row)" in asked
    part = trivium("run", lists, "--why", "list([1, _], $Plus)")
    assert "E101 `_` stands for a whole value" in part.err


def test_functions_come_from_a_file(trivium, tmp_path):
    (tmp_path / "words.py").write_text(
        "import os\n\ndef double(n: int) -> int:\n    return 2 * n\n\ndef _own(n):\n    return n\n"
    )
    file = tmp_path / "p.dl"
    file.write_text(".functor double(number): number\nq(4).\np(@double(x)) :- q(x).\n")
    ran = trivium("run", file, "--functions", tmp_path / "words.py", "--format", "csv")
    assert ran.out.splitlines() == ["c0", "8"]
    assert "E212 no Python function is given" in trivium("run", file).err
    assert "E601" in trivium("run", file, "--functions", tmp_path / "none.py").err
    assert "E601" in trivium("run", file, "--functions", "none.py").err
    (tmp_path / "words.py").write_text("1 // 0\n")
    failed = trivium("run", file, "--functions", tmp_path / "words.py")
    assert failed.code == 2
    assert "raised ZeroDivisionError" in failed.err


def test_malformed_lines_stop_or_are_left_out(trivium, tmp_path):
    (tmp_path / "t.facts").write_text("a\t1\nb\tx\n")
    file = tmp_path / "p.dl"
    file.write_text(".decl t(x: symbol, n: number)\n.input t\n.output t\n")
    stopped = trivium("run", file, "-F", tmp_path)
    assert stopped.code == 2
    assert "line 2: column `n`: 'x' is not a number" in stopped.err
    ran = trivium("run", file, "-F", tmp_path, "--on-error", "skip")
    assert ran.code == 0
    assert "t (1 row)" in ran.out
    assert "1 line was left out of" in ran.err
