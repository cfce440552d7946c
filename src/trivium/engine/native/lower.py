"""From the steps of a plan to the calls that build a native pipeline.

    Match(edge, keys y, binds z)   ->   probe(edge, "full", [0], [register of y], [(1, z)], ...)

Variables become registers, constants their codes, and a call inside a term a step of its own.
What a pipeline cannot do (text, aggregates, most functors) raises `Unsupported`, and the plan runs
step by step instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from trivium.engine.native.relation import KINDS, ORDERED, NativeStored, Unsupported
from trivium.engine.symbols import SymbolTable
from trivium.engine.values import encode_constant
from trivium.ir.nodes import Call, Const, Term, Var
from trivium.ir.types import Type
from trivium.plan.steps import (
    Absent,
    Compute,
    Match,
    RulePlan,
    Step,
    Test,
    Version,
)

# A register and 0, or -1 and a constant.
Operand = tuple[int, int]

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
OPERATIONS = ("+", "-", "*", "/", "%", "neg", "min", "max", "band", "bor", "bxor")
_FLOAT_OPERATIONS = frozenset({"+", "-", "*", "/", "neg"})
# Each call of a pipeline stands on the stack of the one before it, with a batch of its rows.
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Lowered:
    """How many registers a pipeline needs, the calls that build it, and their number by step.

    `ends[i]` of the calls after the scan belong to the plan's steps up to the i-th.
    """

    registers: int
    calls: list[tuple[Any, ...]]
    ends: list[int]


def lower(
    plan: RulePlan,
    kept: Callable[[str], NativeStored],
    growing: Collection[str],
    symbols: SymbolTable,
) -> Lowered:
    """The pipeline of a rule's plan.

    `kept` gives the relation of a name; `growing` are those that change while the plan runs.
    """
    lowering = _Lowering(kept, growing, symbols)
    for place, step in enumerate(plan.steps):
        lowering.step(step, first=place == 0)
        lowering.ends.append(sum(call.takes_live for call in lowering.calls))
    name = plan.rule.head.relation
    head = [lowering.cell(name, column, term) for column, term in enumerate(plan.head)]
    return lowering.finish(head)


def lower_body(
    steps: Sequence[Step],
    given: Sequence[str],
    wanted: Sequence[str],
    kept: Callable[[str], NativeStored],
    symbols: SymbolTable,
) -> Lowered:
    """The pipeline of an aggregate's body, from columns of the names in `given` to those wanted.

    The body reads relations of finished strata only. The given columns are the first registers.
    """
    lowering = _Lowering(kept, (), symbols)
    for name in given:
        lowering.bind(name)
    for place, step in enumerate(steps):
        lowering.step(step, first=place == 0 and not given)
    return lowering.finish([lowering.names[name] for name in wanted])


@dataclass(slots=True)
class _Call:
    """A call with the registers that it reads and writes; `live` is filled in at the end."""

    name: str
    arguments: list[Any]
    reads: set[int]
    takes_live: bool = True


class _Lowering:
    def __init__(
        self, kept: Callable[[str], NativeStored], growing: Collection[str], symbols: SymbolTable
    ) -> None:
        self.kept = kept
        self.growing = growing
        self.symbols = symbols
        self.names: dict[str, Operand] = {}
        self.registers = 0
        self.calls: list[_Call] = []
        self.ends: list[int] = []

    def finish(self, head: list[Operand]) -> Lowered:
        if len(self.calls) > LONGEST:
            raise Unsupported(f"more than {LONGEST} calls")
        live = {register for register, _ in head if register >= 0}
        for call in reversed(self.calls):
            if call.takes_live:
                call.arguments.append(sorted(live))
            live |= call.reads
        calls = [(call.name, *call.arguments) for call in self.calls]
        return Lowered(self.registers, [*calls, ("head", head)], self.ends)

    def fresh(self) -> int:
        self.registers += 1
        return self.registers - 1

    def bind(self, name: str) -> int:
        register = self.fresh()
        self.names[name] = (register, 0)
        return register

    def cell(self, relation: str, column: int, term: Term) -> Operand:
        """A term as it stands in a column."""
        if isinstance(term, Const):
            return (-1, self._constant(relation, column, term))
        return self.operand(term)

    def _constant(self, relation: str, column: int, term: Const) -> int:
        value = encode_constant(term, self.symbols)
        codes = self.kept(relation).codes.get(column)
        return value if codes is None else codes.code(value)

    def operand(self, term: Term) -> Operand:
        match term:
            case Var():
                return self.names[term.name]
            case Const():
                return (-1, encode_constant(term, self.symbols))
            case Call():
                return self._compute(term)

    def add(self, name: str, arguments: list[Any], reads: list[Operand], live: bool = True) -> None:
        registers = {register for register, _ in reads if register >= 0}
        self.calls.append(_Call(name, arguments, registers, live))

    def step(self, step: Step, first: bool) -> None:
        match step:
            case Match():
                self._match(step, first)
            case Absent(inputs=None):
                columns = [column for column, _ in step.keys]
                keys = [self.cell(step.relation, column, term) for column, term in step.keys]
                core = self.kept(step.relation).core()
                self.add("choose", [core, False, "full", columns, keys, True], keys)
            case Compute():
                self.names[step.name] = self.operand(step.term)
            case Test():
                self._test(step)
            case _:
                raise Unsupported

    def _match(self, step: Match, first: bool) -> None:
        if step.inputs is not None:
            raise Unsupported  # a provider is asked in between
        core = self.kept(step.relation).core()
        if core.in_classes and (step.row is not None or not (first or step.keys)):
            raise Unsupported  # pairs have no numbers, and are not told again for each binding
        if step.version is Version.DELTA and not first:
            raise Unsupported
        if first and not step.exists:
            constants = []
            for column, term in step.keys:
                assert isinstance(term, Const)
                constants.append((column, self._constant(step.relation, column, term)))
            binds = [(column, self.bind(name)) for column, name in step.binds]
            row = -1 if step.row is None else self.bind(step.row)
            arguments = [core, step.version.value, binds, constants, list(step.equal), row]
            arguments.append(step.counts)
            self.add("scan", arguments, [], live=False)
            return
        columns = [column for column, _ in step.keys]
        keys = [self.cell(step.relation, column, term) for column, term in step.keys]
        if core.best in columns or (core.best >= 0 and step.exists):
            raise Unsupported  # no index follows values that change
        if step.exists and not step.equal:
            settled = step.relation not in self.growing
            arguments = [core, True, step.version.value, columns, keys, settled]
            self.add("choose", arguments, keys)
            return
        if step.exists:
            raise Unsupported
        binds = [(column, self.bind(name)) for column, name in step.binds]
        row = -1 if step.row is None else self.bind(step.row)
        self.add(
            "probe",
            [core, step.version.value, columns, keys, binds, list(step.equal), row],
            keys,
        )

    def _test(self, step: Test) -> None:
        compare = step.compare
        kind = compare.left.type
        if compare.op not in COMPARISONS:
            raise Unsupported
        if kind not in ORDERED and compare.op not in ("=", "!="):
            raise Unsupported
        sides = [self.operand(compare.left), self.operand(compare.right)]
        operation = COMPARISONS.index(compare.op)
        self.add("test", [operation, KINDS.get(kind, 0), *sides], sides)

    def _compute(self, call: Call) -> Operand:
        kind = call.type
        if call.functor == "ord":
            return self.operand(call.args[0])
        if call.functor not in OPERATIONS or kind not in ORDERED:
            raise Unsupported
        if any(argument.type is not kind for argument in call.args) or len(call.args) > 2:
            raise Unsupported
        if kind is Type.FLOAT and call.functor not in _FLOAT_OPERATIONS:
            raise Unsupported
        sides = [self.operand(argument) for argument in call.args]
        left, right = sides[0], sides[-1]
        operation = OPERATIONS.index(call.functor)
        if len(sides) == 1:
            if call.functor != "neg":
                raise Unsupported
            operation = OPERATIONS.index("neg")
        target = self.fresh()
        self.add("compute", [operation, KINDS.get(kind, 0), left, right, target], sides)
        return (target, 0)
