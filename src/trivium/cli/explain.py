"""`trivium explain FILE.dl 'path(1, 3)'`: why a row holds, or why not; `explain E202`: an error."""

from __future__ import annotations

import argparse
import re
from typing import Any

from trivium.cli import options
from trivium.cli.layout import Layout
from trivium.cli.load import load
from trivium.cli.run import explain_row, run_program
from trivium.errors import CATALOGUE

NAME = "explain"


def add(commands: Any) -> None:
    parser = commands.add_parser(
        NAME,
        help="show why a row of a relation holds, or why not; or what an error means",
        description="With a program and a row: the proof of the row, or, when it does not hold,\n"
        "the literal of each rule that failed. With an error's number: its law and cure.",
        epilog="examples:\n"
        '  trivium explain family.dl \'ancestor("ann", "eve")\'\n'
        "  trivium explain E202",
        formatter_class=Layout,
    )
    parser.add_argument("file", metavar="FILE|NUMBER", help="a program, or an error like E202")
    parser.add_argument(
        "row", metavar="ROW", nargs="?", help="a row, written as a fact; `_` stands for any value"
    )
    options.add_inputs(parser)
    options.add_text(parser)
    options.add_inference(parser)
    options.add_limits(parser)
    parser.set_defaults(execute=execute, parser=parser)


def execute(arguments: argparse.Namespace) -> int:
    number = re.fullmatch(r"[Ee]?(\d{3})", arguments.file)
    if number:
        if int(number[1]) not in CATALOGUE:
            near = min(CATALOGUE, key=lambda known: abs(known - int(number[1])))
            arguments.parser.error(f"no error has the number E{number[1]}; did you mean E{near}?")
        print(lesson_text(int(number[1])))
        return 0
    if arguments.row is None:
        arguments.parser.error(
            f"no row to explain; write one as a fact: {arguments.file} 'path(1, 3)'"
        )
    program, tables = load(arguments)
    result = run_program(program, tables, arguments)
    print(explain_row(result, arguments.row, program.dialect))
    return 0


def lesson_text(number: int) -> str:
    """The catalogue's entry: the law, a program that breaks it and the cure."""
    from trivium.cli.lessons import LESSONS

    lines = [f"E{number}: {CATALOGUE[number]}"]
    lesson = LESSONS.get(number)
    if lesson and lesson.wrong:
        lines += ["", *(f"    {line}" for line in lesson.wrong.splitlines())]
    if lesson:
        lines += ["", f"the cure: {lesson.cure}"]
    return "\n".join(lines)
