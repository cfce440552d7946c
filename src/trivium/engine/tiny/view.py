"""A relation of a tiny run, as the caller sees it: columns are made of the rows when asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from trivium.engine.reference import Reference
from trivium.engine.relation import Stored
from trivium.engine.symbols import SymbolTable
from trivium.engine.tiny.terms import Row
from trivium.engine.values import encode
from trivium.engine.view import RelationView
from trivium.ir.dates import date_text
from trivium.ir.nodes import Relation
from trivium.ir.types import Type


class TinyView(RelationView):
    """Some rows of plain values."""

    def __init__(self, relation: Relation, rows: set[Row]) -> None:
        super().__init__(relation)
        self._found = rows

    @cached_property
    def _symbols(self) -> SymbolTable:
        return SymbolTable()

    def _store(self) -> Stored:
        stored = Stored(Reference().primitives, self._relation)
        rows = sorted(self._found) if self._ordered else list(self._found)
        columns = zip(*rows, strict=True) if rows else [()] * len(self.types)
        encoded = [
            encode(values, kind, self._symbols, str)[0]
            for values, kind in zip(columns, self.types, strict=True)
        ]
        stored.give(encoded, len(self._found), [None] * len(encoded))
        return stored

    def __len__(self) -> int:
        return len(self._found)

    @property
    def _ordered(self) -> bool:
        """Whether there is no not-a-number, which has no place among the others."""
        floats = Type.FLOAT in self.types
        return not (floats and any(value != value for row in self._found for value in row))

    @cached_property
    def _rows(self) -> list[Row]:
        if not self._ordered:
            return super()._rows
        if Type.DATE in self.types:
            return [tuple(map(_shown, row, self.types)) for row in sorted(self._found)]
        return sorted(self._found)

    def rows(self) -> list[Row]:
        """All rows as tuples, as in any view; none of these has a term."""
        return list(self._rows)


def _shown(value: Any, kind: Type) -> Any:
    return date_text(value) if kind is Type.DATE else value
