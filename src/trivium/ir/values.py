"""Values of columns as Python has them, terms of any depth included.

    number, unsigned   int          [1, [2, nil]]              (1, (2, None))
    float              float        $Add($Number(1), $Nil)     Term("Add", (Term("Number", (1,)),
    symbol, date       str                                                  Term("Nil")))

Nothing here recurses, so a list of a million cells is compared and printed like any other value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trivium.ir.text import write_plain
from trivium.ir.types import NO_SHAPES, Shape, Shapes, Type

# How many parts of a term its hash looks at.
_HASHED = 64


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Term:
    """A value of an algebraic data type: the name of its branch, and what it is made of."""

    name: str
    args: tuple[Any, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Term) and same_value(self, other)

    def __hash__(self) -> int:
        parts: list[object] = []
        waiting: list[object] = [self]
        for value in waiting:  # it grows
            if len(parts) == _HASHED:
                break
            if isinstance(value, Term):
                parts.append(value.name)
                waiting += value.args
            elif isinstance(value, tuple):
                waiting += value
            else:
                parts.append(value if value == value else None)
        return hash(tuple(parts))

    def __repr__(self) -> str:
        return write_value(self, write_plain)


Value = int | float | str | Term | tuple[Any, ...] | None


def same_value(one: object, other: object) -> bool:
    """Whether two values are equal."""
    waiting = [(one, other)]
    while waiting:
        a, b = waiting.pop()
        if a is b:
            continue
        if isinstance(a, Term) and isinstance(b, Term) and a.name == b.name:
            a, b = a.args, b.args
        if isinstance(a, tuple) and isinstance(b, tuple):
            if len(a) != len(b):
                return False
            waiting += zip(a, b, strict=True)
        elif isinstance(a, Term | tuple) or isinstance(b, Term | tuple) or not _same(a, b):
            return False
    return True


def _same(a: object, b: object) -> bool:
    """Whether two values that are no terms are equal; not-a-number is the same as itself."""
    return a == b or (a != a and b != b)


def write_value(value: object, spell: Callable[[Any], str], at_most: int | None = None) -> str:
    """A value as text: `[1, [2, nil]]`, `$Add($Number(1), $Nil)`.

    `spell` writes what is no term. A term that is longer than `at_most` characters is cut.
    """
    return write_term(value, lambda part, closing, kind: spell(part), at_most)


def write_term(
    value: object,
    spell: Callable[[Any, str, Type | None], str],
    at_most: int | None = None,
    kind: Type | None = None,
    shapes: Shapes = NO_SHAPES,
) -> str:
    """The same, where `spell` is also told which bracket closes what the part stands in, and the
    part's type, as far as the `shapes` tell it."""
    inside: list[str] = [""]
    pieces: list[str] = []
    length = 0
    waiting: list[tuple[object, Type | None]] = [(value, kind)]
    while waiting:
        if at_most is not None and pieces:
            length += len(pieces[-1])
            if length > at_most:
                pieces.append(" …")
                break
        part, type_ = waiting.pop()
        if isinstance(part, _Mark):
            pieces.append(part)
            if part is not _COMMA:
                inside.pop()
            continue
        if isinstance(part, Term):
            pieces.append(f"${part.name}")
            args, marks = part.args, _ROUND
            if not args:
                continue
        elif isinstance(part, tuple):
            args, marks = part, _SQUARE
        else:
            pieces.append("nil" if part is None else spell(part, inside[-1], type_))
            continue
        pieces.append(marks[0])
        inside.append(marks[1])
        waiting.append((marks[1], None))
        types = _types_of(part, shapes.get(type_) if type_ is not None else None)
        for place in range(len(args) - 1, -1, -1):
            waiting.append((args[place], types[place] if types else None))
            if place:
                waiting.append((_COMMA, None))
    return "".join(pieces)


def _types_of(value: Term | tuple[Any, ...], shape: Shape | None) -> tuple[Type, ...]:
    """The types of a term's parts; none where the shape does not tell."""
    name, parts = (value.name, value.args) if isinstance(value, Term) else ("", value)
    for branch in () if shape is None else shape.branches:
        if branch.name == name and len(branch.fields) == len(parts):
            return branch.types
    return ()


class _Mark(str):
    """Punctuation among the values that wait to be written."""

    __slots__ = ()


_ROUND, _SQUARE, _COMMA = (_Mark("("), _Mark(")")), (_Mark("["), _Mark("]")), _Mark(", ")
