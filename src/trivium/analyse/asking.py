"""What is asked for of relations whose rows are choices: rules that tell their inputs.

    asked:   digit(image, -> label)
    before:  sum(x + y) :- first(a), second(b), digit(a, x), digit(b, y).
    after:   @digit?asked(a) :- first(a).     @digit?asked(b) :- second(b).

An atom asks for the inputs that the other literals of its body bind, and for as few answers of
others as that needs. More is asked than may be needed, never less. A name with `?` is certain: what
is asked for does not hang on what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trivium.analyse.flatten import Signed, alternatives, names_outside
from trivium.analyse.inputs import unbound_input
from trivium.syntax import ast


@dataclass(frozen=True, slots=True)
class Asked:
    """The columns of a relation, and which of them are inputs; a relation of inputs to take where
    nothing binds them, if there is one (else that is E318). Only what is `drawn` needs rules."""

    columns: tuple[str, ...]
    inputs: tuple[int, ...]
    given: str | None = None
    drawn: bool = True


def asked(relation: str) -> str:
    """The relation of the inputs that are asked about."""
    return f"@{relation}?asked"


def asking(clause: ast.Clause, relations: Mapping[str, Asked]) -> Iterator[ast.Clause]:
    """A rule for each atom of the clause's body whose relation is answered when asked."""
    if clause.body is not None:
        for side in alternatives(clause.body):
            yield from _asking(side, (), relations)


def _asking(
    side: Sequence[Signed], around: Sequence[Signed], relations: Mapping[str, Asked]
) -> Iterator[ast.Clause]:
    """Those of one conjunction, and of the aggregates in it; `around` is what holds besides."""
    for place, (literal, _) in enumerate(side):
        others = [*around, *side[:place], *side[place + 1 :]]
        if isinstance(literal, ast.Atom):
            if literal.relation in relations and relations[literal.relation].drawn:
                yield _rule(literal, others, relations)
            continue
        for aggregate in _aggregates(literal):
            for inner in alternatives(aggregate.body):
                yield from _asking(inner, others, relations)
                for condition in _condition(aggregate):
                    yield from _asking(condition, [*others, *inner], relations)


def _condition(aggregate: ast.Aggregate) -> list[list[Signed]]:
    return [] if aggregate.condition is None else alternatives(aggregate.condition)


def _aggregates(node: ast.Formula | ast.Term) -> Iterator[ast.Aggregate]:
    """The aggregates in a literal that is no atom."""
    if isinstance(node, ast.Aggregate):
        yield node
    elif isinstance(node, ast.Holds):
        yield node.aggregate
    elif isinstance(node, ast.Comparison):
        yield from _aggregates(node.left)
        yield from _aggregates(node.right)
    elif isinstance(node, ast.Call | ast.Structure):
        for argument in node.args:
            yield from _aggregates(argument)
    elif isinstance(node, ast.Cast):
        yield from _aggregates(node.value)


def _rule(atom: ast.Atom, others: Sequence[Signed], relations: Mapping[str, Asked]) -> ast.Clause:
    own = relations[atom.relation]
    inputs = _inputs(atom, own)
    wanted = set(names_outside(inputs))
    positive = [formula for formula, holds in others if holds]
    plain = [f for f in positive if isinstance(f, ast.Atom) and f.relation not in relations]
    tests = [f for f in positive if isinstance(f, ast.Comparison)]
    answered = [f for f in positive if isinstance(f, ast.Atom) and f.relation in relations]
    while True:
        body = _bound(plain, tests)
        known = set(names_outside(body))
        ready = [
            f for f in answered if set(names_outside(_inputs(f, relations[f.relation]))) <= known
        ]
        # What is certain leaves fewer inputs; what is drawn is read only for what it binds.
        ready.sort(key=lambda f: relations[f.relation].drawn)
        if ready and not (wanted <= known and relations[ready[0].relation].drawn):
            plain.append(ready[0])
            answered.remove(ready[0])
            continue
        if wanted <= known:
            break
        if own.given is None:
            free = next(name for name in names_outside(inputs) if name not in known)
            raise unbound_input(atom.relation, free, atom.span)
        body.append(ast.Atom(own.given, inputs, atom.span))
        break
    span = atom.span
    whole: ast.Formula | None = ast.Conjunction(tuple(body), span) if body else None
    return ast.Clause((ast.Atom(asked(atom.relation), inputs, span),), whole, span)


def _inputs(atom: ast.Atom, own: Asked) -> tuple[ast.Term, ...]:
    if atom.names:
        by_name = {n.text: arg for n, arg in zip(atom.names, atom.args, strict=True)}
        return tuple(
            by_name.get(own.columns[place], ast.Wildcard(atom.span)) for place in own.inputs
        )
    return tuple(atom.args[place] for place in own.inputs if place < len(atom.args))


def _bound(atoms: Sequence[ast.Atom], tests: Sequence[ast.Comparison]) -> list[ast.Formula]:
    """The atoms, and the comparisons of what they bind; `=` may bind more."""
    body: list[ast.Formula] = list(atoms)
    known = set(names_outside(atoms))
    left = list(tests)
    while True:
        for test in left:
            sides = set(names_outside([test.left])), set(names_outside([test.right]))
            if sides[0] <= known and sides[1] <= known:
                break
            bare = [isinstance(term, ast.Variable) for term in (test.left, test.right)]
            if test.op == "=" and (
                (bare[0] and sides[1] <= known) or (bare[1] and sides[0] <= known)
            ):
                break
        else:
            return body
        left.remove(test)
        body.append(test)
        known |= sides[0] | sides[1]
