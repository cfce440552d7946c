"""Periods joined with the date that they are of.

hired | 2020        ->  cond(hire date in 2020)
last | 30 | days    ->  cond(among the 30 days up to the newest)
"""

from __future__ import annotations

from trivium.ask.reader.grammar.parts import Part, Parts, count_of, part, word
from trivium.ask.reader.meaning import LastDays, Period, When


def dated_by(self: Parts, column: Part, period: Part) -> Part | None:
    """`hired in 2020`: the date is that of the column."""
    assert isinstance(period.data, Period)
    f = self.column(column, ("date", "year"))
    return part("cond", When(f, "=", period.data)) if f else None


def in_period(self: Parts, period: Part) -> Part | None:
    assert isinstance(period.data, Period)
    f = self.date()
    return part("cond", When(f, "=", period.data)) if f else None


def last_days(self: Parts, last: Part, n: Part, days: Part) -> Part | None:
    date, each = self.date(), {"day": 1, "week": 7, "month": 30}.get(word(days), 1)
    return (
        part("cond", LastDays(date, count_of(n) * each)) if date and date.role == "date" else None
    )
