"""Links composed into a meaning, bottom-up: numbers into bounds, bounds into conditions, words of
order into ranks, and what is left into the question.

    over | $1,000              ->  bound(> 1000)
    Amount | bound(> 1000)     ->  condition(Amount > 1000)
    highest | salary           ->  rank(salary)
    which client | rank | ...  ->  Query

Each rule names the categories that it joins. A part that no rule and no question takes stays, and
then there is no full reading: nothing that was asked is ever dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any as Anything

from trivium.ask.reader.lexicon import Adjective
from trivium.ask.reader.links import Column, Link, Linker
from trivium.ask.reader.meaning import (
    All,
    Any,
    Arith,
    Col,
    Compare,
    Condition,
    Expr,
    Field,
    In,
    LastDays,
    Like,
    Missing,
    Not,
    Num,
    Period,
    Query,
    Scalar,
    Via,
    When,
)
from trivium.ask.reader.values import NO, YES, Match
from trivium.ask.reader.words import Amount

__all__ = ["Bound", "Part", "Parts", "Sup"]

NUMERIC = ("number", "year")
ORDERED = ("number", "year", "date", "time")


@dataclass(eq=False)
class Part:
    """A span and what it was found to be."""

    category: str
    data: Anything
    i: int
    j: int


@dataclass(frozen=True)
class Bound:
    """What a value is compared with: an amount, a period, the average, a row, another column."""

    op: str
    right: object
    adjective: Adjective | None = None


@dataclass(frozen=True)
class Sup:
    """A superlative: by which concept, which way, from which place to which."""

    adjectives: tuple[Adjective, ...]
    sign: int
    first: int = 1
    last: int = 1
    measure: Expr | None = None
    fold: str = ""
    plain: bool = False  # `most`, not `highest`
    many: bool = False  # top 3 and the like, which are told in order


FLIP = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
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


@dataclass
class Parts:
    """The parts of a question while they are joined."""

    linker: Linker
    items: list[Part]
    focus: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    doubts: float = 0.0

    @classmethod
    def of(cls, linker: Linker, way: Sequence[Link]) -> Parts:
        items = [
            Part(link.category, link.data, link.i, link.j)
            for link in way
            if link.category not in ("filler", "pause", "yes")
        ]
        found = cls(linker, items)
        for link in way:
            if link.category == "T":
                assert isinstance(link.data, list)
                for table in link.data:
                    found.focus[table] = found.focus.get(table, 0) + (
                        3 if link.kind in ("exact", "inflected") else 1
                    ) / len(link.data)
            elif link.category == "C":
                assert isinstance(link.data, list)
                best = {c.field.table for c in link.data if c.full}
                for table in best:
                    found.focus[table] = found.focus.get(table, 0) + 1 / len(best)
            elif link.category == "V":
                assert isinstance(link.data, list)
                held = {m.field.table for m in link.data if m.whole}
                for table in held:
                    found.focus[table] = found.focus.get(table, 0) + 0.5 / len(held)
        return found

    # --- looking ----------------------------------------------------------------------------------

    def all(self, *categories: str) -> list[Part]:
        return [part for part in self.items if part.category in categories]

    def has(self, *categories: str) -> bool:
        return any(part.category in categories for part in self.items)

    def take(self, *categories: str) -> Part | None:
        """The first part of these categories, which is thereby used."""
        for part in self.items:
            if part.category in categories:
                self.items.remove(part)
                return part
        return None

    def drop(self, *categories: str) -> None:
        self.items = [part for part in self.items if part.category not in categories]

    # --- columns ----------------------------------------------------------------------------------

    def columns(self, part: Part, roles: Sequence[str] = ()) -> list[Field]:
        """The fields that a part may name, the likeliest first."""
        if part.category != "C":
            return []
        assert isinstance(part.data, list)
        said: list[Column] = part.data
        tier = [c for c in said if c.full and c.kind == "exact"] or [
            c for c in said if c.kind in ("exact", "part")
        ]
        options = [c for c in tier or said if not roles or c.field.role in roles]
        return [
            c.field
            for c in sorted(
                options,
                key=lambda c: (
                    -(c.worth + (0.5 if c.full else 0) + 0.2 * self.focus.get(c.field.table, 0))
                ),
            )
        ]

    def column(self, part: Part, roles: Sequence[str] = ()) -> Field | None:
        return next(iter(self.columns(part, roles)), None)

    def concept(self, name: str, roles: Sequence[str] = ("number",)) -> Field | None:
        """The field for a concept, in the tables that are spoken of."""
        options = self.linker.vocabulary.concepts.get(name, {})
        ranked = (
            sorted(
                (rank / 10 - self.focus.get(f.table, 0), i, f)
                for i, (f, rank) in enumerate(options.items())
                if f.role in roles
            )
            if len(options) < 2
            else sorted(
                (
                    (rank / 10 - self.focus.get(f.table, 0), i, f)
                    for i, (f, rank) in enumerate(options.items())
                    if f.role in roles
                ),
                key=lambda t: t[:2],
            )
        )
        near = [t for t in ranked if self.reachable(t[2].table)]
        return near[0][2] if near else None

    def reachable(self, table: str) -> bool:
        """Whether a table is spoken of, or keys join it with one that is."""
        spoken = [t for t, score in self.focus.items() if score >= 0.25]
        paths = self.linker.world.keys
        return not spoken or any(
            paths.path(t, table) is not None or paths.path(table, t) is not None for t in spoken
        )

    def marks(self) -> list[Field]:
        """Columns of one kind that stand side by side, as the subjects of a school report do."""
        best: list[Field] = []
        for table in self.main():
            run: list[Field] = []
            for f in [*self.linker.world.fields[table], None]:
                if (
                    f is not None
                    and f.role == "number"
                    and not f.unit
                    and self.linker.world.small(f)
                    and (
                        not run
                        or 0.5 < self.linker.world.most(f) / self.linker.world.most(run[0]) < 2
                    )
                ):
                    run.append(f)
                    continue
                best, run = max(best, run, key=len), []
        return best if len(best) > 2 else []

    def of_unit(self, unit: str) -> Field | None:
        """The one column in a unit."""
        fields = self.linker.world.fields
        found = [f for t in self.main() for f in fields[t] if f.unit.lower() == unit]
        return found[0] if len(found) == 1 else None

    def percents(self, f: Field) -> bool:
        """Whether the cells are percentages."""
        return f.unit == "%" or any("%" in t for t in list(self.linker.world.distinct[f])[:5])

    def only(self, roles: Sequence[str], tables: Sequence[str] = ()) -> Field | None:
        """The one column of these roles in the table that is spoken of, if there is just one."""
        main = tables or self.main()
        found = [f for t in main for f in self.linker.world.fields[t] if f.role in roles]
        return found[0] if len(found) == 1 else None

    def main(self) -> list[str]:
        """The tables that are most spoken of."""
        world = self.linker.world
        if not self.focus:
            return list(world.tables) if len(world.tables) == 1 else []
        best = max(self.focus.values())
        return [t for t, score in self.focus.items() if score == best]

    def date(self, op: str = "=") -> Field | None:
        """The date of a row where none is named: the first, or the one that starts it."""
        for table in self.main() or list(self.linker.world.tables):
            fields = self.linker.world.fields[table]
            dates = [f for f in fields if f.role == "date"]
            if dates:
                return dates[0]
            if years := [f for f in fields if f.role == "year"]:
                return years[0] if len(years) == 1 else None
        near = [
            f
            for t in self.linker.world.tables
            if self.reachable(t)
            for f in self.linker.world.fields[t]
            if f.role == "date"
        ]
        del op
        return near[0] if near else None

    # --- rules ------------------------------------------------------------------------------------

    def apply(self, rules: Sequence[tuple[str, Callable[..., Part | None]]]) -> None:
        """Join what the rules join, rule after rule, from the left, until nothing changes."""
        for pattern, make in rules:
            elements = pattern.split()
            at = 0
            while at < len(self.items):
                found = self._match(elements, at)
                if found is not None:
                    parts, end = found
                    made = make(self, *parts)
                    if made is not None:
                        made.i = min(p.i for p in parts if p)
                        made.j = max(p.j for p in parts if p)
                        self.items[at:end] = [made]
                        continue
                at += 1

    def _match(self, elements: Sequence[str], at: int) -> tuple[list[Part | None], int] | None:
        """The parts that a pattern takes from a place; `?x` may be absent."""
        parts: list[Part | None] = []
        for element in elements:
            optional = element[0] == "?"
            names = element.lstrip("?").split("|")
            if at < len(self.items) and self.items[at].category in names:
                parts.append(self.items[at])
                at += 1
            elif optional:
                parts.append(None)
            else:
                return None
        return parts, at


def part(category: str, data: Anything) -> Part:
    return Part(category, data, 0, 0)


def word(item: Part) -> str:
    """What the lexicon says of an operation: `>` of `cmp >`."""
    assert isinstance(item.data, list)
    return str(item.data[0])


# --- order ----------------------------------------------------------------------------------------


def _adjectives(item: Part, *forms: str) -> tuple[Adjective, ...]:
    assert isinstance(item.data, list)
    return tuple(a for a in item.data if a.form in forms)


def _most(self: Parts, most: Part, adj: Part | None = None) -> Part | None:
    sign = 1 if word(most) == "+" else -1
    if adj is None:
        return part("sup", Sup((), sign, plain=True))
    found = _adjectives(adj, "base", "more")
    if found and found[0].concept == "any" and adj.data[0].concept != "any":
        found = found[1:] + found[:1]
    return (
        part(
            "sup",
            Sup(
                found, sign * found[0].sign, plain=self.linker.sentence.words(adj.i, adj.j) == "多"
            ),
        )
        if found
        else None
    )


def _with_unit(self: Parts, n: Part, unit: Part) -> Part | None:
    """`180 cm`, where a column is in cm."""
    said = self.linker.sentence.norm(unit.i, unit.j)
    known = {f.unit.lower() for t in self.main() for f in self.linker.world.fields[t] if f.unit}
    return part("N", Amount(n.data.value, said)) if said in known and not n.data.unit else None


def _how_much_more(self: Parts, how: Part, more: Part) -> Part | None:
    """`How much heavier ...`: a difference."""
    if more.category == "more":
        return part("diff", [])
    found = _adjectives(more, "more")
    return part("diff", list(found)) if found else None


def _same_column(self: Parts, a: Part, b: Part) -> Part | None:
    """`planned to open`: two words for one column."""
    if any(c.full for c in a.data) or any(c.full for c in b.data):
        return None
    both = {c.field for c in a.data} & {c.field for c in b.data}
    if self.linker.sentence.norm(a.i, a.j) == self.linker.sentence.norm(b.i, b.j):
        return None
    return part("C", [c for c in a.data if c.field in both]) if both else None


def _superlative(self: Parts, adj: Part) -> Part | None:
    found = _adjectives(adj, "most")
    return part("sup", Sup(found, found[0].sign)) if found else None


def _top(self: Parts, top: Part, n: Part, adj: Part | None = None) -> Part | None:
    k = count_of(n)
    sign = 1 if word(top) == "+" else -1
    return part("sup", Sup((), sign, 1, k, many=True)) if 0 < k < 1000 else None


def _k_sup(self: Parts, n: Part, sup: Part) -> Part | None:
    assert isinstance(sup.data, Sup)
    old, k = sup.data, count_of(n)
    ordinal = n.category == "ord" or (isinstance(n.data, Amount) and n.data.unit == "th")
    if old.last != 1 or old.many or not 0 < k < 1000:
        return None
    return part(
        "sup",
        Sup(
            old.adjectives,
            old.sign,
            k if ordinal else 1,
            k,
            plain=old.plain,
            many=not ordinal and k > 1,
        ),
    )


def _sup_k(self: Parts, sup: Part, n: Part) -> Part | None:
    return None if n.category == "ord" else _k_sup(self, n, sup)


def _ord_adj(self: Parts, n: Part, adj: Part) -> Part | None:
    found = _adjectives(adj, "base")
    return part("sup", Sup(found, found[0].sign, count_of(n), count_of(n))) if found else None


def count_of(n: Part) -> int:
    if isinstance(n.data, Amount):
        return int(n.data.value) if n.data.value == int(n.data.value) else 0
    return int(word(n))


def _number(self: Parts, n: Part) -> Part | None:
    return part("N", Amount(float(word(n))))


# --- bounds ---------------------------------------------------------------------------------------


def _bound(self: Parts, cmp: Part, than: Part | None, right: Part) -> Part | None:
    return part("bound", Bound(word(cmp), right.data if right.category != "V" else right))


def _mean_bound(
    self: Parts, cmp: Part, than: Part | None, mean: Part, what: Part | None
) -> Part | None:
    if word(mean) != "mean":
        return None
    if what is not None and what.category == "C" and self.column(what, NUMERIC):
        return part("measured", (self.column(what, NUMERIC), Bound(_sign(cmp), "mean", _adj(cmp))))
    if what is not None and what.category == "C":
        return None
    return part("bound", Bound(_sign(cmp), "mean", _adj(cmp)))


def _sign(cmp: Part) -> str:
    if cmp.category == "cmp":
        return {"after": ">", "before": "<"}.get(word(cmp), word(cmp))
    if cmp.category == "more":
        return ">" if word(cmp) == "+" else "<"
    found = _adjectives(cmp, "more", "base")
    return ">" if found and found[0].sign > 0 else "<"


def _adj(cmp: Part) -> Adjective | None:
    found = _adjectives(cmp, "more", "base") if cmp.category == "adj" else ()
    return found[0] if found else None


def _than(self: Parts, cmp: Part, than: Part | None, right: Part) -> Part | None:
    """`heavier than pine`, `more than Ida Holt`: a row whose value is compared with."""
    if right.category in ("N", "D"):
        return part("bound", Bound(_sign(cmp), right.data, _adj(cmp)))
    return part("bound", Bound(_sign(cmp), right, _adj(cmp)))


def _more_what_than(self: Parts, more: Part, what: Part, than: Part, right: Part) -> Part | None:
    """`more people than Kelso`."""
    if what.category == "expr":
        return None
    f = self.column(what, NUMERIC) if what.category == "C" else self.concept("people")
    return part("measured", (f, Bound(_sign(more), right))) if f else None


def _own(self: Parts, cmp: Part, than: Part | None, own: Part, link: Part) -> Part | None:
    """`more than their own manager`: the row of the same table that the column names."""
    world = self.linker.world
    for f in self.columns(link, ("text", "code")):
        label = world.label[f.table]
        if f != label and all(v in world.distinct[label] for v in world.distinct[f]):
            return part("bound", Bound(_sign(cmp), ("own", f, label), _adj(cmp)))
    return None


def _zh_than(self: Parts, than: Part, right: Part, what: Part | None, adj: Part) -> Part | None:
    """`比老秦挣得多`, `比小薛高`."""
    found = _adjectives(adj, "base")
    if not found:
        return None
    bound = Bound(">" if found[0].sign > 0 else "<", right, found[0])
    if what is not None and (f := self.column(what, ORDERED)):
        return part("measured", (f, bound))
    return part("bound", bound) if what is None else None


def _zh_than_mean(self: Parts, than: Part, mean: Part, adj: Part) -> Part | None:
    found = _adjectives(adj, "base")
    return (
        part("bound", Bound(">" if found[0].sign > 0 else "<", "mean", found[0])) if found else None
    )


def _more(self: Parts, more: Part, adj: Part) -> Part | None:
    assert isinstance(adj.data, list)
    sign = 1 if word(more) == "+" else -1
    found = [Adjective(a.concept, a.sign * sign, "more") for a in adj.data if a.form == "base"]
    return part("adj", found) if found else None


def _post(self: Parts, n: Part, post: Part) -> Part | None:
    return part("bound", Bound(word(post), n.data))


def _between(self: Parts, between: Part, a: Part, joint: Part, b: Part) -> Part | None:
    return part("bound", Bound("between", (a.data, b.data)))


def _zh_between(self: Parts, a: Part, joint: Part, b: Part, between: Part) -> Part | None:
    return part("bound", Bound("between", (a.data, b.data)))


def _from_to(self: Parts, since: Part, a: Part, joint: Part, b: Part) -> Part | None:
    if word(since) != "since" or (joint.category == "cmp" and word(joint) != "until"):
        return None
    return part("bound", Bound("between", (a.data, b.data)))


def _last_days(self: Parts, last: Part, n: Part, days: Part) -> Part | None:
    date, each = self.date(), {"day": 1, "week": 7, "month": 30}.get(word(days), 1)
    return (
        part("cond", LastDays(date, count_of(n) * each)) if date and date.role == "date" else None
    )


# --- conditions -----------------------------------------------------------------------------------


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
        if (right.unit == "min") != (role == "time"):
            return None
        return Compare(left, op, Num(right.value * factor))
    if isinstance(right, tuple) and right and right[0] == "own":
        _, link, name = right
        return Compare(left, op, Via(link, name, left.field)) if isinstance(left, Col) else None
    if isinstance(right, tuple):
        if not all(isinstance(x, Amount) for x in right):
            return None
        low, high = (Num(x.value * factor) for x in right)
        return All((Compare(left, ">=", low), Compare(left, "<=", high)))
    if right == "mean":
        base = base_of(self, [left])
        mean = Scalar(Query(base or "", fold="mean", measure=left))
        return Compare(left, op, mean) if base else None
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


def base_of(
    self: Parts,
    exprs: Sequence[Expr],
    conditions: Sequence[Condition] = (),
    extra: Sequence[str] = (),
) -> str | None:
    """The table from whose rows keys lead to every column that is spoken of."""
    tables = {f.table for e in exprs for f in fields_of(e)}
    tables |= {f.table for c in conditions for f in fields_of_condition(c)} | set(extra)
    world = self.linker.world
    fitting = [t for t in world.tables if all(world.keys.path(t, x) is not None for x in tables)]
    inside = [t for t in fitting if t in tables]
    if inside:
        return max(inside, key=lambda t: self.focus.get(t, 0)) if len(tables) > 1 else inside[0]
    return fitting[0] if fitting and tables else None


def fields_of(e: object) -> list[Field]:
    match e:
        case Col(f, _):
            return [f]
        case Via(link, _, _):
            return [link]
        case Arith(_, left, right):
            return [*fields_of(left), *fields_of(right)]
    return []


def fields_of_condition(c: Condition) -> list[Field]:
    match c:
        case Compare(left, _, right):
            return [*fields_of(left), *fields_of(right)]
        case In(f, _) | Like(f, _, _) | When(f, _, _) | LastDays(f, _) | Missing(f):
            return [f]
        case All(parts) | Any(parts):
            return [f for p in parts for f in fields_of_condition(p)]
        case Not(p):
            return fields_of_condition(p)
    return []


def named(
    self: Parts, value: Part, prefer: Sequence[str] = (), near: Sequence[Field] = ()
) -> Match | None:
    """The cells that a value names: of the column beside it, of a table spoken of, of a label."""
    assert isinstance(value.data, list)
    world = self.linker.world
    options: list[Match] = [m for m in value.data if self.reachable(m.field.table)]
    if not options:
        return None

    def worth(m: Match) -> float:
        return (
            4.0 * (m.field in near)
            + 2.0 * m.whole
            + 1.0 * (m.field.table in prefer)
            + 0.5 * self.focus.get(m.field.table, 0)
            + 0.6 * (m.field == world.label[m.field.table])
            - 0.05 * world.fields[m.field.table].index(m.field)
        )

    return max(options, key=worth)


def _measured(self: Parts, column: Part, bound: Part) -> Part | None:
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


def _measured_after(self: Parts, bound: Part, column: Part) -> Part | None:
    return _measured(self, column, bound)


def _joined(self: Parts, measured: Part) -> Part | None:
    f, bound = measured.data
    condition = comparison(self, Col(f), f.role, bound)
    return part("cond", condition) if condition else None


def _by_concept(self: Parts, bound: Part) -> Part | None:
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
    if concept == "size":
        return self.concept("size", roles) or self.only(roles)
    return self.concept(concept, roles)


def _group_value(self: Parts, column: Part, n: Part) -> Part | None:
    """`level 7`, `gate 4`: a number that a column has."""
    if not isinstance(n.data, Amount) or n.data.unit not in ("", "%"):
        return None
    for f in self.columns(column, ("number", "year", "code", "text")):
        fits = f.role in ("number", "year") and (n.data.unit == "" or self.percents(f))
        if fits and any(c.field == f and c.full for c in column.data):
            return part("cond", Compare(Col(f), "=", Num(n.data.value)))
    return None


def _percent_of(self: Parts, n: Part, column: Part) -> Part | None:
    """`a 20% rebate`."""
    return (
        _group_value(self, column, n) if isinstance(n.data, Amount) and n.data.unit == "%" else None
    )


def _surname(self: Parts, name: Part) -> Part | None:
    f = label(self)
    return part("cond", Like(f, "starts", str(name.data))) if f else None


def _every(self: Parts, marks: Part, bound: Part) -> Part | None:
    """`above 70 in every subject`."""
    fields = self.marks()
    made = [comparison(self, Col(f), f.role, bound.data) for f in fields]
    return part("cond", All(tuple(c for c in made if c))) if fields and all(made) else None


def _fail(self: Parts, column: Part, fail: Part, bound: Part | None) -> Part | None:
    f = self.column(column, ("number",))
    return part("cond", Compare(Col(f), "<", Num(60))) if f else None


def _dated(self: Parts, column: Part, period: Part) -> Part | None:
    """`hired in 2020`: the date is that of the column."""
    assert isinstance(period.data, Period)
    f = self.column(column, ("date", "year"))
    return part("cond", When(f, "=", period.data)) if f else None


def _period(self: Parts, period: Part) -> Part | None:
    assert isinstance(period.data, Period)
    f = self.date()
    return part("cond", When(f, "=", period.data)) if f else None


def _like(
    self: Parts, column: Part | None, like: Part, mark: Part | None, text: Part
) -> Part | None:
    how = word(like)
    f = self.column(column, ("text", "code")) if column else None
    f = f or label(self)
    if f is None:
        return None
    written = self.linker.sentence.words(text.i, text.j)
    if text.category == "text":
        written = str(text.data)
    elif (
        not self.linker.sentence.tokens[text.i].quoted
        and mark is None
        and text.category not in ("unknown", "V", "text", "T", "C", "ord", "num")
    ):
        return None
    return part("cond", Like(f, how, written.strip(" ?？.。“”\"'")))


def label(self: Parts) -> Field | None:
    main = self.main()
    return self.linker.world.label[main[0]] if main else None


def _beside(self: Parts, value: Part, column: Part) -> Part | None:
    """`the North depot`, `Red team`: the column only says what the value is of."""
    assert isinstance(value.data, list)
    near = list(self.columns(column))
    match = named(self, value, near=near)
    if match is None or match.field not in near:
        return None
    return part("cond", In(match.field, match.texts))


def _beside_before(self: Parts, column: Part, value: Part) -> Part | None:
    at = self.items.index(column)
    asked = at > 0 and self.items[at - 1].category in ("which", "who")
    return None if asked else _beside(self, value, column)


def _table_value(self: Parts, table: Part, value: Part) -> Part | None:
    """`part 00731`: a value of the table's own."""
    assert isinstance(table.data, list)
    fields = [f for t in table.data for f in self.linker.world.fields[t] if f.role == "code"]
    match = named(self, value, near=fields)
    return part("cond", In(match.field, match.texts)) if match and match.field in fields else None


def _value(self: Parts, value: Part) -> Part | None:
    match = named(self, value)
    return part("cond", In(match.field, match.texts)) if match else None


def _either(self: Parts, a: Part, joint: Part | None, b: Part) -> Part | None:
    """`Leeds and York`: of one column, either of them."""
    if isinstance(a.data, In) and isinstance(b.data, In) and a.data.field == b.data.field:
        return part("cond", In(a.data.field, tuple(dict.fromkeys((*a.data.texts, *b.data.texts)))))
    if joint is not None and joint.category == "or":
        return part("cond", Any((a.data, b.data)))
    if isinstance(a.data, Like) and isinstance(b.data, Like) and a.data.field == b.data.field:
        return part("cond", Any((a.data, b.data)))
    return None


def _not(self: Parts, negation: Part, cond: Part) -> Part | None:
    return part("cond", Not(cond.data))


def _neither(self: Parts, neither: Part, a: Part, nor: Part, b: Part) -> Part | None:
    return part("cond", All((Not(a.data), Not(b.data))))


def _missing(self: Parts, missing: Part, what: Part) -> Part | None:
    """`no fax`, `without a sponsor`; of another table: no row that leads here."""
    if what.category == "C":
        options = self.columns(what)
        if options and options[0].role == "yesno":
            return part("cond", In(options[0], no_texts(self, options[0])))
        empty = [f for f in options if not self.linker.world.is_filled(f)]
        return part("cond", Missing(empty[0])) if empty else None
    return None


def yes_texts(self: Parts, f: Field) -> tuple[str, ...]:
    return tuple(t for t in self.linker.world.distinct[f] if t.lower() in YES)


def no_texts(self: Parts, f: Field) -> tuple[str, ...]:
    return tuple(t for t in self.linker.world.distinct[f] if t.lower() in NO)


def _yes(self: Parts, column: Part) -> Part | None:
    """A column of yes and no that is named says that it is so."""
    f = self.column(column)
    if f is None or f.role != "yesno":
        return None
    return part("cond", In(f, yes_texts(self, f)))


X = "N|D"
NAMED_SUP = (
    ("num", _number),
    ("N unknown", _with_unit),
    ("C C", _same_column),
    ("N noun", lambda self, n, noun: n if self.linker.sentence.language == "zh" else None),
    ("howmuch|howmany more|adj", _how_much_more),
    ("more adj", _more),
    ("most adj", _most),
    ("adj", _superlative),
    ("ord sup", _k_sup),
    ("N sup", _k_sup),
    ("ord adj", _ord_adj),
    ("top N", _top),
    ("most", _most),
    ("ord sup", _k_sup),
    ("N sup", _k_sup),
    ("sup adj", lambda self, s, a: s if _adjectives(a, "base") else None),
    ("sup N", _sup_k),
)
BOUNDS = (
    (f"between {X} and {X}", _between),
    (f"{X} to|and {X} between", _zh_between),
    (f"between {X} to {X}", _between),
    (f"cmp {X} to|cmp {X}", _from_to),
    ("lastdays N unit|days", _last_days),
    ("cmp|adj|more ?than fold ?C|T|people", _mean_bound),
    (f"{X} post", _post),
    (f"cmp|adj|more than {X}|V|C", _than),
    ("more|cmp C|people|expr than V", _more_what_than),
    ("cmp|adj|more ?than own C", _own),
    (f"cmp {X}", lambda self, cmp, right: _bound(self, cmp, None, right)),
    (
        "cmp V|C",
        lambda self, cmp, right: (
            None if word(cmp) in ("since", "until", "=") else _than(self, cmp, None, right)
        ),
    ),
    ("than V ?C adj", _zh_than),
    ("than fold adj", _zh_than_mean),
)
CONDITIONS = (
    ("bound noun", lambda self, b, n: b),
    ("measured", _joined),
    ("C fail ?bound", _fail),
    ("marks ?every|both bound", lambda self, m, e, b: _every(self, m, b)),
    ("bound marks", lambda self, b, m: _every(self, m, b)),
    (
        "?C like text|V|unknown|T|C|ord|N char|noun",
        lambda self, c, k, t, m: _like(self, c, k, m, t),
    ),
    ("?C like ?char text|V|unknown|T|C|ord", _like),
    ("C bound", _measured),
    ("bound C", _measured_after),
    ("C noun", lambda self, c, n: c),
    ("noun C", lambda self, n, c: c),
    ("C N", _group_value),
    ("N C", _percent_of),
    ("T V", _table_value),
    ("C V", _beside_before),
    ("V C", _beside),
    ("missing C", _missing),
    ("C D", _dated),
    ("D C", lambda self, d, c: _dated(self, c, d)),
    ("surname", _surname),
)
REST = (
    ("V", _value),
    ("cond ?and|or|nor|to cond", _either),
)
