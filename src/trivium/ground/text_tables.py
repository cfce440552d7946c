"""Tables in running text: columns between bars, or aligned by spaces.

     name | n                 +------+---+
    ------+---                | name | n |
     Ann  | 3                 +------+---+

Each row knows its characters; the text between tables is left to who asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from trivium.ground.aligned import tables_in

_RULE = re.compile(r"\s*[|+:]?[-=+:|\s]*(?:---|===|:-+|-+:|-+\+|-\|)[-=+:|\s]*")


@dataclass(frozen=True)
class TextTable:
    """Characters `start` to `end` of a text are this grid; `rows` are those of each of its rows."""

    start: int
    end: int
    grid: list[list[str]]
    rows: list[tuple[int, int]]
    title: str = ""


def tables_of_text(text: str) -> list[TextTable]:
    """The tables of a text, from top to bottom."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found: list[TextTable] = []
    first = 0
    while first < len(lines):
        last = first
        while last < len(lines) and ("|" in lines[last] or _is_rule(lines[last])):
            last += 1
        table = _barred(lines, starts, first, last) if last - first >= 2 else None
        if table is not None:
            found.append(table)
        first = max(last, first + 1)
    taken = [(table.start, table.end) for table in found]
    free = [
        "" if any(a <= starts[i] < b for a, b in taken) else line.rstrip("\r")
        for i, line in enumerate(lines)
    ]
    for aligned in tables_in(free):
        numbers = [i for i in range(aligned.first, aligned.last) if free[i].strip()]
        rows = [(starts[i], starts[i] + len(free[i])) for i in numbers]
        # Cells that went on in a further line were joined: the first lines must do.
        rows = rows[: len(aligned.grid)]
        start, end = starts[aligned.first], starts[aligned.last - 1] + len(lines[aligned.last - 1])
        found.append(TextTable(start, end, aligned.grid, rows, aligned.title))
    return sorted(found, key=lambda table: table.start)


def _is_rule(line: str) -> bool:
    return bool(_RULE.fullmatch(line))


def _barred(lines: list[str], starts: list[int], first: int, last: int) -> TextTable | None:
    """The table of lines with bars, of which one is a rule, or which all begin with a bar."""
    while last > first and not lines[last - 1].strip():
        last -= 1
    rules = [i for i in range(first, last) if _is_rule(lines[i])]
    rows = [i for i in range(first, last) if i not in rules]
    if len(rows) < 2:
        return None
    counts = {lines[i].count("|") for i in rows}
    bars = all(lines[i].lstrip().startswith("|") for i in rows)
    if len(counts) > 1 or not (rules or (bars and len(rows) >= 3)):
        return None
    grid = [_cells(lines[i]) for i in rows]
    spans = [(starts[i], starts[i] + len(lines[i].rstrip("\r"))) for i in rows]
    return TextTable(starts[first], starts[last - 1] + len(lines[last - 1]), grid, spans)


def _cells(line: str) -> list[str]:
    plain = line.strip()
    plain = plain.removeprefix("|")
    plain = plain[:-1] if plain.endswith("|") and not plain.endswith("\\|") else plain
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", plain)]
