"""Statements of a TPTP text, each with its role; `fol.py` reads their formulas.

fof(ax1, axiom, ![X]: (h(X) => m(X))).     ->     ("ax1", "axiom", the span of the formula)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trivium.errors import SyntaxProblem
from trivium.source import Source, Span

_STATEMENT = re.compile(r"\s*(?:fof|cnf|tff)\s*\(\s*([^,()]+?)\s*,\s*([a-z_]+)\s*,")


def tptp_statements(source: Source) -> Iterator[tuple[str, str, Span]]:
    """Name, role and formula of each `fof(name, role, formula).` of a TPTP text; E101."""
    text = re.sub(r"%[^\n]*", lambda found: " " * len(found.group()), source.text)
    at = 0
    while text[at:].strip():
        found = _STATEMENT.match(text, at)
        if found is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            message = "expected `fof(name, role, formula).`"
            raise SyntaxProblem(101, message, Span(source, start, start + 1))
        level, end = 1, found.end()
        while end < len(text) and level:
            level += (text[end] in "([") - (text[end] in ")]")
            end += 1
        yield found[1], found[2], Span(source, found.end(), end - 1)
        dot = re.compile(r"\s*\.?").match(text, end)
        at = dot.end() if dot else end
