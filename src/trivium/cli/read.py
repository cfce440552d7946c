"""`trivium read SOURCE...`: show what is read, before anything is asked."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from trivium.cli.layout import Layout
from trivium.cli.terminal import console, counted, print_json, print_rows, progress

if TYPE_CHECKING:
    from rich.console import Console

    from trivium.ground.document import Document
    from trivium.ground.table import Column, Table

NAME = "read"
EXAMPLES = 3


def add(commands: Any) -> None:
    parser = commands.add_parser(
        NAME,
        help="show the tables, columns and passages that are read from sources",
        description="Show what is read from sources: tables, columns with their types, the kinds\n"
        "of cells, passages, and what was read another way or left out.",
        formatter_class=Layout,
    )
    parser.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="a table, a document or a database"
    )
    add_dates(parser)
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(execute=execute)


def add_dates(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dates", metavar="ORDER", default="", choices=("dmy", "mdy", "ymd"),
        help="dmy, mdy or ymd: how 03/04/2024 is read where a column does not show it",
    )  # fmt: skip


def execute(arguments: argparse.Namespace) -> int:
    documents, problems = read_sources(arguments.sources, dates=arguments.dates)
    if arguments.json:
        print_json([document_json(d) for d in documents])
        return 2 if problems else 0
    out = console()
    for document in documents:
        show(document, out)
    return 2 if problems else 0


def read_sources(
    sources: list[str], strict: bool = False, dates: str = ""
) -> tuple[list[Document], int]:
    """The documents that could be read, and how many could not; their errors go to stderr.

    A strict reader stops at the first error.
    """
    from trivium.errors import TriviumError
    from trivium.ground.read import read

    documents = []
    with progress("reading", len(sources)) as step:
        for source in sources:
            step(source)
            try:
                documents.append(read(source, dates=dates))
            except TriviumError as error:
                if strict:
                    raise
                print(error, file=sys.stderr)
    return documents, len(sources) - len(documents)


def show(document: Document, out: Console) -> None:
    out.print(str(document.report))
    for table in document.tables:
        rows = [
            (c.name, str(c.type), c.header, _kinds(c), ", ".join(_examples(c)))
            for c in table.columns
        ]
        title = f"table {table.name} ({counted(table.n_rows, 'row')})"
        out.print()
        print_rows(out, title, ("column", "type", "header", "cells", "examples"), rows)
    if document.passages:
        out.print(f"\npassages ({len(document.passages):,})", style="bold")
        for passage in document.passages[:EXAMPLES]:
            text = " ".join(passage.text.split())
            out.print(f"- {text[:200]}{'…' if len(text) > 200 else ''}")
        if len(document.passages) > EXAMPLES:
            out.print("- …")
    out.print()


def _kinds(column: Column) -> str:
    return " · ".join(f"{kind} {count}" for kind, count in column.kinds.most_common() if count)


def _examples(column: Column) -> list[str]:
    """The first texts that differ; cells are read until there are enough."""
    found: dict[str, None] = {}
    for cell in column.cells:
        if not cell.empty:
            found[cell.text if len(cell.text) <= 20 else cell.text[:19] + "…"] = None
        if len(found) == EXAMPLES:
            break
    return list(found)


def document_json(document: Document) -> dict[str, object]:
    report = document.report
    return {
        "source": document.name,
        "tables": [_table_json(table) for table in document.tables],
        "passages": [
            {"text": p.text, "heading": p.heading, "place": p.place.known()}
            for p in document.passages
        ],
        "kinds": dict(report.kinds),
        "remarks": [str(stray) for stray in report.strays] + list(report.notes),
        "readings": list(report.readings),
        "warnings": [*report.doubts, *report.warnings],
    }


def _table_json(table: Table) -> dict[str, object]:
    return {
        "name": table.name,
        "title": table.title,
        "place": table.place.known(),
        "rows": table.n_rows,
        "columns": [
            {
                "name": column.name,
                "header": column.header,
                "type": str(column.type),
                "kinds": dict(column.kinds),
                "examples": _examples(column),
                **({"reading": column.reading.told} if column.reading.told else {}),
            }
            for column in table.columns
        ],
    }
