"""Words of order joined into ranks: the greatest, the third, the first five.

most | expensive       ->  sup(price, greatest)
third | highest        ->  sup(greatest, from place 3 to 3)
top | 5                ->  sup(greatest, from place 1 to 5)
"""

from __future__ import annotations

from trivium.ask.reader.grammar.comparisons import measure_of
from trivium.ask.reader.grammar.parts import Part, Parts, Sup, adjectives_of, count_of, part, word
from trivium.ask.reader.lexicon import Adjective
from trivium.ask.reader.links import Column
from trivium.ask.reader.words import Amount


def most_of(self: Parts, most: Part, adj: Part | None = None) -> Part | None:
    sign = 1 if word(most) == "+" else -1
    if adj is None:
        return part("sup", Sup((), sign, plain=True))
    found = adjectives_of(adj, "base", "more")
    if found and found[0].concept == "any" and adj.data[0].concept != "any":
        found = found[1:] + found[:1]
    return (
        part(
            "sup",
            Sup(
                found, sign * found[0].sign, plain=self.linker.sentence.words(adj.i, adj.j) == "多"
            ),
        )
        if found
        else None
    )


def how_much_more(self: Parts, how: Part, more: Part) -> Part | None:
    """`How much heavier ...`: a difference."""
    if more.category == "more":
        return part("diff", [])
    found = adjectives_of(more, "more")
    return part("diff", list(found)) if found else None


def how_adjective(self: Parts, how: Part, adj: Part) -> Part | None:
    """`How old`, `how expensive`: the column by which the adjective orders."""
    found = adjectives_of(adj, "base")
    f = next((f for a in found if (f := measure_of(self, a)) is not None), None)
    return part("C", [Column(f, "synonym", False, 1.0)]) if f else None


def superlative_of(self: Parts, adj: Part) -> Part | None:
    found = adjectives_of(adj, "most")
    return part("sup", Sup(found, found[0].sign)) if found else None


def top_of(self: Parts, top: Part, n: Part, adj: Part | None = None) -> Part | None:
    k = count_of(n)
    sign = 1 if word(top) == "+" else -1
    return part("sup", Sup((), sign, 1, k, many=True)) if 0 < k < 1000 else None


def k_sup(self: Parts, n: Part, sup: Part) -> Part | None:
    assert isinstance(sup.data, Sup)
    old, k = sup.data, count_of(n)
    ordinal = n.category == "ord" or (isinstance(n.data, Amount) and n.data.unit == "th")
    if old.last != 1 or old.many or not 0 < k < 1000:
        return None
    return part(
        "sup",
        Sup(
            old.adjectives,
            old.sign,
            k if ordinal else 1,
            k,
            plain=old.plain,
            many=not ordinal and k > 1,
        ),
    )


def sup_k(self: Parts, sup: Part, n: Part) -> Part | None:
    return None if n.category == "ord" else k_sup(self, n, sup)


def ord_adj(self: Parts, n: Part, adj: Part) -> Part | None:
    found = adjectives_of(adj, "base")
    return part("sup", Sup(found, found[0].sign, count_of(n), count_of(n))) if found else None


def more_adjective(self: Parts, more: Part, adj: Part) -> Part | None:
    assert isinstance(adj.data, list)
    sign = 1 if word(more) == "+" else -1
    found = [Adjective(a.concept, a.sign * sign, "more") for a in adj.data if a.form == "base"]
    return part("adj", found) if found else None
