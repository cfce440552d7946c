"""The functors of the language and their signatures; the engine gives each its meaning.

    FUNCTORS["strlen"].overloads == (Overload((SYMBOL,), NUMBER),)

An overload takes arguments of exactly its types. Analysis chooses the overload, and turns an
integer where a float is wanted into `itof(x)`, so a `Call` in the IR always fits one overload.
`/` and `%` on integers divide towards zero, as in Soufflé. There is no overload that guesses:
`cat("a", 1)` is an error, `cat("a", to_string(1))` is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trivium.ir.types import Branch, Shape, Shapes, Type

N, U, F, S, D = Type.NUMBER, Type.UNSIGNED, Type.FLOAT, Type.SYMBOL, Type.DATE


@dataclass(frozen=True, slots=True)
class Overload:
    """Argument types and the result's; a variadic one takes its last argument once or more."""

    args: tuple[Type, ...]
    result: Type
    variadic: bool = False

    def accepts(self, count: int) -> bool:
        return count >= len(self.args) if self.variadic else count == len(self.args)

    def expand(self, count: int) -> tuple[Type, ...]:
        """The types of `count` arguments."""
        return self.args + self.args[-1:] * (count - len(self.args))


@dataclass(frozen=True, slots=True)
class FunctorSignature:
    """A functor's name, its overloads, and what it gives in a few words."""

    name: str
    overloads: tuple[Overload, ...]
    words: str = ""


def _same(count: int, *types: Type, variadic: bool = False) -> tuple[Overload, ...]:
    """One overload for each type: `count` arguments of it give one of it."""
    return tuple(Overload((t,) * count, t, variadic) for t in types)


def _from(*types: Type, to: Type) -> tuple[Overload, ...]:
    """One overload for each type: one argument of it gives a `to`."""
    return tuple(Overload((t,), to) for t in types)


_HYPERBOLIC = ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh")
_TABLE: dict[str, tuple[tuple[Overload, ...], str]] = {
    # arithmetic
    "+": (_same(2, N, U, F, S), "sum; of texts, both joined"),
    "-": (_same(2, N, U, F), "difference"),
    "*": (_same(2, N, U, F), "product"),
    "/": (_same(2, N, U, F), "quotient; of integers, towards zero"),
    "%": (_same(2, N, U), "remainder, with the sign of the dividend"),
    "^": (_same(2, N, U, F), "power"),
    "neg": (_same(1, N, F), "`-x`"),
    "abs": (_same(1, N, F), "absolute value"),
    "max": (_same(2, N, U, F, S, D, variadic=True), "the greatest argument"),
    "min": (_same(2, N, U, F, S, D, variadic=True), "the least argument"),
    "floor": (_from(F, to=N), "the greatest integer not above"),
    "ceil": (_from(F, to=N), "the least integer not below"),
    "round": (
        (*_from(F, to=N), Overload((F, N), F)),
        "the nearest integer, or the float with so many decimals; halves go away from zero",
    ),
    "sqrt": (_from(F, to=F), "square root"),
    "exp": (_from(F, to=F), "e to the power"),
    "log": (_from(F, to=F), "natural logarithm"),
    **{name: (_from(F, to=F), f"{name}, of radians") for name in ("sin", "cos", "tan")},
    **{name: (_from(F, to=F), f"{name}, in radians") for name in ("asin", "acos", "atan")},
    **{name: (_from(F, to=F), name) for name in _HYPERBOLIC},
    # several values, or another each time
    "range": (
        (*_same(2, N, U, F), *_same(3, N, U, F)),
        "each number from the first to before the second, by the third or by 1",
    ),
    "autoinc": ((Overload((), N),), "a number of its own for each row of a rule"),
    # bits and truth (0 is false, all else is true)
    "band": (_same(2, N, U), "bitwise and"),
    "bor": (_same(2, N, U), "bitwise or"),
    "bxor": (_same(2, N, U), "bitwise exclusive or"),
    "bshl": (_same(2, N, U), "shift left"),
    "bshr": (_same(2, N, U), "shift right, keeping the sign"),
    "bshru": (_same(2, N, U), "shift right, filling with zeros"),
    "bnot": (_same(1, N, U), "bitwise not"),
    "land": (_same(2, N, U), "1 where both are not 0, else 0"),
    "lor": (_same(2, N, U), "1 where one is not 0, else 0"),
    "lxor": (_same(2, N, U), "1 where exactly one is not 0, else 0"),
    "lnot": (_same(1, N, U), "1 where the argument is 0, else 0"),
    # text
    "cat": (_same(1, S, variadic=True), "the texts joined"),
    "strlen": (_from(S, to=N), "the number of characters"),
    "substr": (
        (Overload((S, N, N), S),),
        "the part of `s` in `substr(s, start, length)`; `start` counts from 0",
    ),
    "upper": (_same(1, S), "in capitals"),
    "lower": (_same(1, S), "in small letters"),
    "trim": (_same(1, S), "without white space at either end"),
    "replace": (_same(3, S), "`s` with `new` for each `old`, in `replace(s, old, new)`"),
    "match": ((Overload((S, S), N),), "1 where the regular expression matches the whole text"),
    "contains": ((Overload((S, S), N),), "1 where the first text stands inside the second"),
    "ord": (_from(N, U, F, S, D, to=N), "the value's bits; of a symbol or term, its number"),
    # conversions
    "to_number": (_from(N, U, F, S, to=N), "the integer that a text spells; a float, towards zero"),
    "to_unsigned": (_from(N, U, F, S, to=U), "the same, as an unsigned integer"),
    "to_float": (_from(N, U, F, S, to=F), "the float that a text spells, or a number is"),
    "to_string": (_from(N, U, F, S, D, to=S), "the value spelt as text"),
    "itof": (_from(N, to=F), "number to float"),
    "itou": (_from(N, to=U), "number to unsigned"),
    "utof": (_from(U, to=F), "unsigned to float"),
    "utoi": (_from(U, to=N), "unsigned to number"),
    "ftoi": (_from(F, to=N), "float to number, towards zero"),
    "ftou": (_from(F, to=U), "float to unsigned, towards zero"),
    # dates
    "date": (_from(S, to=D), 'the date that `"1995-03-01"`, `"1995-03"` or `"1995"` spells'),
    "year": (_from(D, to=N), "the year; 0 when unknown"),
    "month": (_from(D, to=N), "the month, 1 to 12; 0 when unknown"),
    "day": (_from(D, to=N), "the day of the month; 0 when unknown"),
    "days_between": ((Overload((D, D), N),), "days from the first date to the second"),
}

FUNCTORS: Mapping[str, FunctorSignature] = MappingProxyType(
    {name: FunctorSignature(name, overloads, words) for name, (overloads, words) in _TABLE.items()}
)


# --- terms ---------------------------------------------------------------------------------------
# Records and branches are made, told apart and taken apart by functors of the program's own types,
# so that nothing after analysis needs to know more of them than of `+`.


def maker(shape: Shape, branch: Branch) -> str:
    """The functor that makes a term of its parts: `[List]`, `$Add`."""
    return f"[{shape.type}]" if shape.record else f"${branch.name}"


def tester(shape: Shape, branch: Branch) -> str:
    """The functor that gives 1 for terms made so, else 0: `[List]?/2`, `$Add?/2`."""
    return f"{maker(shape, branch)}?/{len(branch.fields)}"


def getter(shape: Shape, branch: Branch, place: int) -> str:
    """The functor that gives one part of a term made so: `[List].0/2`, `$Add.1/2`.

    Of any other term it gives a value of the part's type that says nothing.
    """
    return f"{maker(shape, branch)}.{place}/{len(branch.fields)}"


@dataclass(frozen=True, slots=True)
class TermFunctor:
    """What the name of a functor over terms says."""

    role: str  # "make", "test" or "get"
    branch: str | None
    place: int = 0
    size: int = 0


_TERM_FUNCTOR = re.compile(
    r"(?:\[[^]]+\]|\$(?P<branch>.+?))(?:\?/(?P<test>\d+)|\.(?P<place>\d+)/(?P<size>\d+))?"
)


def term_functor(name: str) -> TermFunctor | None:
    """What a functor does with terms; None for all other functors."""
    found = _TERM_FUNCTOR.fullmatch(name)
    if found is None:
        return None
    if found["place"]:
        return TermFunctor("get", found["branch"], int(found["place"]), int(found["size"]))
    if found["test"]:
        return TermFunctor("test", found["branch"], 0, int(found["test"]))
    return TermFunctor("make", found["branch"])


# Takes the bits of one type for those of another; it has no overloads, since it takes any type.
CAST = "as"


def term_functors(shapes: Shapes) -> dict[str, FunctorSignature]:
    """The functors that make and take apart the terms of a program, and `ord` of them."""
    overloads: dict[str, Overload] = {}
    for shape in shapes.values():
        for branch in shape.branches:
            overloads[maker(shape, branch)] = Overload(branch.types, shape.type)
            overloads[tester(shape, branch)] = Overload((shape.type,), N)
            for place, kind in enumerate(branch.types):
                overloads[getter(shape, branch, place)] = Overload((shape.type,), kind)
    found = {name: FunctorSignature(name, (overload,)) for name, overload in overloads.items()}
    order = FUNCTORS["ord"]
    if shapes:
        more = _from(*shapes, to=N)
        found["ord"] = FunctorSignature("ord", (*order.overloads, *more), order.words)
    return found
