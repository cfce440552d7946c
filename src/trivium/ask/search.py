"""Every short program over a table that the words of a question could mean, each with its value.

The programs are a small algebra over sets of rows (`rows`) and values. What a question says
guides the search: values found in cells become filters, numbers become bounds, and the rarer
operations are tried only where a word asks for them.

    rows   all | filter | and | or | not | before, after, previous, next | same | compared
           | extreme (greatest, least, first, last): `ask/row_sets.py`
    value  project | count | streak | distinct | aggregate | difference | most frequent | groups
           | choice | across columns (`ask/across.py`)

`ask/compile.py` writes any of them as Datalog. A candidate carries its `parts`: what the ranker
looks at, shared between candidates so that each is scored once.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from trivium.ask.across import Across
from trivium.ask.algebra import (
    GROUP_TESTS,
    Expr,
    Part,
    Proposal,
    Rows,
    Values,
    aggregated,
    difference,
)
from trivium.ask.cues import offered
from trivium.ask.frame import Frame, longest_run
from trivium.ask.row_sets import RowSets
from trivium.ask.words import Question

MAX_CANDIDATES = 6000


def at_ease() -> None:
    """The check of a search that may take its time."""


class Search(RowSets):
    """One question over one table: `proposals()` lists the candidate programs.

    `check` is called before each of them; what it raises ends the search.
    """

    def __init__(
        self, question: Question, frame: Frame, check: Callable[[], None] = at_ease
    ) -> None:
        super().__init__(question, frame)
        self._check = check
        self._found: dict[tuple[Expr], Proposal] = {}

    def proposals(self) -> list[Proposal]:
        """All candidates, each distinct program once, in order of size."""
        whole: Expr = ("all",) if self.frame.body == self.frame.all else ("body",)
        everything = Rows(whole, self.frame.body, "all", 0, ())
        filters = self.filters()
        sets = self.combined(filters)
        moved = self.moved(filters)
        extremes = self.extremes([everything, *sets, *moved])
        beyond = self.moved(extremes[:12]) if self.asks("next") or self.asks("previous") else []
        plain = [everything, *sets, *moved]
        self._project([*sets, *moved, *beyond], everything)
        self._project(extremes, None)
        self._count([*plain, *self.compared(filters)])
        self._aggregate(plain[:30])
        self._differences(filters, sets, extremes)
        across = Across(self.question, self.frame, self.numbers, self.asks)
        for proposal in across.proposals([*sets[:24], *extremes[:8]], everything):
            self._keep(proposal)
        self._frequent(plain[:30])
        self._choices(filters)
        return list(self._found.values())[:MAX_CANDIDATES]

    # --- values --------------------------------------------------------------------------------

    def _add(self, expr: Expr, values: Values, shape: str, cover: int, parts: tuple[Part, ...],
             rows: int) -> None:  # fmt: skip
        if values:
            self._keep(Proposal(expr, values, shape, cover, parts, rows))

    def _keep(self, proposal: Proposal) -> None:
        self._check()
        if len(self._found) < MAX_CANDIDATES:
            self._found.setdefault((proposal.expr,), proposal)

    def _project(self, sets: list[Rows], everything: Rows | None) -> None:
        for rows in [everything, *sets] if everything else sets:
            own = rows.expr[1] if rows.shape == "filter" else None
            for column in self.frame.columns:
                for view in column.shown:
                    if column.index == own and view == "text":
                        continue
                    values = self.frame.values(rows.mask, column.index, view)
                    if len(values) > 30:
                        continue
                    parts = (*rows.parts, ("column", "project", column.index, view))
                    shape = f"project_{view}({rows.shape})"
                    self._add(("project", rows.expr, column.index, view), values, shape,
                              rows.cover, parts, rows.mask)  # fmt: skip

    def _count(self, sets: list[Rows]) -> None:
        streaks = self.asks("streak")
        for rows in sets:
            count = float(rows.mask.bit_count())
            self._add(("count", rows.expr), (count,), f"count({rows.shape})", rows.cover,
                      (*rows.parts, ("count",)), rows.mask)  # fmt: skip
            if rows.shape.startswith("beyond"):
                continue
            if streaks:
                streak = float(longest_run(rows.mask))
                self._add(("streak", rows.expr), (streak,), f"streak({rows.shape})", rows.cover,
                          (*rows.parts, ("streak",)), rows.mask)  # fmt: skip
            for column in self.frame.columns:
                distinct = len(self.frame.values(rows.mask, column.index, "text"))
                if distinct != count and distinct:
                    parts = (*rows.parts, ("column", "distinct", column.index, "text"))
                    self._add(("distinct", rows.expr, column.index), (float(distinct),),
                              f"distinct({rows.shape})", rows.cover, parts, rows.mask)  # fmt: skip

    def _aggregate(self, sets: list[Rows]) -> None:
        kinds = [kind for kind in ("sum", "mean") if self.asks(kind)]
        if self.asks("difference"):
            kinds.append("range")
        for kind in kinds:
            for rows in sets:
                for column, view in self.orders:
                    numbers = self.frame.numbers(rows.mask, column, view)
                    if len(numbers) < 2 or (view == "date" and kind != "range"):
                        continue
                    value = aggregated(kind, view, numbers)
                    if value is None:
                        continue
                    parts = (*rows.parts, ("column", kind, column, view))
                    self._add((kind, rows.expr, column, view), (value,), f"{kind}({rows.shape})",
                              rows.cover, parts, rows.mask)  # fmt: skip

    def _differences(self, filters: list[Rows], sets: list[Rows], extremes: list[Rows]) -> None:
        """How much more one row (or as many rows) has than another."""
        if self.asks("span"):
            self._spans([*sets[:20], *extremes[:20]])
        if not self.asks("difference"):
            return
        useful = [*filters[:12], *sets[len(filters) : len(filters) + 20]]
        for a, b in combinations(useful, 2):
            if a.mask & b.mask or a.cover == b.cover:
                continue
            cover, shape = a.cover | b.cover, f"{a.shape},{b.shape}"
            parts = (*a.parts, *b.parts)
            if a.shape == b.shape:
                more = float(abs(a.mask.bit_count() - b.mask.bit_count()))
                self._add(("difference_count", a.expr, b.expr), (more,),
                          f"difference_count({shape})", cover, (*parts, ("count",)),
                          a.mask | b.mask)  # fmt: skip
            if a.mask & (a.mask - 1) or b.mask & (b.mask - 1):
                continue
            for column, view in self.orders:
                values = self.frame.columns[column].views[view]
                x, y = (values[r.mask.bit_length() - 1] for r in (a, b))
                if x is None or y is None or (view == "date" and min(x, y) < 10000):
                    continue
                value = difference(view, x, y)
                self._add(("difference", a.expr, b.expr, column, view), (value,),
                          f"difference({shape})", cover,
                          (*parts, ("column", "difference", column, view)),
                          a.mask | b.mask)  # fmt: skip

    def _spans(self, sets: list[Rows]) -> None:
        """Years from the first end to the last, over all the rows of a set."""
        for rows in sets:
            for column in self.frame.columns:
                if "span" not in column.views or rows.mask & (rows.mask - 1) == 0:
                    continue
                numbers = self.frame.numbers(rows.mask, column.index, "span")
                if numbers:
                    parts = (*rows.parts, ("column", "sum", column.index, "span"))
                    self._add(("sum", rows.expr, column.index, "span"), (sum(numbers),),
                              f"sum({rows.shape})", rows.cover, parts, rows.mask)  # fmt: skip

    def _frequent(self, sets: list[Rows]) -> None:
        """The values that occur most or least often, how often, and those that occur n times."""
        grouped = self.asks("groups")
        if not (self.asks("mode") or grouped):
            return
        for rows in sets:
            if rows.mask & (rows.mask - 1) == 0:
                continue
            for column in self.frame.columns:
                if column.distinct == column.n_filled:
                    continue
                counts = {
                    text: (mask & rows.mask).bit_count()
                    for text, mask in column.by_text.items()
                    if mask & rows.mask
                }
                if len(counts) < 2:
                    continue
                self._modes(rows, column.index, counts)
                if grouped and rows.cover.bit_count() <= 3:
                    self._groups(rows, column.index, counts)

    def _modes(self, rows: Rows, column: int, counts: dict[str, int]) -> None:
        for name, best in (("most", max(counts.values())), ("rarest", min(counts.values()))):
            texts = [text for text, count in counts.items() if count == best]
            if len(texts) <= 4:
                values = self._of_texts(rows.mask, column, texts)
                self._add((name, rows.expr, column), values, f"{name}({rows.shape})", rows.cover,
                          (*rows.parts, ("column", name, column, "text")), rows.mask)  # fmt: skip
            if name == "most":
                self._add(("most_count", rows.expr, column), (float(best),),
                          f"most_count({rows.shape})", rows.cover,
                          (*rows.parts, ("column", "most_count", column, "text")),
                          rows.mask)  # fmt: skip

    def _groups(self, rows: Rows, column: int, counts: dict[str, int]) -> None:
        bounds = {int(n.value): (i, n.cover) for i, n in enumerate(self.numbers)
                  if n.kind != "date" and 1 <= n.value <= 20}  # fmt: skip
        for said, bound in (
            ("multipl", 2),
            ("several", 2),
            ("repeat", 2),
            ("once", 1),
            ("only", 1),
        ):
            if said in self._stems:
                bounds.setdefault(bound, (-1, 0))
        for bound, (index, cover) in bounds.items():
            for op, test in GROUP_TESTS.items():
                texts = [text for text, count in counts.items() if test(count, bound)]
                if not texts:
                    continue
                parts = (
                    *rows.parts, ("column", "groups", column, "text"), ("number", index, f"g{op}"),
                )  # fmt: skip
                shape, covered = f"groups{op}({rows.shape})", rows.cover | cover
                self._add(("groups_count", rows.expr, column, op, bound), (float(len(texts)),),
                          f"count_{shape}", covered, parts, rows.mask)  # fmt: skip
                if len(texts) <= 8:
                    values = self._of_texts(rows.mask, column, texts)
                    self._add(("groups", rows.expr, column, op, bound), values, shape, covered,
                              parts, rows.mask)  # fmt: skip

    def _of_texts(self, rows: int, column: int, texts: list[str]) -> Values:
        source = self.frame.columns[column]
        found = 0
        for text in texts:
            mask = source.by_text[text] & rows
            found |= mask & -mask
        return self.frame.values(found, column, "text")

    def _choices(self, filters: list[Rows]) -> None:
        """Answers that stand in the question: yes or no, more or less, before or after."""
        if not self.asks("choice"):
            return
        pairs = offered(self.question)
        if not pairs:
            return
        singles = [r for r in filters if r.shape == "filter" and not r.mask & (r.mask - 1)][:8]
        for yes, no in pairs:
            for a, b in combinations(singles, 2):
                if a.cover & b.cover or a.mask == b.mask:
                    continue
                a, b = sorted((a, b), key=lambda r: r.cover & -r.cover)
                for column, view in [*self.orders, (-1, "index")]:
                    x, y = (self._at(column, view, r.mask.bit_length() - 1) for r in (a, b))
                    if x is None or y is None or x == y:
                        continue
                    self._choose(("choice", a.expr, b.expr, column, view, yes, no), x > y, yes, no,
                                 "choice", a.cover | b.cover, (*a.parts, *b.parts),
                                 column, view, a.mask | b.mask)  # fmt: skip
            for a in singles:
                for index, number in enumerate(self.numbers):
                    if number.cover & a.cover or number.kind == "date":
                        continue
                    for column, view in self.orders:
                        x = self._at(column, view, a.mask.bit_length() - 1)
                        if x is None or view == "date":
                            continue
                        parts = (*a.parts, ("number", index, "choice"))
                        self._choose(
                            ("choice_bound", a.expr, column, view, number.value, yes, no),
                            x > number.value, yes, no, "choice_bound", a.cover | number.cover,
                            parts, column, view, a.mask)  # fmt: skip

    def _choose(self, expr: Expr, greater: bool, yes: str, no: str, shape: str, cover: int,
                parts: tuple[Part, ...], column: int, view: str, rows: int) -> None:  # fmt: skip
        """The answer if `greater` means the first word, and the answer if it means the second."""
        place: Part = ("column", "choice", column, view) if column >= 0 else ("position",)
        for op in (">", "<"):
            value = yes if greater == (op == ">") else no
            self._add((*expr, op), (value,), f"{shape}{op}", cover,
                      (*parts, place, ("offer", yes, op)), rows)  # fmt: skip

    def _at(self, column: int, view: str, row: int) -> float | None:
        return float(row) if column < 0 else self.frame.columns[column].views[view][row]
