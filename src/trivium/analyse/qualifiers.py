"""What the words after a declaration say about its relation.

    before:  .decl same(x: number, y: number) eqrel
    after:   a relation that is an equivalence, and the four rules that make it one

    before:  .decl wife(man: symbol, woman: symbol) choice-domain man, woman
    after:   a relation with the choices (0,) and (1,)

`btree`, `brie`, `btree_delete`, `magic` and `no_magic` say how Soufflé is to work, and change no
answer: they are read, and at most one representation is allowed. Raises ProgramError 236, 238, 239,
240 and 242.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from trivium.analyse.flat import FlatAtom, FlatRule
from trivium.analyse.names import Schema
from trivium.analyse.near import did_you_mean, listed
from trivium.errors import ProgramError
from trivium.ir import nodes as ir
from trivium.syntax import ast

ONCE = ("printsize", "limitsize")
REPRESENTATIONS = ("btree", "brie", "btree_delete", "eqrel")


def declarations(program: ast.Program) -> dict[str, ast.Declaration]:
    """The declarations by name, their qualifiers found to go together."""
    found = {d.name: d for d in program.items if isinstance(d, ast.Declaration)}
    for declaration in found.values():
        first: ast.Name | None = None
        for word in declaration.qualifiers:
            if word.text not in REPRESENTATIONS:
                continue
            if first is not None:
                message = f"`{declaration.name}` is declared `{first.text}` and `{word.text}`"
                raise ProgramError(239, message, word.span, hint="keep one of the two")
            first = word
    return found


def has(declaration: ast.Declaration | None, word: str) -> bool:
    return declaration is not None and any(q.text == word for q in declaration.qualifiers)


def closure(declaration: ast.Declaration, schemas: Mapping[str, Schema]) -> list[FlatRule]:
    """The rules that make an `eqrel` relation reflexive, symmetric and transitive."""
    name, span = declaration.name, declaration.span
    if len(schemas[name].columns) != 2:
        message = f"the equivalence relation `{name}` has {len(schemas[name].columns)} columns"
        raise ProgramError(238, message, span, hint="give it two columns of one type")

    def atom(*names: str | None) -> FlatAtom:
        args = (None if n is None else ast.Variable(n, span) for n in names)
        return FlatAtom(name, tuple(args), False, span)

    rules = [
        (atom("x", "x"), (atom("x", None),)),
        (atom("x", "x"), (atom(None, "x"),)),
        (atom("y", "x"), (atom("x", "y"),)),
        (atom("x", "z"), (atom("x", "y"), atom("y", "z"))),
    ]
    return [FlatRule(head, body, span, implied=True) for head, body in rules]


def qualified(relation: ir.Relation, declaration: ast.Declaration | None) -> ir.Relation:
    """The relation with what its declaration says of it."""
    if declaration is None:
        return relation
    columns = [column.name for column in relation.columns]
    choices = tuple(
        tuple(_place(column, columns, relation.name) for column in key)
        for key in declaration.choices
    )
    equivalence = has(declaration, "eqrel")
    if equivalence and relation.columns[0].type != relation.columns[1].type:
        types = listed(column.type for column in relation.columns)
        message = f"the columns of the equivalence relation `{relation.name}` are {types}"
        raise ProgramError(238, message, relation.span, hint="give both the same type")
    return replace(relation, equivalence=equivalence, choices=choices)


def _place(column: ast.Name, columns: list[str], relation: str) -> int:
    if column.text not in columns:
        message = f"`{relation}` has no column `{column.text}` to choose by"
        hint = did_you_mean(column.text, columns, f"its columns are {listed(columns)}")
        raise ProgramError(236, message, column.span, hint=hint)
    return columns.index(column.text)


def check_directives(program: ast.Program) -> None:
    """E240 for a `.limitsize` without a number of rows; E242 for what is said twice."""
    said: set[tuple[str, str]] = set()
    for item in program.items:
        if isinstance(item, ast.Directive):
            _check_limit(item)
            key = item.kind, item.relation
            if item.kind in ONCE and key in said:
                message = f"`{item.relation}` has two directives `.{item.kind}`"
                raise ProgramError(242, message, item.span, hint="keep one of the two")
            said.add(key)


def _check_limit(directive: ast.Directive) -> None:
    limit = dict(directive.options).get("n", "")
    if directive.kind == "limitsize" and not limit.isdecimal():
        message = f"the limit of `{directive.relation}` is not a number of rows"
        hint = f"write `.limitsize {directive.relation}(n=1000)`"
        raise ProgramError(240, message, directive.span, hint=hint)
