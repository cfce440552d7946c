"""Names for names, in any piece of syntax.

before:  edge(x, y) :- link(x, y).     with {"edge": "roads.edge"}
after:   roads.edge(x, y) :- link(x, y).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

from trivium.source import Span
from trivium.syntax import ast

Node = TypeVar("Node")


@dataclass(frozen=True, slots=True)
class Names:
    """New names of relations, types and branches of types, by their old ones."""

    relations: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    branches: Mapping[str, str] = field(default_factory=dict)


def renamed(items: Sequence[ast.Item], names: Names) -> list[ast.Item]:
    """The items with each name that has a new one replaced."""
    return [_renamed(item, names) for item in items] if names.relations or names.types else [*items]


def _renamed(node: Node, names: Names) -> Node:
    changed: dict[str, Any] = {
        part.name: _value(getattr(node, part.name), names)
        for part in fields(node)  # type: ignore[arg-type]
        if part.name != "span"
    }
    changed |= _names(node, names)
    return replace(node, **changed)  # type: ignore[type-var]


def _value(value: object, names: Names) -> object:
    if isinstance(value, tuple):
        return tuple(_value(part, names) for part in value)
    if is_dataclass(value) and not isinstance(value, Span | ast.Name | type):
        return _renamed(value, names)
    return value


def variable_names(node: object) -> set[str]:
    """The names of all variables in a piece of syntax."""
    if isinstance(node, tuple):
        return set().union(*map(variable_names, node))
    if isinstance(node, ast.Variable):
        return {node.name}
    if not is_dataclass(node) or isinstance(node, Span):
        return set()
    parts = (getattr(node, part.name) for part in fields(node) if part.name != "span")
    return set().union(*map(variable_names, parts))


def put_in_place(node: Node, places: Mapping[str, ast.Term]) -> Node:
    """The node with a term in the place of each variable that has one."""
    return _in_place(node, places)  # type: ignore[return-value]


def _in_place(node: object, places: Mapping[str, ast.Term]) -> object:
    if isinstance(node, tuple):
        return tuple(_in_place(part, places) for part in node)
    if isinstance(node, ast.Variable):
        return places.get(node.name, node)
    if not is_dataclass(node) or isinstance(node, Span | ast.Name | type):
        return node
    parts = (part.name for part in fields(node) if part.name != "span")
    return replace(node, **{name: _in_place(getattr(node, name), places) for name in parts})


def _names(node: object, names: Names) -> dict[str, Any]:
    """Those fields of one node that hold a name of a relation or a type."""
    relations, types = names.relations, names.types
    match node:
        case ast.Atom(relation) | ast.Directive(relation=relation):
            return {"relation": relations.get(relation, relation)}
        case ast.Declaration(name, delta_of=source):
            if source is not None:
                source = replace(source, text=relations.get(source.text, source.text))
            return {"name": relations.get(name, name), "delta_of": source}
        case ast.Attribute(type=kind):
            return {"type": types.get(kind, kind)}
        case ast.TypeDeclaration(name, bases):
            renamed_bases = tuple(replace(b, text=types.get(b.text, b.text)) for b in bases)
            return {"name": types.get(name, name), "bases": renamed_bases}
        case ast.RecordDeclaration(name) | ast.SumDeclaration(name):
            return {"name": types.get(name, name)}
        case ast.BranchDeclaration(name):
            return {"name": names.branches.get(name, name)}
        case ast.Structure(str(branch)):
            return {"branch": names.branches.get(branch, branch)}
        case ast.FunctorDeclaration(result=result):
            return {"result": replace(result, text=types.get(result.text, result.text))}
        case ast.Cast(type=wanted):
            return {"type": replace(wanted, text=types.get(wanted.text, wanted.text))}
    return {}
