"""Which of the numbers in a column's dates is the day: one order for all its cells.

24/12/2024, 03/04/2024        dmy: 24 is no month
12/25/2024, 03/04/2024        mdy: 25 is no month
01.02.2024, 03.04.2024        ambiguous: dmy, as dots are written
01/02/24, 01/03/24, ...       mdy, if other columns of the table say so, or if only so the rows
                              are in order
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from trivium.ground.dates import SLASHED, parse_date

ORDERS = ("dmy", "mdy", "ymd")
SHOWN = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}


@dataclass(frozen=True)
class Order:
    """The order, why it was taken, and the doubt that remains (empty where there is none)."""

    name: str
    why: str
    doubt: str = ""
    sure: bool = True


def find_order(texts: Iterable[str], rows: Sequence[str], neighbour: str = "") -> Order | None:
    """The order of the dates among a column's distinct texts; None if none has three numbers.

    `rows` are the column's first cells in order, `neighbour` is what another column was sure of.
    """
    parts = [
        (int(m[1]), m[2], int(m[3]), len(m[4])) for text in texts if (m := SLASHED.match(text))
    ]
    if not parts:
        return None
    day_first = [a for a, _, b, _ in parts if a > 12 and b <= 12]
    month_first = [b for a, _, b, _ in parts if b > 12 and a <= 12]
    if all(width == 2 for *_, width in parts) and any(a > 31 for a, *_ in parts):
        return Order("ymd", "the year stands first")
    if len(day_first) > len(month_first) or (day_first and month_first):
        name = "dmy" if len(day_first) >= len(month_first) else "mdy"
        why = f"{(day_first if name == 'dmy' else month_first)[0]} is no month"
        mixed = "two orders in one column" if day_first and month_first else ""
        return Order(name, why, mixed)
    if month_first:
        return Order("mdy", f"{month_first[0]} is no month")
    if neighbour in ("dmy", "mdy"):
        return Order(neighbour, "as in another column of the table", sure=False)
    sorted_by = [name for name in ("dmy", "mdy") if _in_order(rows, name)]
    if sorted_by == ["mdy"]:
        return Order("mdy", "so the rows are in order", sure=False)
    if sorted_by == ["dmy"]:
        return Order("dmy", "so the rows are in order", sure=False)
    return Order("dmy", "", _AMBIGUOUS, sure=False)


_AMBIGUOUS = (
    'ambiguous: every day is below 13; read as day/month/year; `dates="mdy"` reads it the other way'
)


def _in_order(rows: Sequence[str], order: str) -> bool:
    """Whether four and more dates run up or down under an order."""
    dates = [d for text in rows if SLASHED.match(text) and (d := parse_date(text, order=order))]
    if len(set(dates)) < 4:
        return False
    return all(a <= b for a, b in pairwise(dates)) or all(a >= b for a, b in pairwise(dates))
