"""`trivium run FILE.pl` and `trivium explain FILE.pl ATOM`: programs of the ProbLog dialect."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from trivium.cli.load import load_clauses
from trivium.cli.options import inference_of, limits_of
from trivium.cli.terminal import console, counted, print_json, print_rows, progress

if TYPE_CHECKING:
    from trivium.dialects.problog.outcome import ProbLogOutcome
    from trivium.result import Result


def run_clauses(arguments: argparse.Namespace) -> int:
    """Solve the program's questions, or that of --query, and show the answers."""
    result = solve(arguments, arguments.query)
    if arguments.output and arguments.output != "-":
        for path in result.write(arguments.output):
            print(path)
    elif arguments.output == "-":
        result.print()
    else:
        show_answers(result.answers, arguments.format)
    if arguments.most_probable:
        print(result.most_probable())
    for text in arguments.why:
        print(_outcome(result).why_text(text))
    return 0


def explain_atom(arguments: argparse.Namespace) -> int:
    print(_outcome(solve(arguments, arguments.row)).why_text(arguments.row))
    return 0


def _outcome(result: Result) -> ProbLogOutcome:
    from trivium.dialects.problog.outcome import ProbLogOutcome

    assert isinstance(result.outcome, ProbLogOutcome)
    return result.outcome


def solve(arguments: argparse.Namespace, goal: str | None) -> Result:
    from trivium.dialects.problog.program import ProbLogProgram
    from trivium.engine.run import Options
    from trivium.result import Result

    program, tables = load_clauses(arguments)
    with progress(f"running {arguments.file}"):
        options = Options(limits=limits_of(arguments), inference=inference_of(arguments))
        assert isinstance(program.checked, ProbLogProgram)
        return Result(program.checked.solve(options, goal, tables))


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
