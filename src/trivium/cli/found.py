"""What `trivium decide` and `trivium learn` share: their options, their program, what is shown.

trivium decide umbrella.dl --format json
->  the program of either dialect, asked, and {"utility": 43.0, ...} instead of the text
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from typing import Any

from trivium.cli.problog import is_clauses, load_clauses
from trivium.cli.run import add_inputs, add_limits, add_text, load


def add_options(
    parser: argparse.ArgumentParser, execute: Callable[[argparse.Namespace], int]
) -> None:
    """What is read beside the program, what is shown, and how long it may take."""
    add_inputs(parser)
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how it is shown (text)"
    )
    add_text(parser)
    add_limits(parser)
    parser.set_defaults(execute=execute, parser=parser)


def load_either(arguments: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """The program, in whichever dialect, and the tables of its sources."""
    return (load_clauses if is_clauses(arguments.file) else load)(arguments)


def show(found: object, fields: Mapping[str, object], form: str) -> int:
    """Print what was found: as its text, or its fields as JSON; the exit code."""
    if form == "json":
        print(json.dumps(fields, ensure_ascii=False, indent=2))
    else:
        print(found)
    return 0
