"""Tables in text whose columns are aligned by spaces, as PDF layouts and old reports have them.

    Nation      Gold   Silver          columns begin and end where every row
    Italy         12        3    ->    of the block leaves a gap of two spaces
    Great Britain  9       11

Cells are cut where a vertical strip of the block holds no ink. A block is a table when it has at
least two columns, three lines (or two with numbers), and most lines fill most columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Lists and tables of contents have gaps too, but are no tables.
_BULLET = re.compile(r"^(?:[•◦▪●○–*-]|\(?[a-z0-9]{1,2}[.)])$")
_LEADER = re.compile(r"(?:\. ?){4,}")
_GAP = re.compile(r"\s{2,}")


@dataclass(frozen=True, slots=True)
class Aligned:
    """Lines `first` to `last` (exclusive) are this grid; `title` is the line above, if any."""

    first: int
    last: int
    grid: list[list[str]]
    title: str = ""


def tables_in(lines: list[str]) -> list[Aligned]:
    """The tables of a page, from top to bottom."""
    found: list[Aligned] = []
    first = 0
    while first < len(lines):
        last = _run(lines, first)
        table = _table(lines, first, last) if last - first >= 2 else None
        if table:
            found.append(table)
        first = max(last, first + 1)
    return found


def unfolded(lines: list[str]) -> list[str]:
    """The lines with prose in columns put one column below the other."""
    found: list[str] = []
    first = 0
    while first < len(lines):
        last = _run(lines, first)
        block = [line.expandtabs() for line in lines[first:last] if line.strip()]
        borders = _borders(block) if len(block) >= 4 else []
        cells = [_cut(line, borders) for line in block]
        words = [len(cell.split()) for row in cells for cell in row if cell]
        if len(borders) in (2, 3) and words and sum(words) >= 3 * len(words):
            for column in zip(*cells, strict=True):
                found += [*column, ""]
        else:
            found += lines[first : max(last, first + 1)]
        first = max(last, first + 1)
    return found


def _columned(line: str) -> bool:
    """Whether a line has a gap in it that no running text has."""
    return len(_GAP.split(line.strip())) >= 2


def _run(lines: list[str], first: int) -> int:
    """The end of a run of columned lines; single empty lines and wrapped cells may interrupt it."""
    last = at = first
    while at < len(lines):
        if _columned(lines[at]):
            last = at + 1
        elif (lines[at].strip() and not (last > first and _wrapped(lines, at))) or (
            not lines[at].strip() and at - last >= 1
        ):
            break
        at += 1
    return last


def _wrapped(lines: list[str], at: int) -> bool:
    """A line of one word or few between columned ones: the rest of a cell above."""
    following = lines[at + 1] if at + 1 < len(lines) else ""
    return len(lines[at].strip()) <= 30 and _columned(following)


def _table(lines: list[str], first: int, last: int) -> Aligned | None:
    block = [line.expandtabs() for line in lines[first:last] if line.strip()]
    borders = _borders(block)
    if len(borders) < 2:
        return None
    grid = [_cut(line, borders) for line in block]
    bullets = sum(bool(_BULLET.match(row[0])) for row in grid)
    leaders = sum(bool(_LEADER.search(line)) for line in block)
    if max(bullets, leaders) > len(grid) // 2:
        return None
    filled = [sum(map(bool, row)) for row in grid]
    digits = sum(any(c.isdigit() for c in cell) for row in grid[1:] for cell in row[1:])
    full = sum(count >= max(2, len(borders) // 2) for count in filled)
    if full < 0.7 * len(grid) or (len(grid) < 3 and not digits):
        return None
    words = [len(cell.split()) for row in grid for cell in row if cell]
    if sum(words) / len(words) > 6 and not digits:
        return None  # two columns of prose
    return Aligned(first, last, _joined(grid), _title(lines, first))


def _borders(block: list[str]) -> list[tuple[int, int]]:
    """Start and end of each column: strips of ink between gaps that nearly no line crosses."""
    width = max(map(len, block))
    ink = [0] * (width + 1)
    for line in block:
        for at, character in enumerate(line):
            # A single space inside a phrase is ink: only wider gaps part columns.
            inside = (
                character == " " and line[at - 1 : at].strip() and line[at + 1 : at + 2].strip()
            )
            ink[at] += character != " " or bool(inside)
    allowed = len(block) // 12
    found: list[tuple[int, int]] = []
    start: int | None = None
    for at in range(width + 1):
        if ink[at] > allowed and start is None:
            start = at
        elif ink[at] <= allowed and start is not None:
            found.append((start, at))
            start = None
    if start is not None:
        found.append((start, width))
    # Characters in the allowed strips belong to the column on their left.
    return [
        (a if i else 0, found[i + 1][0] if i + 1 < len(found) else width)
        for i, (a, _) in enumerate(found)
    ]


def _cut(line: str, borders: list[tuple[int, int]]) -> list[str]:
    """The cells of a line; a word across a border goes whole to where more of it stands."""
    edges = [0]
    for border, _ in borders[1:]:
        if line[border - 1 : border].strip() and line[border : border + 1].strip():
            start = line.rfind(" ", 0, border) + 1
            end = line.find(" ", border)
            end = len(line) if end < 0 else end
            border = end if border - start >= end - border else start
        edges.append(max(border, edges[-1]))
    return [line[a:b].strip() for a, b in zip(edges, [*edges[1:], None], strict=True)]


def _joined(grid: list[list[str]]) -> list[list[str]]:
    """Lines of one cell without a number go on in the cell above them, and are joined to it."""
    rows: list[list[str]] = []
    for row in grid:
        lone = [i for i, cell in enumerate(row) if cell]
        goes_on = rows and len(lone) == 1 and not any(c.isdigit() for c in row[lone[0]])
        if goes_on and (lone[0] > 0 or len(row) > 2) and rows[-1][lone[0]] and len(rows) > 1:
            rows[-1][lone[0]] += f" {row[lone[0]]}"
        else:
            rows.append(list(row))
    return rows


def _title(lines: list[str], first: int) -> str:
    above = next(
        (line.strip() for line in reversed(lines[max(0, first - 3) : first]) if line.strip()), ""
    )
    return above if above and len(above) <= 80 and not above.endswith(".") else ""
