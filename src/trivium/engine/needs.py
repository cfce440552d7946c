"""What a program needs of an executor: one that lacks it, and has nothing instead, refuses."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from trivium.engine.contract import Executor
from trivium.engine.functions import calls
from trivium.errors import BackendError
from trivium.ir.nodes import Aggregate, Program
from trivium.source import Span


def check_needs(
    name: str, executor: Executor, program: Program, functions: Collection[str]
) -> None:
    """E405 for what the executor of a backend of this name cannot do."""
    lacks = [need for need, instead in executor.lacks.items() if not instead]
    if not lacks:
        return
    for need, span in _needs(program, functions):
        if need in lacks:
            hint = "run the program on the backend `native` or `reference`"
            raise BackendError(405, f"the backend `{name}` has no {need}", span, hint=hint)


def _needs(program: Program, functions: Collection[str]) -> Iterator[tuple[str, Span | None]]:
    for relation in program.relations.values():
        if relation.choices:
            yield "choices", relation.span
        if relation.access is not None:
            yield "providers", relation.span
        if any(column.type.structured for column in relation.columns):
            yield "terms", relation.span
    if program.choices or any(fact.weight is not None for fact in program.facts):
        yield "probabilities", None
    for stratum in program.strata:
        for removal in stratum.removals:
            yield "subsumption", removal.span
    for rule in program.rules:
        for literal in rule.body:
            if isinstance(literal, Aggregate):
                yield "aggregates", literal.span
        for call in calls([rule.head, *rule.body]):
            if call.functor in functions:
                yield "functions", call.span
