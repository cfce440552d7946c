"""Split a long recursive body in two where the first half says the same thing many times.

    before:  va(x, y) :- vf(z, x), ma(z, w), vf(w, y).
    after:   @va.1(x, w) :- vf(z, x), ma(z, w).
             va(x, y) :- @va.1(x, w), vf(w, y).

However many `z` lead from x to w, the second join is done once. Three joins of a round look at new
rows of three atoms; two and two do the same work for less, because the half is kept.

Rows are unchanged, and so are proofs: the rule keeps its number, and the half's rows are of rounds
in between. It costs the half's rows: so a body of which one atom grows is split only where the half
is expected to be `WORTH` times smaller than the join, and nothing is split in strata whose rows
depend on the round they come in (choices, subsumption, limits).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from trivium.ir.nodes import (
    Aggregate,
    Atom,
    Column,
    Const,
    Literal,
    Program,
    Relation,
    Rule,
    Stratum,
    Var,
)
from trivium.optimise.rewrite import with_laws
from trivium.plan.order import needs
from trivium.plan.statistics import Statistics

WORTH = 3.0


@dataclass(frozen=True, slots=True)
class _Half:
    """Two atoms of a body, the variables that are read of them, and how much the half saves."""

    places: tuple[int, int]
    names: tuple[Var, ...]
    saves: float


def split_joins(program: Program, known: Statistics) -> Program:
    """The program with its long recursive bodies split."""
    if not any(stratum.recursive for stratum in program.strata):
        return program
    special = with_laws(program)
    strata: list[Stratum] = []
    relations: dict[str, Relation] = {}
    index = max((rule.index for rule in program.rules), default=-1) + 1
    for stratum in program.strata:
        rules: list[Rule] = []
        for rule in stratum.rules:
            half = None
            if stratum.recursive and not special & set(stratum.relations):
                half = _best(rule, frozenset(stratum.relations), known)
            if half is None:
                rules.append(rule)
                continue
            name = f"@{rule.head.relation}.{index}"
            columns = tuple(Column(variable.name, variable.type) for variable in half.names)
            relations[name] = Relation(name, columns)
            atom = Atom(name, half.names)
            rest = [item for at, item in enumerate(rule.body) if at not in half.places]
            body = tuple(rule.body[at] for at in half.places)
            rules += [Rule(atom, body, index), replace(rule, body=(atom, *rest))]
            index += 1
        own = tuple(name for name in dict.fromkeys(rule.head.relation for rule in rules))
        names = tuple(dict.fromkeys((*stratum.relations, *own)))
        strata.append(replace(stratum, relations=names, rules=tuple(rules)))
    if not relations:
        return program
    return replace(program, relations=program.relations | relations, strata=tuple(strata))


def _best(rule: Rule, growing: frozenset[str], known: Statistics) -> _Half | None:
    """The half that is expected to save most; the first of the text, where several do."""
    atoms = [
        place
        for place, literal in enumerate(rule.body)
        if isinstance(literal, Atom) and not literal.negated and _plain(literal)
    ]
    if len(atoms) < 3 or any(isinstance(literal, Aggregate) for literal in rule.body):
        return None
    return max(_halves(rule, atoms, growing, known), key=lambda half: half.saves, default=None)


def _halves(
    rule: Rule, atoms: Sequence[int], growing: frozenset[str], known: Statistics
) -> Iterator[_Half]:
    grow = {at for at in atoms if _relation(rule.body[at]) in growing}
    for i, first in enumerate(atoms):
        for second in atoms[i + 1 :]:
            pair = {first, second}
            if not grow & pair or not set(atoms) - pair:
                continue
            inside = needs(rule.body[first]) | needs(rule.body[second])
            shared = needs(rule.body[first]) & needs(rule.body[second])
            others = [item for at, item in enumerate(rule.body) if at not in pair]
            outside = needs(rule.head).union(*map(needs, others))
            if not shared or shared & outside:  # the half must join, and forget what it joins by
                continue
            kept = inside & outside
            if any(kept <= needs(rule.body[at]) for at in set(atoms) - pair):
                continue  # a cycle: the other atom says which rows of the half are wanted
            saves = _saves(rule, pair, grow, kept, known)
            if kept and saves >= WORTH:
                yield _Half((first, second), tuple(_variables(rule, pair, kept)), saves)


def _saves(rule: Rule, pair: set[int], grow: set[int], kept: set[str], known: Statistics) -> float:
    """How many rows of the join are expected for each row of the half, at its best."""
    settled = [rule.body[at] for at in pair - grow]
    if len(grow) > 1:  # the half is also kept for the other atom's new rows
        return 2 * WORTH if settled else WORTH
    (atom,) = settled
    assert isinstance(atom, Atom)
    columns = tuple(
        column
        for column, arg in enumerate(atom.args)
        if isinstance(arg, Const) or (isinstance(arg, Var) and arg.name in kept)
    )
    return known.rows(atom.relation) / known.different(atom.relation, columns)


def _plain(atom: Atom) -> bool:
    terms = all(arg is None or isinstance(arg, Var | Const) for arg in atom.args)
    return terms and atom.access is None


def _relation(literal: Literal) -> str:
    assert isinstance(literal, Atom)
    return literal.relation


def _variables(rule: Rule, pair: set[int], kept: set[str]) -> list[Var]:
    found: dict[str, Var] = {}
    for at in sorted(pair):
        literal = rule.body[at]
        assert isinstance(literal, Atom)
        for arg in literal.args:
            if isinstance(arg, Var) and arg.name in kept:
                found.setdefault(arg.name, arg)
    return list(found.values())
