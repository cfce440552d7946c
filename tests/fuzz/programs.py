"""Random programs with their data: `make(Random(7))` gives the same one on every machine.

A program is well formed by the way it is made, so that any error but a limit is a mismatch.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random

from tests.fuzz.laws import items_of
from tests.fuzz.rules import Relation, RuleMaker
from tests.fuzz.terms import HERE, TYPES, column_type, constant, term, value

from trivium.syntax import ast
from trivium.syntax.printer import print_program

Data = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Case:
    """A program and the data that it is run on."""

    program: ast.Program
    data: Data = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        return print_program(self.program)


def make(chance: Random, rows: int = 0, laws: bool = False) -> Case:
    """A case; with `rows`, about so many are given to each relation of the lowest level; with
    `laws`, there are subsumption, choice, records and branches, which the oracle does not know."""
    relations = _relations(chance)
    maker = RuleMaker(chance, relations, connected=rows > 0)
    items: list[ast.Item] = []
    data: Data = {}
    for relation in relations:
        facts = chance.choice((0, 0, 1)) if relation.level else chance.randrange(1, 7)
        if not relation.declared:
            facts = max(facts, 1)
        if rows and not relation.level and relation.declared:
            data[relation.name] = _table(chance, relation, rows)
        elif not relation.level and relation.declared and chance.random() < 0.3:
            data[relation.name] = [_row(chance, relation) for _ in range(facts)]
        else:
            items += [_fact(chance, relation) for _ in range(facts)]
        if relation.level:
            items += [maker.clause(relation) for _ in range(chance.choice((1, 1, 2, 2, 3)))]
    if laws:
        items += items_of(chance, relations)
    if chance.random() < 0.5:
        chance.shuffle(items)
    declarations = [_declaration(chance, r) for r in relations if r.declared]
    if not rows:
        declarations = [_equivalence(chance, each) for each in declarations]
    return Case(ast.Program((*_ALIASES, *declarations, *items), HERE.source), data)


_ALIASES = (
    ast.TypeDeclaration("Whole", (ast.Name("number", HERE),), False, HERE),
    ast.TypeDeclaration("Name", (ast.Name("symbol", HERE),), False, HERE),
)


def _relations(chance: Random) -> list[Relation]:
    # Few types make many joins.
    palette = ["number", *(chance.choice(TYPES) for _ in range(chance.choice((0, 1, 1, 2, 3))))]
    relations = []
    for level in range(chance.choice((2, 2, 3, 3, 4))):
        for _ in range(chance.choice((1, 2, 2, 3))):
            arity = chance.choice((0, 1, 1, 2, 2, 2, 2, 3, 3, 4))
            kinds = [chance.choice(palette) for _ in range(arity)]
            columns = tuple((f"c{i}", kind) for i, kind in enumerate(kinds))
            declared = chance.random() < 0.8
            relations.append(Relation(f"r{len(relations)}", columns, level, declared))
    return relations


def _declaration(chance: Random, relation: Relation) -> ast.Declaration:
    columns = []
    for name, kind in relation.columns:
        written = column_type(kind)
        alias = {"number": "Whole", "symbol": "Name"}.get(kind)
        if alias and chance.random() < 0.1:
            written = alias
        columns.append(ast.Attribute(name, written, HERE))
    return ast.Declaration(relation.name, tuple(columns), HERE)


def _equivalence(chance: Random, declaration: ast.Declaration) -> ast.Declaration:
    """Now and then, the declaration of an equivalence."""
    kinds = {column.type for column in declaration.columns}
    if len(declaration.columns) != 2 or len(kinds) > 1 or chance.random() < 0.7:
        return declaration
    return replace(declaration, qualifiers=(ast.Name("eqrel", HERE),))


def _fact(chance: Random, relation: Relation) -> ast.Clause:
    def argument(kind: str) -> ast.Term:
        return term(chance, kind, {}, 1) if chance.random() < 0.05 else constant(chance, kind)

    args = tuple(argument(kind) for kind in relation.types)
    return ast.Clause((ast.Atom(relation.name, args, HERE),), None, HERE)


def _row(chance: Random, relation: Relation) -> tuple[object, ...]:
    return tuple(None if chance.random() < 0.08 else value(chance, k) for k in relation.types)


def _table(chance: Random, relation: Relation, rows: int) -> list[tuple[object, ...]]:
    """Many rows over fewer values, so that joins find some."""
    count = chance.randrange(rows // 4, rows * 2)
    spreads = [chance.choice((rows // 20, rows // 2, rows * 2)) + 3 for _ in relation.types]
    empty = chance.choice((0, 0, 0, 0.01))
    return [
        tuple(
            None if chance.random() < empty else value(chance, kind, spread)
            for kind, spread in zip(relation.types, spreads, strict=True)
        )
        for _ in range(count)
    ]
