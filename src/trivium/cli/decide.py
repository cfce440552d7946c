"""`trivium decide FILE`: the decisions of a program with the greatest expected utility."""

from __future__ import annotations

import argparse
from typing import Any

from trivium.cli import options
from trivium.cli.layout import Layout
from trivium.cli.load import load
from trivium.cli.terminal import print_json, progress

NAME = "decide"


def add(commands: Any) -> None:
    parser = commands.add_parser(
        NAME,
        help="take the decisions that are worth most",
        description="Take or leave each fact and clause instance with the probability `?`, so\n"
        "that the expected utility is greatest. In a Datalog program `.utility wet = -20`\n"
        "says what a row is worth, in the ProbLog dialect `utility(wet, -20).`",
        epilog="examples:\n"
        "  trivium decide umbrella.dl\n"
        "  trivium decide marketing.pl --format json",
        formatter_class=Layout,
    )
    parser.add_argument("file", metavar="FILE", help="a program; `-` reads it from stdin")
    options.add_inputs(parser)
    options.add_format(parser, options.TEXT_FORMATS, "it is shown")
    options.add_text(parser)
    options.add_limits(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    program, tables = load(arguments)
    with progress(f"deciding {arguments.file}"):
        found = program.decide(
            tables, facts_dir=arguments.facts, limits=options.limits_of(arguments)
        )
    if arguments.format == "json":
        print_json({"utility": found.utility, "bound": found.bound, "choices": found.choices})
    else:
        print(found)
    return 0
