"""Witnesses: the rows that a `min` or `max` was found in.

    before:  tallest(n, h) :- h = max x : { height(n, x) }.
    after:   tallest(n, h) :- h = max x : { height(n_1, x) }, height(n, x_1), h = x_1.

A variable that the aggregate's body binds, and that is used outside and bound by nothing there,
takes the values that it has where the extreme is reached; several, if rows tie. The other
aggregates have no such rows, so there the variable is not bound (E208).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from trivium.analyse.flat import FlatAggregate, FlatLiteral, literal_names
from trivium.analyse.rename import WITNESSED, fresh, renamed, renamed_term
from trivium.syntax import ast

KINDS = ("min", "max")
# (literals, variables bound outside) -> the variables that are bound then
Binding = Callable[[Sequence[FlatLiteral], set[str]], set[str]]


def ground_witnesses(
    literals: Sequence[FlatLiteral], bound: set[str], visible: set[str], binding: Binding
) -> tuple[FlatLiteral, ...]:
    """The literals of one level, with a copy of each body that has witnesses beside its aggregate.

    `bound` are the variables bound outside the level, `visible` those that stand at it or outside.
    """
    results = {literal.result for literal in literals if isinstance(literal, FlatAggregate)}
    known = binding(literals, bound | results)
    taken = set(literal_names(literals)) | bound | visible | set(_results(literals))
    found: list[FlatLiteral] = []
    for literal in literals:
        if isinstance(literal, FlatAggregate) and literal.kind in WITNESSED:
            names = set(literal_names([literal]))
            witnesses = (names & visible) - known
            if witnesses and witnesses <= binding(literal.body, known):
                inside = {name: fresh(name, taken) for name in sorted(witnesses)}
                local = (names | set(_results(literal.body))) - known - witnesses
                outside = {name: fresh(name, taken) for name in sorted(local)}
                found += [renamed(inner, outside) for inner in literal.body]
                value = renamed_term(literal.values[0], outside)
                result = ast.Variable(literal.result, literal.span)
                found.append(ast.Comparison("=", result, value, literal.span))
                literal = renamed(literal, inside)
        found.append(literal)
    return tuple(found)


def _results(literals: Sequence[FlatLiteral]) -> Iterator[str]:
    """The results of aggregates, those inside others too."""
    for literal in literals:
        if isinstance(literal, FlatAggregate):
            yield literal.result
            yield from _results(literal.body)
