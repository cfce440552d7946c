"""What the arguments name, read: the text of a program, the program, and the tables beside it.

trivium run rules.dl results.csv    ->  the program of `rules.dl`, and {"results": its table}
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trivium.ground.table import Table
    from trivium.program import Program


def load(arguments: argparse.Namespace) -> tuple[Program, dict[str, Any]]:
    """The program, and the tables of the sources by name; E316 for an option that the program's
    dialect has not."""
    from trivium.cli.functions import functions_of
    from trivium.dialects import DIALECTS
    from trivium.dialects.files import dialect_of
    from trivium.engine.given import take
    from trivium.program import Program

    text = program_text(arguments.file)
    tables = read_tables(arguments.sources)
    path = Path("<stdin>" if arguments.file == "-" else arguments.file)
    dialect = dialect_of(path)
    lacks = DIALECTS[dialect].lacks
    program = Program(
        text,
        dialect,
        str(path),
        functions_of(arguments.functions),
        [take(name, rows).relation() for name, rows in tables.items() if "relations" not in lacks],
        [*([path.parent] if "include" not in lacks else []), *arguments.include],
        dict(arguments.macro),
    )
    return program, tables


def read_tables(sources: list[str]) -> dict[str, Table]:
    if not sources:
        return {}
    from trivium.cli.read import read_sources
    from trivium.ground.table import unique

    taken: set[str] = set()
    documents, _ = read_sources(sources, strict=True)
    return {unique(t.name, taken): t for document in documents for t in document.tables}


def program_text(path: str) -> str:
    """The text of a program file, or of stdin for `-`; E601, E602, E603, E606."""
    from trivium.dialects.files import program_text

    return program_text(path)
