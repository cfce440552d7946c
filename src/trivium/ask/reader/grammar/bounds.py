"""What a value is compared with: an amount, a period, the average, another row, another column.

over | $1,000               ->  bound(> 1000)
between | 2 | and | 5       ->  bound(between 2 and 5)
heavier | than | pine       ->  bound(> the weight of pine)
more | than | their own | manager
"""

from __future__ import annotations

from trivium.ask.reader.grammar.parts import NUMERIC, Bound, Part, Parts, adjectives_of, part, word
from trivium.ask.reader.lexicon import Adjective


def plain_bound(self: Parts, cmp: Part, than: Part | None, right: Part) -> Part | None:
    return part("bound", Bound(word(cmp), right.data if right.category != "V" else right))


def mean_bound(
    self: Parts, cmp: Part, than: Part | None, mean: Part, what: Part | None
) -> Part | None:
    level = word(mean)
    if level not in ("mean", "median", "min", "max") or (level != "mean" and cmp.category != "cmp"):
        return None
    bound = Bound(sign_of(cmp), level, adjective_of(cmp))
    if what is not None and what.category == "C" and self.column(what, NUMERIC):
        return part("measured", (self.column(what, NUMERIC), bound))
    return None if what is not None and what.category == "C" else part("bound", bound)


def mean_of_all(
    self: Parts, cmp: Part, each: Part | None, table: Part, mean: Part, what: Part | None
) -> Part | None:
    """`above all shops' average rent`: the table is that of the rows themselves."""
    return mean_bound(self, cmp, None, mean, what)


def level_of(self: Parts, cmp: Part, what: Part, level: Part) -> Part | None:
    """`高于租金的平均值`: the column stands before its average."""
    f = self.column(what, NUMERIC)
    known = word(level) in ("mean", "median", "min", "max")
    zh = self.linker.sentence.language == "zh"
    return part("measured", (f, Bound(word(cmp), word(level)))) if f and known and zh else None


def apart(self: Parts, cmp: Part, column: Part, n: Part) -> Part | None:
    """`at least` covers `ten`: a word stands between a comparison and its number."""
    f = self.column(column, NUMERIC)
    if f is None or self.linker.sentence.language != "zh":
        return None
    return part("measured", (f, Bound(word(cmp), n.data)))


def sign_of(cmp: Part) -> str:
    if cmp.category == "cmp":
        return {"after": ">", "before": "<"}.get(word(cmp), word(cmp))
    if cmp.category == "more":
        return ">" if word(cmp) == "+" else "<"
    found = adjectives_of(cmp, "more", "base")
    return ">" if found and found[0].sign > 0 else "<"


def adjective_of(cmp: Part) -> Adjective | None:
    found = adjectives_of(cmp, "more", "base") if cmp.category == "adj" else ()
    return found[0] if found else None


def than_row(self: Parts, cmp: Part, than: Part | None, right: Part) -> Part | None:
    """`heavier than pine`, `more than Ida Holt`: a row whose value is compared with."""
    if right.category in ("N", "D"):
        return part("bound", Bound(sign_of(cmp), right.data, adjective_of(cmp)))
    return part("bound", Bound(sign_of(cmp), right, adjective_of(cmp)))


def more_what_than(self: Parts, more: Part, what: Part, than: Part, right: Part) -> Part | None:
    """`more people than Kelso`; `more tickets than Tom`, which counts rows."""
    if what.category == "expr":
        return None
    if what.category == "T":
        self.items.append(what)
        return part("bound", Bound(sign_of(more), right))
    f = self.column(what, NUMERIC) if what.category == "C" else self.concept("people")
    return part("measured", (f, Bound(sign_of(more), right))) if f else None


def than_own(self: Parts, cmp: Part, than: Part | None, own: Part, link: Part) -> Part | None:
    """`more than their own manager`: the row of the same table that the column names."""
    world = self.linker.world
    for f in self.columns(link, ("text", "code")):
        label = world.label[f.table]
        if f != label and all(v in world.distinct[label] for v in world.distinct[f]):
            return part("bound", Bound(sign_of(cmp), ("own", f, label), adjective_of(cmp)))
    return None


def mean_or_more(self: Parts, fold: Part, column: Part | None, post: Part) -> Part | None:
    """`the average salary or more`."""
    if word(fold) not in ("mean", "median"):
        return None
    bound = Bound(word(post), word(fold))
    f = self.column(column, NUMERIC) if column else None
    return part("measured", (f, bound)) if f else part("bound", bound)


def bound_after(self: Parts, n: Part, post: Part) -> Part | None:
    return part("bound", Bound(word(post), n.data))


def between_two(self: Parts, between: Part, a: Part, joint: Part, b: Part) -> Part | None:
    return part("bound", Bound("between", (a.data, b.data)))


def from_to(self: Parts, since: Part, a: Part, joint: Part, b: Part) -> Part | None:
    if word(since) != "since" or (joint.category == "cmp" and word(joint) != "until"):
        return None
    return part("bound", Bound("between", (a.data, b.data)))
