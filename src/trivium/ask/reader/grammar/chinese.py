"""What only Chinese says: `比老秦高`, `3到5之间`, `姓王`."""

from __future__ import annotations

from trivium.ask.reader.grammar.parts import ORDERED, Bound, Part, Parts, adjectives_of, part
from trivium.ask.reader.grammar.scope import label
from trivium.ask.reader.meaning import Like


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
