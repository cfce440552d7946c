"""Two columns of one kind of thing: from where and to where, at home and away, sender and receiver.

北京 | 到 | 上海        ->  cond(the origin is 北京) cond(the destination is 上海)
City | against | Rovers  ->  cond(Home is City) cond(Away is Rovers)
"""

from __future__ import annotations

from itertools import pairwise

from trivium.ask.reader.grammar.parts import Part, Parts, part
from trivium.ask.reader.meaning import In
from trivium.ask.reader.values import Match

# What stands between two things when the first goes to, or plays, the second.
_TOWARDS = frozenset(
    "to → -> - – — against versus vs v hosted playing "
    "到 至 飞 飞往 去 往 开往 前往 对 对阵 迎战".split()
)


def read_pairs(self: Parts) -> None:
    """Join two values that two columns hold, one each, in the order of the columns."""
    sentence = self.linker.sentence
    values = self.all("V")
    for one, other in pairwise(values):
        between = [t.norm for t in sentence.tokens[one.j : other.i]]
        if not between or "".join(between) not in _TOWARDS:
            continue
        found = _columns(self, one, other)
        if found is None:
            continue
        at, end = self.items.index(one), self.items.index(other)
        before = self.items[at - 1] if at else one
        if before.category == "C" and found[0].field in self.columns(before):
            at -= 1  # `from London`, of a column that is called so
        made = [part("cond", In(m.field, m.texts)) for m in found]
        for cond, value in zip(made, (one, other), strict=True):
            cond.i, cond.j = value.i, value.j
        self.items[at : end + 1] = made


def _columns(self: Parts, one: Part, other: Part) -> tuple[Match, Match] | None:
    """The first two columns of a table, in their order, that hold the values and others alike."""
    world = self.linker.world
    for table in self.main() or list(world.tables):
        fields = world.fields[table]
        first = [m for m in one.data if m.field.table == table and m.whole]
        second = [m for m in other.data if m.field.table == table and m.whole]
        for m in sorted(first, key=lambda m: fields.index(m.field)):
            for n in sorted(second, key=lambda n: fields.index(n.field)):
                alike = world.distinct[m.field].keys() & world.distinct[n.field].keys()
                if fields.index(m.field) < fields.index(n.field) and alike:
                    return m, n
    return None
