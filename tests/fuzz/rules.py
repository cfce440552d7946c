"""Random rules over given relations, correct by the way they are made.

Relations have levels: a rule reads relations up to its head's level, and negates or aggregates only
lower ones, so that programs are stratified. Positive atoms come first and bind the variables, then
what uses them; the literals are shuffled at the end. A rule that reads its own level may recur, and
computes only values of which there are few, so that programs end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.fuzz.terms import (
    HERE,
    TYPES,
    Scope,
    bounded,
    call,
    constant,
    number,
    operand,
    term,
)

from trivium.syntax import ast


@dataclass(frozen=True)
class Relation:
    """A relation's columns with their types; data may leave its cells empty."""

    name: str
    columns: tuple[tuple[str, str], ...]
    level: int
    declared: bool = True

    @property
    def types(self) -> list[str]:
        return [kind for _, kind in self.columns]


class RuleMaker:
    """Makes the clauses of one program.

    Where bodies are `connected`, each atom shares a variable with those before it if it can, so
    that joins of large relations stay small.
    """

    def __init__(
        self, chance: Random, relations: Sequence[Relation], connected: bool = False
    ) -> None:
        self.connected = connected
        self.chance = chance
        self.relations = relations
        self.fresh = 0
        self.equated: set[str] = set()

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def new(self) -> str:
        self.fresh += 1
        return f"x{self.fresh}"

    def clause(self, head: Relation) -> ast.Clause:
        chance = self.chance
        self.fresh = 0
        self.equated = set()
        readable = [r for r in self.relations if r.level <= head.level]
        lower = [r for r in self.relations if r.level < head.level]
        scope: Scope = {}
        atoms = [self.atom(chance.choice(readable), scope) for _ in range(self.some(1, 1, 2, 2, 3))]
        level = {r.name: r.level for r in self.relations}
        recurs = any(level[atom.relation] == head.level for atom in atoms)
        body: list[ast.Formula] = list(atoms)
        for _ in range(self.some(0, 0, 1, 1, 2)):
            body += self.extra(scope, lower, recurs)
        if self.often(0.5):
            chance.shuffle(body)
        heads = [head]
        if self.often(0.07):
            heads.append(chance.choice([r for r in self.relations if r.level == head.level]))
        formed = tuple(self.head(h, scope, lower, recurs) for h in heads)
        return ast.Clause(formed, conjunction(body), HERE)

    def some(self, *counts: int) -> int:
        return self.chance.choice(counts)

    def head(
        self, relation: Relation, scope: Scope, lower: list[Relation], recurs: bool
    ) -> ast.Atom:
        args: list[ast.Term] = []
        for kind in relation.types:
            if self.often(0.75):
                args.append(operand(self.chance, kind, scope))
            elif not recurs and lower and self.often(0.3):
                args.append(self.aggregate(kind, scope, lower, recurs))
            else:
                args.append(self.computed(kind, scope, recurs))
        return ast.Atom(relation.name, tuple(args), HERE)

    def computed(self, kind: str, scope: Scope, recurs: bool) -> ast.Term:
        make = bounded if recurs else term
        return make(self.chance, kind, scope)

    # --- literals --------------------------------------------------------------------------------

    def atom(self, relation: Relation, scope: Scope, binds: bool = True) -> ast.Atom:
        """An atom that adds its new variables to the scope, or, if it must not bind, has none."""
        args: list[ast.Term] = []
        added: Scope = {}
        linked = not (self.connected and scope)
        for _, kind in relation.columns:
            known = [n for n, of in {**scope, **added}.items() if of == kind]
            draw = self.chance.random()
            if not linked and known:
                args.append(ast.Variable(self.chance.choice(known), HERE))
                linked = True
            elif draw < 0.12:
                args.append(ast.Wildcard(HERE))
            elif draw < 0.2:
                args.append(constant(self.chance, kind))
            elif draw < 0.24 and scope:
                args.append(term(self.chance, kind, scope, 1))
            elif known and (not binds or draw < 0.65):
                args.append(ast.Variable(self.chance.choice(known), HERE))
            elif binds:
                added[self.new()] = kind
                args.append(ast.Variable(f"x{self.fresh}", HERE))
            else:
                args.append(operand(self.chance, kind, scope))
        scope.update(added)
        if relation.declared and relation.columns and self.often(0.15):
            return self.named(relation, args)
        return ast.Atom(relation.name, tuple(args), HERE)

    def named(self, relation: Relation, args: list[ast.Term]) -> ast.Atom:
        """The atom with its arguments by name, in any order, without some that are free."""
        pairs = list(zip((name for name, _ in relation.columns), args, strict=True))
        self.chance.shuffle(pairs)
        kept = [p for p in pairs if not isinstance(p[1], ast.Wildcard)] or pairs
        names = tuple(ast.Name(name, HERE) for name, _ in kept)
        return ast.Atom(relation.name, tuple(arg for _, arg in kept), HERE, names)

    def extra(self, scope: Scope, lower: list[Relation], recurs: bool) -> list[ast.Formula]:
        """Literals that use what is bound; they may bind one variable more."""
        draw = self.chance.random()
        if draw < 0.25:
            return [self.comparison(scope)]
        if draw < 0.4:
            kind = self.chance.choice(TYPES)
            return [self.equation(kind, self.computed(kind, scope, recurs), scope)]
        if draw < 0.43:
            return [ast.Truth(self.often(0.8), HERE)]
        if draw < 0.55 or not lower:
            return [self.disjunction(scope, lower)]
        if draw < 0.7:
            atom = self.atom(self.chance.choice(lower), scope, binds=False)
            return [ast.Negation(atom, HERE)]
        if draw < 0.8:
            return [self.holds(scope, lower, recurs)]
        kind = self.chance.choice(TYPES)
        found = self.aggregate(kind, scope, lower, recurs)
        if kind in ("unsigned", "float") and isinstance(found, ast.Aggregate):
            # The sum of no rows is a zero of no type until it meets one.
            zero: ast.Term = ast.Real(0.0, HERE)
            if kind == "unsigned":
                zero = ast.Integer(0, HERE, unsigned=True)
            found = call("+", zero, found)
        if self.often(0.3):
            return [ast.Comparison("<=", found, operand(self.chance, kind, scope), HERE)]
        return [self.equation(kind, found, scope)]

    def equation(self, kind: str, right: ast.Term, scope: Scope) -> ast.Comparison:
        name = self.new()
        scope[name] = kind
        self.equated.add(name)
        sides: list[ast.Term] = [ast.Variable(name, HERE), right]
        if self.often(0.2):
            sides.reverse()
        return ast.Comparison("=", *sides, HERE)

    def comparison(self, scope: Scope) -> ast.Formula:
        """A test of what is bound."""
        chance = self.chance
        kind = chance.choice([*scope.values(), "number"])
        left = operand(chance, kind, scope)
        right = term(chance, kind, scope, 1)
        if kind == "symbol" and self.often(0.4):
            pattern = ast.Text(chance.choice(("a.*", ".", "[ab]*", "", ".*b")), HERE)
            test: ast.Formula = ast.Comparison("match", pattern, left, HERE)
            if self.often(0.5):
                test = ast.Comparison("contains", right, left, HERE)
        else:
            if kind == "float" and self.often(0.3):
                right = operand(chance, "number", scope)
                if isinstance(right, ast.Variable) and right.name in self.equated:
                    right = call("itof", right)  # `x = 3, x < 2.5` would make x a float
            test = ast.Comparison(
                chance.choice(("=", "!=", "<", "<=", ">", ">=")), left, right, HERE
            )
        return ast.Negation(test, HERE) if self.often(0.15) else test

    def disjunction(self, scope: Scope, lower: list[Relation]) -> ast.Formula:
        """Sides that bind nothing, or one that needs not hold."""
        parts = []
        for _ in range(self.some(2, 2, 3)):
            part = self.comparison(scope)
            if lower and self.often(0.5):
                part = self.atom(self.chance.choice(lower), scope, binds=False)
            if self.often(0.25):
                part = conjunction([part, self.comparison(scope)])
            parts.append(part)
        either: ast.Formula = ast.Disjunction(tuple(parts), HERE)
        return ast.Negation(either, HERE) if self.often(0.2) else either

    # --- aggregates ------------------------------------------------------------------------------

    def holds(self, scope: Scope, lower: list[Relation], recurs: bool) -> ast.Formula:
        inner, body = self.inside(scope, lower, recurs)
        kind = self.chance.choice(("exists", "forall"))
        condition = self.comparison(inner) if kind == "forall" else None
        aggregate = ast.Aggregate(kind, (), body, HERE, None, condition)
        test = ast.Holds(aggregate, HERE)
        return ast.Negation(test, HERE) if self.often(0.3) else test

    def inside(
        self, scope: Scope, lower: list[Relation], recurs: bool
    ) -> tuple[Scope, ast.Formula]:
        """A body of an aggregate, and its scope: some variables of the outside, and its own."""
        outer = [name for name in scope if self.often(0.4)]
        inner = {name: scope[name] for name in outer}
        atoms = [self.atom(self.chance.choice(lower), inner) for _ in range(self.some(1, 1, 2))]
        body: list[ast.Formula] = list(atoms)
        # Each side of a disjunction in here binds what it uses, or has it from these atoms.
        bound = [arg.name for a in atoms for arg in a.args if isinstance(arg, ast.Variable)]
        around = {name: inner[name] for name in bound}
        if self.often(0.3):
            body.append(self.comparison(inner))
        if self.often(0.15):
            body.append(self.disjunction(around, lower))
        if self.often(0.1):
            body.append(self.holds(inner, lower, recurs))
        if self.often(0.1) and not recurs:
            kind = self.chance.choice(("number", "symbol"))
            body.append(self.equation(kind, term(self.chance, kind, inner, 1), inner))
        return inner, conjunction(body)

    def aggregate(self, kind: str, scope: Scope, lower: list[Relation], recurs: bool) -> ast.Term:
        """An aggregate whose result has the type, or another term if none has."""
        chance = self.chance
        words = _WORDS[kind]
        word = chance.choice(words)
        inner, body = self.inside(scope, lower, recurs)
        own = inner
        if recurs:  # what grows outside must not make its values grow
            own = {name: of for name, of in inner.items() if name not in scope}

        def made(of: str) -> ast.Term:
            return operand(chance, of, own) if self.often(0.7) else term(chance, of, own, 1)

        values: tuple[ast.Term, ...] = ()
        parameter: ast.Term | None = None
        match word:
            case "count" | "exists":
                pass
            case "forall":
                test = self.comparison(inner)
                return ast.Aggregate(word, (), body, HERE, None, test)
            case "mean":
                values = (call("%", made("number"), number(100)),)
                if self.often(0.5):
                    values = (made("float"),)
            case "median":
                values = (made(chance.choice(("number", "unsigned", "float", "ratio"))),)
            case "argmin" | "argmax":
                values = (made(kind), made(chance.choice(TYPES)))
            case "string_join":
                values = (made(chance.choice(TYPES)),)
                if self.often(0.3):
                    values += (made(chance.choice(TYPES)),)
                if self.often(0.5):
                    return ast.Aggregate(word, values, body, HERE, None, None, chance.choice("+-"))
            case "top":
                values = (made(kind),)
                parameter = number(chance.randrange(4))
                if self.often(0.2):
                    parameter = operand(chance, "number", scope)
            case _:
                values = (made(kind),)
        return ast.Aggregate(word, values, body, HERE, parameter)


_EXTREMES = ["min", "max", "argmin", "argmax", "top"]
_WORDS = {
    "number": ["count", "count", "sum", "sum", "exists", "forall", *_EXTREMES],
    "unsigned": ["sum", *_EXTREMES],
    "float": ["sum", *_EXTREMES],
    "ratio": ["mean", "mean", "median", "median", *_EXTREMES],
    "symbol": ["string_join", "string_join", *_EXTREMES],
    "date": _EXTREMES,
}


def conjunction(parts: Sequence[ast.Formula]) -> ast.Formula:
    flat = [
        inner
        for part in parts
        for inner in (part.parts if isinstance(part, ast.Conjunction) else (part,))
    ]
    return flat[0] if len(flat) == 1 else ast.Conjunction(tuple(flat), HERE)
