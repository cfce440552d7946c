"""Arithmetic on Prolog terms: `X is 3 * (Y + 1)`.

Division gives a float, `//` an integer; raises `Undefined` for what is no number.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from trivium.dialects.problog.terms import Bindings, Real, Term, Var, deref, name_and_args, write

Number = Any  # int | Real


class Undefined(Exception):
    """A term has no value; the message says why."""


def _integer_division(a: Number, b: Number) -> int:
    quotient = abs(a) // abs(b)
    return int(quotient if (a >= 0) == (b >= 0) else -quotient)


def _remainder(a: Number, b: Number) -> Number:
    return a - b * _integer_division(a, b)


def _power(a: Number, b: Number) -> Number:
    return a**b


_FUNCTIONS: dict[tuple[str, int], Callable[..., Number]] = {
    ("+", 2): operator.add,
    ("-", 2): operator.sub,
    ("*", 2): operator.mul,
    ("/", 2): operator.truediv,
    ("//", 2): _integer_division,
    ("div", 2): operator.floordiv,
    ("mod", 2): operator.mod,
    ("rem", 2): _remainder,
    ("**", 2): _power,
    ("^", 2): _power,
    ("<<", 2): operator.lshift,
    (">>", 2): operator.rshift,
    ("/\\", 2): operator.and_,
    ("\\/", 2): operator.or_,
    ("xor", 2): operator.xor,
    ("#", 2): operator.xor,
    ("><", 2): operator.xor,
    ("min", 2): min,
    ("max", 2): max,
    ("gcd", 2): math.gcd,
    ("atan2", 2): math.atan2,
    ("atan", 2): math.atan2,
    ("copysign", 2): math.copysign,
    ("log", 2): lambda base, value: math.log(value, base),
    ("-", 1): operator.neg,
    ("+", 1): operator.pos,
    ("\\", 1): operator.invert,
    ("abs", 1): abs,
    ("sign", 1): lambda a: (a > 0) - (a < 0),
    ("sqrt", 1): math.sqrt,
    ("exp", 1): math.exp,
    ("log", 1): math.log,
    ("log2", 1): math.log2,
    ("sin", 1): math.sin,
    ("cos", 1): math.cos,
    ("tan", 1): math.tan,
    ("asin", 1): math.asin,
    ("acos", 1): math.acos,
    ("atan", 1): math.atan,
    ("sinh", 1): math.sinh,
    ("cosh", 1): math.cosh,
    ("tanh", 1): math.tanh,
    ("asinh", 1): math.asinh,
    ("acosh", 1): math.acosh,
    ("atanh", 1): math.atanh,
    ("lgamma", 1): math.lgamma,
    ("gamma", 1): math.gamma,
    ("erf", 1): math.erf,
    ("erfc", 1): math.erfc,
    ("float", 1): float,
    ("integer", 1): round,
    ("round", 1): lambda a: math.floor(a + 0.5),
    ("truncate", 1): math.trunc,
    ("floor", 1): math.floor,
    ("ceiling", 1): math.ceil,
    ("float_integer_part", 1): lambda a: math.modf(a)[1],
    ("float_fractional_part", 1): lambda a: math.modf(a)[0],
    ("succ", 1): lambda a: a + 1,
}
_CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "epsilon": 2.0**-52}


def evaluate(term: Term, env: Bindings) -> Number:
    """The number that a term stands for."""
    kind = type(term)
    if kind is int or kind is Real:
        return term
    if kind is Var:
        term = deref(term, env)
        if type(term) is Var:
            raise Undefined("a variable has no value yet")
        return evaluate(term, env)
    if isinstance(term, str):
        if term in _CONSTANTS:
            return Real(_CONSTANTS[term])
        raise Undefined(f"`{term}` is not a number")
    name, args = name_and_args(term) or ("", ())
    function = _FUNCTIONS.get((name, len(args)))
    if function is None:
        if name == "." and len(args) == 2 and args[1] == "[]":
            return evaluate(args[0], env)
        raise Undefined(f"`{name}/{len(args)}` is not an arithmetic function")
    try:
        value = function(*[evaluate(arg, env) for arg in args])
    except (ValueError, ZeroDivisionError, OverflowError, TypeError) as problem:
        raise Undefined(f"`{write(term)}` has no value: {problem}") from None
    return value if type(value) is int else Real(value)
