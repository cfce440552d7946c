"""Python functions as functors: `Program(text, functions={"double": double})`.

def double(n: int) -> int: ...        double(x) takes and gives a number
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any

from trivium.errors import ProgramError
from trivium.ir.functors import FunctorSignature, Overload
from trivium.ir.types import Type

_TYPES: dict[Any, Type] = {int: Type.NUMBER, float: Type.FLOAT, str: Type.SYMBOL}


def signature(name: str, function: Callable[..., Any]) -> FunctorSignature:
    """The types of a function from its annotations; E282 if one is missing or not supported."""
    hints = typing.get_type_hints(function)
    result = hints.pop("return", None)
    count = function.__code__.co_argcount
    if len(hints) != count or not {result, *hints.values()} <= _TYPES.keys():
        raise ProgramError(282, f"the function `{name}` has no such annotations")
    args = tuple(_TYPES[hint] for hint in hints.values())
    return FunctorSignature(name, (Overload(args, _TYPES[result]),), "a Python function")
