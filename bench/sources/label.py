"""What a file holds, as a person labelled it: tables, their columns, and a digest of every cell.

    {"file": "files/sep.csv", "format": "csv",
     "readings": [[{"title": [], "lines": {"1": "separator", "2": "header"},
                    "columns": [{"header": ["Date"], "type": "date", "unit": ""}, ...],
                    "rows": [[3, "d3b07384", "9c1185a5|0a4d55a8"], ...]}]],
     "text": [{"words": 4, "digest": "8c7dd922"}]}

A row begins with its line in the file (row of a sheet, page and line of a PDF, path in JSON). A
cell that may be read in two ways has both digests. `readings` are the ways in which the whole file
may be read: the one that a reader comes nearest to counts. A file without tables has none; `text`
is what must be found in its passages, by number of words and a digest of them in lower case.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sources.canonical import Value, digest

LABELS = Path(__file__).parent / "labels"


@dataclass(frozen=True)
class LabelledColumn:
    """The names that are right for a column, its type in words, and its unit."""

    header: tuple[str, ...]
    type: str
    unit: str = ""
    nulls: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelledTable:
    """A table. `also` are headers of columns that may be read beside the labelled ones (`*`: any);
    `maybe` are the numbers (from 0) of rows that may be taken for data or for a total."""

    columns: tuple[LabelledColumn, ...]
    rows: tuple[tuple[frozenset[str], ...], ...]
    at: tuple[int | str, ...]
    title: tuple[str, ...] = ()
    lines: dict[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    maybe: frozenset[int] = frozenset()
    optional: bool = False


@dataclass(frozen=True)
class Label:
    """One file: `path` is relative to the folder of data."""

    path: str
    format: str
    readings: tuple[tuple[LabelledTable, ...], ...]
    text: tuple[tuple[int, str], ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        return Path(self.path).name

    @cached_property
    def group(self) -> str:
        """The set of files that it belongs to: those of the folder itself, or one beside it."""
        return "itself" if not self.path.startswith("../") else self.path.split("/")[1]


def words(text: str) -> list[str]:
    return re.findall(r"\w", text) if re.search("[぀-ヿ一-鿿]", text) else re.findall(r"\w+", text)


def phrase(text: str) -> tuple[int, str]:
    """The number of words of a text that must be found, and their digest."""
    found = words(text.lower())
    return len(found), digest(Value("text", " ".join(found)))


def holds(text: str, wanted: tuple[int, str]) -> bool:
    """Whether the phrase stands somewhere in the text."""
    count, goal = wanted
    for found in (re.findall(r"\w+", text.lower()), re.findall(r"\w", text.lower())):
        for start in range(len(found) - count + 1):
            if digest(Value("text", " ".join(found[start : start + count]))) == goal:
                return True
    return False


def _table(data: dict[str, Any]) -> LabelledTable:
    columns = tuple(
        LabelledColumn(tuple(c["header"]), c["type"], c.get("unit", ""), tuple(c.get("nulls", ())))
        for c in data["columns"]
    )
    rows = tuple(tuple(frozenset(cell.split("|")) for cell in row[1:]) for row in data["rows"])
    return LabelledTable(
        columns, rows, tuple(row[0] for row in data["rows"]), tuple(data.get("title", ())),
        data.get("lines", {}), tuple(data.get("also", ())), frozenset(data.get("maybe", ())),
        data.get("optional", False),
    )  # fmt: skip


def load(path: Path) -> Label:
    data = json.loads(path.read_text("utf-8"))
    readings = tuple(tuple(_table(table) for table in tables) for tables in data["readings"])
    text = tuple((item["words"], item["digest"]) for item in data.get("text", ()))
    return Label(data["file"], data["format"], readings, text, data.get("note", ""))


def load_all() -> list[Label]:
    """The labels of all files, by name."""
    return [load(path) for path in sorted(LABELS.glob("*.json"))]
