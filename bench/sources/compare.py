"""How much of a label a reading got right: cells, types, headers, extents, text.

A labelled table is compared with the table that shares most with it; its columns with those that
share cells and header; its rows in order, so that a row too many costs no cell below it.

    value    the cell's value is one of those accepted, of whatever type
    typed    and its type is right too
    header   every column has an accepted name, in order, and there are no others
    extent   every labelled row was read, and no other (a total, a note, a repeated header)
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sources.canonical import Value, digest, forms
from sources.label import Label, LabelledColumn, LabelledTable, holds
from sources.readers import Reading, ReadTable

# Paired rows of which fewer than this share a value are not the labelled ones.
KNOWN = 0.5
EXAMPLES = 3


@dataclass
class Score:
    """Counts over one file, or over many."""

    files: int = 0
    perfect: int = 0
    cells: int = 0
    value: int = 0
    typed: int = 0
    tables: int = 0
    headers: int = 0
    extents: int = 0
    right: int = 0
    extra: int = 0
    text: int = 0
    texts: int = 0
    units: int = 0
    told: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        for name, value in vars(other).items():
            if name != "misses":
                setattr(self, name, getattr(self, name) + value)
        self.misses += other.misses


@lru_cache(maxsize=1 << 16)
def exact(value: Value) -> str:
    return digest(value)


@lru_cache(maxsize=1 << 16)
def near(value: Value) -> frozenset[str]:
    """The digests of all that the value may stand for."""
    return frozenset(digest(form) for form in forms(value))


def plain_header(text: str) -> str:
    """A header without case, marks and the names that libraries make up for none."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    plain = " ".join(re.findall(r"\w+|%", text))
    return "" if re.fullmatch(r"unnamed \d+.*|column ?\d+", plain) else plain


def named(column: LabelledColumn, header: str) -> bool:
    return plain_header(header) in {plain_header(name) for name in column.header}


@dataclass(frozen=True)
class Match:
    """A labelled table beside one that was read: which columns and rows belong together."""

    columns: dict[int, int]
    rows: list[tuple[int, int]]
    hits: int


def match_columns(label: LabelledTable, read: ReadTable) -> dict[int, int]:
    """Labelled columns to read ones: most cells and the name in common first."""
    offers = []
    for k, header in enumerate(read.headers):
        there = set().union(*(near(row[k]) for row in read.rows)) if read.rows else set()
        for j, column in enumerate(label.columns):
            shared = sum(not there.isdisjoint(row[j]) for row in label.rows)
            share = shared / max(1, len(label.rows)) + named(column, header)
            if share > 0:
                offers.append((-share, abs(j - k), j, k))
    found: dict[int, int] = {}
    for _, _, j, k in sorted(offers):
        if j not in found and k not in found.values():
            found[j] = k
    return found


def match_rows(
    label: LabelledTable, read: ReadTable, columns: dict[int, int]
) -> tuple[list[tuple[int, int]], int]:
    """The pairs of rows, in order, that have most values in common; and how many they have."""

    def hits(i: int, r: int) -> int:
        row = read.rows[r]
        return sum(not near(row[k]).isdisjoint(label.rows[i][j]) for j, k in columns.items())

    n, m = len(label.rows), len(read.rows)
    # A pair without a common value is still better than two rows without a partner.
    gain = [[hits(i, r) + 0.01 for r in range(m)] for i in range(n)]
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for r in range(m - 1, -1, -1):
            best[i][r] = max(best[i + 1][r + 1] + gain[i][r], best[i + 1][r], best[i][r + 1])
    pairs, i, r = [], 0, 0
    while i < n and r < m:
        if best[i][r] == best[i + 1][r + 1] + gain[i][r]:
            pairs.append((i, r))
            i, r = i + 1, r + 1
        elif best[i][r] == best[i + 1][r]:
            i += 1
        else:
            r += 1
    return pairs, sum(round(gain[i][r] - 0.01) for i, r in pairs)


def match(label: LabelledTable, read: ReadTable) -> Match:
    columns = match_columns(label, read)
    rows, hits = match_rows(label, read, columns)
    return Match(columns, rows, hits)


def right_header(label: LabelledTable, read: ReadTable, columns: dict[int, int]) -> bool:
    if len(columns) < len(label.columns):
        return False
    places = [columns[j] for j in range(len(label.columns))]
    names = all(named(c, read.headers[columns[j]]) for j, c in enumerate(label.columns))
    others = [h for k, h in enumerate(read.headers) if k not in places]
    also = {plain_header(name) for name in label.also}
    known = "*" in label.also or all(plain_header(other) in also for other in others)
    return names and known and (places == sorted(places) or bool(label.also))


def right_extent(label: LabelledTable, read: ReadTable, found: Match) -> bool:
    paired = {i for i, _ in found.rows}
    if len(found.rows) < len(read.rows):
        return False
    if any(i not in paired for i in range(len(label.rows)) if i not in label.maybe):
        return False
    alike = sum(
        any(not near(read.rows[r][k]).isdisjoint(label.rows[i][j])
            for j, k in found.columns.items())
        for i, r in found.rows
    )  # fmt: skip
    return alike >= KNOWN * len(found.rows)


def score_table(label: LabelledTable, read: ReadTable | None, found: Match | None) -> Score:
    score = Score(tables=1)
    name = label.title[0] if label.title else label.columns[0].header[0] or "table"
    counted = [i for i in range(len(label.rows)) if i not in label.maybe]
    score.cells = len(counted) * len(label.columns)
    if read is None or found is None:
        score.misses.append(f"{name}: no such table, {score.cells} cells")
        return score
    partner = dict(found.rows)
    wrong: dict[tuple[int, str], list[str]] = defaultdict(list)
    for i in counted:
        for j, accepted in enumerate(label.rows[i]):
            if i not in partner or j not in found.columns:
                wrong[j, "not read"].append(str(label.at[i]))
                continue
            value = read.rows[partner[i]][found.columns[j]]
            right, typed = not near(value).isdisjoint(accepted), exact(value) in accepted
            score.value += right
            score.typed += typed
            if not typed:
                kind = "only the type is wrong" if right else "wrong"
                wrong[j, kind].append(f"{label.at[i]} {value}")
    for (j, kind), cells in sorted(wrong.items()):
        shown = ", ".join(cells[:EXAMPLES]) + (", ..." if len(cells) > EXAMPLES else "")
        column = label.columns[j]
        header = column.header[0] or "first column"
        score.misses.append(f"{name}: {header} ({column.type}), {len(cells)} {kind}: {shown}")
    score.headers = int(right_header(label, read, found.columns))
    score.extents = int(right_extent(label, read, found))
    score.right = score.headers * score.extents
    if not score.headers:
        score.misses.append(f"{name}: header {' | '.join(read.headers)}")
    if not score.extents:
        score.misses.append(f"{name}: {len(read.rows)} rows, labelled {len(label.rows)}")
    for j, column in enumerate(label.columns):
        if column.unit and read.units:
            score.units += 1
            score.told += j in found.columns and read.units[found.columns[j]] == column.unit
    return score


def score_reading(tables: Sequence[LabelledTable], reading: Reading) -> Score:
    """The score against one way in which the file may be read."""
    matches = {
        (a, b): match(label, read)
        for a, label in enumerate(tables)
        for b, read in enumerate(reading.tables)
    }
    partner: dict[int, int] = {}
    for (a, b), found in sorted(matches.items(), key=lambda item: -item[1].hits):
        if found.hits and a not in partner and b not in partner.values():
            partner[a] = b
    total = Score()
    for a, label in enumerate(tables):
        b = partner.get(a)
        if label.optional:
            continue
        read, found = (reading.tables[b], matches[a, b]) if b is not None else (None, None)
        total.add(score_table(label, read, found))
    total.extra = len(reading.tables) - len(partner)
    return total


def score(label: Label, reading: Reading, with_text: bool) -> Score:
    """The best score over the ways in which the file may be read; and the text found."""
    scores = [score_reading(tables, reading) for tables in label.readings]
    best = max(scores, key=lambda s: (s.typed / max(1, s.cells), s.right / max(1, s.tables)))
    best.files = 1
    if with_text:
        best.texts = len(label.text)
        best.text = sum(holds(reading.text, wanted) for wanted in label.text)
    if best.text < best.texts:
        best.misses.append(f"text: {best.texts - best.text} of {best.texts} passages not found")
    if best.extra:
        best.misses.append(f"{best.extra} tables that are none")
    if reading.problem:
        best.misses.append(reading.problem)
    best.perfect = int(not best.misses)
    return best
