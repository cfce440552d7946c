"""Strata and rounds: from the given rows to the least fixpoint.

A stratum that is not recursive runs each rule once. A recursive one runs its rules round by round;
a round joins only what the round before added (semi-naive), and stops when nothing is new:

    path(x, z) :- edge(x, y), path(y, z).   only new path rows join

`laws.py` says which rows do not stay, and `.limitsize` when a relation has enough of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from trivium.engine.contract import Executor, Relation, Table, Task
from trivium.engine.evaluate import Evaluator
from trivium.engine.laws import Chooser, limits_of, remove_worse
from trivium.engine.measure import Measured
from trivium.ir.nodes import Atom, Program, Rule, Stratum
from trivium.plan.build import plan_rule
from trivium.plan.kept import KeptPlans
from trivium.plan.statistics import EVERYTHING, Planning, Statistics
from trivium.plan.steps import RulePlan

# By the place of a rule in its stratum: how large what it reads was, and its plans.
Planned = dict[int, tuple[list[int], list[Task]]]
# Called before each stratum.
Prepare = Callable[[Evaluator, Statistics, Stratum], None]


class Fixpoint:
    """Computes a program's relations in place. `stamp` numbers the rounds of all strata."""

    def __init__(
        self,
        program: Program,
        executor: Executor,
        planning: Planning = EVERYTHING,
        prepare: Prepare | None = None,
        plans: KeptPlans | None = None,
    ) -> None:
        self.kept = plans
        self.prepare = prepare
        self.program = program
        self.planning = planning
        self.executor = executor
        self.relations: dict[str, Relation] = executor.relations
        self.statistics = Measured(self.relations)
        self.context = executor.context
        self.guard = executor.context.guard
        self.stamp = 0
        self.limits = limits_of(program.directives)
        self.choosers: dict[str, Chooser] = {}
        self.proves = True  # no relation was held in a way that forgets how its rows came
        for stratum in program.strata:
            for removal in stratum.removals:
                self.relations[removal.head.relation].shrinks = True

    def run(self) -> None:
        for stratum in self.program.strata:
            if self.prepare is not None:
                self.prepare(self.executor.evaluator, self.statistics, stratum)
            for name in stratum.relations:
                if self.program.relations[name].choices:
                    self.choosers[name] = Chooser(self.executor.evaluator, name)
            self.proves = self.executor.begin(stratum, self.planning.classes) and self.proves
            if stratum.recursive:
                self._run_recursive(stratum)
            else:
                self._run_once(stratum.rules)
                self._compare_all(stratum)
            for name in stratum.relations:
                self.relations[name].settle()
            self.executor.end()
        self.guard.rule = None

    def _run_once(self, rules: tuple[Rule, ...]) -> None:
        if rules:
            self.stamp += 1
        for rule in rules:
            self._derive(self._plan(rule, ()))

    def _run_recursive(self, stratum: Stratum) -> None:
        inside = frozenset(stratum.relations)
        growing = [self.relations[name] for name in stratum.relations]
        reads = {n: _read(rule, inside) for n, rule in enumerate(stratum.rules)}
        self._run_once(tuple(rule for n, rule in enumerate(stratum.rules) if not reads[n]))
        self._compare_all(stratum)
        planned: Planned = {}
        while True:
            if self._plan_grown(stratum, reads, planned) and self._leave_special(inside, planned):
                planned.clear()
                self._plan_grown(stratum, reads, planned)
            self.stamp += 1
            for _, versions in planned.values():
                self._derive(versions)
            for stored in growing:
                stored.advance()
            self._remove_worse(stratum)
            if not any(stored.old < stored.visible for stored in growing) or self._enough(growing):
                return

    def _plan_grown(
        self, stratum: Stratum, reads: Mapping[int, Sequence[str]], planned: Planned
    ) -> bool:
        """Plan each recursive rule that was not, or that reads what has grown eight times since.

        Whether there was one.
        """
        grown = False
        for place, names in reads.items():
            rule = stratum.rules[place]
            implied = rule.implied and self.relations[rule.head.relation].classes is not None
            if not names or implied:
                continue
            sizes = [self.relations[name].length.bit_length() // 3 for name in names]
            if place not in planned or planned[place][0] != sizes:
                planned[place] = sizes, self._plan(rule, frozenset(stratum.relations))
                grown = True
        return grown

    def _leave_special(self, inside: Collection[str], planned: Planned) -> bool:
        """Hold relations plainly where a plan runs step by step; whether one was held otherwise.

        Such a plan reads rows that stand where they came.
        """
        whole = all(task.whole for _, tasks in planned.values() for task in tasks)
        return not whole and self.executor.hold_plainly(inside)

    def _compare_all(self, stratum: Stratum) -> None:
        """Make all rows the delta, and leave the best of them."""
        for name in stratum.relations:
            self.relations[name].see_all()
        self._remove_worse(stratum)

    def _enough(self, growing: list[Relation]) -> bool:
        """Whether a relation has reached its `.limitsize`."""
        limits = ((stored, self.limits.get(stored.relation.name)) for stored in growing)
        return any(limit is not None and stored.length >= limit for stored, limit in limits)

    def _remove_worse(self, stratum: Stratum) -> None:
        """Take away the rows for which a better one is there."""
        if any(
            not self.relations[removal.head.relation].keeps_best for removal in stratum.removals
        ):
            remove_worse(self.executor.evaluator, stratum, self._plans)

    def _derive(self, tasks: list[Task]) -> None:
        """Add what the versions of one rule derive from the visible rows."""
        rule = tasks[0].plan.rule
        self.guard.rule = rule
        chooser = self.choosers.get(rule.head.relation)
        candidates: list[Table] = []
        recorder = self.context.recorder
        for task in tasks:
            if recorder is not None:
                recorder.begin(task.plan, self.stamp)
            if chooser is None:
                task.derive(self.stamp)
            else:
                for columns, length in task.found():
                    candidates.append(columns)
                    if recorder is not None:
                        recorder.wrote(length, 0)
            if recorder is not None:
                recorder.end()
        if chooser is not None and candidates:
            added = chooser.derive(candidates, self.stamp, rule.index)
            if recorder is not None:
                recorder.chose(rule, self.stamp, added)

    def _plan(self, rule: Rule, growing: Collection[str]) -> list[Task]:
        return [self.executor.compile(plan, growing) for plan in self._plans(rule, growing)]

    def _plans(self, rule: Rule, growing: Iterable[str]) -> list[RulePlan]:
        inside = frozenset(growing)

        def make(known: Statistics) -> list[RulePlan]:
            return plan_rule(rule, inside, known, self.planning)

        if self.kept is None:
            return make(self.statistics)
        return self.kept.plan(rule, (inside, self.planning), self.statistics, make)


def _read(rule: Rule, relations: frozenset[str]) -> list[str]:
    """Those of the relations that the rule joins."""
    names = (literal.relation for literal in rule.body if isinstance(literal, Atom))
    return [name for name in dict.fromkeys(names) if name in relations]
