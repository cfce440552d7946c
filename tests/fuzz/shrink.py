"""The smallest part of a case that still shows its mismatch.

    shrink(case, lambda smaller: mismatch(smaller, engines) is not None)

Items, data rows and literals are left out, and terms become smaller, as long as the mismatch stays
(delta debugging: Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from tests.fuzz.programs import Case, Data

from trivium.syntax import ast

T = TypeVar("T")
Shows = Callable[[Case], bool]


def shrink(case: Case, shows: Shows) -> Case:
    """A case that shows the mismatch, and no longer does with any one part less."""
    while True:
        before = case
        case = _items(case, shows)
        case = _data(case, shows)
        case = _inside(case, shows)
        if case == before:
            return case


def _items(case: Case, shows: Shows) -> Case:
    def made(items: Sequence[ast.Item]) -> Case:
        return replace(case, program=replace(case.program, items=tuple(items)))

    return made(_fewest(case.program.items, lambda items: shows(made(items))))


def _data(case: Case, shows: Shows) -> Case:
    for name in list(case.data):
        case = _data_of(case, name, shows)
    return case


def _data_of(case: Case, name: str, shows: Shows) -> Case:
    """The case with fewer rows of one relation, or without its data."""
    others: Data = {other: rows for other, rows in case.data.items() if other != name}
    if shows(replace(case, data=others)):
        return replace(case, data=others)

    def made(rows: Sequence[tuple[object, ...]]) -> Case:
        return replace(case, data={**others, name: list(rows)})

    return made(_fewest(case.data[name], lambda rows: shows(made(rows))))


def _fewest(parts: Sequence[T], shows: Callable[[Sequence[T]], bool]) -> Sequence[T]:
    """A part of the sequence that shows the mismatch: leave out halves, quarters, ... one each."""
    size = max(1, len(parts) // 2)
    while parts:
        at = 0
        while at < len(parts):
            fewer = [*parts[:at], *parts[at + size :]]
            if shows(fewer):
                parts = fewer
            else:
                at += size
        if size == 1:
            break
        size //= 2
    return parts


def _inside(case: Case, shows: Shows) -> Case:
    """Make each clause smaller, by one step at a time."""
    place = 0
    while place < len(case.program.items):
        item = case.program.items[place]
        for smaller in _smaller_clauses(item) if isinstance(item, ast.Clause) else ():
            items = (*case.program.items[:place], smaller, *case.program.items[place + 1 :])
            attempt = replace(case, program=replace(case.program, items=items))
            if shows(attempt):
                case = attempt
                break
        else:
            place += 1
    return case


def _smaller_clauses(clause: ast.Clause) -> Iterator[ast.Clause]:
    for head in clause.heads if clause.heads[1:] else ():
        yield replace(clause, heads=(head,))
    if clause.body is not None:
        yield replace(clause, body=None)
        for body in _smaller(clause.body):
            yield replace(clause, body=body)
    for place, head in enumerate(clause.heads):
        for smaller in _smaller(head):
            heads = (*clause.heads[:place], smaller, *clause.heads[place + 1 :])
            yield replace(clause, heads=heads)


def _smaller(node: ast.Formula | ast.Term) -> Iterator[ast.Formula | ast.Term]:
    """Nodes that say less, or the same with one part smaller."""
    match node:
        case ast.Conjunction(parts) | ast.Disjunction(parts):
            yield from parts
            for place in range(len(parts)) if parts[2:] else ():
                yield replace(node, parts=(*parts[:place], *parts[place + 1 :]))
        case ast.Negation(body):
            yield body
        case ast.Call(_, args):
            yield from args
        case ast.Holds(aggregate):
            for smaller in _smaller(aggregate):
                if isinstance(smaller, ast.Aggregate):
                    yield replace(node, aggregate=smaller)
            return
    for name in ("parts", "args", "values"):
        for place, part in enumerate(getattr(node, name, ())):
            parts = getattr(node, name)
            for smaller in _smaller(part):
                yield replace(node, **{name: (*parts[:place], smaller, *parts[place + 1 :])})
    for name in ("left", "right", "body", "condition"):
        part = getattr(node, name, None)
        for smaller in () if part is None else _smaller(part):
            yield replace(node, **{name: smaller})
