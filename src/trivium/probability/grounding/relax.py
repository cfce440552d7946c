"""The certain program whose rows are all that an uncertain one may derive.

    before:  0.4::edge(1, 2).   alone(x) :- node(x), !edge(x, _).
    after:   edge(1, 2).        @some_edge_bf(x) :- edge(x, _).   alone(x) :- node(x).

An uncertain literal may hold or not, so one that is negated blocks nothing. What its rules say of
the rows that came is ground afterwards, see `rules.py`. A negated atom with free arguments asks for
any row: there it becomes a relation of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import filterfalse

from trivium.analyse.uncertain import uncertain_relations
from trivium.engine.contract import Rows
from trivium.engine.load import Loader
from trivium.errors import ProgramError
from trivium.ir.nodes import (
    Aggregate,
    Atom,
    Call,
    Column,
    Compare,
    Const,
    Literal,
    Program,
    Relation,
    Rule,
    Stratum,
    Var,
    reads,
    term_names,
)
from trivium.ir.types import Type
from trivium.plan.kept import KeptPlans
from trivium.plan.order import assigned, binds, literal_terms, needs, term_variables

# These give a result of no rows, too: by its type that one, else 0.
DEFAULTS = frozenset(("count", "exists", "string_join", "sum"))
_OF_NO_ROWS: dict[Type, float | str] = {Type.FLOAT: 0.0, Type.SYMBOL: ""}


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
    group that may have any binding, a row of `asked`, if there is one, a group that has a result
    even of no rows. See `aggregates.py`."""

    name: str
    some: str
    aggregate: Aggregate
    asked: str | None = None


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
                    own = stratum.relations if stratum.recursive else ()
                    kept += map(self._relaxed, self._unfolded(rule, own))
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

    def _unfolded(self, rule: Rule, own: Collection[str]) -> list[Rule]:
        """The rule with a relation's atom for each aggregate over uncertain rows; `own` are the
        relations that grow together with its own.

        An aggregate that has a result without any row gets a second rule, for groups that can have
        none, unless the groups are known before.

        before:  p(x, n) :- q(x), n = count : { e(x, _) }.
        after:   p(x, n) :- q(x), @fold_1(x, n).
                 p(x, n) :- q(x), !@any_1(x), n = 0.
        """
        rule = replace(rule, body=self._refuted(rule.body))
        place = self._next(rule.body)
        if place is None:
            return [rule]
        literal = rule.body[place]
        assert isinstance(literal, Aggregate)
        before, after = rule.body[:place], rule.body[place + 1 :]
        fold = self._fold(literal, (*before, *after), rule, own)
        result = literal.result
        atom = Atom(fold.name, (*literal.group, result), span=literal.span)
        rules = [replace(rule, body=(*before, atom, *after))]
        if literal.kind in DEFAULTS and fold.asked is None:
            none = Atom(fold.some, literal.group, True, literal.span)
            value = _OF_NO_ROWS.get(result.type, 0)
            equal = Compare("=", result, Const(value, result.type), literal.span)
            second = replace(rule, body=(*before, none, equal, *after), index=self._fresh())
            rules.append(second)
        return [made for one in rules for made in self._unfolded(one, own)]

    def _refuted(self, body: Sequence[Literal]) -> tuple[Literal, ...]:
        """The body, where what holds for all is that there is no case where it fails.

        before:  a = forall : { p(x) => q(x) }
        after:   f = exists : { p(x), h = exists : { q(x) }, h = 0 },  a = 1 - f
        """
        found: list[Literal] = []
        for literal in body:
            if not (
                isinstance(literal, Aggregate)
                and literal.kind == "forall"
                and self._is_uncertain(literal)
            ):
                found.append(literal)
                continue
            kind, span = literal.result.type, literal.span
            number = self._fresh()
            fails, holds = Var(f"@fails_{number}", kind), Var(f"@holds_{number}", kind)
            outside = {n for one in literal.body for n in term_names(one)}
            outside |= {variable.name for variable in literal.group}
            shared = {
                v.name: v
                for one in literal.condition
                for term in literal_terms(one)
                for v in term_variables(term)
                if v.name in outside
            }
            case = Aggregate(
                holds, "exists", (), literal.condition, tuple(shared.values()), span=span
            )
            none = Compare("=", holds, Const(0, kind), span)
            refuted = (*literal.body, case, none)
            found.append(Aggregate(fails, "exists", (), refuted, literal.group, span=span))
            rest = Call("-", (Const(1, kind), fails), kind, span)
            found.append(Compare("=", literal.result, rest, span))
        return tuple(found)

    def _next(self, body: Sequence[Literal]) -> int | None:
        """An aggregate over uncertain rows, if there is one; first one that waits for no other."""
        places = [n for n, literal in enumerate(body) if self._is_uncertain(literal)]
        for place in places:
            around = (*body[:place], *body[place + 1 :])
            if needs(body[place]) <= bound_by(filterfalse(self._is_uncertain, around))[1]:
                return place
        return places[0] if places else None

    def _is_uncertain(self, literal: Literal) -> bool:
        return isinstance(literal, Aggregate) and not self.uncertain.isdisjoint(reads(literal))

    def _fold(
        self,
        aggregate: Aggregate,
        around: Sequence[Literal],
        rule: Rule,
        own: Collection[str],
        nested: bool = False,
    ) -> Fold:
        """The fold of an aggregate that stands beside the literals `around`.

        One whose body does not bind its groups is told them by a relation, and so is one inside
        another, which has one result for each of them:

        before:  p(x, n) :- q(x), n = count : { f(y), y < x }.
        after:   @asked_1(x) :- q(x).       @fold_1:  count : { @asked_1(x), f(y), y < x }
        """
        aggregate = replace(aggregate, body=self._refuted(aggregate.body))
        number = len(self.folds) + 1
        self.folds.append(Fold("", "", aggregate))  # those inside have numbers of their own
        while (place := self._next(aggregate.body)) is not None:
            inner = aggregate.body[place]
            assert isinstance(inner, Aggregate)
            before, after = aggregate.body[:place], aggregate.body[place + 1 :]
            fold = self._fold(inner, (*around, *before, *after), rule, own, nested=True)
            atom = Atom(fold.name, (*inner.group, inner.result), span=inner.span)
            aggregate = replace(aggregate, body=(*before, atom, *after))
        asked = None
        if nested or not {v.name for v in aggregate.group} <= bound_by(aggregate.body)[1]:
            asked = f"@asked_{number}"
            self._ask(asked, aggregate, around, rule, own)
            aggregate = replace(aggregate, body=(Atom(asked, aggregate.group), *aggregate.body))
        closed = replace(aggregate, body=self._closed(aggregate.body, rule))
        fold = Fold(f"@fold_{number}", f"@any_{number}", closed, asked)
        self.folds[number - 1] = fold
        columns = tuple(Column(v.name, v.type) for v in aggregate.group)
        result = Column("result", aggregate.result.type)
        self.relations[fold.some] = Relation(fold.some, columns)
        self.relations[fold.name] = Relation(fold.name, (*columns, result))
        self.strata.append(Stratum((fold.name, fold.some), (), False))
        self.uncertain.add(fold.name)
        return fold

    def _ask(
        self,
        name: str,
        aggregate: Aggregate,
        around: Sequence[Literal],
        rule: Rule,
        own: Collection[str],
    ) -> None:
        """A relation of all groups that an aggregate may be asked for: more do no harm."""
        known = [
            literal
            for literal in without(around, self.uncertain)
            if not self._is_uncertain(literal)
            and not (isinstance(literal, Atom) and literal.relation in own)
        ]
        body, bound = bound_by(known)
        missing = [v.name for v in aggregate.group if v.name not in bound]
        if missing:
            message = f"`{missing[0]}`, which an aggregate over uncertain rows reads, has a value"
            message += " only by the recursion that the aggregate is a part of"
            hint = "bind it in the aggregate, or by a relation outside of the recursion"
            raise ProgramError(286, message, aggregate.span, hint=hint)
        made = Rule(Atom(name, aggregate.group), tuple(body), self._fresh(), rule.span)
        columns = tuple(Column(v.name, v.type) for v in aggregate.group)
        self.relations[name] = Relation(name, columns)
        self.strata.append(Stratum((name,), (made,), False))

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


def bound_by(body: Iterable[Literal]) -> tuple[list[Literal], set[str]]:
    """The literals that can run by themselves, each after those that bind what it needs, and the
    variables that they bind."""
    waiting = list(body)
    found: list[Literal] = []
    bound: set[str] = set()
    ready: list[Literal] = waiting
    while ready:
        ready = [literal for literal in waiting if _is_ready(literal, bound)]
        waiting = [literal for literal in waiting if literal not in ready]
        for literal in ready:
            bound |= binds(literal)
        found += ready
    return found, bound


def _is_ready(literal: Literal, bound: set[str]) -> bool:
    if isinstance(literal, Atom) and not literal.negated:
        bound = bound | {arg.name for arg in literal.args if isinstance(arg, Var)}
    elif isinstance(literal, Compare) and assigned(literal, bound) is not None:
        return True
    return needs(literal) <= bound
