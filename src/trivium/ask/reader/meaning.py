"""What a question may mean: one algebra over all tables.

    "How many clients in Leeds?"   Query(base, where=(In(city, "Leeds"),), fold="count")
    "the cheapest in each class"   Query(base, rank=Rank(price, per=(class,)), show=(name,))

An expression is about one row of the base table; the columns of other tables are those of the row
that its keys lead to. Nothing here knows words, languages or programs.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Period:
    """A time as people name it: whichever parts are not 0 hold; `months` is a range of them."""

    year: int = 0
    month: int = 0
    day: int = 0
    quarter: int = 0
    months: tuple[int, int] | None = None
    weekdays: tuple[int, ...] = ()  # 0 is Monday

    def first(self) -> tuple[int, int, int]:
        """The first day of the period."""
        start = self.months[0] if self.months else 3 * self.quarter - 2 if self.quarter else 1
        return self.year, self.month or start, self.day or 1

    def last(self) -> tuple[int, int, int]:
        """The last day of the period, where every month may have 31."""
        end = self.months[1] if self.months else 3 * self.quarter if self.quarter else 12
        return self.year, self.month or end, self.day or 31


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table.

    `role` is number, date, time, yesno, code or text; `column` is where its value stands in the
    relation and `text` where the cell stands as written; `factor` is what a minute is in it.
    """

    table: str
    name: str
    header: str
    role: str
    column: str
    text: str
    unit: str = ""
    factor: float = 1.0


# --- expressions: a value for each row -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Col:
    """A column, or a part of its date: year, quarter, month, weekday, `ym` (year and month)."""

    field: Field
    part: str = ""


@dataclass(frozen=True, slots=True)
class Via:
    """A column of the row of the same table that a column names: the manager's salary."""

    link: Field
    name: Field
    then: Field


@dataclass(frozen=True, slots=True)
class Num:
    value: float


@dataclass(frozen=True, slots=True)
class Arith:
    op: str  # + - * / days (from the left to the right), minutes (past midnight too)
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Scalar:
    """One number made of many rows: the average, the value of a named row."""

    query: Query


Expr = Col | Via | Num | Arith | Scalar


# --- conditions: which rows ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compare:
    left: Expr
    op: str
    right: Expr


@dataclass(frozen=True, slots=True)
class In:
    """The cell is one of these texts."""

    field: Field
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Like:
    field: Field
    how: str  # contains, starts, ends
    text: str


@dataclass(frozen=True, slots=True)
class When:
    """The date lies in the period, or before or after it; `op` is = < <= > >=."""

    field: Field
    op: str
    period: Period


@dataclass(frozen=True, slots=True)
class LastDays:
    """The date is among the last days up to the newest in the table."""

    field: Field
    days: int


@dataclass(frozen=True, slots=True)
class Missing:
    field: Field


@dataclass(frozen=True, slots=True)
class Linked:
    """Some row of another table, for which the conditions hold, has this row's key."""

    table: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Compare | In | Like | When | LastDays | Missing | Linked | All | Any | Not


# --- queries -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rank:
    """The rows (or groups) whose measure is the `first`-th to `last`-th greatest, or least."""

    greatest: bool = True
    first: int = 1
    last: int = 1
    per: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """Rows of `base` for which `where` holds, and what is made of them.

    show                         these values of each row
    rank and measure             ... of the rows with the greatest measure
    fold (and measure)           one number: count, sum, mean, median, min, max, distinct
    by, fold                     one number a group; `having` keeps some, `rank` the greatest
    both                         only groups that have rows for each of these conditions
    """

    base: str
    where: tuple[Condition, ...] = ()
    show: tuple[Expr, ...] = ()
    fold: str = ""
    measure: Expr | None = None
    by: tuple[Expr, ...] = ()
    having: tuple[tuple[str, Expr], ...] = ()
    rank: Rank | None = None
    both: tuple[Condition, ...] = ()
    order: tuple[int, bool] | None = None  # column of the answer, whether descending
    rows: bool = False  # what is shown are the rows themselves, which no column names


@dataclass(frozen=True, slots=True)
class Pair:
    """Two numbers compared: - (difference), / (ratio), share, growth; or which is greater:
    `choice` gives the label of it, `yesno` says whether the left one is."""

    op: str
    left: Query
    right: Query
    labels: tuple[str, str] = ("", "")
    sign: str = ">"
    yes: tuple[str, str] = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether there is any row."""

    query: Query
    yes: tuple[str, str] = ("yes", "no")
    every: bool = False


Meaning = Query | Pair | Exists


@dataclass(frozen=True, slots=True)
class Key:
    """Each row of `child` names by `column` one row of `parent`, whose `key` is unique."""

    child: str
    column: Field
    parent: str
    key: Field

    @property
    def names(self) -> tuple[str, str]:
        """The relation columns that are equal: as texts, where one side is a code and the other a
        number."""
        if self.column.role == self.key.role:
            return self.column.column, self.key.column
        return self.column.text, self.key.text


@dataclass(frozen=True)
class Keys:
    """The keys found between tables, and the rows of each that are no rows of their own."""

    keys: tuple[Key, ...] = field(default=())
    totals: dict[str, tuple[int, ...]] = field(default_factory=dict)  # rows that sum up others

    def path(self, start: str, end: str) -> tuple[Key, ...] | None:
        """The keys that lead from a row to one row of another table; None if none do."""
        frontier: list[tuple[str, tuple[Key, ...]]] = [(start, ())]
        seen = {start}
        for table, path in frontier:
            if table == end:
                return path
            for key in self.keys:
                if key.child == table and key.parent not in seen:
                    seen.add(key.parent)
                    frontier.append((key.parent, (*path, key)))
        return None
