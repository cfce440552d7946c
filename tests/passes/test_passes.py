"""Each pass, before and after."""

from __future__ import annotations

import pytest

from trivium.analyse import analyse
from trivium.ir.nodes import Program
from trivium.ir.printer import print_rule
from trivium.ir.verify import verify
from trivium.optimise import PASSES, optimise
from trivium.optimise.drop_duplicates import drop_duplicates
from trivium.optimise.drop_idle import drop_idle
from trivium.optimise.fold_constants import fold_constants
from trivium.optimise.project import project
from trivium.program import Program as TheProgram
from trivium.source import Source
from trivium.syntax.souffle import parse


def checked(text: str) -> Program:
    return verify(analyse(parse(Source("test.dl", text))))


def rules(program: Program) -> list[str]:
    return [print_rule(rule, program) for rule in verify(program).rules]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("p(x) :- q(x), x > 60 * 60. q(1).", "p(x) :- q(x), x > 3600."),
        ("p(x) :- q(x), x > 2 + 2 * x. q(1).", "p(x) :- q(x), x > 2 + 2 * x."),
        ("p(x) :- q(x), x > 1 / 0. q(1).", "p(x) :- q(x), x > 1 / 0."),
        ("p(x) :- q(x), x > 0.1 + 0.2. q(1.0).", "p(x) :- q(x), x > 0.1 + 0.2."),
        (
            "p(x) :- q(x), x > 9223372036854775807 + 1. q(1).",
            "p(x) :- q(x), x > 9223372036854775807 + 1.",
        ),
        (
            'p(d) :- q(d), d > date("1995-03"). q(date("1995")).',
            'p(d) :- q(d), d > date("1995-03").',
        ),
        ('p(d) :- q(d), d > date("soon"). q(date("1995")).', 'p(d) :- q(d), d > date("soon").'),
    ],
)
def test_fold_constants(before: str, after: str) -> None:
    assert rules(fold_constants(checked(before))) == [after]


def test_fold_constants_makes_facts() -> None:
    program = fold_constants(checked('p(2 + 2). p(7 - 10). d(date("1995-03")).'))
    assert [fact.values for fact in program.facts] == [(4,), (-3,), (19950300,)]
    assert program.strata == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("p(x) :- q(x, y), y > 1, q(x, y). q(1, 2).", "p(x) :- q(x, y), y > 1."),
        (
            "p(c) :- c = count : { q(_, _), q(_, _) }. q(1, 2).",
            "p(c) :- c = count : { q(_, _), q(_, _) }.",
        ),
    ],
)
def test_drop_duplicates(before: str, after: str) -> None:
    assert rules(drop_duplicates(checked(before))) == [after]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("p(x) :- q(x). p(y) :- q(y).", ["p(x) :- q(x)."]),
        ("p(x) :- q(x). p(x) :- p(x), q(x).", ["p(x) :- q(x)."]),
        ("p(x) :- q(x), 1 > 2. p(x) :- q(x), 1 < 2.", ["p(x) :- q(x), 1 < 2."]),
        ("p(x) :- q(x), x > 1. p(y) :- q(y), y > 2.", None),
        ("p(x) :- q(x), r(x, y). p(x) :- q(x), r(x, x).", None),
        ("p(x) :- q(x), !r(x, 1). p(x) :- q(x), !r(1, x).", None),
        ("p(c) :- c = count : { q(x) }. p(c) :- c = count : { q(1) }.", None),
        (".decl p(x: number) choice-domain x\np(x) :- q(x). p(y) :- q(y).", None),
        ("p(x) :- q(_), x = autoinc(). p(x) :- q(_), x = autoinc().", None),
    ],
)
def test_drop_idle(before: str, after: list[str] | None) -> None:
    text = ".decl q(x: number)\n.decl r(x: number, y: number)\n" + before.replace(
        "p(x) :- q(_), x = autoinc().", "p(autoinc()) :- q(_)."
    )
    program = checked(text)
    assert rules(drop_idle(program)) == (rules(program) if after is None else after)


def test_a_stratum_without_its_recursive_rules_does_not_recurse() -> None:
    program = drop_idle(checked("p(x) :- q(x). p(x) :- p(x). q(1)."))
    assert [stratum.recursive for stratum in program.strata] == [False]


def test_idle_rules_are_still_explained() -> None:
    result = TheProgram("p(x) :- q(x). p(x) :- p(x), q(x). q(1).").run()
    assert len(result.why_not("p", (2,)).failures) == 2


REACHED = """
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), edge(y, z).
reached(y) :- path(_, y).
"""


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        (REACHED, ["@path:fb"]),
        (REACHED + "reached(x) :- path(x, 9).", []),
        (REACHED + "reached(x) :- edge(x, _), !path(_, x).", ["@path:fb"]),
        (REACHED + "reached(n) :- n = count : { path(_, _) }.", []),
        (REACHED.replace("edge(y, z)", "edge(y, z), x < z"), []),
        (REACHED + ".input path", []),
        (REACHED + ".decl path(x: number, y: number) choice-domain y", []),
        ("path(x, y) :- edge(x, y). reached(1) :- path(_, _).", ["@path:ff"]),
        ("path(x, x) :- edge(x, _). path(7, 8). reached(y) :- path(_, y).", ["@path:fb"]),
    ],
)
def test_project(text: str, dead: list[str]) -> None:
    program = checked(".decl edge(x: number, y: number)\n" + text)
    after = verify(project(program, ["reached"]))
    assert [name for name in after.relations if name.startswith("@")] == dead
    if not dead:
        assert after is program


def test_project_by_the_public_face() -> None:
    edges = [(i, (i + 1) % 30) for i in range(30)]
    program = TheProgram(REACHED)
    result = program.run(only=["reached"], edge=edges)
    assert result["reached"].rows() == program.run(edge=edges)["reached"].rows()
    assert str(result.why("reached", (3,))) == str(program.run(edge=edges).why("reached", (3,)))
    assert len(program.run(only=["reached"], edge=edges, path=[(90, 91)])["reached"]) == 31


def test_passes_run_in_order() -> None:
    program = checked("p(x) :- q(x), x > 1 + 1, x > 2. q(3).")
    assert rules(optimise(program)) == ["p(x) :- q(x), x > 2."]
    assert (fold_constants, drop_duplicates, drop_idle) == PASSES
