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

from trivium.engine.bindings import UNIT, Bindings
from trivium.engine.contract import Column, Columns, Mask, Rows, Values
from trivium.engine.grouping import fold
from trivium.engine.limits import Guard
from trivium.ir.types import Type
from trivium.plan.order import term_variables
from trivium.plan.steps import Ranked

if TYPE_CHECKING:
    from trivium.engine.evaluate import Evaluator


@dataclass(frozen=True, slots=True)
class RankedBody:
    """The rows of a body, and the values that are aggregated (none for a count)."""

    rows: Bindings
    values: Column | None


@dataclass(frozen=True, slots=True)
class _Merged:
    """Rows and bindings in one order: which is a row, where each comes from, where keys begin."""

    is_row: Mask
    source: Rows
    starts: Rows

    def parts(self, guard: Guard) -> Iterator[slice]:
        """The places of each key, as long as there is time."""
        starts = self.starts.tolist()
        for start, end in zip(starts, [*starts[1:], len(self.source)], strict=True):
            guard.check_time()
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


def _run_body(evaluator: Evaluator, step: Ranked) -> RankedBody:
    """The body, run once from nothing."""
    values = [v.name for term in step.aggregate.values for v in term_variables(term)]
    inner = [key.inner.name for key in step.order]
    wanted = tuple(dict.fromkeys((*step.keys, *inner, *values)))
    rows = evaluator.collect(step.body, UNIT, wanted)
    if rows is None:
        rows = Bindings(0, dict.fromkeys(wanted, evaluator.backend.column(())))
    terms = step.aggregate.values
    return RankedBody(rows, evaluator.evaluate(terms[0], rows) if terms else None)


def _running(
    evaluator: Evaluator, step: Ranked, body: RankedBody, bindings: Bindings
) -> tuple[Rows, Column]:
    """The bindings that have a result, ascending, and their results."""
    backend, symbols = evaluator.backend, evaluator.symbols
    merged = _merge(evaluator, step, body.rows, bindings)
    places = backend.where(~merged.is_row)
    counts = _counts(backend, merged)[places]
    kind, result, length = step.aggregate.kind, step.aggregate.result.type, bindings.length
    owners = merged.source[places]
    if kind == "count":
        results = backend.scatter(length, 0, owners, counts)
        return backend.numbers(0, length), backend.untyped(results, result, symbols)
    assert body.values is not None
    own = step.aggregate.values[0].type
    if kind in ("min", "max"):
        keys = backend.sortable(body.values, own, symbols)
        best = _best(evaluator, merged, keys if kind == "min" else ~keys)[places]
        found = backend.constant(0, len(places))
        if len(body.values):
            found = body.values[backend.choose(best < 0, 0, best)]
    else:
        values = backend.typed(body.values, own, symbols)
        floats = kind == "mean" or result is Type.FLOAT
        if floats:
            values = backend.map("itof", [values])
        sums = _sums(evaluator, merged, values, floats)[places]
        if kind == "mean":
            sums = backend.map("/", [sums, backend.map("itof", [counts])])
        found = backend.untyped(sums, result, symbols)
    results = backend.scatter(length, 0, owners, found)
    if kind == "sum":
        return backend.numbers(0, length), results
    kept = backend.where(backend.scatter(length, False, owners, counts > 0))
    return kept, results[kept]


def _merge(evaluator: Evaluator, step: Ranked, rows: Bindings, bindings: Bindings) -> _Merged:
    backend = evaluator.backend
    length = rows.length + bindings.length
    evaluator.guard.reserve(length, len(step.keys) + len(step.order) + 4)
    keys: list[Values] = [
        backend.concatenate([rows.columns[name], bindings.columns[name]]) for name in step.keys
    ]
    order: list[Values] = []
    for key in step.order:
        sides = [rows.columns[key.inner.name], bindings.columns[key.outer.name]]
        places = backend.sortable(backend.concatenate(sides), key.inner.type, evaluator.symbols)
        order.append(~places if key.above else places)
    is_row = backend.numbers(0, length) < rows.length
    # Among equals, a binding stands before the rows, or behind those that count too.
    behind = ~is_row if step.equal else is_row
    source = backend.sort([*keys, *order, backend.choose(behind, 1, 0)])
    new = backend.constant(
        False, max(length - 1, 0)
    )  # whether each row but the first has a new key
    for key_column in keys:
        ordered = key_column[source]
        new = new | (ordered[1:] != ordered[:-1])
    starts = backend.concatenate([backend.numbers(0, min(length, 1)), backend.where(new) + 1])
    rows_first = is_row[source]
    source = backend.choose(rows_first, source, source - rows.length)
    return _Merged(rows_first, source, starts)


def _since_start(backend: Columns, merged: _Merged, totals: Values) -> Values:
    """Running totals of all, as running totals of each key."""
    nothing = totals[:1] - totals[:1]
    before = backend.concatenate([nothing, totals[merged.starts[1:] - 1]])
    ends = backend.concatenate([merged.starts[1:], backend.constant(len(totals), 1)])
    return totals - backend.repeat(before, ends - merged.starts)


def _counts(backend: Columns, merged: _Merged) -> Rows:
    ones = backend.choose(merged.is_row, 1, 0)
    return _since_start(backend, merged, backend.running("sum", ones))


def _sums(evaluator: Evaluator, merged: _Merged, values: Values, floats: bool) -> Values:
    backend = evaluator.backend
    rows = backend.where(merged.is_row)
    at = backend.scatter(len(merged.source), 0, rows, values[merged.source[rows]])
    if not floats:
        return _since_start(backend, merged, backend.running("sum", at))
    # A difference of totals would lose digits, and all of them beside an infinity.
    parts = [backend.running("sum", at[part]) for part in merged.parts(evaluator.guard)]
    return backend.concatenate([at[:0], *parts])


def _best(evaluator: Evaluator, merged: _Merged, keys: Values) -> Rows:
    """The row with the least key so far; -1 where there is none."""
    backend = evaluator.backend
    if not len(keys):
        return backend.constant(-1, len(merged.source))
    # The rows by their keys have ranks, so that none is as great as what stands for a binding.
    by_rank = backend.sort([keys])
    ranks = backend.scatter(len(keys), 0, by_rank, backend.numbers(0, len(keys)))
    rows = backend.where(merged.is_row)
    at = backend.scatter(len(merged.source), len(keys), rows, ranks[merged.source[rows]])
    parts = [backend.running("min", at[part]) for part in merged.parts(evaluator.guard)]
    least = backend.concatenate([at[:0], *parts])
    return backend.concatenate([by_rank, backend.constant(-1, 1)])[least]
