"""Constraints over finite sorts as propositions: a term is the cases of its values.

    seat(Ann)               {1: a1, 2: a2, 3: a3}, of which exactly one proposition is true
    seat(Ann) < seat(Bob)   (a1 ∧ b2) ∨ (a1 ∧ b3) ∨ (a2 ∧ b3)
    Count([p:people], seat(p) > 1) = 2   a pseudo-Boolean equation over three propositions

Quantifiers are written out over the members of their sorts. A member of a sort that is less or
greater, or has something added to it, counts by its place in the sort's list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from trivium.errors import ProgramError
from trivium.solver.cells import Cells
from trivium.solver.forms.logic import Apply, Binder, Expression, Listing, Number, Operation, Truth
from trivium.solver.forms.problem import Function
from trivium.solver.propositions import (
    Cases,
    Meaning,
    Member,
    Proposition,
    Tally,
    Value,
    place_of,
)  # fmt: skip

# A term of more values than this becomes a sum.
MOST_VALUES = 200
_COMPARE = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


class Finite(Cells):
    """The propositions of one problem."""

    # --- expressions -----------------------------------------------------------------------------

    def formula(self, node: Expression, names: Mapping[str, Value] | None = None) -> Proposition:
        """The proposition of a formula. Raises E220 to E224, and E305 where it grows too large."""
        meaning = self.meaning(node, names or {})
        if not isinstance(meaning, Cases | Tally):
            return meaning
        if isinstance(node, Apply) and isinstance(meaning, Cases) and self._is_bool(node.symbol):
            # A relation without its last argument: it holds of some member.
            return self.any([guard for _, guard in meaning.rows])
        truth = self._as_truth(meaning)
        if truth is None:
            raise ProgramError(220, "a value stands where a formula is expected", node.span)
        self.note("value-as-truth", "a number stands for the condition that it is not 0")
        return truth

    def _is_bool(self, symbol: str) -> bool:
        function = self.problem.functions.get(symbol)
        return function is not None and function.result == "bool"

    def _as_truth(self, meaning: Cases | Tally) -> Proposition | None:
        """A term over 0 and 1 as a proposition."""
        if isinstance(meaning, Tally):
            return self.weighed("!=", meaning, Tally(()))
        if any(isinstance(value, Member) for value, _ in meaning.rows):
            return None
        return self.any([guard for value, guard in meaning.rows if value != 0])

    def meaning(self, node: Expression, names: Mapping[str, Value]) -> Meaning:
        self.spend(1, node.span)
        match node:
            case Truth(value=value):
                return value
            case Number(value=number):
                whole = int(number) if float(number).is_integer() else number
                return Cases(((whole, True),))
            case Apply():
                return self._applied(node, names)
            case Binder():
                return self._bound(node, names)
            case Operation():
                return self._operation(node, names)
        raise ProgramError(220, "a list stands where a formula is expected", node.span)

    def _operation(self, node: Operation, names: Mapping[str, Value]) -> Meaning:
        op, args = node.op, node.args
        if op in ("and", "or"):
            parts = [self.formula(a, names) for a in args]
            return self.all(parts) if op == "and" else self.any(parts)
        if op == "not":
            return self.denial(self.formula(args[0], names))
        if op == "implies":
            left, right = (self.formula(a, names) for a in args)
            return self.any([self.denial(left), right])
        if op in ("iff", "xor"):
            meaning = self.formula(args[0], names)
            for other in args[1:]:
                same = self.same(meaning, self.formula(other, names))
                meaning = same if op == "iff" else self.denial(same)
            return meaning
        if op in _COMPARE:
            return self._compared(node, names)
        if op == "in":
            return self._inside(node, names)
        if op == "distinct":
            return self._distinct([self.term(a, names) for a in args])
        if op == "if":
            return self._either(*(self.meaning(a, names) for a in args))
        if op == "count":
            items = [i for a in args for i in (a.items if isinstance(a, Listing) else (a,))]
            return Tally(tuple((1, self.formula(i, names)) for i in items))
        if op == "sum":
            tally: Meaning = Tally(())
            for a in args:
                tally = self.added(tally, self.meaning(a, names))
            return tally
        if op in ("min", "max"):
            pick = min if op == "min" else max
            all_cases = [self._cases(self.term(a, names), node) for a in args]
            return self._mapped(all_cases, lambda *values: pick(map(place_of, values)))
        return self._arithmetic(node, names)

    def _arithmetic(self, node: Operation, names: Mapping[str, Value]) -> Meaning:
        op = node.op
        terms = [self.term(a, names) for a in node.args]
        if op == "neg":
            return self.scaled(terms[0], -1)
        if op == "abs":
            return self._mapped([self._cases(terms[0], node)], lambda a: abs(place_of(a)))
        if len(terms) == 2 and op in ("+", "-"):
            small = [t for t in terms if isinstance(t, Cases)]
            if len(small) == 2 and len(small[0].rows) * len(small[1].rows) <= MOST_VALUES:
                sign = 1 if op == "+" else -1
                return self._mapped(small, lambda a, b: place_of(a) + sign * place_of(b))
            second = terms[1] if op == "+" else self.scaled(terms[1], -1)
            return self.added(terms[0], second)
        if len(terms) == 2 and op in ("*", "/", "%"):
            all_cases = [self._cases(t, node) for t in terms]
            if op == "*":
                return self._mapped(all_cases, lambda a, b: place_of(a) * place_of(b))
            nonzero = [t for t in all_cases[1].rows if place_of(t[0]) != 0]
            all_cases[1] = Cases(tuple(nonzero))
            divided = (
                (lambda a, b: place_of(a) // place_of(b))
                if op == "/"
                else (lambda a, b: place_of(a) % place_of(b))
            )
            return self._mapped(all_cases, divided)
        raise ProgramError(220, f"`{op}` is no operation on finite values", node.span)

    def term(self, node: Expression, names: Mapping[str, Value]) -> Cases | Tally:
        meaning = self.meaning(node, names)
        return meaning if isinstance(meaning, Cases | Tally) else self.bit(meaning)

    def _cases(self, term: Cases | Tally, node: Expression) -> Cases:
        if isinstance(term, Cases):
            return term
        if len(term.weights) > 10:
            raise ProgramError(224, "a count stands where a plain value is expected", node.span)
        cases = Cases(((term.constant, True),))
        for weight, truth in term.weights:
            step = self._mapped([self.bit(truth)], lambda bit, w=weight: w * place_of(bit))
            cases = self._mapped([cases, step], lambda a, b: place_of(a) + place_of(b))
        return cases

    def _mapped(self, terms: Sequence[Cases], function: Any) -> Cases:
        found: dict[Value, list[Proposition]] = {}
        self.spend(prod(len(term.rows) for term in terms))
        for rows in product(*(term.rows for term in terms)):
            guard = self.all([guard for _, guard in rows])
            if guard is not False:
                found.setdefault(function(*(value for value, _ in rows)), []).append(guard)
        return Cases(tuple((value, self.any(guards)) for value, guards in found.items()))

    def _either(self, condition: Meaning, yes: Meaning, no: Meaning) -> Meaning:
        if isinstance(condition, Cases | Tally):
            condition = self._as_truth(condition)
        terms = [m if isinstance(m, Cases | Tally) else None for m in (yes, no)]
        if terms == [None, None]:
            return self.any([self.all([condition, yes]), self.all([self.denial(condition), no])])
        found: dict[Value, list[Proposition]] = {}
        for term, when in ((yes, condition), (no, self.denial(condition))):
            cases = term if isinstance(term, Cases) else self.bit(term)
            for value, guard in cases.rows:
                found.setdefault(value, []).append(self.all([guard, when]))
        return Cases(tuple((value, self.any(guards)) for value, guards in found.items()))

    # --- names -----------------------------------------------------------------------------------

    def _applied(self, node: Apply, names: Mapping[str, Value]) -> Meaning:
        symbol, args = node.symbol, node.args
        if not args and symbol in names:
            return Cases(((names[symbol], True),))
        if not args and symbol in self.members and symbol not in self.problem.functions:
            return Cases(((self.members[symbol], True),))
        function = self.problem.functions.get(symbol)
        if function is None:
            return self.unknown_name(node)
        if len(args) == len(function.args) + 1 and function.result != "bool":
            self.note("further-argument", f"`{symbol}(..., x)` says that its value is x")
            value = Apply(symbol, args[:-1], node.span)
            return self._compared(Operation("=", (value, args[-1]), node.span), names)
        if args and len(args) == len(function.args) - 1 and function.result == "bool":
            return self._members_of(node, function, names)
        if (turned := self._turned(node, function)) is not None:
            return turned
        if len(args) != len(function.args):
            wanted, found = len(function.args), len(args)
            message = f"`{symbol}` has {found} arguments, expected {wanted}"
            raise ProgramError(222, message, node.span)
        all_cases = [
            self._argument(a, sort, names, node)
            for a, sort in zip(args, function.args, strict=True)
        ]
        found_rows: list[tuple[Proposition, Meaning]] = []
        self.spend(prod(len(cases.rows) for cases in all_cases), node.span)
        for rows in product(*(cases.rows for cases in all_cases)):
            guard = self.all([guard for _, guard in rows])
            if guard is not False:
                cell = self.cell(symbol, tuple(value for value, _ in rows), node)
                found_rows.append((guard, cell))
        if function.result == "bool":
            return self.any([self.all([guard, cell]) for guard, cell in found_rows])
        merged: dict[Value, list[Proposition]] = {}
        for guard, cell in found_rows:
            assert isinstance(cell, Cases)
            for result, having in cell.rows:
                merged.setdefault(result, []).append(self.all([guard, having]))
        return Cases(tuple((result, self.any(guards)) for result, guards in merged.items()))

    def _turned(self, node: Apply, function: Function) -> Meaning | None:
        """A function of another's members: `day(Ann)` where `day` gives the person of a day; or a
        relation with its two arguments the other way round."""
        written = [self.members.get(a.symbol) for a in node.args if isinstance(a, Apply)]
        given = [m for m in written if m is not None]
        if len(given) < len(node.args) or len(given) != len(function.args):
            return None
        ranges = [self.range_of(sort, node.span) for sort in function.args]
        fits = [member in allowed for member, allowed in zip(given, ranges, strict=True)]
        if len(given) == 2 and not any(fits) and given[0] in ranges[1] and given[1] in ranges[0]:
            self.note("turned-arguments", f"the arguments of `{node.symbol}` change places")
            return self._applied(Apply(node.symbol, node.args[::-1], node.span), {})
        if len(given) != 1 or any(fits) or function.result == "bool":
            return None
        if given[0] not in self.range_of(function.result, node.span):
            return None
        self.note("inverse", f"`{node.symbol}(x)` stands for that of which x is the value")
        rows = []
        for value in ranges[0]:
            cell = self.cell(node.symbol, (value,), node)
            assert isinstance(cell, Cases)
            rows.append((value, self.any([guard for v, guard in cell.rows if v == given[0]])))
        return Cases(tuple(rows))

    def _members_of(self, node: Apply, function: Function, names: Mapping[str, Value]) -> Cases:
        """The members that a relation holds of, as its last argument: none, one or several."""
        self.note("missing-argument", f"`{node.symbol}(...)` stands for what it holds of")
        *firsts, last = function.args
        all_cases = [
            self._argument(a, sort, names, node) for a, sort in zip(node.args, firsts, strict=True)
        ]
        rows = []
        for value in self.range_of(last, node.span):
            holds = []
            for combined in product(*(cases.rows for cases in all_cases)):
                guard = self.all([guard for _, guard in combined])
                key = (*(v for v, _ in combined), value)
                holds.append(self.all([guard, self.cell(node.symbol, key, node)]))
            rows.append((value, self.any(holds)))
        return Cases(tuple(rows))

    def _argument(
        self, node: Expression, sort: str, names: Mapping[str, Value], call: Apply
    ) -> Cases:
        """An argument as the members of its sort that it may be."""
        allowed = self.range_of(sort, call.span)
        cases = self._cases(self.term(node, names), node)
        known = set(allowed)
        by_place = {place_of(v): v for v in allowed if isinstance(v, Member)}
        rows = []
        for value, guard in cases.rows:
            if value in known:
                rows.append((value, guard))
            elif isinstance(value, int) and value in by_place:
                self.note("position", f"`{value}` is the place of `{by_place[value]}`")
                rows.append((by_place[value], guard))
        if not rows:
            shown = ", ".join(str(value) for value, _ in cases.rows[:3])
            if (isinstance(node, Apply) and node.symbol in names) or isinstance(node, Operation):
                return Cases(())  # a neighbour of the first or last, say, that does not exist
            message = f"`{shown}` is not a member of `{sort}`, as `{call.symbol}` wants"
            raise ProgramError(222, message, call.span)
        return Cases(tuple(rows))

    # --- comparisons -----------------------------------------------------------------------------

    def _compared(self, node: Operation, names: Mapping[str, Value]) -> Proposition:
        op = node.op
        left, right = (self.meaning(a, names) for a in node.args)
        plain = [not isinstance(m, Cases | Tally) for m in (left, right)]
        if all(plain) and op in ("=", "!="):
            same = self.same(left, right)
            return same if op == "=" else self.denial(same)
        one, other = (m if isinstance(m, Cases | Tally) else self.bit(m) for m in (left, right))
        if isinstance(one, Tally) or isinstance(other, Tally):
            return self.weighed(op, one, other)
        self._check_order(node, (one, other), names)
        compare = _COMPARE[op]
        self.spend(len(one.rows) * len(other.rows), node.span)
        holds: list[Proposition] = []
        for (a, when_a), (b, when_b) in product(one.rows, other.rows):
            if self._comparable(a, b, op, compare):
                holds.append(self.all([when_a, when_b]))
        return self.any(holds)

    def _comparable(self, a: Value, b: Value, op: str, compare: Any) -> bool:
        if isinstance(a, Member) and isinstance(b, Member) and op in ("=", "!="):
            return bool(compare(a.name, b.name))
        for value, other in ((a, b), (b, a)):
            if isinstance(value, Member) and not isinstance(other, Member):
                self.note("position", f"members of `{value.sort}` count by their places")
        return bool(compare(place_of(a), place_of(b)))

    def _check_order(
        self, node: Operation, sides: Sequence[Cases], names: Mapping[str, Value]
    ) -> None:
        """E224 for `Ann < Bob`: that two members as such are less or greater says nothing."""
        if node.op in ("=", "!="):
            return
        members = [v for side in sides for v, _ in side.rows if isinstance(v, Member)]
        if not members:
            return
        written = all(
            isinstance(a, Apply) and not a.args and a.symbol in self.members
            and a.symbol not in names
            for a in node.args
        )  # fmt: skip
        sorts = {m.sort for m in members}
        if written or len(sorts) > 1:
            message = f"members of {' and '.join(f'`{s}`' for s in sorted(sorts))} have no order"
            hint = "compare values of a function, such as `day(a) < day(b)`"
            raise ProgramError(224, message, node.span, hint=hint)
        self.note("position-in-list", f"members of `{members[0].sort}` are in the order listed")

    def _inside(self, node: Operation, names: Mapping[str, Value]) -> Proposition:
        left, right = node.args
        term = self._cases(self.term(left, names), node)
        if isinstance(right, Apply) and not right.args and right.symbol in self.sorts:
            allowed = set(self.sorts[right.symbol])
            return self.any([guard for value, guard in term.rows if value in allowed])
        items = right.items if isinstance(right, Listing) else (right,)
        holds = []
        for item in items:
            if isinstance(item, Apply) and not item.args and item.symbol in self.sorts:
                holds.append(self._inside(Operation("in", (left, item), node.span), names))
                continue
            same = Operation("=", (left, item), node.span)
            holds.append(self._compared(same, names))
        return self.any(holds)

    def _distinct(self, terms: Sequence[Cases | Tally]) -> Proposition:
        all_cases = [t if isinstance(t, Cases) else self._cases(t, Truth(True)) for t in terms]
        by_value: dict[Value, list[Proposition]] = {}
        for cases in all_cases:
            for value, guard in cases.rows:
                by_value.setdefault(value, []).append(guard)
        parts: list[Proposition] = []
        for guards in by_value.values():
            settled = sum(guard is True for guard in guards)
            open_ones = [guard for guard in guards if not isinstance(guard, bool)]
            if settled > 1:
                return False
            if settled:
                parts += [self.denial(guard) for guard in open_ones]
            elif len(open_ones) > 1:
                parts.append(self.z3.PbLe([(guard, 1) for guard in open_ones], 1))
        return self.all(parts)

    # --- binders ---------------------------------------------------------------------------------

    def _bound(self, node: Binder, names: Mapping[str, Value]) -> Meaning:
        ranges = [self.range_of(v.sort, node.span) for v in node.bound]
        kind = node.kind
        meanings: list[Meaning] = []
        for values in product(*ranges):
            inner = {**names, **{v.name: x for v, x in zip(node.bound, values, strict=True)}}
            meanings.append(
                self.formula(node.body, inner)
                if kind in ("forall", "exists", "unique", "count")
                else self.term(node.body, inner)
            )
        if kind == "forall":
            return self.all(meanings)
        if kind == "exists":
            return self.any(meanings)
        if kind == "unique":
            return self.weighed("=", Tally(tuple((1, m) for m in meanings)), Tally((), 1))
        if kind == "count":
            return Tally(tuple((1, m) for m in meanings))
        if kind == "distinct":
            return self._distinct(meanings)
        if kind == "sum":
            total: Meaning = Tally(())
            for meaning in meanings:
                total = self.added(total, meaning)
            return total
        all_cases = [self._cases(m, node) for m in meanings]
        if not all_cases:
            raise ProgramError(223, f"`{kind}` ranges over nothing", node.span)
        if kind in ("argmin", "argmax"):
            if len(ranges) != 1:
                raise ProgramError(222, f"`{kind}` takes one variable", node.span)
            return self._extreme_member(ranges[0], all_cases, kind == "argmax")
        pick = min if kind == "min" else max
        cases = all_cases[0]
        for other in all_cases[1:]:
            cases = self._mapped([cases, other], lambda a, b: pick(place_of(a), place_of(b)))
        return cases

    def _extreme_member(
        self, members: Sequence[Value], all_cases: Sequence[Cases], greatest: bool
    ) -> Cases:
        """The members whose value no other's is beyond; of several alike, each."""
        rows = []
        for member, own in zip(members, all_cases, strict=True):
            reached = []
            for other in all_cases:
                pairs = product(own.rows, other.rows)
                self.spend(len(own.rows) * len(other.rows))
                reached.append(self.any([
                    self.all([mine, theirs]) for (a, mine), (b, theirs) in pairs
                    if a == b or (place_of(a) > place_of(b)) == greatest
                ]))  # fmt: skip
            rows.append((member, self.all(reached)))
        return Cases(tuple(rows))
