"""What a program says about demand: `.pragma "magic-transform"`, and `magic`, `no_magic`.

    .pragma "magic-transform" "path,reach"          .decl path(x: number, y: number) magic
    .pragma "magic-transform-exclude" "distance"    .decl distance(x: number, d: number) no_magic

They bind only runs that were asked for some relations; a run of the whole program derives all.
"""

from __future__ import annotations

from dataclasses import dataclass

from trivium.syntax import ast


@dataclass(frozen=True, slots=True)
class Wishes:
    """Relations to demand by the values of other atoms too, and relations to derive whole."""

    sideways: frozenset[str]
    exempt: frozenset[str]


def wishes(tree: ast.Program) -> Wishes:
    declared = [item for item in tree.items if isinstance(item, ast.Declaration)]
    heads = {
        head.relation for item in tree.items if isinstance(item, ast.Clause) for head in item.heads
    }
    every = heads.union(item.name for item in declared)
    wanted: set[str] = set()
    exempt: set[str] = set()
    for item in tree.items:
        if isinstance(item, ast.Pragma):
            named = {part.strip() for part in item.value.split(",")}
            names = every if "*" in named else named & every
            if item.name == "magic-transform":
                wanted |= names
            elif item.name == "magic-transform-exclude":
                exempt |= names
    for item in declared:
        words = {word.text for word in item.qualifiers}
        if "magic" in words:
            wanted.add(item.name)
        if "no_magic" in words:
            exempt.add(item.name)
    return Wishes(frozenset(wanted), frozenset(exempt))
