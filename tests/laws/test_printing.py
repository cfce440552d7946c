"""A checked program that is printed and run again gives the same rows, and the same print."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.programs import Case, make

from trivium.analyse import analyse
from trivium.errors import TriviumError
from trivium.ir.nodes import Program as Checked
from trivium.ir.printer import print_program, print_rule
from trivium.program import Limits, Program
from trivium.result import Result
from trivium.source import Source
from trivium.syntax import ast
from trivium.syntax.printer import print_item
from trivium.syntax.souffle import parse
from trivium.syntax.written import show_rule

PROGRAMS = Path(__file__).parents[1] / "programs"
# So many steps are plenty for what is written by hand.
LIMITS = Limits(rows=20_000, seconds=20)


def checked(text: str) -> Checked:
    return analyse(parse(Source("printed.dl", text)))


def rows(program: Program, **data: object) -> dict[str, set[str]]:
    result: Result = program.run(limits=LIMITS, **data)  # type: ignore[arg-type]
    return {name: set(map(repr, result[name].rows())) for name in result.relations}


def printed(program: Checked) -> str | None:
    """The program's text; None where it has relations that analysis made, or an instance's."""
    names = [name for name in program.relations if "@" in name or "." in name]
    return None if names else print_program(program)


def shown(program: Checked, text: str) -> str | None:
    """The program with its own types and each rule as a proof shows it; None where it has an
    instance's relations."""
    if any("." in name for name in program.relations):
        return None
    hidden = ("@", ".decl @", ".type")
    tree = parse(Source("test.dl", text))
    types = [print_item(item) for item in tree.items if isinstance(item, ast.AnyType)]
    rules = {print_rule(rule, program): rule for rule in program.rules}
    lines = [
        show_rule(rules[line], program) if line in rules else line
        for line in print_program(program).split("\n")
        if not line.startswith(hidden)
    ]
    return "\n".join([*types, *dict.fromkeys(lines)])


def check(text: str, **data: object) -> bool:
    """Whether the program could be printed and run."""
    program = Program(text)
    try:
        wanted = rows(program, **data)
    except TriviumError:
        return False
    again, proved = printed(program.ir), shown(program.ir, text)
    if again is not None:
        found = rows(Program(again), **data)
        assert found == wanted, f"{text}\n---\n{again}"
        assert printed(checked(again)) == printed(checked(print_program(checked(again))))
    if proved is not None:
        assert rows(Program(proved), **data) == wanted, f"{text}\n---\n{proved}"
    return again is not None


@pytest.mark.parametrize("laws", [False, True])
def test_random_programs(laws: bool) -> None:
    done = 0
    for seed in range(40):
        case: Case = make(Random(seed), laws=laws)
        done += check(case.text, **case.data)
    assert done > 10


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_more_random_programs(chance: Random) -> None:
    case = make(chance)
    check(case.text, **case.data)


@pytest.mark.parametrize(
    "path", sorted(PROGRAMS.rglob("*.dl")), ids=lambda p: str(p.relative_to(PROGRAMS))
)
def test_programs_by_hand(path: Path) -> None:
    text = path.read_text("utf-8")
    if ".limitsize" not in text and ".functor" not in text:
        check(text)
