"""Rows of a table that are no data: totals, averages, notes, repeated headers, names of groups.

    Item      Qty
    Apples     10
    Pears       4
    Total      14      the sum of the rows above it: set aside, citable
    * estimate         a note: set aside, citable

A row called `Total` whose numbers do not add up is a row of data: there may be a town of that name.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from trivium.ground.cells import parse_cell
from trivium.ground.headers import repeated_header

Cells = Sequence[Sequence[str]]

_TOTALS = frozenset(
    """total|totals|grand total|sub total|subtotal|subtotals|sum|overall total|all|summe|gesamt|
    gesamtsumme|insgesamt|zwischensumme|total général|total general|sous-total|ensemble|totale|
    totale generale|suma|suma total|razem|ogółem|итого|всего|итог|合计|总计|小计|總計|合計|小計|計|
    总和|總和|المجموع|الإجمالي|الاجمالي|toplam|genel toplam|jumlah|कुल|कुल योग|somme|totaal|
    subtotaal|totalt|i alt|yhteensä|celkem|합계|총계|소계|total geral|sum total|summa""".replace(
        "\n", ""
    )
    .replace("    ", "")
    .split("|")
)
_MEANS = frozenset(
    """average|averages|mean|avg|durchschnitt|mittelwert|moyenne|promedio|media|média|среднее|平均|
    平均值|均值|gemiddelde|ortalama|rata-rata|medelvärde|gjennomsnitt|평균|المتوسط|औसत""".replace(
        "\n", ""
    )
    .replace("    ", "")
    .split("|")
)
_OTHERS: dict[str, Callable[[list[float]], float]] = {
    "median": statistics.median, "中位数": statistics.median,
    "minimum": min, "min": min, "最小值": min, "maximum": max, "max": max, "最大值": max,
}  # fmt: skip
_NOTE = re.compile(
    r"(?:[*†‡§#¹²³]+\s*\S|\(?[a-z0-9]{1,2}\)\s+\S|\[[a-z0-9]{1,3}\]\s*\S|"
    r"(?:sources?|notes?|nb|footnotes?|remarks?|legend|quelle|quellen|anmerkung(?:en)?|fuentes?|nota|"
    r"notas|fonte|fonti|note|bron|källa|kilde|источник|примечание|来源|资料来源|数据来源|注|备注|说明|"
    r"出典|出所|注記|备考|資料來源|출처|المصدر)\s*[:：.]|"
    r"\(\s*\d[\d,]*\s+rows?(?: affected)?\s*\)$|end of (?:report|file|table)|"
    r"(?:generated|exported|printed|created|retrieved|last updated|as of|data as of|copyright)\b)",
    re.I,
)


@dataclass(frozen=True)
class Aside:
    """A row that is no data: its number, and what it is in words."""

    row: int
    why: str
    citable: bool = True

    def text(self, cells: Sequence[str], header: Sequence[Sequence[str]]) -> str:
        """The row as a sentence: `Total: Qty 14`."""
        names = [
            " ".join(dict.fromkeys(row[i].strip() for row in header if i < len(row) and row[i]))
            for i in range(len(cells))
        ]
        filled = [i for i, cell in enumerate(cells) if cell.strip()]
        first, *rest = filled
        if not rest:
            return cells[first].strip()
        said = ", ".join(f"{names[i]} {cells[i].strip()}".strip() for i in rest)
        return f"{cells[first].strip().rstrip(':')}: {said}"


@dataclass(frozen=True)
class Group:
    """Rows that only name the rows below them, as a column: its header, and the group of each."""

    header: str
    of: dict[int, str]


def is_note(text: str) -> bool:
    return bool(_NOTE.match(text.strip()))


def set_aside(
    cells: Cells, height: int, lengths: Sequence[int]
) -> tuple[list[int], list[Aside], Group | None]:
    """The rows of data below a header of `height` rows, those that are none, and the groups.

    `lengths` says how many cells each row has in the file: a line without delimiters in a file
    that has them is a note.
    """
    asides: list[Aside] = []
    end = len(cells)
    while end > height + 1 and _is_lone_note(cells[end - 1], lengths[end - 1], lengths[0]):
        end -= 1
        asides.append(Aside(end, "a note"))
    rows = list(range(height, end))
    for r in list(rows):
        if height and repeated_header(cells[height - 1 : height], cells[r]):
            rows.remove(r)
            asides.append(Aside(r, "the header again", citable=False))
        elif len(cells[r]) > 1 and not any(cells[r][1:]) and _is_marked(cells[r][0]):
            rows.remove(r)
            asides.append(Aside(r, "a note"))
    group = _groups(cells, rows) if height else None
    if group is not None:
        rows = [r for r in rows if r in group.of]
    if height:
        totals = _totals(cells, rows)
        rows = [r for r in rows if r not in totals]
        asides += [Aside(r, why) for r, why in totals.items()]
    return rows, sorted(asides, key=lambda aside: aside.row), group


def _filled(row: Sequence[str]) -> list[int]:
    return [i for i, cell in enumerate(row) if cell.strip()]


def _is_marked(text: str) -> bool:
    return is_note(text) and len(text.split()) > 1


def _is_lone_note(row: Sequence[str], length: int, named: int) -> bool:
    filled = _filled(row)
    if len(row) < 2 or len(filled) > 1:
        # `Source:,Statistics office`
        return len(row) > 2 and filled == [0, 1] and bool(_NOTE.match(row[0].strip() + " "))
    if not filled:
        return True
    text = row[filled[0]].strip()
    if is_note(text) and (len(text.split()) > 1 or len(text) > 12):
        return True
    # A sentence, or a line without a delimiter where all others have some.
    sentence = len(text.split()) >= 5 or (text[-1:] in ".。" and len(text.split()) > 1)
    return sentence or (length == 1 < named and named > 2)


# --- groups --------------------------------------------------------------------------------------


def _groups(cells: Cells, rows: Sequence[int]) -> Group | None:
    """The groups where rows of one name alone stand above rows that are otherwise full."""
    if len(rows) < 4 or len(cells[rows[0]]) < 2:
        return None
    lone = {r for r in rows if _is_name(cells[r])}
    if len(lone) < 2 or rows[0] not in lone or rows[-1] in lone:
        return None
    full = [r for r in rows if r not in lone]
    if any(a in lone and b in lone for a, b in pairwise(rows)):
        return None
    if len(full) < len(lone) or any(not cells[r][0].strip() for r in full):
        return None
    if any(len(_filled(cells[r])) < 2 for r in full):
        return None
    of: dict[int, str] = {}
    name = ""
    for r in rows:
        if r in lone:
            name = cells[r][0].strip().rstrip(":")
        else:
            of[r] = name
    return Group("group", of)


def _is_name(row: Sequence[str]) -> bool:
    return not any(row[1:]) and bool(row[0].strip()) and not any(c.isdigit() for c in row[0])


def fill_below(body: list[list[str]]) -> list[int]:
    """Fill, in place, the empty cells below a name that stands for them; the columns so filled.

    Sweden  Malmö  350            the first columns only, where no name is said twice in a row
    (empty) Lund    94            and the empty cell has others beside it
    """
    found: list[int] = []
    if len(body) < 2:
        return found
    for column in range(min(3, len(body[0]) - 1)):
        if not _is_grouping(body, column, found):
            break
        name = ""
        filled = False
        for r, row in enumerate(body):
            if row[column].strip():
                name = row[column]
            elif not found or (r and row[column - 1] == body[r - 1][column - 1]):
                row[column] = name
                filled = True
        if not filled:
            break
        found.append(column)
    return found


def _is_grouping(body: list[list[str]], column: int, found: list[int]) -> bool:
    texts = [row[column].strip() for row in body]
    blanks = [r for r, text in enumerate(texts) if not text]
    if not blanks or not texts[0] or len(blanks) < 0.1 * len(texts):
        return False
    runs = sum(not b and bool(a) for a, b in pairwise(texts))
    if runs == 1 and len(blanks) > 3:
        return False
    named = [text for text in texts if text]
    # Numbers count rows; years and dates may stand for several.
    if not all(parse_cell(t).date or not parse_cell(t).typed for t in named):
        return False
    if any(a and a == b for a, b in pairwise(texts)):
        return False  # said again where it goes on: an empty cell is none then
    beside = [body[r][column + 1 :] for r in blanks]
    if not all(any(cell.strip() for cell in row[:2]) for row in beside):
        return False
    if found:
        return True
    numbers = sum(any(c.isdigit() for cell in row for c in cell) for row in beside)
    return numbers >= 0.5 * len(blanks)


# --- totals --------------------------------------------------------------------------------------


def _totals(cells: Cells, rows: Sequence[int]) -> dict[int, str]:
    """Rows that sum up, average or otherwise count those above them."""
    found: dict[int, str] = {}
    since = 0
    firsts = [_first(cells[r]) for r in rows]
    labels = {text: _label([text]) for text in set(firsts)}
    for at, r in enumerate(rows):
        label = labels[firsts[at]]
        if label in _TOTALS:
            above = [x for x in rows[:at] if x not in found]
            block = [x for x in rows[since:at] if x not in found]
            below = [x for x in rows[at + 1 :] if _label(cells[x]) not in _TOTALS | _MEANS]
            last = not below and len(above) > 1 and _exceeds(cells, r, above)
            if last or any(_counts(cells, r, part, sum) for part in (block, above, below) if part):
                found[r] = "a total"
                since = at + 1
        elif label in _MEANS or label in _OTHERS:
            kind = _OTHERS.get(label, statistics.fmean)
            above = [x for x in rows[:at] if x not in found]
            if above and _counts(cells, r, above, kind):
                found[r] = "an average" if label in _MEANS else f"the {label}"
    return found


def _first(row: Sequence[str]) -> str:
    if row[0] and not row[0].isspace():
        return row[0]
    return next((cell for cell in row if cell.strip()), "")


def _label(row: Sequence[str]) -> str:
    text = _first(row)
    if len(text) > 60 or text[:1].isdigit():
        return ""
    text = re.sub(r"\(.*?\)|\[.*?\]", "", text).casefold()
    return " ".join(text.replace("-", " ").strip(" :：.*—–").split())


def _counts(
    cells: Cells, row: int, others: Sequence[int], kind: Callable[[list[float]], float]
) -> bool:
    """Whether at least half of the row's numbers are what `kind` makes of the others."""
    right = checked = 0
    for value, values in _columns(cells, row, others):
        if values:
            checked += 1
            right += abs(kind(values) - value) <= max(0.01 * abs(value), 0.06)
    return checked > 0 and 2 * right >= checked


def _exceeds(cells: Cells, row: int, others: Sequence[int]) -> bool:
    """Whether no number above is larger: a total of more, or of some, than the rows shown."""
    found = list(_columns(cells, row, others))
    return bool(found) and all(
        value > 0 and all(v <= value for v in values) for value, values in found
    )


def _columns(cells: Cells, row: int, others: Sequence[int]) -> Iterator[tuple[float, list[float]]]:
    """The numbers of a row, each with those of the others in its column."""
    for i, text in enumerate(cells[row]):
        column = [cells[x][i] for x in others]
        comma = any(_DECIMAL_COMMA.fullmatch(_bare(cell)) for cell in (text, *column))
        value = _amount(text, comma)
        if value is not None:
            yield value, [v for cell in column if (v := _amount(cell, comma)) is not None]


_DECIMAL_COMMA = re.compile(r"-?(?:\d{1,3}(?:[.\s'’]\d{3})+|\d+),\d{1,2}")


def _bare(text: str) -> str:
    return text.strip().strip("€$£¥%").strip()


def _amount(text: str, comma: bool) -> float | None:
    """The number of a cell; `comma` where the column writes decimals so."""
    if comma and re.fullmatch(r"-?[\d.\s'’]*\d(?:,\d+)?", plain := _bare(text)):
        return float(re.sub(r"[.\s'’]", "", plain).replace(",", "."))
    cell = parse_cell(text)
    # Years neither sum up nor average.
    return cell.number if cell.typed and not cell.date else None
