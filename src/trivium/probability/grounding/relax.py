"""The certain program whose rows are all that an uncertain one may derive.

    before:  0.4::edge(1, 2).   alone(x) :- node(x), !edge(x, _).
    after:   edge(1, 2).        @some_edge_bf(x) :- edge(x, _).   alone(x) :- node(x).

An uncertain literal may hold or not, so one that is negated blocks nothing. What its rules say of
the rows that came is ground afterwards, see `rules.py`. A negated atom with free arguments asks for
any row: there it becomes a relation of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from trivium.analyse.uncertain import uncertain_relations
from trivium.engine.contract import Rows
from trivium.engine.load import Loader
from trivium.ir.nodes import (
    Aggregate,
    Atom,
    Column,
    Compare,
    Const,
    Literal,
    Program,
    Relation,
    Rule,
    Stratum,
    Var,
)
from trivium.ir.types import Type
from trivium.optimise.rewrite import reads
from trivium.plan.kept import KeptPlans

# What an aggregate of no rows gives, where it gives anything, is 0 for each of these.
DEFAULTS = frozenset(("count", "exists", "sum"))


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What to run, which relations are uncertain, and their rules with what is negated; how many
    facts of a relation have a probability, and the plans, for a program that runs again."""

    program: Program
    uncertain: frozenset[str]
    rules: tuple[Rule, ...]
    folds: tuple[Fold, ...] = ()
    weighted: Mapping[str, int] = field(default_factory=dict)
    plans: KeptPlans = field(default_factory=KeptPlans, compare=False)

    def sure(self, loader: Loader, name: str) -> Rows:
        """The rows of a relation that are given without a probability."""
        return loader.stored[name].given_before(
            max(0, loader.given(name) - self.weighted.get(name, 0))
        )


@dataclass(frozen=True, slots=True)
class Fold:
    """An aggregate over uncertain rows; a row of `name` is a group and a result, a row of `some` a
    group that may have any binding. See `aggregates.py`."""

    name: str
    some: str
    aggregate: Aggregate


def relax(program: Program) -> Relaxed:
    return _Relaxer(program).run()


class _Relaxer:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.uncertain = set(uncertain_relations(program))
        self.relations = dict(program.relations)
        self.strata: list[Stratum] = []
        self.rules: list[Rule] = []
        self.folds: list[Fold] = []
        self.next_index = max((rule.index for rule in program.rules), default=0) + 1

    def run(self) -> Relaxed:
        for stratum in self.program.strata:
            kept: list[Rule] = []
            for rule in stratum.rules:
                if rule.head.relation in self.uncertain:
                    kept += map(self._relaxed, self._unfolded(rule))
                else:
                    kept.append(rule)
            self.strata.append(replace(stratum, rules=tuple(kept)))
        certain_first = sorted(self.program.facts, key=lambda fact: fact.weight is not None)
        running = replace(
            self.program,
            relations=self.relations,
            strata=tuple(self.strata),
            facts=tuple(certain_first),
        )
        weighted = Counter(fact.relation for fact in certain_first if fact.weight is not None)
        return Relaxed(
            running, frozenset(self.uncertain), tuple(self.rules), tuple(self.folds), weighted
        )

    def _relaxed(self, rule: Rule) -> Rule:
        """The rule without what is negated and uncertain; it is kept as it is for grounding."""
        full = replace(rule, body=self._closed(rule.body, rule))
        self.rules.append(full)
        return replace(rule, body=without(full.body, self.uncertain))

    def _closed(self, body: Sequence[Literal], rule: Rule) -> tuple[Literal, ...]:
        """The body, where each negated uncertain atom asks for one row."""
        return tuple(
            self._some(literal, rule)
            if isinstance(literal, Atom)
            and literal.negated
            and literal.relation in self.uncertain
            and None in literal.args
            else literal
            for literal in body
        )

    def _some(self, atom: Atom, rule: Rule) -> Atom:
        """The atom of a relation that says whether any row matches.

        before:  !edge(x, _)       after:  !@some_edge_bf(x)    and the rule that derives it
        """
        pattern = "".join("f" if arg is None else "b" for arg in atom.args)
        name = f"@some_{atom.relation}_{pattern}"
        if name not in self.relations:
            columns = self.relations[atom.relation].columns
            args = tuple(
                None if arg is None else Var(f"#{place}", column.type)
                for place, (arg, column) in enumerate(zip(atom.args, columns, strict=True))
            )
            own = tuple(c for c, arg in zip(columns, args, strict=True) if arg is not None)
            head = Atom(name, tuple(arg for arg in args if arg is not None))
            made = Rule(head, (Atom(atom.relation, args),), self._fresh(), rule.span)
            self.relations[name] = Relation(name, own)
            self.strata.append(Stratum((name,), (made,), False))
            self.rules.append(made)
            self.uncertain.add(name)
        return Atom(name, tuple(arg for arg in atom.args if arg is not None), True, atom.span)

    def _unfolded(self, rule: Rule) -> list[Rule]:
        """The rule with a relation's atom for each aggregate over uncertain rows.

        An aggregate that has a result without any row gets a second rule, for groups that can have
        none.

        before:  p(x, n) :- q(x), n = count : { e(x, _) }.
        after:   p(x, n) :- q(x), @fold_1(x, n).
                 p(x, n) :- q(x), !@any_1(x), n = 0.
        """
        for place, literal in enumerate(rule.body):
            if not isinstance(literal, Aggregate) or self.uncertain.isdisjoint(reads(literal)):
                continue
            fold = self._fold(literal, rule)
            before, after = rule.body[:place], rule.body[place + 1 :]
            result = literal.result
            atom = Atom(fold.name, (*literal.group, result), span=literal.span)
            rules = [replace(rule, body=(*before, atom, *after))]
            if literal.kind in DEFAULTS:
                none = Atom(fold.some, literal.group, True, literal.span)
                value = 0.0 if result.type is Type.FLOAT else 0
                equal = Compare("=", result, Const(value, result.type), literal.span)
                second = replace(rule, body=(*before, none, equal, *after), index=self._fresh())
                rules.append(second)
            return [made for one in rules for made in self._unfolded(one)]
        return [rule]

    def _fold(self, aggregate: Aggregate, rule: Rule) -> Fold:
        number = len(self.folds) + 1
        closed = replace(aggregate, body=self._closed(aggregate.body, rule))
        fold = Fold(f"@fold_{number}", f"@any_{number}", closed)
        self.folds.append(fold)
        columns = tuple(Column(v.name, v.type) for v in aggregate.group)
        result = Column("result", aggregate.result.type)
        self.relations[fold.some] = Relation(fold.some, columns)
        self.relations[fold.name] = Relation(fold.name, (*columns, result))
        self.strata.append(Stratum((fold.name, fold.some), (), False))
        self.uncertain.add(fold.name)
        return fold

    def _fresh(self) -> int:
        self.next_index += 1
        return self.next_index - 1


def without(body: Sequence[Literal], uncertain: Collection[str]) -> tuple[Literal, ...]:
    """The body without what may not hold and is negated."""
    return tuple(
        literal
        for literal in body
        if not (isinstance(literal, Atom) and literal.negated and literal.relation in uncertain)
    )
