"""Bounds joined with what is bound: a column, or the one that an adjective or a unit means.

Amount | bound(> 1000)      ->  cond(Amount > 1000)
bound(heavier than pine)    ->  cond(weight > that of pine)
"""

from __future__ import annotations

from trivium.ask.reader.grammar.parts import ORDERED, Bound, Part, Parts, part
from trivium.ask.reader.grammar.scope import base_of, named
from trivium.ask.reader.lexicon import Adjective
from trivium.ask.reader.meaning import (
    All,
    Col,
    Compare,
    Condition,
    Expr,
    Field,
    In,
    Num,
    Period,
    Query,
    Scalar,
    Via,
    When,
)
from trivium.ask.reader.measures import measured_in
from trivium.ask.reader.words import Amount

DATED = {
    "before": "<",
    "after": ">",
    "since": ">=",
    "until": "<=",
    ">": ">",
    "<": "<",
    ">=": ">=",
    "<=": "<=",
    "=": "=",
}


def comparison(self: Parts, left: Expr, role: str, bound: Bound) -> Condition | None:
    """The condition that a measure stands so to a bound."""
    op, right = bound.op, bound.right
    if isinstance(left, Col) and role in ("date", "year"):
        if isinstance(right, Amount) and not right.unit and 1500 < right.value < 2200:
            right = Period(int(right.value))
        if isinstance(right, tuple):
            periods = [Period(int(x.value)) if isinstance(x, Amount) else x for x in right]
            if not all(isinstance(x, Period) for x in periods):
                return None
            first, last = periods
            if not first.year:
                first = Period(last.year, first.month, first.day, first.quarter)
            if not last.year:
                last = Period(first.year, last.month, last.day, last.quarter)
            return All((When(left.field, ">=", first), When(left.field, "<=", last)))
        if isinstance(right, Period):
            return When(left.field, DATED[op], right)
        if role == "date" and isinstance(right, Amount):
            return None
    if op in DATED and op not in (">", "<", ">=", "<=", "="):
        op = DATED[op]
    if isinstance(right, Period):
        if right.year and not (right.month or right.quarter):
            right = Amount(float(right.year))
        else:
            return None
    factor = left.field.factor if isinstance(left, Col) and role == "time" else 1.0
    if isinstance(right, Amount):
        if role == "time" and right.unit != "min":
            return None
        said = measured_in(right.unit)
        held = measured_in(left.field.unit) if isinstance(left, Col) else None
        if role != "time" and right.unit == "min" and held is None:
            return None
        if said and held and said[0] != held[0]:
            return None  # `over 20 kg`, of a column of metres
        return Compare(left, op, Num(_told(self, left, right) * factor))
    if isinstance(right, tuple) and right and right[0] == "own":
        _, link, name = right
        return Compare(left, op, Via(link, name, left.field)) if isinstance(left, Col) else None
    if isinstance(right, tuple):
        if not all(isinstance(x, Amount) for x in right):
            return None
        low, high = (Num(_told(self, left, x) * factor) for x in right)
        return All((Compare(left, ">=", low), Compare(left, "<=", high)))
    if right in ("mean", "median", "min", "max"):
        base = base_of(self, [left])
        level = Scalar(Query(base or "", fold=str(right), measure=left))
        return Compare(left, op, level) if base else None
    if isinstance(right, Expr):
        return Compare(left, op, right)
    if isinstance(right, Part) and right.category == "V":
        row = named(self, right, prefer=(left.field.table,) if isinstance(left, Col) else ())
        base = base_of(self, [left, Col(row.field)]) if row else None
        if not base or not row or not self.linker.world.is_unique(row.field):
            return None
        return Compare(
            left, op, Scalar(Query(base, (In(row.field, row.texts),), fold="max", measure=left))
        )
    if isinstance(right, Part) and right.category == "C" and (f := self.column(right, ORDERED)):
        return Compare(left, op, Col(f))
    return None


_SCALED = (("百万", 1e6), ("千万", 1e7), ("万", 1e4), ("亿", 1e8), ("千", 1e3))


def _told(self: Parts, left: Expr, amount: Amount) -> float:
    """A number in the unit of the column: `一百万` is 100 where cells are in `万`, and 5 % is 0.05
    where they are shares of one."""
    if not isinstance(left, Col):
        return amount.value
    f = left.field
    said, held = measured_in(amount.unit), measured_in(f.unit)
    if said and held:
        return amount.value * said[1] / held[1]
    scale = next((x for sign, x in _SCALED if f.unit.startswith(sign)), 1.0)
    if scale > 1 and amount.scale > 1:
        return amount.value / scale
    if amount.unit == "%" and not self.percents(f) and self.linker.world.most(f) <= 1:
        return amount.value / 100
    return amount.value


def measured_by(self: Parts, column: Part, bound: Part) -> Part | None:
    assert isinstance(bound.data, Bound)
    f = self.column(column, ORDERED)
    if bound.data.adjective and bound.data.adjective.concept not in (
        "any",
        "size",
        "start",
        "length",
        "price",
        "count",
    ):
        own = self.concept(bound.data.adjective.concept, ORDERED)
        if own and own != f:
            return None
    condition = f and comparison(self, Col(f), f.role, bound.data)
    return part("cond", condition) if condition else None


def measured_after(self: Parts, bound: Part, column: Part) -> Part | None:
    return measured_by(self, column, bound)


def derived_bound(self: Parts, expr: Part, bound: Part) -> Part | None:
    condition = comparison(self, expr.data, "number", bound.data)
    return part("cond", condition) if condition else None


def joined_bound(self: Parts, column: Part | None, measured: Part) -> Part | None:
    """`cost less per night than average`: both words name the column."""
    f, bound = measured.data
    if column is not None and f not in self.columns(column):
        return None
    condition = comparison(self, Col(f), f.role, bound)
    return part("cond", condition) if condition else None


def by_concept(self: Parts, bound: Part) -> Part | None:
    """A bound whose column is not named: by its adjective, its unit, or because there is one."""
    assert isinstance(bound.data, Bound)
    adjective, right = bound.data.adjective, bound.data.right
    sample = right[0] if isinstance(right, tuple) else right
    if isinstance(sample, Period):
        f = self.date()
    elif isinstance(sample, Amount) and sample.unit == "min":
        f = (
            self.only(("time",))
            or self.concept("depart", ("time",))
            or self.concept("start", ("time",))
        )
    elif isinstance(sample, Amount) and sample.unit and (own := self.of_unit(sample.unit)):
        f = own
    elif adjective and adjective.concept not in ("any", "count"):
        f = measure_of(self, adjective)
    elif isinstance(sample, Amount) and sample.unit and sample.unit in "$€£¥元":
        f = self.concept("amount") or self.concept("price") or self.concept("pay")
    elif isinstance(sample, Amount) and sample.unit == "分":
        f = self.concept("mark")
    elif isinstance(sample, Amount) and not sample.unit and 0 < sample.value < 120:
        f = self.age_of_people()  # `patients over 30`
    else:
        f = None
    if (
        isinstance(right, Part)
        and right.category == "C"
        and (limit := self.column(right, ("number",)))
    ):
        f = against(self, limit)
    condition = f and comparison(self, Col(f), f.role, bound.data)
    return part("cond", condition) if condition else None


def against(self: Parts, limit: Field) -> Field | None:
    """The column that a budget, a target or a reorder level is held against."""
    for w in self.linker.vocabulary.headers[limit]:
        if (f := self.concept(f"against-{w}")) and f.table == limit.table and f != limit:
            return f
    return None


def measure_of(self: Parts, adjective: Adjective) -> Field | None:
    """The column by which an adjective orders."""
    concept, roles = adjective.concept, ("number",)
    if concept == "start":
        return self.concept("start", ("date", "year", "time")) or self.date()
    if concept == "age":
        return self.concept("age") or self.concept("birth", ("date", "year"))
    if concept == "people":
        return self.concept("people")
    if concept == "length":
        return self.concept("length", ("number",))
    if concept == "price":
        return self.concept("price", roles) or self.concept("amount", roles)
    if concept == "speed" and self.concept("speed", roles) is None:
        taken = self.concept("finish", ("time", "number"))
        return taken or self.concept("length", ("number",))
    if concept == "size":
        return self.concept("size", roles) or self.only(roles)
    return self.concept(concept, roles)


def every_mark(self: Parts, marks: Part, bound: Part) -> Part | None:
    """`above 70 in every subject`."""
    fields = self.marks()
    made = [comparison(self, Col(f), f.role, bound.data) for f in fields]
    return part("cond", All(tuple(c for c in made if c))) if fields and all(made) else None


def failed(self: Parts, column: Part, fail: Part, bound: Part | None) -> Part | None:
    f = self.column(column, ("number",))
    return part("cond", Compare(Col(f), "<", Num(60))) if f else None
