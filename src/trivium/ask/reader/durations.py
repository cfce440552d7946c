"""How long things take: from the start to the end of a row, in days or in minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trivium.ask.reader.derived import Derived
from trivium.ask.reader.grammar.parts import Part, Parts, part, word
from trivium.ask.reader.meaning import Arith, Col, Compare, Expr, Field, Num
from trivium.ask.reader.words import Amount, stem, stems

# How long the units are in which times are told.
_SECONDS = {"minute": 60, "minutes": 60, "hour": 3600, "day": 86400}
_SHORT = {"min": "minute", "h": "hour", "hrs": "hour", "hr": "hour"}


def _time_of(said: str) -> str:
    """The unit of time that a word of a header is, if it is one."""
    unit = _SHORT.get(said.lower()) or stem(said.lower())
    return next((u for u in ("minute", "hour", "day") if stem(u) == unit or u == unit), "")


class Timed(Derived):
    """Measures time."""

    def _duration(self) -> None:
        """`how many days does it take`, `how long`: from the start to the end of a row."""
        p = self.p
        between = self._named_ends()
        asked = (
            between is not None
            or p.has("days", "minutes", "howlong")
            or any(
                a.concept in ("length", "speed") for x in p.all("sup") for a in x.data.adjectives
            )
        )
        bounds = [x for x in p.all("bound") if isinstance(x.data.right, Amount)]
        timed = [
            x
            for x in bounds
            if p.items.index(x) + 1 < len(p.items)
            and p.items[p.items.index(x) + 1].category in ("unit", "days", "minutes")
        ]
        if not asked and not timed:
            return
        expr, ends = between or self._between_dates()
        if expr is None:
            return
        for x in timed:
            at = p.items.index(x)
            unit = p.items[at + 1]
            scale = (
                {"week": 7, "month": 30, "year": 365, "hour": 60}.get(word(unit), 1)
                if unit.category == "unit"
                else 1
            )
            right = Num(x.data.right.value * scale)
            p.items[at : at + 2] = [part("cond", Compare(expr, x.data.op, right))]
            self._spend(ends)
            return
        sups = [
            x
            for x in p.all("sup")
            if any(a.concept in ("length", "speed") for a in x.data.adjectives)
        ]
        for x in sups:
            if p.concept("length") is not None and not p.has("days", "minutes", "howlong"):
                return
            sign = x.data.sign if x.data.adjectives[0].concept == "length" else -x.data.sign
            x.data = replace(x.data, sign=sign, adjectives=())
        if p.take("days") or p.take("minutes"):
            p.drop("howmany", "howlong")
            self.timed = True
        if p.take("howlong"):
            p.drop("howmany")
        p.items.append(part("expr", expr))
        self._spend(ends)

    def _of_time(self) -> Expr | None:
        """`how many hours`, of a column of minutes: the column in the unit that is asked for."""
        p, world = self.p, self.linker.world
        asked = next((x for x in p.all("unit", "minutes") if word(x) in _SECONDS), None)
        if asked is None:
            return None
        named = [f for x in p.all("C") if (f := p.column(x, ("number",))) is not None]
        numbers = [f for t in p.main() for f in world.fields[t] if f.role == "number"]
        held = {
            f: unit
            for f in named or numbers
            for unit in (_time_of(f.unit), *map(_time_of, self.linker.vocabulary.headers[f]))
            if unit
        }
        if len(held) != 1:
            return None
        (f, unit), to = next(iter(held.items())), word(asked)
        p.items = [x for x in p.items if x is not asked and f not in p.columns(x)[:1]]
        if unit == to:
            return Col(f)
        ratio = _SECONDS[to] / _SECONDS[unit]
        return Arith("/", Col(f), Num(ratio)) if ratio > 1 else Arith("*", Col(f), Num(1 / ratio))

    def _named_ends(self) -> tuple[Expr, tuple[Field, ...]] | None:
        """`the time between order and shipping`: two dates of a row, by their names."""
        p = self.p
        found: list[Field] = []

        def ends(
            s: Parts, noun: Part | None, between: Part, one: Part, joint: Part, other: Part
        ) -> Part | None:
            for x in (one, other):
                if (f := self._date_named(x)) is not None:
                    found.append(f)
            return part("days", ["days"]) if len(found) == 2 else None

        p.apply((("?noun between T|C and|to T|C", ends),))
        if len(found) != 2 or found[0] == found[1] or found[0].table != found[1].table:
            return None
        return Arith("days", Col(found[0]), Col(found[1])), (found[0], found[1])

    def _date_named(self, item: Part) -> Field | None:
        """The date that a word names: `shipping`, `order` of `ordered_on`."""
        if item.category == "C" and (f := self.p.column(item, ("date",))) is not None:
            return f
        words = stems(self.linker.sentence.words(item.i, item.j))
        found = [
            f
            for t in self.p.main()
            for f in self.linker.world.fields[t]
            if f.role == "date" and words[-1:] == self.linker.vocabulary.headers[f][:1]
        ]
        return found[0] if len(found) == 1 else None

    def _spend(self, ends: Sequence[Field]) -> None:
        """The words that name the ends of a duration, as `close` does, have had their say."""
        p = self.p
        p.items = [
            x
            for x in p.items
            if not (x.category == "C" and p.columns(x)[:1] and any(f in ends for f in p.columns(x)))
        ]
        p.drop("cmp", "to", "own")

    def _between_dates(self) -> tuple[Expr | None, tuple[Field, ...]]:
        p, world = self.p, self.linker.world
        for table in p.main() or list(world.tables):
            dates = [f for f in world.fields[table] if f.role == "date"]
            times = [f for f in world.fields[table] if f.role == "time"]
            ends = [f for f in dates if f in self.linker.vocabulary.concepts.get("end", {})]
            starts = [f for f in dates if f not in ends] or dates
            if len(dates) == 2:
                ends = ends or dates[1:]
                start = next((f for f in starts if f != ends[0]), None)
                if start:
                    return Arith("days", Col(start), Col(ends[0])), (start, ends[0])
            concepts = self.linker.vocabulary.concepts
            early = {**concepts.get("start", {}), **concepts.get("depart", {})}
            ends_first = len(times) == 2 and times[1] in early and times[0] not in early
            if len(times) == 2 and all(f.factor for f in times) and not ends_first:
                return Arith("minutes", Col(times[0]), Col(times[1])), tuple(times)
        return None, ()
