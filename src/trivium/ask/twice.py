"""A column that an atom names twice has both values: the second becomes a comparison.

    t(year: y, city: c, year: 1964)     ->     t(year: y, city: c), y = 1964

People are told that this is a mistake (E205). A grammar cannot keep a model from it, so in a
model's program it is mended, and the mend is said.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from trivium.source import Span
from trivium.syntax import ast

MEND = "a column named twice has both values"


def write_out_twice(program: ast.Program) -> tuple[ast.Program, bool]:
    """The program without columns that are named twice in one atom, and whether there were any."""
    changed = _mended(program)
    return changed, changed != program


def _mended(node: Any) -> Any:
    if isinstance(node, ast.Clause):
        return replace(node, body=_mended(node.body))  # a head that names a column twice is wrong
    if isinstance(node, ast.Atom):
        return _without_repeats(node)
    if isinstance(node, tuple):
        return tuple(map(_mended, node))
    if not is_dataclass(node) or isinstance(node, type | Span):
        return node
    changed = {
        field.name: _mended(getattr(node, field.name))
        for field in fields(node)
        if field.name != "span"
    }
    return replace(node, **changed)


def _without_repeats(atom: ast.Atom) -> ast.Formula:
    first: dict[str, ast.Term] = {}
    equal: list[ast.Formula] = []
    for name, term in zip(atom.names, atom.args, strict=False):
        if name.text not in first:
            first[name.text] = term
        elif term != first[name.text]:
            equal.append(ast.Comparison("=", first[name.text], term, atom.span))
    if len(first) == len(atom.names):
        return atom
    kept = [i for i, name in enumerate(atom.names) if name.text not in _texts(atom.names[:i])]
    names = tuple(atom.names[i] for i in kept)
    once = replace(atom, args=tuple(atom.args[i] for i in kept), names=names)
    return ast.Conjunction((once, *equal), atom.span) if equal else once


def _texts(names: tuple[ast.Name, ...]) -> set[str]:
    return {name.text for name in names}
