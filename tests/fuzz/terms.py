"""Random terms: constants, and functors over variables that are bound.

A type is that of a column, or `ratio`: a float that may not be exact, so that sums over rows, whose
order is an engine's own, are made of `float` alone. Nothing is made that has no result, such as a
division by zero, and nothing whose result depends on a mathematical library.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from trivium.source import Source, Span
from trivium.syntax import ast

HERE = Span(Source("<made>", ""), 0, 0)
TYPES = ("number", "unsigned", "float", "symbol", "date", "ratio")
_EDGES = (2**63 - 1, -(2**63), 2**31, -1, 1000)
_TEXTS = ("", "a", "b", "ab", "B", "é", " a", "7", 'q"', "a\\b")
_FLOATS = (-1.5, -0.5, 0.0, 0.25, 0.5, 1.0, 2.0, 3.0)
_DATES = ("1995", "1995-03", "1995-03-01", "2001-12-31", "2000-02-29")
Scope = dict[str, str]  # the type of each variable


def column_type(kind: str) -> str:
    return "float" if kind == "ratio" else kind


def number(value: int) -> ast.Integer:
    return ast.Integer(value, HERE)


def call(functor: str, *args: ast.Term) -> ast.Call:
    return ast.Call(functor, args, HERE)


def constant(chance: Random, kind: str) -> ast.Term:
    """A constant, written in full: `2.0` for a float, `3u` for an unsigned number."""
    if kind == "number":
        small = chance.random() < 0.95
        return number(chance.randrange(-1, 5) if small else chance.choice(_EDGES))
    if kind == "unsigned":
        value = chance.randrange(5) if chance.random() < 0.95 else 2**64 - 1
        return ast.Integer(value, HERE, unsigned=True)
    if kind == "symbol":
        return ast.Text(chance.choice(_TEXTS), HERE)
    if kind == "date":
        return call("date", ast.Text(chance.choice(_DATES), HERE))
    return ast.Real(chance.choice(_FLOATS), HERE)


def value(chance: Random, kind: str, spread: int = 0) -> object:
    """A value as data gives it: a Python object, which for floats may be no number.

    With a `spread`, one of about so many, now and then far from the others.
    """
    if spread and kind != "date":
        drawn = chance.randrange(spread)
        if chance.random() < 0.02:
            drawn = 2**62 + drawn * 2**40 % 2**60
        if kind == "symbol":
            return f"s{drawn}"
        return float(drawn % 2**20) / 2 if kind in ("float", "ratio") else drawn
    made = constant(chance, kind)
    if kind == "ratio" and chance.random() < 0.3:
        return chance.choice((float("nan"), float("inf"), float("-inf"), 0.1, -0.0, 1e300))
    if isinstance(made, ast.Call):
        made = made.args[0]
    assert isinstance(made, ast.Integer | ast.Real | ast.Text)
    return made.value


def operand(chance: Random, kind: str, scope: Scope) -> ast.Term:
    """A variable of the type if there is one, else a constant."""
    known = [name for name, of in scope.items() if of == kind]
    if kind == "ratio" and chance.random() < 0.5:
        known += [name for name, of in scope.items() if of == "float"]
    if known and chance.random() < 0.85:
        return ast.Variable(chance.choice(known), HERE)
    return constant(chance, kind)


def term(chance: Random, kind: str, scope: Scope, depth: int = 2) -> ast.Term:
    """A term of the type over the variables in scope."""
    if not depth or chance.random() < 0.3:
        return operand(chance, kind, scope)
    made = _MAKERS[kind](chance, lambda of: term(chance, of, scope, depth - 1))
    if chance.random() < 0.1 and kind != "ratio":
        others = [term(chance, kind, scope, depth - 1) for _ in range(chance.randrange(1, 3))]
        return call(chance.choice(("min", "max")), made, *others)
    return made


def bounded(chance: Random, kind: str, scope: Scope) -> ast.Term:
    """A term with few values, for rules that recur: they end because there are only so many."""
    if kind in ("date", "ratio") or chance.random() < 0.4:
        return operand(chance, kind, scope)
    made = term(chance, kind, scope)
    match kind:
        case "number":
            return call("%", made, number(chance.randrange(2, 6)))
        case "unsigned":
            return call("%", made, ast.Integer(chance.randrange(2, 6), HERE, unsigned=True))
        case "symbol":
            return call("substr", made, number(0), number(chance.randrange(1, 3)))
    return call("itof", call("%", call("floor", made), number(chance.randrange(2, 6))))


Make = Callable[[str], ast.Term]


def _not_zero(chance: Random, kind: str, make: Make) -> ast.Term:
    """A divisor: no square and one more is zero, even where it wraps around."""
    unsigned = kind == "unsigned"
    if chance.random() < 0.5:
        choices = (1, 2, 3) if unsigned else (-1, 2, 3, -7)
        return ast.Integer(chance.choice(choices), HERE, unsigned)
    root = make(kind)
    return call("+", call("*", root, root), ast.Integer(1, HERE, unsigned))


def _whole(chance: Random, kind: str, make: Make) -> ast.Term:
    choice = chance.randrange(8)
    if choice < 4:
        return call(chance.choice(("+", "-", "*")), make(kind), make(kind))
    if choice == 4:
        return call(chance.choice(("/", "%")), make(kind), _not_zero(chance, kind, make))
    if choice == 5:
        words = ("band", "bor", "bxor", "bshl", "bshr", "bshru", "land", "lor", "lxor", "^")
        return call(chance.choice(words), make(kind), make(kind))
    if choice == 6 and kind == "number":
        return call(chance.choice(("neg", "abs")), make(kind))
    return call(chance.choice(("bnot", "lnot")), make(kind))


def _number(chance: Random, make: Make) -> ast.Term:
    match chance.randrange(12):
        case 0:
            return call("strlen", make("symbol"))
        case 1:
            return call(chance.choice(("year", "month", "day")), make("date"))
        case 2:
            return call(chance.choice(("floor", "ceil", "round", "ftoi")), make("float"))
        case 3:
            return call("contains", make("symbol"), make("symbol"))
        case 4:
            return call("utoi", make("unsigned"))
        case 5:
            return call("to_number", call("to_string", make("number")))
    return _whole(chance, "number", make)


def _unsigned(chance: Random, make: Make) -> ast.Term:
    if chance.random() < 0.1:
        return call("itou", make("number"))
    return _whole(chance, "unsigned", make)


def _float(chance: Random, make: Make) -> ast.Term:
    """Only what is exact: a few digits more with each step, and never many."""
    match chance.randrange(6):
        case 0:
            scale = ast.Real(chance.choice((0.5, 2.0, -1.0)), HERE)
            return call("*", make("float"), scale)
        case 1:
            return call("/", make("float"), ast.Real(chance.choice((2.0, 4.0, 0.5)), HERE))
        case 2:
            return call("itof", call("%", make("number"), number(100)))
        case 3:
            return call(chance.choice(("neg", "abs")), make("float"))
    return call(chance.choice("+-"), make("float"), make("float"))


def _ratio(chance: Random, make: Make) -> ast.Term:
    match chance.randrange(5):
        case 0:
            return call("sqrt", make("ratio"))
        case 1:
            return call("itof", make("number"))
        case 2:
            return call("utof", make("unsigned"))
        case 3:
            return call(chance.choice(("min", "max")), make("ratio"), make("ratio"))
    return call(chance.choice("+-*/"), make("ratio"), make("ratio"))


def _symbol(chance: Random, make: Make) -> ast.Term:
    match chance.randrange(6):
        case 0:
            return call("to_string", make(chance.choice(TYPES)))
        case 1:
            start, length = chance.randrange(-1, 3), chance.randrange(-1, 4)
            return call("substr", make("symbol"), number(start), number(length))
        case 2:
            return call("replace", *(make("symbol") for _ in range(3)))
        case 3:
            return call(chance.choice(("upper", "lower", "trim")), make("symbol"))
    return call("cat", *(make("symbol") for _ in range(chance.randrange(2, 4))))


def _date(chance: Random, make: Make) -> ast.Term:
    return make("date")


_MAKERS: dict[str, Callable[[Random, Make], ast.Term]] = {
    "number": _number,
    "unsigned": _unsigned,
    "float": _float,
    "symbol": _symbol,
    "date": _date,
    "ratio": _ratio,
}
