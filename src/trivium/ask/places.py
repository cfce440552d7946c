"""Which table or passage a place lies in, and what stands there."""

from __future__ import annotations

from collections.abc import Iterable

from trivium.ground.passage import Passage
from trivium.ground.table import Table
from trivium.source import Place


def holds(table: Place, place: Place) -> bool:
    """Whether a place is a row or a cell of a table; a sheet's cells are `Sheet!B2`."""
    if place.row is None or place.file != table.file:
        return False
    part = place.part or ""
    return place.part == table.part or (bool(table.part) and part.startswith(f"{table.part}!"))


def covers(passage: Place, place: Place) -> bool:
    """Whether a place that is no table's cell lies in a passage."""
    mine, its = (passage.file, passage.part, passage.page), (place.file, place.part, place.page)
    if place.row is not None or mine != its:
        return False
    if passage.start is None or passage.end is None or place.start is None or place.end is None:
        return passage.line == place.line
    return passage.start <= place.start and place.end <= passage.end


def text_at(place: Place, tables: Iterable[Table], passages: Iterable[Passage]) -> str:
    """What stands at a place: the cell, or the passage."""
    for table in tables:
        if holds(table.place, place) and place.row is not None and place.row <= table.n_rows:
            for column in table.columns:
                if place.column in (column.header, column.name):
                    return column.raw[place.row - 1]
    for passage in passages:
        if covers(passage.place, place):
            return passage.text
    return ""
