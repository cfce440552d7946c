"""Which texts of a column stand for nothing.

    Jan: 10, null, NA, n/a             null, NA and n/a are nothing: the other cells are numbers
    Name: Ann, None, Nan               names: a text column keeps its words
    Code: SE, NO, NA                   Namibia: the mark looks like the other cells
    Champion: S Raj, ?, ?              a mark that comes back is one

Dashes, `n/a`, `#N/A` and the like are nothing in any column.
"""

from __future__ import annotations

from collections.abc import Mapping

from trivium.ground.cells import parse_cell

# Nothing, wherever they stand alone in a cell.
SURE = frozenset((
    "", "-", "–", "—", "−", "--", "---", "——", "..", "...", "…", "n/a", "n.a.", "tba", "tbd",
    "#n/a", "#n/a n/a", "#na", "#ref!", "#div/0!", "#value!", "#name?", "#num!", "#null!", "<na>",
    "k.a.", "k. a.", "s/d", "n/d", "n.d.", "нет данных", "н/д", "不详", "暂无", "该当なし", "없음",
))  # fmt: skip
# Nothing beside typed cells; in a column of text they may be words.
WORDS = frozenset((
    "na", "nan", "none", "null", "nil", "?", "??", "無", "无", "なし", "*", ".", "nd", "/", "\\n",
    "(null)", "(none)", "not available", "not applicable", "keine angabe",
))  # fmt: skip
_LONGEST = max(map(len, WORDS))
_SAMPLE = 200


def null_marks(counts: Mapping[str, int], cleaned: Mapping[str, str]) -> frozenset[str]:
    """The texts beside `SURE` that mean nothing; `counts` holds the cells with their numbers,
    `cleaned` with their clean texts."""
    words = {raw: text for raw, text in cleaned.items()
             if len(text) <= _LONGEST and text.lower() in WORDS}  # fmt: skip
    if not words:
        return frozenset()
    others = [raw for raw, text in cleaned.items() if raw not in words and text.lower() not in SURE]
    sample = others[:_SAMPLE]
    typed = sum(parse_cell(raw).typed for raw in sample)
    if sample and typed >= 0.8 * len(sample):
        return frozenset(words.values())
    most = max((counts[raw] for raw in others), default=0)
    return frozenset(
        text for raw, text in words.items() if _is_mark(raw, counts[raw], most, sample)
    )


def _is_mark(raw: str, count: int, most: int, others: list[str]) -> bool:
    """Whether a word of a text column is rather a mark than one of its texts."""
    if not others:
        return True
    text = raw.strip()
    if not any(c.isalnum() for c in text):
        return count > 1
    shapes = [_shape(other.strip()) for other in others]
    if 2 * sum(shape == _shape(text) for shape in shapes) > len(shapes):
        return False
    lowered = text == text.lower() and sum(s[0] == "A" for s in shapes if s) > len(shapes) / 2
    return lowered or (count > 1 and count >= most)


def _shape(text: str) -> str:
    """`NO` and `NA` are alike, `Ann` and `Nan` too: `AA`, `Aa`."""
    if text.isupper():
        return "A" * min(len(text), 4)
    return "Aa" if text[:1].isupper() else "a"
