"""What a run was asked for, where it was not asked for all.

    program.query("path", (1, None))     only the rows of `path` that start with 1

Such a run may hold other rows too, because they helped; they are true, but there may be more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from trivium.engine import contract
from trivium.engine.host import Mask
from trivium.engine.relation import Stored
from trivium.engine.symbols import SymbolTable
from trivium.engine.values import encode_value
from trivium.errors import DataError
from trivium.ir.nodes import Relation
from trivium.ir.types import Shapes

# By relation, a value for each column, None for any.
Asked = Mapping[str, tuple[Any, ...]]


def check_row(relation: Relation, values: Sequence[Any], shapes: Shapes) -> None:
    """E652, E653 for values that cannot be those of a row; `None` is any value."""
    given = {place for place, value in enumerate(values) if value is not None}
    _cells(relation, values, given, SymbolTable(shapes))


def _cells(
    relation: Relation, values: Sequence[Any], given: Collection[int], symbols: SymbolTable
) -> dict[int, int]:
    columns = relation.columns
    if len(values) != len(columns):
        raise DataError(652, f"`{relation.name}` has {len(columns)} columns, the row {len(values)}")
    cells = {}
    for place in given:
        value, column = values[place], columns[place]
        try:
            cells[place] = encode_value(value, column.type, symbols)
        except (TypeError, ValueError, OverflowError):
            message = f"column `{column.name}` of `{relation.name}` is a {column.type}"
            raise DataError(653, f"{message}, and {value!r} is not") from None
    return cells


def matching(
    stored: contract.Relation, values: Sequence[Any], given: Collection[int], symbols: SymbolTable
) -> Mask:
    """The rows that have the values in the columns `given`. E652, E653 as `check_row`."""
    same = np.ones(stored.length, np.bool_)
    for place, cell in _cells(stored.relation, values, given, symbols).items():
        column, present = stored.read(place)
        same &= column == cell
        if present is not None:
            same &= present
    return same


def find_row(stored: contract.Relation, row: Sequence[Any], symbols: SymbolTable) -> int | None:
    """The number of a row, or None if it is not there."""
    kinds = [column.type for column in stored.relation.columns]
    given = {
        place
        for place, (value, kind) in enumerate(zip(row, kinds, strict=False))
        if value is not None or kind.structured  # None is `nil` there, else an empty cell
    }
    same = matching(stored, row, given, symbols)
    for place in set(range(len(row))) - given:
        present = stored.read(place)[1]
        same &= np.False_ if present is None else ~present
    found = np.flatnonzero(same)
    return int(found[0]) if len(found) else None


def only(stored: Stored, values: Sequence[Any], symbols: SymbolTable) -> Stored:
    """The relation with no other rows than those that have the values; `None` is any."""
    given = {place for place, value in enumerate(values) if value is not None}
    if not given:
        return stored
    rows = np.flatnonzero(matching(stored, values, given, symbols))
    part = Stored(stored.backend, stored.relation)
    columns, masks = zip(*map(stored.read, range(len(values))), strict=True)
    shown = [None if mask is None else mask[rows] for mask in masks]
    part.give([column[rows] for column in columns], len(rows), shown)
    return part


def covers(asked: Sequence[Any], row: Sequence[Any]) -> bool:
    """Whether a row is among those asked for."""
    return len(asked) == len(row) and all(
        value is None or value == own for value, own in zip(asked, row, strict=True)
    )
