"""Probabilistic clauses that differ only in constants become one clause over a table of these.

    before:  0.9::wet("yes"); 0.1::wet("no") :- rain("yes").
             0.2::wet("yes"); 0.8::wet("no") :- rain("no").
    after:   @alike_1(1, 0.9, "yes", 0.1, "no", "yes").
             @alike_1(2, 0.2, "yes", 0.8, "no", "no").
             _p0::wet(_c1); _p2::wet(_c3) :- @alike_1(_, _p0, _c1, _p2, _c3, _c4), rain(_c4).

Each row is a choice of its own, as each clause was. A network written as clauses is a rule for each
of its tables, and not for each of their rows. Few clauses are left as they are, and so are those
whose probabilities are not all numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trivium.syntax import ast

# So many clauses are worth a table.
WORTH = 4
# What a sum of probabilities may be past 1 by rounding.
ROUNDING = 1e-9


def tabled(program: ast.Program) -> ast.Program:
    """The program with one clause for those that differ only in constants."""
    found: dict[object, list[tuple[ast.Clause, list[ast.Term]]]] = {}
    for item in program.items:
        if isinstance(item, ast.Clause) and item.weights:
            shape = _Shape()
            if shape.reads(item):
                found.setdefault(tuple(shape.signs), []).append((item, shape.constants))
    worth = [own for own in found.values() if len(own) >= WORTH]
    if not worth:
        return program
    gone = {id(clause) for own in worth for clause, _ in own}
    items = [item for item in program.items if id(item) not in gone]
    for number, own in enumerate(worth, 1):
        items += _table(f"@alike_{number}", own)
    return replace(program, items=tuple(items))


class _Shape:
    """What a clause is, without its constants: `signs`; and they, in their order."""

    def __init__(self) -> None:
        self.signs: list[object] = []
        self.constants: list[ast.Term] = []

    def reads(self, clause: ast.Clause) -> bool:
        """Whether the clause is heads of plain atoms, with numbers, over a body of plain atoms."""
        body = clause.body
        parts = body.parts if isinstance(body, ast.Conjunction) else (body,)
        if not all(isinstance(part, ast.Atom) for part in parts):
            return False
        total = 0.0
        for weight, head in zip(clause.weights, clause.heads, strict=True):
            if weight is None:
                self.signs.append(None)
            elif isinstance(weight, ast.Real) and 0.0 <= weight.value <= 1.0:
                self.signs.append("weight")
                self.constants.append(weight)
                total += weight.value
            else:
                return False
            if not self._atom(head):
                return False
        self.signs.append(":-")
        atoms = [part for part in parts if isinstance(part, ast.Atom)]
        return total <= 1 + ROUNDING and all(map(self._atom, atoms))

    def _atom(self, atom: ast.Atom) -> bool:
        self.signs.append((atom.relation, tuple([name.text for name in atom.names])))
        for arg in atom.args:
            if isinstance(arg, ast.Text | ast.Integer | ast.Real):
                self.signs.append(type(arg))
                self.constants.append(arg)
            elif isinstance(arg, ast.Variable):
                self.signs.append(arg.name)
            else:
                return False
        return True


def _table(name: str, own: Sequence[tuple[ast.Clause, Sequence[ast.Term]]]) -> list[ast.Item]:
    """The rows of constants, and the clause that reads them."""
    first, constants = own[0]
    variables = [ast.Variable(f"_ c{place}", c.span) for place, c in enumerate(constants)]
    waiting = iter(variables)

    def atom(given: ast.Atom) -> ast.Atom:
        args = [arg if isinstance(arg, ast.Variable) else next(waiting) for arg in given.args]
        return replace(given, args=tuple(args))

    weights: list[ast.Term | None] = []
    heads: list[ast.Atom] = []
    for weight, head in zip(first.weights, first.heads, strict=True):
        weights.append(None if weight is None else next(waiting))
        heads.append(atom(head))
    body = first.body
    parts = body.parts if isinstance(body, ast.Conjunction) else (body,)
    atoms = [atom(part) for part in parts if isinstance(part, ast.Atom)]
    number = ast.Variable("_ n", first.span)
    table = ast.Atom(name, (number, *variables), first.span)
    items: list[ast.Item] = [
        ast.Clause((ast.Atom(name, (ast.Integer(n, c.span), *row), c.span),), None, c.span)
        for n, (c, row) in enumerate(own)
    ]
    whole = ast.Conjunction((table, *atoms), first.span)
    return [*items, replace(first, heads=tuple(heads), weights=tuple(weights), body=whole)]
