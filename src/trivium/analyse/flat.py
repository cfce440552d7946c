"""Flat rules: one head, a conjunction of literals, arguments by position; no types yet.

`flatten.py` makes them of clauses. Variables that start with `@` are results of aggregates, and
relations that do are made of disjunctions: neither can be written in a program, so they clash with
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trivium.ir.nodes import Access
from trivium.source import Span
from trivium.syntax import ast


@dataclass(frozen=True, slots=True)
class FlatAtom:
    """`None` is an argument left free. `access` is that of the relation, if it has one."""

    relation: str
    args: tuple[ast.Term | None, ...]
    negated: bool
    span: Span
    access: Access | None = None


@dataclass(frozen=True, slots=True)
class FlatAggregate:
    """As `trivium.ir.nodes.Aggregate`; `group` is filled by `safety.py`."""

    result: str
    kind: str
    values: tuple[ast.Term, ...]
    body: tuple[FlatLiteral, ...]
    parameter: ast.Term | None
    condition: tuple[FlatLiteral, ...]
    separator: str
    span: Span
    group: tuple[ast.Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class FlatMatch:
    """`term` is made as `structure` says; this binds the variables that are its parts.

    `both` where those and `term` are bound by other literals anyway: then either side may be
    computed from the other. `safety.py` makes it of `term = structure`.
    """

    term: ast.Variable
    structure: ast.Structure
    both: bool
    span: Span


FlatLiteral = FlatAtom | ast.Comparison | FlatMatch | FlatAggregate


@dataclass(frozen=True, slots=True)
class FlatRule:
    head: FlatAtom
    body: tuple[FlatLiteral, ...]
    span: Span
    implied: bool = False
    plans: tuple[ast.Plan, ...] = ()


# --- names ---------------------------------------------------------------------------------------


def variables(term: ast.Term | None) -> Iterator[ast.Variable]:
    """The variables of a flat term, from left to right."""
    if isinstance(term, ast.Variable):
        yield term
    elif isinstance(term, ast.Call | ast.Structure):
        for arg in term.args:
            yield from variables(arg)
    elif isinstance(term, ast.Cast):
        yield from variables(term.value)


def literal_variables(literal: FlatLiteral) -> Iterator[ast.Variable]:
    """The variables of a literal, those inside an aggregate included."""
    if isinstance(literal, FlatAtom):
        for arg in literal.args:
            if arg is not None:  # most arguments of an atom over a wide table are free
                yield from variables(arg)
    elif isinstance(literal, ast.Comparison):
        yield from variables(literal.left)
        yield from variables(literal.right)
    elif isinstance(literal, FlatMatch):
        yield from variables(literal.term)
        yield from variables(literal.structure)
    else:
        for value in (*literal.values, literal.parameter):
            yield from variables(value)
        for inner in (*literal.body, *literal.condition):
            yield from literal_variables(inner)


def literal_terms(literal: FlatLiteral) -> tuple[ast.Term, ...]:
    """The terms of a literal; of an aggregate, its values."""
    if isinstance(literal, FlatAtom):
        return tuple(arg for arg in literal.args if arg is not None)
    if isinstance(literal, ast.Comparison):
        return (literal.left, literal.right)
    if isinstance(literal, FlatMatch):
        return (literal.term, literal.structure)
    return literal.values


def literal_names(literals: Sequence[FlatLiteral]) -> Iterator[str]:
    for literal in literals:
        yield from (variable.name for variable in literal_variables(literal))
