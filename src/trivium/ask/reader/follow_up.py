"""A question that goes on from another: what it names takes the place of what stood there.

"How many clients in Leeds?"  then  "and in Hull?"      In(city, Leeds) becomes In(city, Hull)
"the dearest book"            then  "the cheapest?"     the rank turns round
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any as Anything

from trivium.ask.reader.grammar.comparisons import measure_of
from trivium.ask.reader.grammar.parts import ORDERED, Part, Parts, Sup
from trivium.ask.reader.grammar.rules import NAMED_SUP
from trivium.ask.reader.grammar.scope import named
from trivium.ask.reader.links import Link, Linker
from trivium.ask.reader.meaning import Col, Field, In, Meaning, Period, Query, When
from trivium.ask.reader.values import Match

__all__ = ["going_on"]

# Words that may stand beside what is new.
BESIDE = (
    "followup",
    "and",
    "which",
    "who",
    "howmany",
    "howmuch",
    "when",
    "where",
    "T",
    "people",
    "pause",
    "per",
    "to",
    "fold",
    "noun",
    "num",
    "unit",
    "cmp",
)


def going_on(linker: Linker, way: Sequence[Link], before: Meaning) -> Meaning | None:
    """The meaning before with what the new words say in it, or None if they do not fit."""
    parts = Parts.of(linker, way)
    for f in _all(before, Field):
        parts.focus[f.table] = parts.focus.get(f.table, 0) + 2
    parts.apply(NAMED_SUP)
    meaning: Anything = before
    changed = False
    held = _all(before, In)
    measures = {f for q in _all(before, Query) for f in _all(q.measure, Field)} | {
        f for q in _all(before, Query) for e in q.show for f in _all(e, Field)
    }
    swapped: dict[Field, In] = {}
    for item in parts.items:
        new: Anything = None
        if item.category == "V":
            new = is_value(item, held, swapped, linker)
            if new is None:
                meaning = _narrowed(parts, item, meaning)
                if meaning is None:
                    return None
                changed = True
                continue
            swapped[new.field] = new
        elif item.category == "D":
            assert isinstance(item.data, Period)
            meaning, hit = _map(meaning, partial(_when, new=item.data))
            if not hit:
                return None
            changed = True
        elif item.category == "sup":
            assert isinstance(item.data, Sup)
            meaning = _rank(parts, meaning, item.data)
            if meaning is None:
                return None
            changed = True
        elif item.category == "C":
            near = [
                f
                for f in parts.columns(item)
                if f.role in ORDERED
                and any(f.table == m.table and f.role == m.role for m in measures)
            ]
            if near and len({m for m in measures if m.role == near[0].role}) == 1:
                (old,) = (m for m in measures if m.role == near[0].role)
                meaning, hit = _map(meaning, partial(_instead, old=old, new=near[0]))
                changed = changed or hit
            elif not any(f in {h.field for h in held} for f in parts.columns(item)):
                return None
        elif item.category not in BESIDE:
            return None
    if swapped:
        meaning, hit = _map(meaning, lambda x: swapped.get(x.field, x) if isinstance(x, In) else x)
        changed = changed or hit
    return meaning if changed and meaning != before else None


def is_value(item: Part, held: Sequence[In], swapped: dict[Field, In], linker: Linker) -> In | None:
    assert isinstance(item.data, list)
    options: list[Match] = item.data
    at = item.i
    # `from London`: the word before says which column.
    says = linker.sentence.tokens[at - 1].norm if at else ""
    for c in sorted(held, key=lambda c: c.field.header.lower() != says):
        for m in sorted(options, key=lambda m: not m.whole):
            if m.field == c.field and c.field not in swapped:
                return In(m.field, m.texts)
    return None


def _narrowed(parts: Parts, item: Part, meaning: Anything) -> Anything:
    """`and at Harbour?` after a question that named no branch: one condition more."""
    alone = all(x.category in ("V", "D", "followup", "and", "to", "cmp") for x in parts.items)
    match = named(parts, item) if alone else None
    if not isinstance(meaning, Query) or match is None:
        return None
    if parts.linker.world.keys.path(meaning.base, match.field.table) is None:
        return None
    return replace(meaning, where=(*meaning.where, In(match.field, match.texts)))


def _instead(x: Anything, old: Field, new: Field) -> Anything:
    return new if x == old else x


def _when(x: Anything, new: Period) -> Anything:
    if not isinstance(x, When):
        return x
    old = x.period
    if not new.year and old.year and (new.month or new.quarter or new.months):
        new = replace(new, year=old.year)
    elif new.year and not (new.month or new.quarter or new.day or new.months):
        new = replace(old, year=new.year)
    return replace(x, period=new)


def _rank(parts: Parts, meaning: Anything, sup: Sup) -> Anything:
    if not isinstance(meaning, Query) or meaning.rank is None:
        return None
    adjective = next((a for a in sup.adjectives if a.concept not in ("any", "count")), None)
    measure = meaning.measure
    if adjective and not meaning.by and (f := measure_of(parts, adjective)) is not None:
        measure = Col(f)
    rank = replace(meaning.rank, greatest=sup.sign > 0)
    return replace(meaning, rank=rank, measure=measure)


def _map(x: Anything, change: Callable[[Anything], Anything]) -> tuple[Anything, bool]:
    """A meaning with each part changed, and whether any was."""
    new = change(x)
    if new is not x:
        return new, True
    if isinstance(x, tuple):
        pairs = [_map(y, change) for y in x]
        hit = any(h for _, h in pairs)
        return (tuple(y for y, _ in pairs), True) if hit else (x, False)
    if is_dataclass(x) and not isinstance(x, type):
        found = {f.name: _map(getattr(x, f.name), change) for f in fields(x)}
        if any(h for _, h in found.values()):
            return replace(x, **{name: y for name, (y, h) in found.items() if h}), True
    return x, False


def _all(x: Anything, kind: type) -> list[Anything]:
    """Every part of a kind."""
    found = [x] if isinstance(x, kind) else []
    if isinstance(x, tuple):
        return [y for part in x for y in _all(part, kind)]
    if is_dataclass(x) and not isinstance(x, Field | type):
        return found + [y for f in fields(x) for y in _all(getattr(x, f.name), kind)]
    return found
