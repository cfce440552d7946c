"""A relation that is kept from one update to the next: rows come, go, and may come back.

Rows stay where they are, each with its state:

    STAYS   in the relation before this update and after it
    NEW     came with this update
    GONE    went with this update
    DEAD    went with an earlier one

so that the relation can be read as it was (STAYS and GONE) and as it is (STAYS and NEW) at once,
and an index need not be made anew. An update that fails is taken back.

A row may be `given`, and has a rank: in a relation that is recursive a row that is not given
follows from rows of lower ranks.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cached_property
from weakref import WeakSet

import numpy as np
import numpy.typing as npt

from trivium.engine.contract import Relation
from trivium.engine.host import Column, Mask, Rows, Table
from trivium.engine.relation import Stored
from trivium.maintain.rowwise import HostBackend

# About the bytes that a row takes in an index.
INDEXED = 32

# Rows, their ranks before, and whether they were given.
Touched = tuple[Rows, Column, Mask]


class State(IntEnum):
    DEAD = 0
    STAYS = 1
    NEW = 2
    GONE = 3


class Moment(IntEnum):
    """Which rows are read: those before the update, or those after it as far as it has come."""

    BEFORE = 0
    AFTER = 1


_READS = np.array([[False, True, False, True], [False, True, True, False]])


class Kept(Stored):
    """A relation, made of one of a finished run, whose columns it shares until it grows."""

    def __init__(self, backend: HostBackend, stored: Relation, ranks: Column, given: int) -> None:
        """The rows have these ranks, and the first `given` of them were given."""
        super().__init__(backend.primitives, stored.relation)
        self.host = backend
        self._columns = [stored.read(place)[0] for place in range(stored.relation.arity)]
        self.visible = self.old = self.length = stored.length
        self._state: npt.NDArray[np.uint8] = np.full(self.length, State.STAYS, np.uint8)
        self._rank = ranks
        self._given_now: Mask = np.arange(self.length) < given
        self.count = self.length  # how many rows are there
        self._before = self.length
        self._touched: list[Touched] = []
        self._changed: list[Rows] = []
        self._changes: tuple[Rows, Rows] | None = None
        self._pictures: WeakSet[Picture] = WeakSet()

    @property
    def state(self) -> npt.NDArray[np.uint8]:
        return self._state[: self.length]

    @property
    def given(self) -> Mask:
        return self._given_now[: self.length]

    @property
    def bytes(self) -> int:
        """About how much memory the rows take, with their states, ranks and indexes."""
        row = 8 * self.relation.arity + self._rank.itemsize + 2
        indexed = sum(index.covered for index in self._indexes.values())
        return row * self.length + INDEXED * indexed

    def rank(self, rows: Rows) -> Column:
        ranks: Column = self._rank[rows]
        return ranks

    def reads(self, rows: Rows, moment: Moment) -> Mask:
        """Which of the rows there are at a moment."""
        found: Mask = _READS[moment][self._state[rows]]
        return found

    def find(self, columns: Table, length: int) -> Rows:
        """The number of each row, dead or alive, or -1; the columns hold each row once."""
        found = np.full(length, -1)
        if self.length:
            left, right = self.host.probe(self.all_rows(), columns, length).expand()
            found[left] = right
        return found

    def taken(self, rows: Rows) -> list[Column]:
        """Some rows, as a table."""
        return self.host.gather(self.read_all(), rows)

    # --- changing --------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start an update."""
        self._before = self.length
        self._changes = None

    def come(self, columns: Table, length: int, rank: int, given: bool) -> Rows:
        """Add rows, each of them once; the numbers of those that were not there."""
        found = self.find(columns, length)
        known = found[found >= 0]
        fresh = np.flatnonzero(found < 0)
        back = known[~self.reads(known, Moment.AFTER)]
        self._touch(known if given else back)
        if given:
            self._given_now[known] = True
        self._rank[back] = rank
        was_there = self._state[back] == State.GONE
        self._state[back] = np.where(was_there, State.STAYS, State.NEW)
        self._note(back)
        start = self.length
        if len(fresh):
            count = len(fresh)
            self._state = self.host.merge(self._state, start, np.full(count, State.NEW, np.uint8))
            self._rank = self.host.merge(self._rank, start, np.full(count, rank))
            self._given_now = self.host.merge(self._given_now, start, np.full(count, given))
            self._append(self.host.gather(columns, fresh), count)
            self.visible = self.old = self.length
        return np.concatenate([back, np.arange(start, self.length)])

    def go(self, rows: Rows) -> None:
        """Take away rows that are there, each of them once."""
        self._touch(rows)
        self._note(rows)
        came = self._state[rows] == State.NEW
        self._state[rows] = np.where(came, State.DEAD, State.GONE)

    def disown(self, rows: Rows) -> None:
        """These rows are given no more."""
        self._touch(rows)
        self._given_now[rows] = False

    def _note(self, rows: Rows) -> None:
        self._changes = None
        self._changed.append(rows)

    def _touch(self, rows: Rows) -> None:
        self._touched.append((rows, self._rank[rows], self._given_now[rows]))

    def changes(self) -> tuple[Rows, Rows]:
        """The rows that came with this update, and those that went."""
        if self._changes is None:
            older = np.concatenate([*self._changed, np.empty(0, np.int64)])
            older = older[older < self._before]
            older = older[self.host.distinct([older], len(older))]
            fresh = np.arange(self._before, self.length)
            came = [rows[self._state[rows] == State.NEW] for rows in (older, fresh)]
            self._changes = np.concatenate(came), older[self._state[older] == State.GONE]
        return self._changes

    def commit(self) -> None:
        """End an update: what came stays, and what went is dead."""
        came, went = self.changes()
        self._state[came] = State.STAYS
        self._state[went] = State.DEAD
        self.count += len(came) - len(went)
        for picture in self._pictures:
            picture.later.append((came, went, tuple(self._touched)))
        self._forget()

    def roll_back(self) -> None:
        """Take an update back."""
        for rows, ranks, given in reversed(self._touched):
            self._rank[rows] = ranks
            self._given_now[rows] = given
        state = self._state[: self._before]
        state[state == State.NEW] = State.DEAD
        state[state == State.GONE] = State.STAYS
        if self.length > self._before:
            self.visible = self.old = self.length = self._before
            self._indexes.clear()
            self._spread.clear()
        self._forget()

    def _forget(self) -> None:
        self._touched.clear()
        self._changed.clear()
        self._changes = None
        self._before = self.length

    # --- reading ---------------------------------------------------------------------------------

    def picture(self) -> Picture:
        """The rows as they are now, whatever comes later."""
        picture = Picture(self)
        self._pictures.add(picture)
        return picture


class Picture:
    """The rows of a relation after one update, found when they are read: those of now, less what
    came `later`, and what went."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.count = kept.count
        self.later: list[tuple[Rows, Rows, tuple[Touched, ...]]] = []

    @cached_property
    def numbers(self) -> Rows:
        there = self.kept.state == State.STAYS
        for came, went, _ in reversed(self.later):
            there[came] = False
            there[went] = True
        return np.flatnonzero(there)

    @property
    def given(self) -> Rows:
        """Those of the rows that were given."""
        given = self.kept.given.copy()
        for *_, touched in reversed(self.later):
            for rows, _, marks in reversed(touched):
                given[rows] = marks
        return self.numbers[given[self.numbers]]

    def columns(self, rows: Rows) -> list[Column]:
        return self.kept.taken(rows)


def distinct(backend: HostBackend, columns: Table, length: int) -> tuple[list[Column], int]:
    """The rows of a table, each of them once, and how many they are."""
    rows = backend.distinct(columns, length)
    return backend.gather(columns, rows), len(rows)
