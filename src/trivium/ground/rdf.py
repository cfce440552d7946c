"""RDF (Turtle, N-Triples) into a table: a row for each subject, a column for each predicate.

ex:Oslo ex:population 709000 ; ex:country ex:Norway .   ->   subject, population, country
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from trivium.errors import DataError
from trivium.ground.document import Contents
from trivium.ground.extras import extra
from trivium.ground.grid import table_of
from trivium.ground.report import Log
from trivium.source import Place


def read_rdf(path: Path, name: str, log: Log) -> Contents:
    """The statements of a file. Raises E401 without pyoxigraph, E606 where it cannot be parsed."""
    rdf = extra("pyoxigraph", "pyoxigraph", "RDF")
    suffix = path.suffix.lower()
    format = rdf.RdfFormat.N_TRIPLES if suffix == ".nt" else rdf.RdfFormat.TURTLE
    rows: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    names = _Names()
    try:
        for quad in rdf.parse(path=str(path), format=format):
            subject, predicate = names.of(quad.subject), names.of(quad.predicate)
            rows[subject][predicate].append(names.of(quad.object))
    except (SyntaxError, ValueError, OSError) as problem:
        raise DataError(606, f"`{name}` is not RDF: {problem}") from problem
    contents, place = Contents(), Place(name)
    if not rows:
        log.warn(f"{name}: no statements")
        return contents
    headers = list(dict.fromkeys(key for row in rows.values() for key in row))
    several = [h for h in headers if any(len(row.get(h, ())) > 1 for row in rows.values())]
    if several:
        log.note(f"{place}: several values of one subject in a cell: {', '.join(several)}")
    grid = [
        [subject, *(", ".join(row.get(header, ())) for header in headers)]
        for subject, row in rows.items()
    ]
    table = table_of(path.stem, [["subject", *headers], *grid], place, log=log, header_rows=1)
    contents.add(table)
    return contents


class _Names:
    """What stands after the last `#`, `/` or `:` of an address, where that is one thing's alone."""

    def __init__(self) -> None:
        self.taken: dict[str, str] = {}

    def of(self, term: Any) -> str:
        text = str(getattr(term, "value", term))
        if type(term).__name__ != "NamedNode":
            return text
        short = text.rstrip("/#").rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]
        return short if short and self.taken.setdefault(short, text) == text else text
