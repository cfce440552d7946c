"""Running aggregates: the rows that stand before each binding, by one sort of both.

rows of the body    (k, y): (1, 5) (1, 3) (2, 4)        by key and value, a binding before its
bindings            (k, x): (1, 5) (2, 9)               equals where only what is less counts:
sorted              (1, 3) [1, 5] (1, 5) (2, 4) [2, 9]
counted so far      1      1      2      1      1       → of [1, 5] 1, of [2, 9] 1
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from trivium.engine.bindings import UNIT, Bindings
from trivium.engine.contract import Column, Mask, Rows, Values
from trivium.engine.grouping import fold
from trivium.engine.limits import Guard
from trivium.engine.values import sortable, typed, untyped
from trivium.ir.types import Type
from trivium.plan.order import term_variables
from trivium.plan.steps import Ranked

if TYPE_CHECKING:
    from trivium.engine.evaluate import Evaluator


@dataclass(frozen=True, slots=True)
class Body:
    """The rows of a body, and the values that are aggregated (none for a count)."""

    rows: Bindings
    values: Column | None


@dataclass(frozen=True, slots=True)
class _Merged:
    """Rows and bindings in one order: which is a row, where each comes from, where keys begin."""

    is_row: Mask
    source: Rows
    starts: Rows

    def parts(self) -> Iterator[slice]:
        """The places of each key."""
        ends = np.append(self.starts[1:], len(self.source))
        for start, end in zip(self.starts.tolist(), ends.tolist(), strict=True):
            yield slice(start, end)


def ranked(evaluator: Evaluator, step: Ranked, bindings: Bindings) -> Bindings:
    """Join the bindings with the results of an aggregate over what stands before each."""
    if not all(_says(evaluator, k.less, "<") and _says(evaluator, k.same, "=") for k in step.order):
        return fold(evaluator, replace(step.fold, live=step.live), bindings)
    if step not in evaluator.ranked:
        evaluator.ranked[step] = _run_body(evaluator, step)
    kept, column = _running(evaluator, step, evaluator.ranked[step], bindings)
    taken = bindings.take(kept, step.live)
    name = step.aggregate.result.name
    if step.checks:
        return Bindings(len(kept), taken).where(bindings.columns[name][kept] == column)
    return Bindings(len(kept), taken | {name: column})


def _says(evaluator: Evaluator, functor: str, order: str) -> bool:
    """Whether a functor, if any, is known to compare so."""
    return not functor or getattr(evaluator.python.get(functor), "order", "") == order


def _run_body(evaluator: Evaluator, step: Ranked) -> Body:
    """The body, run once from nothing."""
    values = [v.name for term in step.aggregate.values for v in term_variables(term)]
    inner = [key.inner.name for key in step.order]
    wanted = tuple(dict.fromkeys((*step.keys, *inner, *values)))
    rows = evaluator.collect(step.body, UNIT, wanted)
    if rows is None:
        rows = Bindings(0, dict.fromkeys(wanted, np.empty(0, np.int64)))
    terms = step.aggregate.values
    return Body(rows, evaluator.evaluate(terms[0], rows) if terms else None)


def _running(
    evaluator: Evaluator, step: Ranked, body: Body, bindings: Bindings
) -> tuple[Rows, Column]:
    """The bindings that have a result, ascending, and their results."""
    merged = _merge(evaluator, step, body.rows, bindings)
    places = np.flatnonzero(~merged.is_row)
    counts = _counts(merged)[places]
    kind, results = step.aggregate.kind, np.empty(bindings.length, np.int64)
    owners = merged.source[places]
    if kind == "count":
        results[owners] = counts
        return np.arange(bindings.length), untyped(
            results, step.aggregate.result.type, evaluator.symbols
        )
    assert body.values is not None
    own, symbols = step.aggregate.values[0].type, evaluator.symbols
    filled = np.ones(bindings.length, np.bool_)
    if kind in ("min", "max"):
        keys = sortable(body.values, own, symbols)
        best = _best(evaluator, merged, keys if kind == "min" else ~keys)[places]
        if len(body.values):
            results[owners] = body.values[np.maximum(best, 0)]
    else:
        result = step.aggregate.result.type
        floats = kind == "mean" or result is Type.FLOAT
        values = typed(body.values, own, symbols)
        sums = _sums(evaluator.guard, merged, values.astype(np.float64) if floats else values)[
            places
        ]
        with np.errstate(all="ignore"):
            sums = sums / counts if kind == "mean" else sums
        results[owners] = untyped(sums, result, symbols)
    if kind != "sum":
        filled[owners] = counts > 0
    kept = np.flatnonzero(filled)
    return kept, results[kept]


def _merge(evaluator: Evaluator, step: Ranked, rows: Bindings, bindings: Bindings) -> _Merged:
    length = rows.length + bindings.length
    evaluator.guard.reserve(length, len(step.keys) + len(step.order) + 4)
    keys: list[Values] = [
        np.concatenate([rows.columns[name], bindings.columns[name]]) for name in step.keys
    ]
    order: list[Values] = []
    for key in step.order:
        both = np.concatenate([rows.columns[key.inner.name], bindings.columns[key.outer.name]])
        places = sortable(both, key.inner.type, evaluator.symbols)
        order.append(~places if key.above else places)
    is_row = np.arange(length) < rows.length
    # Among equals, a binding stands before the rows, or behind those that count too.
    behind = ~is_row if step.equal else is_row
    source = evaluator.backend.sort([*keys, *order, behind.astype(np.int64)])
    new = np.zeros(length, np.bool_)
    new[:1] = True
    for key_column in keys:
        ordered = key_column[source]
        new[1:] |= ordered[1:] != ordered[:-1]
    rows_first = is_row[source]
    source = np.where(rows_first, source, source - rows.length)
    return _Merged(rows_first, source, np.flatnonzero(new))


def _since_start(merged: _Merged, totals: Values) -> Values:
    """Running totals of all, as running totals of each key."""
    before = np.zeros(len(merged.starts), totals.dtype)
    before[1:] = totals[merged.starts[1:] - 1]
    sizes = np.diff(np.append(merged.starts, len(totals)))
    since: Values = totals - np.repeat(before, sizes)
    return since


def _counts(merged: _Merged) -> Rows:
    return _since_start(merged, np.cumsum(merged.is_row))


def _sums(guard: Guard, merged: _Merged, values: Values) -> Values:
    at = np.zeros(len(merged.source), values.dtype)
    at[merged.is_row] = values[merged.source[merged.is_row]]
    if values.dtype.kind != "f":
        return _since_start(merged, np.cumsum(at, dtype=values.dtype))
    # A difference of totals would lose digits, and all of them beside an infinity.
    with np.errstate(all="ignore"):
        for part in merged.parts():
            guard.check_time()
            np.cumsum(at[part], out=at[part])
    return at


def _best(evaluator: Evaluator, merged: _Merged, keys: Values) -> Rows:
    """The row with the least key so far; -1 where there is none."""
    if not len(keys):
        return np.full(len(merged.source), -1)
    # The rows by their keys have ranks, so that none is as great as what stands for a binding.
    ranks = np.empty(len(keys), np.int64)
    by_rank = evaluator.backend.sort([keys])
    ranks[by_rank] = np.arange(len(keys))
    at = np.full(len(merged.source), len(keys))
    at[merged.is_row] = ranks[merged.source[merged.is_row]]
    for part in merged.parts():
        evaluator.guard.check_time()
        np.minimum.accumulate(at[part], out=at[part])
    best: Rows = np.append(by_rank, -1)[at]
    return best
