"""Strata and rounds: from the given rows to the least fixpoint.

A stratum that is not recursive runs each rule once. A recursive one runs its rules round by round;
a round joins only what the round before added (semi-naive), and stops when nothing is new:

    path(x, z) :- edge(x, y), path(y, z).   only new path rows join

`laws.py` says which rows do not stay, and `.limitsize` when a relation has enough of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trivium.engine.bindings import UNIT
from trivium.engine.contract import Column, Compiled
from trivium.engine.evaluate import Evaluator
from trivium.engine.laws import Chooser, limits_of, remove_worse
from trivium.engine.lower import gives_different
from trivium.engine.measure import Measured
from trivium.engine.relation import Stored
from trivium.ir.nodes import Atom, Program, Rule, Stratum
from trivium.plan.build import plan_rule
from trivium.plan.kept import KeptPlans
from trivium.plan.statistics import EVERYTHING, Planning, Statistics
from trivium.plan.steps import Absent, Match, RulePlan

# By the place of a rule in its stratum: how large what it reads was, and its plans.
Planned = dict[int, tuple[list[int], list["Ready"]]]
# Called before each stratum.
Prepare = Callable[[Evaluator, Statistics, Stratum], None]


@dataclass(frozen=True, slots=True)
class Ready:
    """A plan, and the backend's way to run it as a whole, if it has one."""

    plan: RulePlan
    whole: Compiled | None


class Fixpoint:
    """Computes a program's relations in place. `stamp` numbers the rounds of all strata."""

    def __init__(
        self,
        program: Program,
        evaluator: Evaluator,
        planning: Planning = EVERYTHING,
        prepare: Prepare | None = None,
        plans: KeptPlans | None = None,
    ) -> None:
        self.kept = plans
        self.prepare = prepare
        self.program = program
        self.planning = planning
        self.statistics = Measured(evaluator.relations)
        self.relations = evaluator.relations
        self.guard = evaluator.guard
        self.evaluator = evaluator
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
                self.prepare(self.evaluator, self.statistics, stratum)
            for name in stratum.relations:
                if self.program.relations[name].choices:
                    self.choosers[name] = Chooser(self.evaluator, self.relations[name])
                self.relations[name].keep_best()
                if self.planning.classes and self.program.relations[name].equivalence:
                    memory = self.guard.limits.memory_bytes
                    self.proves = not self.relations[name].keep_classes(memory) and self.proves
            if stratum.recursive:
                self._run_recursive(stratum)
            else:
                self._run_once(stratum.rules)
                self._compare_all(stratum)
            for name in stratum.relations:
                self.relations[name].settle()
            self.evaluator.forget()
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
            remove_worse(self.evaluator, stratum, self._plans)
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

    def _leave_special(self, inside: Iterable[str], planned: Planned) -> bool:
        """Hold relations plainly where a plan runs step by step; whether one was held otherwise.

        Such a plan reads rows that stand where they came.
        """
        if all(ready.whole is not None for _, plans in planned.values() for ready in plans):
            return False
        special = False
        for name in inside:
            stored = self.relations[name]
            special |= stored.keeps_best or stored.classes is not None
            stored.leave_best()
            stored.leave_classes()
        return special

    def _compare_all(self, stratum: Stratum) -> None:
        """Make all rows the delta, and leave the best of them."""
        for name in stratum.relations:
            self.relations[name].see_all()
        remove_worse(self.evaluator, stratum, self._plans)

    def _enough(self, growing: list[Stored]) -> bool:
        """Whether a relation has reached its `.limitsize`."""
        limits = ((stored, self.limits.get(stored.relation.name)) for stored in growing)
        return any(limit is not None and stored.length >= limit for stored, limit in limits)

    def _derive(self, versions: list[Ready]) -> None:
        """Add what the versions of one rule derive from the visible rows."""
        rule = versions[0].plan.rule
        self.guard.rule = rule
        stored = self.relations[rule.head.relation]
        chooser = self.choosers.get(rule.head.relation)
        candidates: list[list[Column]] = []
        recorder = self.evaluator.recorder
        for version in versions:
            plan = version.plan
            if recorder is not None:
                recorder.begin(plan, self.stamp)
            if version.whole is not None and chooser is None:
                self.guard.check_time()
                added, stop = version.whole.derive(self.stamp, self.guard.room(), recorder)
                self._count(plan, added)
                self.guard.obey(stop)
                if not stop:
                    continue
            different = gives_different(plan, self.relations)
            for bindings in self.evaluator.stream(plan.steps, UNIT):
                columns = self.evaluator.evaluate_all(plan.head, bindings)
                if chooser is not None:
                    candidates.append(columns)
                    if recorder is not None:
                        recorder.wrote(bindings.length, 0)
                    continue
                added = stored.derive(columns, bindings.length, self.stamp, rule.index, different)
                self.guard.take(added, stored.more_bytes(added))
                if recorder is not None:
                    recorder.wrote(bindings.length, added)
            if recorder is not None:
                recorder.end()
        if chooser is not None and candidates:
            chosen = chooser.choose(
                [np.concatenate(parts) for parts in zip(*candidates, strict=True)]
            )
            added = stored.derive(chosen, len(chosen[0]), self.stamp, rule.index)
            self.guard.take(added, stored.more_bytes(added))
            if recorder is not None:
                recorder.chose(rule, self.stamp, added)

    def _count(self, plan: RulePlan, added: int) -> None:
        """Count what a plan has added, and what its indexes take."""
        head = plan.rule.head.relation
        more = self.relations[head].more_bytes(added)
        for name in {step.relation for step in plan.steps if isinstance(step, Match | Absent)}:
            if name != head:
                more += self.relations[name].more_bytes(0)
        self.guard.take(added, more)

    def _plan(self, rule: Rule, growing: Collection[str]) -> list[Ready]:
        evaluator = self.evaluator
        compile_plan = evaluator.backend.compile
        return [
            Ready(plan, compile_plan(plan, self.relations, growing, evaluator.symbols))
            for plan in self._plans(rule, growing)
        ]

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
