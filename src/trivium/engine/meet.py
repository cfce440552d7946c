"""Joins of a cyclic body as intersections: each binding goes through its smallest side.

    edge(y, z), edge(z, x)    x and y are bound
    for each x and y: the rows of y, checked in x, or those of x, checked in y, whichever are fewer

The same rows as a join with the first atom and semi-joins with the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from trivium.engine.bindings import CHUNK, Bindings, concatenate
from trivium.engine.contract import Index, Rows
from trivium.ir.nodes import Term, Var
from trivium.ir.types import Type
from trivium.plan.steps import Match, Step

if TYPE_CHECKING:
    from trivium.engine.evaluate import Evaluator


def meet(evaluator: Evaluator, steps: Sequence[Step], bindings: Bindings) -> Bindings | None:
    """The join of the first step, which binds one variable, and the others, which check it.

    None if it is too large to do in one piece.
    """
    atoms = [step for step in steps if isinstance(step, Match)]
    name, live = atoms[0].binds[0][1], atoms[-1].live
    sides = [_binding(atom, name) for atom in atoms]
    checks = [_checking(atom, name) for atom in atoms]
    read = {term.name for check in checks for _, term in check.keys if isinstance(term, Var)}
    backend = evaluator.backend
    least, *more = (_counts(evaluator, side, bindings) for side in sides)
    smallest = backend.constant(0, bindings.length)
    for place, counts in enumerate(more, 1):
        less = counts < least
        smallest = backend.choose(less, place, smallest)
        least = backend.choose(less, counts, least)
    if int(least.sum()) > CHUNK and bindings.length > 1:
        return None
    parts = []
    for place, side in enumerate(sides):
        part = bindings.where(smallest == place)
        found = evaluator.match(replace(side, live=tuple(sorted({*live, *read}))), part)
        assert found is not None  # there are no more pairs than were counted
        for other, check in enumerate(checks):
            if other != place and found.length:
                index = _index(evaluator, check)
                keys = evaluator.key_columns(check.keys, found)
                found = found.where(backend.contains(index, keys, found.length))
        if found.length:
            parts.append(found)
    return concatenate(backend, parts) if parts else Bindings(0, {})


def _index(evaluator: Evaluator, step: Match) -> Index:
    required = tuple(column for column, _ in step.binds)
    return evaluator.relations[step.relation].index(tuple(c for c, _ in step.keys), required)


def _counts(evaluator: Evaluator, step: Match, bindings: Bindings) -> Rows:
    keys = evaluator.key_columns(step.keys, bindings)
    return evaluator.backend.probe(_index(evaluator, step), keys, bindings.length).counts()


def _binding(step: Match, name: str) -> Match:
    """The atom as a join that binds the variable."""
    own = tuple((column, name) for column, term in step.keys if _is(term, name))
    keys = tuple((column, term) for column, term in step.keys if not _is(term, name))
    return replace(step, keys=keys, binds=step.binds or own, exists=False, meets=0)


def _checking(step: Match, name: str) -> Match:
    """The atom as a semi-join that checks the variable; of that, only the name matters."""
    own = tuple((column, Var(name, Type.NUMBER)) for column, _ in step.binds)
    return replace(step, keys=(*step.keys, *own), binds=(), exists=True, meets=0)


def _is(term: Term, name: str) -> bool:
    return isinstance(term, Var) and term.name == name
