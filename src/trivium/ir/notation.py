"""How terms and formulas are written: what binds stronger than what, and where brackets stand.

    call("*", [call("+", [x, one]), two])     (x + 1) * 2

A piece of text knows how strongly it holds together, and what is put around it gives it brackets
where it would be read as something else. Syntax trees and checked rules are written with these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trivium.ir.text import quoted, write_plain

# Binding strength of the infix operators, as in Soufflé; `^` alone groups to the right.
_LEVELS = ("lor", "lxor", "land", "bor", "bxor", "band", "bshl bshr bshru", "+ -", "* / %")
PRECEDENCE = {op: level for level, ops in enumerate(_LEVELS, 1) for op in ops.split()} | {"^": 11}
UNARY_PRECEDENCE = 10
PREFIXES = frozenset(("bnot", "lnot"))
# Comparisons that are written like atoms.
CONSTRAINTS = frozenset(("match", "contains"))
# An aggregate among terms, and a disjunction among formulas, bind weakest; a piece that begins and
# ends in itself binds tight.
_WEAKEST, _JOINED, _COMPARED, _TIGHT = 0, 1, 2, 100
_NAME = re.compile(r"[\w?.]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of a term or formula, and how strongly it holds together."""

    text: str
    binds: int = _TIGHT

    def within(self, least: int) -> str:
        """The text, in brackets where it binds weaker than `least`."""
        return self.text if self.binds >= least else f"({self.text})"


WILDCARD = Piece("_")
NIL = Piece("nil")


# --- terms ---------------------------------------------------------------------------------------


def constant(written: str) -> Piece:
    """A number, text, date or term, as the writer of values has it."""
    if written.endswith(" / 0.0"):
        return Piece(written, PRECEDENCE["/"])
    return Piece(written, UNARY_PRECEDENCE if written[0] == "-" else _TIGHT)


def plain(value: int | float | str, unsigned: bool = False) -> Piece:
    """A text or a number."""
    return constant(f"{value}u" if unsigned else write_plain(value))


def call(functor: str, args: Sequence[Piece]) -> Piece:
    """A functor's call; an operator stands between or before its operands."""
    if functor in PRECEDENCE and len(args) == 2:
        strength = PRECEDENCE[functor]
        to_right = functor == "^"
        left = args[0].within(strength + 1 if to_right else strength)
        # What stands right of an operator is read from its first token on: `-` binds it whole.
        right = args[1].within(strength if to_right else strength + 1)
        return Piece(f"{left} {functor} {right}", strength)
    if functor == "neg" and len(args) == 1:
        inner = args[0].within(UNARY_PRECEDENCE)
        number = args[0].binds == _TIGHT and inner[0].isdigit()  # `-3` is a number of its own
        return Piece(f"-({inner})" if number or inner[0] == "-" else f"-{inner}", UNARY_PRECEDENCE)
    # `lnot(x) ^ y` is the `lnot` of a power, as `-x ^ y` is the opposite of one.
    strength = UNARY_PRECEDENCE if functor in PREFIXES else _TIGHT
    return Piece(f"{functor}({_listed(args)})", strength)


def structure(branch: str | None, args: Sequence[Piece]) -> Piece:
    """A record or branch, made or matched."""
    if branch is None:
        return Piece(f"[{_listed(args)}]")
    return Piece(f"${branch}({_listed(args)})" if args else f"${branch}")


def cast(value: Piece, type_: str) -> Piece:
    return Piece(f"as({value.text}, {type_})")


def aggregate(
    kind: str,
    values: Sequence[Piece],
    body: Piece,
    parameter: Piece | None = None,
    condition: Piece | None = None,
    separator: str = ", ",
) -> Piece:
    """`kind parameter values : { body => condition }`."""
    words = [kind]
    if parameter is not None:
        simple = _is_name(parameter) or parameter.text.isdecimal()
        words.append(parameter.text if simple else f"({parameter.text})")
    if values:
        words.append(" by ".join(map(_aggregated, values)))
    if kind == "string_join" and separator != ", ":
        words[-1] += f", {quoted(separator)}"
    inner = body.text if condition is None else f"{body.text} => {condition.text}"
    return Piece(f"{' '.join(words)} : {{ {inner} }}", _WEAKEST)


_KINDS = frozenset(
    "argmax argmin count exists forall max mean median min string_join sum top".split()
)


def _aggregated(value: Piece) -> str:
    """A value, in brackets where it would read as something else before the colon."""
    # `sum -x` is a subtraction, `max(x) :` and `x + count :` are aggregates themselves.
    text = value.text
    alone = value.binds == _TIGHT and (text[0] == '"' or text == "_")
    # What ends in a name could be read on: `argmax 0 + max by x`.
    number = text[0].isdigit() and (value.binds == _TIGHT or text.split()[-1] not in _KINDS)
    return text if alone or _is_name(value) or number else f"({text})"


def _is_name(piece: Piece) -> bool:
    """Whether the piece is a variable."""
    return _NAME.fullmatch(piece.text) is not None and piece.text not in ("_", "nil")


def _listed(pieces: Iterable[Piece]) -> str:
    return ", ".join(piece.text for piece in pieces)


# --- formulas and clauses ------------------------------------------------------------------------


def atom(relation: str, args: Sequence[Piece], names: Sequence[str] = ()) -> Piece:
    """`relation(args)`, by name where the columns are named."""
    shown = [arg.text for arg in args]
    if names:
        shown = [f"{name}: {arg}" for name, arg in zip(names, shown, strict=True)]
    return Piece(f"{relation}({', '.join(shown)})" if shown else relation)


def comparison(op: str, left: Piece, right: Piece) -> Piece:
    if op in CONSTRAINTS:
        return Piece(f"{op}({left.text}, {right.text})")
    return Piece(f"{left.text} {op} {right.text}", _COMPARED)


def holds(aggregate: Piece) -> Piece:
    """An `exists` or `forall` that stands as a formula."""
    return Piece(aggregate.text)


def negation(formula: Piece) -> Piece:
    return Piece(f"!{formula.within(_TIGHT)}")


def conjunction(parts: Sequence[Piece]) -> Piece:
    """The parts joined; one alone as it is, `true` for none."""
    if len(parts) == 1:
        return parts[0]
    return Piece(", ".join(part.within(_COMPARED) for part in parts) or "true", _JOINED)


def disjunction(parts: Sequence[Piece]) -> Piece:
    return Piece(" ; ".join(part.within(_JOINED) for part in parts), _WEAKEST)


def clause(heads: Sequence[Piece], body: Piece | None, weights: Sequence[Piece | None] = ()) -> str:
    """`heads :- body.`, or facts; with weights the heads exclude each other, but for those without
    one, which hold together with the head before."""
    head = _listed(heads)
    if weights:
        head = ""
        for weight, one in zip(weights, heads, strict=True):
            if weight is None:
                head += f", {one.text}"
            else:
                head += f"{'; ' if head else ''}{weight.text}::{one.text}"
    return f"{head}." if body is None else f"{head} :- {body.text}."
