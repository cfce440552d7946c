"""What tells whether a value is the right answer: signs of the question, its program, its rivals.

The ranker sees one candidate at a time. The signs here look at a value as a whole: how much belief
its programs hold together, what else stands against it, which words of the question no part of the
program speaks of, and whether the answer is of the kind that was asked for.

    "how many more golds ..."   count(filter)        unmet: `difference`   -> less likely right
    "who won the most ..."      most(all) of Winner  asked for: who        -> more likely right
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trivium.ask.algebra import Part, Proposal
from trivium.ask.cues import is_function_word
from trivium.ask.features import Extractor
from trivium.ask.frame import FrameColumn
from trivium.ask.search import Search
from trivium.ask.words import STOP_WORDS, Question, stem

# How many of the likeliest values are judged, and how many programs are looked at for the belief
# in each part of a program.
JUDGED = 6
SEEN = 300
N_SIGNS = 166

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A program of the search with its score and what it was found by."""

    score: float
    proposal: Proposal
    extractor: Extractor
    dense: NDArray[np.float32]

    @property
    def search(self) -> Search:
        return self.extractor.search


@dataclass(slots=True)
class Group:
    """Programs that give the same value, the best first, and their share of all belief."""

    share: float = 0.0
    members: list[Ranked] = field(default_factory=list)


# Words that ask for an operation, and the parts of a shape that answer them.
ASKED: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...] = (
    ("count", frozenset("many number count".split()),
     ("count", "distinct", "streak", "project_number")),
    ("sum", frozenset("total combin altogeth sum overall collectively".split()), ("sum",)),
    ("mean", frozenset("average averag mean".split()), ("mean",)),
    ("difference", frozenset("difference differenc".split()), ("difference", "range", "span")),
    ("than", frozenset(["than"]), ("difference", "bound", "beyond", "choice", "groups", "across")),
    ("most", frozenset("most highest largest greatest biggest top best max maximum longest "
                       "tallest oldest latest".split()), ("greatest", "most", "last")),
    ("least", frozenset("least lowest smallest fewest worst min minimum shortest youngest "
                        "earliest fewer".split()), ("least", "rarest", "first")),
    ("first", frozenset(["first"]), ("first", "least", "nth")),
    ("last", frozenset(["last", "final", "recent"]), ("last", "greatest")),
    ("next", frozenset("after next follow below succeed".split()), ("next", "after", "bound>")),
    ("previous", frozenset("before previou previous prior above preced".split()),
     ("previous", "before", "bound<")),
    ("not", frozenset("not other beside besid except exclud without never didnt neither "
                      "non".split()), ("not(", "same")),
    ("same", frozenset("same also equal share tie tied both".split()), ("same", "groups", "and(")),
    ("consecutive", frozenset("consecutive consecutiv row straight".split()), ("streak",)),
    ("different", frozenset("different distinct unique various separat".split()), ("distinct",)),
    ("only", frozenset("only once just exactly".split()), ("groups", "count")),
    ("bound", frozenset("over under least at more less between since until within exceed".split()),
     ("bound", "beyond", "in", "groups", "difference", "choice")),
    ("or", frozenset(["or"]), ("or(", "choice", "project")),
    ("time", frozenset(["time", "often", "frequent", "common"]), ("count", "most")),
    ("long", frozenset(["long", "far", "old", "tall"]), ("span", "difference", "project")),
    ("each", frozenset(["each", "every", "all", "per"]), ("count", "distinct", "mean")),
)  # fmt: skip
OPENINGS = ("how many", "how much", "how long", "how", "who", "when", "where", "which", "what",
            "name", "other", "verb")  # fmt: skip
ROOTS = (
    "project_text", "project_number", "project_number2", "project_year", "project_span",
    "project_qualifier", "project_name", "count", "distinct", "streak", "sum", "mean", "range",
    "difference", "difference_count", "most", "rarest", "most_count", "count_groups",
    "groups", "choice", "choice_bound", "across",
)  # fmt: skip
TYPES = ("number", "date", "text", "other")
KINDS = {"exact": 4, "number": 3, "part": 2, "phrase": 2, "sense": 1, "near": 0}


class Judged:
    """The signs of one question: what all its values have in common is made once."""

    def __init__(self, question: Question, groups: Sequence[Group], candidates: int) -> None:
        self.question = question
        self.groups = groups
        self.candidates = candidates
        self.stems = frozenset(question.stems) | frozenset(question.words)
        self.opening = _opening(question)
        self.noun, self.plural = _noun(question)
        self.content = [
            i
            for i, (word, s) in enumerate(zip(question.words, question.stems, strict=True))
            if not is_function_word(s) and not is_function_word(word)
        ]
        self.asked = [bool(words & self.stems) for _, words, _ in ASKED]
        self._believe()

    def _believe(self) -> None:
        """How much belief each operation, set of rows and column has over the likeliest values."""
        self.roots: dict[str, float] = defaultdict(float)
        self.rows: dict[tuple[int, int], float] = defaultdict(float)
        self.columns: dict[tuple[int, int], float] = defaultdict(float)
        seen = 0
        top = max((group.members[0].score for group in self.groups), default=0.0)
        total = 0.0
        for group in self.groups[:40]:
            for member in group.members[:20]:
                belief = float(np.exp(member.score - top))
                place = id(member.extractor)
                total += belief
                self.roots[root_of(member.proposal.shape)] += belief
                self.rows[place, member.proposal.rows] += belief
                self.columns[place, _answer_column(member.proposal)] += belief
                seen += 1
            if seen > SEEN:
                break
        self.total = max(total, 1e-9)

    def vectors(self) -> Vector:
        """A row of `N_SIGNS` signs for each of the likeliest values."""
        return np.array([self.vector(i) for i in range(min(JUDGED, len(self.groups)))])

    def vector(self, index: int) -> list[float]:
        return [
            *self._standing(index),
            *self._program(index),
            *self._words(index),
            *self._answer(index),
            *self._rival(index),
        ]

    def told(self, index: int) -> tuple[float, ...]:
        """What the weighing of all programmers sees of a value: its operation, and the words of the
        question that its program does not speak of."""
        _, content, left, share, in_table, nowhere, *operations = self._words(index)
        shape = self.groups[index].members[0].proposal.shape
        return (content, left, share, in_table, nowhere, operations[-1],
                ROOTS.index(root_of(shape)))  # fmt: skip

    # --- belief ----------------------------------------------------------------------------------

    def _standing(self, index: int) -> list[float]:
        group = self.groups[index]
        best = group.members[0]
        rival = self.groups[1 if index == 0 else 0] if len(self.groups) > 1 else None
        share = min(max(group.share, 1e-6), 1 - 1e-6)
        others = [g.share for i, g in enumerate(self.groups[:8]) if i != index]
        shapes: dict[str, float] = defaultdict(float)
        for member in group.members[:12]:
            shapes[member.proposal.shape] += float(np.exp(member.score - best.score))
        mass = sum(shapes.values())
        place = id(best.extractor)
        return [
            index,
            float(np.log(share / (1 - share))),
            float(np.log(share / max(others[0] if others else 0.0, 1e-6))),
            others[1] if len(others) > 1 else 0.0,
            float(-sum(s * np.log(s + 1e-9) for s in (share, *others[:6]))),
            min(best.score - rival.members[0].score, 10.0) if rival else 10.0,
            float(np.log1p(len(group.members))),
            float(np.log1p(self.candidates)),
            float(np.log1p(len(self.groups))),
            1 - max(shapes.values()) / mass,
            len(shapes),
            self.roots[root_of(best.proposal.shape)] / self.total,
            self.rows[place, best.proposal.rows] / self.total,
            self.columns[place, _answer_column(best.proposal)] / self.total,
        ]

    # --- the program -----------------------------------------------------------------------------

    def _program(self, index: int) -> list[float]:
        best = self.groups[index].members[0]
        proposal, search, frame = best.proposal, best.search, best.search.frame
        shape = proposal.shape
        links = [search.values[_index(p)] for p in proposal.parts if p[0] == "link"]
        numbers = [search.numbers[_index(p)] for p in proposal.parts
                   if p[0] == "number" and _index(p) >= 0]  # fmt: skip
        elsewhere = [
            len({o.column for o in search.values
                 if o.start < link.end and link.start < o.end and o.column != link.column})
            for link in links
        ]  # fmt: skip
        order = next(
            (
                p
                for p in proposal.parts
                if p[0] == "column" and p[1] in ("greatest", "least", "beyond", "bound", "choice")
            ),
            None,
        )
        rows = proposal.rows
        return [
            ROOTS.index(root_of(shape)),
            *(float(operation in shape) for operation in OPERATIONS),
            *best.dense.tolist(),
            len(links),
            min((KINDS[link.kind] for link in links), default=5),
            max(elsewhere, default=0),
            min((link.rows.bit_count() for link in links), default=0),
            max((link.rows.bit_count() for link in links), default=0),
            len(numbers),
            len(search.values),
            len(search.numbers),
            *(self._column(best.extractor, order)),
            float(np.log1p(frame.n)),
            len(frame.columns),
            (frame.all & ~frame.body).bit_count(),
            {"up": 1, "down": -1}.get(frame.direction, 0),
            rows.bit_count(),
            float(rows == frame.body),
            float(not rows & (rows - 1)),
        ]

    def _column(self, extractor: Extractor, part: Part | None) -> list[float]:
        """How a column stands to the question, and how well it is filled."""
        if part is None or _index(part, 2) < 0:
            return [-1.0, -1.0, -1.0, -1.0, -1.0]
        column = extractor.frame.columns[_index(part, 2)]
        view = column.views.get(str(part[3]))
        known = sum(v is not None for v in view) if view else column.n_filled
        return [
            extractor.mentions[column.index][0],
            column.distinct / max(1, column.n_filled),
            known / max(1, extractor.frame.n),
            _type(column),
            column.index,
        ]

    # --- words -----------------------------------------------------------------------------------

    def _words(self, index: int) -> list[float]:
        """Which words no part of the program speaks of, and which operations were not done."""
        best = self.groups[index].members[0]
        shape = best.proposal.shape
        named: set[str] = set()
        for part in best.proposal.parts:
            if part[0] == "column" and _index(part, 2) >= 0:
                named.update(best.search.frame.columns[_index(part, 2)].stems)
        heads = {s[:4] for s in named if len(s) >= 4}
        vocabulary = best.search.frame.vocabulary
        left = in_table = nowhere = 0
        for i in self.content:
            word = self.question.stems[i]
            if best.proposal.cover >> i & 1 or word in named or word[:4] in heads:
                continue
            left += 1
            in_table += word in vocabulary
            nowhere += word not in vocabulary
        met = [any(o in shape for o in operations) for _, _, operations in ASKED]
        return [
            len(self.question.words),
            len(self.content),
            left,
            left / max(1, len(self.content)),
            in_table,
            nowhere,
            *(float(asked) for asked in self.asked),
            *(float(asked and not done) for asked, done in zip(self.asked, met, strict=True)),
            sum(asked and not done for asked, done in zip(self.asked, met, strict=True)),
        ]

    # --- the answer ------------------------------------------------------------------------------

    def _answer(self, index: int) -> list[float]:
        best = self.groups[index].members[0]
        proposal, frame = best.proposal, best.search.frame
        values = proposal.values
        first = values[0]
        number = first if isinstance(first, int | float) else None
        column = _answer_column(proposal)
        own = frame.columns[column] if column >= 0 else None
        level = best.extractor.mentions[column][0] if own else -1
        rival = max((m[0] for c, m in best.extractor.mentions.items() if c != column), default=0)
        heads = set(own.stems) if own else set()
        nouns = [c.index for c in frame.columns if self.noun and self.noun in c.stems]
        distinct = -1
        if proposal.shape.startswith(("count", "distinct")) and frame.columns:
            texts = frame.columns[0].texts
            rows = [i for i in range(frame.n) if proposal.rows >> i & 1]
            distinct = len(rows) - len({texts[i] for i in rows})
        said = {n.value for n in best.search.numbers}
        words = set(self.question.words)
        inside = sum(set(str(v).lower().split()) <= words for v in values)
        return [
            OPENINGS.index(self.opening),
            self.plural,
            len(values),
            float(isinstance(first, str)),
            number if number is not None and abs(number) < 1e6 else -1.0,
            float(number == 0),
            float(number is not None and number != int(number)),
            float(number is not None and 1000 <= number <= 2100),
            float(number in said),
            inside,
            level,
            rival,
            float(bool(self.noun) and self.noun in heads),
            len([c for c in nouns if c != column]),
            _type(own) if own else -1,
            own.distinct / max(1, own.n_filled) if own else -1,
            column,
            distinct,
            len(str(first)),
        ]

    def _rival(self, index: int) -> list[float]:
        """How the best other value differs."""
        if len(self.groups) < 2:
            return [-1.0] * 8
        best = self.groups[index].members[0].proposal
        other = self.groups[1 if index == 0 else 0].members[0].proposal
        a, b = best.values[0], other.values[0]
        numeric = isinstance(a, int | float) and isinstance(b, int | float)
        mine, theirs = set(best.values), set(other.values)
        return [
            float(root_of(best.shape) == root_of(other.shape)),
            float(best.rows == other.rows),
            float(_answer_column(best) == _answer_column(other)),
            ROOTS.index(root_of(other.shape)),
            abs(float(a) - float(b)) if numeric and abs(float(a) - float(b)) < 1e4 else -1.0,
            float(mine < theirs) - float(mine > theirs),
            len(other.values),
            best.cover.bit_count() - other.cover.bit_count(),
        ]


# Parts of a shape that are more or less often right.
OPERATIONS = (
    "project_text", "project_number", "count", "difference", "sum", "most", "choice", "greatest",
    "least", "first", "last", "next", "previous", "after", "before", "bound", "same", "or(",
    "not(", "and(", "in", "nth", "distinct", "across", "beyond", "filter", "streak",
)  # fmt: skip


def root_of(shape: str) -> str:
    """The operation that gives the value."""
    root = shape.split("(", 1)[0].rstrip("<>=")
    return root if root in ROOTS else "across"


def _index(part: Part, at: int = 1) -> int:
    return int(part[at])  # type: ignore[call-overload, no-any-return]


def _answer_column(proposal: Proposal) -> int:
    """The column that the value stands in or is computed from; -1 for none."""
    for part in reversed(proposal.parts):
        if part[0] == "column" and part[1] not in ("filter", "greatest", "least", "bound"):
            return _index(part, 2)
    return -1


def _type(column: FrameColumn) -> float:
    kind = "text" if column.type.value == "symbol" else column.type.value
    return TYPES.index(kind) if kind in TYPES else TYPES.index("other")


def _opening(question: Question) -> str:
    words = question.words
    for i, word in enumerate(words):
        if word == "how":
            two = " ".join(words[i : i + 2])
            return two if two in OPENINGS else "how"
        if word in ("who", "whom", "whose"):
            return "who"
        if word in ("when", "where", "which", "what", "name"):
            return word
    return "verb" if words and words[0] in STOP_WORDS else "other"


def _noun(question: Question) -> tuple[str, float]:
    """The stem of what is asked for, and whether several are: 1 yes, 0 no, -1 unknown."""
    words = question.words
    for i, word in enumerate(words):
        if word in ("what", "which", "many", "name", "much"):
            after = [w for w in words[i + 1 : i + 5] if w not in STOP_WORDS]
            if after:
                noun = after[0]
                plural = noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
                return stem(noun), float(plural)
            break
    return "", -1.0
