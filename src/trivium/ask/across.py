"""Programs that read a row from column to column, as reports print time: one column a year.

    item        2019   2018   2017
    Net sales    532    470    455

    across_difference, _change, _ratio, _percent    of two cells of a row
    across_sum, _mean, _project                     of two or more cells of a row
    across_greatest, _least, _where, _count         which columns, or how many: `2019`
    ratio, percent                                  of two rows in one column

Columns that differ only in the year of their headers are a series. The question chooses columns by
the years or the words of their headers, or means the whole series.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from trivium.ask.algebra import Expr, Part, Proposal, Rows, across_value
from trivium.ask.frame import Frame, FrameColumn, bits
from trivium.ask.link import NumberLink
from trivium.ask.words import STOP_WORDS, Question, number_of, tokens

# Of two cells, and the cue that asks for it; a change and a ratio are of the second cell.
PAIRS = {
    "across_difference": "difference", "across_change": "change", "across_ratio": "ratio",
    "across_percent": "ratio",
}  # fmt: skip
FOLDS = {"across_sum": "sum", "across_mean": "mean"}
TESTS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, "<": operator.lt, "=": operator.eq,
}  # fmt: skip
# The widest choice of columns, and the longest series of which every pair is tried.
WIDEST, PAIRED = 12, 5
# Of at most so many columns that are mentioned, any two may be meant.
MENTIONED = 4
_YEAR = re.compile(r"(?:19|20)\d\d")
_BRACKETED = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Choice:
    """Columns that the question may mean, how they were chosen, and the words that did."""

    columns: tuple[int, ...]
    how: str
    cover: int


@dataclass(frozen=True, slots=True)
class Series:
    """Columns of one measure, each with its year."""

    years: dict[int, int]

    @property
    def columns(self) -> tuple[int, ...]:
        return tuple(self.years)


class Across:
    """One question over the columns of one table: `proposals(sets, everything)`."""

    def __init__(
        self,
        question: Question,
        frame: Frame,
        numbers: Sequence[NumberLink],
        asks: Callable[[str], bool],
    ) -> None:
        self.question = question
        self.frame = frame
        self.numbers = numbers
        self.asks = asks
        self.series = series_of(frame)
        self.said = years_in(question.words)
        self.choices = self._choices()

    def proposals(self, sets: Sequence[Rows], everything: Rows) -> Iterator[Proposal]:
        """Candidates over single rows of `sets`; which columns have a value, over all rows."""
        single = [rows for rows in sets if rows.mask and not rows.mask & (rows.mask - 1)]
        yield from self._pairs(single)
        yield from self._folds(single)
        yield from self._projections(sets)
        yield from self._labels(single, everything)
        yield from self._ratios(single)

    # --- columns ---------------------------------------------------------------------------------

    def _choices(self) -> list[Choice]:
        """The sets of at least two columns that the question may mean."""
        found: dict[tuple[int, ...], Choice] = {}

        def choose(columns: Iterable[int], how: str) -> None:
            chosen = tuple(columns)
            if 2 <= len(chosen) <= WIDEST:
                found.setdefault(chosen, Choice(chosen, how, self._cover(chosen)))

        for series in self.series:
            said = [c for c, year in series.years.items() if year in self.said]
            choose(said, "said")
            if len(said) > 1:
                low, high = min(self.said), max(self.said)
                choose((c for c, y in series.years.items() if low <= y <= high), "range")
            choose(series.columns, "series")
        choose((c.index for c in self.frame.columns if self._is_named(c)), "named")
        if len(self._mentioned()) <= MENTIONED:
            for pair in combinations(self._mentioned(), 2):
                choose(pair, "mentioned")
        return list(found.values())

    def _cover(self, columns: Iterable[int]) -> int:
        """The years in the question that stand in headers of the columns."""
        years = {y for c in columns for s in self.series if (y := s.years.get(c)) is not None}
        return sum(bit for year, bit in self.said.items() if year in years)

    def _is_named(self, column: FrameColumn) -> bool:
        """Whether the question says every word of the header that means something."""
        content = [s for s in column.stems if s not in STOP_WORDS]
        return (
            bool(content)
            and "number" in column.views
            and all(s in self.question.stems for s in content)
        )

    def _mentioned(self) -> list[int]:
        """The columns of which the question says a word, unless it names other years."""
        stems = {s for s in self.question.stems if s not in STOP_WORDS}
        years = self._all_years()
        unsaid = {c for c, y in years.items() if self.said and y not in self.said}
        return [c.index for c in self.frame.columns
                if "number" in c.views and not stems.isdisjoint(c.stems)
                and c.index not in unsaid]  # fmt: skip

    def _all_years(self) -> dict[int, int]:
        return {c: year for series in self.series for c, year in series.years.items()}

    def _pair_columns(self, kind: str) -> list[tuple[int, int]]:
        """Two columns that the question names, or of a series of which it names one or none."""
        years = self._all_years()
        named = self._mentioned()
        found = dict.fromkeys(combinations(named, 2)) if len(named) <= 6 else {}
        if kind in ("across_difference", "across_change"):
            for series in self.series:
                said = [c for c in series.columns if years[c] in self.said]
                if len(said) > 1 or len(series.columns) > PAIRED:
                    continue
                if said or self.asks("change"):
                    found |= dict.fromkeys(
                        (a, b) for a, b in combinations(series.columns, 2)
                        if not said or a in said or b in said
                    )  # fmt: skip
        return list(found)

    def _cell(self, column: int, row: int) -> float | None:
        return self.frame.columns[column].views["number"][row]

    # --- programs --------------------------------------------------------------------------------

    def _pairs(self, single: Sequence[Rows]) -> Iterator[Proposal]:
        for kind, cue in PAIRS.items():
            columns = self._pair_columns(kind) if self.asks(cue) else []
            for rows in single[:20]:
                row = rows.mask.bit_length() - 1
                for one, other in columns:
                    for a, b in ((one, other), (other, one)):
                        x, y = self._cell(a, row), self._cell(b, row)
                        value = None if x is None or y is None else across_value(kind, x, y)
                        if value is None:
                            continue
                        parts: tuple[Part, ...] = (
                            *rows.parts, ("column", kind, a, "number"),
                            ("column", f"{kind}_from", b, "number"), self._order(kind, a, b),
                            ("pair", kind, self._said_of(a), self._said_of(b)),
                        )  # fmt: skip
                        yield Proposal(
                            (kind, rows.expr, a, b), (value,), f"{kind}({rows.shape})",
                            rows.cover | self._cover((a, b)), parts, rows.mask,
                        )  # fmt: skip

    def _said_of(self, column: int) -> bool:
        """Whether the question names the year of a column."""
        return any(series.years.get(column) in self.said for series in self.series)

    def _order(self, kind: str, a: int, b: int) -> Part:
        """Which of two columns is later, by their years or else by where they stand."""
        for series in self.series:
            if a in series.years and b in series.years:
                years = list(series.years.values())
                near = abs(years.index(series.years[a]) - years.index(series.years[b])) == 1
                return ("order", kind, series.years[a] > series.years[b], near)
        return ("order", kind, a < b)

    def _folds(self, single: Sequence[Rows]) -> Iterator[Proposal]:
        for kind, cue in FOLDS.items():
            if not self.asks(cue):
                continue
            for rows in single[:20]:
                row = rows.mask.bit_length() - 1
                for choice in self.choices:
                    cells = [
                        (c, x) for c in choice.columns if (x := self._cell(c, row)) is not None
                    ]
                    if len(cells) < 2:
                        continue
                    total = sum(x for _, x in cells)
                    value = total if kind == "across_sum" else total / len(cells)
                    yield self._over(kind, rows, choice, [c for c, _ in cells], (value,))

    def _projections(self, sets: Sequence[Rows]) -> Iterator[Proposal]:
        for rows in sets[:20]:
            if rows.mask.bit_count() > 2:
                continue
            for choice in self.choices:
                values = [
                    v for c in choice.columns for v in self.frame.values(rows.mask, c, "text")
                ]
                if len(set(values)) > 1:
                    yield self._over("across_project", rows, choice, choice.columns, tuple(values))

    def _labels(self, single: Sequence[Rows], everything: Rows) -> Iterator[Proposal]:
        """The years of the columns where a row is greatest, least, beyond a number, or has any."""
        if not self.series or not self.asks("column"):
            return
        bounds = [bound for number in enumerate(self.numbers) for bound in self._bounds(*number)]
        for choice in self.choices:
            if choice.how in ("named", "mentioned"):
                continue
            years = self._years(choice.columns)
            if all(self._any(everything.mask, c) for c in choice.columns):
                texts = tuple(dict.fromkeys(years[c] for c in choice.columns))
                yield self._over(
                    "across_where", everything, choice, choice.columns, texts, ("", 0.0)
                )
            for rows in single[:20]:
                row = rows.mask.bit_length() - 1
                cells = {c: x for c in choice.columns if (x := self._cell(c, row)) is not None}
                if len(cells) < 2:
                    continue
                for kind, best in (
                    ("greatest", max(cells.values())),
                    ("least", min(cells.values())),
                ):
                    texts = tuple(years[c] for c, x in cells.items() if x == best)
                    yield self._over(f"across_{kind}", rows, choice, choice.columns, texts)
                for index, bound in bounds:
                    for op, test in TESTS.items():
                        texts = tuple(years[c] for c, x in cells.items() if test(x, bound))
                        yield from self._beyond(rows, choice, texts, op, bound, index)

    def _beyond(
        self, rows: Rows, choice: Choice, texts: tuple[str, ...], op: str, bound: float, index: int
    ) -> Iterator[Proposal]:
        if not texts:
            return
        number: tuple[Part, ...] = (("number", index, f"across{op}"),)
        cover = self.numbers[index].cover
        for kind, values in (("where", texts), ("count", (float(len(texts)),))):
            yield self._over(f"across_{kind}", rows, choice, choice.columns, values, (op, bound),
                             number, cover)  # fmt: skip

    def _bounds(self, index: int, number: NumberLink) -> Iterator[tuple[int, float]]:
        """What a number may mean: `1,000 million` is 1,000 in a table in millions."""
        if number.kind == "date" or not self.asks("compare"):
            return
        alone = number_of(self.question.words[number.start])
        for bound in dict.fromkeys((number.value, alone)):
            if bound is not None and int(bound) not in self.said:
                yield index, bound

    def _any(self, rows: int, column: int) -> bool:
        return any(self._cell(column, row) is not None for row in bits(rows))

    def _years(self, columns: Sequence[int]) -> dict[int, str]:
        years = self._all_years()
        return {c: str(years[c]) for c in columns}

    def _over(
        self, kind: str, rows: Rows, choice: Choice, columns: Sequence[int],
        values: tuple[str | float, ...], test: Expr = (), parts: tuple[Part, ...] = (),
        cover: int = 0,
    ) -> Proposal:  # fmt: skip
        """A program over several columns of a row."""
        labels = self._years(columns) if kind[7:] in LABELLED else {}
        expr = (
            kind,
            rows.expr,
            tuple(columns),
            *([tuple(labels.values())] if labels else []),
            *test,
        )
        ends = (("column", kind, columns[0], "number"), ("column", kind, columns[-1], "number"))
        how: Part = ("columns", kind, choice.how, min(len(columns), 4))
        shape = f"{kind}{test[0] if test else ''}({rows.shape})"
        return Proposal(expr, values, shape, rows.cover | choice.cover | cover,
                        (*rows.parts, *ends, how, *parts), rows.mask)  # fmt: skip

    def _ratios(self, single: Sequence[Rows]) -> Iterator[Proposal]:
        """One row as a share of another in the same column."""
        if not self.asks("ratio") or self.asks("growth"):
            return
        said = {c for s in self.series for c, year in s.years.items() if year in self.said}
        measured = [c.index for c in self.frame.columns if "number" in c.views]
        columns = [c for c in measured if not said or c in said][:4]
        below = [*single[:10], *self._totals()]
        for a in single[:10]:
            for b in below:
                if a.mask == b.mask or a.cover & b.cover:
                    continue
                rows = a.mask.bit_length() - 1, b.mask.bit_length() - 1
                for column in columns:
                    x, y = (self._cell(column, row) for row in rows)
                    if x is None or not y:
                        continue
                    for kind, value in (("ratio", x / y), ("percent", x / y * 100)):
                        part: Part = ("column", kind, column, "number")
                        yield Proposal(
                            (kind, a.expr, b.expr, column), (value,),
                            f"{kind}({a.shape},{b.shape})",
                            a.cover | b.cover | self._cover((column,)), (*a.parts, *b.parts, part),
                            a.mask | b.mask,
                        )  # fmt: skip

    def _totals(self) -> Iterator[Rows]:
        """The rows that are labelled as totals."""
        if not self.frame.columns:
            return
        labels = self.frame.columns[0]
        totals = [(text, rows) for text, rows in labels.by_text.items()
                  if text.startswith("total") and not rows & (rows - 1)]  # fmt: skip
        for text, rows in totals[-2:]:
            yield Rows(("equal", 0, text, rows), rows, "total", 0, (("total",),))


# Programs whose answer is where a value stands, not the value.
LABELLED = ("greatest", "least", "where", "count")


def series_of(frame: Frame) -> list[Series]:
    """The columns of numbers with a year in their headers, by what else the headers say."""
    dated = {
        c.index: max(years)
        for c in frame.columns
        if "number" in c.views and (years := years_in(tokens(c.header)))
    }
    if len(set(dated.values())) == len(dated):
        return [Series(dated)] if len(dated) > 1 else []
    groups: dict[tuple[str, ...], dict[int, int]] = {}
    for index, year in dated.items():
        rest = tokens(_BRACKETED.sub("", frame.columns[index].header))
        measure = tuple(w for w in rest if not w[0].isdigit() and w not in _MONTHS)
        groups.setdefault(measure, {})[index] = year
    return [
        Series(group) for group in groups.values() if len(group) == len(set(group.values())) > 1
    ]


_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)


def years_in(words: Sequence[str]) -> dict[int, int]:
    """The years among words, each with the positions (as bits) where it is said; also `FY19`."""
    found: dict[int, int] = {}
    for i, word in enumerate(words):
        if _YEAR.fullmatch(word):
            found[int(word)] = found.get(int(word), 0) | 1 << i
        elif i and words[i - 1] == "fy" and len(word) == 2 and word.isdigit():
            found[2000 + int(word)] = found.get(2000 + int(word), 0) | 3 << i - 1
    return found
