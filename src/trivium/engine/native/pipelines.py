"""Whole plans in C++: one rule, or the body of an aggregate, as a pipeline over native relations.

    path(x, z) :- path(x, y), edge(y, z).
    scan path [delta] -> x y | probe edge by y -> z | insert path (x, z)      one call a round

`Unsupported` is raised for plans that must go step by step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from trivium.engine.host import plain
from trivium.engine.limits import Room
from trivium.engine.native.lower import Lowered, lower, lower_body
from trivium.engine.profile import Recorder
from trivium.engine.stepwise import gives_different
from trivium.engine.symbols import SymbolTable
from trivium.plan.steps import RulePlan, Step

if TYPE_CHECKING:
    from trivium.engine.native.relation import NativeStored


class Pipeline:
    """One plan in C++."""

    def __init__(
        self,
        plan: RulePlan,
        relations: Mapping[str, Any],
        growing: Collection[str],
        symbols: SymbolTable,
    ) -> None:
        self._plan = plan
        self._head = _kept(relations, plan.rule.head.relation)
        self._head.core()
        lowered = lower(plan, lambda name: _kept(relations, name), growing, symbols)
        self._pipeline = _built(lowered)
        self._ends = lowered.ends
        self._passed = np.array(self._pipeline.passed(), np.int64)
        self._different = not growing and gives_different(plan, relations)

    def derive(self, stamp: int, room: Room, recorder: Recorder | None) -> tuple[int, str]:
        """Add what the plan derives to its head; tell the recorder of its steps.

        How many rows were new, and what stopped it: `time`, `memory`, `rows`, `undefined` for a
        functor without a result, or nothing.
        """
        self._head.begin(stamp, self._plan.rule.index)
        head = self._head
        stop: str = self._pipeline.insert(
            head.core(), room.seconds, room.memory, room.rows, head.threads, self._different
        )
        added = self._head.follow(stamp, self._plan.rule.index)
        if recorder is not None:
            passed = np.array(self._pipeline.passed(), np.int64)
            rows = (passed - self._passed).tolist()
            self._passed = passed
            for step, end in zip(self._plan.steps, self._ends, strict=True):
                recorder.step(step, rows[end])
            recorder.wrote(rows[-1], added)
        return added, stop


class Body:
    """The body of an aggregate in C++."""

    def __init__(
        self,
        threads: int,
        steps: Sequence[Step],
        given: Sequence[str],
        wanted: Sequence[str],
        relations: Mapping[str, Any],
        symbols: SymbolTable,
    ) -> None:
        self._threads = threads
        lowered = lower_body(steps, given, wanted, lambda name: _kept(relations, name), symbols)
        self._registers = lowered.registers
        self._pipeline = _built(lowered)

    def collect(self, given: Sequence[Any], length: int, room: Room) -> tuple[list[Any], int, str]:
        registers = [plain(column) for column in given]
        unbound = [None] * (self._registers - len(registers))
        stop, columns, rows = self._pipeline.collect(
            [*registers, *unbound], length, room.seconds, room.memory, self._threads
        )
        return columns, rows, stop


def _kept(relations: Mapping[str, Any], name: str) -> NativeStored:
    stored: NativeStored = relations[name]
    return stored


def _built(lowered: Lowered) -> Any:
    pipeline = import_module("trivium._native").Pipeline(lowered.registers)
    for name, *arguments in lowered.calls:
        getattr(pipeline, name)(*arguments)
    return pipeline
