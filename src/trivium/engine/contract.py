"""What runs a program: executors over relations above, primitives over columns below.

    control      strata, rounds, limits, tracing: fixpoint.py, laws.py, run.py     written once
    Executor     a rule's plan, compiled and run over `Relation`s                  columns, C++, SQL
    Columns      gather, sort, group, probe, ...: cells, and what they mean        NumPy, C++

To those above an executor, a plan is one step. `stepwise.py` is the executor over the primitives.
What an executor lacks it declares, each with what serves instead; nothing else is taken from
another.

A column is an array of 64-bit integers. What the bits mean is the caller's business: floats are
kept as their bits (with one zero and one not-a-number), symbols as codes, so that equal bits are
equal values, and every primitive that is told no type may ignore types.

A table is a sequence of columns of one length; since a nullary relation has no column, the length
is given beside it where it matters. Rows are named by their position, from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from trivium.engine import host
    from trivium.engine.evaluate import Evaluator
    from trivium.engine.limits import Guard, Room
    from trivium.engine.outside import Outside
    from trivium.engine.profile import Recorder
    from trivium.engine.symbols import SymbolTable
    from trivium.ir import nodes
    from trivium.ir.types import Type
    from trivium.plan.steps import RulePlan, Version


class Array(Protocol):
    """Cells, wherever a backend keeps them. Python's operators work on it, cell by cell; `[]` takes
    rows by their numbers, a mask or a slice. All else is a primitive."""

    def __len__(self) -> int: ...
    def __int__(self) -> int: ...
    def __getitem__(self, rows: Any, /) -> Array: ...
    def __eq__(self, other: Any, /) -> Array: ...  # type: ignore[override]
    def __ne__(self, other: Any, /) -> Array: ...  # type: ignore[override]
    def __lt__(self, other: Any, /) -> Array: ...
    def __le__(self, other: Any, /) -> Array: ...
    def __gt__(self, other: Any, /) -> Array: ...
    def __ge__(self, other: Any, /) -> Array: ...
    def __and__(self, other: Any, /) -> Array: ...
    def __or__(self, other: Any, /) -> Array: ...
    def __invert__(self) -> Array: ...
    def __add__(self, other: Any, /) -> Array: ...
    def __sub__(self, other: Any, /) -> Array: ...
    def __mul__(self, other: Any, /) -> Array: ...
    def __floordiv__(self, other: Any, /) -> Array: ...
    def all(self) -> Any: ...
    def any(self) -> Any: ...
    def sum(self) -> Any: ...
    def tolist(self) -> Any: ...


Column = Array  # 64-bit integers
Rows = Array  # numbers of rows
Mask = Array  # truths
Values = Array  # what a type makes of a column: integers, floats, texts
Table = Sequence[Column]


# --- executors -----------------------------------------------------------------------------------


class Relation(Protocol):
    """The rows of one relation of a run, as they come. Three marks cut them into versions:

    0 ........ old ........ visible ........ length
      old rows     delta         new in this round, not seen by any rule yet
    """

    relation: nodes.Relation
    old: int
    visible: int
    length: int
    shrinks: bool  # whether rows may go again

    @property
    def keeps_best(self) -> bool:
        """Whether no row is left for which there is a better one, as the stratum's removals say."""

    @property
    def classes(self) -> int | None:
        """How many classes an equivalence has that is held as such; None where pairs are held."""

    @property
    def backend(self) -> Columns:
        """What works on the columns that are read."""

    def read(self, place: int) -> tuple[host.Column, host.Mask | None]:
        """A column as NumPy has it, and where it is filled if it has empty cells."""

    def index(self, columns: tuple[int, ...], required: tuple[int, ...] = ()) -> Index:
        """The visible rows by some columns, less those with an empty cell in any of either."""

    def give(
        self,
        columns: Sequence[host.Column],
        length: int,
        present: Sequence[host.Mask | None],
        cause: int = 0,
    ) -> int:
        """Add given rows, each once; rows that differ only in an empty cell are different.

        The i-th given row gets the cause -1 - (cause + i). Returns how many were new.
        """

    def give_numbered(self, columns: Sequence[host.Unread], length: int) -> None:
        """The first given rows, no two of them the same; a column is made when it is first read."""

    def derive(
        self, columns: Table, length: int, stamp: int, rule: int, different: bool = False
    ) -> int:
        """Add derived rows that are not there yet, out of sight until `advance`; `different` says
        that no two of them are the same."""

    def see_all(self) -> None:
        """Start a recursive stratum: every row is new."""

    def advance(self) -> bool:
        """End a round: the new rows become the delta. Whether there are any."""

    def settle(self) -> None:
        """End the stratum: no row is new any more."""

    def span(self, version: Version) -> tuple[int, int]:
        """The first and the last row (exclusive) of a version."""

    def masked(self, columns: Sequence[int]) -> tuple[int, ...]:
        """Those of the columns that have empty cells."""

    def different(self, columns: tuple[int, ...]) -> float:
        """About how many different values, or combinations of them, the columns hold."""


class Task(Protocol):
    """The plan of a rule, ready to run."""

    plan: RulePlan
    whole: bool  # whether it runs also over relations that the executor holds in a way of its own

    def derive(self, stamp: int) -> int:
        """Add what the plan derives to its head, out of sight until the round ends; how many rows
        were new. Raises ProgramError (28x) and LimitError (3xx)."""

    def found(self) -> Iterator[tuple[Table, int]]:
        """The rows that the plan gives, in tables, which are not added; a row may come again."""


@dataclass
class Context:
    """What an executor shares with those above it: the texts and terms of a run, its functors, the
    guard (which is another once the run is over), and what is answered from outside."""

    symbols: SymbolTable
    guard: Guard
    functors: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    recorder: Recorder | None = None
    outside: Mapping[str, Outside] = field(default_factory=dict)

    def left(self) -> float:
        return self.guard.left()

    def check_time(self) -> None:
        self.guard.check_time()


class Executor(Protocol):
    """What runs the plans of one run, over its relations.

    `lacks` names what it cannot do itself, and what serves instead. Where that is nothing, a
    program that needs it is refused with E405 (`needs.py`).
    """

    @property
    def context(self) -> Context: ...
    @property
    def lacks(self) -> Mapping[str, str]: ...
    @property
    def relations(self) -> dict[str, Any]: ...

    def store(self, relation: nodes.Relation) -> Any:
        """An empty `Relation`."""

    def loaded(self, program: nodes.Program) -> None:
        """The given rows are there: they may be held as suits the program."""

    def begin(self, stratum: nodes.Stratum, classes: bool) -> bool:
        """A stratum begins: its relations may be held as suits its rules, equivalences as `classes`
        if that is said. Whether rows still know how they came."""

    def hold_plainly(self, names: Collection[str]) -> bool:
        """Hold relations so that any task can read them; whether one was held otherwise."""

    def compile(self, plan: RulePlan, growing: Collection[str]) -> Task:
        """`growing` are the relations that change while the plan runs."""

    def end(self) -> None:
        """End a stratum: what was computed once for it is not needed any more."""

    @property
    def evaluator(self) -> Evaluator:
        """What runs steps over columns of the relations: for proofs, and for laws."""


class Backend(Protocol):
    """What `backend=` names: it starts the executor of a run."""

    name: str

    def start(self, context: Context) -> Executor:
        """The executor of one run, without relations yet."""


# --- columns -------------------------------------------------------------------------------------


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


class Clock(Protocol):
    """How long a run may still take."""

    def left(self) -> float:
        """Seconds; below zero is without end."""

    def check_time(self) -> None:
        """Raise E301 once the time is over."""


class Columns(Protocol):
    """The primitives. `engine/reference.py` defines their meaning."""

    def watch(self, clock: Clock) -> None:
        """From now on a long step goes on only while this clock allows."""

    def store(self, relation: nodes.Relation) -> Any:
        """An empty relation, held in columns."""

    # Between columns and those who read them.

    def own(self, cells: host.Values) -> Array:
        """An array of NumPy's as the backend keeps it."""

    def host(self, array: Array) -> host.Values:
        """An array as NumPy has it."""

    def column(self, cells: Sequence[int]) -> Column:
        """A column of some cells."""

    def typed(self, column: Column, kind: Type, symbols: SymbolTable) -> Values:
        """A column as values of its type."""

    def untyped(self, values: Values, kind: Type, symbols: SymbolTable) -> Column:
        """The inverse of `typed`."""

    def sortable(self, column: Column, kind: Type, symbols: SymbolTable) -> Values:
        """Integers in the order of the values."""

    # Cell by cell.

    def constant(self, value: int, length: int) -> Array:
        """So many cells of one value; a mask of a truth."""

    def numbers(self, start: int, stop: int) -> Rows:
        """The numbers from `start`, before `stop`."""

    def concatenate(self, parts: Sequence[Array]) -> Array:
        """Arrays, at least one, one after the other."""

    def repeat(self, array: Array, times: int | Array) -> Array:
        """Each cell so many times, or as often as is told of it."""

    def where(self, mask: Mask) -> Rows:
        """The rows where a mask is true, in ascending order."""

    def choose(self, mask: Mask, first: Any, second: Any) -> Array:
        """The cells of the first where the mask is true, else of the second."""

    def scatter(self, length: int, rest: int, rows: Rows, values: Any) -> Array:
        """So many cells: at some rows their values, or one for all, and the rest elsewhere."""

    def map(self, functor: str, arguments: Sequence[Values]) -> Values:
        """A functor of the language applied to columns, row by row. Raises UndefinedError."""

    # In order.

    def sort(self, keys: Sequence[Values]) -> Rows:
        """The rows in ascending order of the keys, the first key first; equal rows keep theirs."""

    def nth(self, values: Values, place: int) -> Any:
        """The value that stands at a place once they are sorted."""

    def search(self, ordered: Values, values: Values) -> Rows:
        """How many of some ascending values are less than each, or equal to it."""

    def running(self, kind: str, values: Values) -> Values:
        """The `sum` or `min` of each value and all before it."""

    # Row by row.

    def gather(self, columns: Table, rows: Rows) -> list[Column]:
        """The given rows of a table, in the order given."""

    def filter(self, columns: Table, keep: Mask) -> list[Column]:
        """The rows where `keep` is true."""

    def distinct(self, columns: Table, length: int) -> Rows:
        """The first row of each set of equal rows, in ascending order."""

    def difference(self, columns: Table, length: int, index: Index) -> Rows:
        """The rows that an index over the same columns does not hold, in ascending order."""

    def merge(self, buffer: Array, length: int, more: Array) -> Array:
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


# --- what runs as a whole ------------------------------------------------------------------------


class Body(Protocol):
    """The body of an aggregate that an executor runs as a whole."""

    def collect(self, given: Table, length: int, room: Room) -> tuple[list[Column], int, str]:
        """The wanted columns, their length, and what stopped it: `time`, `memory`, `rows`,
        `undefined` for a functor without a result, or nothing."""
