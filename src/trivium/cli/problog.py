"""`trivium run FILE.pl` and `trivium explain FILE.pl ATOM`: programs of the ProbLog dialect."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trivium.dialects.problog.outcome import ProbLogOutcome
    from trivium.program import Program
    from trivium.result import Result

ENDINGS = (".pl", ".problog")


def is_clauses(file: str) -> bool:
    """Whether the name of a file says that it is in the ProbLog dialect."""
    return file.endswith(ENDINGS)


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
    from trivium.cli.run import inference_of, limits_of
    from trivium.cli.terminal import progress
    from trivium.dialects.problog.program import ProbLogProgram
    from trivium.engine.run import Options
    from trivium.result import Result

    program, tables = load_clauses(arguments)
    with progress(f"running {arguments.file}"):
        options = Options(limits=limits_of(arguments), inference=inference_of(arguments))
        assert isinstance(program.checked, ProbLogProgram)
        return Result(program.checked.solve(options, goal, tables))


def load_clauses(arguments: argparse.Namespace) -> tuple[Program, dict[str, Any]]:
    """The program, and the tables of the sources as facts by name."""
    from trivium.cli.run import program_text, read_tables
    from trivium.program import Program

    path = Path(arguments.file)
    text = program_text(arguments.file)
    program = Program(text, "problog", path.name, include=[path.parent])
    return program, dict(read_tables(arguments.sources))


def show_answers(answers: dict[str, float], form: str) -> None:
    if form == "json":
        import json

        print(json.dumps(answers, ensure_ascii=False, indent=2))
    elif form == "csv":
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("answer", "probability"))
        writer.writerows(answers.items())
    else:
        from trivium.cli.terminal import console, counted, print_rows

        rows = [(text, f"{value:.8g}") for text, value in answers.items()]
        print_rows(console(), counted(len(rows), "answer"), ("answer", "probability"), rows)
