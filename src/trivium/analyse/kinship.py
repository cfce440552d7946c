"""Subtypes and unions are kept apart, as in Soufflé, though their columns hold the same values.

    .type City <: symbol     .type Person <: symbol     .type Name = City | Person

    named(x) :- lives(x, _).            a Person is a Name
    odd(x)   :- lives(x, x).            E254: nothing is a Person and a City
    city(x)  :- named(x).               E254: not every Name is a City; as(x, City) says it is

A variable may be whatever all the columns that bind it allow; that must be something, and a head
must take all of it. Literals, and the results of functors and aggregates, are of every subtype of
their type. Relations that are not declared allow everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trivium.analyse.declared import Types
from trivium.analyse.flat import FlatAggregate, FlatAtom, FlatLiteral, FlatMatch, FlatRule
from trivium.analyse.names import Schema
from trivium.errors import ProgramError
from trivium.syntax import ast

Allowed = frozenset[str]


def check_kinship(rules: Sequence[FlatRule], schemas: Mapping[str, Schema], types: Types) -> None:
    """Raise ProgramError 254 for a value that is used as one of another subtype."""
    if types.declared:
        family = _Family(schemas, types)
        for rule in rules:
            if not rule.implied:
                family.check(rule)


class _Family:
    def __init__(self, schemas: Mapping[str, Schema], types: Types) -> None:
        self.schemas = schemas
        self.types = types
        parents = {name: self._above(name) for name in types.names}
        self.below = {
            name: frozenset(other for other in parents if name in parents[other])
            for name in types.names
        }

    def _above(self, name: str) -> Allowed:
        """The types that every value of this one belongs to, itself included."""
        found = {name}
        grows = True
        while grows:
            before = len(found)
            for item in self.types.declared.values():
                bases = {base.text for base in item.bases}
                if item.subtype or len(bases) == 1:
                    if item.name in found:
                        found |= bases
                    if not item.subtype and bases <= found:  # another name for the same type
                        found.add(item.name)
                elif bases & found:
                    found.add(item.name)
                if item.name in found and len(bases) > 1 and not bases & found:
                    # A union is what all its members are.
                    found |= frozenset.intersection(*map(self._above, sorted(bases)))
            whole = {self.types.names[name].value}
            found |= whole
            grows = len(found) > before
        return frozenset(found)

    # --- rules -----------------------------------------------------------------------------------

    def check(self, rule: FlatRule) -> None:
        allowed = self.level(rule.body, {})
        for arg, name in self.declared(rule.head):
            self.fits(arg, name, allowed, f"a column of `{rule.head.relation}`", False)

    def level(
        self, literals: Sequence[FlatLiteral], outer: Mapping[str, Allowed]
    ) -> dict[str, Allowed]:
        """What each variable may be, as the literals that bind it say."""
        allowed = dict(outer)
        for literal in literals:
            if isinstance(literal, FlatAtom) and not literal.negated:
                for arg, name in self.declared(literal):
                    self.meet(allowed, arg, self.below[name])
        before: dict[str, Allowed] | None = None
        while before != allowed:
            before = dict(allowed)
            for literal in literals:
                if isinstance(literal, FlatMatch):
                    self.take_apart(allowed, literal)
                elif isinstance(literal, ast.Comparison) and literal.op == "=":
                    self.equal(allowed, literal.left, literal.right)
                    self.equal(allowed, literal.right, literal.left)
        for literal in literals:
            if isinstance(literal, FlatAggregate):
                inner = self.level(literal.body, allowed)
                self.level(literal.condition, inner)
        return allowed

    def equal(self, allowed: dict[str, Allowed], one: ast.Term, other: ast.Term) -> None:
        if isinstance(other, ast.Cast):
            self.meet(allowed, one, self.below[other.type.text])
        elif isinstance(other, ast.Variable) and other.name in allowed:
            self.meet(allowed, one, allowed[other.name])

    def take_apart(self, allowed: dict[str, Allowed], match: FlatMatch) -> None:
        """The parts of a branch are of the types that its declaration names."""
        for arg, name in self.fields(match.structure, allowed.get(match.term.name)):
            if not match.both:
                self.meet(allowed, arg, self.below[name])

    def meet(self, allowed: dict[str, Allowed], term: ast.Term, more: Allowed) -> None:
        if not isinstance(term, ast.Variable):
            return
        have = allowed.get(term.name, more)
        kinds = {self.types.names[name] for name in have | more}
        if have & more:
            allowed[term.name] = have & more
        elif len(kinds) == 1:  # types of different kinds are told of elsewhere
            one, other = self.widest(have), self.widest(more)
            message = f"`{term.name}` is {_a(one)} and {_a(other)}, and nothing is both"
            hint = f"say that it is one: `as({term.name}, {other})`"
            raise ProgramError(254, message, term.span, hint=hint)

    def fits(
        self, term: ast.Term, name: str, allowed: Mapping[str, Allowed], where: str, part: bool
    ) -> None:
        """A head's argument is of the type of its column, whatever it may be; a part may be."""
        if isinstance(term, ast.Cast):
            have = self.below[term.type.text]
        elif isinstance(term, ast.Variable) and term.name in allowed:
            have = allowed[term.name]
        else:
            for arg, kind in self.fields(term, self.below[name]):
                self.fits(arg, kind, allowed, "a part of what is made here", True)
            return
        kinds = {self.types.names[other] for other in have | {name}}
        fits = have & self.below[name] if part else have <= self.below[name]
        if not fits and len(kinds) == 1:  # else it is told of elsewhere
            message = f"found {_a(self.widest(have))}, but {where} is {_a(name)}"
            hint = f"say that it is one: `as({term.span.text}, {name})`"
            raise ProgramError(254, message, term.span, hint=hint)

    # --- declarations ----------------------------------------------------------------------------

    def declared(self, atom: FlatAtom) -> Iterator[tuple[ast.Term, str]]:
        """The arguments of an atom and the names of their columns' types."""
        for arg, name in zip(atom.args, self.schemas[atom.relation].declared, strict=False):
            if arg is not None:
                yield arg, name

    def fields(self, term: ast.Term, known: Allowed | None) -> Iterator[tuple[ast.Term, str]]:
        """The parts of a record or branch, and the names of their types."""
        if not isinstance(term, ast.Structure):
            return
        names = self.types.parts.get(term.branch or "")
        if term.branch is None and known is not None:
            kinds = {self.types.names[name] for name in known}
            names = self.types.parts.get(f"[{kinds.pop()}]") if len(kinds) == 1 else None
        yield from zip(term.args, names or (), strict=False)

    def widest(self, allowed: Allowed) -> str:
        """The type that says the most general thing of what is allowed."""
        return max(sorted(allowed), key=lambda name: len(self.below[name]))


def _a(name: str) -> str:
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} `{name}`"
