"""What the arguments name, read: the text of a program, the program, and the tables beside it.

trivium run rules.dl results.csv    ->  the program of `rules.dl`, and {"results": its table}
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trivium.ground.table import Table
    from trivium.program import Program

# The dialect of a program, by how the name of its file ends; any other is Soufflé's.
DIALECTS = {".pl": "problog", ".problog": "problog", ".sql": "sql"}


def load(arguments: argparse.Namespace) -> tuple[Program, dict[str, Any]]:
    """The program, and the tables of the sources by name; E316 for an option that the program's
    dialect has not."""
    from trivium.cli.functions import functions_of
    from trivium.dialects import DIALECTS as KNOWN
    from trivium.engine.given import take
    from trivium.program import Program

    text = program_text(arguments.file)
    tables = read_tables(arguments.sources)
    path = Path("<stdin>" if arguments.file == "-" else arguments.file)
    dialect = DIALECTS.get(path.suffix, "souffle")
    lacks = KNOWN[dialect].lacks
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
    """The text of a program file, or of stdin for `-`.

    E601 missing, E602 unreadable, E603 a directory, E606 not text.
    """
    from trivium.errors import DataError

    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text("utf-8-sig")
    except FileNotFoundError:
        raise DataError(601, f"there is no file `{path}`") from None
    except IsADirectoryError:
        raise DataError(603, f"`{path}` is a directory") from None
    except OSError as error:
        raise DataError(602, f"`{path}` cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise DataError(606, f"`{path}` is not UTF-8 text (byte {error.start})") from None
