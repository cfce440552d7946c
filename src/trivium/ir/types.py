"""The five column types, and what each holds in a 64-bit column.

number    signed 64-bit integer
unsigned  unsigned 64-bit integer
float     IEEE 754 double
symbol    text; a column holds codes into the engine's symbol table
date      a calendar date, whole or partial, as the integer yyyymmdd; an unknown
          part is 00, so `1995`, `March 1995` and `5 March` are 19950000, 19950300, 305
"""

from enum import StrEnum


class Type(StrEnum):
    NUMBER = "number"
    UNSIGNED = "unsigned"
    FLOAT = "float"
    SYMBOL = "symbol"
    DATE = "date"

    @property
    def numeric(self) -> bool:
        """Whether arithmetic is defined on the type (a date is ordered, but not added to)."""
        return self in (Type.NUMBER, Type.UNSIGNED, Type.FLOAT)
