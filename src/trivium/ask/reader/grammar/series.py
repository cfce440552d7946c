"""Columns that hold one number period by period: `Sales 2022`, `Sales 2023`; `Jan`, `Feb`, `Mar`.

sales | 2023                     ->  the column `Sales 2023`
grew | from Jan | to Mar         ->  `Mar` - `Jan`
total, where nothing is named    ->  `Jan` + `Feb` + `Mar`
"""

from __future__ import annotations

from collections import defaultdict
from functools import reduce

from trivium.ask.reader.grammar.parts import Part, Parts, part, word
from trivium.ask.reader.links import Column
from trivium.ask.reader.meaning import Arith, Col, Expr, Field, Num, Period
from trivium.ask.reader.words import sentence, stems

Series = dict[Period, Field]
# Words that only say from when to when, once the columns are found.
_JOINTS = ("cmp", "to", "and", "between", "share")


def read_series(self: Parts) -> None:
    """Join periods and numbers where columns are named by both."""
    found = _series(self)
    if not found:
        return
    ends = [x for x in self.items if _at(self, x, found) is not None]
    how = self.all("growth", "diff")
    if how and len(ends) == 2:
        _change(self, how[0], [f for x in ends if (f := _at(self, x, found))], ends)
    elif len(ends) == 1 and ends[0].category == "D":
        f = _at(self, ends[0], found)
        said = _spoken(self, f) if f else []
        if f is not None and (said or len(found) == 1):
            self.items = [x for x in self.items if x not in said]
            ends[0].category, ends[0].data = "C", [Column(f, "exact", True, 1.0)]
    elif not ends and len(found) == 1 and not self.all("D", "expr", "derive", "marks"):
        _of_all(self, next(iter(found.values())))


def _series(self: Parts) -> dict[tuple[str, ...], Series]:
    """The columns of each number, by what they are called beside the period."""
    found: dict[tuple[str, ...], Series] = defaultdict(dict)
    for table in self.main():
        for f in self.linker.world.fields[table]:
            if f.role != "number":
                continue
            tokens = sentence(f.header).tokens
            periods = [t.period for t in tokens if t.period]
            if len(periods) == 1:
                rest = " ".join(t.text for t in tokens if not t.period)
                found[stems(rest)][periods[0]] = f
    return {name: series for name, series in found.items() if len(series) > 1}


def _at(self: Parts, item: Part, found: dict[tuple[str, ...], Series]) -> Field | None:
    """The column of a period that is named."""
    if item.category == "C":
        full = [c.field for c in item.data if c.full]
        return next((f for s in found.values() for f in s.values() if f in full), None)
    if item.category != "D":
        return None
    held = [s[item.data] for s in found.values() if item.data in s]
    said = [f for f in held if _spoken(self, f)]
    return (said or held)[0] if len(said or held) == 1 else None


def _spoken(self: Parts, f: Field) -> list[Part]:
    """The parts that name the column beside its period: `sales`."""
    return [x for x in self.all("C") if f in self.columns(x) and not any(c.full for c in x.data)]


def _change(self: Parts, how: Part, fields: list[Field], ends: list[Part]) -> None:
    one, other = fields
    said = [*_spoken(self, one), *_spoken(self, other)]
    percent = self.has("share") or "rate" in self.linker.sentence.norm(how.i, how.j)
    expr: Expr = Arith("-", Col(other), Col(one))
    if percent:
        expr = Arith("*", Num(100), Arith("/", expr, Col(one)))
    spent = (how, *ends, *said)
    at = self.items.index(how)
    self.items[at] = part("expr", expr)
    self.items = [x for x in self.items if x not in spent and x.category not in _JOINTS]


def _of_all(self: Parts, series: Series) -> None:
    """`the total for zone C`: of all periods, where no number is named."""
    folds = [x for x in self.all("fold") if word(x) in ("sum", "mean")]
    numbers = [x for x in self.all("C") if self.column(x, ("number",))]
    if len(folds) != 1 or numbers or self.has("howmany"):
        return
    total = reduce(lambda a, f: Arith("+", a, Col(f)), list(series.values())[1:], _first(series))
    mean = word(folds[0]) == "mean"
    expr = Arith("/", total, Num(len(series))) if mean else total
    self.items = [x for x in self.items if mean is False or x is not folds[0]]
    self.items.append(part("expr", expr))


def _first(series: Series) -> Expr:
    return Col(next(iter(series.values())))
