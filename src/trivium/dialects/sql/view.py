"""The rows of a query as the caller sees them: with their duplicates, in the order of the query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from trivium.dialects.sql.database import names
from trivium.engine.host import Column, Mask, Rows
from trivium.engine.relation import Stored
from trivium.engine.symbols import SymbolTable
from trivium.engine.values import Parts
from trivium.engine.view import RelationView, Row, StoredView
from trivium.ir import nodes
from trivium.ir.types import Type
from trivium.syntax.sql.rules import Output

_TYPES = {"int": Type.NUMBER, "bool": Type.NUMBER, "date": Type.DATE, "float": Type.FLOAT}


class OrderedView(RelationView):
    """Some rows of the relation that the rules of a query derive.

    Args:
        inner: that relation.
        numbers: which of its rows are shown, in order.
        outputs: what is shown of them, each column with its place there.
    """

    def __init__(
        self, inner: StoredView, numbers: Rows, outputs: Sequence[tuple[int, Output]], name: str
    ) -> None:
        columns = tuple(nodes.Column(o.name, _TYPES.get(o.type, Type.SYMBOL)) for _, o in outputs)
        super().__init__(nodes.Relation(name, columns))
        self._inner = inner
        self._numbers = numbers
        self._outputs = outputs

    @property
    def _symbols(self) -> SymbolTable:
        return self._inner._symbols

    def _store(self) -> Stored:
        return self._inner._stored

    def __len__(self) -> int:
        return len(self._numbers)

    @cached_property
    def _order(self) -> Rows:
        return np.arange(len(self._numbers))

    def _cells(self, place: int, sort: bool) -> tuple[Column, Mask | None]:
        at, output = self._outputs[place]
        cells = self._stored.read(at)[0][self._numbers]
        if not output.nullable:
            return cells, None
        return cells, self._stored.read(at + 1)[0][self._numbers] == 0

    def stream(self, parts: Parts) -> Iterator[Row]:
        return iter(self._rows)

    def _is_truth(self, place: int) -> bool:
        return self._outputs[place][1].type == "bool"

    def _values(self, place: int) -> list[Any]:
        values = super()._values(place)
        if not self._is_truth(place):
            return values
        return [None if value is None else bool(value) for value in values]

    def arrow(self, *, sort: bool = False) -> Any:
        """A pyarrow Table, in the order of the query; a second column of a name gets a number."""
        import pyarrow as pa

        table = super().arrow()
        columns = [
            column.cast(pa.bool_()) if self._is_truth(place) else column
            for place, column in enumerate(table.columns)
        ]
        return pa.table(columns, names=names(self.columns))

    def numpy(self, *, sort: bool = False) -> npt.NDArray[Any]:
        """A structured array; texts, dates and columns with nulls are objects."""
        return super().numpy()

    def inner_row(self, number: int) -> tuple[Any, ...]:
        """The row of the rules that a shown one is."""
        numbers = self._numbers[[number]]
        places = range(len(self._inner.types))
        return tuple([self._inner.values_at(place, numbers)[0] for place in places])
