"""What only Chinese says: `比老秦高`, `3到5之间`, `姓王`, `按平均租金降序排列各区`.

Words stand in another order than in English: `prepare` joins what later rules then read alike.
"""

from __future__ import annotations

from trivium.ask.reader.grammar.amounts import same_column
from trivium.ask.reader.grammar.parts import (
    NUMERIC,
    ORDERED,
    Bound,
    Part,
    Parts,
    adjectives_of,
    count_of,
    part,
    word,
)
from trivium.ask.reader.grammar.scope import fields_of_condition, label
from trivium.ask.reader.links import PLACES
from trivium.ask.reader.meaning import Arith, Col, Compare, Expr, Like, Num
from trivium.ask.reader.words import Amount

_SIGNS = (">", ">=", "<", "<=")
_KEY = ("按", "按照", "根据", "依", "依照")
_NAME = ("名称", "名字", "名")
_EACH = ("各", "所有", "分别", "每", "不同")
_RANKS = ("排名", "名次", "位次")


def zh_than(self: Parts, than: Part, right: Part, what: Part | None, adj: Part) -> Part | None:
    """`比老秦挣得多`, `比小薛高`."""
    found = adjectives_of(adj, "base")
    if not found:
        return None
    bound = Bound(">" if found[0].sign > 0 else "<", right, found[0])
    if what is not None and (f := self.column(what, ORDERED)):
        return part("measured", (f, bound))
    return part("bound", bound) if what is None else None


def zh_than_mean(self: Parts, than: Part, mean: Part, adj: Part) -> Part | None:
    found = adjectives_of(adj, "base")
    return (
        part("bound", Bound(">" if found[0].sign > 0 else "<", "mean", found[0])) if found else None
    )


def zh_between(self: Parts, a: Part, joint: Part, b: Part, between: Part) -> Part | None:
    return part("bound", Bound("between", (a.data, b.data)))


def surname_is(self: Parts, name: Part) -> Part | None:
    f = label(self)
    return part("cond", Like(f, "starts", str(name.data))) if f else None


def prepare(self: Parts) -> None:
    """Join what only stands so in Chinese, before all else."""
    said = self.linker.sentence
    self.apply(
        (
            ("C C", same_column),
            ("which num|N", _how_many),
            ("C howmany", _told_not_counted),
            ("per per", lambda s, a, b: None if said.norm(a.i, a.j) in _KEY else b),
            ("C share|howmany", _named_share),
            ("V noun", _of_kind),
            ("N C post", _so_many_or_more),
            ("N C", _so_many),
            ("per noun C", _rate),
            ("num|N people", lambda s, n, p: _number(n, "")),
            ("num|N noun", _with_unit),
            ("C|expr op C|expr", _worked_out),
            ("C top num|N ?post", _first_ranks),
            ("C and|to C diff|ratio|fold", _of_each_row),
            ("expr diff", lambda s, e, d: e),
            ("expr howmany", lambda s, e, how: e if said.norm(how.i, how.j) == "多少" else None),
            ("T noun", lambda s, t, n: t if said.norm(n.i, n.j) in _NAME else None),
            ("cmp howmany|howmuch|which", lambda s, cmp, how: how if word(cmp) == "=" else None),
            ("howmany|howmuch unit", _counted_unit),
            ("num|N unit", _measured_unit),
        )
    )
    self.drop("followup")
    _said_in_parts(self)
    self.items = [x for x in self.items if not (x.category == "D" and _names_table(self, x))]
    _order_groups(self)


def settle(self: Parts) -> None:
    """What says again what a condition has said: `覆盖了不少于100个国家` of one column."""
    self.apply((("cond C", _said_again),))


def _said_in_parts(self: Parts) -> None:
    """`饰演过哪个角色` of a column `饰演角色`: two words that stand apart name one column."""
    said = self.linker.sentence
    partly = [x for x in self.all("C") if all(c.kind == "part" and not c.full for c in x.data)]
    best = {id(x): self.column(x, ("text", "code")) for x in partly}
    at = next((i for i, x in enumerate(self.items) if x.category == "which"), -1)
    for x in partly:
        others = [
            y
            for y in partly
            if best[id(y)] == best[id(x)] is not None and said.norm(y.i, y.j) != said.norm(x.i, x.j)
        ]
        asked = at >= 0 and x in self.items and self.items.index(x) == at + 1
        if others and not asked and any(y in self.items for y in others):
            self.items.remove(x)


def _said_again(self: Parts, cond: Part, column: Part) -> Part | None:
    fields = fields_of_condition(cond.data)
    partly = all(not c.full for c in column.data if c.field in fields)
    return cond if partly and len(fields) == 1 and fields[0] in self.columns(column) else None


def _names_table(self: Parts, period: Part) -> bool:
    """`2018年` of a table that has it in its name, and no date."""
    said = self.linker.sentence.norm(period.i, period.j)
    dated = any(
        f.role in ("date", "year") for t in self.main() for f in self.linker.world.fields[t]
    )
    return not dated and any(said in t.lower() for t in self.linker.world.tables)


def _of_kind(self: Parts, value: Part, noun: Part) -> Part | None:
    """`静安区` of the cell `静安`."""
    beside = value.j == noun.i and self.linker.sentence.norm(noun.i, noun.j) in PLACES
    return value if beside else None


def _rate(self: Parts, per: Part, unit: Part, column: Part) -> Part | None:
    """`每平米租金`, of a column in 平米: one column divided by another."""
    f, said = self.column(column, ("number",)), self.linker.sentence.norm(unit.i, unit.j)
    units = [g for t in self.main() for g in self.linker.world.fields[t] if g.unit]
    below = [g for g in units if g != f and (g.unit.startswith(said) or said.startswith(g.unit))]
    if f is None or len(below) != 1 or below[0].role != "number":
        return None
    return part("expr", Arith("/", Col(f), Col(below[0])))


def _so_many_or_more(self: Parts, n: Part, column: Part, post: Part) -> Part | None:
    """`10层以上`, of a column of floors."""
    f = self.column(column, ("number",))
    if f is None or n.j != column.i or not isinstance(n.data, Amount) or n.data.unit:
        return None
    op = word(post)
    return part("cond", Compare(Col(f), op, Num(n.data.value))) if op in _SIGNS else None


def _so_many(self: Parts, n: Part, column: Part) -> Part | None:
    """`4学分的课程`: the number stands at the column."""
    f = self.column(column, ("number",))
    beside = n.j == column.i and isinstance(n.data, Amount) and not n.data.unit
    bound = (at := self.items.index(n)) > 0 and self.items[at - 1].category in ("cmp", "top")
    full = f is not None and any(c.field == f and c.full for c in column.data)
    if not (beside and full) or bound:
        return None
    return part("cond", Compare(Col(f), "=", Num(n.data.value))) if f else None


def _number(n: Part, unit: str) -> Part:
    value = n.data if isinstance(n.data, Amount) else Amount(float(word(n)))
    return part("N", Amount(value.value, unit or value.unit, value.scale))


def _with_unit(self: Parts, n: Part, noun: Part) -> Part | None:
    """`一百分钟`, `七分`."""
    return _number(n, self.linker.sentence.norm(noun.i, noun.j))


def _worked_out(self: Parts, a: Part, op: Part, b: Part) -> Part | None:
    """`收入减去成本`, `里程除以时长`."""
    sides: list[Expr] = []
    for x in (a, b):
        if x.category == "expr":
            sides.append(x.data)
        elif (f := self.column(x, ("number",))) is not None:
            sides.append(Col(f))
    return part("expr", Arith(word(op), *sides)) if len(sides) == 2 else None


def _told_not_counted(self: Parts, column: Part, how: Part) -> Part | None:
    """`编号是多少`: what it is, not how many there are."""
    f = self.column(column)
    said = self.linker.sentence
    if f is None or f.role not in ("text", "code") or said.norm(how.i, how.j) != "多少":
        return None
    if any(f in self.columns(x) for x in self.all("C") if x is not column):
        return None
    self.items[self.items.index(how)] = part("which", ["which"])
    return None


def _how_many(self: Parts, which: Part, n: Part) -> Part | None:
    """`哪三个`: the number goes with the rank that follows."""
    self.asked = count_of(n)
    return part("which", which.data)


def _named_share(self: Parts, column: Part, share: Part) -> Part | None:
    """`首付的比例`: the column is one of shares, and its name says so."""
    said = self.linker.sentence.norm(share.i, share.j)
    held = [c for c in column.data if said in c.field.header]
    return part("C", held) if held else None


def _first_ranks(self: Parts, column: Part, top: Part, n: Part, post: Part | None) -> Part | None:
    """`排名在前十`: the ranks up to ten."""
    f = self.column(column, NUMERIC)
    if f is None or not f.header.endswith(_RANKS) or word(top) != "+":
        return None
    if self.asked == count_of(n):
        self.asked = 0
    return part("cond", Compare(Col(f), "<=", Num(float(count_of(n)))))


def _of_each_row(self: Parts, a: Part, joint: Part, b: Part, how: Part) -> Part | None:
    """`各店收入与成本之差`: of each row, where each is spoken of or the rows are put in order."""
    one, other = self.column(a, ("number",)), self.column(b, ("number",))
    text = self.linker.sentence.text
    rowwise = any(w in text for w in _EACH) or self.has("sort", "asc", "desc", "most", "sup", "cmp")
    op = {"diff": "-", "ratio": "/"}.get(how.category, "+")
    if not (one and other and one != other and one.table == other.table and rowwise):
        return None
    if how.category == "fold" and self.linker.sentence.norm(how.i, how.j) not in ("之和", "的和"):
        return None
    return part("expr", Arith(op, Col(one), Col(other)))


def _counted_unit(self: Parts, how: Part, unit: Part) -> Part | None:
    """`平均在位多少年`: the unit of the number that is asked for."""
    numbers = [x for x in self.all("C") if self.column(x, ("number",))]
    return part(how.category, how.data) if numbers else None


def _measured_unit(self: Parts, n: Part, unit: Part) -> Part | None:
    """`超过10年` of a column that holds years."""
    said = self.linker.sentence.norm(unit.i, unit.j)
    at = self.items.index(n)
    before = self.items[at - 1].category if at else ""
    held = any(said in f.header for x in self.all("C") for f in self.columns(x, ("number",))[:1])
    return _number(n, "") if held and before == "cmp" else None


def _order_groups(self: Parts) -> None:
    """`按照企业数升序排列各行业`: groups in the order of their number; the key stands first."""
    items, said = self.items, self.linker.sentence
    start = next(
        (i for i, x in enumerate(items) if x.category == "per" and said.norm(x.i, x.j) in _KEY), -1
    )
    end = next((i for i, x in enumerate(items) if i > start >= 0 and x.category in _ORDER), -1)
    if end < 0:
        return
    key = items[start + 1 : end]
    if not any(x.category in ("fold", "howmany") for x in key):
        return
    inside = [key[i + 1] for i, x in enumerate(key[:-1]) if x.category == "per"]
    for x in (*inside, *reversed(items[:start]), *items[end:]):
        f = self.column(x, ("text", "code", "yesno")) if x.category == "C" else None
        if f is None or f == self.linker.world.label[f.table]:
            continue
        again = [y for y in self.all("C") if y is not x and f in self.columns(y)[:1]]
        group: list[Expr] = [Col(f)]
        x.category, x.data = "group", group
        spent = (items[start], *again, *self.all("which"))
        self.items = [y for y in items if all(y is not z for z in (*spent, *self.all("per")))]
        return


_ORDER = ("asc", "desc", "sort")
