"""`trivium decide FILE`: the decisions of a program with the greatest expected utility."""

from __future__ import annotations

import argparse
from typing import Any

from trivium.cli.found import add_options, load_either, show
from trivium.cli.layout import Layout
from trivium.cli.run import limits_of

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
    add_options(parser, execute)


def execute(arguments: argparse.Namespace) -> int:
    from trivium.cli.terminal import progress

    program, tables = load_either(arguments)
    with progress(f"deciding {arguments.file}"):
        found = program.decide(tables, facts_dir=arguments.facts, limits=limits_of(arguments))
    fields = {"utility": found.utility, "bound": found.bound, "choices": found.choices}
    return show(found, fields, arguments.format)
