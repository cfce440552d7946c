"""Rows that have rows of another table, or none: both-and, without, never; yes and no."""

from __future__ import annotations

from trivium.ask.reader.grammar.connectives import is_yes
from trivium.ask.reader.grammar.parts import Part, Parts, part
from trivium.ask.reader.groups import Grouped
from trivium.ask.reader.meaning import In, Linked, Not, When


class Joined(Grouped):
    """Joins what stands together."""

    def _both_periods(self) -> None:
        """`both in 2023 and in 2024`."""
        p = self.p

        def dates(s: Parts, both: Part, one: Part, joint: Part, other: Part) -> Part | None:
            f = s.date()
            if f is None:
                return None
            self.both = (When(f, "=", one.data), When(f, "=", other.data))
            return part("spent", None)

        p.apply((("both D and D", dates),))
        p.drop("spent")

    def _both(self) -> None:
        """`both pears and plums`: two conditions, each for some row."""
        p = self.p
        if not p.has("both"):
            return

        def both(
            s: Parts,
            b: Part,
            t: Part | None,
            one: Part,
            joint: Part | None,
            again: Part | None,
            u: Part | None,
            other: Part,
        ) -> Part | None:
            if t or u:
                self.linked_by = t or u
            if not (
                isinstance(one.data, In)
                and isinstance(other.data, In)
                and one.data.field == other.data.field
            ):
                return part("conds", (one.data, other.data))
            shared = set(one.data.texts) & set(other.data.texts)
            if shared:  # cells that list both
                return part(
                    "cond", In(one.data.field, tuple(t for t in one.data.texts if t in shared))
                )
            self.both = (one.data, other.data)
            return part("spent", None)

        p.apply((("both ?T|C cond ?and|to ?both|and ?T|C cond", both),))
        p.drop("spent")
        if (verb := self.linked_by) is not None and verb.category == "T":
            p.items.append(verb)
        p.items = [
            x
            for item in p.items
            for x in ([part("cond", c) for c in item.data] if item.category == "conds" else [item])
        ]

    def _anti(self) -> None:
        """`without invoices`, `never sold`: no row of the other table leads here."""
        p, world = self.p, self.linker.world

        def anti(s: Parts, missing: Part, what: Part) -> Part | None:
            assert isinstance(what.data, list)
            for table in what.data:
                parents = [t for t in world.tables if t != table and world.keys.path(table, t)]
                spoken = [t for t in parents if s.focus.get(t, 0) >= 0.5] or parents
                if spoken:
                    self.anti_base = spoken[0]
                    return part("cond", Not(Linked(table)))
            return None

        p.apply((("missing|not T", anti), ("T missing|not", lambda s, t, m: anti(s, m, t))))

    def _yes_columns(self) -> None:
        """A yes-or-no column that is not asked for is a condition."""
        p = self.p
        for item in p.all("C"):
            at = p.items.index(item)
            f = p.column(item)
            if f is None or f.role != "yesno" or (at and p.items[at - 1].category == "group"):
                continue
            made = is_yes(p, item)
            if made:
                made.i, made.j = item.i, item.j
                p.items[at] = made
