"""The aggregates once more, over a plain list of rows: one row for each way to satisfy the body."""

from __future__ import annotations

from typing import Any

from tests.fuzz.values import Unsigned, order, plain, same, text_of, wrap, wrap_unsigned

Rows = list[list[Any]]  # the aggregated values of each way: none, one or two


def fold(kind: str, rows: Rows, limit: int | None, separator: str) -> list[Any]:
    """The results of an aggregate: one, none or, for `top` and the arg-extremes, several."""
    values = sorted((row[-1] for row in rows), key=order) if rows and rows[0] else []
    match kind:
        case "count":
            return [len(rows)]
        case "exists":
            return [int(bool(rows))]
        case "sum":
            return [_sum(values)]
        case "mean":
            return [plain(sum(map(float, values)) / len(values))] if values else []
        case "min" | "max":
            return [values[0 if kind == "min" else -1]] if values else []
        case "argmin" | "argmax":
            best = [values[0 if kind == "argmin" else -1]] if values else []
            return _once([row[0] for row in rows if same(row[1], best[0])])
        case "median":
            floats = sorted(map(float, values), key=order)
            middle = [floats[(len(floats) - 1) // 2], floats[len(floats) // 2]] if floats else []
            return [plain(sum(middle) / 2)] if middle else []
        case "top":
            assert limit is not None
            return _once(values[max(0, len(values) - max(0, limit)) :])
        case "string_join":
            if rows and len(rows[0]) == 2:
                rows = sorted(rows, key=lambda row: (order(row[1]), text_of(row[0])))
                return [separator.join(text_of(row[0]) for row in rows)]
            return [separator.join(sorted(map(text_of, values)))]
    raise AssertionError(kind)


def _sum(values: list[Any]) -> Any:
    if any(isinstance(value, float) for value in values):
        return plain(sum(values))
    total = sum(map(int, values))
    unsigned = any(isinstance(value, Unsigned) for value in values)
    return wrap_unsigned(total) if unsigned else wrap(total)


def _once(values: list[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if not any(same(value, other) for other in found):
            found.append(value)
    return found
