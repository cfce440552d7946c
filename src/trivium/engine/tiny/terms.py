"""Terms and comparisons as closures over one tuple of values.

    x + 1, where x is at place 2 of the tuple        lambda row: add(row[2], 1)

Values are plain Python ones: a number or unsigned an `int` of 64 bits, a float with one zero and
one not-a-number (`NAN`, the object), a symbol a `str`, a date the `int` that a column would hold.
A functor without a closure of its own here runs on arrays of one value, so it means the same; one
that has no result for its arguments raises `Unfit`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

import numpy as np

from trivium.engine.functors import FUNCTORS, ByRow, UndefinedError, matches, to_text
from trivium.engine.values import float_bits
from trivium.ir.dates import date_text
from trivium.ir.functors import CAST
from trivium.ir.nodes import Call, Compare, Const, Term, Value, Var
from trivium.ir.types import Type

Row = tuple[Any, ...]
Of = Callable[[Row], Any]
Functors = Mapping[str, Callable[..., Any]]
# Where each variable stands in the tuples.
Layout = Mapping[str, int]

NAN = math.nan
KINDS = (Type.NUMBER, Type.UNSIGNED, Type.FLOAT, Type.SYMBOL, Type.DATE)
_LOW, _HIGH, _ALL = -(2**63), 2**63, 2**64
_MASK = _ALL - 1

# From the functor of columns, the types of its arguments and its own, to one of single values.
_Made = Callable[[Callable[..., Any], tuple[Type, ...], Type], Callable[..., Any]]


class Unfit(Exception):
    """The general engine must run this program, on this data."""


def compile_term(term: Term, layout: Layout, functors: Functors) -> Of:
    match term:
        case Var():
            if term.name not in layout:
                raise Unfit(term.name)
            return itemgetter(layout[term.name])
        case Const():
            value = constant(term)
            return lambda row: value
        case Call():
            return _compile_call(term, layout, functors)
        case _:
            raise Unfit(type(term).__name__)


def _compile_call(call: Call, layout: Layout, functors: Functors) -> Of:
    function = scalar(call, functors)
    args = [compile_term(arg, layout, functors) for arg in call.args]
    match call.args:
        case [Var() as one, Const() as const]:
            place, value = layout[one.name], constant(const)
            return lambda row: function(row[place], value)
        case [Var() as one, Var() as other]:
            left, right = layout[one.name], layout[other.name]
            return lambda row: function(row[left], row[right])
        case [_, _]:
            first, second = args
            return lambda row: function(first(row), second(row))
        case [_]:
            (only,) = args
            return lambda row: function(only(row))
        case _:
            return lambda row: function(*[arg(row) for arg in args])


def compile_compare(
    compare: Compare, layout: Layout, functors: Functors
) -> tuple[Callable[[Any, Any], bool], Of, Of]:
    """What decides, and the two sides."""
    if compare.left.type not in KINDS or compare.op not in _COMPARE:
        raise Unfit(compare.op)
    left = compile_term(compare.left, layout, functors)
    right = compile_term(compare.right, layout, functors)
    by_op = _COMPARE_FLOATS if compare.left.type is Type.FLOAT else _COMPARE
    return by_op[compare.op], left, right


def constant(const: Const) -> Value:
    return as_value(const.value, const.type)


def as_value(value: Any, kind: Type) -> Value:
    """A value of the program's text as it stands in a tuple."""
    if kind not in KINDS:
        raise Unfit(kind)
    return one_float(float(value)) if kind is Type.FLOAT else value


def one_float(value: float) -> float:
    """One zero and one not-a-number, so that equal columns are equal objects."""
    return value + 0.0 if value == value else NAN


def same(left: Any, right: Any) -> bool:
    """Whether two values have the same bits."""
    return left is right or left == right


def _matches(pattern: str, text: str) -> bool:
    return bool(_defined(matches, [pattern], [text])[0])


def _contains(part: str, text: str) -> bool:
    return part in text


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "match": _matches,
    "contains": _contains,
}


def _less(left: float, right: float) -> bool:
    """A not-a-number is equal to itself, and more than every other."""
    return left < right or (right != right and left == left)


_COMPARE_FLOATS: dict[str, Callable[[Any, Any], bool]] = {
    "=": same,
    "!=": lambda left, right: not same(left, right),
    "<": _less,
    "<=": lambda left, right: not _less(right, left),
    ">": lambda left, right: _less(right, left),
    ">=": lambda left, right: not _less(left, right),
}


# --- functors ------------------------------------------------------------------------------------


def scalar(call: Call, functors: Functors) -> Callable[..., Any]:
    """A functor over single values; `functors` are those of the program's own."""
    kinds = tuple(arg.type for arg in call.args)
    if call.functor in ("ord", CAST) or not kinds or not {call.type, *kinds} <= set(KINDS):
        raise Unfit(call.functor)
    if call.functor in functors:
        if Type.DATE in (call.type, *kinds) or hasattr(functors[call.functor], "vectorised"):
            raise Unfit(call.functor)
        return _by_array(functors[call.functor], kinds, call.type)
    if call.functor == "to_string":
        return date_text if kinds[0] is Type.DATE else to_text
    general = FUNCTORS[call.functor]
    if isinstance(general, ByRow):
        return _by_row(general, call.type)
    own = _OWN.get((call.functor, kinds[0]))
    return _by_array(general, kinds, call.type) if own is None else own(general, kinds, call.type)


def _defined(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    except UndefinedError:
        raise Unfit("undefined") from None


def _by_row(general: ByRow, kind: Type) -> Callable[..., Any]:
    function, accept = general.function, _RESULTS[kind]

    def call(*values: Any) -> Any:
        return accept(_defined(function, *values))

    return call


def _number(value: Any) -> int:
    if type(value) is not int or not _LOW <= value < _HIGH:
        raise Unfit("number")
    return value


def _unsigned(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _ALL:
        raise Unfit("unsigned")
    return value


def _float(value: Any) -> float:
    if type(value) is not float:
        raise Unfit("float")
    return one_float(value)


def _symbol(value: Any) -> str:
    if type(value) is not str:
        raise Unfit("symbol")
    return value


_RESULTS: dict[Type, Callable[[Any], Any]] = {
    Type.NUMBER: _number,
    Type.UNSIGNED: _unsigned,
    Type.FLOAT: _float,
    Type.SYMBOL: _symbol,
    Type.DATE: _number,
}

_DTYPES: dict[Type, Any] = {
    Type.NUMBER: np.int64,
    Type.UNSIGNED: np.uint64,
    Type.FLOAT: np.float64,
    Type.SYMBOL: object,
    Type.DATE: np.int64,
}


def _by_array(
    general: Callable[..., Any], kinds: tuple[Type, ...], kind: Type
) -> Callable[..., Any]:
    """The functor of columns, on columns of one row."""
    dtypes = [_DTYPES[k] for k in kinds]
    accept = _RESULTS[kind]

    def call(*values: Any) -> Any:
        columns = [np.array([v], dtype) for v, dtype in zip(values, dtypes, strict=True)]
        with np.errstate(all="ignore"):
            result = _defined(general, *columns)
            if kind is Type.FLOAT:
                result = float_bits(result).view(np.float64)
            elif kind is not Type.SYMBOL:
                result = np.asarray(result).astype(_DTYPES[kind])
        return accept(result.tolist()[0])

    return call


def wrap(number: int) -> int:
    """An integer as 64 bits keep it."""
    return number if _LOW <= number < _HIGH else (number - _LOW) % _ALL + _LOW


def _wrapping(function: Callable[[int, int], int]) -> _Made:
    def call(a: int, b: int) -> int:
        number = function(a, b)
        return number if _LOW <= number < _HIGH else wrap(number)

    return lambda general, kinds, kind: call


def _wrapping_one(function: Callable[[int], int]) -> _Made:
    return lambda general, kinds, kind: lambda a: wrap(function(a))


def _masking(function: Callable[[int, int], int]) -> _Made:
    return lambda general, kinds, kind: lambda a, b: function(a, b) & _MASK


def _of_floats(function: Callable[[float, float], float]) -> _Made:
    return lambda general, kinds, kind: lambda a, b: one_float(function(a, b))


def _as_is(function: Callable[..., Any]) -> _Made:
    return lambda general, kinds, kind: function


def _within(fits: Callable[..., Any], function: Callable[..., Any]) -> _Made:
    """A closure for the arguments that it fits; arrays for the others."""

    def choose(general: Callable[..., Any], kinds: tuple[Type, ...], kind: Type) -> Any:
        other = _by_array(general, kinds, kind)

        def call(*values: Any) -> Any:
            return function(*values) if fits(*values) else other(*values)

        return call

    return choose


def _quotient(a: int, b: int) -> int:
    if b == 0:
        raise Unfit("division by zero")
    return a // b if (a < 0) == (b < 0) else -(-a // b)


def _remainder(a: int, b: int) -> int:
    return a - b * _quotient(a, b)


def _small(value: float, *digits: int) -> bool:
    return not digits and abs(value) < 2.0**62


def _round(value: float) -> int:
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


def _ordered(*values: Any) -> bool:
    return all(value == value for value in values)


_N, _U, _F, _S, _D = KINDS
# By functor and the type of its first argument; what is not here runs on arrays.
_OWN: dict[tuple[str, Type], _Made] = {
    ("+", _N): _wrapping(operator.add),
    ("-", _N): _wrapping(operator.sub),
    ("*", _N): _wrapping(operator.mul),
    ("/", _N): _wrapping(_quotient),
    ("%", _N): _wrapping(_remainder),
    ("neg", _N): _wrapping_one(operator.neg),
    ("abs", _N): _wrapping_one(abs),
    ("+", _S): _as_is(operator.add),
    ("+", _U): _masking(operator.add),
    ("-", _U): _masking(operator.sub),
    ("*", _U): _masking(operator.mul),
    ("/", _U): _masking(_quotient),
    ("%", _U): _masking(_remainder),
    ("+", _F): _of_floats(operator.add),
    ("-", _F): _of_floats(operator.sub),
    ("*", _F): _of_floats(operator.mul),
    ("/", _F): _within(lambda a, b: b != 0.0, lambda a, b: one_float(a / b)),
    ("neg", _F): _as_is(lambda a: one_float(-a)),
    ("abs", _F): _as_is(abs),
    ("min", _N): _as_is(min),
    ("max", _N): _as_is(max),
    ("min", _U): _as_is(min),
    ("max", _U): _as_is(max),
    ("min", _S): _as_is(min),
    ("max", _S): _as_is(max),
    ("min", _D): _as_is(min),
    ("max", _D): _as_is(max),
    ("min", _F): _within(_ordered, min),
    ("max", _F): _within(_ordered, max),
    ("band", _N): _as_is(operator.and_),
    ("bor", _N): _as_is(operator.or_),
    ("bxor", _N): _as_is(operator.xor),
    ("band", _U): _as_is(operator.and_),
    ("bor", _U): _as_is(operator.or_),
    ("bxor", _U): _as_is(operator.xor),
    ("land", _N): _as_is(lambda a, b: int(a != 0 and b != 0)),
    ("lor", _N): _as_is(lambda a, b: int(a != 0 or b != 0)),
    ("lnot", _N): _as_is(lambda a: int(a == 0)),
    ("itof", _N): _as_is(float),
    ("utof", _U): _as_is(float),
    ("itou", _N): _as_is(lambda a: a & _MASK),
    ("utoi", _U): _as_is(wrap),
    ("ftoi", _F): _within(_small, int),
    ("floor", _F): _within(_small, math.floor),
    ("ceil", _F): _within(_small, math.ceil),
    ("round", _F): _within(_small, _round),
    ("sqrt", _F): _within(lambda a: a >= 0.0, math.sqrt),
    ("year", _D): _as_is(lambda date: date // 10000),
    ("month", _D): _as_is(lambda date: date // 100 % 100),
    ("day", _D): _as_is(lambda date: date % 100),
    ("match", _S): _as_is(lambda pattern, text: int(_matches(pattern, text))),
    ("contains", _S): _as_is(lambda part, text: int(part in text)),
}
