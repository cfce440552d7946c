"""How deep a program may nest.

Everything after the parser walks terms by recursion; this limit keeps a hostile or generated
program from becoming a crash of the interpreter.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from trivium.errors import SyntaxProblem
from trivium.source import Span
from trivium.syntax import ast

MAX_DEPTH = 100


def too_deep(span: Span) -> SyntaxProblem:
    message = f"the program nests deeper than {MAX_DEPTH} levels here"
    return SyntaxProblem(106, message, span, hint="name the inner part with a rule of its own")


def check_depth(clause: ast.Clause | ast.Subsumption) -> None:
    """Refuse (E106) a clause whose tree is too high, as that of `1 + 1 + 1 + ...` may be."""
    level = _children(clause)
    for _ in range(MAX_DEPTH + 1):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise too_deep(next((n.span for n in level if hasattr(n, "span")), clause.span))


def _children(node: object) -> list[object]:
    if not is_dataclass(node) or isinstance(node, Span | ast.Name):
        return []
    values = [getattr(node, field.name) for field in fields(node) if field.name != "span"]
    return [
        child
        for value in values
        for child in (value if isinstance(value, tuple) else (value,))
        if is_dataclass(child)
    ]
