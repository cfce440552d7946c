"""Strata and rounds: from the given rows to the least fixpoint.

A stratum that is not recursive runs each rule once. A recursive one runs its rules round by round;
a round joins only what the round before added (semi-naive), and stops when nothing is new:

    path(x, z) :- edge(x, y), path(y, z).   only new path rows join
"""

from __future__ import annotations

from collections.abc import Iterable

from trivium.engine.bindings import UNIT
from trivium.engine.evaluate import Evaluator
from trivium.engine.measure import Measured
from trivium.ir.nodes import Atom, Program, Rule, Stratum
from trivium.plan.build import plan_rule
from trivium.plan.statistics import EVERYTHING, Planning
from trivium.plan.steps import RulePlan


class Fixpoint:
    """Computes a program's relations in place. `stamp` numbers the rounds of all strata."""

    def __init__(
        self, program: Program, evaluator: Evaluator, planning: Planning = EVERYTHING
    ) -> None:
        self.program = program
        self.planning = planning
        self.statistics = Measured(evaluator.relations)
        self.relations = evaluator.relations
        self.guard = evaluator.guard
        self.evaluator = evaluator
        self.stamp = 0

    def run(self) -> None:
        for stratum in self.program.strata:
            if stratum.recursive:
                self._run_recursive(stratum)
            else:
                self._run_once(stratum.rules)
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
        recursive = [rule for rule in stratum.rules if _reads(rule, inside)]
        self._run_once(tuple(rule for rule in stratum.rules if rule not in recursive))
        for stored in growing:
            stored.old, stored.visible = 0, stored.length
        sizes: tuple[int, ...] = ()
        plans: list[list[RulePlan]] = []
        while True:
            magnitudes = tuple(stored.length.bit_length() // 3 for stored in growing)
            if magnitudes != sizes:  # plan again when a relation has grown eight times
                plans = [self._plan(rule, inside) for rule in recursive]
                sizes = magnitudes
            self.stamp += 1
            for versions in plans:
                self._derive(versions)
            grown = [stored.advance() for stored in growing]
            if not any(grown):
                return

    def _derive(self, versions: list[RulePlan]) -> None:
        """Add what the versions of one rule derive from the visible rows."""
        rule = versions[0].rule
        self.guard.rule = rule
        stored = self.relations[rule.head.relation]
        recorder = self.evaluator.recorder
        for plan in versions:
            if recorder is not None:
                recorder.begin(plan, self.stamp)
            for bindings in self.evaluator.stream(plan.steps, UNIT):
                columns = self.evaluator.evaluate_all(plan.head, bindings)
                added = stored.derive(columns, bindings.length, self.stamp, rule.index)
                self.guard.keep(added, len(columns))
                if recorder is not None:
                    recorder.wrote(bindings.length, added)
            if recorder is not None:
                recorder.end()

    def _plan(self, rule: Rule, growing: Iterable[str]) -> list[RulePlan]:
        return plan_rule(rule, growing, self.statistics, self.planning)


def _reads(rule: Rule, relations: frozenset[str]) -> bool:
    return any(isinstance(literal, Atom) and literal.relation in relations for literal in rule.body)
