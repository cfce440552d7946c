"""A row as it is written on the command line, in the language's own syntax for facts.

path(1, 3)               one row
ancestor("ann", _)       every row that begins so; in a query, a variable is as good as `_`
medals(nation: "Cuba")   every row with that value in that column
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from trivium.analyse.near import did_you_mean, listed
from trivium.errors import ProgramError, SyntaxProblem
from trivium.ir import nodes
from trivium.ir.values import Term, same_value
from trivium.source import Source, Span
from trivium.syntax import ast
from trivium.syntax.souffle import parse

if TYPE_CHECKING:
    from trivium.program import Result


class Wildcard(Enum):
    """What `_` stands for; `None` is the value `nil`."""

    ANY = "_"


ANY = Wildcard.ANY
Value = nodes.Value | Wildcard


@dataclass(frozen=True)
class RowPattern:
    """The values to match, `ANY` for any; `names` are their columns, if they were given."""

    relation: str
    values: tuple[Value, ...]
    names: tuple[str, ...]
    span: Span

    def matching(self, result: Result) -> list[tuple[Any, ...]]:
        """The rows of the relation that fit. E201, E203, E204 for a relation that has no such."""
        wanted = self.over(result.relations, self._columns(result))
        return [
            row
            for row in result[self.relation].rows()
            if all(w is ANY or same_value(w, v) for w, v in zip(wanted, row, strict=True))
        ]

    def why_not(self, result: Result) -> str:
        """Why no row fits."""
        wanted = self.over(result.relations, self._columns(result))
        if ANY in wanted:
            return f"no row of `{self.relation}` matches {self.span.text.removesuffix('.')}"
        row = [value for value in wanted if not isinstance(value, Wildcard)]
        return str(result.why_not(self.relation, row))

    def _columns(self, result: Result) -> tuple[str, ...] | None:
        return result[self.relation].columns if self.relation in result else None

    def over(self, relations: Sequence[str], columns: Sequence[str] | None) -> tuple[Value, ...]:
        """The values in the order of the relation's columns; `relations` are those there are."""
        if columns is None:
            message = f"no relation is called `{self.relation}`"
            otherwise = f"the relations are {listed(sorted(relations))}" if relations else None
            hint = did_you_mean(self.relation, relations, otherwise)
            raise ProgramError(201, message, self.span, hint=hint)
        unknown = [name for name in self.names if name not in columns]
        if unknown:
            message = f"`{self.relation}` has no column `{unknown[0]}`"
            otherwise = f"its columns are {listed(columns)}"
            hint = did_you_mean(unknown[0], columns, otherwise)
            raise ProgramError(204, message, self.span, hint=hint)
        if self.names:
            given = dict(zip(self.names, self.values, strict=True))
            return tuple(given.get(column, ANY) for column in columns)
        if len(self.values) != len(columns):
            message = f"`{self.relation}` has {len(columns)} columns, found {len(self.values)}"
            raise ProgramError(203, message, self.span, hint=f"its columns are {listed(columns)}")
        return self.values


def parse_row(text: str, variables: bool = False) -> RowPattern:
    """Read a row, in which `variables` may stand for any value. E101 when it is no fact."""
    body = text.strip().removesuffix(".")
    match parse(Source("<row>", body + ".")).items if body else ():
        case [ast.Clause(heads=(atom,), body=None)]:
            free = [term.name for term in atom.args if isinstance(term, ast.Variable)]
            once = {name for name in free if variables and free.count(name) == 1}
            values = tuple(_value(term, once, variables) for term in atom.args)
            names = tuple(name.text for name in atom.names)
            return RowPattern(atom.relation, values, names, atom.span)
    found = f"`{text}`" if body else "nothing"
    raise SyntaxProblem(101, f"expected one row, found {found}", hint="write it as `path(1, 3)`")


def _value(term: ast.Term, free: set[str], variables: bool = False) -> Any:
    match term:
        case ast.Variable(name) if name in free:
            return ANY
        case ast.Nil():
            return None
        case ast.Structure(branch, args):
            parts = tuple(_value(arg, set()) for arg in args)
            if ANY in parts:
                message = "`_` stands for a whole value, and not for a part of one"
                raise SyntaxProblem(101, message, term.span)
            return parts if branch is None else Term(branch, parts)
        case ast.Integer(value) | ast.Real(value) | ast.Text(value):
            return value
        case ast.Call("neg", (ast.Integer(value) | ast.Real(value),)):
            return -value
        case ast.Call("date", (ast.Text(value),)):
            return value
        case ast.Call("/", (ast.Real(one), ast.Real(0.0))):  # as what no numeral names is written
            return math.copysign(math.inf, one) if one else math.nan
        case ast.Wildcard():
            return ANY
    if variables and isinstance(term, ast.Variable):
        message = f"`{term.name}` stands twice, where each variable may stand for any value"
        hint = f"add a rule for rows that have both alike: `alike({term.name}) :- ...`"
        raise SyntaxProblem(101, message, term.span, hint=hint)
    message = f"expected a value or `_`, found `{term.span.text}`"
    raise SyntaxProblem(101, message, term.span, hint="put text in double quotes")
