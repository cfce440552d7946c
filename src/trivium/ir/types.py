"""Column types, and what each holds in a 64-bit column.

number    signed 64-bit integer
unsigned  unsigned 64-bit integer
float     IEEE 754 double
symbol    text; a column holds codes into the engine's symbol table
date      a calendar date, whole or partial, as the integer yyyymmdd; an unknown
          part is 00, so `1995`, `March 1995` and `5 March` are 19950000, 19950300, 305
any other name is that of a record or algebraic data type of the program: its `Shape` says what
its terms are made of; a column holds codes into the engine's term table, where `nil` is 0
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar


class Type(str):
    """The name of a type; there is one object of each name, so types compare with `is` too."""

    NUMBER: ClassVar[Type]
    UNSIGNED: ClassVar[Type]
    FLOAT: ClassVar[Type]
    SYMBOL: ClassVar[Type]
    DATE: ClassVar[Type]
    _made: ClassVar[dict[str, Type]] = {}

    __slots__ = ()

    def __new__(cls, name: str) -> Type:
        return cls._made.setdefault(name, str.__new__(cls, name))

    def __reduce__(self) -> tuple[type[Type], tuple[str]]:
        return Type, (str(self),)

    @property
    def value(self) -> str:
        return str(self)

    @property
    def numeric(self) -> bool:
        """Whether arithmetic is defined on the type (a date is ordered, but not added to)."""
        return self in (Type.NUMBER, Type.UNSIGNED, Type.FLOAT)

    @property
    def structured(self) -> bool:
        """Whether its values are terms: records, or branches of an algebraic data type."""
        return self not in PRIMITIVES


Type.NUMBER, Type.UNSIGNED = Type("number"), Type("unsigned")
Type.FLOAT, Type.SYMBOL, Type.DATE = Type("float"), Type("symbol"), Type("date")
PRIMITIVES = (Type.NUMBER, Type.UNSIGNED, Type.FLOAT, Type.SYMBOL, Type.DATE)


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to make a term: its name (none, for a record) and what it is made of."""

    name: str
    fields: tuple[Field, ...]

    @property
    def types(self) -> tuple[Type, ...]:
        return tuple(field.type for field in self.fields)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the terms of a type are made of.

    `[x: number, r: List]` is one branch without a name, or `nil`;
    `Number {x: number} | Nil {}` is several, told apart by their names.
    """

    type: Type
    branches: tuple[Branch, ...]
    record: bool


Shapes = Mapping[Type, Shape]
NO_SHAPES: Shapes = MappingProxyType({})
