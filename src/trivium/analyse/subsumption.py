"""Subsumption: which rows go when a better one is there.

    before:  dist(x, d1) <= dist(x, d2) :- d2 < d1.
    after:   a removal   dist(x, d1) :- dist(x, d1), dist(x, d2), d2 < d1.
             and dist is told to keep the least of its second column: Best(1, "min")

A removal reads as a rule: its head goes when its body holds. The body starts with the row that goes
and the one that stays; the two are different rows. Raises ProgramError 235.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trivium.analyse.flat import FlatRule
from trivium.errors import ProgramError
from trivium.ir import nodes as ir
from trivium.syntax import ast

_KEEPS = {"<": "min", "<=": "min", ">": "max", ">=": "max"}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def as_clause(item: ast.Subsumption) -> ast.Clause:
    """The subsumption as a rule whose head goes; every column of its rows gets a name."""
    worse, better = item.worse, item.better
    if worse.relation != better.relation:
        message = f"a row of `{worse.relation}` is compared with one of `{better.relation}`"
        raise ProgramError(235, message, item.span, hint="compare two rows of one relation")
    if not worse.args:
        message = f"`{worse.relation}` has no columns, so no row of it is better than another"
        raise ProgramError(235, message, item.span, hint="take the subsumption out")
    worse, first = _plain(worse, "worse")
    better, second = _plain(better, "better")
    body = ast.Conjunction((worse, better, *first, *second, item.body), item.span)
    return ast.Clause((worse,), body, item.span, item.plans)


def _plain(atom: ast.Atom, word: str) -> tuple[ast.Atom, list[ast.Comparison]]:
    """The atom with nothing but variables and constants, and what the others are equal to."""
    args: list[ast.Term] = []
    equal: list[ast.Comparison] = []
    for place, arg in enumerate(atom.args):
        if not isinstance(arg, ast.Variable | ast.Constant):
            variable = ast.Variable(f"@{word}{place}", arg.span)
            if not isinstance(arg, ast.Wildcard):
                equal.append(ast.Comparison("=", variable, arg, arg.span))
            arg = variable
        args.append(arg)
    return replace(atom, args=tuple(args)), equal


def compares(removal: FlatRule) -> bool:
    """Whether it compares two rows, and not each with itself."""
    worse, better = removal.body[:2]
    return replace(worse, span=removal.span) != replace(better, span=removal.span)


def best(removals: Sequence[ir.Rule]) -> ir.Best | None:
    """What the removals of a relation do, where they keep the least or greatest of a column."""
    if len(removals) != 1 or len(removals[0].body) != 3:
        return None
    worse, better, test = removals[0].body
    if not (isinstance(worse, ir.Atom) and isinstance(better, ir.Atom)):
        return None
    pairs = list(zip(worse.args, better.args, strict=True))
    differing = [place for place, (one, other) in enumerate(pairs) if one != other]
    names = {term.name for pair in pairs for term in pair if isinstance(term, ir.Var)}
    if len(differing) != 1 or len(names) != len(pairs) + 1 or not isinstance(test, ir.Compare):
        return None
    left, right = pairs[differing[0]][1], pairs[differing[0]][0]
    for one, other, op in (
        (test.left, test.right, test.op),
        (test.right, test.left, _MIRRORED.get(test.op, "")),
    ):
        if (one, other) == (left, right) and op in _KEEPS:
            return ir.Best(differing[0], _KEEPS[op])
    return None
