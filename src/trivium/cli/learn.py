"""`trivium learn FILE EXAMPLES`: the probabilities that make the examples most likely."""

from __future__ import annotations

import argparse
import re
from typing import Any

from trivium.cli import options
from trivium.cli.layout import Layout
from trivium.cli.load import load, program_text
from trivium.cli.terminal import print_json, progress

NAME = "learn"
_BETWEEN = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)


def add(commands: Any) -> None:
    parser = commands.add_parser(
        NAME,
        help="learn probabilities from examples",
        description="Find the values of `t(0.5)::` probabilities that make the examples most\n"
        "likely, by expectation maximisation. EXAMPLES holds what was observed in each, as\n"
        "the program writes evidence, with a line `---` between one and the next; what an\n"
        "example does not say is unknown.",
        epilog="examples:\n"
        "  trivium learn alarm.dl observed.dl\n"
        "  trivium learn alarm.pl observed.pl --format json",
        formatter_class=Layout,
    )
    parser.add_argument("file", metavar="FILE", help="a program with probabilities to learn")
    parser.add_argument("examples", metavar="EXAMPLES", help="what was observed")
    parser.add_argument(
        "--rounds", metavar="N", type=int, default=500, help="at most so many rounds (500)"
    )
    options.add_inputs(parser)
    options.add_format(parser, options.TEXT_FORMATS, "it is shown")
    options.add_text(parser)
    options.add_limits(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    program, tables = load(arguments)
    examples = [text for text in _BETWEEN.split(program_text(arguments.examples)) if text.strip()]
    with progress(f"learning {arguments.file}"):
        found = program.learn(
            examples, tables, rounds=arguments.rounds, facts_dir=arguments.facts,
            limits=options.limits_of(arguments),
        )  # fmt: skip
    if arguments.format == "json":
        names = ("weights", "log_likelihood", "rounds", "converged")
        print_json({name: getattr(found, name) for name in names})
    else:
        print(found)
    return 0
