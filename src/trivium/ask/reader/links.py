"""Spans of a question linked to what they may be: values, columns, tables, numbers, operations.

    "clients in leeds"   clients -> table clients (exact);  in -> filler;  leeds -> City = Leeds

`segmentations` chooses spans that cover the question, the likeliest first. A word that is linked to
nothing stays, as `unknown`: it is never dropped.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

from trivium.ask.reader.lexicon import Lexicon, Stems, lexicon
from trivium.ask.reader.meaning import Condition, Expr, Field
from trivium.ask.reader.roots import root
from trivium.ask.reader.values import Match, World, header_words
from trivium.ask.reader.words import Token, normal, sentence, stem, stems

__all__ = ["Column", "Defined", "Link", "Linker", "segmentations"]

# How much a link of a kind is worth for each token that it covers.
WORTH = {
    "exact": 1.0,
    "defined": 1.2,
    "inflected": 0.95,
    "number": 0.95,
    "operation": 0.9,
    "part": 0.7,
    "synonym": 0.6,
    "misspelt": 0.5,
    "filler": 0.55,
    "unknown": -3.0,
}
# A longer span is worth more than its parts; a word of characters more so than one of words.
LONGER, OF_CHARACTERS = 0.3, 0.5
KEPT = 6  # segmentations
LONGEST = 12  # a span of characters
# Kinds of word that a value may be as well, in a column of so few values.
OPEN = frozenset("filler adj noun empty still verb deed money opening derive unit".split())
FEW = 12
# The tokens among which a request stands: `could you please return ...`.
OPENING = 5
_SIGNS = {
    "=": "=", "==": "=", ">": ">", "<": "<", ">=": ">=", "<=": "<=", "≥": ">=", "≤": "<=",
    "!=": "!=", "<>": "!=", "≠": "!=",
}  # fmt: skip
_ARITHMETIC = {"-": "-", "−": "-", "+": "+", "*": "*", "×": "*", "/": "/", "÷": "/"}
# Words between a column and the value that it is to have.
_COPULAS = frozenset("is are was were equals be not = == != <> ≠".split())
_MARKS = frozenset("'\"()（）[]{}<>=/*~`^|\\“”‘’《》·-–—…")


@dataclass(frozen=True)
class Column:
    """A column that a span may name; `full` where the span is the whole header."""

    field: Field
    kind: str
    full: bool
    worth: float


@dataclass(frozen=True)
class Link:
    """What tokens i to j may be; `data` depends on the category."""

    i: int
    j: int
    category: str
    data: object
    kind: str

    def worth(self, longer: float) -> float:
        n = self.j - self.i
        return WORTH[self.kind] * n + longer * (n - 1)


@dataclass(frozen=True)
class Defined:
    """What a word of one's own stands for: columns, a quantity or the rows of a table, and the
    conditions that hold of them."""

    columns: Sequence[Column] = ()
    expr: Expr | None = None
    table: str = ""
    where: tuple[Condition, ...] = ()


# `per month` says what a header says by `monthly`.
_PERIODIC = {
    "monthly": "month", "yearly": "year", "annual": "year", "daily": "day", "hourly": "hour",
    "weekly": "week", "nightly": "night",
}  # fmt: skip


class Vocabulary:
    """The names of the tables of a world, in a language: made once."""

    def __init__(self, world: World, lex: Lexicon) -> None:
        self.world, self.lex = world, lex
        self.headers = {field: header_words(field.header)[0] for field in world.cells}
        # Concepts that a header or a table speaks of, with the rank of the name that it uses.
        self.concepts: dict[str, dict[Field, int]] = defaultdict(dict)
        self.tables: dict[str, dict[str, int]] = defaultdict(dict)
        for concept, names in lex.concepts.items():
            for rank, name in enumerate(names):
                # A single character, or a word such as `to`, says too little.
                one = len(name) == 1 and (not name[0].isascii() or name[0] in _LIGHT)
                for field, words in self.headers.items():
                    if one and words != name:
                        continue
                    if _within(name, words) and field not in self.concepts[concept]:
                        self.concepts[concept][field] = rank + (0 if words == name else 20)
                for table in world.tables:
                    if _within(name, stems(table)) and table not in self.tables[concept]:
                        self.tables[concept][table] = rank
        self.spans: dict[Stems, list[tuple[Field, bool, float]]] = defaultdict(list)
        for field, words in self.headers.items():
            n = len(words)
            for i in range(n):
                for j in range(i + 1, n + 1):
                    full = j - i == n
                    if not full and j - i == 1 and i and not words[i].isascii():
                        continue  # one Chinese character names a column by its beginning only
                    last = 0.1 if j == n else 0.0
                    if unit := _PERIODIC.get(words[i]) if j == i + 1 else None:
                        for each in ("per", "a", "an", "each", "every"):
                            self.spans[each, unit].append((field, full, 1.0))
                    self.spans[words[i:j]].append((field, full, (j - i) / n + last))

    @cached_property
    def roots(self) -> dict[str, list[Field]]:
        """Columns by the roots of the words of their names: `send` finds `Sender`."""
        found: dict[str, list[Field]] = defaultdict(list)
        for field in self.headers:
            for word in re.findall(r"[a-z]{4,}", normal(field.header)):
                if (of := root(word)) != word or (word,) not in self.lex.phrases:
                    found[of].append(field)
        return found

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that a misspelt one may be."""
        found = {w for words in self.headers.values() for w in words}
        found |= {w for key in self.lex.phrases for w in key}
        found |= {w for key in self.lex.of for w in key}
        found |= {w for key in self.world.stemmed for w in key}
        return frozenset(w for w in found if len(w) > 3 and w.isascii()) | self.lex.words


class Linker:
    """All links of a question."""

    def __init__(
        self, text: str, world: World, definitions: Mapping[Stems, Defined] | None = None
    ) -> None:
        self.world = world
        self.sentence = sentence(text)
        self.lex = lexicon(self.sentence.language)
        kept = world.__dict__.setdefault("_vocabularies", {})
        if self.sentence.language not in kept:
            kept[self.sentence.language] = Vocabulary(world, self.lex)
        self.vocabulary: Vocabulary = kept[self.sentence.language]
        self.definitions = definitions or {}
        self.corrected: dict[int, str] = {}
        self.links = self._links()
        self._correct()

    # --- links -----------------------------------------------------------------------------------

    def _links(self) -> list[Link]:
        tokens = self.sentence.tokens
        found: list[Link] = []
        longest = LONGEST if self.sentence.language == "zh" else 7
        spans = [
            self.sentence.norm(i, j)
            for i in range(len(tokens))
            for j in range(i + 1, min(len(tokens), i + longest) + 1)
        ]
        self.world.values.prime(spans)
        for i, token in enumerate(tokens):
            found += self._alone(i, token)
            for j in range(i + 1, min(len(tokens), i + longest) + 1):
                if token.pause or tokens[j - 1].pause:
                    continue
                if any(is_sign(inner) for inner in tokens[i:j]):
                    # `total >` is not `total`; only a value may have a sign in it
                    if match := self._value(i, j):
                        found.append(Link(i, j, "V", match, "exact"))
                    continue
                found += self._span(i, j)
        return found

    def _alone(self, i: int, token: Token) -> Iterable[Link]:
        if token.period is not None:
            yield Link(i, i + 1, "D", token.period, "number")
        elif token.amount is not None:
            yield Link(i, i + 1, "N", token.amount, "number")
        elif token.quoted:
            yield Link(i, i + 1, "text", token.text, "exact")
        elif token.pause:
            yield Link(i, i + 1, "pause", token.text, "filler")
        elif token.norm in _SIGNS:
            yield Link(i, i + 1, "cmp", [_SIGNS[token.norm]], "operation")
        elif token.norm in _ARITHMETIC and 0 < i < len(self.sentence.tokens) - 1:
            yield Link(i, i + 1, "op", [_ARITHMETIC[token.norm]], "operation")
        elif token.norm in _MARKS or token.norm == "'s":
            yield Link(i, i + 1, "filler", token.text, "filler")

    def _span(self, i: int, j: int) -> Iterable[Link]:
        words = stems(self.sentence.words(i, j))
        if not words:
            return
        if match := self._value(i, j):
            yield Link(i, j, "V", match, "exact")
        elif match := self._stemmed(i, j, words):
            yield Link(i, j, "V", match, "inflected")
        elif coded := self._coded(words):
            yield Link(i, j, "V", coded, "inflected")
        if words in self.definitions:
            yield Link(i, j, "defined", self.definitions[words], "defined")
        links = list(self._named(i, j, words))
        yield from links
        named = any(x.category == "C" and x.kind != "synonym" for x in links)
        operations: dict[str, list[object]] = defaultdict(list)
        for category, data in self.lex.phrases.get(words, ()):
            operations[category].append(data)
        counted = j < len(self.sentence.tokens) and (
            self.sentence.tokens[j].amount
            or (
                "num"
                in {c for c, _ in self.lex.phrases.get(stems(self.sentence.words(j, j + 1)), ())}
            )
        )
        if "adj" in operations and words[0].isascii() and self._no_adjective(i, j):
            del operations["adj"]
        if named:
            operations.pop("verb", None)
        place = self.sentence.norm(i, j) in PLACES
        named_before = place and any(self._value(a, i) for a in range(max(0, i - LONGEST), i))
        if (place and not named_before) or (
            words[0].isascii() and any(x.category == "T" for x in links)
        ):
            operations.pop("noun", None)
        if "lastdays" in operations:
            if counted and j + 1 < len(self.sentence.tokens):
                operations = defaultdict(list, {"lastdays": operations["lastdays"]})
            else:
                del operations["lastdays"]
        if self.sentence.norm(i, j) == "最多" and not counted:
            operations.pop("cmp", None)
        operations.pop("moneyed", None)  # only says of a table that its rows are money
        for category, several in operations.items():
            if category == "opening" and i > OPENING:
                continue
            if category == "deed":
                if not self._has_doer(words):
                    continue
                category = "verb"
            kind = {"filler": "filler", "opening": "filler", "verb": "synonym"}.get(
                category, "operation"
            )
            if category != "derive":
                yield Link(i, j, category, several, kind)
        if (
            len(words) == 1
            and words[0].startswith("un")
            and (yes := [c for c in self._named(i, j, (stem(words[0][2:]),)) if c.category == "C"])
        ):
            kept = [c for c in yes[0].data if c.field.role == "yesno"]  # type: ignore[attr-defined]
            if kept:
                yield Link(i, j, "unyes", kept, "inflected")
        if words == ("姓",) and j < len(self.sentence.tokens):
            yield Link(i, j + 1, "surname", self.sentence.words(j, j + 1), "operation")
        if not match and (parts := self._parts(i, j, words)):
            yield Link(i, j, "V", parts, "part")

    def _value(self, i: int, j: int) -> list[Match]:
        norm = self.sentence.norm(i, j)
        if j == i + 1 and self.sentence.tokens[i].quoted:
            norm = self.sentence.tokens[i].norm
        found = self.world.values.get(norm, [])
        found = [m for m in found if m.field.role != "yesno"]
        if norm.isdigit() and len(norm) < 4 and norm[0] != "0":
            return []
        said = self.sentence.tokens[i].quoted
        if found and not said and norm.isascii() and stems(norm) in self.lex.phrases:
            # A word of the language is a value only where it is written as the value is.
            written = self.sentence.words(i, j)
            found = [
                m
                for m in found
                if (written in m.texts and (written.isupper() or (written.istitle() and i > 0)))
                or self._may_be_meant(norm, m)
                or self._follows_header(i, m.field)
            ]
        return found

    def _follows_header(self, i: int, field: Field) -> bool:
        """`where status is paid`: the words before are the column and that it is so."""
        tokens = self.sentence.tokens
        end = i
        while end and tokens[end - 1].norm in _COPULAS:
            end -= 1
        words = self.vocabulary.headers[field]
        start = end - len(words)
        return end < i and start >= 0 and stems(self.sentence.words(start, end)) == words

    def _may_be_meant(self, norm: str, match: Match) -> bool:
        """Whether a word of the language may be a value: `returned`, where it is a status."""
        said = {c for c, _ in self.lex.phrases[stems(norm)]}
        few = len(self.world.distinct[match.field]) <= FEW or said <= {"verb", "deed"}
        return len(norm) > 3 and few and match.field.role == "text" and said <= OPEN

    def _no_adjective(self, i: int, j: int) -> bool:
        """Whether only a stem is that of an adjective: `lasted`, `lighting`."""
        return self.sentence.norm(i, j) not in self.lex.forms

    def _has_doer(self, words: Stems) -> bool:
        """A deed such as `teach` only joins where a table or a column tells of teachers."""
        return any(
            self.vocabulary.concepts.get(c) or self.vocabulary.tables.get(c)
            for c in self.lex.of.get(words, ())
        )

    def _coded(self, words: Stems) -> list[Match]:
        """`female`, where a column of the sex holds `F`."""
        return [
            Match(field, (text,))
            for concept, code in self.lex.codes.get(words, ())
            for field in self.vocabulary.concepts[concept]
            for text in self.world.distinct[field]
            if text.lower() == code
        ]

    def _stemmed(self, i: int, j: int, words: Stems) -> list[Match]:
        del i, j
        if (len(words) == 1 and len(words[0]) < 3) or (
            words in self.lex.phrases and words[0].isascii()
        ):
            return []
        found = [m for m in self.world.stemmed.get(words, []) if m.field.role == "text"]
        if not found and words[-1].endswith("n") and len(words[-1]) > 5:  # Roman, Cuban
            found = [
                m
                for m in self.world.stemmed.get((*words[:-1], words[-1][:-1]), [])
                if m.field.role == "text"
            ]
        return found

    def _parts(self, i: int, j: int, words: Stems) -> list[Match]:
        """Values that hold the words; only words that are nothing else may name them."""
        text = "".join(words)
        if (len(text) < 3 if text.isascii() else len(words) < 2) or (
            all((w,) in self.lex.phrases for w in words) and text.isascii()
        ):
            return []
        longer = range(j + 1, min(len(self.sentence.tokens), i + LONGEST) + 1)
        if not text.isascii() and any(self._value(i, end) for end in longer):
            return []  # of a value that stands here as a whole
        return self.world.parts.get(words, [])

    def _named(self, i: int, j: int, words: Stems) -> Iterable[Link]:
        """Columns and tables that the words name, or another word for the same thing does."""
        columns = {
            f: Column(f, "exact", full, worth)
            for f, full, worth in self.vocabulary.spans.get(words, ())
            if full or not (len(words) == 1 and words[0] in _LIGHT)
        }
        columns = self._as_written(i, j, columns)
        for c in list(columns.values()):
            if not c.full and c.field == self.world.label[c.field.table]:
                columns[c.field] = replace(c, worth=c.worth + 0.4)
        if not columns and not self.lex.of.get(words) and words[0].isascii():
            columns = self._derived(words)
        strong = bool(columns)
        full = any(c.full for c in columns.values())
        exact = self.sentence.norm(i, j)
        tables: dict[str, tuple[str, float]] = {}
        for table in self.world.tables:
            name = stems(table)
            if words == name:
                tables[table] = "exact", 1.0
            elif len(name) > 1 and _within(words, name) and words[0] not in _LIGHT:
                tables[table] = "part", 0.6
        for concept in self.lex.of.get(words) or self._of_root(i, j, words):
            for field, rank in self.vocabulary.concepts[concept].items():
                if field not in columns:
                    columns[field] = Column(field, "synonym", False, 0.5 - rank / 100)
            for table in self.vocabulary.tables[concept]:
                tables.setdefault(table, ("synonym", 0.5))
        if not columns and words[0].isascii() and not strong:
            columns = self._derived(words)
            strong = bool(columns)
        if not columns and not tables and len(words) == 1:
            columns, tables = self._shortened(words[0])
            strong = bool(columns)
        if not columns and not tables and j == i + 1:
            columns = self._rooted(self.sentence.tokens[i].norm, words)
            strong = False
        if tables:  # `members` are the rows, not their `member_id`
            own = {t for t, (kind, _) in tables.items() if kind in ("exact", "part")}
            kept = {f: c for f, c in columns.items() if c.full or not self._numbers(f, own, tables)}
            said = any(c.kind != "synonym" for c in kept.values())
            columns = columns if len(kept) == len(columns) else kept if said else {}
        label = columns and max(columns.values(), key=lambda c: c.worth).field
        if columns and not (
            label
            and label == self.world.label[label.table]
            and tables.get(label.table, ("",))[0] == "exact"
        ):
            kind = "synonym" if not strong else "exact" if full else "part"
            if kind == "part" and words[0] in ("per", "a", "an") and len(words) > 1:
                kind = "exact"  # `per night`, of `price per night`
            if kind == "exact" and not any(
                normal(c.field.header).startswith(exact) for c in columns.values()
            ):
                kind = "inflected"
            ranked = sorted(columns.values(), key=lambda c: -c.worth - (0.5 if c.full else 0))
            one = kind == "part" and len(words) == 1 and not words[0].isascii()
            yield Link(i, j, "C", ranked, "synonym" if one and tables else kind)
        if tables:
            best, _ = max(tables.values(), key=lambda t: t[1])
            yield Link(i, j, "T", list(tables), best)
        for category, data in self.lex.phrases.get(words, ()):
            if category == "derive" and not any(c.field.role == "number" for c in columns.values()):
                yield Link(i, j, "derive", data, "operation")

    def _as_written(self, i: int, j: int, columns: dict[Field, Column]) -> dict[Field, Column]:
        """`plants` names the column `plant`, `planting` the column `planted`."""
        if len(columns) < 2 or j - i > 1:
            return columns
        verb = _is_verb(self.sentence.tokens[i].norm)
        same = {f: c for f, c in columns.items() if _is_verb(normal(f.header)) == verb}
        return same or columns

    def _derived(self, words: Stems) -> dict[Field, Column]:
        """Columns whose name shares most of its letters: `productive`, `productivity`."""
        found: dict[Field, Column] = {}
        for field, names in self.vocabulary.headers.items() if len(words) == 1 else ():
            for name in names:
                pairs = zip(name, words[0], strict=False)
                n = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
                if (
                    name.isascii()
                    and n >= 5
                    and n >= 0.75 * max(len(name), len(words[0]))
                    and (min(len(name), len(words[0])) - n <= 3)
                ):
                    found[field] = Column(field, "part", len(names) == 1, 0.6)
        return found

    def _of_root(self, i: int, j: int, words: Stems) -> Sequence[str]:
        """The concepts of a word of the same root: `earners` of `earn`."""
        if j - i > 1 or words in self.lex.phrases:
            return ()
        return self.lex.roots.get(root(self.sentence.tokens[i].norm), ())

    def _numbers(self, field: Field, own: Collection[str], tables: Collection[str]) -> bool:
        """Whether a column only numbers the rows of a table that is named so, or refers to them."""
        if field.role != "code":
            return False
        keys = self.world.keys.keys
        refers = any(k.column == field and k.parent in tables for k in keys)
        return refers or (field.table in own and self.world.is_unique(field))

    def _rooted(self, word: str, words: Stems) -> dict[Field, Column]:
        """Columns whose name is made of the same verb: `attendance` of `attended`. A word that says
        little elsewhere, as `sent` does, only names who did it."""
        if len(word) < 4 or not word.isascii():
            return {}
        said = {c for c, _ in self.lex.phrases.get(words, ())}
        fields = self.vocabulary.roots.get(root(word), ())
        if said & _SILENT:
            asked = any(t.norm in ("who", "whom", "by", "which") for t in self.sentence.tokens)
            fields = [f for f in fields if asked and _does(f) and f.role == "text"]
        elif said:
            return {}
        return {f: Column(f, "synonym", stems(f.header) == words, 0.4) for f in fields}

    def _shortened(self, word: str) -> tuple[dict[Field, Column], dict[str, tuple[str, float]]]:
        """Columns and tables that a word is the whole of: `employees` of `emp`."""
        if (word,) in self.lex.phrases and (word,) not in self.lex.of:
            return {}, {}
        columns = {
            field: Column(field, "part", len(words) == 1, 0.5)
            for field, words in self.vocabulary.headers.items()
            if any(_shortens(short, word) for short in words)
        }
        tables = {
            table: ("part", 0.5)
            for table in self.world.tables
            if any(_shortens(short, word) for short in stems(table))
        }
        return columns, tables

    # --- misspelt words --------------------------------------------------------------------------

    def _correct(self) -> None:
        """Read words that are nothing as the nearest word that is something."""
        covered = {k for link in self.links for k in range(link.i, link.j)}
        text, changes = self.sentence.text, {}
        if self.sentence.language == "zh":
            return self._correct_characters(covered)
        for i, token in reversed(list(enumerate(self.sentence.tokens))):
            if i in covered or token.amount or token.period or not token.norm.isalpha():
                continue
            if near := self._near(token):
                text = text[: token.start] + near + text[token.end :]
                changes[i] = token.text
        if not changes:
            return
        again = sentence(text)
        if len(again.tokens) != len(self.sentence.tokens):
            return
        self.sentence, self.corrected = again, changes
        self.links = [
            replace(link, kind="misspelt")
            if any(k in changes for k in range(link.i, link.j)) and link.kind != "filler"
            else link
            for link in self._links()
        ]

    def _correct_characters(self, covered: set[int]) -> None:
        """A word of which one character is another: `定单`."""
        tokens = self.sentence.tokens
        names = {
            w
            for w in (*self.lex.of, *self.lex.phrases, *self.vocabulary.headers.values())
            if 2 <= len(w) <= 4
        }
        for k, token in enumerate(tokens):
            if k in covered or token.text.isascii():
                continue
            for i in range(max(0, k - 3), k + 1):
                for j in range(max(k + 1, i + 2), min(len(tokens), i + 4) + 1):
                    span = tuple(t.norm for t in tokens[i:j])
                    for name in sorted(names):
                        if len(name) == len(span) and all(
                            a == b or frozenset((a, b)) in self.lex.alike
                            for a, b in zip(name, span, strict=True)
                        ):
                            self.corrected[k] = "".join(name)
                            self.links += [
                                replace(x, kind="misspelt") for x in self._named(i, j, name)
                            ]
            if k not in self.corrected:
                self.links += self._lone_character(k)

    def _lone_character(self, k: int) -> Iterable[Link]:
        """A character that one header alone has, between words: `省` of `所属省份`. Beside another
        that says nothing it is a part of a word that stands nowhere: `化学`."""
        for near in (k - 1, k + 1):
            if 0 <= near < len(self.sentence.tokens) and not any(
                link.i <= near < link.j and (link.j - link.i > 1 or link.kind == "filler")
                for link in self.links
            ):
                return
        char = self.sentence.tokens[k].norm
        held = [f for f, words in self.vocabulary.headers.items() if char in words]
        if len(held) == 1 and char not in _LIGHT:
            yield Link(k, k + 1, "C", [Column(held[0], "synonym", False, 0.3)], "synonym")

    def _short_for(self, word: str, other: str) -> bool:
        """A short word is near too many others: `lost` is not `cost`, nor `euro` Europe."""
        return len(other) != len(word) and (other,) not in self.world.stemmed

    @cached_property
    def _silent(self) -> frozenset[str]:
        quiet = {"filler", "verb", "deed", "opening", "noun"}
        return frozenset(
            key[0]
            for key, said in self.lex.phrases.items()
            if len(key) == 1 and {c for c, _ in said} <= quiet and key not in self.lex.of
        )

    def _near(self, token: Token) -> str:
        word = token.norm
        if not word.isascii() or len(word) < 4:
            return ""
        most = 1 if len(word) < 8 else 2
        best: list[tuple[int, str]] = []
        vocabulary = self.vocabulary
        # A word that says nothing is not what another was meant to be: `male` is not `made`.
        silent = self._silent if token is not self.sentence.tokens[0] else frozenset()
        for other in vocabulary.words | _longer(vocabulary):
            if other in silent or (len(word) == 4 and not self._short_for(word, other)):
                continue
            if abs(len(other) - len(word)) <= most and other[0] == word[0]:
                d = _distance(word, other, most)
                if d <= most:
                    best.append((d, other))
        return min(best)[1] if best else ""


# What a place is, behind its name: `静安区`.
PLACES = frozenset("区 市 省 县 镇 乡 村 州 国 路 街 区域 地区".split())
_LIGHT = frozenset(
    "in of on at no the to from with for has have was were do does did what number name type total "
    "group per an a by and or is most more all any each "
    "的 是 有 数 号 人 日 期 年 月 名 率 量 度 时 间".split()
)


_SILENT = frozenset(("filler", "verb", "deed", "opening"))


def _does(field: Field) -> bool:
    """Whether a column is of those who do something: `sender`, `rented by`."""
    return normal(field.header).rstrip("s").endswith(("er", "or", "ist", "by"))


def is_sign(token: Token) -> bool:
    """Whether it is a sign of comparison or arithmetic."""
    return token.norm in _SIGNS or token.norm in _ARITHMETIC


def _longer(vocabulary: Vocabulary) -> frozenset[str]:
    """Words as written, beside their stems."""
    kept = vocabulary.__dict__.get("_longer")
    if kept is None:
        texts = [f.header for f in vocabulary.headers] + [
            v for v in vocabulary.world.values if len(v) < 40
        ]
        kept = frozenset(
            w
            for t in texts
            for w in normal(t.replace("_", " ")).split()
            if len(w) > 3 and w.isalpha() and w.isascii()
        )
        vocabulary.__dict__["_longer"] = kept
    return kept


def _shortens(short: str, word: str) -> bool:
    """Whether a name is the short form of a word: its beginning (`emp`), that and one more letter
    (`dept`, `amt`), or consonants of it (`qty`)."""
    if not (short.isascii() and short.isalpha() and 3 <= len(short) <= len(word) - 2):
        return False
    if word.startswith(short):
        return True
    if word.startswith(short[:-1]):
        return short[-1] in word[len(short) :] and len(short) <= 4
    letters = iter(word)
    plain = not set(short) & set("aeiou")
    return plain and word[0] == short[0] and all(letter in letters for letter in short)


def _is_verb(text: str) -> bool:
    """Whether a name is that of something done: `planted`, `shipped on`, `planting date`."""
    return any(w.endswith(("ed", "ing")) for w in re.findall(r"[a-z]{4,}", text))


def _within(name: Stems, words: Stems) -> bool:
    n = len(name)
    return any(words[i : i + n] == name for i in range(len(words) - n + 1))


def _distance(a: str, b: str, most: int) -> int:
    """Insertions, deletions, changes and swaps of neighbours from one word to another."""
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            d = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                d = min(d, rows[-2][j - 2] + 1)
            row.append(d)
        if min(row) > most:
            return most + 1
        rows.append(row)
    return rows[-1][-1]


def segmentations(linker: Linker) -> list[tuple[float, tuple[Link, ...]]]:
    """The best ways to cover the question with links, the best first."""
    n = len(linker.sentence.tokens)
    starts: dict[int, list[Link]] = defaultdict(list)
    for link in linker.links:
        starts[link.i].append(link)
    best: list[list[tuple[float, tuple[Link, ...]]]] = [[] for _ in range(n + 1)]
    best[0] = [(0.0, ())]
    longer = OF_CHARACTERS if linker.sentence.language == "zh" else LONGER
    for i in range(n):
        ways = sorted(best[i], key=lambda way: -way[0])[:KEPT]
        links: Sequence[Link] = starts[i]
        if not any(x.j == i + 1 and x.kind == "filler" and x.category != "filler" for x in links):
            unread = Link(i, i + 1, "unknown", linker.sentence.words(i, i + 1), "unknown")
            links = [*links, unread]
        for worth, way in ways:
            for link in links:
                best[link.j].append((worth + link.worth(longer), (*way, link)))
    return sorted(best[n], key=lambda way: -way[0])[:KEPT]
