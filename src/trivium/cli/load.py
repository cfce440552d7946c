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

CLAUSES = (".pl", ".problog")


def is_clauses(file: str) -> bool:
    """Whether the name of a file says that it is in the ProbLog dialect."""
    return file.endswith(CLAUSES)


def load_either(arguments: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """The program, in whichever dialect, and the tables of its sources."""
    return (load_clauses if is_clauses(arguments.file) else load)(arguments)


def load(arguments: argparse.Namespace) -> tuple[Program, dict[str, Any]]:
    """The program, and the tables of the sources as its input relations by name."""
    text = program_text(arguments.file)
    tables = read_tables(arguments.sources)
    from trivium.cli.functions import functions_of
    from trivium.engine.given import take
    from trivium.program import Program

    name = "<stdin>" if arguments.file == "-" else arguments.file
    given = [take(name, table).relation() for name, table in tables.items()]
    include = [Path(name).parent, *map(Path, arguments.include)]
    functions = functions_of(arguments.functions) if arguments.functions else {}
    program = Program(
        text,
        name=name,
        functions=functions,
        relations=given,
        include=include,
        macros=dict(arguments.macro),
    )
    return program, tables


def load_clauses(arguments: argparse.Namespace) -> tuple[Program, dict[str, Any]]:
    """The program, and the tables of the sources as facts by name."""
    from trivium.program import Program

    path = Path(arguments.file)
    text = program_text(arguments.file)
    program = Program(text, "problog", path.name, include=[path.parent])
    return program, dict(read_tables(arguments.sources))


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
