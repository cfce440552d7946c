"""The aggregates of a plan: which groups there are, and the results of each.

fold     bindings joined with the results of an aggregate that looks at each of them
group    all groups of an aggregate's body at once, joined with the bindings by their keys
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trivium.engine.aggregates import Folder, whole_fold
from trivium.engine.bindings import UNIT, Bindings
from trivium.engine.classes import lead
from trivium.engine.contract import Column, Columns, Rows
from trivium.engine.functors import UndefinedError
from trivium.engine.generators import numbers, ranges
from trivium.ir.nodes import Aggregate
from trivium.plan.order import term_variables
from trivium.plan.steps import Fold, Group

if TYPE_CHECKING:
    from trivium.engine.evaluate import Evaluator


def fold(evaluator: Evaluator, step: Fold, bindings: Bindings) -> Bindings:
    """Join the bindings with the results of an aggregate."""
    keys = [bindings.columns[name] for name in step.group]
    keys = lead(evaluator, step.aggregate, step.group, keys)
    if step.checks and step.aggregate.kind == "autoinc":
        return bindings  # a row that has its number already keeps it
    groups, firsts = evaluator.backend.group(keys, bindings.length)
    count = len(firsts)
    seed = bindings.take(firsts, step.group)
    seeds = Bindings(count, seed | {step.marker: evaluator.backend.numbers(0, count)})
    with evaluator.guard.holding(8 * bindings.length * (len(bindings.columns) + 1)):
        owners, results = _results(evaluator, step, seeds)
    return _paired(evaluator, step, bindings, groups, count, owners, results)


def _paired(
    evaluator: Evaluator,
    step: Fold | Group,
    bindings: Bindings,
    groups: Rows,
    count: int,
    owners: Rows,
    results: Column,
) -> Bindings:
    """Each binding with the results of its group; the owners of the results ascend."""
    evaluator.guard.reserve(bindings.length, len(step.live) + 4)
    left, places = _matches(evaluator.backend, groups, count, owners)
    column = results[places]
    taken = bindings.take(left, step.live)
    name = step.aggregate.result.name
    if step.checks:
        return Bindings(len(column), taken).where(bindings.columns[name][left] == column)
    return Bindings(len(column), taken | {name: column})


def _matches(backend: Columns, groups: Rows, count: int, owners: Rows) -> tuple[Rows | slice, Rows]:
    """Each row of the groups with each result that its group owns; a slice is all rows."""
    if (owners[1:] > owners[:-1]).all():  # no group has two results
        places = backend.scatter(count, -1, owners, backend.numbers(0, len(owners)))[groups]
        owns = places >= 0
        if owns.all():
            return slice(None), places
        left = backend.where(owns)
        return left, places[left]
    sizes = backend.segment_reduce("count", owners, owners, count)
    starts = backend.running("sum", sizes) - sizes
    own = sizes[groups]
    left = backend.repeat(backend.numbers(0, len(groups)), own)
    firsts = backend.running("sum", own) - own
    return left, backend.numbers(0, len(left)) + (starts[groups] - firsts)[left]


def group(evaluator: Evaluator, step: Group, bindings: Bindings) -> Bindings:
    """The groups of an aggregate's body and their results, joined with the bindings."""
    backend = evaluator.backend
    if step not in evaluator.grouped:
        evaluator.grouped[step] = _run_group(evaluator, step)
    table, owners, results = evaluator.grouped[step]
    if step.opens:
        kept = slice(0, int((owners < table.length).sum()))  # less the results of no rows
        taken = table.take(owners[kept], step.live)
        return Bindings(len(owners[kept]), taken | {step.aggregate.result.name: results[kept]})
    if step.keys:
        every = backend.numbers(0, table.length)
        index = backend.build_index(list(table.columns.values()), every, table.length)
        keys = [bindings.columns[name] for name in step.keys]
        left, right = backend.probe(index, keys, bindings.length).expand()
        groups = backend.scatter(bindings.length, table.length, left, right)
    else:
        groups = backend.constant(0, bindings.length)
    return _paired(evaluator, step, bindings, groups, table.length + 1, owners, results)


def _run_group(evaluator: Evaluator, step: Group) -> tuple[Bindings, Rows, Column]:
    """The keys of each group; the results, by group; those of no rows follow the last group."""
    aggregate, backend = step.aggregate, evaluator.backend
    inner = evaluator.collect(step.body, UNIT, _read(step.keys, aggregate))
    if inner is None:
        empty = backend.column(())
        inner = Bindings(0, dict.fromkeys(step.keys, empty))
        columns = [empty for _ in aggregate.values]
    else:
        columns = [evaluator.evaluate(term, inner) for term in aggregate.values]
    if aggregate.kind == "count" and not step.keys:  # nothing but their number is needed
        table = Bindings(min(inner.length, 1), {})
        return (
            table,
            backend.numbers(0, table.length + 1),
            backend.column([inner.length, 0][-table.length - 1 :]),
        )
    keys = [inner.columns[name] for name in step.keys]
    evaluator.guard.reserve(inner.length, len(inner.columns) + 2)
    if keys and (whole := whole_fold(backend, aggregate, columns, evaluator.symbols)):
        firsts, results = backend.fold(*whole.of(keys), inner.length)
        return (
            Bindings(len(firsts), inner.take(firsts, step.keys)),
            *whole.results(backend, results, evaluator.symbols),
        )
    groups, firsts = backend.group(keys, inner.length)
    table = Bindings(len(firsts), inner.take(firsts, step.keys))
    ends = Bindings(table.length + 1, {})
    return table, *_folded(evaluator, aggregate, columns, groups, ends)


def _results(evaluator: Evaluator, step: Fold, seeds: Bindings) -> tuple[Rows, Column]:
    """The results of an aggregate for each seed: (seeds ascending, results)."""
    aggregate, backend = step.aggregate, evaluator.backend
    inner = evaluator.collect(step.body, seeds, _read((step.marker,), aggregate))
    if inner is None:
        columns = [backend.column(()) for _ in aggregate.values]
        groups: Rows = backend.column(())
    else:
        columns = [evaluator.evaluate(term, inner) for term in aggregate.values]
        groups = inner.columns[step.marker]
    if aggregate.kind == "forall":
        return backend.numbers(0, seeds.length), _forall(
            evaluator, step, inner, groups, seeds.length
        )
    return _folded(evaluator, aggregate, columns, groups, seeds)


def _folded(
    evaluator: Evaluator, aggregate: Aggregate, columns: list[Column], groups: Rows, seeds: Bindings
) -> tuple[Rows, Column]:
    if aggregate.kind == "range":
        return _ranges(evaluator, aggregate, columns, groups)
    backend = evaluator.backend
    if aggregate.kind == "autoinc":
        keys = [(seeds.columns[v.name], v.type) for v in aggregate.group]
        found = numbers(backend, keys, seeds.length, evaluator.counted, evaluator.symbols)
        evaluator.counted += seeds.length
        return backend.numbers(0, seeds.length), found
    if aggregate.parameter is None:
        limit = backend.column(())
    else:
        limit = evaluator.evaluate(aggregate.parameter, seeds)
    folder = Folder(backend, evaluator.symbols, aggregate, evaluator.guard)
    held = 8 * len(groups) * (len(columns) + 1)
    with evaluator.guard.holding(held):
        return folder.fold(columns, groups, seeds.length, limit)


def _ranges(
    evaluator: Evaluator, aggregate: Aggregate, columns: list[Column], groups: Rows
) -> tuple[Rows, Column]:
    kind, backend, symbols = aggregate.result.type, evaluator.backend, evaluator.symbols
    bounds = [backend.host(backend.typed(column, kind, symbols)) for column in columns]
    try:
        found = ranges(bounds, kind, lambda count: evaluator.guard.reserve(count, 2))
    except UndefinedError as problem:
        raise evaluator.undefined(problem, aggregate) from None
    owners, values = map(backend.own, found)
    order = backend.sort([groups[owners]])
    return groups[owners][order], backend.untyped(values, kind, symbols)[order]


def _forall(
    evaluator: Evaluator, step: Fold, inner: Bindings | None, groups: Rows, count: int
) -> Column:
    """1 for each group all of whose bindings satisfy the condition."""
    backend = evaluator.backend
    if inner is None:
        return backend.constant(1, count)
    every = backend.numbers(0, inner.length)
    bindings = Bindings(inner.length, inner.columns | {step.witness: every})
    held = [table.columns[step.witness] for table in evaluator.stream(step.condition, bindings)]
    satisfied = backend.scatter(inner.length, False, backend.concatenate([every[:0], *held]), True)
    return backend.scatter(count, 1, groups[~satisfied], 0)


def _read(names: Sequence[str], aggregate: Aggregate) -> tuple[str, ...] | None:
    """The columns of an aggregate's body that are read: those named, and its values'."""
    if aggregate.kind == "forall":
        return None  # its condition may read any
    values = (v.name for term in aggregate.values for v in term_variables(term))
    return tuple(dict.fromkeys([*names, *values]))
