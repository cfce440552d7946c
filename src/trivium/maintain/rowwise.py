"""A run's backend for relations that are kept in NumPy's arrays: primitives alone.

A whole plan reads every row of a relation; maintenance reads those of one moment. The rows of a run
that keeps its columns elsewhere are read from there.
"""

from __future__ import annotations

from time import perf_counter

from trivium.engine.contract import Backend
from trivium.engine.host import Rows, Table
from trivium.engine.native import Native
from trivium.engine.native.row_index import RowIndex
from trivium.engine.reference import Reference
from trivium.engine.relation import Stored
from trivium.ir.nodes import Relation


class Rowwise(Native):
    """The native primitives; `built` are the seconds that went into making indexes."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self.built = 0.0

    def build_index(self, keys: Table, rows: Rows, covered: int) -> RowIndex:
        start = perf_counter()
        index = super().build_index(keys, rows, covered)
        self.built += perf_counter() - start
        return index

    def store(self, relation: Relation) -> Stored:
        return Stored(self.primitives, relation)


HostBackend = Rowwise | Reference


def rowwise(backend: Backend) -> HostBackend:
    """The primitives that a run's backend has, or the reference's."""
    return Rowwise(backend.threads) if isinstance(backend, Native) else Reference()
