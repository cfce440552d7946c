"""The native backend: relations and primitives in C++, their meaning unchanged.

    before:  numpy arrays, sorted and searched      after:  sets and indexes that grow with the rows

A plan whose steps are joins, tests and arithmetic over plain columns runs as one pipeline
(`pipelines.py`); any other plan, and relations with empty cells, go step by step through the
primitives. Both give the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from trivium.engine.contract import Clock, Column, Index, Mask, Rows, Table, Values, plain
from trivium.engine.lower import KINDS, ORDERED, Unsupported
from trivium.engine.number_codes import NumberCodes
from trivium.engine.pipelines import Body, Pipeline
from trivium.engine.reference import Reference
from trivium.engine.relation import Stored
from trivium.engine.row_index import PairIndex, RowIndex, RowMatches
from trivium.engine.symbols import SymbolTable
from trivium.errors import BackendError, LimitError
from trivium.ir.nodes import Relation
from trivium.plan.steps import Match, RulePlan, Step

_native: Any
try:
    _native = import_module("trivium._native")
except ImportError:  # built without a C++ compiler
    _native = None


def available() -> bool:
    """Whether the native engine was built with this installation."""
    return _native is not None


def native_module() -> Any:
    """The module of the native engine, None where it was not built."""
    return _native


class Native(Reference):
    """The primitives in C++. E403 where the native engine was not built."""

    name = "native"
    plans = True  # whether plans run as a whole
    codes_numbers = True

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self._clock: Clock | None = None
        if _native is None:
            raise BackendError(
                403,
                "the native engine was not built with this installation",
                hint="install a C++ compiler and reinstall, or use the backend `reference`",
            )

    def watch(self, clock: Clock) -> None:
        self._clock = clock

    def watched(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """A primitive that goes over many rows, for as long as there is time; E301."""
        clock = self._clock
        if clock is None:
            return function(*arguments, -1.0)
        try:
            return function(*arguments, clock.left())
        except TimeoutError:
            clock.check_time()
            raise

    def store(self, relation: Relation) -> Stored:
        return NativeStored(self, relation)

    def compile(
        self,
        plan: RulePlan,
        relations: Mapping[str, Stored],
        growing: Collection[str],
        symbols: SymbolTable,
    ) -> Pipeline | None:
        if not self.plans:
            return None
        try:
            return Pipeline(plan, relations, growing, symbols)
        except Unsupported:
            return None

    def compile_body(
        self,
        steps: Sequence[Step],
        given: Sequence[str],
        wanted: Sequence[str],
        relations: Mapping[str, Stored],
        symbols: SymbolTable,
    ) -> Body | None:
        read = [relations[step.relation] for step in steps if isinstance(step, Match)]
        if not self.plans or (len(read) < 2 and all(stored.classes is None for stored in read)):
            return None  # the columns of one relation need not be copied
        try:
            return Body(self.threads, steps, given, wanted, relations, symbols)
        except Unsupported:
            return None

    def group(self, columns: Table, length: int) -> tuple[Rows, Rows]:
        if not columns:
            return super().group(columns, length)
        groups, firsts = self.watched(_native.group, [plain(c) for c in columns], length)
        return groups, firsts

    def seek(self, columns: Table, rows: int, keys: Table, length: int) -> tuple[Rows, Rows]:
        left, right = self.watched(
            _native.seek,
            [plain(column) for column in columns],
            rows,
            [plain(column) for column in keys],
            length,
            self.threads,
        )
        return left, right

    def fold(
        self, kind: str, keys: Table, values: Values | None, length: int
    ) -> tuple[Rows, Values]:
        letter = "i" if values is None else values.dtype.kind
        if letter not in _FOLD:
            return super().fold(kind, keys, values, length)
        given = None if values is None else np.ascontiguousarray(values)
        columns = [plain(column) for column in keys]
        kind = "sum" if kind == "count" else kind  # of ones
        firsts, results = self.watched(
            getattr(_native, _FOLD[letter]), kind, columns, given, length, self.threads
        )
        return firsts, results

    def build_index(self, keys: Table, rows: Rows, covered: int) -> Index:
        index = RowIndex(self, _native.RowIndex(len(keys)))
        index.extend(keys, rows, covered)
        return index

    def probe(self, index: Index, keys: Table, length: int) -> RowMatches:
        if isinstance(index, PairIndex):
            index = index.pairs()
        assert isinstance(index, RowIndex)
        return index.find(keys, length)

    def contains(self, index: Index, keys: Table, length: int) -> Mask:
        if isinstance(index, PairIndex):
            return index.contains(keys, length)
        return self.probe(index, keys, length).occurs

    def sort(self, keys: Sequence[Values]) -> Rows:
        whole = all(key.dtype in (np.int64, np.uint64) for key in keys)
        if not keys or not whole or not _FEW < len(keys[0]) < 2**32 - 1:
            return super().sort(keys)
        rows: Rows = self.watched(
            _native.sort, [np.ascontiguousarray(key) for key in keys], len(keys[0])
        )
        return rows

    def distinct(self, columns: Table, length: int) -> Rows:
        return self.group(columns, length)[1]  # groups are numbered in the order of first sight

    def segment_reduce(self, kind: str, values: Values, groups: Rows, count: int) -> Values:
        reduce = _REDUCE.get(values.dtype.kind)
        if kind == "count" or reduce is None:
            return super().segment_reduce(kind, values, groups, count)
        reduced: Values = getattr(_native, reduce)(
            kind, np.ascontiguousarray(values), plain(groups), count
        )
        return reduced


# So many rows NumPy sorts as fast.
_FEW = 512
_FOLD = {"i": "fold_numbers", "u": "fold_unsigned", "f": "fold_floats"}
_REDUCE = {"i": "reduce_numbers", "u": "reduce_unsigned", "f": "reduce_floats"}


class NativeStored(Stored):
    """A relation kept in C++ while none of its cells is empty; else as the reference keeps it."""

    def __init__(self, backend: Native, relation: Relation) -> None:
        super().__init__(backend, relation)
        self.threads = backend.threads
        self._watched = backend.watched
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
            self._leave()
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
        self, columns: Sequence[Column], length: int, present: Sequence[Mask | None], cause: int = 0
    ) -> int:
        first = not self.length and self._core is None and not self._unread
        if not first or any(mask is not None for mask in present):
            self._leave()
            return super().give(columns, length, present, cause)
        core = _native.Relation(len(columns), self.threads)
        kept = self._watched(core.give, [plain(column) for column in columns], length)
        core.settle()
        self._core = core
        self._given = range(cause, cause + length) if kept is None else cause + kept
        self.visible = self.old = self.length = core.length
        return self.length

    def _leave(self) -> None:
        """Go back to columns that Python holds."""
        if self._core is not None:
            self._columns = self.columns
            self._core = None
            self._counted = 0
            self._decoded.clear()

    def remove(self, rows: Rows) -> None:
        self._leave()
        super().remove(rows)

    def more_bytes(self, added: int) -> int:
        if self._core is None:
            return super().more_bytes(added)
        held = int(self._core.bytes) * 6 // 5  # what lies between the pieces counts too
        more, self._counted = held - self._counted, held
        return more

    def derive(
        self,
        columns: Sequence[Column],
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
        self._leave()
        self.codes[place] = codes

    def _encoded(self, columns: Sequence[Column]) -> list[Column]:
        """Columns as the core holds them."""
        return [
            self.codes[place].encode(column) if place in self.codes else plain(column)
            for place, column in enumerate(columns)
        ]

    def _decode(self, place: int) -> Column:
        """The numbers of a column; those that are known are not looked up again."""
        column, known = self._decoded.get(place, (np.empty(0, np.int64), 0))
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
