"""Joins and aggregates over an equivalence that the engine holds as its classes.

    same(x, y)    x is bound       the members of x's class, told by the engine
    l = min y : { same(x, y) }     one group for each class, for its members have the same result

The same rows as with the pairs themselves, which are not made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trivium.engine.bindings import Bindings
from trivium.engine.contract import Column
from trivium.engine.measure import Measured
from trivium.ir.nodes import Aggregate, Atom, Var
from trivium.plan.grouping import by_classes
from trivium.plan.steps import Match

if TYPE_CHECKING:
    from trivium.engine.evaluate import Evaluator


def through_classes(evaluator: Evaluator, step: Match, bindings: Bindings) -> Bindings | None:
    """The join with an equivalence, without its pairs; None where they are needed."""
    if step.exists or step.row is not None or evaluator.before is not None:
        return None
    if bindings.length != 1 and not bindings.columns:
        return None
    names = {*bindings.columns, *(name for _, name in step.binds)}
    wanted = [name for name in step.live if name in names]
    given = tuple(bindings.columns)
    body = evaluator.body((step,), given, wanted)
    if body is None:
        return None
    room = evaluator.guard.room()
    columns, rows, stop = body.collect(list(bindings.columns.values()), bindings.length, room)
    evaluator.guard.obey(stop)
    return Bindings(rows, dict(zip(wanted, columns, strict=True)))


def lead(
    evaluator: Evaluator, aggregate: Aggregate, names: Sequence[str], keys: Sequence[Column]
) -> list[Column]:
    """The keys of an aggregate's groups: one for all members of a class, where they are alike."""
    if not keys or not by_classes(aggregate, Measured(evaluator.relations)):
        return list(keys)
    led = dict(zip(names, keys, strict=True))
    for literal in (*aggregate.body, *aggregate.condition):
        if not isinstance(literal, Atom):
            continue
        stored = evaluator.relations[literal.relation]
        if stored.classes is not None:
            for term in literal.args:
                if isinstance(term, Var) and term.name in led:
                    led[term.name] = stored.lead(led[term.name])
    return list(led.values())
