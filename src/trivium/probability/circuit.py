"""Arithmetic circuits: sums of products of the weights of choices, made once, evaluated often.

A circuit gives, for any weights of its leaves, the weight of each of its roots, in time linear in
its edges, in any commutative semiring (see `semirings/`), for one assignment of weights or for a
batch.

    roots[0] = w0 · w1 + r0 · w2      leaves: w0, w1, w2 the alternatives, r0, r1, ... "none of it"

Source: A. Darwiche, "A differential approach to inference in Bayesian networks", J. ACM, 2003.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Circuit:
    """Nodes in topological order; every child stands before its parent.

    Args:
        alternatives: how many alternatives there are: the nodes 0 .. alternatives - 1 are the
            leaves that hold their weights.
        groups: of each alternative the number of its group, shape (alternatives,). The leaf
            `alternatives + g` has the weight that no alternative of group g is chosen.
        product: of each inner node whether it is a product, else it is a sum; shape (inner,).
        starts: where the children of each inner node start in `children`, and where the last end;
            shape (inner + 1,). A product of nothing is one, a sum of nothing is zero.
        children: node numbers; inner nodes are numbered after the leaves.
        roots: node numbers, one for each question asked.

    Circuits are deterministic, decomposable and smooth: the terms of a sum exclude each other, the
    factors of a product share no group, and all terms of a sum speak of the same groups. So every
    semiring may be evaluated over them.
    """

    alternatives: int
    groups: Ints
    product: npt.NDArray[np.bool_]
    starts: Ints
    children: Ints
    roots: Ints
