"""Finite models: things 1 to n, and tables of the functions and predicates, that satisfy clauses.

    p(a), ¬p(b)      →      a model of 2 things: a = 1, b = 2, p = {1}

The clauses are written out over n things, in the way of MACE (McCune 1994; Claessen and Sörensson
2003), and a search for truth values does the rest. A model is given only after the formulas
themselves were computed in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from trivium.solver.forms.logic import Apply, Binder, Expression, Operation, Truth
from trivium.solver.skolem import Clause
from trivium.solver.z3_bridge import z3

Symbol = tuple[str, int]
# By whether it is a function, and symbol: where its table begins.
Places = dict[tuple[bool, Symbol], int]
Numbers = npt.NDArray[np.int64]
# More literals than this for one size, and larger models are not looked for.
MOST = 3_000_000
# More steps than this to compute the formulas in a model, and it is not given.
CHECKED = 3_000_000


class TooLarge(Exception):
    """Models of this size take too many clauses to look for, or too many steps to check."""


@dataclass(frozen=True)
class Model:
    """A model: how many things, and what each symbol gives for each of its arguments."""

    size: int
    functions: Mapping[tuple[str, tuple[int, ...]], int]
    true: frozenset[tuple[str, tuple[int, ...]]]

    def satisfies(self, formulas: Iterable[Expression]) -> bool:
        """Whether closed formulas are true here; TooLarge where that takes too many steps."""
        checking = _Checking(self)
        return all(checking.holds(formula, {}) for formula in formulas)


@dataclass
class _Checking:
    model: Model
    steps: int = 0

    def holds(self, node: Expression, names: Mapping[str, int]) -> bool:
        self.steps += 1
        if self.steps > CHECKED:
            raise TooLarge
        match node:
            case Truth(value=value):
                return value
            case Apply(symbol=symbol, args=args):
                return (symbol, tuple(self.thing(a, names) for a in args)) in self.model.true
            case Operation(op="not", args=(inner,)):
                return not self.holds(inner, names)
            case Operation(op="and", args=args):
                return all(self.holds(a, names) for a in args)
            case Operation(op="or", args=args):
                return any(self.holds(a, names) for a in args)
            case Operation(op="implies", args=(left, right)):
                return not self.holds(left, names) or self.holds(right, names)
            case Operation(op="iff" | "xor", args=(left, right)):
                same = self.holds(left, names) == self.holds(right, names)
                return same == (node.op == "iff")
            case Operation(op="=" | "!=", args=(left, right)):
                same = self.thing(left, names) == self.thing(right, names)
                return same == (node.op == "=")
            case Operation(op="distinct", args=args):
                return len({self.thing(a, names) for a in args}) == len(args)
            case Binder(kind="forall" | "exists", bound=bound, body=body):
                things = range(1, self.model.size + 1)
                variables = [v.name for v in bound]
                found = (
                    self.holds(body, {**names, **dict(zip(variables, row, strict=True))})
                    for row in product(things, repeat=len(bound))
                )
                return all(found) if node.kind == "forall" else any(found)
        raise TooLarge

    def thing(self, node: Expression, names: Mapping[str, int]) -> int:
        if not isinstance(node, Apply):
            raise TooLarge
        if not node.args and node.symbol in names:
            return names[node.symbol]
        args = tuple(self.thing(a, names) for a in node.args)
        return self.model.functions.get((node.symbol, args), 1)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A literal over variables by number: of a predicate, or that a function gives `result`."""

    positive: bool
    symbol: Symbol
    args: tuple[int, ...]
    result: int | None = None


@dataclass
class _Flat:
    """A clause whose arguments are variables alone: `p(f(x))` is `f(x) ≠ y ∨ p(y)`."""

    cells: list[_Cell] = field(default_factory=list)
    same: list[tuple[bool, int, int]] = field(default_factory=list)
    numbers: dict[Apply, int] = field(default_factory=dict)

    def variable(self, term: Expression) -> int:
        assert isinstance(term, Apply)
        if term not in self.numbers:
            if not term.symbol.startswith("?"):
                args = tuple(self.variable(a) for a in term.args)
                number = self.numbers[term] = len(self.numbers)
                self.cells.append(_Cell(False, (term.symbol, len(args)), args, number))
                return number
            self.numbers[term] = len(self.numbers)
        return self.numbers[term]

    def add(self, positive: bool, symbol: str, args: tuple[Apply, ...]) -> None:
        if symbol != "=":
            numbers = tuple(self.variable(a) for a in args)
            self.cells.append(_Cell(positive, (symbol, len(args)), numbers))
            return
        left, right = args
        if left.symbol.startswith("?"):
            left, right = right, left
        if left.symbol.startswith("?"):
            self.same.append((positive, self.variable(left), self.variable(right)))
            return
        if left in self.numbers:
            self.same.append((positive, self.numbers[left], self.variable(right)))
            return
        result = self.variable(right)
        of = tuple(self.variable(a) for a in left.args)
        self.cells.append(_Cell(positive, (left.symbol, len(of)), of, result))


class FiniteModels:
    """The search for models of some clauses, size after size."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.flat = [_flat(clause) for clause in clauses]
        self.functions: dict[Symbol, None] = {}
        self.predicates: dict[Symbol, None] = {}
        for flat in self.flat:
            for cell in flat.cells:
                (self.predicates if cell.result is None else self.functions)[cell.symbol] = None

    def find(self, size: int, seconds: float) -> Model | str | None:
        """A model of this size, None where there is none, `unknown` after the time; TooLarge."""
        places, count = self.places(size)
        rows = [self.written(flat, size, places) for flat in self.flat]
        total = sum(row.size for row in rows)
        if total > MOST:
            raise TooLarge
        rows += list(self.laws(size, places))
        clauses = sum(len(row) for row in rows)
        numbers = [
            np.hstack([row, np.zeros((len(row), 1), dtype=np.int64)]).ravel() for row in rows
        ]
        text = " ".join(map(str, np.concatenate(numbers).tolist())) if numbers else ""
        module = z3()
        solver = module.SolverFor("QF_FD", ctx=module.Context())
        solver.set("timeout", max(1, int(seconds * 1000)))
        solver.from_string(f"p cnf {max(count, 1)} {clauses}\n{text}\n")
        outcome = str(solver.check())
        if outcome != "sat":
            return None if outcome == "unsat" else "unknown"
        return self.model(solver.model(), size, places)

    def places(self, size: int) -> tuple[Places, int]:
        """The first truth value of each symbol's table, from 1, and how many there are."""
        found: Places = {}
        count = 0
        for function, symbols in ((True, self.functions), (False, self.predicates)):
            for symbol in symbols:
                found[function, symbol] = count + 1
                count += size ** (symbol[1] + function)
                if count > MOST:
                    raise TooLarge
        return found, count

    def written(self, flat: _Flat, size: int, places: Places) -> Numbers:
        """The clause for each choice of things, a row each; what is settled is left out."""
        width = len(flat.numbers)
        if size**width * max(1, len(flat.cells)) > MOST:
            raise TooLarge
        grid = np.indices((size,) * width, dtype=np.int64).reshape(width, size**width)
        for positive, left, right in flat.same:
            grid = grid[:, (grid[left] == grid[right]) != positive]
        columns = []
        for cell in flat.cells:
            args = cell.args if cell.result is None else (*cell.args, cell.result)
            value = np.zeros(grid.shape[1], dtype=np.int64)
            for arg in args:
                value = value * size + grid[arg]
            value += places[cell.result is not None, cell.symbol]
            columns.append(value if cell.positive else -value)
        if not columns:
            return np.zeros((1 if grid.shape[1] else 0, 0), dtype=np.int64)
        return np.stack(columns, axis=1)

    def laws(self, size: int, places: Places) -> Iterable[Numbers]:
        """Each function gives one thing; the n-th constant is among the first n things."""
        for symbol in self.functions:
            cells = size ** symbol[1]
            table = places[True, symbol] + np.arange(cells * size, dtype=np.int64).reshape(
                cells, size
            )
            yield table
            for one in range(size):
                for other in range(one + 1, size):
                    yield -table[:, (one, other)]
        constants = [symbol for symbol in self.functions if symbol[1] == 0]
        for place, symbol in enumerate(constants[: size - 1]):
            beyond = places[True, symbol] + np.arange(place + 1, size, dtype=np.int64)
            yield -beyond.reshape(-1, 1)

    def model(self, found: Any, size: int, places: Places) -> Model:
        true = {int(d.name()[2:]) for d in found if str(found[d]) == "True"}
        things = range(1, size + 1)
        functions, holds = {}, []
        for symbol in self.functions:
            at = places[True, symbol]
            for row in product(things, repeat=symbol[1]):
                for thing in things:
                    if at in true:
                        functions[symbol[0], row] = thing
                    at += 1
        for symbol in self.predicates:
            at = places[False, symbol]
            for row in product(things, repeat=symbol[1]):
                if at in true:
                    holds.append((symbol[0], row))
                at += 1
        return Model(size, functions, frozenset(holds))


def _flat(clause: Clause) -> _Flat:
    flat = _Flat()
    for literal in clause:
        flat.add(literal.positive, literal.symbol, literal.args)
    return flat
