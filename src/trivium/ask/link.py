"""Words of the question found in the table: cells, numbers and dates, each with where it was said.

"which Russian won in 2008?"  ->  "russian" in column Nation (rows 3, 7), 2008 in column Year
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from trivium.ask.frame import Frame, FrameColumn
from trivium.ask.words import ORDINAL_WORDS, STOP_WORDS, Question, number_of
from trivium.ground.dates import parse_date

MAX_WORDS = 10


@dataclass(frozen=True, slots=True)
class ValueLink:
    """Words `start` to `end` of the question stand in a column: the rows that hold them.

    `kind`: `exact` (the whole cell), `part` (the whole of one cell, a run of words in others),
    `phrase` (a run of words inside it), `number` (its number), `near` (a word with the same
    beginning), `sense` (a word that is written so in tables).
    """

    kind: str
    column: int
    rows: int
    start: int
    end: int
    text: str
    number: float | None = None

    @property
    def cover(self) -> int:
        return (1 << self.end) - (1 << self.start)


@dataclass(frozen=True, slots=True)
class NumberLink:
    """A number in the question; `kind`: `digits`, `word`, `ordinal` or `date`."""

    value: float
    kind: str
    start: int
    end: int

    @property
    def cover(self) -> int:
        return (1 << self.end) - (1 << self.start)


# How tables write what questions say.
_SENSES: dict[str, tuple[str, ...]] = {
    "win": ("w", "won", "win", "winner", "champion", "champions", "1st"),
    "won": ("w", "won", "win", "winner", "champion", "champions", "1st"),
    "winner": ("w", "won", "win", "winner", "1st"),
    "lose": ("l", "lost", "loss", "defeat", "runner-up"),
    "lost": ("l", "lost", "loss", "defeat", "runner-up"),
    "loss": ("l", "lost", "loss", "defeat"),
    "loses": ("l", "lost", "loss", "defeat"),
    "losses": ("l", "lost", "loss", "defeat"),
    "wins": ("w", "won", "win"),
    "victory": ("w", "won", "win"),
    "victories": ("w", "won", "win"),
    "defeat": ("l", "lost", "loss", "defeat"),
    "tie": ("t", "d", "tie", "tied", "draw"),
    "tied": ("t", "d", "tie", "tied", "draw"),
    "draw": ("d", "draw", "drawn", "tie"),
    "draws": ("d", "draw", "drawn", "tie"),
    "home": ("h", "home"),
    "away": ("a", "away"),
    "nominated": ("nominated", "nom"),
    "male": ("m", "male"),
    "female": ("f", "female"),
    "usa": ("united states", "usa", "us"),
    "us": ("united states", "usa"),
    "america": ("united states", "usa"),
    "american": ("united states", "usa"),
    "uk": ("united kingdom", "great britain"),
    "british": ("united kingdom", "great britain", "gbr"),
    "dutch": ("netherlands",),
    "english": ("england",),
    "french": ("france",),
    "spanish": ("spain",),
    "german": ("germany", "west germany"),
    "swiss": ("switzerland",),
    "finnish": ("finland",),
    "swedish": ("sweden",),
    "danish": ("denmark",),
    "irish": ("ireland",),
    "scottish": ("scotland",),
    "welsh": ("wales",),
    "polish": ("poland",),
    "turkish": ("turkey",),
    "greek": ("greece",),
    "chinese": ("china",),
    "russians": ("russia",),
    "goalkeeper": ("gk",),
    "goalie": ("gk", "g"),
    "defender": ("df",),
    "midfielder": ("mf",),
    "forward": ("fw", "f"),
}


def link_values(question: Question, frame: Frame) -> list[ValueLink]:
    """Every run of the question's words that stands in a cell, the longest runs first.

    A run inside a longer run that was found in the same column is left out.
    """
    n = len(question.words)
    found: list[ValueLink] = []
    for column in frame.columns:
        covered: list[tuple[int, int]] = []
        for length in range(min(MAX_WORDS, n), 0, -1):
            for start in range(n - length + 1):
                end = start + length
                if any(a <= start and end <= b for a, b in covered):
                    continue
                link = _link(question, start, end, column)
                if link:
                    found.append(link)
                    covered.append((start, end))
                    if wider := _wider(link, question, column):
                        found.append(wider)
    return found


def _wider(link: ValueLink, question: Question, column: FrameColumn) -> ValueLink | None:
    """Where some cells are just the words and others hold them too, the rows of all of these."""
    rows = column.by_phrase.get(question.stems[link.start : link.end], 0)
    if link.kind != "exact" or not rows & ~link.rows:
        return None
    return replace(link, kind="part", rows=rows | link.rows)


def _link(question: Question, start: int, end: int, column: FrameColumn) -> ValueLink | None:
    words, stems = question.words[start:end], question.stems[start:end]
    if all(word in STOP_WORDS for word in words) and len(words) < 3:
        return None
    index = column.index
    text = " ".join(words)
    rows = column.by_text.get(text)
    if rows:
        return ValueLink("exact", index, rows, start, end, text)
    rows = column.by_phrase.get(stems) if len(stems) <= 6 else None
    if rows and not (words[0] in STOP_WORDS or words[-1] in STOP_WORDS):
        whole = _whole(column, rows, stems)
        if whole:
            return ValueLink("exact", index, whole, start, end, text)
        return ValueLink("phrase", index, rows, start, end, text)
    if len(words) > 6 and (rows := column.by_text_tokens.get(stems)):
        return ValueLink("exact", index, rows, start, end, text)
    if len(words) > 1:
        return None
    number = number_of(words[0])
    if number is not None and (rows := column.by_number.get(number)):
        return ValueLink("number", index, rows, start, end, text, number)
    for sense in _SENSES.get(words[0], ()):
        if rows := column.by_text.get(sense):
            return ValueLink("sense", index, rows, start, end, sense)
    if number is None and len(stems[0]) >= 4:
        return _near(question, start, column)
    return None


def _whole(column: FrameColumn, rows: int, stems: tuple[str, ...]) -> int:
    return column.by_text_tokens.get(stems, 0) & rows


def _near(question: Question, start: int, column: FrameColumn) -> ValueLink | None:
    word = question.stems[start]
    for (other, *rest), rows in column.by_phrase.items():
        if rest or len(other) < 4 or other[0] != word[0]:
            continue
        shared = 0
        for a, b in zip(word, other, strict=False):
            if a != b:
                break
            shared += 1
        if shared >= max(4, min(len(word), len(other)) - 1, max(len(word), len(other)) - 4):
            return ValueLink("near", column.index, rows, start, start + 1, other)
    return None


def link_numbers(question: Question) -> list[NumberLink]:
    """Every number and date in the question."""
    found: list[NumberLink] = []
    words = question.words
    n = len(words)
    for length in (4, 3, 2):
        for start in range(n - length + 1):
            text = " ".join(words[start : start + length])
            date = parse_date(text)
            if date and not any(link.start <= start < link.end for link in found):
                found.append(NumberLink(float(date), "date", start, start + length))
    for i, word in enumerate(words):
        number = number_of(word)
        if number is None:
            date = parse_date(word) if len(word) > 3 else 0
            if date:
                found.append(NumberLink(float(date), "date", i, i + 1))
            continue
        end = i + 1
        if end < n and words[end] in _SCALES:
            number, end = number * _SCALES[words[end]], end + 1
        ordinal = word in ORDINAL_WORDS or (word[0].isdigit() and word[-1].isalpha())
        kind = "ordinal" if ordinal else "digits" if word[0].isdigit() else "word"
        found.append(NumberLink(number, kind, i, end))
    return found


_SCALES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
