"""Python functions as functors: `Program(text, functions={"double": double})`.

    def double(n: int) -> int: ...           double(x) takes and gives a number
    .functor area(b: Box): float             the program's own types, whatever the function says

    @trivium.vectorised
    def double(n: int) -> int:               here n is a NumPy array of a whole column,
        return 2 * n                         and so is the result

A function gets and gives `int`, `float`, `str`, dates as ISO text, tuples and `Term`; what it
raises, and a result of another type, is an error that names the rule that asked.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from trivium.engine.functors import UndefinedError
from trivium.engine.host import Column, Values
from trivium.engine.symbols import SymbolTable
from trivium.engine.values import convert, decode, encode_value, typed, untyped
from trivium.errors import ProgramError
from trivium.ir.functors import FunctorSignature, Overload
from trivium.ir.nodes import Aggregate, Atom, Call, Compare, Literal, Program, Term
from trivium.ir.types import Type
from trivium.ir.values import write_value

Function = TypeVar("Function", bound=Callable[..., Any])

_TYPES: dict[Any, Type] = {int: Type.NUMBER, float: Type.FLOAT, str: Type.SYMBOL}
# The kinds of NumPy arrays whose values need no look at each.
_KINDS = {Type.NUMBER: "bi", Type.UNSIGNED: "bu", Type.FLOAT: "biuf"}


def vectorised(function: Function) -> Function:
    """Mark a function that takes NumPy arrays, one for each argument, and gives one."""
    function.vectorised = True  # type: ignore[attr-defined]
    return function


def signature(name: str, function: Callable[..., Any]) -> FunctorSignature:
    """The types of a function from its annotations; E282 if one is missing or not supported."""
    try:
        hints = typing.get_type_hints(function)
        count = len(inspect.signature(function).parameters)
    except (TypeError, ValueError, NameError):
        hints, count = {}, -1
    result = hints.pop("return", None)
    if len(hints) != count or not {result, *hints.values()} <= _TYPES.keys():
        hint = f"annotate it, or declare it: `.functor {name}(x: number): number`"
        raise ProgramError(282, f"the function `{name}` has no such annotations", hint=hint)
    args = tuple(_TYPES[annotation] for annotation in hints.values())
    return FunctorSignature(name, (Overload(args, _TYPES[result]),), "a Python function")


def implementation(name: str, function: Callable[..., Any], result: Type) -> Callable[..., Values]:
    """The function over columns, with its results checked: E283 and E284."""
    if getattr(function, "vectorised", False):
        return _over_columns(name, function, result)

    def apply(*columns: Values) -> Values:
        found = np.empty(len(columns[0]) if columns else 1, object)
        for place, row in enumerate(_rows(columns)):
            try:
                value = function(*row)
            except Exception as problem:
                shown = ", ".join(write_value(part, repr, 200) for part in row)
                raise _raised(f"{name}({shown})", problem) from problem
            found[place] = _checked(name, value, result)
        return found

    return apply


def _rows(columns: tuple[Values, ...]) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.tolist() for column in columns), strict=True) if columns else iter([()])


def _over_columns(name: str, function: Callable[..., Any], result: Type) -> Callable[..., Values]:
    def apply(*columns: Values) -> Values:
        try:
            found = np.asarray(function(*columns))
        except Exception as problem:
            raise _raised(name, problem) from problem
        length = len(columns[0]) if columns else 1
        if found.shape != (length,):
            shape = "x".join(map(str, found.shape)) or "one value"
            raise UndefinedError(284, f"`{name}` over {length} rows gave {shape}")
        if found.dtype.kind in _KINDS.get(result, ""):
            return found
        values = np.empty(length, object)
        values[:] = [_checked(name, value, result) for value in found.tolist()]
        return values

    apply.order = getattr(function, "order", "")  # type: ignore[attr-defined]
    return vectorised(apply)


def _checked(name: str, value: Any, result: Type) -> Any:
    if result.structured:
        return value
    try:
        return convert(value, result)
    except (TypeError, ValueError, OverflowError):
        shown = f"{write_value(value, repr, 200)} (a {type(value).__name__})"
        raise UndefinedError(284, f"`{name}` gave {shown}, not a {result}") from None


def _raised(call: str, problem: Exception) -> UndefinedError:
    return UndefinedError(283, f"`{call}` raised {type(problem).__name__}: {problem}")


def apply(
    function: Callable[..., Values],
    call: Call,
    symbols: SymbolTable,
    columns: Sequence[Column],
    length: int,
) -> Column:
    """A functor of the program's own over columns; it gets dates as text, and terms as Python
    values. E284 for a result of another type."""
    values: list[Values] = []
    for column, argument in zip(columns, call.args, strict=True):
        if argument.type.structured or argument.type is Type.DATE:
            decoded = np.empty(length, object)
            decoded[:] = decode(column, None, argument.type, symbols)
            values.append(decoded)
        else:
            values.append(typed(column, argument.type, symbols))
    result = function(*values)
    if call.type.structured:
        try:
            found = [encode_value(v, call.type, symbols) for v in result.tolist()]
        except (TypeError, ValueError, OverflowError) as problem:
            message = f"`{call.functor}` gave no {call.type}: {problem}"
            raise UndefinedError(284, message) from None
        result = np.array(found, np.int64)
    else:
        result = untyped(result, call.type, symbols)
    return result if call.args else np.repeat(result, length)


def date_texts(symbols: SymbolTable, columns: Sequence[Column], length: int) -> Column:
    """Dates as ISO text."""
    return symbols.encode(decode(columns[0], None, Type.DATE, symbols))


def check_given(program: Program, known: Mapping[str, object]) -> None:
    """E212 for a declared functor that is called, and that no function was passed for."""
    for rule in program.rules:
        for call in calls([rule.head, *rule.body]):
            if call.functor in program.functors and call.functor not in known:
                message = f"no Python function is given for the functor `{call.functor}`"
                hint = f"pass it: `Program(text, functions={{'{call.functor}': ...}})`"
                raise ProgramError(212, message, call.span, hint=hint)


def calls(nodes: Sequence[Literal | Term | None]) -> Iterator[Call]:
    """Every call in literals and terms, innermost last."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        match node:
            case Call():
                yield node
                waiting += node.args
            case Atom():
                waiting += node.args
            case Compare():
                waiting += [node.left, node.right]
            case Aggregate():
                waiting += [*node.values, node.parameter, *node.body, *node.condition]
