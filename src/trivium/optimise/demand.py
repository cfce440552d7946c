"""Derive only what is asked for: magic sets, by demand.

    asked:   path(1, _)
    before:  path(x, y) :- edge(x, y).
             path(x, z) :- edge(x, y), path(y, z).
    after:   path(x, y) :- @path?bf(x), edge(x, y).
             path(x, z) :- @path?bf(x), edge(x, y), path(y, z).
             @path?bf(y) :- @path?bf(x), edge(x, y).
             @path?bf(1).

A rule runs only where its head is demanded, and what it reads becomes a demand in turn. There is
one relation for what is demanded, by the columns that are given (`b`), and none is copied, so every
row that is derived is a row of the whole program, derived by the rule that the user wrote: proofs
do not change. (Bancilhon, Maier, Sagiv and Ullman, 1986; without copies, Tekle and Liu, 2011.)

Left whole is what a negation or an aggregate reads, and all below it, and what has laws of its own:
there a missing row would make another one. A value that a functor makes is never demanded, so the
demands of a run are finite.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from trivium.analyse.strata import components
from trivium.ir.nodes import (
    Aggregate,
    Atom,
    Call,
    Column,
    Compare,
    Const,
    Fact,
    Literal,
    Program,
    Relation,
    Rule,
    Stratum,
    Term,
    Value,
    Var,
    reads,
)
from trivium.optimise.rewrite import numbered, with_laws

# Of more patterns than this, a relation is derived whole.
PATTERNS = 4
Columns = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """The rows of a relation that have these values; `None` is any value."""

    relation: str
    values: tuple[Value | None, ...]

    @property
    def given(self) -> Columns:
        return tuple(place for place, value in enumerate(self.values) if value is not None)


@dataclass(frozen=True, slots=True)
class _Ask:
    """What a rule asks of one of its atoms, and the literals that tell which values."""

    atom: Atom
    columns: Columns
    before: tuple[Literal, ...]


def transform_demand(
    program: Program,
    demands: Sequence[Demand],
    sideways: frozenset[str] = frozenset(),
    exempt: frozenset[str] = frozenset(),
) -> Program:
    """The program that derives all rows that are demanded, and others only as far as they help.

    Relations in `sideways` are demanded from rules that run whole too, by the values of the atoms
    before; others only from a given value on. Relations in `exempt` are derived whole.
    """
    return _Transformation(program, demands, sideways, exempt).run()


class _Transformation:
    def __init__(
        self,
        program: Program,
        demands: Sequence[Demand],
        sideways: frozenset[str],
        exempt: frozenset[str],
    ) -> None:
        self.program = program
        self.demands = demands
        self.sideways = sideways
        self.rules: dict[str, list[Rule]] = {}
        for rule in program.rules:
            self.rules.setdefault(rule.head.relation, []).append(rule)
        self.fixed = _below(program, exempt | with_laws(program))
        self.patterns = self._find_patterns()
        self.next_index = max((rule.index for rule in program.rules), default=-1) + 1

    def run(self) -> Program:
        if all(columns == {()} for columns in self.patterns.values()):
            return self.program
        rules: list[Rule] = []
        facts = list(self.program.facts)
        asked: set[Rule | Fact] = set()
        for demand in self.demands:
            if self._guarded(demand.relation):
                values = tuple(v for v in demand.values if v is not None)
                facts.append(Fact(_name(self._relation(demand.relation), demand.given), values))
        for relation, patterns in self.patterns.items():
            for columns in sorted(patterns):
                for rule in self.rules.get(relation, ()):
                    rules.append(self._guard(rule, columns))
                    for item in self._demanding(rule, columns):
                        plain = replace(item, index=0) if isinstance(item, Rule) else item
                        if plain not in asked:
                            asked.add(plain)
                            if isinstance(item, Rule):
                                rules.append(item)
                            else:
                                facts.append(item)
        kept = [_part(s, self.fixed) for s in self.program.strata if self.fixed & set(s.relations)]
        strata = (*kept, *stratify(rules))
        return replace(
            self.program,
            relations={**self.program.relations, **self._demand_relations()},
            facts=tuple(facts),
            strata=strata,
        )

    # --- which patterns --------------------------------------------------------------------------

    def _find_patterns(self) -> dict[str, set[Columns]]:
        """The columns by which each relation is demanded; `()` alone where it is derived whole."""
        whole: set[str] = set()
        while True:
            patterns: dict[str, set[Columns]] = {}
            waiting = [(demand.relation, demand.given) for demand in self.demands]
            while waiting:
                relation, columns = waiting.pop()
                if relation in self.fixed or relation not in self.rules:
                    continue
                if relation in whole:
                    columns = ()
                if columns in patterns.setdefault(relation, set()):
                    continue
                patterns[relation].add(columns)
                for rule in self.rules[relation]:
                    waiting += [
                        (ask.atom.relation, ask.columns) for ask in self._asks(rule, columns)
                    ]
            more = {
                relation
                for relation, found in patterns.items()
                if relation not in whole and (() in found or len(found) > PATTERNS)
            }
            if not more:
                return patterns
            whole |= more

    def _asks(self, rule: Rule, columns: Columns) -> Iterator[_Ask]:
        """What a rule asks when its head is demanded by some columns."""
        bound = {arg.name for place in columns if isinstance(arg := rule.head.args[place], Var)}
        known = frozenset(bound)
        waiting = [
            a for a in rule.body if isinstance(a, Atom) and not a.negated and a.access is None
        ]  # what tells a demand is not asked of providers
        before: list[Literal] = []
        while waiting:
            atom = max(waiting, key=lambda a: (len(_given(a, bound)), not self._open(a.relation)))
            waiting.remove(atom)
            if self._open(atom.relation):
                free = columns or atom.relation in self.sideways
                given = _given(atom, bound if free else set())
                tests = [t for t in rule.body if isinstance(t, Compare) and _simple(t, bound)]
                relevant = _relevant([atom.args[c] for c in given], [*before, *tests], known)
                yield _Ask(atom, given, relevant if free else ())
            before.append(_plain(atom))
            bound |= {arg.name for arg in atom.args if isinstance(arg, Var)}

    def _open(self, relation: str) -> bool:
        return relation in self.rules and relation not in self.fixed

    def _guarded(self, relation: str) -> bool:
        return self.patterns.get(relation, {()}) != {()}

    # --- the new rules ---------------------------------------------------------------------------

    def _guard(self, rule: Rule, columns: Columns) -> Rule:
        guard = self._demanded(rule, columns)
        return rule if guard is None else replace(rule, body=(guard, *rule.body))

    def _demanded(self, rule: Rule, columns: Columns) -> Atom | None:
        """The atom that says that the rule's head is demanded."""
        if not columns:
            return None
        name = _name(self._relation(rule.head.relation), columns)
        return Atom(name, tuple(rule.head.args[c] for c in columns))

    def _demanding(self, rule: Rule, columns: Columns) -> Iterator[Rule | Fact]:
        """The rules, or facts, that say what the rule demands."""
        guard = self._demanded(rule, columns)
        guard = None if guard is None else _plain(guard)
        for ask in self._asks(rule, columns):
            relation = ask.atom.relation
            if not self._guarded(relation):
                continue
            args = [ask.atom.args[c] for c in ask.columns]
            head = Atom(_name(self._relation(relation), ask.columns), tuple(args))
            body = ask.before if guard is None else (guard, *ask.before)
            values = tuple(arg.value for arg in args if isinstance(arg, Const))
            if len(values) == len(args) and guard is None:
                yield Fact(head.relation, values)
            elif head not in body:
                yield Rule(head, body, self._fresh())

    def _fresh(self) -> int:
        self.next_index += 1
        return self.next_index - 1

    def _relation(self, name: str) -> Relation:
        return self.program.relations[name]

    def _demand_relations(self) -> dict[str, Relation]:
        found = {}
        for name, patterns in self.patterns.items():
            relation = self._relation(name)
            for columns in patterns - {()}:
                names = tuple(Column(relation.columns[c].name, relation.columns[c].type)
                              for c in columns)  # fmt: skip
                found[_name(relation, columns)] = Relation(_name(relation, columns), names)
        return found


def _name(relation: Relation, columns: Columns) -> str:
    pattern = "".join("b" if place in columns else "f" for place in range(relation.arity))
    return f"@{relation.name}?{pattern}"


def _plain(atom: Atom) -> Atom:
    """The atom with its functors left free: what they are applied to may not be bound yet."""
    return replace(atom, args=tuple(None if isinstance(arg, Call) else arg for arg in atom.args))


def _given(atom: Atom, bound: set[str]) -> Columns:
    """The columns of an atom that hold a constant or a bound variable."""
    return tuple(
        column
        for column, arg in enumerate(atom.args)
        if isinstance(arg, Const) or (isinstance(arg, Var) and arg.name in bound)
    )


def _simple(compare: Compare, bound: set[str]) -> bool:
    """Whether a test is of bound variables and constants only, and so cannot fail."""
    sides = (compare.left, compare.right)
    if compare.op in ("match", "contains") or any(isinstance(side, Call) for side in sides):
        return False
    return all(side.name in bound for side in sides if isinstance(side, Var))


def _relevant(
    args: Iterable[Term | None], before: Sequence[Literal], known: frozenset[str]
) -> tuple[Literal, ...]:
    """Those of the literals that share a variable with the arguments, directly or by others."""
    names = {arg.name for arg in args if isinstance(arg, Var)}
    chosen: set[int] = set()
    grown = True
    while grown:
        grown = False
        for place, literal in enumerate(before):
            own = _names(literal)
            if place not in chosen and own & names:
                chosen.add(place)
                names |= own
                grown = True
    kept = [literal for place, literal in enumerate(before) if place in chosen]
    bound = known.union(*(_names(literal) for literal in kept if isinstance(literal, Atom)))
    return tuple(
        literal for literal in kept if isinstance(literal, Atom) or _names(literal) <= bound
    )


def _names(literal: Literal) -> set[str]:
    if isinstance(literal, Compare):
        return {side.name for side in (literal.left, literal.right) if isinstance(side, Var)}
    if isinstance(literal, Atom):
        return {arg.name for arg in literal.args if isinstance(arg, Var)}
    return set()


# --- whole programs ------------------------------------------------------------------------------


def _below(program: Program, more: Iterable[str]) -> set[str]:
    """The relations that must be whole: those negated or aggregated, `more`, and all below."""
    strict = {
        relation
        for rule in program.rules
        for literal in rule.body
        if isinstance(literal, Aggregate) or (isinstance(literal, Atom) and literal.negated)
        for relation in reads(literal)
    }
    return needed(program, strict.union(more))


def _part(stratum: Stratum, whole: set[str]) -> Stratum:
    """The relations of a stratum that are derived whole: a pass before may have parted them."""
    if whole.issuperset(stratum.relations):
        return stratum
    return replace(
        stratum,
        relations=tuple(name for name in stratum.relations if name in whole),
        rules=tuple(rule for rule in stratum.rules if rule.head.relation in whole),
        removals=tuple(rule for rule in stratum.removals if rule.head.relation in whole),
    )


def needed(program: Program, wanted: Iterable[str]) -> set[str]:
    """The relations that some relations depend on, and themselves."""
    needs: dict[str, set[str]] = {}
    for stratum in program.strata:
        for rule in (*stratum.rules, *stratum.removals):
            needs.setdefault(rule.head.relation, set()).update(*map(reads, rule.body))
    found: set[str] = set()
    waiting = [*wanted]
    while waiting:
        relation = waiting.pop()
        if relation not in found:
            found.add(relation)
            waiting += needs.get(relation, ())
    return found


def drop_unneeded(program: Program, wanted: Iterable[str]) -> Program:
    """Without the rules, facts and inputs of relations that no wanted one depends on."""
    kept = needed(program, wanted)
    numbers = numbered(program)
    if kept & numbers:  # a rule's numbers follow those of the rules before
        kept = needed(program, kept | numbers)
    return replace(
        program,
        facts=tuple(fact for fact in program.facts if fact.relation in kept),
        strata=tuple(s for s in program.strata if kept & set(s.relations)),
        directives=tuple(d for d in program.directives if d.relation in kept),
    )


def stratify(rules: Sequence[Rule]) -> tuple[Stratum, ...]:
    """The strata of rules that read each other positively; what else they read comes before."""
    heads: dict[str, list[Rule]] = {}
    for rule in rules:
        heads.setdefault(rule.head.relation, []).append(rule)
    needs = {
        name: [r for rule in own for literal in rule.body for r in sorted(reads(literal))]
        for name, own in heads.items()
    }
    strata = []
    for members in components(needs):
        inside = set(members)
        own = tuple(rule for name in members for rule in heads[name])
        recursive = any(inside & set(needs[name]) for name in members)
        strata.append(Stratum(tuple(members), own, recursive))
    return tuple(strata)
