"""What only Chinese says: `比老秦高`, `3到5之间`, `姓王`, `按平均租金降序排列各区`.

Words stand in another order than in English: `prepare` joins what later rules then read alike.
"""

from __future__ import annotations

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
from trivium.ask.reader.grammar.scope import label
from trivium.ask.reader.meaning import Arith, Col, Compare, Expr, Like, Num

_KEY = ("按", "按照", "根据", "依", "依照")
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
    self.apply(
        (
            ("which num|N", _how_many),
            ("per per", lambda s, a, b: b),
            ("C share", _named_share),
            ("C top num|N ?post", _first_ranks),
            ("C and|to C diff|ratio|fold", _of_each_row),
            ("cmp howmany|howmuch|which", lambda s, cmp, how: how if word(cmp) == "=" else None),
            ("howmany|howmuch unit", _counted_unit),
            ("N unit", _measured_unit),
        )
    )
    _order_groups(self)


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
    return part("N", n.data) if held and before == "cmp" else None


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
