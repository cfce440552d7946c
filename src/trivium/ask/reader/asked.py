"""What every kind of question needs: its measure, its table, what is asked for, who is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from trivium.ask.reader.grammar.parts import Part, Parts, word
from trivium.ask.reader.grammar.scope import base_of
from trivium.ask.reader.links import Linker
from trivium.ask.reader.meaning import (
    Arith,
    Col,
    Compare,
    Condition,
    Expr,
    Field,
    In,
    Linked,
    Not,
)
from trivium.ask.reader.values import NAMES
from trivium.ask.reader.words import stems

UNITS = {"year": "year", "month": "month", "quarter": "quarter", "weekday": "weekday"}


@dataclass
class Asked:
    """A question whose parts are joined bit by bit; each class that follows knows more kinds."""

    p: Parts
    linker: Linker
    where: tuple[Condition, ...] = ()
    both: tuple[Condition, ...] = ()
    exprs: dict[str, Expr] = field(default_factory=dict)  # measures that adjectives derive
    sign: Condition | None = None
    signed: Expr | None = None
    linked_by: Part | None = None
    anti_base: str | None = None
    timed: bool = False

    def _label_of(self, item: Part) -> Field:
        assert isinstance(item.data, list)
        best = max(item.data, key=lambda t: self.p.focus.get(t, 0))
        return self.linker.world.label[best]

    def _identifies(self, label: Field) -> bool:
        """Whether a label tells the rows of its table apart, as a name does."""
        world = self.linker.world
        texts = [f for f in world.fields[label.table] if f.role == "text"]
        if label.role == "date" and texts:
            return False
        named = stems(label.header)[-1:] == stems(label.table)[-1:] or label.header.lower() in NAMES
        return named or world.is_unique(label) or label.header.endswith(NAMES)

    def _whole_row(self, table: str) -> list[Expr]:
        """The columns of a table that every row fills, its label first."""
        world = self.linker.world
        fields = sorted(world.fields[table], key=lambda f: f != world.label[table])
        return [Col(f) for f in fields if world.is_filled(f)]

    def _rows_shown(self, shown: list[Expr], base: str) -> list[Expr]:
        """What is shown of rows: where no column tells them apart, all of their columns."""
        world = self.linker.world
        label = world.label[base]
        if shown != [Col(label)] or self._identifies(label):
            return shown
        return self._whole_row(label.table)

    def _measure(self, roles: Sequence[str] = ("number",), sums: bool = False) -> Expr | None:
        """The measure that is named: `by X`, an expression, or a column, which is thereby used."""
        p = self.p
        if item := p.take("by", "expr"):
            named: Expr = item.data
            return named
        for item in p.all("C"):
            if fields := p.columns(item, roles):
                p.items.remove(item)
                if len(rivals := p.rivals(item, roles)) > 1:
                    # `the most goals in total`, of home goals and away goals; else which is unsaid
                    return _sum_of(rivals) if sums else None
                return Col(next((f for f in fields if sums and additive(Col(f))), fields[0]))
        return None

    def _base(self, exprs: Sequence[Expr], extra: Sequence[str] = ()) -> str | None:
        where = [c for c in self.where if not _is_linked(c)]
        tables = [t for x in self.p.all("T") for t in [self._label_of(x).table]]
        found = base_of(self.p, exprs, where, [*extra, *tables])
        if found is None and not exprs and not where and not tables:
            found = self.anti_base or next(iter(self.p.main()), None)
        return found

    def _target(self) -> tuple[list[Expr], str]:
        """What is asked for: the columns after `which`, those of `who`, `when`, `where`."""
        p, world = self.p, self.linker.world
        for item in list(p.items):
            if item.category in ("which", "who") and item in p.items:
                at = p.items.index(item)
                near = [p.items[at + 1]] if at + 1 < len(p.items) else []
                if self.linker.sentence.language == "zh" and at:
                    near.append(p.items[at - 1])
                for nxt in near:
                    if nxt.category == "T" and item.category == "which":
                        p.items.remove(nxt)
                        p.drop("which", "who")
                        return [Col(self._label_of(nxt))], self._label_of(nxt).table
                    roles = (
                        ("text", "code")
                        if item.category == "who"
                        else ("text", "code", "date", "year")
                    )
                    if nxt.category == "C" and (f := p.column(nxt, roles)):
                        p.items.remove(nxt)
                        p.drop("which", "who")
                        return [Col(f)], ""
                    named = (f for x in p.all("C") if (f := p.column(x, ("date",))))
                    if nxt.category == "unit" and (d := next(named, None)):
                        p.items = [x for x in p.items if x is not nxt and p.column(x) != d]
                        p.drop("which", "who")
                        return [Col(d, UNITS.get(word(nxt), ""))], ""
                    if nxt.category == "unit" and word(nxt) in (*UNITS, "day") and (d := p.date()):
                        p.items.remove(nxt)
                        p.drop("which", "who")
                        return [Col(d, UNITS.get(word(nxt), ""))], ""
        del world
        return [], ""

    def _person(self, base: str) -> Field:
        """Who: the label where it names people, else the column that does."""
        world = self.linker.world
        label = world.label[base]
        names = ("person", "worker", "client", "boss", "handle", "student", "doctor")
        people = [
            f
            for c in names
            for f in self.linker.vocabulary.concepts.get(c, {})
            if f.table == base and f.role == "text"
        ]
        known = {c.field for c in self.where if isinstance(c, In)}
        people = [f for f in people if f not in known] or people
        verbs = {self.linker.sentence.tokens[i].norm for i in self.p.verbs}
        if not people and (label.role == "code" or label in known):
            people = [
                f
                for f in world.fields[base]
                if f.role == "text"
                and f not in known
                and (label.role == "code" or any(v in f.header for v in verbs))
                and f.header.lower().endswith(("者", "人", "员", "师", "手", "er", "or", "by"))
            ]
        named = label in people or not people
        named = named or not (label in known or world.abbreviates(label))
        return label if named else people[0]

    def _of_people(self, base: str) -> bool:
        """Whether a row of the table is a person."""
        concepts = self.linker.vocabulary
        names = ("person", "worker", "client", "student", "respondent", "doctor")
        label = self.linker.world.label[base]
        return any(
            label in concepts.concepts.get(c, {}) or base in concepts.tables.get(c, {})
            for c in names
        )

    def _moneyed(self) -> bool:
        """Whether the rows that are spoken of are money that moved: donations, payments."""
        said = {stems(t)[-1:] for x in self.p.all("T") for t in x.data}
        return any(
            (category, "") in self.linker.lex.phrases.get(words, ())
            for words in said
            for category in ("moneyed",)
        )

    def _names_one_row(self, base: str) -> bool:
        world = self.linker.world
        said = {c.field for c in self.where if isinstance(c, In) and len(c.texts) == 1}
        said |= {
            c.left.field
            for c in self.where
            if isinstance(c, Compare) and c.op == "=" and isinstance(c.left, Col)
        }
        return any(f.table == base and world.is_unique(f) for f in said)

    def _order(self) -> int:
        p = self.p
        sort, asc, desc = p.take("sort"), p.take("asc"), p.take("desc")
        p.drop("sort")  # `in ascending order, sorted`
        return -1 if desc else 1 if asc or sort else 0

    def _is_yes_no(self) -> bool:
        s = self.linker.sentence
        if self.p.has("which", "who", "when", "where", "howmuch", "howlong"):
            return False
        if s.language == "zh":
            return (
                s.text.rstrip("？?。 ").endswith(("吗", "么"))
                or "是否" in s.text
                or "有没有" in s.text
            )
        opening = _OPENING.match(s.text)
        asked = s.text[opening.end() :] if opening else s.text
        whether = opening is not None and opening["if"] is not None
        return whether or asked.split(" ")[0].lower() in _YES_NO

    def _yes_words(self) -> tuple[str, str]:
        return ("是", "否") if self.linker.sentence.language == "zh" else ("yes", "no")

    def _group_field(self, item: Part) -> Expr | None:
        fields = self.p.columns(item)
        best = [f for f in fields if f.role in ("text", "code", "yesno", "year", "date")] or [
            f for f in fields if f.role == "number"
        ]
        if not best:
            return None
        return Col(best[0])


# What may stand before a question: `please tell me if ...`.
_OPENING = re.compile(
    r"\s*(?:(?:hi|hello|hey|please|kindly|(?:can|could|would) you|tell me|let me know|say|"
    r"i(?:'d| would) like to know|i want to know|do you know)[,!:\s]+)+(?P<if>(?:if|whether)\s)?",
    re.IGNORECASE,
)
_YES_NO = frozenset("is are was were do does did has have had can".split())

_RATES = (
    "price",
    "unit",
    "per ",
    "_per_",
    "rate",
    "score",
    "age",
    "percent",
    "%",
    "density",
    "weight",
    "height",
    "率",
    "价",
    "龄",
    "分",
)


def _sum_of(fields: Sequence[Field]) -> Expr:
    whole: Expr = Col(fields[0])
    for f in fields[1:]:
        whole = Arith("+", whole, Col(f))
    return whole


def additive(e: Expr) -> bool:
    """Whether the values of many rows make sense when added up."""
    return not (isinstance(e, Col) and any(x in e.field.header.lower() for x in _RATES))


def _is_linked(c: Condition) -> bool:
    return isinstance(c, Linked) or (isinstance(c, Not) and isinstance(c.part, Linked))
