"""The sets of rows that the words of a question could mean, over one table.

    "which city after 1960 had the most?"     year > 1960, greatest(year > 1960, medals), ...

Values found in cells become filters, numbers become bounds; pairs and triples of those that speak
of different words, the rows beside them, and the extreme ones are tried where a word asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from trivium.ask.algebra import Expr, Part, Rows, as_date, falls_in, join
from trivium.ask.cues import BY_OPERATION
from trivium.ask.frame import Frame, bits
from trivium.ask.link import NumberLink, ValueLink, link_numbers, link_values
from trivium.ask.words import Question

MAX_FILTERS = 28
MAX_ROW_SETS = 60


class RowSets:
    """One question over one table, and the sets of rows that it may speak of."""

    def __init__(self, question: Question, frame: Frame) -> None:
        self.question = question
        self.frame = frame
        self.values = link_values(question, frame)
        self.numbers = link_numbers(question)
        self._stems = frozenset(question.stems) | frozenset(question.words)
        # What rows can be ordered and compared by: column and view; -1 is the row's own position.
        self.orders = [(c.index, view) for c in frame.columns for view in c.views]

    def asks(self, cue: str) -> bool:
        return not self._stems.isdisjoint(BY_OPERATION[cue])

    def filters(self) -> list[Rows]:
        found = [self._value_filter(i, link) for i, link in enumerate(self.values)]
        found.sort(key=lambda rows: -rows.cover.bit_count())
        found = found[:MAX_FILTERS]
        if self.numbers and self.asks("compare"):
            for i, number in enumerate(self.numbers):
                found.extend(self._bounds(i, number))
        for i, number in enumerate(self.numbers):
            found.extend(self._dated(i, number))
        if self.asks("not"):
            for rows in list(found[:MAX_FILTERS]):
                if rest := self.frame.body & ~rows.mask:
                    found.append(
                        Rows(("not", rows.expr), rest, f"not({rows.shape})", rows.cover, rows.parts)
                    )
        return found

    def _value_filter(self, index: int, link: ValueLink) -> Rows:
        if link.kind == "number":
            expr: Expr = ("compare", link.column, "number", "=", link.number)
        elif link.kind in ("exact", "sense"):
            expr = ("equal", link.column, link.text, link.rows)
        else:
            expr = ("contains", link.column, link.text, link.rows)
        parts: tuple[Part, ...] = (("link", index), ("column", "filter", link.column, link.kind))
        return Rows(expr, link.rows, "filter", link.cover, parts)

    def _bounds(self, index: int, number: NumberLink) -> Iterable[Rows]:
        """Rows whose number (or date) is beyond a number of the question."""
        for column, view in self.orders:
            bound = number.value
            if view == "date":
                bound = as_date(number)
                if not bound:
                    continue
            elif number.kind == "date" or view == "number2":
                continue
            for op in (">", ">=", "<", "<="):
                mask = self._compare(column, view, op, bound)
                if mask and mask != self.frame.body:
                    parts: tuple[Part, ...] = (
                        ("number", index, op), ("column", "bound", column, view),
                    )  # fmt: skip
                    yield Rows(("compare", column, view, op, bound), mask, f"bound{op}",
                               number.cover, parts)  # fmt: skip

    def _compare(self, column: int, view: str, op: str, bound: float) -> int:
        """Compare by value; a partial date stands for all the days in it."""
        if view == "date" and op in (">", "<="):
            bound = bound + (9999 if bound % 10000 == 0 else 99 if bound % 100 == 0 else 0)
        return self.frame.compared(column, view, op, bound) & self.frame.body

    def _dated(self, index: int, number: NumberLink) -> Iterable[Rows]:
        """Rows whose date falls in the year, month or day that the question names."""
        date = as_date(number)
        if not date:
            return
        for column, view in self.orders:
            if view != "date":
                continue
            mask = 0
            for row, value in enumerate(self.frame.columns[column].views["date"]):
                if value is not None and falls_in(int(value), int(date)):
                    mask |= 1 << row
            if mask:
                parts: tuple[Part, ...] = (
                    ("number", index, "in"), ("column", "in", column, view),
                )  # fmt: skip
                yield Rows(("in", column, date), mask, "in", number.cover, parts)

    def combined(self, filters: list[Rows]) -> list[Rows]:
        """Filters, and pairs and triples of them that speak of different words."""
        found = list(filters)
        singles = [rows for rows in filters if rows.shape != "all"]
        pairs: list[Rows] = []
        for a, b in combinations(singles, 2):
            if a.cover & b.cover:
                continue
            both = a.mask & b.mask
            if both and both not in (a.mask, b.mask):
                pairs.append(join("and", a, b, both))
            if self.asks("or") and a.expr[1] == b.expr[1] and a.shape == b.shape == "filter":
                either = a.mask | b.mask
                if either not in (a.mask, b.mask):
                    pairs.append(join("or", a, b, either))
        pairs.sort(key=lambda rows: -rows.cover.bit_count())
        triples: list[Rows] = []
        for a in pairs[:20]:
            for b in singles[:12]:
                if a.cover & b.cover:
                    continue
                both = a.mask & b.mask
                if both and both not in (a.mask, b.mask):
                    triples.append(join("and", a, b, both))
        return found + pairs[:MAX_ROW_SETS] + triples[:20]

    def moved(self, sets: list[Rows]) -> list[Rows]:
        """The rows beside, before or after given ones; the rows that share a value with them."""
        found: list[Rows] = []
        everything = self.frame.all
        for rows in sets[:MAX_FILTERS]:
            if rows.shape.startswith("not") or not rows.mask:
                continue
            first, last = rows.mask & -rows.mask, 1 << rows.mask.bit_length() - 1
            steps: list[tuple[str, int]] = []
            if self.asks("next"):
                steps += [("next", last << 1 & everything), ("after", everything & ~(2 * last - 1))]
            if self.asks("previous"):
                steps += [("previous", first >> 1), ("before", first - 1)]
            for name, mask in steps:
                if mask:
                    found.append(
                        Rows((name, rows.expr), mask, f"{name}({rows.shape})", rows.cover,
                             rows.parts)
                    )  # fmt: skip
            if self.asks("same"):
                found.extend(self._same(rows))
        return found

    def _same(self, rows: Rows) -> Iterable[Rows]:
        for column in self.frame.columns:
            if column.index == rows.expr[1] or column.distinct == self.frame.n:
                continue
            texts = {column.texts[i] for i in bits(rows.mask & column.filled)}
            if not 1 <= len(texts) <= 2:
                continue
            mask = 0
            for text in texts:
                mask |= column.by_text[text]
            mask &= ~rows.mask
            if mask:
                parts: tuple[Part, ...] = (*rows.parts, ("column", "same", column.index, "text"))
                yield Rows(("same", rows.expr, column.index), mask, f"same({rows.shape})",
                           rows.cover, parts)  # fmt: skip

    def extremes(self, sets: list[Rows]) -> list[Rows]:
        """The rows with the greatest or least value, and the first and last row."""
        found: list[Rows] = []
        limit = 14 if len(self.orders) * len(sets) > 200 else 24
        for rows in sets[:limit]:
            if rows.mask & (rows.mask - 1) == 0:
                continue
            for greatest in (True, False):
                name = "last" if greatest else "first"
                mask = self.frame.extreme(rows.mask, -1, "index", greatest)
                found.append(Rows((name, rows.expr), mask, f"{name}({rows.shape})", rows.cover,
                                  rows.parts))  # fmt: skip
                name = "greatest" if greatest else "least"
                for column, view in self.orders:
                    mask = self.frame.extreme(rows.mask, column, view, greatest)
                    if mask and mask.bit_count() <= 8:
                        part = ("column", name, column, view)
                        found.append(
                            Rows((name, rows.expr, column, view), mask, f"{name}({rows.shape})",
                                 rows.cover, (*rows.parts, part))
                        )  # fmt: skip
        if self.asks("order"):
            found.extend(self._ranked(sets[:6]))
        return found

    def _ranked(self, sets: list[Rows]) -> Iterable[Rows]:
        """The second, third, ... row by position or by a value."""
        ordinals = [
            (i, n) for i, n in enumerate(self.numbers) if n.kind == "ordinal" and 2 <= n.value <= 12
        ]
        for index, number in ordinals:
            k = int(number.value)
            for rows in sets:
                if rows.cover & number.cover:
                    continue
                inside = list(bits(rows.mask))
                cover = rows.cover | number.cover
                if len(inside) < k:
                    continue
                part: Part = ("number", index, "nth")
                yield Rows(("nth", rows.expr, k), 1 << inside[k - 1], f"nth({rows.shape})", cover,
                           (*rows.parts, part))  # fmt: skip
                for column, view in self.orders:
                    for greatest in (True, False):
                        name = "greatest" if greatest else "least"
                        values = self.frame.columns[column].views[view]
                        known = {v for i in inside if (v := values[i]) is not None}
                        ordered = sorted(known, reverse=greatest)
                        if len(ordered) < k:
                            continue
                        mask = sum(1 << i for i in inside if values[i] == ordered[k - 1])
                        parts = (*rows.parts, part, ("column", name, column, view))
                        yield Rows((f"nth_{name}", rows.expr, column, view, k), mask,
                                   f"nth_{name}({rows.shape})", cover, parts)  # fmt: skip

    def compared(self, filters: list[Rows]) -> list[Rows]:
        """The rows whose number is beyond that of a row named in the question."""
        found: list[Rows] = []
        if not self.asks("compare"):
            return found
        for rows in filters[:8]:
            if rows.shape != "filter" or rows.mask & (rows.mask - 1):
                continue
            for column, view in self.orders:
                bound = self.frame.columns[column].views[view][rows.mask.bit_length() - 1]
                if bound is None:
                    continue
                for op in (">", "<"):
                    if mask := self.frame.compared(column, view, op, bound) & self.frame.body:
                        parts: tuple[Part, ...] = (*rows.parts, ("column", "beyond", column, view))
                        found.append(
                            Rows(("beyond", rows.expr, column, view, op), mask,
                                 f"beyond{op}({rows.shape})", rows.cover, parts)
                        )  # fmt: skip
        return found
