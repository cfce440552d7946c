"""`trivium explain`: proofs, missing rows and the catalogue of errors."""

from __future__ import annotations

import pytest

from trivium.cli.lessons import LESSONS
from trivium.errors import CATALOGUE, TriviumError
from trivium.program import Program
from trivium.solver.solve import solve


def test_a_row_that_holds(trivium, paths):
    ran = trivium("explain", paths, "path(1, 3)")
    assert ran.code == 0
    assert ran.out.startswith("path(1, 3)   by path(x, z) :- path(x, y), edge(y, z).")
    assert f"{paths}, line 3" in ran.out


def test_a_row_that_does_not_hold(trivium, paths):
    ran = trivium("explain", paths, "path(3, 1)")
    assert ran.code == 0
    assert "does not hold" in ran.out
    assert "fails at edge" in ran.out


def test_any_value(trivium, paths):
    assert trivium("explain", paths, "path(1, _)").out.count("by path") == 3
    assert "no row of `path` matches path(3, _)" in trivium("explain", paths, "path(3, _)").out


def test_named_columns(trivium, tmp_path):
    file = tmp_path / "p.dl"
    file.write_text('.decl a(x: number, y: symbol)\na(-1, "u"). a(2, "v").\n')
    assert trivium("explain", file, "a(x: -1)").out.startswith('a(-1, "u")')


@pytest.mark.parametrize(
    ("row", "number", "hint"),
    [
        ("paths(1, 3)", "E201", "did you mean `path`?"),
        ("path(1)", "E203", "its columns are"),
        ("path(from: 1)", "E204", ""),
        ("path(1, 3", "E101", ""),
        ("path(one, 3)", "E101", "double quotes"),
        ("p(x) :- q(x)", "E101", "path(1, 3)"),
        ("", "E101", ""),
    ],
)
def test_a_row_that_is_not_one(trivium, paths, row, number, hint):
    ran = trivium("explain", paths, row)
    assert ran.code == 2
    assert ran.err.startswith(number)
    assert hint in ran.err


def test_a_program_without_a_row(trivium, paths):
    ran = trivium("explain", paths)
    assert ran.code == 2
    assert "path(1, 3)" in ran.err


def test_the_catalogue(trivium):
    ran = trivium("explain", "E202")
    assert ran.code == 0
    assert ran.out.startswith("E202: every head variable")
    assert "ancestor(x, z) :- parent(x, y)." in ran.out
    assert "the cure: " in ran.out


def test_an_unknown_number(trivium):
    ran = trivium("explain", "E218")
    assert ran.code == 2
    assert "did you mean E217?" in ran.err


def test_every_error_has_a_lesson():
    assert set(LESSONS) == set(CATALOGUE)


@pytest.mark.parametrize("number", [n for n, lesson in LESSONS.items() if lesson.wrong])
def test_every_wrong_program_makes_its_error(number):
    wrong = LESSONS[number].wrong
    run = solve if wrong.startswith("Premises:") else lambda text: Program(text).run()
    with pytest.raises(TriviumError) as raised:
        run(wrong)
    assert raised.value.number == number
