"""The header of a grid: how many rows it has, and what each of them says of each column.

    ,2023,,2024,                Region | 2023 Q1 | 2023 Q2 | 2024 Q1 | 2024 Q2
    Region,Q1,Q2,Q1,Q2    ->
    North,5,7,6,8

A second row belongs to the header where it fills gaps of the first, repeats its cells (as merged
cells do), or holds nothing but units.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from trivium.ground.cells import parse_cell
from trivium.ground.grid import has_header

MOST = 8
_UNIT = re.compile(
    r"[(\[]\s*[^()\[\]]{1,16}\s*[)\]]|%|‰|°[CFK]?|[$€£¥₹]|[kKMG]?[WVAJN]h?|"
    r"(?:[kcmdµn]?(?:m|g|l|s)|t|ha|ft|in|mi|mph|lb|oz|h|min|days?|years?|kW|MWh|hPa|bar|Hz|kHz|MHz|"
    r"GHz|MB|GB|TB|persons?|people|pcs|units?|USD|EUR|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|元|万元|亿元|"
    r"人|个|円|kcal|mol)(?:[²³23]|\s?[/·^]\s?\w{1,4}[²³]?)*",
)


def header_rows(cells: Sequence[Sequence[str]]) -> int:
    """How many of the first rows are the header; 0 where the first is as the rows below."""
    if not cells:
        return 0
    count = 1
    while count < min(len(cells) - 1, MOST) and _belongs(cells, count):
        count += 1
    if count > 1 or has_header(cells):
        return count
    return 0


def _belongs(cells: Sequence[Sequence[str]], at: int) -> bool:
    """Whether row `at` goes on with the header of the rows above it."""
    above, row, body = cells[at - 1], cells[at], cells[at + 1 :]
    filled = [i for i, cell in enumerate(row) if cell.strip()]
    if not filled:
        return False
    if is_units(row) and len(filled) < len(row) + (len(row) == 1):
        return True
    # Merged cells reach down: the same text again, above other texts.
    if any(row[i] == above[i] for i in filled) and not any(_is_number(row[i]) for i in filled):
        return row != above or _spans(row)
    gaps = [
        i for i, cell in enumerate(above) if not cell.strip() and i < len(row) and row[i].strip()
    ]
    grouped = any(a.strip() and a == b for a, b in pairwise(above))
    if not gaps and not grouped:
        return False
    names = sum(bool(cell.strip()) for cell in above)
    if not grouped and (names > len(row) - len(gaps) or (above[0].strip() and row[0].strip())):
        return False
    if any(_is_number(row[i]) for i in filled):
        return False
    if not grouped and len(gaps) == 1 and gaps[0] == 0 and not any(map(_typed, body[:1])):
        return False
    # Below a header stand cells of another kind, or at least as many.
    following = body[0] if body else []
    return sum(bool(cell.strip()) for cell in following) >= len(filled) - (not row[0].strip())


def _typed(row: Sequence[str]) -> bool:
    return any(parse_cell(cell).typed for cell in row)


def _spans(row: Sequence[str]) -> bool:
    return any(a.strip() and a == b for a, b in pairwise(row))


def _is_number(text: str) -> bool:
    """A measured number: years and periods may name columns."""
    cell = parse_cell(text)
    return cell.typed and not cell.date


def is_units(row: Sequence[str]) -> bool:
    """Whether a row holds units and nothing else."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return bool(filled) and all(_UNIT.fullmatch(cell) for cell in filled)


def spread(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Header rows in which a text above several columns stands above each; units in brackets."""
    found = [list(row) for row in rows]
    for at, (row, below) in enumerate(pairwise(found)):
        if is_units(below) and at == len(found) - 2:
            for i, cell in enumerate(below):
                text = cell.strip()
                if text and text[0] not in "([" and row[i] != cell:
                    below[i] = f"({text})"
            continue
        last = ""
        for i in range(len(row)):
            if row[i].strip():
                last = row[i]
            elif i and last and below[i].strip() and row[0] is not last:
                row[i] = last
    return found


def repeated_header(cells: Sequence[Sequence[str]], row: Sequence[str]) -> bool:
    """Whether a row says again what the first row says."""
    # Nearly all rows differ at their first cell.
    if not row or row[0].strip().casefold() != cells[0][0].strip().casefold():
        return False
    first = [cell.strip().casefold() for cell in cells[0]]
    again = [cell.strip().casefold() for cell in row]
    return len(set(first) - {""}) > 1 and first == again
