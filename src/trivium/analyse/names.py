"""Which relations there are, and what their columns are called.

A relation is declared, given (a table, a data frame), or inferred from its heads:

    before:  best(n, g) :- medals(nation: n, gold: g).
    after:   Schema("best", ("n", "g"), types=None)

An inferred column is named by the variable that the first rule's head has there, else `c0`, `c1`...
Types of inferred columns come later, in `types.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trivium.analyse.declared import Types
from trivium.analyse.near import did_you_mean, listed
from trivium.errors import ProgramError
from trivium.ir.nodes import Access, Relation
from trivium.ir.types import Type
from trivium.source import Span
from trivium.syntax import ast


@dataclass(frozen=True, slots=True)
class Schema:
    """A relation's name and columns. `types` is None while they are to be inferred.

    `declared` are the names of its types as the declaration has them, if there is one.
    """

    name: str
    columns: tuple[str, ...]
    types: tuple[Type, ...] | None
    span: Span | None
    origin: str
    declared: tuple[str, ...] = ()
    access: Access | None = None

    @property
    def place(self) -> str:
        """Where its columns were fixed, for a note."""
        if self.span is None:
            return f"`{self.name}` is {self.origin}"
        name, line, column = self.span.place
        return f"`{self.name}` is {self.origin} at {name}:{line}:{column}"


def collect(
    program: ast.Program, types: Types, given: Sequence[Relation] = ()
) -> dict[str, Schema]:
    """All relations of the program, by name, declared ones first.

    Raises ProgramError 203 (a declaration that contradicts the given data), 205 (a column named
    twice), 211 (a relation declared twice), 214 (an unknown type) and 215 (input or output of a
    relation that is not there).
    """
    schemas = {
        r.name: Schema(
            r.name,
            tuple(c.name for c in r.columns),
            tuple(c.type for c in r.columns),
            r.span,
            "given",
        )
        for r in given
    }
    for item in program.items:
        if isinstance(item, ast.Declaration):
            _declare(item, schemas, types)
    inferred: dict[str, _Heads] = {}
    for item in program.items:
        if isinstance(item, ast.Clause):
            for head in item.heads:
                if head.relation not in schemas:
                    heads = inferred.setdefault(head.relation, _Heads(head))
                    if item.body is not None or head.names:
                        heads.add(head, item.body is None)
    schemas |= {name: heads.schema() for name, heads in inferred.items()}
    for item in program.items:
        if isinstance(item, ast.Directive) and item.relation not in schemas:
            message = f"`.{item.kind}` names `{item.relation}`, which is not a relation here"
            otherwise = f"declare it: `.decl {item.relation}(name: type, ...)`"
            hint = did_you_mean(item.relation, schemas, otherwise)
            raise ProgramError(215, message, item.span, hint=hint)
    return schemas


def _declare(item: ast.Declaration, schemas: dict[str, Schema], types: Types) -> None:
    before = schemas.get(item.name)
    if before is not None and before.origin != "given":
        message = f"`{item.name}` is declared again"
        raise ProgramError(211, message, item.span, note=before.place, hint="keep one of the two")
    seen: set[str] = set()
    for column in item.columns:
        if column.name in seen:
            message = f"`{item.name}` has two columns named `{column.name}`"
            raise ProgramError(205, message, column.span, hint="rename one of them")
        seen.add(column.name)
    if before is not None and len(before.columns) != len(item.columns):
        message = f"`{item.name}` is declared with {_columns(len(item.columns))}"
        note = f"the data given for it has {len(before.columns)}: {listed(before.columns)}"
        hint = "leave the declaration out: the columns come from the data"
        raise ProgramError(203, message, item.span, note, hint)
    names = tuple(c.name for c in item.columns)
    kinds = tuple(types.type(c.type, c.span) for c in item.columns)
    declared = tuple(c.type for c in item.columns)
    schemas[item.name] = Schema(item.name, names, kinds, item.span, "declared", declared)


class _Heads:
    """The heads of a relation that nobody declared, and what they call its columns.

    A head that names its arguments says it for all. Else a column has the name of the variable that
    the first rule with one has there, so `path(x, y)` and `path(x, z)` make the columns x and y. A
    variable that stands twice in a head, or that is another column's name, names nothing.
    """

    def __init__(self, first: ast.Atom) -> None:
        self.first = first
        self.named: tuple[str, ...] | None = None
        self.columns: list[str | None] = [None] * len(first.args)

    def add(self, head: ast.Atom, is_fact: bool) -> None:
        if len(head.args) != len(self.columns):
            return
        if head.names:
            self.named = self.named or tuple(name.text for name in head.names)
        if head.names or is_fact:
            return
        offered = [arg.name if isinstance(arg, ast.Variable) else "" for arg in head.args]
        for place, name in enumerate(offered):
            free = name not in self.columns and offered.count(name) == 1
            if self.columns[place] is None and name and free and not _is_place(name):
                self.columns[place] = name

    def schema(self) -> Schema:
        first = self.first
        columns = self.named or tuple(
            f"c{place}" if name is None else name for place, name in enumerate(self.columns)
        )
        return Schema(first.relation, columns, None, first.name_span, "first used")


def _is_place(name: str) -> bool:
    """Whether a column without a name may be called so."""
    return name[0] == "c" and name[1:].isdecimal()


def resolve(atom: ast.Atom, schemas: Mapping[str, Schema]) -> tuple[ast.Term | None, ...]:
    """The atom's arguments by position; None where a column was not named.

    Raises ProgramError 201 (unknown relation), 203 (arity), 204 (unknown column) and 205 (a column
    named twice).
    """
    schema = schemas.get(atom.relation)
    if schema is None:
        message = f"`{atom.relation}` is not a relation of this program"
        relations = sorted(name for name in schemas if not name.startswith("@"))
        otherwise = f"the relations are {listed(relations)}" if relations else None
        hint = did_you_mean(atom.relation, relations, otherwise)
        raise ProgramError(201, message, atom.name_span, hint=hint)
    if not atom.names:
        if len(atom.args) != len(schema.columns):
            raise _wrong_arity(atom, schema)
        return atom.args
    places: list[ast.Term | None] = [None] * len(schema.columns)
    for name, arg in zip(atom.names, atom.args, strict=True):
        if name.text not in schema.columns:
            message = f"`{atom.relation}` has no column `{name.text}`"
            otherwise = f"its columns are {listed(schema.columns)}"
            hint = did_you_mean(name.text, schema.columns, otherwise)
            raise ProgramError(204, message, name.span, schema.place, hint)
        index = schema.columns.index(name.text)
        if places[index] is not None:
            message = f"the column `{name.text}` is given twice"
            hint = "compare two variables instead: `a = b`"
            raise ProgramError(205, message, name.span, hint=hint)
        places[index] = arg
    return tuple(places)


def _wrong_arity(atom: ast.Atom, schema: Schema) -> ProgramError:
    found, wanted = len(atom.args), len(schema.columns)
    arguments = "1 argument" if found == 1 else f"{found} arguments"
    message = f"`{atom.relation}` is used with {arguments}, and has {_columns(wanted)}"
    note = f"{schema.place}, with {listed(schema.columns)}" if wanted else schema.place
    hint = None
    if wanted:
        hint = f"name the arguments that matter: `{atom.relation}({schema.columns[0]}: x)`"
    return ProgramError(203, message, atom.span, note, hint)


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count or 'no'} columns"
