"""An executor without columns: plans run over lists of tuples, row by row, as a database's would.

It knows atoms, negation and comparisons of plain cells, and lacks the rest.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from trivium.engine import host
from trivium.engine.contract import Context, Index
from trivium.engine.evaluate import Evaluator
from trivium.engine.reference import Reference
from trivium.engine.relation import Stored
from trivium.engine.values import decode, encode, encode_constant
from trivium.errors import BackendError
from trivium.ir import nodes
from trivium.ir.nodes import Call, Const, Term, Var
from trivium.plan.steps import Absent, Compute, Match, RulePlan, Step, Test, Version

Binding = dict[str, int]
Row = tuple[int, ...]
COMPARE = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
           ">": operator.gt, ">=": operator.ge}  # fmt: skip
COMPUTE = {"+": operator.add, "-": operator.sub, "*": operator.mul}


class Rows:
    """A relation: its rows in the order in which they came, each with its round and rule."""

    keeps_best, classes = False, None

    def __init__(self, relation: nodes.Relation) -> None:
        self.relation = relation
        self.backend = Reference().primitives
        self.old = self.visible = 0
        self.shrinks = False
        self.rows: dict[Row, tuple[int, int]] = {}

    @property
    def length(self) -> int:
        return len(self.rows)

    def read(self, place: int) -> tuple[np.ndarray, None]:
        return np.array([row[place] for row in self.rows], np.int64), None

    def give(
        self, columns: Sequence[Any], length: int, present: Sequence[Any], cause: int = 0
    ) -> int:
        assert not any(mask is not None for mask in present)
        given = zip(*(column.tolist() for column in columns), strict=True)
        before = self.length
        for number, row in enumerate(given if columns else [()] * length):
            self.rows.setdefault(row, (0, -1 - cause - number))
        self.old = self.visible = self.length
        return self.length - before

    def give_numbered(self, columns: Sequence[host.Unread], length: int) -> None:
        whole = [column.whole() for column in columns]
        self.give([cells for cells, _ in whole], length, [mask for _, mask in whole])

    def derive(
        self, columns: Sequence[Any], length: int, stamp: int, rule: int, different: bool = False
    ) -> int:
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return self.add(rows if columns else iter([()] * length), stamp, rule)

    def index(self, columns: tuple[int, ...], required: tuple[int, ...] = ()) -> Index:
        keys = [self.read(place)[0] for place in columns]
        every = self.backend.numbers(0, self.visible)
        return self.backend.build_index(keys, every, self.visible)

    def add(self, rows: Iterator[Row], stamp: int, rule: int) -> int:
        before = self.length
        for row in list(rows):
            self.rows.setdefault(row, (stamp, rule))
        return self.length - before

    def see_all(self) -> None:
        self.old, self.visible = 0, self.length

    def advance(self) -> bool:
        self.old, self.visible = self.visible, self.length
        return self.visible > self.old

    def settle(self) -> None:
        self.old = self.visible = self.length

    def span(self, version: Version) -> tuple[int, int]:
        spans = {"full": (0, self.visible), "old": (0, self.old), "delta": (self.old, self.visible)}
        return spans[version]

    def masked(self, columns: Sequence[int]) -> tuple[int, ...]:
        return ()

    def different(self, columns: tuple[int, ...]) -> float:
        return float(max(1, len({tuple(row[c] for c in columns) for row in self.rows})))


class RowExecutor:
    lacks: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("aggregates", "choices", "functions", "probabilities", "providers", "subsumption",
         "terms"), ""
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        self.context = context
        self.relations: dict[str, Rows] = {}

    def store(self, relation: nodes.Relation) -> Rows:
        return Rows(relation)

    def loaded(self, program: nodes.Program) -> None: ...

    def begin(self, stratum: nodes.Stratum, classes: bool) -> bool:
        return True

    def hold_plainly(self, names: Collection[str]) -> bool:
        return False

    def compile(self, plan: RulePlan, growing: Collection[str]) -> RowTask:
        return RowTask(plan, self.relations, self.context)

    def end(self) -> None: ...

    @property
    def evaluator(self) -> Evaluator:
        """The rows in columns: for proofs."""
        stored = {name: self._columns(rows) for name, rows in self.relations.items()}
        return Evaluator(Reference().primitives, stored, self.context)

    def _columns(self, relation: Rows) -> Stored:
        found = Stored(Reference().primitives, relation.relation)
        for row, (stamp, cause) in relation.rows.items():
            cells = [np.array([cell], np.int64) for cell in row]
            if cause < 0:
                found.give(cells, 1, [None for _ in row], -1 - cause)
            else:
                found.derive(cells, 1, stamp, cause)
        found.settle()
        return found


class RowTask:
    whole = False

    def __init__(self, plan: RulePlan, relations: dict[str, Rows], context: Context) -> None:
        self.plan = plan
        self._relations = relations
        self._context = context
        for step in plan.steps:
            if not isinstance(step, Match | Absent | Compute | Test):
                raise BackendError(405, f"the backend `rows` has no {type(step).__name__}")

    def found(self) -> Iterator[tuple[Any, int]]:
        for row in self._rows():
            yield [np.array([cell], np.int64) for cell in row], 1

    def derive(self, stamp: int) -> int:
        rule = self.plan.rule
        self._context.check_time()
        added = self._relations[rule.head.relation].add(self._rows(), stamp, rule.index)
        self._context.guard.take(added, 8 * added * (len(self.plan.head) + 1))
        return added

    def _rows(self) -> Iterator[Row]:
        for binding in self._bindings(self.plan.steps, {}):
            yield tuple([self._cell(term, binding) for term in self.plan.head])

    def _bindings(self, steps: Sequence[Step], binding: Binding) -> Iterator[Binding]:
        if not steps:
            yield binding
            return
        for found in self._step(steps[0], binding):
            yield from self._bindings(steps[1:], found)

    def _step(self, step: Step, binding: Binding) -> Iterator[Binding]:
        match step:
            case Match():
                rows = list(self._matching(step.relation, step.keys, binding, step.version))
                rows = [row for row in rows if all(row[a] == row[b] for a, b in step.equal)]
                for row in rows[:1] if step.exists else rows:
                    yield binding | {name: row[column] for column, name in step.binds}
            case Absent():
                if not any(self._matching(step.relation, step.keys, binding, Version.FULL)):
                    yield binding
            case Compute():
                yield binding | {step.name: self._cell(step.term, binding)}
            case Test():
                sides = [self._value(s, binding) for s in (step.compare.left, step.compare.right)]
                if step.compare.op not in COMPARE:
                    raise BackendError(405, f"the backend `rows` has no {step.compare.op}")
                if COMPARE[step.compare.op](*sides):
                    yield binding

    def _matching(
        self, name: str, keys: Sequence[tuple[int, Term]], binding: Binding, version: Version
    ) -> Iterator[Row]:
        relation = self._relations[name]
        wanted = [(column, self._cell(term, binding)) for column, term in keys]
        start, stop = relation.span(version)
        for row in list(relation.rows)[start:stop]:
            if all(row[column] == cell for column, cell in wanted):
                yield row or (None,)  # type: ignore[misc]

    def _cell(self, term: Term, binding: Binding) -> int:
        match term:
            case Var():
                return binding[term.name]
            case Const():
                return encode_constant(term, self._context.symbols)
            case Call():
                value = self._value(term, binding)
                return int(encode([value], term.type, self._context.symbols, str)[0][0])

    def _value(self, term: Term, binding: Binding) -> Any:
        """A term as a Python value."""
        if isinstance(term, Call):
            if term.functor not in COMPUTE or not term.type.numeric:
                raise BackendError(405, f"the backend `rows` has no {term.functor}")
            return COMPUTE[term.functor](*(self._value(part, binding) for part in term.args))
        cell = np.array([self._cell(term, binding)], np.int64)
        return decode(cell, None, term.type, self._context.symbols)[0]


class RowBackend:
    name = "rows"

    def start(self, context: Context) -> RowExecutor:
        return RowExecutor(context)
