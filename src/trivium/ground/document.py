"""What one source holds: tables, passages and the report on how they were read."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from trivium.ground.passage import Passage
from trivium.ground.report import Report
from trivium.ground.table import Table


@dataclass
class Contents:
    """What a reader found in a file."""

    tables: list[Table] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)

    def add(self, table: Table | None) -> None:
        if table is not None:
            self.tables.append(table)

    def extend(self, other: Contents) -> None:
        self.tables += other.tables
        self.passages += other.passages


@dataclass(frozen=True)
class Document:
    """A source that was read. `name` is its path or URL, without a password."""

    name: str
    tables: list[Table]
    passages: list[Passage]
    report: Report

    def __repr__(self) -> str:
        return f"Document({self.name!r}: {self.report.summary})"

    def _repr_html_(self) -> str:
        tables = "".join(
            f"<li>{escape(table.name)}({escape(', '.join(c.name for c in table.columns))})</li>"
            for table in self.tables
        )
        return f"{self.report._repr_html_()}<ul>{tables}</ul>"
