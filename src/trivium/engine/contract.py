"""What a backend must be able to do: about a dozen primitives over columns, and nothing else.

A column is an array of 64-bit integers. What the bits mean is the caller's business: floats are
kept as their bits (with one zero and one not-a-number), symbols as codes, so that equal bits are
equal values and every primitive but `map` and `segment_reduce` may ignore types.

A table is a sequence of columns of one length; since a nullary relation has no column, the length
is given beside it where it matters. Rows are named by their position, from 0.

Control (strata, semi-naive deltas, limits, cancellation) is written once, above the primitives, in
`evaluate.py` and `fixpoint.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from trivium.engine.profile import Recorder
    from trivium.engine.relation import Stored
    from trivium.engine.symbols import SymbolTable
    from trivium.ir.nodes import Relation
    from trivium.plan.steps import RulePlan, Step

Column = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Values = npt.NDArray[Any]
Table = Sequence[Column]


def plain(column: Column) -> Column:
    """The column as one piece of memory."""
    return np.ascontiguousarray(column, np.int64)


class Index(Protocol):
    """The rows of a growing table, found by the values of some of its columns."""

    @property
    def covered(self) -> int:
        """How many rows of the table have been indexed, or left out for an empty cell."""

    @property
    def keys(self) -> int:
        """About how many different keys it holds; not fewer."""

    def extend(self, keys: Table, rows: Rows, covered: int) -> None:
        """Follow the table: `keys` are its whole key columns, `rows` the new rows to index."""


class Matches(Protocol):
    """The answer of a probe, counted but not yet expanded."""

    @property
    def total(self) -> int:
        """An upper bound of the number of pairs, known before they take any memory."""

    def counts(self) -> Rows:
        """An upper bound of the number of pairs of each probing row."""

    def expand(self) -> tuple[Rows, Rows]:
        """The pairs: a row of the probing table, and the indexed row that equals it."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a whole plan may still use: seconds, bytes, rows; below zero is no limit."""

    seconds: float
    memory: int
    rows: int


class Clock(Protocol):
    """How long a run may still take."""

    def left(self) -> float:
        """Seconds; below zero is without end."""

    def check_time(self) -> None:
        """Raise E301 once the time is over."""


class Compiled(Protocol):
    """A plan that a backend runs as a whole."""

    def derive(self, stamp: int, room: Room, recorder: Recorder | None) -> tuple[int, str]:
        """Add what the plan derives to its head; tell the recorder of its steps.

        How many rows were new, and what stopped it: `time`, `memory`, `rows`, `undefined` for a
        functor without a result, or nothing.
        """


class CompiledBody(Protocol):
    """The body of an aggregate that a backend runs as a whole."""

    def collect(self, given: Table, length: int, room: Room) -> tuple[list[Column], int, str]:
        """The wanted columns, their length, and what stopped the run, as `Compiled.derive` says."""


class Backend(Protocol):
    """The primitives. `engine/reference.py` defines their meaning."""

    name: str
    codes_numbers: bool  # whether relations gain by codes in place of numbers that lie far apart

    def watch(self, clock: Clock) -> None:
        """From now on a long step goes on only while this clock allows."""

    def store(self, relation: Relation) -> Stored:
        """An empty relation."""

    def compile(
        self,
        plan: RulePlan,
        relations: Mapping[str, Stored],
        growing: Collection[str],
        symbols: SymbolTable,
    ) -> Compiled | None:
        """The whole plan as one primitive, or None: then it runs step by step.

        `growing` are the relations that change while the plan runs.
        """

    def compile_body(
        self,
        steps: Sequence[Step],
        given: Sequence[str],
        wanted: Sequence[str],
        relations: Mapping[str, Stored],
        symbols: SymbolTable,
    ) -> CompiledBody | None:
        """The body of an aggregate as one primitive, or None: then it runs step by step."""

    def gather(self, columns: Table, rows: Rows) -> list[Column]:
        """The given rows of a table, in the order given."""

    def filter(self, columns: Table, keep: Mask) -> list[Column]:
        """The rows where `keep` is true."""

    def map(self, function: Callable[..., Values], arguments: Sequence[Values]) -> Values:
        """A functor applied to columns, row by row."""

    def sort(self, keys: Sequence[Values]) -> Rows:
        """The rows in ascending order of the keys, the first key first; equal rows keep theirs."""

    def distinct(self, columns: Table, length: int) -> Rows:
        """The first row of each set of equal rows, in ascending order."""

    def difference(self, columns: Table, length: int, index: Index) -> Rows:
        """The rows that an index over the same columns does not hold, in ascending order."""

    def merge(self, buffer: Values, length: int, more: Values) -> Values:
        """A column with more rows after its first `length`; the buffer is reused if it has room."""

    def build_index(self, keys: Table, rows: Rows, covered: int) -> Index:
        """An index of the given rows by the key columns, which are the whole table's."""

    def probe(self, index: Index, keys: Table, length: int) -> Matches:
        """Expand-join: the indexed rows that equal each row of `keys`."""

    def seek(self, columns: Table, rows: int, keys: Table, length: int) -> tuple[Rows, Rows]:
        """Expand-join without an index of the columns: the rows of few `keys`, and those of the
        columns that equal them, in ascending order of the latter."""

    def contains(self, index: Index, keys: Table, length: int) -> Mask:
        """Semi-join: whether any indexed row equals each row of `keys`."""

    def group(self, columns: Table, length: int) -> tuple[Rows, Rows]:
        """The number of the group of each row, from 0, and the first row of each group."""

    def segment_reduce(self, kind: str, values: Values, groups: Rows, count: int) -> Values:
        """`sum`, `min`, `max` or `count` of the values of each of `count` groups.

        A group without values gets 0, which the caller must not read for `min` and `max`.
        """

    def fold(
        self, kind: str, keys: Table, values: Values | None, length: int
    ) -> tuple[Rows, Values]:
        """`group` by at least one key and `segment_reduce` in one pass: the first row of each
        group, and the groups' results. `count` has no values."""
