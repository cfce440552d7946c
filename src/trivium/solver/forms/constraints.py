"""Constraint lists: variables with their domains, constraints, and options about them.

    Variables:
    apples [IN] [1, 2, 3]                   Problem(sorts={"[1, 2, 3]": (1, 2, 3)},
    plums [IN] [1, 2, 3]                            functions={"apples": Function((), "[1, 2, 3]")},
    Constraints:                      →             constraints=(apples < plums, ...),
    apples < plums                                  options=(Choice("A", "valid", plums = 3), ...))
    AllDifferentConstraint([apples, plums])
    Query:
    A) plums == 3

An option is right if it must be true. Without a query, what each variable may be is asked.
"""

from __future__ import annotations

import re

from trivium.errors import SyntaxProblem
from trivium.solver.forms.deduction import Formula
from trivium.solver.forms.fol import read_formula
from trivium.solver.forms.mends import Mend
from trivium.solver.forms.problem import Choice, Function, Problem
from trivium.solver.forms.sections import Line, sections
from trivium.source import Source, Span

HEADINGS = {
    "domain": ("domain", "domains"),
    "variables": ("variables", "variable"),
    "constraints": ("constraints", "constraint"),
    "query": ("query", "queries", "question", "options"),
}
_VARIABLE = re.compile(r"(.+?)\s*(?:\[IN\]|∈|\bin\b|:)\s*(.+)", re.I)
_RANGE = re.compile(r"[\[{(]?\s*(-?\d+)\s*(?:\.\.+|…|-|to)\s*(-?\d+)\s*[\]})]?")
_OPTION = re.compile(r"\(?([A-Za-z])[).:]\s*")
# More values than this in one domain, and it is refused.
MOST_VALUES = 10_000


def read_constraints(source: Source, mends: list[Mend]) -> Problem:
    """The problem; E101 for a line that is none, E112 where no variable is declared."""
    found = sections(source, HEADINGS, mends)
    sorts: dict[str, tuple[str | int, ...]] = {}
    functions: dict[str, Function] = {}
    for line in found.get("variables", ()):
        names, sort, values = _variables(line)
        sorts[sort] = values
        functions |= {name: Function((), sort) for name in names}
    if not functions:
        hint = "write `Variables:` and lines such as `apples [IN] [1, 2, 3]`"
        message = "no variable is declared"
        raise SyntaxProblem(112, message, Span(source, 0, 1), hint=hint)
    constraints = []
    for line in found.get("constraints", ()):
        tree = read_formula(line.span, mends, line.number)
        constraints.append(Formula(line.text, tree, line.said, line.span))
    options = tuple(_choice(line, n, mends) for n, line in enumerate(found.get("query", ())))
    return Problem(sorts, functions, tuple(constraints), options)


def _variables(line: Line) -> tuple[list[str], str, tuple[str | int, ...]]:
    found = _VARIABLE.fullmatch(line.text)
    if found is None:
        hint = "write `name [IN] [1, 2, 3]`"
        raise SyntaxProblem(101, f"`{line.text[:60]}` declares no variable", line.span, hint=hint)
    names = [re.sub(r"\W+", "_", name.strip()) for name in found[1].split(",")]
    domain = found[2].strip()
    values: tuple[str | int, ...]
    if stated := _RANGE.fullmatch(domain):
        first, last = int(stated[1]), int(stated[2])
        if last - first >= MOST_VALUES:
            message = f"the domain has {last - first + 1:,} values, more than {MOST_VALUES:,}"
            raise SyntaxProblem(101, message, line.span)
        values = tuple(range(first, last + 1))
    else:
        values = members(domain)
    if not values:
        raise SyntaxProblem(101, f"the domain `{domain[:60]}` has no values", line.span)
    return names, domain, values


def members(text: str) -> tuple[str | int, ...]:
    """The members in a listing such as `[1, 2, 3]` or `{red, "dark blue"}`."""
    inner = text.strip().strip("[](){}")
    names = [_unquoted(part.strip()) for part in inner.split(",")]
    names = [re.sub(r"\s+", "_", name) for name in dict.fromkeys(names) if name]
    if names and all(re.fullmatch(r"-?\d+", name) for name in names):
        return tuple(int(name) for name in names)
    return tuple(names)


def _unquoted(name: str) -> str:
    quoted = len(name) > 1 and name[0] == name[-1] and name[0] in "'\""
    return name[1:-1].strip() if quoted else name


def _choice(line: Line, number: int, mends: list[Mend]) -> Choice:
    found = _OPTION.match(line.text)
    label = found[1].upper() if found else chr(ord("A") + number)
    text = line.text[found.end() :] if found else line.text
    tree = read_formula(line.part(found.end() if found else 0), mends, line.number)
    return Choice(label, "valid", False, (tree,), line.said or text, line.span)
