"""What is special about programs of the ProbLog dialect: they are asked goals, and give answers.

trivium run alarm.pl --query 'calls(X)'      each answer of the goal, with its probability
trivium explain alarm.pl 'calls(john)'       why an answer is as probable as it is
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from trivium.cli.terminal import console, counted, print_json, print_rows

if TYPE_CHECKING:
    from trivium.engine.run import Options
    from trivium.program import Program
    from trivium.result import Result


def solve(
    program: Program, options: Options, goal: str | None, tables: Mapping[str, Any]
) -> Result:
    """The program's questions solved, or one goal, written as in a program."""
    from trivium.dialects.problog.program import ProbLogProgram
    from trivium.result import Result

    assert isinstance(program.checked, ProbLogProgram)
    return Result(program.checked.solve(options, goal, tables))


def explain_goal(result: Result, goal: str) -> str:
    """The explanations of the answers to a goal."""
    from trivium.dialects.problog.outcome import ProbLogOutcome

    assert isinstance(result.outcome, ProbLogOutcome)
    return result.outcome.why_text(goal)


def show_answers(answers: dict[str, float], form: str) -> None:
    if form == "json":
        print_json(answers)
    elif form == "csv":
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("answer", "probability"))
        writer.writerows(answers.items())
    else:
        rows = [(text, f"{value:.8g}") for text, value in answers.items()]
        print_rows(console(), counted(len(rows), "answer"), ("answer", "probability"), rows)
