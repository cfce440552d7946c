"""Numbers, their units and what they count.

180 | cm        ->  180 in cm, where a column is in cm
level | 7       ->  cond(level = 7)
20% | rebate    ->  cond(rebate = 20 %)
"""

from __future__ import annotations

from trivium.ask.reader.grammar.parts import Part, Parts, part, word
from trivium.ask.reader.meaning import Col, Compare, In, Num
from trivium.ask.reader.measures import measured_in
from trivium.ask.reader.words import Amount


def spelt_number(self: Parts, n: Part) -> Part | None:
    return part("N", Amount(float(word(n))))


def with_unit(self: Parts, n: Part, unit: Part) -> Part | None:
    """`180 cm`, where a column is in cm."""
    said = self.linker.sentence.norm(unit.i, unit.j)
    known = {f.unit.lower() for t in self.main() for f in self.linker.world.fields[t] if f.unit}
    means = measured_in(said)
    alike = means is not None and any((m := measured_in(u)) and m[0] == means[0] for u in known)
    fits = (said in known or alike) and not n.data.unit
    return part("N", Amount(n.data.value, said)) if fits else None


def same_column(self: Parts, a: Part, b: Part) -> Part | None:
    """`planned to open`: two words for one column."""
    if any(c.full for c in a.data) or any(c.full for c in b.data):
        return None
    both = {c.field for c in a.data} & {c.field for c in b.data}
    if self.linker.sentence.norm(a.i, a.j) == self.linker.sentence.norm(b.i, b.j):
        return None
    return part("C", [c for c in a.data if c.field in both]) if both else None


def group_value(self: Parts, column: Part, n: Part) -> Part | None:
    """`level 7`, `gate 4`: a number that a column has."""
    if not isinstance(n.data, Amount) or n.data.unit not in ("", "%"):
        return None
    for f in self.columns(column, ("number", "year", "code", "text")):
        fits = f.role in ("number", "year") and (n.data.unit == "" or self.percents(f))
        text = f"{n.data.value:g}"
        if f.role == "code" and text in self.linker.world.distinct[f]:
            return part("cond", In(f, (text,)))
        if fits and any(c.field == f and c.full for c in column.data):
            return part("cond", Compare(Col(f), "=", Num(n.data.value)))
    return None


def numbered(self: Parts, table: Part, n: Part) -> Part | None:
    """`session 5`: the row of that number."""
    if not isinstance(n.data, Amount) or n.data.unit or len(table.data) != 1:
        return None
    f = self.linker.world.label[table.data[0]]
    if f.role == "code" and (text := f"{n.data.value:g}") in self.linker.world.distinct[f]:
        return part("cond", In(f, (text,)))
    fits = f.role == "number" and self.linker.world.is_unique(f)
    return part("cond", Compare(Col(f), "=", Num(n.data.value))) if fits else None


def percent_of(self: Parts, n: Part, column: Part) -> Part | None:
    """`a 20% rebate`."""
    return (
        group_value(self, column, n) if isinstance(n.data, Amount) and n.data.unit == "%" else None
    )
