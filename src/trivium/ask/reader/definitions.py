"""What words of one's own stand for, read by the reader itself.

    revenue    =  total where status = 'paid'     ->  the column and the condition
    big client =  clients with more than 10 orders where city is Leeds
    turnover   =  amount                          ->  another name of a column

A definition may use those before it. One that cannot be read over the tables at hand is left out,
and told as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trivium.ask.reader.links import Column, Defined, Linker, segmentations
from trivium.ask.reader.meaning import Col, Query
from trivium.ask.reader.question import meant
from trivium.ask.reader.values import World
from trivium.ask.reader.words import stems

__all__ = ["Definitions", "read_definitions"]


@dataclass(frozen=True)
class Definitions:
    """The definitions that could be read over a world, and the names of those that could not."""

    read: Mapping[tuple[str, ...], Defined]
    unread: tuple[str, ...] = ()


def read_definitions(texts: Mapping[str, str], world: World) -> Definitions:
    """Each definition as what it means over these tables."""
    found: dict[tuple[str, ...], Defined] = {}
    unread: list[str] = []
    for name, text in texts.items():
        defined = _defined(text, world, found)
        if defined is None:
            unread.append(name)
        else:
            found[stems(name)] = defined
    return Definitions(found, tuple(unread))


def _defined(text: str, world: World, before: Mapping[tuple[str, ...], Defined]) -> Defined | None:
    of_rows = text.lower().startswith("where ")
    linker = Linker(f"rows {text}" if of_rows else text, world, before)
    for _, way in segmentations(linker):
        if len(way) == 1 and way[0].category == "C":
            return Defined(columns=way[0].data)  # type: ignore[arg-type]
        for meaning in meant(linker, way)[0]:
            if isinstance(meaning, Query) and (made := _of_query(meaning, world)) is not None:
                return made
    return None


def _of_query(query: Query, world: World) -> Defined | None:
    """A quantity of rows, or rows, for which conditions hold; groups and ranks define neither."""
    if query.by or query.rank or query.having or query.both:
        return None
    if query.measure is not None and query.fold == "sum":
        return Defined(expr=query.measure, where=query.where)
    shown = [e for e in query.show if e != Col(world.label[query.base])]
    if query.fold or (len(shown) > 1 and len(query.show) < len(world.fields[query.base]) / 2):
        return None
    if len(shown) != 1:
        return Defined(table=query.base, where=query.where)
    (expr,) = shown
    if isinstance(expr, Col) and not expr.part:
        column = Column(expr.field, "exact", True, 1.0)
        return Defined(columns=[column], where=query.where)
    return Defined(expr=expr, where=query.where)
