"""Which aggregates can run their body once for all groups, instead of once for each.

    total(k, s) :- edge(k, _), s = sum v : { edge(k, v) }.

The body alone tells which `k` there are, so `edge(k, _)` adds nothing: the plan is one pass over
`edge`, grouped by `k`. Where the rest of the rule says more than the body does, as in

    total(k, s) :- node(k), s = sum v : { edge(k, v) }.

the body can still run once for all `k`, and its results be joined with `node`.

Answers are unchanged. It is not done where the body could fail for a group that the rule never
asks for (a division by zero), nor where it needs the group to run at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trivium.ir.nodes import Aggregate, Atom, Call, Compare, Const, Literal, Term, Var
from trivium.plan.order import asking_cost, literal_terms, needs, term_variables
from trivium.plan.statistics import Statistics

# The results that these have of no rows are results like others.
OF_NO_ROWS = frozenset({"count", "sum", "exists", "forall", "string_join"})
# Functors that have a result for all arguments; others might fail on a row nobody asked for.
TOTAL = frozenset({"+", "-", "*", "neg", "max", "min", "cat", "strlen", "ord", "to_string"})


@dataclass(frozen=True, slots=True)
class Opening:
    """The aggregate at `place` opens the plan, and the atoms at `implied` need not run."""

    place: int
    implied: frozenset[int]


def stands_alone(aggregate: Aggregate) -> bool:
    """Whether the body, run from nothing, binds the whole group, cannot fail and asks nobody."""
    if aggregate.kind in ("forall", "autoinc") or asking_cost(aggregate):
        return False
    if not (aggregate.parameter is None or isinstance(aggregate.parameter, Const)):
        return False
    if not _total(aggregate.body) or not all(map(_total_term, aggregate.values)):
        return False
    bound = {
        term.name
        for literal in aggregate.body
        if isinstance(literal, Atom) and not literal.negated
        for term in literal.args
        if isinstance(term, Var)
    }
    return {variable.name for variable in aggregate.group} <= bound


def by_classes(aggregate: Aggregate, known: Statistics) -> bool:
    """Whether all members of a class have the same result: the body asks for them only in atoms
    of equivalences that are held as their classes.

        label(x, l) :- node(x), l = min y : { same(x, y) }.     one group for each class of `same`
    """
    group = {variable.name for variable in aggregate.group}
    terms: list[Term | None] = [*aggregate.values, aggregate.parameter]
    for literal in (*aggregate.body, *aggregate.condition):
        if isinstance(literal, Aggregate):
            return False
        if isinstance(literal, Compare):
            terms += [literal.left, literal.right]
        elif known.classes(literal.relation) is None:
            terms += literal.args
        else:
            terms += [term for term in literal.args if isinstance(term, Call)]
    return bool(group) and group.isdisjoint(v.name for term in terms for v in term_variables(term))


def opening(
    body: Sequence[Literal], needed: set[str], growing: Iterable[int], known: Statistics
) -> Opening | None:
    """The aggregate that can open the plan of a rule: it implies every positive atom.

    `needed` are the variables of the head, `growing` the places of atoms of the own stratum.
    """
    atoms = {
        place: literal
        for place, literal in enumerate(body)
        if isinstance(literal, Atom) and not literal.negated
    }
    if not atoms or any(True for _ in growing):
        return None
    for place, literal in enumerate(body):
        if not isinstance(literal, Aggregate) or not literal.group:
            continue
        if stands_alone(literal) and not by_classes(literal, known):
            others = [other for at, other in enumerate(body) if at not in {place, *atoms}]
            if _implies_all(literal, list(atoms.values()), others, needed, known):
                return Opening(place, frozenset(atoms))
    return None


def _implies_all(
    aggregate: Aggregate,
    atoms: Sequence[Atom],
    others: Sequence[Literal],
    needed: set[str],
    known: Statistics,
) -> bool:
    group = {variable.name for variable in aggregate.group}
    read = needed | {name for literal in others for name in needs(literal)}
    free: list[str] = []
    for atom in atoms:
        free += [v.name for term in atom.args for v in term_variables(term) if v.name not in group]
    if set(free) & read or len(set(free)) < len(free):
        return False
    inner = [a for a in aggregate.body if isinstance(a, Atom) and not a.negated]
    if not all(any(_implies(i, atom, group, known) for i in inner) for atom in atoms):
        return False
    if aggregate.kind not in OF_NO_ROWS:
        return True
    # A group that the rule asks for must have rows: one of the atoms implies the whole body.
    alone = inner[0] if len(inner) == len(aggregate.body) == 1 else None
    if alone is None or not _different([*alone.args], group):
        return False
    own = {v.name for term in alone.args for v in term_variables(term)} - group
    return any(_implies(atom, alone, own | group, known, own) for atom in atoms)


def _implies(
    one: Atom, other: Atom, shared: set[str], known: Statistics, anything: Iterable[str] = ()
) -> bool:
    """Whether a row that matches `one` matches `other`, whose variables in `shared` are the same.

    Variables of `other` in `anything`, and those not shared, stand for any value.
    """
    if one.relation != other.relation:
        return False
    loose = set(anything)
    for column, (left, right) in enumerate(zip(one.args, other.args, strict=True)):
        if right is None:
            continue
        if isinstance(right, Var) and (right.name not in shared or right.name in loose):
            if left is None and not known.filled(one.relation, column):
                return False
        elif left != right or isinstance(left, Call):
            return False
    return True


def _different(args: Sequence[Term | None], group: set[str]) -> bool:
    """Whether no variable but those of the group stands twice, and none in a functor."""
    names = [v.name for term in args for v in term_variables(term) if v.name not in group]
    return len(names) == len(set(names)) and not any(isinstance(term, Call) for term in args)


def _total(body: Iterable[Literal]) -> bool:
    for literal in body:
        if isinstance(literal, Compare) and literal.op == "match":
            return False
        if not all(map(_total_term, literal_terms(literal))):
            return False
        if isinstance(literal, Aggregate):
            terms = (*literal.values, *literal.group)
            if not _total((*literal.body, *literal.condition)) or not all(map(_total_term, terms)):
                return False
    return True


def _total_term(term: Term) -> bool:
    if isinstance(term, Call):
        return term.functor in TOTAL and all(map(_total_term, term.args))
    return True
