"""Rules, literals and values as text, for proofs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trivium.engine.functors import to_text
from trivium.ir.nodes import Aggregate, Atom, Call, Compare, Const, Literal, Relation, Rule, Term
from trivium.ir.types import Type
from trivium.ir.values import quoted, write_value

# How many characters of a term are shown.
SHOWN = 400
_INFIX = frozenset({"+", "-", "*", "/", "%", "^"})


def quote(value: Any, kind: Type) -> str:
    """A value as a program writes it."""
    if kind.structured:
        return write_value(value, _spell, SHOWN)
    if value is None:
        return "(empty)"
    return quoted(value) if kind is Type.SYMBOL else to_text(value)


def show_row(relation: Relation, values: Sequence[Any]) -> str:
    """A row as a program writes it: `path(1, 3)`."""
    kinds = [column.type for column in relation.columns]
    shown = ", ".join(quote(value, kind) for value, kind in zip(values, kinds, strict=True))
    return f"{relation.name}({shown})"


def _spell(part: object) -> str:
    return quoted(part) if isinstance(part, str) else to_text(part)


def show_term(term: Term | None) -> str:
    match term:
        case None:
            return "_"
        case Const():
            return quote(term.value, term.type)
        case Call(functor=functor, args=(left, right)) if functor in _INFIX:
            return f"{show_term(left)} {functor} {show_term(right)}"
        case Call():
            return f"{term.functor}({', '.join(map(show_term, term.args))})"
        case _:
            return term.name


def show_literal(literal: Literal) -> str:
    """The literal as it was written, else as it stands in the IR."""
    if literal.span is not None:
        text = " ".join(literal.span.text.split())
        negated = isinstance(literal, Atom) and literal.negated and not text.startswith("!")
        return f"!{text}" if negated else text
    match literal:
        case Atom():
            sign = "!" if literal.negated else ""
            return f"{sign}{literal.relation}({', '.join(map(show_term, literal.args))})"
        case Compare():
            return f"{show_term(literal.left)} {literal.op} {show_term(literal.right)}"
        case Aggregate():
            values = ", ".join(map(show_term, literal.values))
            body = ", ".join(map(show_literal, literal.body))
            kind = " ".join(filter(None, (literal.kind, values)))
            return f"{literal.result.name} = {kind} : {{ {body} }}"


def show_rule(rule: Rule) -> str:
    """The rule as it was written, on one line, else as it stands in the IR."""
    if rule.span is not None:
        return " ".join(rule.span.text.split())
    body = ", ".join(map(show_literal, rule.body))
    return f"{show_literal(rule.head)} :- {body}."
