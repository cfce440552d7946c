"""The derivation graph of a run: which choices and rows each uncertain row can come from.

It is a ground program, as small as the query allows; everything that is known about probability is
computed from it, and nothing here knows where it came from.

    0.4::edge(1, 2).             path(x, y) :- edge(x, y).
    0.5::edge(2, 3).             path(x, z) :- path(x, y), edge(y, z).

    nodes    0: edge(1, 2)    1: edge(2, 3)    2: path(1, 2)    3: path(2, 3)    4: path(1, 3)
    weights  0.4, 0.5         groups (0,) (1,)                  rules 2 ← 0    3 ← 1    4 ← 2, 1

Rows that are certain do not occur: they are left out of bodies, and a certain head is a rule with
an empty body. The meaning is the distribution semantics: choose of each group at most one
alternative, independently of the other groups; then the least model of the rules.

Source: T. Sato, "A statistical learning method for logic programs with distribution semantics",
ICLP 1995.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Derivations:
    """A ground program.

    A literal is a node that holds, or with `~` one that does not: `~node`, a negative number.

    Args:
        weights: of each alternative its probability; alternatives are the nodes 0, 1, ....
        groups: a partition of the alternatives. Those of one group exclude each other; with
            1 - (the sum of their weights) none of them is chosen. Groups are independent.
        nodes: how many nodes there are: the alternatives, then the derived rows.
        rules: heads, each a derived row, with the literals of a body. Cycles may run through
            positive literals; none runs through a negative one.
        names: how each node is written, for messages and proofs; may be empty.
    """

    weights: Sequence[float]
    groups: Sequence[tuple[int, ...]]
    nodes: int
    rules: Sequence[tuple[int, tuple[int, ...]]]
    names: Sequence[str] = field(default=(), repr=False)
