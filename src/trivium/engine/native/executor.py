"""The native executor: a plan of joins, tests and arithmetic over plain columns is one pipeline.

Any other plan goes step by step, through the native primitives. Both give the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from trivium.engine.contract import Columns, Context, Table, Task
from trivium.engine.evaluate import Evaluator
from trivium.engine.native.number_codes import code_numbers
from trivium.engine.native.pipelines import Body, Pipeline
from trivium.engine.native.relation import NativeStored, Unsupported
from trivium.engine.stepwise import StepTask, Stepwise
from trivium.ir.nodes import Program, Relation, Stratum
from trivium.plan.steps import Absent, Match, RulePlan, Step


class NativeExecutor:
    """Runs plans in C++, and by `steps` what has no pipeline."""

    lacks: ClassVar[Mapping[str, str]] = {
        "a pipeline for text, terms, aggregates and most functors": "the plan runs step by step",
        "a pipeline over empty cells, choices and rows that go": "the plan runs step by step",
        "empty cells, choices and rows that go in C++": "such a relation is held in columns",
    }

    def __init__(self, columns: Columns, threads: int, context: Context) -> None:
        self.threads = threads
        self.context = context
        self.steps = Stepwise(columns, context)
        self.relations: dict[str, Any] = self.steps.relations
        self.evaluator = self.steps.evaluator
        self.evaluator.body = self._body

    def store(self, relation: Relation) -> Any:
        return self.steps.store(relation)

    def loaded(self, program: Program) -> None:
        code_numbers(program, self.relations, self.context.guard)

    def begin(self, stratum: Stratum, classes: bool) -> bool:
        proves = True
        for name in stratum.relations:
            stored: NativeStored = self.relations[name]
            stored.keep_best()
            if classes and stored.relation.equivalence:
                proves = not stored.keep_classes(self.context.guard.limits.memory_bytes) and proves
        return proves

    def hold_plainly(self, names: Collection[str]) -> bool:
        special = False
        for name in names:
            stored: NativeStored = self.relations[name]
            special |= stored.keeps_best or stored.classes is not None
            stored.leave_best()
            stored.leave_classes()
        return special

    def compile(self, plan: RulePlan, growing: Collection[str]) -> Task:
        steps = self.steps.compile(plan, growing)
        try:
            pipeline = Pipeline(plan, self.relations, growing, self.context.symbols)
        except Unsupported:
            return steps
        return PipelineTask(pipeline, steps, self.evaluator)

    def _body(
        self, steps: Sequence[Step], given: Sequence[str], wanted: Sequence[str]
    ) -> Body | None:
        """The body of an aggregate as one pipeline, or None: then it runs step by step."""
        read = [self.relations[step.relation] for step in steps if isinstance(step, Match)]
        if len(read) < 2 and all(stored.classes is None for stored in read):
            return None  # the columns of one relation need not be copied
        try:
            return Body(self.threads, steps, given, wanted, self.relations, self.context.symbols)
        except Unsupported:
            return None

    def end(self) -> None:
        self.steps.end()


class PipelineTask:
    """A plan that runs as a pipeline."""

    whole = True

    def __init__(self, pipeline: Pipeline, steps: StepTask, evaluator: Evaluator) -> None:
        self.plan = steps.plan
        self._pipeline = pipeline
        self._steps = steps
        self._evaluator = evaluator
        head = self.plan.rule.head.relation
        read = {step.relation for step in self.plan.steps if isinstance(step, Match | Absent)}
        self._head = evaluator.relations[head]
        self._read = [evaluator.relations[name] for name in read if name != head]

    def derive(self, stamp: int) -> int:
        guard = self._evaluator.guard
        guard.check_time()
        added, stop = self._pipeline.derive(stamp, guard.room(), self._evaluator.recorder)
        # What its indexes take counts too.
        more = self._head.more_bytes(added) + sum(stored.more_bytes(0) for stored in self._read)
        guard.take(added, more)
        guard.obey(stop)
        if stop:  # a functor has no result: step by step it shows which
            added += self._steps.derive(stamp)
        return added

    def found(self) -> Iterator[tuple[Table, int]]:
        return self._steps.found()
