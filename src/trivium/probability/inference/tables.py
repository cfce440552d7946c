"""All marginals of a product of tables, by messages along a tree of contractions.

    p(a)   p(b | a)   p(c | b)        a: summed over b, c;  b: over a, c;  c: over a, b; at once

Variables are summed out one after the other, each from the product of the tables that speak of it,
two tables at a time. That is a tree of contractions; its derivatives, taken backward, are the
marginals of all variables: two passes answer every query. Each table in between is scaled, so that
nothing underflows.

Source: S. Lauritzen and D. Spiegelhalter, "Local computations with probabilities on graphical
structures", 1988; A. Darwiche, "A differential approach to inference in Bayesian networks", 2003.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trivium.probability.inference.elimination import elimination_order

Table = npt.NDArray[np.float64]
Scope = tuple[int, ...]
# The variable whose values are cases.
CASE = -1


@dataclass(frozen=True, slots=True)
class Factor:
    """A table: one axis for each of its variables, all different."""

    scope: Scope
    table: Table


@dataclass(frozen=True, slots=True)
class Product:
    """A product of tables.

    Args:
        sizes: of each variable how many values it has.
        factors: tables of numbers that are not negative; each variable is in one of them at least.
    """

    sizes: Sequence[int]
    factors: list[Factor]


class Tree:
    """In which order the tables of some scopes are contracted; for any numbers in them.

    The variable `CASE`, if a scope has it, stands first there and is never summed over: one number
    of it is one case, and all are taken at once.
    """

    def __init__(self, sizes: Sequence[int], scopes: Sequence[Scope], most: float) -> None:
        """A variable's own table, all 1, stands after the given ones; its derivative is the
        variable's. Raises TooMany where more cells than `most` are needed."""
        own = [tuple([one for one in scope if one != CASE]) for scope in scopes]
        order, self.cells = elimination_order(sizes, own, most)
        self.given = len(scopes)
        self.leaves = self.given + len(sizes)
        self.sizes = sizes
        self.scopes = [*scopes, *[(one,) for one in range(len(sizes))]]
        # Of each node after the leaves the two that it is contracted from.
        self.pairs: list[tuple[int, int]] = []
        self.roots: list[int] = []
        place = {one: n for n, one in enumerate(order)}
        buckets: list[list[int]] = [[] for _ in order]

        def put(number: int) -> None:
            left = [place[one] for one in self.scopes[number] if one != CASE]
            if left:
                buckets[min(left)].append(number)
            else:
                self.roots.append(number)

        for number in range(self.leaves):
            put(number)
        for n, one in enumerate(order):
            put(self._contracted(buckets[n], one))

    def _contracted(self, left: list[int], one: int) -> int:
        """The number of the product of these nodes, summed over the variable `one`.

        The two whose product is smallest are taken first.
        """
        while len(left) > 1:
            best, pair = float("inf"), (0, 1)
            if len(left) > 2:
                for i, a in enumerate(left):
                    for j in range(i):
                        size = 1.0
                        for x in {*self.scopes[a], *self.scopes[left[j]]}:
                            size *= self.sizes[x] if x != CASE else 1
                        if size < best:
                            best, pair = size, (j, i)
            i, j = pair
            both = dict.fromkeys([*self.scopes[left[i]], *self.scopes[left[j]]])
            if len(left) == 2:
                del both[one]
            if CASE in both:
                both = dict.fromkeys([CASE, *both])
            self.scopes.append(tuple(both))
            self.pairs.append((left[i], left[j]))
            left = [n for k, n in enumerate(left) if k not in pair] + [len(self.scopes) - 1]
        return left[0]

    def forward(
        self, tables: Sequence[Table], check: Callable[[int], None]
    ) -> tuple[list[Table], list[Table]]:
        """The tables of all nodes, each scaled so that its greatest cell is 1, of each case; and
        what they were divided by."""
        own = [table.copy() for table in tables]
        own += [np.ones(size) for size in self.sizes]
        scales = [_scale(table, scope) for table, scope in zip(own, self.scopes, strict=False)]
        for place, (left, right) in enumerate(self.pairs):
            scope = self.scopes[self.leaves + place]
            both = contract(own[left], self.scopes[left], own[right], self.scopes[right], scope)
            scales.append(_scale(both, scope))
            own.append(both)
            if place % 16 == 0:
                check(int(self.cells))
        return own, scales

    def backward(
        self,
        tables: Sequence[Table],
        seeds: Mapping[int, Table],
        wanted: Sequence[bool],
        check: Callable[[int], None],
        scales: Sequence[Table] | None = None,
    ) -> list[Table | None]:
        """The derivatives of the roots' sum, weighted by `seeds`, by each leaf that is `wanted`.

        Without `scales` each is right but for a factor of its own.
        """
        slopes: list[Table | None] = [None] * len(self.scopes)
        for root, seed in seeds.items():
            slopes[root] = seed
        for place in range(len(self.pairs) - 1, -1, -1):
            number = self.leaves + place
            slope, scope = slopes[number], self.scopes[number]
            assert slope is not None
            slopes[number] = None
            if scales is not None:
                slope = slope / _spread(scales[number], scope)
            left, right = self.pairs[place]
            for own, other in ((left, right), (right, left)):
                if own >= self.leaves or wanted[own]:
                    to = self.scopes[own]
                    found = contract(slope, scope, tables[other], self.scopes[other], to)
                    if scales is None:
                        _scale(found, ())
                    slopes[own] = found
            if place % 16 == 0:
                check(int(self.cells))
        return slopes[: self.leaves]


def marginals(
    product: Product, most: float, check: Callable[[int], None] = lambda _: None
) -> list[Table] | None:
    """Of each variable how probable its values are; None where all of the product is 0.

    Raises TooMany where more cells than `most` are needed; `check` is called with their number
    now and then.
    """
    tree = Tree(product.sizes, [factor.scope for factor in product.factors], most)
    check(int(tree.cells))
    tables, _ = tree.forward([factor.table for factor in product.factors], check)
    if not all(tables[root] > 0.0 for root in tree.roots):
        return None
    seeds = {root: np.ones(()) for root in tree.roots}
    wanted = [leaf >= tree.given for leaf in range(tree.leaves)]
    found: list[Table] = []
    for own in tree.backward(tables, seeds, wanted, check)[tree.given :]:
        assert own is not None
        found.append(own / own.sum())
    return found


def _scale(table: Table, scope: Scope) -> Table:
    """Divide a table by its greatest cell, of each case; give what it was divided by."""
    cases = CASE in scope
    top = table.max(axis=tuple(range(1, table.ndim))) if cases else table.max(initial=0.0)
    top = np.where(top > 0.0, top, 1.0)
    table /= _spread(top, scope)
    return top


def _spread(scale: Table, scope: Scope) -> Table:
    """A number for each case, beside the other axes of a scope."""
    return scale.reshape(-1, *[1] * (len(scope) - 1)) if CASE in scope else scale


def contract(a: Table, scope_a: Scope, b: Table, scope_b: Scope, out: Scope) -> Table:
    """The product of two tables, summed over the variables that `out` does not speak of."""
    number: dict[int, int] = {}
    for one in (*scope_a, *scope_b):
        number.setdefault(one, len(number))
    axes = [[number[one] for one in scope] for scope in (scope_a, scope_b, out)]
    found: Table = np.asarray(np.einsum(a, axes[0], b, axes[1], axes[2]))  # type: ignore[arg-type]
    return found


def most_probable(
    product: Product, most: float, check: Callable[[int], None] = lambda _: None
) -> list[int] | None:
    """Of each variable a value, so that the product is greatest; None where all of it is 0.

    Raises TooMany where more cells than `most` are needed.
    """
    order, cells = elimination_order(product.sizes, [f.scope for f in product.factors], most)
    check(int(cells))
    left = [_topped(factor) for factor in product.factors]
    tables: list[Factor] = []
    for one in order:
        own = [factor for factor in left if one in factor.scope]
        left = [factor for factor in left if one not in factor.scope]
        scope = tuple(dict.fromkeys([x for factor in own for x in factor.scope if x != one]))
        both = Factor((*scope, one), _joined(own, (*scope, one), product.sizes))
        tables.append(both)
        best = both.table.max(axis=-1)
        if not best.max() > 0.0:
            return None
        left.append(_topped(Factor(scope, np.asarray(best))))
        check(int(cells))
    chosen = [0] * len(product.sizes)
    for one, both in zip(reversed(order), reversed(tables), strict=True):
        chosen[one] = int(both.table[tuple([chosen[x] for x in both.scope[:-1]])].argmax())
    return chosen


def _topped(factor: Factor) -> Factor:
    """The factor with 1 as its greatest cell."""
    table = factor.table.copy()
    _scale(table, factor.scope)
    return Factor(factor.scope, table)


def _joined(factors: Sequence[Factor], scope: Scope, sizes: Sequence[int]) -> Table:
    """The product of tables, with the axes of `scope`."""
    place = {one: n for n, one in enumerate(scope)}
    found = np.ones([sizes[one] for one in scope])
    for factor in factors:
        axes = sorted(range(len(factor.scope)), key=lambda n: place[factor.scope[n]])
        shape = [1] * len(scope)
        for one in factor.scope:
            shape[place[one]] = sizes[one]
        found *= factor.table.transpose(axes).reshape(shape)
    return found
