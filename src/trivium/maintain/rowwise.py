"""A run's backend for relations that stay in Python: its primitives, and no plan as a whole.

A whole plan reads every row of a relation in C++; maintenance reads those of one moment.
"""

from __future__ import annotations

from time import perf_counter

from trivium.engine.contract import Backend, Index, Rows, Table
from trivium.engine.native import Native
from trivium.engine.reference import Reference
from trivium.engine.relation import Stored
from trivium.ir.nodes import Relation


class Rowwise(Native):
    """The native primitives; `built` are the seconds that went into making indexes."""

    plans = False

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self.built = 0.0

    def build_index(self, keys: Table, rows: Rows, covered: int) -> Index:
        start = perf_counter()
        index = super().build_index(keys, rows, covered)
        self.built += perf_counter() - start
        return index

    def store(self, relation: Relation) -> Stored:
        return Stored(self, relation)


def rowwise(backend: Backend) -> Backend:
    """The primitives that a run's backend has."""
    return Rowwise(backend.threads) if isinstance(backend, Native) else Reference()
