"""What the ranker looks at: hashed features of each part of a candidate, and a few dense numbers.

A candidate's parts (its shape, each column in its role, each filter, its answer) are shared with
many other candidates, so the features of a part are computed and scored once a question.

    shape   `project_text(greatest(all))`   x  words and pairs of words of the question
    column  role, type, header words        x  words of the question, where the header is said
    link    how the words were found        x  the words before and after
    answer  how many values, of what type   x  how the question begins
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from trivium.ask.across import years_in
from trivium.ask.algebra import Part, Proposal
from trivium.ask.frame import Frame, FrameColumn
from trivium.ask.search import Search
from trivium.ask.words import STOP_WORDS, stem, tokens

BUCKETS = 1 << 18
DENSE = 28

Ids = NDArray[np.int64]


@lru_cache(maxsize=1 << 18)
def _hash(text: str) -> int:
    return zlib.crc32(text.encode())


def _ids(texts: list[str]) -> Ids:
    return np.array([_hash(text) for text in texts], dtype=np.int64)


def _cross(left: Ids, right: Ids) -> Ids:
    """One bucket for each pair."""
    mixed = (left[:, None] * 0x9E3779B1 + right[None, :] * 0x85EBCA6B) & 0xFFFFFFFF
    mixed ^= mixed >> 15
    mixed = (mixed * 0x2C1B3C6D) & 0xFFFFFFFF
    mixed ^= mixed >> 12
    return (mixed % BUCKETS).ravel()


@dataclass(frozen=True)
class Features:
    """The features of all candidates of a question, in the form the ranker scores.

    Feature `ids[i]` belongs to part `id_part[i]`; candidate `use_candidate[j]` has part
    `use_part[j]`; `dense` has a row for each candidate.
    """

    ids: NDArray[np.int32]
    id_part: NDArray[np.int32]
    use_part: NDArray[np.int32]
    use_candidate: NDArray[np.int32]
    dense: NDArray[np.float32]
    n_parts: int


class Extractor:
    """The features of the candidates of one search."""

    def __init__(self, search: Search, entities: int = 0) -> None:
        """`entities`: words of the question that stand in cells of other tables too (as bits)."""
        self.search = search
        self.question = search.question
        self.frame: Frame = search.frame
        stems = [_plain(s) for s in self.question.stems]
        self.stems = stems
        bounded = ["<s>", *stems, "</s>"]
        pairs = [f"{a} {b}" for a, b in pairwise(bounded)]
        self.words = _ids(sorted(set(stems)))
        self.grams = _ids(sorted(set(stems) | set(pairs)))
        self.opening = _ids(_opening(stems))
        self.number = _ids(_grammatical_number(self.question.words))
        self.mentions = {c.index: _mention(c, stems) for c in self.frame.columns}
        self.years = self._years()
        self.entities = entities | entities_of(search)
        self.said_numbers = sum({1 << number.start for number in search.numbers})
        self.question_words = frozenset(self.question.words)

    def extract(self, proposals: list[Proposal]) -> Features:
        """The features of at least one proposal, in the order given."""
        index: dict[Part, int] = {}
        part_ids: list[Ids] = []
        use_part: list[int] = []
        use_candidate: list[int] = []
        dense = np.zeros((len(proposals), DENSE), dtype=np.float32)
        for i, proposal in enumerate(proposals):
            parts = (
                ("shape", proposal.shape),
                *proposal.parts,
                self._answer_part(proposal),
                self._cover_part(proposal),
                *self._pair_parts(proposal),
            )
            for part in parts:
                number = index.get(part)
                if number is None:
                    number = index[part] = len(part_ids)
                    part_ids.append(self._features(part))
                use_part.append(number)
                use_candidate.append(i)
            self._dense(proposal, dense[i])
        lengths = [len(ids) for ids in part_ids]
        return Features(
            np.concatenate(part_ids).astype(np.int32),
            np.repeat(np.arange(len(part_ids), dtype=np.int32), lengths),
            np.array(use_part, np.int32),
            np.array(use_candidate, np.int32),
            dense,
            len(part_ids),
        )

    def _years(self) -> dict[int, str]:
        """For each column with a year in its header, whether the question names it or another."""
        said = years_in(self.question.words)
        found: dict[int, str] = {}
        for column in self.frame.columns:
            if years := years_in(column.words):
                found[column.index] = "said" if max(years) in said else "other" if said else "open"
        return found

    # --- parts ---------------------------------------------------------------------------------

    def _features(self, part: Part) -> Ids:
        match part[0]:
            case "shape":
                return self._shape(str(part[1]))
            case "column":
                _, role, column, view = part
                return self._column(str(role), self.frame.columns[int(column)], str(view))  # type: ignore[call-overload]
            case "link":
                return self._link(int(part[1]))  # type: ignore[call-overload]
            case "number":
                return self._number(int(part[1]), str(part[2]))  # type: ignore[call-overload]
            case "answer":
                texts = _ids([f"a:{part[1:]}", f"a:{part[1:3]}", f"a:{part[2:4]}", f"a:{part[4:]}"])
                asked = np.concatenate([self.opening, self.number])
                return np.concatenate([texts % BUCKETS, _cross(asked, texts)])
            case "moved":
                texts = _ids([f"{part}"])
                return np.concatenate([texts % BUCKETS, _cross(self.words, texts)])
            case _:
                return _ids([f"{part}"]) % BUCKETS

    def _shape(self, shape: str) -> Ids:
        atoms = _atoms(shape)
        return np.concatenate([atoms % BUCKETS, _cross(self.grams, atoms)])

    def _column(self, role: str, column: FrameColumn, view: str) -> Ids:
        level, before, spot, after = self.mentions[column.index]
        kind = f"{column.type}/{view}"
        group = _GROUPS.get(role, role)
        local = [
            f"r:{role}:{kind}", f"r:{role}:m{level}", f"r:{role}:m{level}:{before}",
            f"r:{group}:m{level}:{spot}", f"r:{role}:{kind}:m{level}",
            f"r:{role}:i{min(column.index, 3)}:m{min(level, 1)}",
            f"r:{role}:m{level}:+{after}",
            f"r:{role}:d{_share(column)}", f"r:{role}:y:{self.years.get(column.index)}",
        ]  # fmt: skip
        headers = [stem(word) for word in column.words[:5]] or ["<none>"]
        lexical = [f"h:{group}:{h}" for h in headers] + [f"h:{role}:{view}:{h}" for h in headers]
        crossing = _ids([f"t:{role}:{kind}", *(f"h:{group}:{h}" for h in headers)])
        opened = _ids([f"o:{role}:{kind}:m{level}", f"o:{group}:{kind}"])
        return np.concatenate([
            _ids(local) % BUCKETS, _ids(lexical) % BUCKETS, _cross(self.words, crossing),
            _cross(self.opening, opened),
        ])  # fmt: skip

    def _link(self, index: int) -> Ids:
        link = self.search.values[index]
        length = min(link.end - link.start, 4)
        column = self.frame.columns[link.column]
        level = self.mentions[link.column][0]
        before = self.stems[link.start - 1] if link.start else "<s>"
        after = self.stems[link.end] if link.end < len(self.stems) else "</s>"
        rows = min(link.rows.bit_count(), 4)
        elsewhere = sum(o.start < link.end and link.start < o.end for o in self.search.values)
        headers = [stem(word) for word in column.words[:3]]
        texts = [
            f"l:{link.kind}:{length}", f"l:{link.kind}:{length}:r{rows}", f"l:{link.kind}:m{level}",
            f"l:{link.kind}:b:{before}", f"l:{link.kind}:a:{after}",
            f"l:{link.kind}:i{min(column.index, 3)}", f"l:{link.kind}:e{min(elsewhere, 4)}",
            f"l:{link.kind}:{column.type}:d{_share(column)}",
            *(f"l:h:{h}:b:{before}" for h in headers), *(f"l:h:{h}:{link.kind}" for h in headers),
        ]  # fmt: skip
        if length == 1:
            texts.append(f"l:{link.kind}:w:{self.stems[link.start]}")
        return _ids(texts) % BUCKETS

    def _number(self, index: int, op: str) -> Ids:
        if index < 0:
            return _ids([f"n:implied:{op}"]) % BUCKETS
        number = self.search.numbers[index]
        padded = ["<s>", "<s>", "<s>", *self.stems, "</s>", "</s>"]
        at = number.start + 3
        end = number.end + 3
        context = [
            f"n:{number.kind}", f"n:1:{padded[at - 1]}", f"n:2:{padded[at - 2]}",
            f"n:12:{padded[at - 2]} {padded[at - 1]}",
            f"n:123:{padded[at - 3]} {padded[at - 2]} {padded[at - 1]}",
            f"n:a:{padded[end]}", f"n:aa:{padded[end]} {padded[min(end + 1, len(padded) - 1)]}",
        ]  # fmt: skip
        return _cross(_ids(context), _ids([f"n:{op}"]))

    # --- the answer, and what was left unsaid ----------------------------------------------------

    def _answer_part(self, proposal: Proposal) -> Part:
        values = proposal.values
        first = values[0]
        if isinstance(first, str):
            words = set(tokens(first))
            inside = bool(words) and words <= self.question_words
            kind = "text" if not words or not all(w[0].isdigit() for w in words) else "digits"
        else:
            inside = any(n.value == first for n in self.search.numbers)
            kind = "zero" if first == 0 else "one" if first == 1 else "whole"
            if first != int(first):
                kind = "fraction"
            elif 1000 <= first <= 2100:
                kind = "year"
        many = min(len(values), 4)
        root = proposal.shape.split("(", 1)[0]
        return ("answer", many, kind, inside, root)

    def _cover_part(self, proposal: Proposal) -> Part:
        missed = (self.entities & ~proposal.cover).bit_count()
        numbers = (self.said_numbers & ~proposal.cover).bit_count()
        return ("cover", min(missed, 5), min(numbers, 2), bool(proposal.cover))

    def _pair_parts(self, proposal: Proposal) -> list[Part]:
        """How the columns of a candidate stand to each other."""
        columns = [part for part in proposal.parts if part[0] == "column"]
        found: list[Part] = []
        for i, (_, role, column, _) in enumerate(columns):
            for _, other, column2, _ in columns[i + 1 :]:
                found.append(("pair", role, other, column == column2))
        found += [
            ("moved", move, self.frame.direction) for move in _MOVES if f"{move}(" in proposal.shape
        ]
        return found

    def _dense(self, proposal: Proposal, out: NDArray[np.float32]) -> None:
        n = max(1, len(self.question.words))
        missed = self.entities & ~proposal.cover
        out[0] = missed.bit_count() / n
        out[1] = (self.said_numbers & ~proposal.cover).bit_count()
        out[2] = proposal.cover.bit_count() / n
        out[3] = np.log1p(len(proposal.values))
        out[4] = np.log1p(proposal.rows.bit_count())
        out[5] = proposal.rows.bit_count() / max(1, self.frame.n)
        out[6] = proposal.shape.count("(")
        out[7] = len(proposal.parts)
        said = 0
        for part in proposal.parts:
            if part[0] == "column":
                role = _ROLE_INDEX.get(str(part[1]))
                level = self.mentions[int(part[2])][0]  # type: ignore[call-overload]
                said += level > 0
                if role is not None:
                    out[8 + role] = level / 3.0
                    out[14 + role] = 1.0
            elif part[0] == "link":
                link = self.search.values[int(part[1])]  # type: ignore[call-overload]
                out[20] += link.kind == "exact"
                out[21] += link.kind in ("near", "sense")
                out[22] += link.kind in ("phrase", "part")
                out[23] += (link.end - link.start) / n
        out[24] = said
        out[25] = sum(mention[0] >= 2 for mention in self.mentions.values()) - said
        out[26] = float(isinstance(proposal.values[0], str))
        out[27] = n / 20.0


_MOVES = ("first", "last", "next", "previous", "after", "before", "nth")
_GROUPS = {"greatest": "order", "least": "order", "sum": "measure", "mean": "measure",
           "difference": "measure", "range": "measure", "bound": "order", "beyond": "order",
           "choice": "order", "most": "mode", "rarest": "mode", "most_count": "mode",
           "groups": "mode"}  # fmt: skip
_ROLE_INDEX = {"project": 0, "greatest": 1, "least": 1, "filter": 2, "sum": 3, "mean": 3,
               "difference": 3, "bound": 4, "in": 4, "most": 5, "distinct": 5}  # fmt: skip


def entities_of(search: Search) -> int:
    """The words of the question that were found in cells as more than a bare number."""
    cover = 0
    for link in search.values:
        words = search.question.words[link.start : link.end]
        if link.kind in ("exact", "phrase") and not all(w in STOP_WORDS for w in words):
            cover |= link.cover
    return cover


def _plain(word: str) -> str:
    """A word for hashing: numbers all look alike, years are years."""
    if not word[0].isdigit():
        return word
    if word[-1].isalpha():
        return "#th"
    return "#year" if len(word) == 4 and word[:2] in ("17", "18", "19", "20") else "#"


def _opening(stems: list[str]) -> list[str]:
    """How a question asks: its first words, and the question word with what follows it."""
    found = [" ".join(stems[:1]), " ".join(stems[:2]), " ".join(stems[:3])]
    for i, word in enumerate(stems):
        if word in ("what", "which", "who", "when", "where", "how", "whom", "whose", "name"):
            found.append(f"wh:{word}")
            found.append("wh:" + " ".join(stems[i : i + 2]))
            break
    return sorted(set(found))


_ASKING = frozenset("what which who whom name list give tell".split())


def _grammatical_number(words: tuple[str, ...]) -> list[str]:
    """Whether one thing or several are asked for, as far as a noun or a verb tells."""
    for i, word in enumerate(words):
        if word not in _ASKING:
            continue
        after = [w for w in words[i + 1 : i + 5] if w not in ("the", "of", "all", "are", "is")]
        noun = after[0] if after else ""
        plural = noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
        verb = next((w for w in words[i + 1 : i + 6] if w in _VERBS), "")
        return [f"noun:{plural}", f"verb:{verb}", f"both:{plural}:{verb}"]
    return ["noun:none"]


_VERBS = frozenset("is are was were has have does do".split())


@lru_cache(maxsize=4096)
def _atoms(shape: str) -> Ids:
    """A shape as features: whole, its root, its root with what is under it, and each operation."""
    operations = [op for op in shape.replace(")", "").replace(",", "(").split("(") if op]
    found = {f"s:{shape}", f"s0:{operations[0]}", f"s1:{' '.join(operations[:2])}"}
    found |= {f"s2:{op}" for op in operations[1:]}
    found.add(f"s3:{len(operations)}")
    return _ids(sorted(found))


def _mention(column: FrameColumn, stems: list[str]) -> tuple[int, str, str, str]:
    """How well the question names a column (0 to 3), the word before, where, and the word after.

    3: the whole header; 2: its last or first word; 1: a word with the same beginning. The "total
    number" of something names no column.
    """
    header = [s for s in column.stems if s not in STOP_WORDS] or list(column.stems)
    best = (0, "", "", "")
    bounded = ["<s>", *stems, "</s>"]
    for at, word in enumerate(stems):
        before, after = bounded[at], bounded[at + 2]
        if word in STOP_WORDS or (word == "total" and after in ("number", "amount")):
            continue
        level = 0
        if word in header:
            level = 3 if all(h in stems for h in header) else 2
        elif len(word) >= 4 and any(h[:4] == word[:4] for h in header):
            level = 1
        if level > best[0]:
            best = (level, before, "early" if at < 4 else "late", after)
    return best


def _share(column: FrameColumn) -> int:
    """How many of a column's values are distinct: 0 (few) to 3 (all)."""
    share = column.distinct / max(1, column.n_filled)
    return 3 if share == 1 else 2 if share > 0.7 else 1 if share > 0.3 else 0
