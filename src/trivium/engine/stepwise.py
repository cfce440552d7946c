"""The executor over column primitives: a plan runs step by step, and gives its rows in tables.

It lacks nothing: it runs every plan, over relations that are held in columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from trivium.engine.bindings import UNIT
from trivium.engine.contract import Columns, Context, Table
from trivium.engine.evaluate import Evaluator
from trivium.engine.relation import Stored
from trivium.ir.nodes import Program, Relation, Stratum, Var
from trivium.plan.steps import Fold, Group, Match, Ranked, RulePlan

# Aggregates with one result for a group at most.
_ONE = {"count", "sum", "min", "max", "mean"}
NOTHING: Mapping[str, str] = MappingProxyType({})


class Stepwise:
    """Runs plans by the primitives of a backend."""

    lacks = NOTHING

    def __init__(self, columns: Columns, context: Context) -> None:
        self.columns = columns
        self.context = context
        self.relations: dict[str, Stored] = {}
        self.evaluator = Evaluator(columns, self.relations, context)
        columns.watch(context)

    def store(self, relation: Relation) -> Stored:
        stored: Stored = self.columns.store(relation)
        return stored

    def loaded(self, program: Program) -> None:
        """Columns are held as they came."""

    def begin(self, stratum: Stratum, classes: bool) -> bool:
        return True

    def hold_plainly(self, names: Collection[str]) -> bool:
        return False

    def compile(self, plan: RulePlan, growing: Collection[str]) -> StepTask:
        return StepTask(plan, self.evaluator)

    def end(self) -> None:
        self.evaluator.forget()


class StepTask:
    """A plan that runs step by step."""

    whole = False

    def __init__(self, plan: RulePlan, evaluator: Evaluator) -> None:
        self.plan = plan
        self._evaluator = evaluator
        self._different = gives_different(plan, evaluator.relations)

    def derive(self, stamp: int) -> int:
        evaluator, rule = self._evaluator, self.plan.rule
        stored, total = evaluator.relations[rule.head.relation], 0
        for columns, length in self.found():
            added = stored.derive(columns, length, stamp, rule.index, self._different)
            evaluator.guard.take(added, stored.more_bytes(added))
            if evaluator.recorder is not None:
                evaluator.recorder.wrote(length, added)
            total += added
        return total

    def found(self) -> Iterator[tuple[Table, int]]:
        for bindings in self._evaluator.stream(self.plan.steps, UNIT):
            yield self._evaluator.evaluate_all(self.plan.head, bindings), bindings.length


def gives_different(plan: RulePlan, relations: Mapping[str, Any]) -> bool:
    """Whether no two bindings of a plan give the same row: the head tells all that is read.

    triangle(x, y, z) :- edge(x, y), edge(y, z), edge(x, z).
    label(x, l) :- node(x), l = min y : { same(x, y) }.
    """
    told = {term.name for term in plan.head if isinstance(term, Var)}
    for step in plan.steps:
        if isinstance(step, Match) and not step.exists:
            bound = {column for column, _ in (*step.keys, *step.binds)}
            bound |= {column for _, column in step.equal}
            if len(bound) < relations[step.relation].relation.arity:
                return False
            if not told.issuperset(name for _, name in step.binds):
                return False
        elif isinstance(step, Fold | Group):
            opened = step.keys if isinstance(step, Group) and step.opens else ()
            if step.aggregate.kind not in _ONE or not told.issuperset(opened):
                return False
        elif isinstance(step, Ranked):
            return False
    return True
