"""Tables as providers of relations: only the rows that are asked about become rows.

{"France": "Paris", "Japan": "Tokyo"}       capital(key, value): looked up by its key
lookup(frame, "country")                    a table, looked up by some of its columns
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trivium.analyse.near import did_you_mean
from trivium.analyse.outside import Signature
from trivium.engine.given import Given, take
from trivium.engine.provider import Input, ProvidedRow, Provider, unfit
from trivium.engine.symbols import SymbolTable
from trivium.engine.values import decode, encode


class TableProvider(Provider):
    """A table that is looked up by some of its columns. See `lookup`."""

    cost = 0.001
    batch = 1 << 16
    threaded = False

    def __init__(self, given: Given, by: Sequence[int], whole: bool = True) -> None:
        relation = given.relation()
        self.given = given
        columns = tuple((column.name, column.type) for column in relation.columns)
        self.signature: Signature = Signature(columns, tuple(by))
        symbols = SymbolTable({})
        told: list[list[Any]] = []
        for place, column in enumerate(relation.columns):
            coded, present = encode(given.values(place), column.type, symbols, str)
            told.append(decode(coded, present, column.type, symbols))
        self._rows: dict[Input, list[tuple[int, Input]]] = {}
        for number, row in enumerate(zip(*told, strict=True)):
            key = tuple(row[place] for place in by)
            values = tuple(row[place] for place in self.signature.outputs)
            if None not in key:
                self._rows.setdefault(key, []).append((number, values))

    def answer(self, inputs: Sequence[Input]) -> Iterator[list[ProvidedRow]]:
        for row in inputs:
            yield [
                ProvidedRow(values, source=self.given.place(number, None))
                for number, values in self._rows.get(row, ())
            ]


def lookup(data: Any, *by: str) -> TableProvider:
    """A table as a provider: rows, columns, an array or a data frame, looked up by some columns.

    Only the rows that are asked about become rows of the relation. Raises ProgramError 321 for a
    column that is not there.
    """
    given = take("table", data)
    names = given.names or tuple(f"c{n + 1}" for n in range(len(given.columns)))
    for name in by:
        if name not in names:
            hint = did_you_mean(name, names) or f"its columns are {', '.join(names)}"
            raise unfit(f"the table has no column `{name}`", hint)
    return TableProvider(given, [names.index(name) for name in by])


def from_mapping(name: str, given: Mapping[Any, Any]) -> Provider:
    """A mapping from keys to values: scalars, tuples, or lists of them for several rows."""
    rows = []
    width = 1
    for key, value in given.items():
        first = key if isinstance(key, tuple) else (key,)
        width = len(first)
        for one in value if isinstance(value, list | set) else [value]:
            rows.append((*first, *(one if isinstance(one, tuple) else (one,))))
    if not rows:
        raise unfit(f"the mapping of `{name}` is empty, so it has no columns", "use `lookup`")
    if len({*map(len, rows)}) > 1:
        raise unfit(f"the rows of the mapping of `{name}` have different lengths")
    keys = ["key"] if width == 1 else [f"key{n + 1}" for n in range(width)]
    more = len(rows[0]) - width
    values = ["value"] if more == 1 else [f"value{n + 1}" for n in range(more)]
    columns = {n: [row[at] for row in rows] for at, n in enumerate([*keys, *values])}
    return TableProvider(take(name, columns), range(width))
