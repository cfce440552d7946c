"""A program prepared for few rows, and its runs.

    tiny = Tiny(program, functors)
    tiny.run({"edge": rows_and_types([(1, 2), (2, 3)])}, limits, perf_counter()).rows["path"]

The plans are those of the general engine, made once, without knowing the sizes. A run that derives
more than `MOST` rows was not tiny.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from trivium.engine.limits import Limits
from trivium.engine.tiny.accept import Accepted, rows_of
from trivium.engine.tiny.steps import Compiler, Derive, State
from trivium.engine.tiny.terms import KINDS, Functors, Row, Unfit, as_value
from trivium.ir.nodes import Program, Stratum
from trivium.plan.build import plan_rule
from trivium.plan.statistics import Assumed, Planning

# Beyond so many rows the general engine is faster.
MOST = 2000
# What a tiny run may take at most; a limit of memory below it is for the general engine to watch.
BYTES = 16 << 20
_PLANNING = Planning(group=False, meet=False)


@dataclass(frozen=True, slots=True)
class _Once:
    """Rules that run once, for relations that no rule here reads."""

    rules: tuple[tuple[int, Derive], ...]


@dataclass(frozen=True, slots=True)
class _Rounds:
    """A recursive stratum: its relations, first rules, and rules with the delta that they read."""

    relations: tuple[int, ...]
    first: tuple[tuple[int, Derive], ...]
    rules: tuple[tuple[int, int, Derive], ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """The rows of each relation, how many rounds all strata took, and how long."""

    rows: dict[str, set[Row]]
    iterations: int
    seconds: float


class Tiny:
    """A prepared program; raises `Unfit` for one that has more than this engine knows."""

    def __init__(self, program: Program, functors: Functors) -> None:
        relations = program.relations
        self.names = tuple(relations)
        self.kinds = {
            name: tuple([column.type for column in relation.columns])
            for name, relation in relations.items()
        }
        unusual = [relation for relation in relations.values() if relation.choices]
        if unusual or any(stratum.removals for stratum in program.strata):
            raise Unfit("rows that do not stay")
        if any(directive.kind == "limitsize" for directive in program.directives):
            raise Unfit("limitsize")
        if not {kind for kinds in self.kinds.values() for kind in kinds} <= set(KINDS):
            raise Unfit("type")
        compiler = Compiler(self.names, [len(kinds) for kinds in self.kinds.values()], functors)
        self._number = compiler.numbers
        self._facts: dict[str, set[Row]] = {}
        for fact in program.facts:
            kinds = self.kinds[fact.relation]
            row = tuple([as_value(v, k) for v, k in zip(fact.values, kinds, strict=True)])
            self._facts.setdefault(fact.relation, set()).add(row)
        self._inputs = frozenset(d.relation for d in program.directives if d.kind == "input")
        self._strata = [_compile(stratum, compiler) for stratum in program.strata]
        self._lookups = tuple(compiler.lookups)
        followed: list[list[int]] = [[] for _ in self.names]
        for lookup, number in compiler.lookups.items():
            followed[lookup.relation].append(number)
        self._followed = tuple(map(tuple, followed))

    def run(self, data: Mapping[str, Accepted], limits: Limits, start: float) -> Derived:
        """The rows of every relation; `Unfit` when they are many, or a limit is near."""
        if limits.memory_bytes is not None and limits.memory_bytes < BYTES:
            raise Unfit("memory")
        if not self._inputs <= data.keys():
            raise Unfit("input")
        rows: list[set[Row]] = [set() for _ in self.names]
        for name, accepted in data.items():
            if name not in self._number:
                raise Unfit("name")
            rows[self._number[name]] = rows_of(accepted, self.kinds[name])
        for name, facts in self._facts.items():
            rows[self._number[name]] |= facts
        state = State(rows, self._lookups)
        stop = None if limits.seconds is None else start + limits.seconds
        iterations = 0
        for stratum in self._strata:
            if isinstance(stratum, _Once):
                iterations += bool(stratum.rules)
                self._once(state, stratum.rules)
            else:
                iterations += bool(stratum.first)
                iterations += self._rounds(state, stratum, stop)
            if stop is not None and perf_counter() > stop:
                raise Unfit("time")
        if limits.rows is not None and sum(map(len, rows)) > limits.rows:
            raise Unfit("rows")
        return Derived(dict(zip(self.names, rows, strict=True)), iterations, perf_counter() - start)

    def _once(self, state: State, rules: Sequence[tuple[int, Derive]]) -> None:
        found = [(head, derive(state)) for head, derive in rules]
        for head, rows in found:
            state.grow(head, rows - state.rows[head], self._followed[head])

    def _rounds(self, state: State, stratum: _Rounds, stop: float | None) -> int:
        """Semi-naive rounds until nothing is new; how many."""
        if stratum.first:
            self._once(state, stratum.first)
        deltas, visible = state.deltas, state.rows
        for relation in stratum.relations:
            deltas[relation] = set(visible[relation])
        count = total = 0
        while True:
            count += 1
            fresh: dict[int, set[Row]] = {}
            for head, delta, derive in stratum.rules:
                if deltas[delta]:
                    new = derive(state)
                    new -= visible[head]
                    if new:
                        fresh[head] = fresh[head] | new if head in fresh else new
            for relation in stratum.relations:
                deltas[relation] = ()
            if not fresh:
                return count
            for head, new in fresh.items():
                state.grow(head, new, self._followed[head])
                deltas[head] = new
                total += len(new)
            if total > MOST or (stop is not None and perf_counter() > stop):
                raise Unfit("large")


def _compile(stratum: Stratum, compiler: Compiler) -> _Once | _Rounds:
    inside = frozenset(stratum.relations) if stratum.recursive else frozenset()
    numbers = compiler.numbers
    first: list[tuple[int, Derive]] = []
    rules: list[tuple[int, int, Derive]] = []
    for rule in stratum.rules:
        head = numbers[rule.head.relation]
        for plan in plan_rule(rule, inside, Assumed(), _PLANNING):
            derive = compiler.rule(plan)
            delta = compiler.delta(plan)
            if delta is None:
                first.append((head, derive))
            else:
                rules.append((head, delta, derive))
    if not stratum.recursive:
        return _Once(tuple(first))
    return _Rounds(tuple(numbers[name] for name in stratum.relations), tuple(first), tuple(rules))
