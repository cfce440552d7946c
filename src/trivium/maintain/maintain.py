"""Maintenance: a finished run follows its data, stratum by stratum, as a full run would have it.

    path(x, y) :- edge(x, y).   path(x, z) :- path(x, y), edge(y, z).     edge(2, 3) goes

    1. what rested on a row that went may have to go:       path(2, 3), path(1, 3)
    2. it stays if it follows from rows of lower ranks;     path(1, 3) by path(1, 4), edge(4, 3)
       else it goes, and what rested on it is next
    3. what went but still follows from the rest comes back
    4. what follows from what came, comes

A row's rank tells when it was first derived, so rows that only prove each other do not hold each
other up. This is delete and rederive (Gupta, Mumick and Subrahmanian, 1993), which looks for
another proof before it deletes (Motik, Nenov, Piro and Horrocks, 2015).

A stratum whose rows may go again (subsumption, choices, `.limitsize`), or whose aggregates' groups
do not show, is run anew, alone, if something that it reads has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from trivium.engine.bindings import UNIT, Bindings
from trivium.engine.contract import Backend, Context
from trivium.engine.fixpoint import Fixpoint
from trivium.engine.host import Column, Mask, Rows, Table, Values
from trivium.engine.limits import Guard
from trivium.engine.measure import Measured
from trivium.engine.relation import Stored
from trivium.engine.run import Run
from trivium.ir.nodes import Aggregate, Atom, Literal, Program, Relation, Rule
from trivium.maintain.interrupts import uninterrupted
from trivium.maintain.kept import Kept, Moment, Picture, distinct
from trivium.maintain.reader import Reader
from trivium.maintain.rowwise import Rowwise, rowwise
from trivium.maintain.rules import Plan, Reaction, change_of, groups_of
from trivium.plan.build import plan_body, plan_rule
from trivium.plan.statistics import Planning, Statistics
from trivium.plan.steps import RulePlan, Step
from trivium.proofs.prover import bind_head

_PLANNING = Planning(group=False, meet=False)
_CANDIDATE = "#candidate"
_ROW = "#row"
# Rows by relation, as columns and their number.
Change = Mapping[str, tuple[Table, int]]
_NOTHING: tuple[Table, int] = ([], 0)
# The groups that are to be done again, by the identity of the reaction.
Groups = dict[int, Stored]
# A rule's body, the columns of its head by the variables they give, and the steps from these.
Check = tuple[Sequence[Literal], Mapping[str, int], Sequence[Step]]


def maintainable(program: Program) -> bool:
    """Whether updates can be followed at all: `autoinc()` numbers rows over the whole run."""
    literals = (literal for rule in program.rules for literal in rule.body)
    return not any(isinstance(x, Aggregate) and x.kind == "autoinc" for x in literals)


class Maintenance:
    """The relations of one run, kept. E301 to E303 and E28x leave them as they were."""

    def __init__(self, run: Run, functors: Mapping[str, Callable[..., Values]]) -> None:
        start = perf_counter()
        loader = run.loader
        self.program = loader.program
        self.symbols = loader.symbols
        self.fast: Backend = run.backend
        self.functors = functors
        self.backend = rowwise(self.fast)
        self.strata = [Plan(stratum, self.program) for stratum in self.program.strata]
        self.derived = {name for plan in self.strata for name in plan.stratum.relations}
        anew = {name for plan in self.strata if plan.anew for name in plan.stratum.relations}
        self.base: dict[str, Kept] = {}
        self.kept: dict[str, Kept] = {}
        for name in self.program.relations:
            loader.load(name)
        relations = run.evaluator.relations
        for name in self.program.relations:
            stored = relations[name]
            ranks = stored.stamps(stored.backend.numbers(0, stored.length))
            own = stored.backend.host(ranks)
            self.kept[name] = Kept(self.backend, stored, own, stored.before(1))
            if name in anew:  # some of its given rows may be gone
                given = loader.given_alone(name)
                ranks_given = np.zeros(given.length, np.int64)
                self.base[name] = Kept(self.backend, given, ranks_given, given.length)
        self.rank = run.stats.iterations
        self._plans: dict[tuple[int, int], RulePlan] = {}
        self._checks: dict[int, Check] = {}
        self._rows = sum(kept.count for kept in self.kept.values())
        self._made = perf_counter() - start

    def built(self) -> float:
        """The seconds that went into what later updates need too."""
        return self._made + (self.backend.built if isinstance(self.backend, Rowwise) else 0.0)

    def update(self, insert: Change, delete: Change, guard: Guard) -> int:
        """Change the given rows, and what follows from them; how many rounds that took."""
        every = [*self.kept.values(), *self.base.values()]
        guard.rows, guard.symbols = self._rows, self.symbols
        guard.bytes += sum(kept.bytes for kept in every)
        self.backend.watch(guard)
        step = _Update(self, guard)
        for kept in every:
            kept.begin()
        try:
            step.run(insert, delete)
        except BaseException:
            with uninterrupted():
                for kept in every:
                    kept.roll_back()
            raise
        rounds = step.rank - self.rank
        with uninterrupted():
            for kept in every:
                kept.commit()
            self.rank = step.rank
            self._rows = guard.rows
        return rounds

    def plan(self, rule: Rule, length: int, known: Statistics) -> RulePlan:
        """The plan of a rule that starts from so many rows."""
        key = id(rule), length.bit_length() // 4
        if key not in self._plans:
            (self._plans[key],) = plan_rule(rule, (), known, _PLANNING)
        return self._plans[key]

    def check(self, rule: Rule, known: Statistics) -> Check:
        """How to tell whether a rule derives rows that are known."""
        if id(rule) not in self._checks:
            body, seeds = bind_head(rule)
            bound = {*seeds, _CANDIDATE}
            steps = plan_body(body, bound, known, {_CANDIDATE}, _ROW)
            self._checks[id(rule)] = body, seeds, steps
        return self._checks[id(rule)]

    def pictures(self) -> dict[str, Picture]:
        return {name: kept.picture() for name, kept in self.kept.items()}

    def given(self) -> dict[str, Picture]:
        """What is given of each relation."""
        return {name: self.base.get(name, kept).picture() for name, kept in self.kept.items()}


class _Update:
    """One update on its way."""

    def __init__(self, owner: Maintenance, guard: Guard) -> None:
        self.owner = owner
        self.guard = guard
        self.backend = owner.backend
        self.kept = owner.kept
        self.rank = owner.rank
        self.relations: dict[str, Stored] = dict(owner.kept)
        context = Context(owner.symbols, guard, owner.functors)
        self.reader = Reader(self.backend.primitives, self.relations, context)
        self.known = Measured(self.relations)
        # What rules derive for groups that were done again, by the identity of the reaction.
        self._heads: dict[int, list[Table]] = {}

    def run(self, insert: Change, delete: Change) -> None:
        lost: dict[str, Rows] = {}
        more: dict[str, tuple[Table, int]] = {}
        for name in insert.keys() | delete.keys():
            kept = self.owner.base.get(name, self.kept[name])
            if insert.get(name, _NOTHING)[1]:
                more[name] = distinct(self.backend, *insert[name])
            rows = self._disown(kept, delete.get(name, _NOTHING), more.get(name, _NOTHING))
            if name in self.owner.base or name not in self.owner.derived:
                kept.go(rows)
                if name in more:
                    kept.come(*more.pop(name), self.rank, given=True)
            else:
                lost[name] = rows
        for plan in self.owner.strata:
            self.guard.check_time()
            if plan.anew:
                self._run_again(plan)
            else:
                self._follow(plan, lost, more)
        self.guard.rule = None

    def _disown(self, kept: Kept, less: tuple[Table, int], more: tuple[Table, int]) -> Rows:
        """The rows that are given no more, noted as such; what comes at once stays."""
        if not less[1]:
            return np.empty(0, np.int64)
        rows = kept.find(*distinct(self.backend, *less))
        rows = rows[rows >= 0]
        rows = rows[kept.given[rows] & kept.reads(rows, Moment.AFTER)]
        rows = np.setdiff1d(rows, kept.find(*more)) if more[1] else rows
        kept.disown(rows)
        return rows

    # --- a stratum that follows ------------------------------------------------------------------

    def _follow(
        self, plan: Plan, lost: Mapping[str, Rows], more: Mapping[str, tuple[Table, int]]
    ) -> None:
        inside = plan.stratum.relations
        changes = {
            name: changes
            for name in plan.reads
            if name not in inside and any(map(len, changes := self.kept[name].changes()))
        }
        if not changes and not {*inside} & (lost.keys() | more.keys()):
            return
        groups = self._groups(plan, changes)
        gone = self._delete(plan, changes, groups, lost)
        new = {name: rows for name in inside if len(rows := self._return(plan, name, gone))}
        for name in inside:
            if name in more:
                new[name] = self._come(name, *more[name], given=True, before=new.get(name))
        self._insert(plan, changes, groups, new)

    def _groups(self, plan: Plan, changes: Mapping[str, tuple[Rows, Rows]]) -> Groups:
        """The groups that changes touch, for each reaction that has some."""
        found: Groups = {}
        for name, both in changes.items():
            for reaction in plan.reactions.get(name, ()):
                if reaction.groups is None:
                    continue
                rule = reaction.groups
                tables = [
                    table
                    for rows in both
                    for moment in Moment
                    for table in self._derive(rule, self._changed(name, rows), moment)
                ]
                found[id(reaction)] = self._table(groups_of(rule), tables)
        return found

    def _delete(
        self,
        plan: Plan,
        changes: Mapping[str, tuple[Rows, Rows]],
        groups: Groups,
        lost: Mapping[str, Rows],
    ) -> dict[str, Rows]:
        """Take away what does not hold any more, by what is there before it; and a little more."""
        tables: dict[str, list[Table]] = {}
        gone: dict[str, list[Rows]] = {name: [] for name in plan.stratum.relations}
        for name, (came, went) in changes.items():
            for reaction in plan.reactions.get(name, ()):
                head = reaction.rule.head.relation
                if reaction.places is not None and not plan.stratum.recursive:
                    gone[head].append(self._regroup(plan, reaction, groups[id(reaction)]))
                    continue
                rows = came if reaction.negated else went
                found = self._react(reaction, name, rows, groups, Moment.BEFORE)
                tables.setdefault(head, []).extend(found)
        suspects = {name: self._suspects(name, tables.get(name, ())) for name in tables}
        for name in plan.stratum.relations:
            if name in lost:
                suspects[name] = np.union1d(suspects.get(name, lost[name][:0]), lost[name])
        while any(map(len, suspects.values())):
            going = {
                name: rows[~self._holds(plan, name, rows, older=True)]
                for name, rows in suspects.items()
                if len(rows)
            }
            for name, rows in going.items():
                self.kept[name].go(rows)
                self.guard.rows -= len(rows)
                gone[name].append(rows)
            tables = self._rested_on(plan, going, changes)
            suspects = {name: self._suspects(name, found) for name, found in tables.items()}
        return {name: np.concatenate(rows) for name, rows in gone.items() if rows}

    def _regroup(self, plan: Plan, reaction: Reaction, groups: Stored) -> Rows:
        """Do some groups again, and take away their rows that are not the rule's now, nor another
        rule's; those that are now are kept for `_insert`."""
        name = reaction.rule.head.relation
        kept = self.kept[name]
        tables = self._heads[id(reaction)] = self._derive(reaction.rule, groups, Moment.AFTER)
        if not groups.length or not kept.length:
            return np.empty(0, np.int64)
        assert reaction.places is not None
        index = kept.index(reaction.places)
        _, rows = self.backend.probe(index, groups.read_all(), groups.length).expand()
        rows = rows[kept.reads(rows, Moment.AFTER) & ~kept.given[rows]]
        table, length = self._distinct(kept.relation, tables)
        rows = np.setdiff1d(rows, kept.find(table, length) if length else rows[:0])
        others = [rule for rule in plan.rules[name] if rule is not reaction.whole]
        rows = rows[~self._holds(plan, name, rows, older=False, rules=others)]
        kept.go(rows)
        self.guard.rows -= len(rows)
        return rows

    def _rested_on(
        self,
        plan: Plan,
        going: Mapping[str, Rows],
        changes: Mapping[str, tuple[Rows, Rows]],
    ) -> dict[str, list[Table]]:
        """What follows from rows that have just gone: with the other strata as they were, and, as
        what was looked at since may rest on what came, with them as they are."""
        moments = [Moment.BEFORE, Moment.AFTER] if changes else [Moment.BEFORE]
        tables: dict[str, list[Table]] = {}
        self.reader.past = plan.stratum.relations
        for name, rows in going.items():
            for reaction in plan.reactions.get(name, ()):
                for moment in moments:
                    found = self._derive(reaction.rule, self._changed(name, rows), moment)
                    tables.setdefault(reaction.rule.head.relation, []).extend(found)
        self.reader.past = ()
        return tables

    def _suspects(self, name: str, tables: Sequence[Table]) -> Rows:
        """The rows among these that are there, and not given."""
        kept = self.kept[name]
        table, length = self._distinct(kept.relation, tables)
        if not length:
            return np.empty(0, np.int64)
        rows = kept.find(table, length)
        rows = rows[rows >= 0]
        return rows[kept.reads(rows, Moment.AFTER) & ~kept.given[rows]]

    def _return(self, plan: Plan, name: str, gone: Mapping[str, Rows]) -> Rows:
        """Bring back what went but follows from what is left."""
        rows = gone.get(name, np.empty(0, np.int64))
        if len(rows) and plan.stratum.recursive:
            rows = rows[self._holds(plan, name, rows, older=False)]
            self.rank += 1
            kept = self.kept[name]
            table = kept.taken(rows)
            return self._come(name, table, len(rows), given=False)
        return rows[:0]

    def _insert(
        self,
        plan: Plan,
        changes: Mapping[str, tuple[Rows, Rows]],
        groups: Groups,
        new: dict[str, Rows],
    ) -> None:
        """Add what follows from what came, round by round."""
        fresh = {name: (rows, rows[:0]) for name, rows in new.items()}
        every = {**changes, **fresh}
        while every:
            tables: dict[str, list[Table]] = {}
            for name, (came, went) in every.items():
                for reaction in plan.reactions.get(name, ()):
                    rows = went if reaction.negated else came
                    found = self._react(reaction, name, rows, groups, Moment.AFTER)
                    tables.setdefault(reaction.rule.head.relation, []).extend(found)
            self.rank += 1
            every = {}
            for name, found in tables.items():
                table, length = self._distinct(self.kept[name].relation, found)
                rows = self._come(name, table, length, given=False)
                if len(rows):
                    every[name] = rows, rows[:0]

    def _come(
        self, name: str, table: Table, length: int, given: bool, before: Rows | None = None
    ) -> Rows:
        if not length:
            return np.empty(0, np.int64) if before is None else before
        rows = self.kept[name].come(table, length, self.rank, given)
        self.guard.keep(len(rows), len(table))
        return rows if before is None else np.concatenate([before, rows])

    # --- deriving --------------------------------------------------------------------------------

    def _react(
        self, reaction: Reaction, name: str, rows: Rows, groups: Groups, moment: Moment
    ) -> list[Table]:
        """What a reaction derives from a change."""
        if reaction.groups is not None:
            if id(reaction) in self._heads and moment is Moment.AFTER:
                return self._heads[id(reaction)]
            return self._derive(reaction.rule, groups[id(reaction)], moment)
        return self._derive(reaction.rule, self._changed(name, rows), moment)

    def _changed(self, name: str, rows: Rows) -> Stored:
        kept = self.kept[name]
        stored = self.backend.store(change_of(kept.relation))
        table = kept.taken(rows)
        stored.give(table, len(rows), [None for _ in table])
        return stored

    def _table(self, relation: Relation, tables: Sequence[Table]) -> Stored:
        stored = self.backend.store(relation)
        table, length = self._distinct(relation, tables)
        if length:
            stored.give(table, length, [None for _ in table])
        return stored

    def _derive(self, rule: Rule, start: Stored, moment: Moment) -> list[Table]:
        """The heads that a rule derives from the change or the groups that it starts with.

        A head without columns is one column of zeros here, so that a table has its length.
        """
        if not start.length:
            return []
        self.guard.rule = rule
        self.relations[start.relation.name] = start
        self.reader.moment = moment
        plan = self.owner.plan(rule, start.length, self.known)
        found: list[Table] = []
        for bindings in self.reader.stream(plan.steps, UNIT):
            heads = self.reader.evaluate_all(plan.head, bindings)
            table = [self.backend.host(column) for column in heads]
            found.append(table or [np.zeros(bindings.length, np.int64)])
        return found

    def _distinct(self, relation: Relation, tables: Sequence[Table]) -> tuple[list[Column], int]:
        """The different rows of some tables in one."""
        if not tables:
            return [], 0
        joined = [np.concatenate(parts) for parts in zip(*tables, strict=True)]
        table, length = distinct(self.backend, joined, len(joined[0]))
        return table[: relation.arity], length

    def _holds(
        self,
        plan: Plan,
        name: str,
        rows: Rows,
        older: bool,
        rules: Sequence[Rule] | None = None,
    ) -> Mask:
        """Which rows are given, or follow from what is there, by some `rules` or any; from `older`
        rows alone, of lower rank, in the relations of their own stratum."""
        kept = self.kept[name]
        holds = kept.given[rows].copy()
        self.reader.moment = Moment.AFTER
        for rule in plan.rules.get(name, ()) if rules is None else rules:
            self.guard.rule = rule
            open_ = np.flatnonzero(~holds)
            if not len(open_):
                break
            body, seeds, steps = self.owner.check(rule, self.known)
            numbers = rows[open_]
            columns = {v: kept.column(place)[numbers] for v, place in seeds.items()}
            start = Bindings(len(numbers), columns | {_CANDIDATE: np.arange(len(numbers))})
            for found in self.reader.stream(steps, start):
                candidates = self.backend.host(found.columns[_CANDIDATE])
                if older:
                    lower = self._lower(plan, body, kept, numbers[candidates], found)
                    candidates = candidates[lower]
                holds[open_[candidates]] = True
        return holds

    def _lower(
        self, plan: Plan, body: Sequence[Literal], kept: Kept, rows: Rows, found: Bindings
    ) -> Mask:
        """Whether every row of the stratum in a binding has a lower rank than the one it gives."""
        ranks = kept.rank(rows)
        lower = np.ones(found.length, np.bool_)
        for place, literal in enumerate(body):
            if isinstance(literal, Atom) and literal.relation in plan.stratum.relations:
                other = self.kept[literal.relation]
                lower &= other.rank(self.backend.host(found.columns[f"{_ROW}{place}"])) < ranks
        return lower

    # --- a stratum that runs again ---------------------------------------------------------------

    def _run_again(self, plan: Plan) -> None:
        """Derive a stratum anew from what it reads, and note what has changed."""
        owner, stratum = self.owner, plan.stratum
        sources = {name: self.kept[name] for name in plan.reads}
        sources |= {name: owner.base[name] for name in stratum.relations}
        if not any(len(rows) for kept in sources.values() for rows in kept.changes()):
            return
        guard = Guard(self.guard.limits, self.guard.start)
        executor = owner.fast.start(Context(owner.symbols, guard, owner.functors))
        for name, kept in sources.items():
            rows = np.flatnonzero(kept.reads(np.arange(kept.length), Moment.AFTER))
            stored = executor.relations[name] = executor.store(kept.relation)
            table = kept.taken(rows)
            stored.give(table, len(rows), [None for _ in table])
        program = replace(owner.program, strata=(stratum,), facts=())
        Fixpoint(program, executor).run()
        self.rank += 1
        for name in stratum.relations:
            kept, stored = self.kept[name], executor.relations[name]
            columns = [stored.read(place)[0] for place in range(kept.relation.arity)]
            rows = kept.find(columns, stored.length)
            stays = np.zeros(kept.length, np.bool_)
            stays[rows[rows >= 0]] = True
            there = kept.reads(np.arange(kept.length), Moment.AFTER)
            kept.go(np.flatnonzero(there & ~stays))
            self._come(name, columns, stored.length, given=False)
