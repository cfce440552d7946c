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

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trivium.probability.inference.elimination import elimination_order

Table = npt.NDArray[np.float64]
Scope = tuple[int, ...]


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


@dataclass(slots=True)
class _Node:
    """A table, and the two that it comes from where it is not given."""

    scope: Scope
    table: Table
    left: int = -1
    right: int = -1


def marginals(
    product: Product, most: float, check: Callable[[int], None] = lambda _: None
) -> list[Table] | None:
    """Of each variable how probable its values are; None where all of the product is 0.

    Raises TooMany where more cells than `most` are needed; `check` is called with their number
    now and then.
    """
    sizes = product.sizes
    order, cells = elimination_order(sizes, [f.scope for f in product.factors], most)
    check(int(cells))
    nodes = [_Node(f.scope, _scaled(f.table.copy())) for f in product.factors]
    leaf_of = list(range(len(nodes), len(nodes) + len(sizes)))
    nodes += [_Node((one,), np.ones(size)) for one, size in enumerate(sizes)]
    place = {one: n for n, one in enumerate(order)}
    buckets: list[list[int]] = [[] for _ in order]
    for number, node in enumerate(nodes):
        if node.scope:
            buckets[min([place[one] for one in node.scope])].append(number)
        elif not node.table > 0.0:
            return None
    roots: list[int] = []
    for n, one in enumerate(order):
        check(int(cells))
        made = _contracted(nodes, buckets[n], one, sizes)
        scope = nodes[made].scope
        if scope:
            buckets[min([place[x] for x in scope])].append(made)
            continue
        if not nodes[made].table > 0.0:
            return None
        roots.append(made)
    slopes: list[Table | None] = [None] * len(nodes)
    for root in roots:
        slopes[root] = np.ones(())
    for number in range(len(nodes) - 1, len(product.factors) + len(sizes) - 1, -1):
        node, slope = nodes[number], slopes[number]
        assert slope is not None
        slopes[number] = None
        left, right = nodes[node.left], nodes[node.right]
        for own, other, at in ((left, right, node.left), (right, left, node.right)):
            if at >= len(product.factors):  # nobody asks how the given tables bear
                bears = contract(slope, node.scope, other.table, other.scope, own.scope, sizes)
                slopes[at] = _scaled(bears)
        if number % 16 == 0:
            check(int(cells))
    found: list[Table] = []
    for leaf in leaf_of:
        slope = slopes[leaf]
        assert slope is not None
        found.append(slope / slope.sum())
    return found


def _contracted(nodes: list[_Node], own: list[int], one: int, sizes: Sequence[int]) -> int:
    """The number of the product of the nodes `own`, summed over the variable `one`.

    The two whose product is smallest are taken first.
    """
    left = list(own)
    while len(left) > 1:
        best, pair = float("inf"), (0, 1)
        if len(left) > 2:
            for i, at in enumerate(left):
                for j in range(i):
                    size = 1.0
                    for x in {*nodes[at].scope, *nodes[left[j]].scope}:
                        size *= sizes[x]
                    if size < best:
                        best, pair = size, (j, i)
        i, j = pair
        a, b = nodes[left[i]], nodes[left[j]]
        last = len(left) == 2
        scope = tuple(dict.fromkeys([x for x in (*a.scope, *b.scope) if not last or x != one]))
        table = _scaled(contract(a.table, a.scope, b.table, b.scope, scope, sizes))
        nodes.append(_Node(scope, table, left[i], left[j]))
        left = [n for k, n in enumerate(left) if k not in pair] + [len(nodes) - 1]
    return left[0]


def _scaled(table: Table) -> Table:
    """The table with 1 as its greatest cell; one that is all 0 stays."""
    top = table.max()
    if top > 0.0:
        table *= 1.0 / top
    return table


def contract(
    a: Table, scope_a: Scope, b: Table, scope_b: Scope, out: Scope, sizes: Sequence[int]
) -> Table:
    """The product of two tables, summed over the variables that `out` does not speak of."""
    number: dict[int, int] = {}
    for one in (*scope_a, *scope_b):
        number.setdefault(one, len(number))
    axes = [[number[one] for one in scope] for scope in (scope_a, scope_b, out)]
    made: Table = np.einsum(a, axes[0], b, axes[1], axes[2])  # type: ignore[arg-type]
    return made


def most_probable(
    product: Product, most: float, check: Callable[[int], None] = lambda _: None
) -> list[int] | None:
    """Of each variable a value, so that the product is greatest; None where all of it is 0.

    Raises TooMany where more cells than `most` are needed.
    """
    order, cells = elimination_order(product.sizes, [f.scope for f in product.factors], most)
    check(int(cells))
    left = [Factor(f.scope, _scaled(f.table.copy())) for f in product.factors]
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
        left.append(Factor(scope, _scaled(np.asarray(best))))
        check(int(cells))
    chosen = [0] * len(product.sizes)
    for one, both in zip(reversed(order), reversed(tables), strict=True):
        chosen[one] = int(both.table[tuple([chosen[x] for x in both.scope[:-1]])].argmax())
    return chosen


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
