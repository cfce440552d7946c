"""Tables and documents read into facts, each with the place it was read from.

    document = read("report.html")
    document.tables[0].column("gold").cells[0].number    # 12.0
    document.tables[0].at(0, "gold")                     # report.html, Medals, row 1, bytes 310-312
    document.passages[0].text, document.passages[0].place
    print(document.report)                               # what was read, what stayed text

`read` reads one source, `read_all` many (one bad source does not stop the others), `Retriever`
finds the passages and rows that share a question's words, `facts_of` turns running text into
tables of statements and quantities. Names load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trivium.ground.cells import Cell, parse_cell
    from trivium.ground.document import Document
    from trivium.ground.passage import Passage
    from trivium.ground.read import read, read_all
    from trivium.ground.report import Report
    from trivium.ground.retrieve import Retriever
    from trivium.ground.statements import facts_of
    from trivium.ground.table import Column, Table, make_table

_HOMES = {
    "Cell": "cells",
    "Column": "table",
    "Document": "document",
    "Passage": "passage",
    "Report": "report",
    "Retriever": "retrieve",
    "Table": "table",
    "facts_of": "statements",
    "make_table": "table",
    "parse_cell": "cells",
    "read": "read",
    "read_all": "read",
}

__all__ = [
    "Cell",
    "Column",
    "Document",
    "Passage",
    "Report",
    "Retriever",
    "Table",
    "facts_of",
    "make_table",
    "parse_cell",
    "read",
    "read_all",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"trivium.ground.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
