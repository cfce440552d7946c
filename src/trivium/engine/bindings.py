"""Tables of bindings: a column for each variable, a row for each way to satisfy the literals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trivium.engine.contract import Column, Columns, Mask, Rows

# A step is split while it would make more rows than this.
CHUNK = 1 << 21


@dataclass(frozen=True, slots=True)
class Bindings:
    """One column for each variable, one row for each way to satisfy the literals so far."""

    length: int
    columns: dict[str, Column]

    def take(self, rows: Rows | slice, names: Sequence[str]) -> dict[str, Column]:
        return {name: self.columns[name][rows] for name in names if name in self.columns}

    def where(self, keep: Mask) -> Bindings:
        if keep.all():
            return self
        kept = {name: column[keep] for name, column in self.columns.items()}
        return Bindings(int(keep.sum()), kept)

    def part(self, start: int, stop: int) -> Bindings:
        parts = {name: column[start:stop] for name, column in self.columns.items()}
        return Bindings(stop - start, parts)


UNIT = Bindings(1, {})


def concatenate(backend: Columns, tables: Sequence[Bindings]) -> Bindings:
    """Tables of the same variables, one after the other."""
    if len(tables) == 1:
        return tables[0]
    names = tables[0].columns
    columns = {
        name: backend.concatenate([table.columns[name] for table in tables]) for name in names
    }
    return Bindings(sum(table.length for table in tables), columns)
