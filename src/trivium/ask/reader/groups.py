"""`per region`, `by month`, `more than 10 invoices`: what is counted or added up group by group."""

from __future__ import annotations

from trivium.ask.reader.asked import UNITS
from trivium.ask.reader.durations import Timed
from trivium.ask.reader.grammar.parts import ORDERED, Part, Parts, part, word
from trivium.ask.reader.meaning import Arith, Col, Expr, Field
from trivium.ask.reader.words import Amount, stems


class Grouped(Timed):
    """Groups rows."""

    def _grouping(self) -> None:
        """`per region`, `by month`; after `sort by` or a rank, a column to order by instead."""
        p = self.p
        at = 0
        while at < len(p.items):
            item = p.items[at]
            nxt = p.items[at + 1] if at + 1 < len(p.items) else None
            if item.category == "per" and nxt is not None:
                if nxt.category in ("asc", "desc", "sort"):
                    p.items.remove(item)
                    continue
                if (
                    nxt.category == "C"
                    and at
                    and self.linker.sentence.norm(item.i, item.j) != "by"
                    and p.items[at - 1].category == "C"
                    and (above := p.column(p.items[at - 1], ("number",))) is not None
                    and (best := p.column(nxt)) is not None
                    and best.role == "number"
                ):
                    if p.has("sup"):  # `the highest goals per game`
                        p.items[at - 1 : at + 2] = [part("expr", Arith("/", Col(above), Col(best)))]
                        continue
                    item.category, item.data = "ratio", [""]
                    p.drop("howmany")
                    continue
                if self._is_doer(at):
                    del p.items[at : at + 2]
                    continue
                by = self.linker.sentence.words(item.i, item.j).lower() in (
                    "by",
                    "按",
                    "per",
                    "根据",
                    "按照",
                )
                if (
                    by
                    and p.has("sup", "sort", "asc", "desc")
                    and nxt.category in ("C", "expr", "fold", "howmany", "T")
                ):
                    if (
                        nxt.category == "howmany"
                        and at + 2 < len(p.items)
                        and p.items[at + 2].category in ("C", "T")
                    ):
                        last = p.items[at + 2]
                        table = next(
                            (
                                t
                                for t in self.linker.world.tables
                                if stems(t) == stems(self.linker.sentence.words(last.i, last.j))
                            ),
                            None,
                        )
                        if table:
                            p.items[at : at + 3] = [part("T", [table])]
                            continue
                        del p.items[at : at + 2]
                        at -= 1
                        continue
                    f = p.column(nxt, ORDERED) if nxt.category == "C" else None
                    if f or nxt.category != "C":
                        p.items.remove(item)
                        if f:
                            p.items[at] = part("by", Col(f))
                        continue
                exprs, used = self._group(at + 1)
                if exprs:
                    p.items[at : at + 1 + used] = [part("group", exprs)]
                    continue
            if (
                item.category == "unit"
                and word(item) in UNITS
                and (p.has("per", "which") or at + 1 < len(p.items))
                and self.linker.sentence.language == "zh"
                and self.linker.sentence.words(item.i, item.j)[:1] in "每各按逐哪"
            ):
                exprs, used = self._group(at)
                if exprs:
                    p.items[at : at + used] = [part("group", exprs)]
            at += 1

    def _is_doer(self, at: int) -> bool:
        """`bookings by guests from Norway`: who did it, of whom more is said; no group."""
        p = self.p
        by, who = p.items[at : at + 2]
        said = self.linker.sentence.norm(who.i, who.j)
        return (
            self.linker.sentence.norm(by.i, by.j) == "by"
            and who.category in ("C", "T")
            and said.endswith("s")
            and not said.endswith("ss")
            and at + 2 < len(p.items)
            and p.items[at + 2].category in ("V", "cond", "cmp", "who", "bound")
        )

    def _group(self, at: int) -> tuple[list[Expr], int]:
        p, found, start = self.p, [], at
        while at < len(p.items):
            item = p.items[at]
            if item.category == "C" and (f := self._group_field(item)):
                found.append(f)
            elif (
                item.category == "T"
                and at + 1 < len(p.items)
                and p.items[at + 1].category == "C"
                and any(
                    f.table in item.data and f.role in ("text", "code", "yesno")
                    for f in p.columns(p.items[at + 1])
                )
            ):
                at += 1
                continue
            elif item.category == "T" and not found:
                found.append(Col(self._label_of(item)))
            elif (
                item.category == "unit"
                and word(item) in UNITS
                and (d := self._dated()) is not None
                and d.role == "date"
            ):
                found.append(Col(d, UNITS[word(item)]))
            elif (
                item.category == "unit"
                and word(item) in ("day", "year")
                and (d := self._dated()) is not None
            ):
                found.append(Col(d))
            else:
                break
            at += 1
            if (
                at < len(p.items)
                and p.items[at].category in ("and", "to")
                and found
                and at + 1 < len(p.items)
                and p.items[at + 1].category in ("C", "unit")
            ):
                at += 1
                continue
            break
        return found, at - start

    def _dated(self) -> Field | None:
        """The date by which rows are grouped: the one that is named, or theirs."""
        named = (f for x in self.p.all("C") if (f := self.p.column(x)) and f.role == "date")
        return next(named, None) or self.p.date()

    def _drop_by(self) -> None:
        """A `by` that groups nothing: `used by`, `by how much`."""
        p = self.p
        p.items = [
            x
            for x in p.items
            if not (
                x.category == "per"
                and self.linker.sentence.words(x.i, x.j).lower() in ("by", "across", "不同")
            )
        ]

    def _having(self) -> None:
        """`more than 10 invoices`: a bound on how many rows."""
        p = self.p

        def having(s: Parts, bound: Part, what: Part) -> Part | None:
            adjective, right = bound.data.adjective, bound.data.right
            if adjective and adjective.concept not in ("any", "count"):
                return None
            if (isinstance(right, Amount) and not right.unit) or right == "mean":
                return part("having", (bound.data, self._label_of(what).table))
            return None

        def rows(s: Parts, bound: Part, what: Part) -> Part | None:
            f = s.column(what, ("text", "code"))
            right = bound.data.right
            if f is None or f != world.label[f.table] or f.table not in s.main():
                return None
            plain = isinstance(right, Amount) and not right.unit
            return part("having", (bound.data, f.table)) if plain else None

        world = self.linker.world
        for i, x in enumerate(p.items[:-2]):
            # `at least 3 [that were sold in May] shops`: the bound is on the shops.
            if [y.category for y in p.items[i : i + 3]] == ["bound", "cond", "T"]:
                p.items[i : i + 2] = [p.items[i + 1], x]
        at = [p.items.index(x) for x in p.all("bound")]
        if any(
            i + 1 < len(p.items) and p.items[i + 1].category in ("unit", "days", "minutes")
            for i in at
        ):
            return
        p.apply((("bound C", rows),))

        def after(s: Parts, what: Part, bound: Part) -> Part | None:
            age = s.age_of_people()  # `members under 25` are no groups of so many
            aged = age is not None and age.table in what.data
            return None if aged else having(s, bound, what)

        p.apply((("bound T", having), ("T bound", after)))
