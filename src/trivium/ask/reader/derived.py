"""Columns that are not there, made from those that are: density, profit, what is left."""

from __future__ import annotations

from collections.abc import Callable

from trivium.ask.reader.asked import Asked
from trivium.ask.reader.grammar.comparisons import against
from trivium.ask.reader.grammar.money import money
from trivium.ask.reader.grammar.parts import NUMERIC, Part, Parts, part, word
from trivium.ask.reader.grammar.scope import base_of
from trivium.ask.reader.meaning import Arith, Col, Compare, Expr, Field, Num, Via


class Derived(Asked):
    """Makes columns."""

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
            if str(item.data) == "revenue":
                if (amount := money(p)) is not None:
                    item.category, item.data = "expr", amount
                continue
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
            percents = p.take("percents") is not None
            whole = (
                Arith("-", scaled(a), scaled(b)) if op == "-/" else Arith(op, scaled(a), scaled(b))
            )
            whole = Arith("/", whole, scaled(a)) if op == "-/" else whole
            item.category, item.data = "expr", Arith("*", Num(100), whole) if percents else whole
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
        p.apply((("howmuch money", lambda s, how, money: part("howmuch", how.data)),))
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
        paid = ("amount", "price", "pay", "cost")
        held = {f for c in paid for f in self.linker.vocabulary.concepts.get(c, {})}
        if any(f in held and f.role == "number" for x in p.all("C") for f in p.columns(x)[:1]):
            p.drop("negative", "positive", "money")
        for i, item in enumerate(p.items[:-2]):
            if item.category in ("negative", "positive"):
                counted = [x.category for x in p.items[i + 1 : i + 3]] == ["sup", "T"]
                if counted or [x.category for x in p.items[i + 1 : i + 3]] == ["sup", "C"]:
                    item.category = "spent"  # `received the most parcels` speaks of no money
        p.drop("spent")
        for item in p.all("negative", "positive", "money"):
            # `earned the most`, `the most money`, where amounts have no sign
            asked = p.has("sup", "fold", "howmuch", "diff", "per", "share")
            if asked and (amount := money(p)) is not None:
                item.category, item.data = "expr", amount

    def _full(self) -> None:
        """`which sessions were full`: all that there is room for is taken."""
        p = self.p
        for item in p.all("full"):
            taken, room = p.concept("taken"), p.concept("room-for")
            if taken and room and taken != room and taken.table == room.table:
                item.category, item.data = "cond", Compare(Col(taken), ">=", Col(room))

    def _rates(self) -> None:
        """`cost per kg` of a column in kg: one column divided by another."""
        p = self.p

        def rate(s: Parts, above: Part, per: Part, unit: Part) -> Part | None:
            f = s.column(above, ("number",))
            below = s.of_unit(self.linker.sentence.norm(unit.i, unit.j))
            one = f is not None and below is not None and f != below and f.table == below.table
            return part("expr", Arith("/", Col(f), Col(below))) if one and f and below else None

        p.apply((("C per unknown|noun|unit", rate),))

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


def scaled(f: Field) -> Expr:
    """A column in units of one: `万人` is ten thousand people."""
    for sign, factor in (("亿", 1e8), ("万", 1e4), ("million", 1e6), ("thousand", 1e3)):
        if f.unit.lower().startswith(sign):
            return Arith("*", Col(f), Num(factor))
    return Col(f)
