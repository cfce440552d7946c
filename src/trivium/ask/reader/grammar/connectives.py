"""Conditions joined: and, or, not, neither, without; columns of yes and no.

cond(Leeds) | and | cond(York)   ->  cond(City is Leeds or York)
without | fax                    ->  cond(Fax is missing)
"""

from __future__ import annotations

from trivium.ask.reader.grammar.parts import Part, Parts, part
from trivium.ask.reader.grammar.scope import named, no_texts, yes_texts
from trivium.ask.reader.meaning import All, Any, Col, Compare, In, Like, Missing, Not, Num


def either_of(self: Parts, a: Part, joint: Part | None, b: Part) -> Part | None:
    """`Leeds and York`: of one column, either of them."""
    if joint is not None and joint.category == "to":
        return None
    if isinstance(a.data, In) and isinstance(b.data, In) and a.data.field == b.data.field:
        return part("cond", In(a.data.field, tuple(dict.fromkeys((*a.data.texts, *b.data.texts)))))
    if joint is not None and joint.category == "or":
        return part("cond", Any((a.data, b.data)))
    if isinstance(a.data, Like) and isinstance(b.data, Like) and a.data.field == b.data.field:
        return part("cond", Any((a.data, b.data)))
    return None


def negated(self: Parts, negation: Part, cond: Part) -> Part | None:
    return part("cond", Not(cond.data))


def neither_of(self: Parts, neither: Part, a: Part, nor: Part, b: Part) -> Part | None:
    return part("cond", All((Not(a.data), Not(b.data))))


def is_missing(self: Parts, missing: Part, what: Part) -> Part | None:
    """`no fax`, `without a sponsor`; of another table: no row that leads here."""
    if what.category == "C":
        options = self.columns(what)
        if options and options[0].role == "yesno":
            return part("cond", In(options[0], no_texts(self, options[0])))
        empty = [f for f in options if not self.linker.world.is_filled(f)]
        if empty:
            return part("cond", Missing(empty[0]))
        none = [f for f in options if f.role == "number" and "0" in self.linker.world.distinct[f]]
        return part("cond", Compare(Col(none[0]), "=", Num(0))) if none else None
    return None


def is_yes(self: Parts, column: Part) -> Part | None:
    """A column of yes and no that is named says that it is so."""
    f = self.column(column)
    if f is None or f.role != "yesno":
        return None
    return part("cond", In(f, yes_texts(self, f)))


def exclusive(
    self: Parts, either: Part | None, a: Part, o: Part, b: Part, n: Part | None, xor: Part
) -> Part | None:
    one, other = a.data, b.data
    return part("cond", All((Any((one, other)), Not(All((one, other))))))


def not_yes(self: Parts, column: Part) -> Part | None:
    f = self.column(column)
    return part("cond", In(f, no_texts(self, f))) if f and f.role == "yesno" else None


def sold_out(self: Parts, empty: Part) -> Part | None:
    """`out of stock`: none is there."""
    f = self.concept("stock") or self.concept("quantity")
    return part("cond", Compare(Col(f), "=", Num(0))) if f else None


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
