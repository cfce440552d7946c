"""Relations that no text declares: their columns come with the data.

    Program("path(x, y) :- edge(x, y).").run(edge=[(1, 2)])
    .input edge                                              with columns as the file has them

An unknown relation is a mistake, and an error at once, if its name is near another's. Else it may
come with the data, whether or not the text declares other relations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trivium.engine.given import take
from trivium.engine.limits import Guard
from trivium.engine.load import Inputs
from trivium.errors import ProgramError
from trivium.ir.nodes import Column, InputOutput, Relation
from trivium.ir.types import Type
from trivium.syntax import ast


def may_come_with_data(tree: ast.Program, problem: ProgramError) -> bool:
    """Whether an error of analysis may go away when the data is there."""
    if problem.number not in (201, 209, 215) or "did you mean" in (problem.hint or ""):
        return False
    if problem.number == 201:
        return True
    return any(isinstance(item, ast.Directive) and item.kind == "input" for item in tree.items)


def relations_of_data(
    tree: ast.Program, data: Mapping[str, Any], inputs: Inputs | None, guard: Guard
) -> list[Relation]:
    """Declarations, made from data and files, of the relations that the text does not declare."""
    known = {item.name for item in tree.items if isinstance(item, ast.Declaration)}
    arities = {atom.relation: len(atom.args) for atom in _atoms(tree.items) if not atom.names}
    found = []
    for name, values in data.items():
        if name not in known:
            given = take(name, values)
            if not given.columns and name in arities:
                columns = tuple(Column(f"c{i + 1}", Type.NUMBER) for i in range(arities[name]))
                found.append(Relation(name, columns))
            else:
                found.append(given.relation())
            known.add(name)
    for item in tree.items:
        if isinstance(item, ast.Directive) and item.kind == "input" and item.relation not in known:
            assert inputs is not None, "nothing was given that reads files"
            directive = InputOutput(item.kind, item.relation, dict(item.options), item.span)
            found.append(inputs.read_untyped(directive, guard).relation())
            known.add(item.relation)
    return found


def _atoms(nodes: Sequence[object]) -> Iterator[ast.Atom]:
    """Every atom of a piece of syntax."""
    for node in nodes:
        if isinstance(node, ast.Atom):
            yield node
        fields = getattr(type(node), "__dataclass_fields__", {})
        for name in fields:
            value = getattr(node, name)
            if name not in ("span", "source"):
                yield from _atoms(value if isinstance(value, tuple) else (value,))
