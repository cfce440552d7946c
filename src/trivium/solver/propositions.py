"""The algebra of propositions over finite sorts: truths, cases of values, sums of truths.

all([True, p])          p                     what is settled is folded away, and never Z3's
weighed("<=", a + b, 1) PbLe((a, b), 1)       sums are compared as pseudo-Boolean constraints
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trivium.errors import ProgramError
from trivium.solver.z3_bridge import Search


@dataclass(frozen=True, slots=True)
class Member:
    """A named member of a sort, and its place there, from 1."""

    name: str
    sort: str
    place: int

    def __str__(self) -> str:
        return self.name


Value = Member | int | float
# A proposition: Z3's, or one that is settled.
Proposition = Any


@dataclass(frozen=True, slots=True)
class Cases:
    """The values a term may have, each with the proposition that it has it."""

    rows: tuple[tuple[Value, Proposition], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """A sum of weights of those propositions that are true, and a constant."""

    weights: tuple[tuple[int, Proposition], ...]
    constant: int = 0


Meaning = Cases | Tally | Proposition


class Propositions:
    """Makes propositions of Z3; one that is settled is a Python truth."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.z3 = search.z3
        self.context = search.context

    def all(self, parts: Sequence[Proposition]) -> Proposition:
        kept = [part for part in parts if part is not True]
        if any(part is False for part in kept):
            return False
        return True if not kept else kept[0] if len(kept) == 1 else self.z3.And(*kept)

    def any(self, parts: Sequence[Proposition]) -> Proposition:
        kept = [part for part in parts if part is not False]
        if any(part is True for part in kept):
            return True
        return False if not kept else kept[0] if len(kept) == 1 else self.z3.Or(*kept)

    def denial(self, part: Proposition) -> Proposition:
        return (not part) if isinstance(part, bool) else self.z3.Not(part)

    def same(self, left: Proposition, right: Proposition) -> Proposition:
        if isinstance(left, bool):
            left, right = right, left
        if isinstance(right, bool):
            return left if right else self.denial(left)
        return left == right

    def for_z3(self, part: Proposition) -> Any:
        return self.z3.BoolVal(part, self.context) if isinstance(part, bool) else part

    def bit(self, truth: Proposition) -> Cases:
        """A proposition as 0 or 1."""
        if isinstance(truth, bool):
            return Cases(((int(truth), True),))
        return Cases(((1, truth), (0, self.denial(truth))))

    def weighed(self, op: str, left: Cases | Tally, right: Cases | Tally) -> Proposition:
        """A comparison of sums, as one over propositions with positive weights."""
        whole = self.added(left, self.scaled(right, -1))
        assert isinstance(whole, Tally)
        bound = -whole.constant
        terms: list[tuple[Any, int]] = []
        for weight, truth in whole.weights:
            if isinstance(truth, bool):
                bound -= weight * truth
            elif weight < 0:
                bound -= weight
                terms.append((self.denial(truth), -weight))
            elif weight:
                terms.append((truth, weight))
        if op == "!=":
            return self.denial(self._summed("=", terms, bound))
        return self._summed(op, terms, bound)

    def _summed(self, op: str, terms: list[tuple[Any, int]], bound: int) -> Proposition:
        """Whether the weights of the true terms sum to what the comparison wants."""
        if op in ("<", ">"):
            bound += -1 if op == "<" else 1
            op = {"<": "<=", ">": ">="}[op]
        total = sum(weight for _, weight in terms)
        if op == "<=":
            return False if bound < 0 else True if bound >= total else self.z3.PbLe(terms, bound)
        if op == ">=":
            return True if bound <= 0 else False if bound > total else self.z3.PbGe(terms, bound)
        if not 0 <= bound <= total:
            return False
        return self.z3.PbEq(terms, bound) if terms else bound == 0

    def added(self, left: Meaning, right: Meaning) -> Tally:
        a, b = self.tally(left), self.tally(right)
        return Tally((*a.weights, *b.weights), a.constant + b.constant)

    def tally(self, meaning: Meaning) -> Tally:
        if isinstance(meaning, Tally):
            return meaning
        cases = meaning if isinstance(meaning, Cases) else self.bit(meaning)
        rows = [(self._whole(value), guard) for value, guard in cases.rows]
        least = min((number for number, _ in rows), default=0)
        return Tally(tuple((n - least, guard) for n, guard in rows if n != least), least)

    def _whole(self, value: Value) -> int:
        number = place_of(value)
        if isinstance(number, float):
            message = f"`{number}` is not whole, and stands in a sum"
            raise ProgramError(224, message, hint="scale the numbers, so that all are whole")
        return number

    def scaled(self, term: Cases | Tally, factor: int) -> Tally:
        tally = self.tally(term)
        return Tally(tuple((factor * w, g) for w, g in tally.weights), factor * tally.constant)


def place_of(value: Value) -> int | float:
    return value.place if isinstance(value, Member) else value
