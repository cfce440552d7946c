"""One relation as it grows: its columns, empty cells, origins and indexes.

Rows are added, and only subsumption takes some away.

The columns of numbered rows, which are all different, are encoded when they are first read: a
program that names two columns of a large table pays for two.

Each row has a `stamp` (the round that added it; facts have 0) and a `cause`: the index of the rule
that derived it, or -1 - i for the i-th row of what was given. Proofs are made from these two. Rows
that one rule added in one round stand together, so both are kept as the first row of each run.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from trivium.engine.contract import Column, Columns, Index, Mask, Rows
from trivium.ir.nodes import Relation
from trivium.plan.steps import Version

if TYPE_CHECKING:
    from trivium.engine import host

# So many rows of a column are looked at to tell how many different values it has.
SAMPLE = 1024


class Stored:
    """A relation held in columns; `contract.Relation` says what it promises. `present(c)` is `None`
    while column c has no empty cell."""

    def __init__(self, backend: Columns, relation: Relation) -> None:
        self.backend = backend
        self.relation = relation
        self.old = self.visible = self.length = 0
        self.shrinks = False  # whether rows may go again
        self._columns: list[Column] = [backend.column(()) for _ in relation.columns]
        self._present: list[Mask | None] = [None for _ in relation.columns]
        self._unread: dict[int, host.Unread] = {}
        self._given: Column | range = range(0)  # which row of what was given each was
        self._starts: list[int] = []  # of the runs of derived rows: first row, round, rule
        self._rounds: list[int] = []
        self._rules: list[int] = []
        self._indexes: dict[tuple[tuple[int, ...], tuple[int, ...], bool], Index] = {}
        self._spread: dict[int, float] = {}
        self._looked: set[tuple[int, ...]] = set()

    def _read(self, places: Iterable[int]) -> None:
        """Encode those of the columns that nobody has read yet."""
        for place in self._unread.keys() & set(places):
            cells, present = self._unread[place].whole()
            self._columns[place] = self.backend.own(cells)
            self._present[place] = None if present is None else self.backend.own(present)
            del self._unread[place]

    def column(self, place: int) -> Column:
        self._read([place])
        return self._columns[place][: self.length]

    @property
    def columns(self) -> list[Column]:
        self._read(range(len(self._columns)))
        return [column[: self.length] for column in self._columns]

    def present(self, place: int) -> Mask | None:
        self._read([place])
        mask = self._present[place]
        return None if mask is None else mask[: self.length]

    def read(self, place: int) -> tuple[host.Column, host.Mask | None]:
        mask = self.present(place)
        column = self.backend.host(self.column(place))
        return column, None if mask is None else self.backend.host(mask)

    def read_all(self) -> list[host.Column]:
        """The columns as NumPy has them; none has an empty cell."""
        return [self.read(place)[0] for place in range(self.relation.arity)]

    def cells(self, place: int, rows: Rows) -> tuple[host.Column, host.Mask | None]:
        """What stands in a column at some rows, and where it is filled; it reads nothing else."""
        host = self.backend.host
        if place in self._unread:
            return self._unread[place].some(host(rows))
        mask = self.present(place)
        return host(self.column(place)[rows]), None if mask is None else host(mask[rows])

    def stamp(self, row: int) -> int:
        """The round that added a row."""
        run = bisect_right(self._starts, row) - 1
        return 0 if run < 0 else self._rounds[run]

    def stamps(self, rows: Rows) -> Column:
        """The rounds that added some rows."""
        column = self.backend.column
        return column([0, *self._rounds])[self.backend.search(column(self._starts), rows)]

    def cause(self, row: int) -> int:
        """The rule that derived a row, or -1 - i for the i-th row of what was given."""
        run = bisect_right(self._starts, row) - 1
        return -1 - int(self._given[row]) if run < 0 else self._rules[run]

    def given_before(self, count: int) -> Rows:
        """The rows that were among the first `count` given ones."""
        return self.backend.where(self._givens() < count)

    def _givens(self) -> Column:
        """Which row of what was given each of the given rows was."""
        if isinstance(self._given, range):
            return self.backend.numbers(self._given.start, self._given.stop)
        return self._given

    def before(self, stamp: int) -> int:
        """How many rows, the first ones, are older than a round."""
        run = bisect_left(self._rounds, stamp)
        if run < len(self._starts):
            return self._starts[run]
        return self.length if stamp > 0 else 0

    # --- growing ---------------------------------------------------------------------------------

    @property
    def keeps_best(self) -> bool:
        return False

    @property
    def classes(self) -> int | None:
        return None

    def lead(self, values: Column) -> Column:
        """One element for all values of a class."""
        raise NotImplementedError

    def give_numbered(self, columns: Sequence[host.Unread], length: int) -> None:
        self._unread = dict(enumerate(columns))
        self._given = range(length)
        self.visible = self.old = self.length = length

    def give(
        self,
        columns: Sequence[host.Column],
        length: int,
        present: Sequence[host.Mask | None],
        cause: int = 0,
    ) -> int:
        self._read(range(len(columns)))
        backend = self.backend
        given = [backend.own(column) for column in columns]
        for place, mask in enumerate(present):
            if mask is not None and self._present[place] is None:
                self._present[place] = backend.constant(True, self.length)
                self._indexes.clear()
        masks: dict[int, Mask] = {}
        for place, own in enumerate(self._present):
            if own is not None:
                mask = present[place]
                filled = backend.constant(True, length) if mask is None else backend.own(mask)
                masks[place] = filled
        shown = [backend.choose(mask, 1, 0) for mask in masks.values()]
        rows = self._unseen([*given, *shown], length)
        for place, filled in masks.items():
            before = self._present[place]
            assert before is not None
            self._present[place] = backend.concatenate([before[: self.length], filled[rows]])
        whole = len(rows) == length and not self.length  # then nothing needs to be copied
        givens = self._givens()
        self._append(given if whole else backend.gather(given, rows), len(rows))
        self._given = backend.concatenate([givens, rows + cause])
        self.visible = self.old = self.length
        return len(rows)

    def _unseen(self, columns: Sequence[Column], length: int) -> Rows:
        """The rows to give, each once, that are not there; the masks are the last columns."""
        backend = self.backend
        if not self.length:
            return backend.distinct(columns, length)
        own = self.columns
        own += [backend.choose(m[: self.length], 1, 0) for m in self._present if m is not None]
        both = [backend.concatenate(pair) for pair in zip(own, columns, strict=True)]
        rows = backend.distinct(both, self.length + length)
        return rows[rows >= self.length] - self.length

    def more_bytes(self, added: int) -> int:
        """About how many bytes more are held than when this was last asked; so many rows were
        added since."""
        return 8 * added * (self.relation.arity + 2)

    def derive(
        self,
        columns: Sequence[Column],
        length: int,
        stamp: int,
        rule: int,
        different: bool = False,
    ) -> int:
        self._read(range(len(columns)))
        rows = self.backend.distinct(columns, length)
        new = self.backend.gather(columns, rows)
        if self.length:
            fresh = self.backend.difference(new, len(rows), self.all_rows())
            if not len(fresh):
                return 0
            new = self.backend.gather(new, fresh)
            rows = rows[fresh]
        for place, own in enumerate(self._present):
            if own is not None:
                more = self.backend.constant(True, len(rows))
                self._present[place] = self.backend.concatenate([own[: self.length], more])
        self._record(stamp, rule)
        self._append(new, len(rows))
        return len(rows)

    def remove(self, rows: Rows) -> None:
        """Take rows away; those after them move up. The indexes are made anew when asked for."""
        if not len(rows):
            return
        self._read(range(len(self._columns)))
        backend = self.backend
        keep = ~backend.scatter(self.length, False, rows, True)
        kept = backend.where(keep)
        given = self._givens()
        self._columns = backend.gather(self.columns, kept)
        self._present = [None if m is None else m[: self.length][kept] for m in self._present]
        self._given = given[keep[: len(given)]]
        marks = [mark - 1 for mark in (*self._starts, self.old, self.visible, self.length)]
        stay = backend.search(kept, backend.column(marks)).tolist()  # of the rows before each mark
        *self._starts, self.old, self.visible, self.length = stay
        self._indexes.clear()
        self._spread.clear()

    def _record(self, stamp: int, rule: int) -> None:
        """The rows from here on are of this round and rule."""
        if not self._starts or (self._rounds[-1], self._rules[-1]) != (stamp, rule):
            self._starts.append(self.length)
            self._rounds.append(stamp)
            self._rules.append(rule)

    def _append(self, columns: Sequence[Column], length: int) -> None:
        if not length and self.length:
            return  # the columns may be another's, and not to be written to
        merge = self.backend.merge
        if self.length:
            self._columns = [
                merge(buffer, self.length, more)
                for buffer, more in zip(self._columns, columns, strict=True)
            ]
        else:
            self._columns = list(columns)
        self.length += length
        self._spread.clear()

    def see_all(self) -> None:
        self.old, self.visible = 0, self.length

    def advance(self) -> bool:
        self.old, self.visible = self.visible, self.length
        return self.visible > self.old

    def settle(self) -> None:
        self.old = self.visible = self.length

    # --- reading ---------------------------------------------------------------------------------

    def span(self, version: Version) -> tuple[int, int]:
        match version:
            case Version.FULL:
                return 0, self.visible
            case Version.OLD:
                return 0, self.old
            case Version.DELTA:
                return self.old, self.visible

    def masked(self, columns: Sequence[int]) -> tuple[int, ...]:
        self._read(columns)
        return tuple(place for place in columns if self._present[place] is not None)

    def filled(self, columns: Sequence[int], rows: Rows) -> Rows:
        """Those of the rows that have a value in each of the columns."""
        for place in self.masked(columns):
            mask = self._present[place]
            assert mask is not None
            rows = rows[mask[rows]]
        return rows

    def index(self, columns: tuple[int, ...], required: tuple[int, ...] = ()) -> Index:
        return self._index(columns, required, seen=True)

    def is_first_look(self, columns: tuple[int, ...]) -> bool:
        """Whether nobody has looked rows up by these columns yet; from now on, somebody has."""
        if columns in self._looked or any(key[0] == columns for key in self._indexes):
            return False
        self._looked.add(columns)
        return True

    def all_rows(self) -> Index:
        """All full rows by all columns, those of this round too."""
        return self._index(tuple(range(len(self._columns))), (), seen=False)

    def _index(self, columns: tuple[int, ...], required: tuple[int, ...], seen: bool) -> Index:
        masked = self.masked(columns + required)
        index = self._indexes.get((columns, masked, seen))
        end = self.visible if seen else self.length
        if index is not None and index.covered >= end:
            return index
        start = 0 if index is None else index.covered
        keys = [self.column(place) for place in columns]
        rows = self.filled(masked, self.backend.numbers(start, end))
        if index is None:
            index = self.backend.build_index(keys, rows, end)
            self._indexes[columns, masked, seen] = index
            return index
        try:
            index.extend(keys, rows, end)
        except BaseException:  # it may have some of the rows
            del self._indexes[columns, masked, seen]
            raise
        return index

    def sample(self, place: int, step: int) -> Column:
        """Each `step`th cell of a column."""
        return self.column(place)[::step]

    def different(self, columns: tuple[int, ...]) -> float:
        """About how many different values, or combinations of them, the columns hold.

        An index over the columns knows it. Else it follows from a sample of each: of d values in a
        sample of r out of n rows, f of them once, n has d / (1 - (1 - r/n) f/r) (Haas and Stokes,
        1998); columns are taken to be independent.
        """
        for masked in (self.masked(columns), ()):
            index = self._indexes.get((columns, masked, True))
            if index is not None and 2 * index.covered >= self.length:
                return max(1.0, index.keys * self.length / max(index.covered, 1))
        product = 1.0
        for place in columns:
            if place not in self._spread:
                step = max(1, self.length // SAMPLE)
                self._spread[place] = _different(self.sample(place, step), self.length, step)
            product *= self._spread[place]
        return min(product, max(1.0, float(self.length)))


def _different(sample: Column, rows: int, step: int) -> float:
    """About how many different values a column of so many rows has, by each `step`th of them."""
    counts = Counter(sample.tolist())
    if step == 1:
        return max(1.0, float(len(counts)))
    once = sum(count == 1 for count in counts.values())
    return len(counts) / (1 - (1 - len(sample) / rows) * once / len(sample))
