"""`trivium sql "SELECT ..." table.csv`: a query over tables, with the proof of its rows."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trivium.cli import options
from trivium.cli.layout import Layout
from trivium.cli.load import read_tables
from trivium.cli.terminal import print_json
from trivium.cli.views import show_views

if TYPE_CHECKING:
    from trivium.program import Program

NAME = "sql"
SHOWN_PROOFS = 5


def add(commands: Any) -> None:
    parser = commands.add_parser(
        NAME,
        help="run a SQL query over tables",
        description="Run a SELECT over the tables of the SOURCEs: DuckDB computes its rows, rules\n"
        "explain them. A table is called as its file; a column as `trivium read` shows it.",
        epilog="examples:\n"
        '  trivium sql "select nation from medals where gold > 3" medals.csv --why',
        formatter_class=Layout,
    )
    parser.add_argument("query", metavar="QUERY", help="a SELECT")
    parser.add_argument("sources", metavar="SOURCE", nargs="+", help="tables")
    parser.add_argument("--why", action="store_true", help="also show the proofs of the rows")
    parser.add_argument("--rules", action="store_true", help="show the rules of the query instead")
    parser.add_argument(
        "--plan", action="store_true",
        help="show instead which way the query takes, why, and how DuckDB goes about it",
    )  # fmt: skip
    options.add_format(parser, options.FORMATS, "rows are shown")
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    options.add_limits(parser)
    parser.set_defaults(execute=execute, parser=parser)


def execute(arguments: argparse.Namespace) -> int:
    from trivium.dialects.sql.program import SelectProgram
    from trivium.program import Program

    program = Program(arguments.query, "sql", "<query>")
    tables = read_tables(arguments.sources)
    query = program.checked
    assert isinstance(query, SelectProgram)
    if arguments.rules:
        print(query.compile(tables).query.rules, end="")
    elif arguments.plan:
        print(query.plan(tables))
    else:
        form = "json" if arguments.json else arguments.format
        show_query(program, tables, arguments, form, arguments.why)
    return 0


def show_query(
    program: Program, tables: dict[str, Any], arguments: argparse.Namespace, form: str, why: bool
) -> None:
    """Run a query over tables and show its rows, with their proofs where they are wanted."""
    answer = program.run(tables, limits=options.limits_of(arguments))
    view = answer["answer"]
    if form == "json" and why:
        rows = [
            {
                "row": dict(zip(view.columns, row, strict=True)),
                "cells": [str(place) for place in answer.why("answer", row).places()],
            }
            for row in view
        ]
        print_json(rows)
        return
    show_views({"answer": view}, form)
    if why:
        for row in view.rows()[:SHOWN_PROOFS]:
            print(answer.why("answer", row))
