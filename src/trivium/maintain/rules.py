"""From a rule to the rules that tell what a change of one relation does to its head.

    path(x, z) :- path(x, y), edge(y, z), !closed(y).

    edge changes      path(x, z) :- path(x, y), @change(y, z), !closed(y).
    closed changes    path(x, z) :- path(x, y), edge(y, z), !closed(y), @change(y).

What comes to a negated relation takes rows of the head away, so it is read as the relation was.
An aggregate is done again for the groups that a change of its body touches:

    total(k, s) :- key(k), s = sum v : { sale(k, v) }.

    sale changes      @groups(k) :- @change(k, v).
                      total(k, s) :- @groups(k), key(k), s = sum v : { sale(k, v) }.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from trivium.engine.load import mentioned
from trivium.ir.nodes import (
    Aggregate,
    Atom,
    Column,
    Literal,
    Program,
    Relation,
    Rule,
    Stratum,
    Term,
    Var,
)
from trivium.plan.order import term_variables

CHANGE = "@change"
GROUPS = "@groups"


@dataclass(frozen=True, slots=True)
class Reaction:
    """What to derive when `relation` changes; `negated` where it stands behind a `!`.

    With `groups`, these are found from the change first, and the rule is of them alone; `places`
    are the columns of the head that are the groups', where it has them all. `whole` is the rule
    as it was written.
    """

    relation: str
    negated: bool
    rule: Rule
    whole: Rule
    groups: Rule | None = None
    places: tuple[int, ...] | None = None


class Plan:
    """How a stratum follows changes."""

    def __init__(self, stratum: Stratum, program: Program) -> None:
        self.stratum = stratum
        names: dict[str, None] = {}
        for rule in (*stratum.rules, *stratum.removals):
            mentioned(rule.body, names)
        self.reads = tuple(names)
        limited = {d.relation for d in program.directives if d.kind == "limitsize"}
        found = [reactions(rule) for rule in stratum.rules]
        self.anew = bool(
            stratum.removals
            or limited & set(stratum.relations)
            or any(program.relations[name].choices for name in stratum.relations)
            or any(one is None for one in found)
        )
        self.reactions: dict[str, list[Reaction]] = {}
        for reaction in (r for one in found for r in one or ()):
            self.reactions.setdefault(reaction.relation, []).append(reaction)
        self.rules: dict[str, list[Rule]] = {}
        for rule in stratum.rules:
            self.rules.setdefault(rule.head.relation, []).append(rule)


def reactions(rule: Rule) -> list[Reaction] | None:
    """One for each relation that the rule reads, at each place; None if a group is not found so."""
    found = []
    for place, literal in enumerate(rule.body):
        if isinstance(literal, Atom):
            changed = replace(literal, relation=CHANGE, negated=False)
            rest = rule.body[: place + literal.negated] + rule.body[place + 1 :]
            body = (changed, *rest)
            made = replace(rule, body=body)
            found.append(Reaction(literal.relation, literal.negated, made, rule))
        elif isinstance(literal, Aggregate):
            for relation, negated, groups in _groups(rule, literal):
                if groups is None:
                    return None
                atom = Atom(GROUPS, groups.head.args)
                made = replace(rule, body=(atom, *rule.body))
                places = _places(rule, groups)
                found.append(Reaction(relation, negated, made, rule, groups, places))
    return found


def _places(rule: Rule, groups: Rule) -> tuple[int, ...] | None:
    """The columns of a rule's head that are those of its groups."""
    names = [arg.name if isinstance(arg, Var) else "" for arg in rule.head.args]
    wanted = [arg.name for arg in groups.head.args if isinstance(arg, Var)]
    return tuple(map(names.index, wanted)) if {*wanted} <= {*names} else None


def _groups(rule: Rule, aggregate: Aggregate) -> Iterator[tuple[str, bool, Rule | None]]:
    """For each relation inside an aggregate, the rule from its changes to the groups."""
    atoms = [a for a in aggregate.body if isinstance(a, Atom) and not a.negated]
    outside = [a for a in rule.body if isinstance(a, Atom) and not a.negated]
    wanted = {variable.name for variable in aggregate.group}
    head = Atom(GROUPS, tuple(Var(v.name, v.type) for v in aggregate.group))
    for literal in (*aggregate.body, *aggregate.condition):
        if isinstance(literal, Aggregate):
            if literal.body:
                yield "", False, None  # an aggregate inside an aggregate
            continue
        if not isinstance(literal, Atom):
            continue
        changed = replace(literal, relation=CHANGE, negated=False)
        body: list[Literal] = [changed, *(a for a in atoms if a is not literal)]
        if not wanted <= _bound(body):
            body += outside
        fits = wanted <= _bound(body) and not _calls(body)
        made = Rule(head, tuple(body), rule.index, rule.span) if fits else None
        yield literal.relation, literal.negated, made


def _bound(body: Sequence[Literal]) -> set[str]:
    atoms = (literal for literal in body if isinstance(literal, Atom))
    return {arg.name for atom in atoms for arg in atom.args if isinstance(arg, Var)}


def _calls(body: Sequence[Literal]) -> bool:
    """Whether an argument is computed, from what may not be bound here."""
    terms: list[Term | None] = [a for atom in body if isinstance(atom, Atom) for a in atom.args]
    computed = [t for t in terms if t is not None and not isinstance(t, Var)]
    return any(variable for term in computed for variable in term_variables(term))


def change_of(relation: Relation) -> Relation:
    """The relation that holds what came to a relation, or what went."""
    return Relation(CHANGE, relation.columns)


def groups_of(rule: Rule) -> Relation:
    """The relation that a rule of groups derives."""
    terms = [term for term in rule.head.args if term is not None]
    columns = tuple(Column(f"c{place}", term.type) for place, term in enumerate(terms))
    return Relation(GROUPS, columns)
