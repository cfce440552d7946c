"""`trivium ask QUESTION SOURCE...`: answer a question, and show how."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from trivium.cli import options
from trivium.cli.answered import show
from trivium.cli.layout import Layout
from trivium.cli.read import add_dates

if TYPE_CHECKING:
    from trivium.machine import Machine

NAME = "ask"
SHOW_PROGRAM = ""


def add(commands: Any) -> None:
    parser = commands.add_parser(
        NAME,
        help="answer a question over tables and documents",
        description="Answer a question over any mix of tables and documents: the value, how sure\n"
        "it is, the program that computed it, and the proof with the cells or text that\n"
        "it rests on. When it does not know, it says `unknown` and why.",
        epilog="examples:\n"
        '  trivium ask "which country won the most medals?" medals.csv\n'
        '  trivium ask "total revenue in 2023?" report.pdf figures.xlsx --why\n'
        '  trivium ask "..." data.csv --program > guess.dl    keep the program\n'
        '  trivium ask "..." data.csv --program guess.dl      run that one instead\n'
        "  trivium ask -i sales.csv clients.csv               ask on and on",
        formatter_class=Layout,
    )
    parser.add_argument("question", metavar="QUESTION", help="with -i: one more source")
    parser.add_argument(
        "-i", "--interactive", action="store_true",
        help="ask one question after another; each may go on from the one before",
    )  # fmt: skip
    parser.add_argument(
        "--define", action="append", default=[], type=definition, metavar="NAME=MEANING",
        help="what a word of your own stands for: \"revenue=total where status = 'paid'\"",
    )  # fmt: skip
    parser.add_argument("--plot", action="store_true", help="draw groups and their numbers as bars")
    parser.add_argument(
        "sources", nargs="*", metavar="SOURCE",
        help="CSV, TSV, JSON, Parquet, XLSX, SQLite, DuckDB, TXT, Markdown, HTML, PDF, DOCX, or a "
        "postgresql:// address",
    )  # fmt: skip
    add_dates(parser)
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument(
        "--why", action="store_true", help="show the whole proof, and what else it could be"
    )
    parser.add_argument(
        "--min-confidence", type=probability, metavar="P",
        help="below it the answer is `unknown` (0 to 1)",
    )  # fmt: skip
    parser.add_argument(
        "--program", nargs="?", const=SHOW_PROGRAM, metavar="FILE.dl",
        help="print only the program; or, with a file, run that program for the answer",
    )  # fmt: skip
    model = options.add_model(parser, "asked for programs")
    model.add_argument(
        "--language", choices=["sql", "datalog", "json"], default="sql",
        help="what the model is asked to write (sql)",
    )  # fmt: skip
    model.add_argument(
        "--samples", type=positive, default=1, metavar="N",
        help="programs to ask for; values that several give count more",
    )  # fmt: skip
    model.add_argument(
        "--no-grammar", action="store_true", help="let the model write what it likes"
    )
    parser.set_defaults(execute=execute, parser=parser)


def positive(text: str) -> int:
    if not text.isdigit() or text.strip("0") == "":
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, found {text}")
    return int(text)


def probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1, found {text}")
    return value


def definition(text: str) -> tuple[str, str]:
    name, equals, meaning = text.partition("=")
    if not (equals and name.strip() and meaning.strip()):
        raise argparse.ArgumentTypeError(f"expected NAME=MEANING, found {text}")
    return name.strip(), meaning.strip()


def execute(arguments: argparse.Namespace) -> int:
    sources, program = _sources_and_program(arguments)
    if arguments.interactive:
        sources = [arguments.question, *sources]
    if not sources:
        arguments.parser.error("no source to ask; name at least one file or address")
    machine = _machine(arguments)
    if not _add(machine, sources, arguments.dates):
        return 2
    for name, meaning in arguments.define:
        machine.define(name, meaning)
    if arguments.interactive:
        from trivium.cli.conversation import converse

        return converse(machine, _options(arguments), arguments.why)
    if program:
        from trivium.cli.load import program_text

        answer = machine.run(arguments.question, program_text(program))
    else:
        from trivium.cli.terminal import progress

        with progress("thinking"):
            answer = machine.ask(arguments.question, **_options(arguments))
    if arguments.json:
        import json

        from trivium.ask.answer_json import answer_json

        told = answer_json(answer, machine.tables, machine.passages)
        print(json.dumps(told, ensure_ascii=False, indent=2))
    elif arguments.program == SHOW_PROGRAM:
        print(answer.program or f"// unknown: {answer.reason}")
    else:
        show(answer, machine, arguments.why)
        if arguments.plot:
            print(f"\n{answer.plot()}")
    return 0


def _sources_and_program(arguments: argparse.Namespace) -> tuple[list[str], str]:
    """The sources, and the program to run (empty if none).

    After `--program` a file that ends in `.dl` or `.sql` is a program; any other is the first
    source.
    """
    program = arguments.program or ""
    if program and not program.endswith((".dl", ".sql")):
        arguments.program = SHOW_PROGRAM
        return [program, *arguments.sources], ""
    return arguments.sources, program


def _machine(arguments: argparse.Namespace) -> Machine:
    from trivium.machine import Machine

    return Machine(
        model=options.model_of(arguments),
        language=arguments.language,
        samples=arguments.samples,
        grammar=not arguments.no_grammar,
    )


def _options(arguments: argparse.Namespace) -> dict[str, Any]:
    given = arguments.min_confidence
    return {} if given is None else {"min_confidence": given}


def _add(machine: Machine, sources: list[str], dates: str) -> int:
    """Add each source; those that cannot be read are reported and left out. How many were added."""
    from trivium.cli.terminal import progress
    from trivium.errors import TriviumError

    added = 0
    with progress("reading", len(sources)) as step:
        for source in sources:
            step(source)
            try:
                machine.add(source, dates=dates)
                added += 1
            except TriviumError as error:
                print(error, file=sys.stderr)
    if 0 < added < len(sources):
        print(f"warning: {len(sources) - added} source(s) left out", file=sys.stderr)
    return added
