"""Which table a question is about, and which cells a value names.

[employees.salary, departments.city]  ->  employees: keys lead from its rows to both
Leeds                                 ->  clients.City, rather than suppliers.City, beside `clients`
"""

from __future__ import annotations

from collections.abc import Sequence

from trivium.ask.reader.grammar.parts import Part, Parts
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
    Keys,
    LastDays,
    Like,
    Linked,
    Missing,
    Not,
    Query,
    Via,
    When,
)
from trivium.ask.reader.values import NO, YES, Match


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


def label(self: Parts) -> Field | None:
    main = self.main()
    return self.linker.world.label[main[0]] if main else None


def yes_texts(self: Parts, f: Field) -> tuple[str, ...]:
    return tuple(t for t in self.linker.world.distinct[f] if t.lower() in YES)


def no_texts(self: Parts, f: Field) -> tuple[str, ...]:
    return tuple(t for t in self.linker.world.distinct[f] if t.lower() in NO)


def within_reach(query: Query, keys: Keys) -> bool:
    """Whether keys lead from its rows to all that it speaks of, and from what is linked to them."""
    exprs = [*query.show, *query.by, *([query.measure] if query.measure else [])]
    fields = [f for e in exprs for f in fields_of(e)]
    fields += [f for c in (*query.where, *query.both) for f in fields_of_condition(c)]
    linked = [
        c.part if isinstance(c, Not) else c
        for c in query.where
        if isinstance(c.part if isinstance(c, Not) else c, Linked)
    ]
    return all(keys.path(query.base, f.table) is not None for f in fields) and all(
        bool(keys.path(c.table, query.base)) for c in linked if isinstance(c, Linked)
    )
