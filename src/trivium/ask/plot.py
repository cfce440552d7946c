"""An answer as a picture: bars, lines or points, by the types of its columns.

    answer.plot()            in a notebook a chart; its `spec` is Vega-Lite, as a dict
    print(answer.plot())     bars of text

Groups and their numbers make bars, dates and years lines, two numbers points.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trivium.ask.value import value_text
from trivium.errors import DataError

__all__ = ["Plot", "plot"]

Row = Sequence[Any]
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
# How wide the longest bar of text is, and how many there are at most.
WIDTH, BARS = 40, 40
_MARKS: dict[str, Any] = {
    "nominal": "bar", "temporal": "line", "quantitative": "point",
    "ordinal": {"type": "line", "point": True},
}  # fmt: skip
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?$")
_BLOCKS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True)
class Plot:
    """A chart of rows.

    Attributes:
        spec: the chart in Vega-Lite, with its data.
        rows: label and number of each bar or point, in the order of the answer.
    """

    spec: dict[str, Any]
    rows: tuple[tuple[str, float], ...]

    def __str__(self) -> str:
        return bars(self.rows)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        del include, exclude
        return {"application/vnd.vegalite.v5+json": self.spec, "text/plain": str(self)}


def plot(value: object, names: Sequence[str] = (), title: str = "") -> Plot:
    """The chart of the rows of an answer; E674 where there are no rows with a number each.

    Args:
        names: what the columns are called.
        title: what stands above the chart.
    """
    rows = [row for row in value if isinstance(row, tuple)] if isinstance(value, list) else []
    number = _number(rows)
    if number is None:
        hint = "ask for a number of each group: `revenue by month`"
        raise DataError(674, f"`{title or value_text(value)[:60]}` has nothing to draw", hint=hint)
    label = next((i for i in range(len(rows[0])) if i != number), 0)
    group = next((i for i in range(len(rows[0])) if i not in (number, label)), None)
    width = len(rows[0])
    known = len(names) == len(set(names)) == width
    called = list(names) if known else [f"column {i + 1}" for i in range(width)]
    data = [dict(zip(called, row, strict=True)) for row in rows]
    kind = _kind([row[label] for row in rows])
    ordered = kind == "nominal"
    x: dict[str, Any] = {"field": called[label], "type": kind}
    y: dict[str, Any] = {"field": called[number], "type": "quantitative"}
    if ordered:
        x, y = y, x | {"sort": None}  # bars that lie have room for their names
    spec: dict[str, Any] = {
        "$schema": SCHEMA,
        "title": title,
        "data": {"values": data},
        "mark": _MARKS[kind],
        "encoding": {"x": x, "y": y, "tooltip": [{"field": name} for name in called]},
    }
    if group is not None and _kind([row[group] for row in rows]) == "nominal":
        spec["encoding"]["color"] = {"field": called[group], "type": "nominal"}
    told = tuple(
        (" · ".join(value_text(v) for i, v in enumerate(row) if i != number), float(row[number]))
        for row in rows
    )
    return Plot(spec, told)


def bars(rows: Sequence[tuple[str, float]]) -> str:
    """Horizontal bars of text, one a row; those below zero are told by their numbers alone."""
    shown = rows[:BARS]
    most = max((number for _, number in shown), default=0.0)
    wide = max((_width(label) for label, _ in shown), default=0)
    lines = []
    for label, number in shown:
        eighths = round(8 * WIDTH * max(number, 0.0) / most) if most > 0 else 0
        bar = "█" * (eighths // 8) + _BLOCKS[eighths % 8].strip()
        lines.append(f"{label}{' ' * (wide - _width(label))}  {bar} {value_text(number)}".rstrip())
    if len(rows) > BARS:
        lines.append(f"... and {len(rows) - BARS:,} more")
    return "\n".join(lines)


def _number(rows: Sequence[Row]) -> int | None:
    """The last column that holds numbers alone."""
    if not rows or len({len(row) for row in rows}) > 1 or len(rows[0]) < 2:
        return None
    numbers = [
        i
        for i in range(len(rows[0]))
        if all(isinstance(r[i], int | float) and not isinstance(r[i], bool) for r in rows)
    ]
    return numbers[-1] if numbers else None


def _kind(values: Sequence[Any]) -> str:
    if all(isinstance(v, str) and _DAY.match(v) for v in values):
        return "temporal"
    if all(isinstance(v, int) and 1500 < v < 2200 for v in values):
        return "ordinal"  # years
    if all(isinstance(v, int | float) for v in values):
        return "quantitative" if len(set(values)) > 12 else "ordinal"
    return "nominal"


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: two for each Chinese character."""
    return sum(2 if c >= "\u1100" else 1 for c in text)
