"""Tables as the rules of a query read them: rows numbered, and a flag beside each column with gaps.

before:  medals(nation, gold)                after:  medals(row, nation, gold, gold is null)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from trivium.engine.given import Given
from trivium.engine.values import Coded, Partial
from trivium.ir.types import Type
from trivium.syntax.sql.rules import Output

_SQL_TYPES = {Type.NUMBER: "int", Type.UNSIGNED: "int", Type.FLOAT: "float", Type.DATE: "date"}
# What rules can call a relation; what the rules of a query call theirs, and words of the language.
_PLAIN = re.compile(r"[A-Za-z]\w{1,60}")
_TAKEN = re.compile(r"[a-z]\d+|answer|many\d+|as|nil|match|contains")


def relation_names(tables: Iterable[str]) -> dict[str, str]:
    """For each table a name that rules can write, of its own."""
    names = list(tables)
    plain = {n for n in names if _PLAIN.fullmatch(n) and not _TAKEN.fullmatch(n)}
    found, number = {}, 0
    for name in names:
        if name in plain:
            found[name] = name
            continue
        while (made := f"table_{number}") in plain:
            number += 1
        found[name], number = made, number + 1
    return found


def flat(name: str, data: Given, wanted: frozenset[str] | None) -> tuple[tuple[Output, ...], Given]:
    """A table with a number for each row first, and a flag beside each column with gaps."""
    names = data.names or tuple(f"c{i + 1}" for i in range(len(data.columns)))
    declared = data.relation().columns
    columns: list[Any] = [range(1, data.length + 1)]
    types: list[Type | None] = [Type.NUMBER]
    taken = set(names)
    labels, outputs = [_fresh("row_number", taken)], []
    for place, column in enumerate(names):
        if wanted is not None and column.lower() not in wanted:
            continue
        kind = declared[place].type
        cells, missing = _cells(data.values(place), kind)
        columns.append(cells)
        types.append(Type.NUMBER if kind is Type.DATE else kind)
        labels.append(column)
        if missing is not None:
            columns.append(missing)
            types.append(Type.NUMBER)
            labels.append(_fresh(f"{column}_null", taken))
        outputs.append(Output(column, _SQL_TYPES.get(kind, "text"), missing is not None))
    own = frozenset(names if data.names else ())

    def place_of(row: int, column: str | None) -> Any:
        return data.place(row, column if column in own else None)

    return tuple(outputs), Given(name, columns, data.length, place_of, tuple(labels), tuple(types))


def _fresh(name: str, taken: set[str]) -> str:
    """The name, or one like it that no column has."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _cells(values: Any, kind: Type) -> tuple[Any, Any]:
    """The values without gaps, and 1 for each that was missing; None where none was."""
    if isinstance(values, Partial):
        if values.present.all():
            return values.numbers, None
        filled = np.where(values.present, values.numbers, 0).astype(values.numbers.dtype)
        return filled, (~values.present).astype(np.int64)
    if isinstance(values, Coded):
        gaps = values.codes < 0
        if not gaps.any():
            return values, None
        codes = np.where(gaps, len(values.texts), values.codes)
        if "" in values.texts:
            codes = np.where(gaps, values.texts.index(""), values.codes)
            return Coded(codes, values.texts), gaps.astype(np.int64)
        return Coded(codes, [*values.texts, ""]), gaps.astype(np.int64)
    if isinstance(values, np.ndarray) and values.dtype.kind != "O":
        return values, None
    if isinstance(values, range):
        return np.arange(values.start, values.stop, values.step), None
    cells = list(values)
    if kind is Type.DATE:
        cells = [_day(cell) for cell in cells]
    if None not in cells:
        return cells, None
    blank: Any = "" if kind is Type.SYMBOL else 0.0 if kind is Type.FLOAT else 0
    flags = np.array([cell is None for cell in cells], np.int64)
    return [blank if cell is None else cell for cell in cells], flags


def _day(cell: Any) -> Any:
    return cell.year * 10000 + cell.month * 100 + cell.day if hasattr(cell, "year") else cell
