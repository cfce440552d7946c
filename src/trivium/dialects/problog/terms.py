"""Prolog terms: what they are, how they are unified, ordered and written.

    atom        str          'a', '[]', '"text"' (a text keeps its double quotes)
    number      int, Real    a float that is no integer: 1 and 1.0 are different terms
    variable    Var          a place in the bindings of the clause that is being solved
    compound    Struct where it is ground, each different one made once, so that `is` is equality;
                else a tuple (name, argument, ...)

Bindings are a list with, for each variable, its term, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

# A term nested deeper than this is taken for one that grows for ever.
DEEPEST = 5000


class Var:
    """The variable at a place; `var` gives the only one there is of each."""

    __slots__ = ("place",)

    def __init__(self, place: int) -> None:
        self.place = place

    def __repr__(self) -> str:
        return f"_{self.place}"


class Real(float):
    """A float that equals no integer."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(other) is Real and float.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((Real, float.__hash__(self)))

    def __repr__(self) -> str:
        return float.__repr__(self)


class Struct:
    """A ground compound term, made by `Pool.make` alone."""

    __slots__ = ("args", "depth", "name")

    def __init__(self, name: str, args: tuple[Any, ...], depth: int) -> None:
        self.name = name
        self.args = args
        self.depth = depth

    def __repr__(self) -> str:
        return write(self)


Term = Any  # str | int | Real | Var | Struct | tuple[str, Term, ...]
Bindings = list[Any]
NIL = "[]"
PAIR = "."
_VARS: list[Var] = []


class TooDeep(Exception):
    """A term nests deeper than `DEEPEST`."""


def var(place: int) -> Var:
    while place >= len(_VARS):
        _VARS.append(Var(len(_VARS)))
    return _VARS[place]


class Pool:
    """Every ground compound term of a run, once."""

    def __init__(self, kept: Pool | None = None) -> None:
        self.terms: dict[tuple[Any, ...], Struct] = dict(kept.terms) if kept is not None else {}

    def make(self, name: str, args: tuple[Term, ...]) -> Struct:
        key = (name, *args)
        found = self.terms.get(key)
        if found is None:
            depth = 1
            for arg in args:
                if type(arg) is Struct and arg.depth >= depth:
                    depth = arg.depth + 1
            if depth > DEEPEST:
                raise TooDeep
            found = self.terms[key] = Struct(name, args, depth)
        return found

    def compound(self, name: str, args: Sequence[Term]) -> Term:
        """A compound term, ground or not; an atom where there are no arguments."""
        if not args:
            return name
        for arg in args:
            if type(arg) is Var or type(arg) is tuple:
                return (name, *args)
        return self.make(name, tuple(args))

    def list_of(self, items: Sequence[Term], tail: Term = NIL) -> Term:
        for item in reversed(items):
            tail = self.compound(PAIR, (item, tail))
        return tail

    def resolve(self, term: Term, env: Bindings) -> Term:
        """The term with the values of its variables."""
        kind = type(term)
        while kind is Var:
            value = env[term.place]
            if value is None:
                return term
            term = value
            kind = type(term)
        if kind is not tuple:
            return term
        if term[0] == PAIR and len(term) == 3:
            return self._resolve_list(term, env)
        args = [self.resolve(arg, env) for arg in term[1:]]
        return self.compound(term[0], args)

    def _resolve_list(self, term: Term, env: Bindings) -> Term:
        """As `resolve`, step by step along a list, which may be long."""
        items: list[Term] = []
        while True:
            kind = type(term)
            if kind is Var:
                value = env[term.place]
                if value is None:
                    break
                term = value
            elif kind is tuple and term[0] == PAIR and len(term) == 3:
                items.append(self.resolve(term[1], env))
                term = term[2]
                if len(items) > DEEPEST:
                    raise TooDeep
            else:
                term = self.resolve(term, env)
                break
        return self.list_of(items, term)

    def moved(self, term: Term, by: int) -> Term:
        """The term with its variables at places `by` further on."""
        if type(term) is Var:
            return var(term.place + by)
        if type(term) is tuple:
            return (term[0], *[self.moved(arg, by) for arg in term[1:]])
        return term


def deref(term: Term, env: Bindings) -> Term:
    """What a variable stands for, as far as it is known; its inside is left as it is."""
    while type(term) is Var:
        value = env[term.place]
        if value is None:
            return term
        term = value
    return term


def unify(one: Term, other: Term, env: Bindings) -> bool:
    """Make two terms equal by binding variables; what was bound on the way to no stays bound."""
    while True:
        while type(one) is Var:
            value = env[one.place]
            if value is None:
                break
            one = value
        while type(other) is Var:
            value = env[other.place]
            if value is None:
                break
            other = value
        if one is other:
            return True
        if type(one) is Var:
            env[one.place] = other
            return True
        if type(other) is Var:
            env[other.place] = one
            return True
        left, right = type(one), type(other)
        if left is tuple:
            if right is tuple:
                if one[0] != other[0] or len(one) != len(other):
                    return False
                last = len(one) - 1
                for place in range(1, last):
                    if not unify(one[place], other[place], env):
                        return False
                one, other = one[last], other[last]
                continue
            one, other = other, one
            left, right = right, left
        if left is not Struct:
            return left is right and one == other
        if right is not tuple or one.name != other[0] or len(one.args) != len(other) - 1:
            return False
        args = one.args
        last = len(args) - 1
        for place in range(last):
            if not unify(args[place], other[place + 1], env):
                return False
        one, other = args[last], other[last + 1]


def variables(term: Term, env: Bindings | None = None) -> Iterator[Var]:
    """The variables of a term that are not bound, from left to right, as often as they occur."""
    if env is not None:
        term = deref(term, env)
    if type(term) is Var:
        yield term
    elif type(term) is tuple:
        for arg in term[1:]:
            yield from variables(arg, env)


def numbered(pool: Pool, terms: Sequence[Term]) -> tuple[tuple[Term, ...], list[Var]]:
    """The terms with their variables numbered from 0 as they occur, and what those were."""
    found: dict[int, Var] = {}
    old: list[Var] = []

    def change(term: Term) -> Term:
        if type(term) is Var:
            new = found.get(term.place)
            if new is None:
                new = found[term.place] = var(len(old))
                old.append(term)
            return new
        if type(term) is tuple:
            return (term[0], *[change(arg) for arg in term[1:]])
        return term

    return tuple([change(term) for term in terms]), old


def is_ground(term: Term) -> bool:
    """Of a resolved term."""
    return type(term) is not Var and type(term) is not tuple


def name_and_args(term: Term) -> tuple[str, tuple[Term, ...]] | None:
    """The functor and arguments of an atom or compound; None for numbers and variables."""
    kind = type(term)
    if kind is str:
        return term, ()
    if kind is tuple:
        return term[0], term[1:]
    if kind is Struct:
        return term.name, term.args
    return None


def list_items(term: Term) -> tuple[list[Term], Term]:
    """The items of a resolved list, and what it ends with: `[]`, or a variable where it is open."""
    items: list[Term] = []
    while True:
        found = name_and_args(term)
        if found is None or found[0] != PAIR or len(found[1]) != 2:
            return items, term
        items.append(found[1][0])
        term = found[1][1]


# --- the standard order --------------------------------------------------------------------------


def order_key(term: Term) -> tuple[Any, ...]:
    """Variables, then numbers, texts, atoms and compounds, these by arity, name and arguments."""
    kind = type(term)
    if kind is Var:
        return (0, term.place)
    if kind is int or kind is Real:
        return (1, float(term), kind is int)
    if kind is str:
        return (2 if term.startswith('"') else 3, term)
    name, args = name_and_args(term) or ("", ())
    return (4, len(args), name, tuple([order_key(arg) for arg in args]))


# --- writing -------------------------------------------------------------------------------------

_PLAIN = re.compile(r"[a-z]\w*|[+\-*/\\^<>=~:.?@#&$]+|\[\]|!|;|,|\{\}|\".*\"", re.DOTALL)
INFIX = {
    ":-": (1200, "xfx"), "<-": (1200, "xfx"), "-->": (1200, "xfx"),
    ";": (1100, "xfy"), "->": (1050, "xfy"), "*->": (1050, "xfy"),
    "::": (1000, "xfx"), ",": (1000, "xfy"), "=>": (1000, "xfy"),
    **dict.fromkeys(
        ("=", "\\=", "==", "\\==", "is", "=:=", "=\\=", "<", ">", "=<", ">=", "@<", "@>", "@=<",
         "@>=", "=..", "=@=", "\\=@=", "><", "~"), (700, "xfx")
    ),
    ":": (600, "xfy"),
    **dict.fromkeys(("+", "-", "/\\", "\\/", "xor", "#", "<<<"), (500, "yfx")),
    **dict.fromkeys(("*", "/", "//", "mod", "rem", "div", "<<", ">>", "rdiv"), (400, "yfx")),
    "**": (200, "xfx"), "^": (200, "xfy"),
}  # fmt: skip
PREFIX = {
    ":-": (1200, "fx"), "?-": (1200, "fx"), "\\+": (900, "fy"), "not": (900, "fy"),
    "-": (200, "fy"), "+": (200, "fy"), "\\": (200, "fy"), "~": (900, "fy"),
    "dynamic": (1150, "fx"),
}  # fmt: skip


def write(term: Term, name: Callable[[Var], str] = repr) -> str:
    """The term as a program writes it."""
    return _write(term, 1200, name)


def _write(term: Term, most: int, name: Callable[[Var], str]) -> str:
    kind = type(term)
    if kind is Var:
        return name(term)
    if kind is str:
        return write_atom(term)
    found = name_and_args(term)
    if found is None:
        return repr(term)
    functor, args = found
    if functor == PAIR and len(args) == 2:
        items, tail = list_items(term)
        shown = ", ".join([_write(item, 999, name) for item in items])
        return f"[{shown}]" if tail == NIL else f"[{shown} | {_write(tail, 999, name)}]"
    if len(args) == 2 and functor in INFIX:
        strength, form = INFIX[functor]
        left = _write(args[0], strength - (form[0] == "x"), name)
        right = _write(args[1], strength - (form[2] == "x"), name)
        tight = functor in "+-*/^:**" and strength <= 600
        gap = "" if tight or functor == "=" else " "
        text = f"{left}, {right}" if functor == "," else f"{left}{gap}{functor}{gap}{right}"
        if functor == ";":
            text = f"{left}; {right}"
        return f"({text})" if strength > most or functor == "," else text
    if len(args) == 1 and functor in PREFIX and functor != "dynamic":
        return f"{functor}{_write(args[0], PREFIX[functor][0], name)}"
    return f"{write_atom(functor)}({','.join([_write(arg, 999, name) for arg in args])})"


def write_atom(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    quoted = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{quoted}'"
