"""Values as a program writes them, of every type.

    3   3u   2.0   "ann"   date("1995-03")   [1, [2, nil]]   $Add($Number(1), $Nil)

What is written here is read back as the same value of the same type, whatever it holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from trivium.ir.dates import date_code, date_text
from trivium.ir.nodes import Relation
from trivium.ir.text import quoted, write_plain
from trivium.ir.types import NO_SHAPES, Shapes, Type
from trivium.ir.values import Value, write_term


def write(value: Value, kind: Type, shapes: Shapes = NO_SHAPES, at_most: int | None = None) -> str:
    """A value of a type. Dates may be ISO texts or numbers; `shapes` tell which parts of a term
    are dates or unsigned. A term longer than `at_most` characters is cut."""
    if value is None and not kind.structured:
        return "(empty)"
    if kind.structured:
        return write_term(value, lambda part, _, inner: _plain(part, inner), at_most, kind, shapes)
    return _plain(value, kind)


def write_row(
    relation: Relation,
    values: Sequence[Value],
    shapes: Shapes = NO_SHAPES,
    at_most: int | None = None,
) -> str:
    """A row as a program writes it: `path(1, 3)`; no program has the `(empty)` of a cell without
    a value."""
    kinds = [column.type for column in relation.columns]
    cells = [write(v, k, shapes, at_most) for v, k in zip(values, kinds, strict=True)]
    return f"{relation.name}({', '.join(cells)})"


def _plain(value: Value, kind: Type | None) -> str:
    """A value that is no term."""
    if kind is Type.DATE:
        return _date(value)
    return f"{value}u" if kind is Type.UNSIGNED else write_plain(value)


def _date(value: Value) -> str:
    """A date's ISO text or number; a number that is no date can only come from a cast."""
    if not isinstance(value, int):
        return f"date({quoted(str(value))})"
    text = date_text(value)
    try:
        known = date_code(text) == value
    except ValueError:
        known = False
    return f"date({quoted(text)})" if known else f"as({value}, date)"
