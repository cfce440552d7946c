"""First-order formulas in Z3: one sort of things, numbers among them.

    ∀x (Human(x) → Mortal(x))   →   ForAll(x: Thing, Implies(Human(x), Mortal(x)))

Things are not assumed to be different, nor to be all that have names. A number is a thing with a
value, and different numbers are different things; `<` and arithmetic speak of the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

from trivium.errors import LimitError, ProgramError
from trivium.solver.forms.logic import Apply, Binder, Expression, Listing, Number, Operation, Truth
from trivium.solver.z3_bridge import Search

_ORDER = frozenset(("<", "<=", ">", ">="))
_ARITHMETIC = frozenset(("+", "-", "*", "/", "%", "neg", "abs"))
# More steps than this in one problem, written out (as `∃!` is), and it is refused.
MOST = 200_000


class FirstOrder:
    """Translates the formulas of one problem; symbols are shared among them."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.z3 = search.z3
        self.context = search.context
        self.thing = self.z3.DeclareSort("Thing", self.context)
        self._symbols: dict[tuple[str, int, bool], Any] = {}
        self._numbers: dict[int | float, Any] = {}
        self._value: Any = None
        self._steps = 0

    def laws(self) -> list[Any]:
        """What holds of the numbers that the formulas named."""
        numbers = list(self._numbers.values())
        laws = [self.z3.Distinct(*numbers)] if len(numbers) > 1 else []
        if self._value is not None:
            laws += [
                self._value(thing) == self._real(number) for number, thing in self._numbers.items()
            ]
        return laws

    def formula(self, node: Expression, names: Mapping[str, Any] | None = None) -> Any:
        """The formula for Z3; E220 where a formula or a thing stands in the other's place."""
        names = names or {}
        z3 = self.z3
        self._steps += 1
        if self._steps > MOST:
            message = f"the formulas take more than {MOST:,} steps when they are written out"
            raise LimitError(305, message, node.span, hint="nest fewer `∃!`")
        match node:
            case Truth(value=value):
                return z3.BoolVal(value, self.context)
            case Apply(symbol=symbol, args=args):
                if not args and symbol in names:
                    raise self._misplaced(node, "the variable", "a formula")
                things = [self.thing_of(a, names) for a in args]
                return self._symbol(symbol, len(args), formula=True)(*things)
            case Operation(op="not", args=(inner,)):
                return z3.Not(self.formula(inner, names))
            case Operation(op="and" | "or", args=args):
                parts = [self.formula(a, names) for a in args]
                return (z3.And if node.op == "and" else z3.Or)(*parts)
            case Operation(op="implies", args=(left, right)):
                return z3.Implies(self.formula(left, names), self.formula(right, names))
            case Operation(op="iff" | "xor", args=args):
                parts = [self.formula(a, names) for a in args]
                joined = reduce(z3.Xor, parts)
                if node.op == "xor":
                    return joined
                return reduce(lambda a, b: a == b, parts)
            case Operation(op="=" | "!=", args=(left, right)):
                same = self._equal(left, right, names)
                return same if node.op == "=" else z3.Not(same)
            case Operation(op=op, args=(left, right)) if op in _ORDER:
                a, b = self.value_of(left, names), self.value_of(right, names)
                return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]
            case Operation(op="in", args=(left, Listing(items=items))):
                return z3.Or(*(self._equal(left, item, names) for item in items))
            case Operation(op="in", args=args):
                things = [self.thing_of(a, names) for a in args]
                return self._symbol("∈", 2, formula=True)(*things)
            case Operation(op="distinct", args=args) if args:
                return z3.Distinct(*(self.thing_of(a, names) for a in args))
            case Operation(op="if", args=(condition, yes, no)):
                parts = [self.formula(a, names) for a in (condition, yes, no)]
                return z3.If(*parts)
            case Binder(kind="forall" | "exists" | "unique"):
                return self._quantified(node, names)
        raise self._misplaced(node, "this", "a formula")

    def _quantified(self, node: Binder, names: Mapping[str, Any]) -> Any:
        z3 = self.z3
        bound = [z3.FreshConst(self.thing, v.name) for v in node.bound]
        inner = {**names, **{v.name: c for v, c in zip(node.bound, bound, strict=True)}}
        body = self.formula(node.body, inner)
        if node.kind == "forall":
            return z3.ForAll(bound, body)
        if node.kind == "exists":
            return z3.Exists(bound, body)
        others = [z3.FreshConst(self.thing, v.name) for v in node.bound]
        also = {**names, **{v.name: c for v, c in zip(node.bound, others, strict=True)}}
        same = z3.And(*(a == b for a, b in zip(bound, others, strict=True)))
        only = z3.ForAll(others, z3.Implies(self.formula(node.body, also), same))
        return z3.Exists(bound, z3.And(body, only))

    def _equal(self, left: Expression, right: Expression, names: Mapping[str, Any]) -> Any:
        if any(isinstance(n, Operation) and n.op in _ARITHMETIC for n in (left, right)):
            return self.value_of(left, names) == self.value_of(right, names)
        if all(isinstance(n, Operation | Binder | Truth) for n in (left, right)):
            return self.formula(left, names) == self.formula(right, names)
        return self.thing_of(left, names) == self.thing_of(right, names)

    def thing_of(self, node: Expression, names: Mapping[str, Any]) -> Any:
        match node:
            case Apply(symbol=symbol, args=()) if symbol in names:
                return names[symbol]
            case Apply(symbol=symbol, args=args):
                things = [self.thing_of(a, names) for a in args]
                return self._symbol(symbol, len(args), formula=False)(*things)
            case Number(value=value):
                if value not in self._numbers:
                    self._numbers[value] = self.z3.Const(f"number {value}", self.thing)
                return self._numbers[value]
            case Listing(items=items):
                things = [self.thing_of(a, names) for a in items]
                return self._symbol("[]", len(items), formula=False)(*things)
        raise self._misplaced(node, "a formula", "a thing")

    def value_of(self, node: Expression, names: Mapping[str, Any]) -> Any:
        match node:
            case Number(value=value):
                return self._real(value)
            case Operation(op="neg", args=(inner,)):
                return -self.value_of(inner, names)
            case Operation(op="abs", args=(inner,)):
                value = self.value_of(inner, names)
                return self.z3.If(value < 0, -value, value)
            case Operation(op=op, args=(left, right)) if op in _ARITHMETIC and op != "%":
                a, b = self.value_of(left, names), self.value_of(right, names)
                return {"+": a + b, "-": a - b, "*": a * b}[op] if op != "/" else a / b
        if self._value is None:
            real = self.z3.RealSort(self.context)
            self._value = self.z3.Function("value", self.thing, real)
        return self._value(self.thing_of(node, names))

    def _real(self, value: int | float) -> Any:
        return self.z3.RealVal(repr(value), self.context)

    def _symbol(self, name: str, arity: int, formula: bool) -> Any:
        key = name, arity, formula
        if key not in self._symbols:
            result = self.z3.BoolSort(self.context) if formula else self.thing
            kind = "p" if formula else "f"
            label = f"{kind}!{name}!{arity}"
            self._symbols[key] = self.z3.Function(label, *[self.thing] * arity, result)
        return self._symbols[key]

    def _misplaced(self, node: Expression, found: str, wanted: str) -> ProgramError:
        return ProgramError(220, f"{found} stands where {wanted} is expected", node.span)
