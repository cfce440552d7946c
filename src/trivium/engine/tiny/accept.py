"""Which rows the engine for few rows takes, and the tuples that it makes of them.

    rows_and_types([(1, "a"), (2, "b")])  ->  ((1, "a"), (2, "b")), (NUMBER, SYMBOL)

Lists of tuples of plain values of one type a column; the rest, such as arrays, data frames, empty
cells and `datetime`, is for the general engine, and so are rows that it would refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trivium.engine.tiny.terms import NAN, Row, Unfit
from trivium.ir.dates import date_code
from trivium.ir.types import Type

# So many given rows are few.
FEW = 500

# Rows, and the types that a general run would infer from them.
Accepted = tuple[tuple[Row, ...], tuple[Type, ...]]

_PLAIN: list[tuple[set[type], Type]] = [
    ({int}, Type.NUMBER),
    ({str}, Type.SYMBOL),
    ({float}, Type.FLOAT),
    ({int, float}, Type.FLOAT),
]


def rows_and_types(data: Any) -> Accepted:
    """The rows of some data; raises `Unfit`."""
    if type(data) not in (list, set, tuple, frozenset) or len(data) > FEW:
        raise Unfit("data")
    if not data:
        return (), ()
    rows = tuple(data)
    if set(map(type, rows)) != {tuple}:
        rows = _as_tuples(rows)
    try:
        columns = list(zip(*rows, strict=True))
    except ValueError:
        raise Unfit("rows of different lengths") from None
    if not columns:
        raise Unfit("rows of no columns")
    return rows, tuple([_type_of(column) for column in columns])


def _as_tuples(rows: tuple[Any, ...]) -> tuple[Row, ...]:
    kinds = set(map(type, rows))
    if kinds <= {tuple, list}:
        return tuple(map(tuple, rows))
    if kinds <= {int, float, str}:
        return tuple([(value,) for value in rows])
    raise Unfit("rows")


def _type_of(column: tuple[Any, ...]) -> Type:
    found = set(map(type, column))
    for types, kind in _PLAIN:
        if found == types:
            if kind is Type.NUMBER and not -(2**63) <= min(column) <= max(column) < 2**63:
                return Type.UNSIGNED
            return kind
    raise Unfit("values")


def rows_of(accepted: Accepted, kinds: Sequence[Type]) -> set[Row]:
    """The rows for a relation of the types declared."""
    rows, found = accepted
    if not rows or (found == kinds and Type.FLOAT not in found):
        return set(rows)
    if len(found) != len(kinds):
        raise Unfit("arity")
    columns = [
        column if own is kind is not Type.FLOAT else _converted(column, own, kind)
        for column, own, kind in zip(zip(*rows, strict=True), found, kinds, strict=True)
    ]
    return set(zip(*columns, strict=True))


def _converted(column: tuple[Any, ...], found: Type, kind: Type) -> tuple[Any, ...]:
    if kind is Type.FLOAT and found in (Type.FLOAT, Type.NUMBER):
        return tuple([value + 0.0 if value == value else NAN for value in column])
    if kind is Type.UNSIGNED and found in (Type.UNSIGNED, Type.NUMBER):
        if min(column) >= 0 and max(column) < 2**64:
            return column
    elif kind is Type.DATE and found is Type.NUMBER:
        return column
    elif kind is Type.DATE and found is Type.SYMBOL:
        try:
            return tuple(map(date_code, column))
        except ValueError:
            raise Unfit("date") from None
    raise Unfit("type")
