"""Formulas as text, in Unicode or ASCII; what is printed reads back as the same tree.

Binder("forall", (Bound("x"),), ...)   →   ∀x (Human(x) → Mortal(x))
                                           forall x (Human(x) -> Mortal(x))
"""

from __future__ import annotations

from trivium.solver.forms.logic import (
    CONNECTIVES,
    Apply,
    Expression,
    Listing,
    Number,
    Operation,
    Truth,
)

_UNICODE = {"not": "¬", "and": "∧", "or": "∨", "xor": "⊕", "implies": "→", "iff": "↔", "!=": "≠",
            "<=": "≤", ">=": "≥", "in": "∈", "forall": "∀", "exists": "∃",
            "unique": "∃!"}  # fmt: skip
_ASCII = {"not": "~", "and": "&", "or": "|", "xor": "xor", "implies": "->", "iff": "<->",
          "forall": "forall ", "exists": "exists ", "unique": "exists !"}  # fmt: skip
_INFIX = frozenset("and or xor implies iff = != < <= > >= in + - * / %".split())
_FUNCTIONS = {"if": "If", "distinct": "Distinct", "sum": "Sum", "abs": "Abs", "min": "Min",
              "max": "Max", "count": "Count"}  # fmt: skip
_COUNTING = {"count": "Count", "distinct": "Distinct", "sum": "Sum", "min": "Min", "max": "Max",
             "argmin": "ArgMin", "argmax": "ArgMax"}  # fmt: skip


def show(node: Expression, ascii: bool = False) -> str:
    """The text of a tree; `ascii` keeps to the marks of a keyboard."""
    marks = _ASCII if ascii else _UNICODE
    match node:
        case Truth(value=value):
            return str(value)
        case Number(value=value):
            return str(value)
        case Apply(symbol=symbol, args=()):
            return symbol
        case Apply(symbol=symbol, args=args):
            return f"{symbol}({', '.join(show(a, ascii) for a in args)})"
        case Listing(items=items):
            return f"[{', '.join(show(a, ascii) for a in items)}]"
        case Operation(op="not", args=(inner,)):
            return marks["not"] + _unit(inner, ascii)
        case Operation(op="neg", args=(inner,)):
            return f"-{_unit(inner, ascii)}"
        case Operation(op=op, args=args) if op in _INFIX and len(args) > 1:
            # `¬a = b` denies the equation, so a denial inside one is set apart.
            apart = op not in CONNECTIVES
            shown = (
                f"({t})" if apart and t[:1] in "¬~" else t for t in (_unit(a, ascii) for a in args)
            )
            return f" {marks.get(op, op)} ".join(shown)
        case Operation(op=op, args=args):
            return f"{_FUNCTIONS[op]}({', '.join(show(a, ascii) for a in args)})"
    scope = ", ".join(f"{v.name}:{v.sort}" if v.sort else v.name for v in node.bound)
    if node.kind in _COUNTING:
        return f"{_COUNTING[node.kind]}([{scope}], {show(node.body, ascii)})"
    if any(variable.sort for variable in node.bound) and node.kind != "unique":
        kind = "ForAll" if node.kind == "forall" else "Exists"
        return f"{kind}([{scope}], {show(node.body, ascii)})"
    return f"{marks[node.kind]}{scope} ({show(node.body, ascii)})"


def _unit(node: Expression, ascii: bool) -> str:
    """The text, in parentheses where an operator around it could take it apart."""
    text = show(node, ascii)
    plain = isinstance(node, Truth | Apply | Listing) or (
        isinstance(node, Number) and node.value >= 0
    )
    called = isinstance(node, Operation) and (node.op == "not" or node.op in _FUNCTIONS)
    return text if plain or called else f"({text})"
