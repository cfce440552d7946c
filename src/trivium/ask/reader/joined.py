"""Parts of a question that become others: derived columns, durations, groups, counts, both-and."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from trivium.ask.reader.asked import UNITS, Asked
from trivium.ask.reader.grammar import (
    NUMERIC,
    ORDERED,
    Part,
    Parts,
    _yes,
    against,
    base_of,
    named,
    no_texts,
    part,
    word,
)
from trivium.ask.reader.meaning import (
    All,
    Any,
    Arith,
    Col,
    Compare,
    Expr,
    Field,
    In,
    Linked,
    Not,
    Num,
    Via,
)
from trivium.ask.reader.words import Amount, stems


class Joined(Asked):
    """Joins what stands together."""

    def _derive(self) -> None:
        """Columns that are not there, made from those that are: density, profit."""
        p = self.p
        for item in p.all("derive"):
            left, op, right = self.linker.lex.derived[str(item.data)]
            a, b = p.concept(left), p.concept(right)
            if left == "it":
                at = p.items.index(item)
                near = [
                    x
                    for x in p.items[at + 1 :] + p.items[:at]
                    if x.category == "C" and p.column(x, NUMERIC)
                ]
                if not near:
                    continue
                a = p.column(near[0], NUMERIC)
                p.items.remove(near[0])
            if left == "amount" and (a is None or b is None or a.table != b.table):
                a = p.concept("price") or a
            if left == "price" or (a is not None and a == b):
                words = self.linker.vocabulary.headers
                b = next(
                    (
                        f
                        for f in self.linker.vocabulary.concepts.get(right, {})
                        if a and f.table == a.table and f != a and words
                    ),
                    b,
                )
            if a is None or b is None or a == b or base_of(p, [Col(a), Col(b)]) is None:
                continue
            said = self.linker.sentence.words(item.i, item.j).lower()
            whole = (
                Arith("-", scaled(a), scaled(b)) if op == "-/" else Arith(op, scaled(a), scaled(b))
            )
            item.category, item.data = "expr", Arith("/", whole, scaled(a)) if op == "-/" else whole
            if said[0] == "总" or "total" in said:
                p.items.append(part("fold", ["sum"]))
        for item in p.all("adj"):
            assert isinstance(item.data, list)
            for a in item.data:
                how = self.linker.lex.derived.get(a.concept)
                if how and p.concept(a.concept) is None:
                    one, other = p.concept(how[0]), p.concept(how[2])
                    if one and other and one != other:
                        self.exprs |= {a.concept: Arith(how[1], scaled(one), scaled(other))}

    def _arithmetic(self) -> None:
        """`the gap between A and B`, `amount minus cost`, `what is left of the budget`."""
        p = self.p

        def gap(
            s: Parts,
            diff: Part,
            between: Part | None,
            own: Part | None,
            a: Part,
            joint: Part,
            b: Part,
        ) -> Part | None:
            one, other = s.column(a, ("number",)), s.column(b, ("number",))
            if not (one and other and one != other and p.has("adj", "most", "fold")):
                return None
            if self.linker.world.most(one) > self.linker.world.most(other):
                one, other = other, one
            return part("expr", Arith("-", Col(other), Col(one)))

        def joined(*ops: str) -> Callable[..., Part | None]:
            def make(s: Parts, a: Part, op: Part, b: Part) -> Part | None:
                one, other = (
                    x.data if x.category == "expr" else (f := s.column(x, ("number",))) and Col(f)
                    for x in (a, b)
                )
                return (
                    part("expr", Arith(word(op), one, other))
                    if one and other and word(op) in ops
                    else None
                )

            return make

        def left(s: Parts, c: Part) -> Part | None:
            f = s.column(c, ("number",))
            spent = f and against(s, f)
            return part("expr", Arith("-", Col(f), Col(spent))) if f and spent else None

        p.apply(
            (
                ("diff ?between ?own C and|to C", gap),
                ("C|expr op C|expr", joined("*", "/")),
                ("C|expr op C|expr", joined("+", "-")),
            )
        )
        if p.has("left"):
            for item in p.all("C"):
                if made := left(p, item):
                    item.category, item.data = "expr", made.data
                    p.drop("left")
                    break

    def _signs(self) -> None:
        """`spent`, `came in`: the amounts below and above zero, where a column has both."""
        p, world = self.p, self.linker.world
        for item in p.all("negative", "positive"):
            f = p.concept("amount")
            numbers = (
                [] if f is None else [t for t in world.distinct[f] if t.lstrip("$€£¥")[:1] in "-−("]
            )
            if f is None or not numbers or len(numbers) == len(world.distinct[f]):
                continue
            below = item.category == "negative"
            self.sign = Compare(Col(f), "<" if below else ">", Num(0))
            self.signed = Arith("-", Num(0), Col(f)) if below else Col(f)
            item.category, item.data = "expr", self.signed
            return

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

    def _duration(self) -> None:
        """`how many days does it take`, `how long`: from the start to the end of a row."""
        p = self.p
        asked = p.has("days", "minutes", "howlong") or any(
            a.concept in ("length", "speed") for x in p.all("sup") for a in x.data.adjectives
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
        expr, ends = self._between_dates()
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
            if len(times) == 2 and all(f.factor for f in times):
                return Arith("minutes", Col(times[0]), Col(times[1])), tuple(times)
        return None, ()

    def _lookups_of_people(self) -> None:
        """`the manager of X's manager`: a column whose values are labels of its own table."""
        p = self.p
        bosses = [x for x in p.items if x.category == "C" and self._self_key(x)]
        if len(bosses) == 2 and bosses[0] is not bosses[1]:
            link = self._self_key(bosses[0])
            assert link
            label = self.linker.world.label[link.table]
            for b in bosses:
                p.items.remove(b)
            p.items.append(part("expr", Via(link, label, link)))
            p.drop("who")

    def _self_key(self, item: Part) -> Field | None:
        world = self.linker.world
        for f in self.p.columns(item, ("text", "code")):
            label = world.label[f.table]
            values = world.distinct[f]
            if f != label and values and all(v in world.distinct[label] for v in values):
                return f
        return None

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
                by = self.linker.sentence.words(item.i, item.j).lower() in (
                    "by",
                    "按",
                    "per",
                    "根据",
                    "按照",
                )
                if (
                    by
                    and p.has("sup", "sort")
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
                and (d := p.date()) is not None
                and d.role == "date"
            ):
                found.append(Col(d, UNITS[word(item)]))
            elif (
                item.category == "unit" and word(item) == "day" and (d := p.date()) is not None
            ) or (item.category == "unit" and word(item) == "year" and (d := p.date()) is not None):
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
        at = [p.items.index(x) for x in p.all("bound")]
        if any(
            i + 1 < len(p.items) and p.items[i + 1].category in ("unit", "days", "minutes")
            for i in at
        ):
            return
        p.apply((("bound C", rows),))
        p.apply((("bound T", having), ("T bound", lambda s, t, b: having(s, b, t))))

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
            made = _yes(p, item)
            if made:
                made.i, made.j = item.i, item.j
                p.items[at] = made


def scaled(f: Field) -> Expr:
    """A column in units of one: `万人` is ten thousand people."""
    for sign, factor in (("亿", 1e8), ("万", 1e4), ("million", 1e6), ("thousand", 1e3)):
        if f.unit.lower().startswith(sign):
            return Arith("*", Col(f), Num(factor))
    return Col(f)


def exclusive(
    self: Parts, either: Part | None, a: Part, o: Part, b: Part, n: Part | None, xor: Part
) -> Part | None:
    one, other = a.data, b.data
    return part("cond", All((Any((one, other)), Not(All((one, other))))))


def under(self: Parts, under: Part, value: Part) -> Part | None:
    """`reports to X`: those whose manager is X."""
    world = self.linker.world
    match = named(self, value)
    if match is None:
        return None
    for f in world.fields[match.field.table]:
        if f in self.linker.vocabulary.concepts.get("boss", {}) and set(match.texts) <= set(
            world.distinct[f]
        ):
            return part("cond", In(f, match.texts))
    return None


def sold_out(self: Parts, empty: Part) -> Part | None:
    """`out of stock`: none is there."""
    f = self.concept("stock") or self.concept("quantity")
    return part("cond", Compare(Col(f), "=", Num(0))) if f else None


def not_yes(self: Parts, column: Part) -> Part | None:
    f = self.column(column)
    return part("cond", In(f, no_texts(self, f))) if f and f.role == "yesno" else None
