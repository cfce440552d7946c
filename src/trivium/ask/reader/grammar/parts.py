"""The parts of a question while they are joined, and the columns and tables that they may name.

    parts.take("fold")           the first part of this kind, which is thereby used
    parts.column(part)           the likeliest column that a part may name
    parts.apply(rules)           join what the rules join, until nothing changes

A part that no rule and no question takes stays, and then there is no full reading: nothing that was
asked is ever dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any as Anything

from trivium.ask.reader.lexicon import Adjective
from trivium.ask.reader.links import Column, Defined, Link, Linker
from trivium.ask.reader.meaning import Expr, Field
from trivium.ask.reader.measures import measured_in
from trivium.ask.reader.words import Amount, stems

NUMERIC = ("number", "year")


ORDERED = ("number", "year", "date", "time")

# Words that say nothing of what is asked for; a verb says that rows are about what it joins.
UNSAID = ("filler", "opening", "pause", "yes", "verb")


@dataclass(eq=False)
class Part:
    """A span and what it was found to be."""

    category: str
    data: Anything
    i: int
    j: int


@dataclass(frozen=True)
class Bound:
    """What a value is compared with: an amount, a period, the average, a row, another column."""

    op: str
    right: object
    adjective: Adjective | None = None


@dataclass(frozen=True)
class Sup:
    """A superlative: by which concept, which way, from which place to which."""

    adjectives: tuple[Adjective, ...]
    sign: int
    first: int = 1
    last: int = 1
    measure: Expr | None = None
    fold: str = ""
    plain: bool = False  # `most`, not `highest`
    many: bool = False  # top 3 and the like, which are told in order


@dataclass
class Parts:
    """The parts of a question while they are joined."""

    linker: Linker
    items: list[Part]
    focus: dict[str, float] = field(default_factory=dict)
    asked: int = 0  # how many are asked for: `which three`
    choices: tuple[int, ...] = ()  # what is taken where words may mean several things alike
    offered: list[int] = field(default_factory=list)  # how many there were to choose from
    verbs: tuple[int, ...] = ()  # where verbs stand that only join

    @classmethod
    def of(cls, linker: Linker, way: Sequence[Link]) -> Parts:
        items = [
            Part(link.category, link.data, link.i, link.j)
            for link in way
            if link.category not in UNSAID
        ]
        found = cls(linker, items, verbs=tuple(x.i for x in way if x.category == "verb"))
        found._rows(way)
        for link in way:
            if link.category == "T":
                assert isinstance(link.data, list)
                for table in link.data:
                    found.focus[table] = found.focus.get(table, 0) + (
                        3 if link.kind in ("exact", "inflected") else 1
                    ) / len(link.data)
            elif link.category == "C":
                assert isinstance(link.data, list)
                best = {c.field.table for c in link.data if c.full}
                for table in best:
                    found.focus[table] = found.focus.get(table, 0) + 1 / len(best)
            elif link.category == "defined":
                assert isinstance(link.data, Defined)
                for table in {c.field.table for c in link.data.columns} | {link.data.table} - {""}:
                    found.focus[table] = found.focus.get(table, 0) + 3
            elif link.category == "V":
                assert isinstance(link.data, list)
                held = {m.field.table for m in link.data if m.whole}
                for table in held:
                    found.focus[table] = found.focus.get(table, 0) + 0.5 / len(held)
        return found

    def choose(self, options: Sequence[Anything]) -> Anything:
        """One of the things that words may mean alike; each makes a reading."""
        at = len(self.offered)
        self.offered.append(len(options))
        return options[self.choices[at] if at < len(self.choices) else 0]

    def _rows(self, way: Sequence[Link]) -> None:
        """A column that names each row once speaks of the rows, as the table's own name does."""
        world = self.linker.world
        said = {t for link in way if link.category == "T" for t in link.data}  # type: ignore[attr-defined]
        for item in self.items:
            f = self.column(item)
            if (
                f is not None
                and f == world.label[f.table]
                and f.role in ("text", "code")
                and f.table not in said
                and world.is_unique(f)
                and any(c.field == f and c.full and c.kind == "exact" for c in item.data)
            ):
                item.category, item.data = "T", [f.table]

    def define(self) -> None:
        """Put in the place of a word of one's own what it stands for."""
        for item in self.all("defined"):
            meant: Defined = item.data
            made = (
                Part("T", [meant.table], item.i, item.j)
                if meant.table
                else Part("expr", meant.expr, item.i, item.j)
                if meant.expr is not None
                else Part("C", list(meant.columns), item.i, item.j)
            )
            conditions = [Part("cond", c, item.i, item.j) for c in meant.where]
            at = self.items.index(item)
            before = self.items[at - 1] if at else made
            if before.category == "C" and (folds := self._folds(before)):
                before.category, before.data = "fold", folds  # `total revenue`, beside `total`
            self.items[at : at + 1] = [*conditions, made]

    def _folds(self, item: Part) -> list[object]:
        """The ways to fold many values that the words of a part name too."""
        words = stems(self.linker.sentence.words(item.i, item.j))
        return [how for c, how in self.linker.lex.phrases.get(words, ()) if c == "fold"]

    # --- looking ----------------------------------------------------------------------------------

    def all(self, *categories: str) -> list[Part]:
        return [part for part in self.items if part.category in categories]

    def verb_between(self, left: Part, right: Part) -> bool:
        return any(left.j <= at < right.i for at in self.verbs)

    def has(self, *categories: str) -> bool:
        return any(part.category in categories for part in self.items)

    def take(self, *categories: str) -> Part | None:
        """The first part of these categories, which is thereby used."""
        for part in self.items:
            if part.category in categories:
                self.items.remove(part)
                return part
        return None

    def drop(self, *categories: str) -> None:
        self.items = [part for part in self.items if part.category not in categories]

    # --- columns ----------------------------------------------------------------------------------

    def columns(self, part: Part, roles: Sequence[str] = ()) -> list[Field]:
        """The fields that a part may name, the likeliest first."""
        if part.category != "C":
            return []
        assert isinstance(part.data, list)
        said: list[Column] = part.data
        tier = [c for c in said if c.full and c.kind == "exact"] or [
            c for c in said if c.kind in ("exact", "part")
        ]
        options = [c for c in tier or said if not roles or c.field.role in roles]
        return [
            c.field
            for c in sorted(
                options,
                key=lambda c: (
                    -(c.worth + (0.5 if c.full else 0) + 0.2 * self.focus.get(c.field.table, 0))
                ),
            )
        ]

    def rivals(self, part: Part, roles: Sequence[str]) -> list[Field]:
        """Columns of one table that a part names equally well, each by a part of its header."""
        named = [c for c in part.data if c.field.role in roles]
        best = max((c.worth + c.full for c in named), default=0.0)
        found = [c.field for c in named if c.worth == best and c.kind == "exact"]
        return found if len({f.table for f in found}) == 1 else []

    def column(self, part: Part, roles: Sequence[str] = ()) -> Field | None:
        return next(iter(self.columns(part, roles)), None)

    def concept(self, name: str, roles: Sequence[str] = ("number",)) -> Field | None:
        """The field for a concept, in the tables that are spoken of."""
        options = self.linker.vocabulary.concepts.get(name, {})
        ranked = (
            sorted(
                (rank / 40 - self.focus.get(f.table, 0), i, f)
                for i, (f, rank) in enumerate(options.items())
                if f.role in roles
            )
            if len(options) < 2
            else sorted(
                (
                    (rank / 40 - self.focus.get(f.table, 0), i, f)
                    for i, (f, rank) in enumerate(options.items())
                    if f.role in roles
                ),
                key=lambda t: t[:2],
            )
        )
        near = [t for t in ranked if self.reachable(t[2].table)]
        return near[0][2] if near else None

    def reachable(self, table: str) -> bool:
        """Whether a table is spoken of, or keys join it with one that is."""
        spoken = [t for t, score in self.focus.items() if score >= 0.25]
        paths = self.linker.world.keys
        return not spoken or any(
            paths.path(t, table) is not None or paths.path(table, t) is not None for t in spoken
        )

    def marks(self) -> list[Field]:
        """Columns of one kind that stand side by side, as the subjects of a school report do."""
        best: list[Field] = []
        for table in self.main():
            run: list[Field] = []
            for f in [*self.linker.world.fields[table], None]:
                if (
                    f is not None
                    and f.role == "number"
                    and not f.unit
                    and self.linker.world.small(f)
                    and (
                        not run
                        or 0.5 < self.linker.world.most(f) / self.linker.world.most(run[0]) < 2
                    )
                ):
                    run.append(f)
                    continue
                best, run = max(best, run, key=len), []
        return best if len(best) > 2 else []

    def age_of_people(self) -> Field | None:
        """The age, where the rows that are spoken of are people."""
        f = self.concept("age")
        people = self.linker.vocabulary.concepts
        names = ("person", "worker", "client", "student", "respondent")
        return (
            f
            if f is not None
            and f.table in self.main()
            and any(g.table == f.table for c in names for g in people.get(c, {}))
            else None
        )

    def of_unit(self, unit: str) -> Field | None:
        """The one column in a unit, or in one that measures the same."""
        fields = [f for t in self.main() for f in self.linker.world.fields[t] if f.unit]
        found = [f for f in fields if f.unit.lower() == unit]
        if not found and (means := measured_in(unit)):
            found = [f for f in fields if (m := measured_in(f.unit)) and m[0] == means[0]]
        return found[0] if len(found) == 1 else None

    def percents(self, f: Field) -> bool:
        """Whether the cells are percentages."""
        return f.unit == "%" or any("%" in t for t in list(self.linker.world.distinct[f])[:5])

    def only(self, roles: Sequence[str], tables: Sequence[str] = ()) -> Field | None:
        """The one column of these roles in the table that is spoken of, if there is just one."""
        main = tables or self.main()
        found = [f for t in main for f in self.linker.world.fields[t] if f.role in roles]
        return found[0] if len(found) == 1 else None

    def main(self) -> list[str]:
        """The tables that are most spoken of."""
        world = self.linker.world
        if not self.focus:
            return list(world.tables) if len(world.tables) == 1 else []
        best = max(self.focus.values())
        return [t for t, score in self.focus.items() if score == best]

    def date(self, op: str = "=") -> Field | None:
        """The date of a row where none is named: the first, or the one that starts it."""
        for table in self.main() or list(self.linker.world.tables):
            fields = self.linker.world.fields[table]
            dates = [f for f in fields if f.role == "date"]
            if dates:
                return dates[0]
            if years := [f for f in fields if f.role == "year"]:
                return years[0] if len(years) == 1 else None
        near = [
            f
            for t in self.linker.world.tables
            if self.reachable(t)
            for f in self.linker.world.fields[t]
            if f.role == "date"
        ]
        del op
        return near[0] if near else None

    # --- rules ------------------------------------------------------------------------------------

    def apply(self, rules: Sequence[tuple[str, Callable[..., Part | None]]]) -> None:
        """Join what the rules join, rule after rule, from the left, until nothing changes."""
        for pattern, make in rules:
            elements = pattern.split()
            at = 0
            while at < len(self.items):
                found = self._match(elements, at)
                if found is not None:
                    parts, end = found
                    made = make(self, *parts)
                    if made is not None:
                        made.i = min(p.i for p in parts if p)
                        made.j = max(p.j for p in parts if p)
                        self.items[at:end] = [made]
                        continue
                at += 1

    def _match(self, elements: Sequence[str], at: int) -> tuple[list[Part | None], int] | None:
        """The parts that a pattern takes from a place; `?x` may be absent."""
        parts: list[Part | None] = []
        for element in elements:
            optional = element[0] == "?"
            names = element.lstrip("?").split("|")
            if at < len(self.items) and self.items[at].category in names:
                parts.append(self.items[at])
                at += 1
            elif optional:
                parts.append(None)
            else:
                return None
        return parts, at


def part(category: str, data: Anything) -> Part:
    return Part(category, data, 0, 0)


def word(item: Part) -> str:
    """What the lexicon says of an operation: `>` of `cmp >`."""
    assert isinstance(item.data, list)
    return str(item.data[0])


def count_of(n: Part) -> int:
    if isinstance(n.data, Amount):
        return int(n.data.value) if n.data.value == int(n.data.value) else 0
    return int(word(n))


def adjectives_of(item: Part, *forms: str) -> tuple[Adjective, ...]:
    assert isinstance(item.data, list)
    return tuple(a for a in item.data if a.form in forms)
