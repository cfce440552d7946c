"""A relation in C++: plain rows, numbers as codes, an equivalence as classes, the best rows.

What it does not hold in C++ (empty cells, choices, columns that nobody has read) it holds in
columns, and those by the native primitives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trivium.engine import host
from trivium.engine.contract import Column, Columns, Index, Rows, Table
from trivium.engine.host import plain
from trivium.engine.native.module import native_module
from trivium.engine.relation import Stored
from trivium.errors import LimitError
from trivium.ir.nodes import Relation
from trivium.ir.types import Type

_native = native_module()
KINDS = {Type.UNSIGNED: 1, Type.FLOAT: 2}  # all others are told apart as integers
ORDERED = (Type.NUMBER, Type.DATE, Type.UNSIGNED, Type.FLOAT)  # as their columns are


class Unsupported(Exception):
    """The native engine has no pipeline for this plan."""


@dataclass(frozen=True, slots=True)
class NumberCodes:
    """The code of a value is its place among `values`, which ascend."""

    values: host.Column

    def encode(self, column: host.Column) -> host.Column:
        """The codes of values that are all known."""
        codes = np.searchsorted(self.values, column)
        assert len(self.values) or not len(column)
        assert (self.values[np.minimum(codes, len(self.values) - 1)] == column).all()
        return codes

    def decode(self, codes: host.Column) -> host.Column:
        return self.values[codes]

    def code(self, value: int) -> int:
        """The code of any value; -1, which no row has, if it is not known."""
        place = int(np.searchsorted(self.values, value))
        known = place < len(self.values) and self.values[place] == value
        return place if known else -1


class NativeStored(Stored):
    """A relation kept in C++ while none of its cells is empty; else in columns."""

    def __init__(
        self, backend: Columns, relation: Relation, threads: int, watched: Callable[..., Any]
    ) -> None:
        super().__init__(backend, relation)
        self.threads = threads
        self._watched = watched
        self._core: Any = None
        self.codes: dict[int, NumberCodes] = {}  # of the columns that are codes in the core
        self._decoded: dict[int, tuple[Column, int]] = {}  # their numbers, and how many
        self._memory: int | None = None  # that pairs of classes may take
        # Where only the best rows stay: the rounds and rules that gave values, in order.
        self._causes: list[tuple[int, int]] | None = None
        self._taken = 0
        self._counted = 0  # bytes of the core, when they were last asked for

    def core(self) -> Any:
        """The relation in C++; Unsupported if it has empty cells or columns that nobody read."""
        if self.keeps_best or self.classes is not None:
            return self._core
        if self.shrinks or self.relation.choices:
            self.leave()
            raise Unsupported
        if self._core is None:
            if self._unread or self.masked(range(len(self._columns))):
                raise Unsupported
            core = _native.Relation(len(self._columns), self.threads)
            self._watched(core.give, self._encoded(self.columns), self.length)
            self._core = core
            self._columns = []
            if self.visible == self.old:
                core.settle()
        return self._core

    def column(self, place: int) -> Column:
        if self._core is None:
            return super().column(place)
        if self._core.in_classes:
            return self._pair_column(place)
        if place in self.codes:
            return self._decode(place)
        column: Column = self._core.column(place)
        return column

    @property
    def columns(self) -> list[Column]:
        return [self.column(place) for place in range(self.relation.arity)]

    def give(
        self,
        columns: Sequence[host.Column],
        length: int,
        present: Sequence[host.Mask | None],
        cause: int = 0,
    ) -> int:
        first = not self.length and self._core is None and not self._unread
        if not first or any(mask is not None for mask in present):
            self.leave()
            return super().give(columns, length, present, cause)
        core = _native.Relation(len(columns), self.threads)
        kept = self._watched(core.give, [plain(column) for column in columns], length)
        core.settle()
        self._core = core
        self._given = range(cause, cause + length) if kept is None else cause + kept
        self.visible = self.old = self.length = core.length
        return self.length

    def leave(self) -> None:
        """Go back to columns that Python holds."""
        if self._core is not None:
            self._columns = self.columns
            self._core = None
            self._counted = 0
            self._decoded.clear()

    def remove(self, rows: Rows) -> None:
        self.leave()
        super().remove(rows)

    def more_bytes(self, added: int) -> int:
        if self._core is None:
            return super().more_bytes(added)
        held = int(self._core.bytes) * 6 // 5  # what lies between the pieces counts too
        more, self._counted = held - self._counted, held
        return more

    def derive(
        self,
        columns: Table,
        length: int,
        stamp: int,
        rule: int,
        different: bool = False,
    ) -> int:
        try:
            core = self.core()
        except Unsupported:
            return super().derive(columns, length, stamp, rule)
        self.begin(stamp, rule)
        self._watched(core.insert, self._encoded(columns), length, different)
        return self.follow(stamp, rule)

    def begin(self, stamp: int, rule: int) -> None:
        """A rule is about to add rows."""
        if self._causes is not None:
            self._causes.append((stamp, rule))
            self._core.begin(len(self._causes))

    def follow(self, stamp: int, rule: int) -> int:
        """Take note of the rows that a rule has added; how many."""
        if self._causes is not None or self.classes is not None:
            taken: int = self._core.taken - self._taken
            self._taken += taken
            self.length = self._core.length
            self._spread.clear()
            return taken
        added: int = self._core.length - self.length
        if added:
            self._record(stamp, rule)
            self.length += added
            self._spread.clear()
        return added

    # --- numbers as codes ------------------------------------------------------------------------

    def keep_codes(self, place: int, codes: NumberCodes) -> None:
        """Hold codes in place of the numbers of a column; who reads it sees the numbers."""
        self.leave()
        self.codes[place] = codes

    def _encoded(self, columns: Table) -> list[host.Column]:
        """Columns as the core holds them."""
        return [
            self.codes[place].encode(plain(column)) if place in self.codes else plain(column)
            for place, column in enumerate(columns)
        ]

    def _decode(self, place: int) -> Column:
        """The numbers of a column; those that are known are not looked up again."""
        column, known = self._decoded.get(place, (self.backend.column(()), 0))
        if known < self.length:
            more = self.codes[place].decode(self._core.read(place, known))
            column = self.backend.merge(column, known, more)
            self._decoded[place] = column, known + len(more)
        return column[: self.length]

    # --- an equivalence as its classes -----------------------------------------------------------

    @property
    def classes(self) -> int | None:
        if self._core is None or not self._core.in_classes:
            return None
        classes: int = self._core.classes
        return classes

    def keep_classes(self, memory_bytes: int | None) -> bool:
        """Start a stratum whose implied rules are followed here, where they can be.

        The pairs are made when they are read; E303 where they take more than `memory_bytes`.
        """
        relation = self.relation
        if not relation.equivalence or relation.choices or self.shrinks:
            return False
        if self.masked((0, 1)):
            return False
        core = self.core()
        core.keep_classes()
        self._memory, self._taken = memory_bytes, core.taken
        self._follow_marks()
        return True

    def leave_classes(self) -> None:
        """Go back to pairs, and to rules that imply them; between rounds."""
        if self.classes is not None:
            self._core.leave_classes()
            self._spread.clear()

    def lead(self, values: Column) -> Column:
        leaders: Column = self._core.lead(plain(values))
        return leaders

    def _pair_column(self, place: int) -> Column:
        """A column of the pairs, kept while there are no more of them."""
        if len(self._columns) == 0 or len(self._columns[0]) != self.length:
            needed = 16 * self.length
            if self._memory is not None and needed > self._memory:
                message = f"the pairs of `{self.relation.name}` need {needed:,} bytes"
                hint = "read its classes by a rule: `class(x, c) :- c = min y : { same(x, y) }`"
                raise LimitError(303, message, self.relation.span, hint=hint)
            self._columns = [self._core.spread(c) for c in (0, 1)]
            self._indexes.clear()
        return self._columns[place]

    def _follow_marks(self) -> None:
        core = self._core
        self.old, self.visible, self.length = core.old, core.visible, core.length
        self._spread.clear()

    def index(self, columns: tuple[int, ...], required: tuple[int, ...] = ()) -> Index:
        if self.classes is None:
            return super().index(columns, required)
        return PairIndex(self, columns, required)

    def index_pairs(self, columns: tuple[int, ...], required: tuple[int, ...]) -> Index:
        """The index over the pairs themselves."""
        return super().index(columns, required)

    def sample(self, place: int, step: int) -> Column:
        if self._core is None or self._core.in_classes:
            return super().sample(place, step)
        cells: Column = self._core.sample(place, step)  # the column stays narrow
        return cells

    def different(self, columns: tuple[int, ...]) -> float:
        if self.classes is None:
            return super().different(columns)
        return float(max(1, self.length if len(columns) > 1 else self._core.elements))

    # --- the best row of each key ----------------------------------------------------------------

    @property
    def keeps_best(self) -> bool:
        return self._causes is not None

    def keep_best(self) -> None:
        """Start a stratum whose removals leave the best row of each key, where they can."""
        best = self.relation.best
        if best is None or self.relation.choices or self._unread:
            return
        kind = self.relation.columns[best.column].type
        if kind not in ORDERED or self.masked(range(self.relation.arity)):
            return
        shrinks, self.shrinks = self.shrinks, False
        core = self.core()
        self.shrinks = shrinks
        kept = core.keep_best(best.column, best.keep == "max", KINDS.get(kind, 0))
        self._given = np.asarray(self._given)[kept]
        self._causes, self._taken = [], core.taken
        self.visible = self.old = self.length = core.length
        self._spread.clear()

    def leave_best(self) -> None:
        """Go back to rows that are removed from outside; between rounds."""
        if self._causes is None:
            return
        counts, kept = self._core.leave_best()
        self._given = np.asarray(self._given)[kept]
        start = 0
        causes = [(0, 0), *self._causes]  # the first are the given rows
        for cause, count in enumerate(counts.tolist()):
            if count and cause:
                self._starts.append(start)
                self._rounds.append(causes[cause][0])
                self._rules.append(causes[cause][1])
            start += count
        self._causes = None

    def see_all(self) -> None:
        super().see_all()
        if self._core is not None:
            self._core.see_all()
            self._follow_marks()

    def advance(self) -> bool:
        if self._core is None:
            return super().advance()
        more: bool = self._core.advance()
        self._follow_marks()
        return more

    def settle(self) -> None:
        self.leave_best()
        super().settle()
        if self._core is not None:
            self._core.settle()
            self._follow_marks()


@dataclass(frozen=True, slots=True)
class PairIndex:
    """The pairs of an equivalence by some columns: asked without being made, made to be joined."""

    stored: NativeStored
    columns: tuple[int, ...]
    required: tuple[int, ...]

    @property
    def covered(self) -> int:
        return self.stored.visible

    @property
    def keys(self) -> int:
        return int(self.stored.different(self.columns))

    def extend(self, keys: Sequence[Any], rows: Any, covered: int) -> None:
        """It follows by itself."""

    def contains(self, keys: Table, length: int) -> host.Mask:
        if not keys:
            return np.full(length, self.stored.visible > 0)
        pair = (keys[0], keys[-1])  # each element is paired with itself
        found: host.Mask = self.stored.core().contains([plain(key) for key in pair], length)
        return found.astype(np.bool_)

    def pairs(self) -> Index:
        return self.stored.index_pairs(self.columns, self.required)
