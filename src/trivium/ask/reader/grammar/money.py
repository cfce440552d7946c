"""What money a row is about: an amount that stands there, or a rate times what it is a rate of.

revenue  ->  invoices.Amount
revenue  ->  orders.unit_price * orders.quantity        where no column holds an amount
total price  ->  Price per night * Nights               `per night` says what it is multiplied by
"""

from __future__ import annotations

from trivium.ask.reader.grammar.parts import Parts
from trivium.ask.reader.meaning import Arith, Col, Expr, Field
from trivium.ask.reader.words import stems


def money(self: Parts) -> Expr | None:
    """The amount of a row, or its price times how many, or its price."""
    if (f := self.concept("amount")) is not None:
        return Col(f)
    f = self.concept("price") or self.concept("cost")
    if f is None:
        return None
    return whole_of(self, f) or Col(f)


def whole_of(self: Parts, rate: Field) -> Expr | None:
    """A rate times the column that it is a rate of: of its table, named by `per`, or how many."""
    other = counted_by(self, rate)
    return Arith("*", Col(rate), Col(other)) if other else None


def counted_by(self: Parts, rate: Field) -> Field | None:
    """`Nights` for `Price per night`, `yield_kg` for `price_per_kg`, else how many."""
    world, words = self.linker.world, self.linker.vocabulary.headers[rate]
    numbers = [f for f in world.fields[rate.table] if f.role == "number" and f != rate]
    written = stems(rate.header)
    if "per" in written:
        of = written[written.index("per") + 1 :][:1]
        for f in numbers:
            if of and (self.linker.vocabulary.headers[f] == of or stems(f.unit) == of):
                return f
        return None
    for concept in ("quantity", "stock"):
        held = self.linker.vocabulary.concepts.get(concept, {})
        for f in numbers:
            if f in held and "price" not in words + self.linker.vocabulary.headers[f]:
                return f
    return None
