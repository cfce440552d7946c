"""Questions that hold two numbers together: share, difference, ratio, growth, which is more."""

from __future__ import annotations

from dataclasses import replace

from trivium.ask.reader.grammar.comparisons import measure_of
from trivium.ask.reader.grammar.parts import Part, word
from trivium.ask.reader.grammar.scope import named
from trivium.ask.reader.lexicon import Adjective
from trivium.ask.reader.meaning import (
    Arith,
    Col,
    Expr,
    In,
    Meaning,
    Num,
    Pair,
    Period,
    Query,
    When,
)
from trivium.ask.reader.ranked import Ranked


class Paired(Ranked):
    """Compares two numbers."""

    def _share(self) -> Meaning | None:
        p = self.p
        said = p.all("share")[0]
        fraction = (
            self.linker.sentence.words(said.i, said.j).lower().endswith(("fraction", "proportion"))
        )
        p.drop("share", "which", "howmany", "howmuch", "people", "fold", "who")
        main = next(iter(p.main()), "")
        p.items = [
            x
            for x in p.items
            if not (x.category == "C" and p.column(x) == self.linker.world.label.get(main))
        ]
        numbers = [x for x in p.all("C") if p.column(x, ("number",))]
        if len(numbers) == 2:
            a, b = (Col(p.columns(x, ("number",))[0]) for x in numbers)
            if said.i < numbers[0].i:  # `what percentage of the plan was spent`
                a, b = b, a
            for x in numbers:
                p.items.remove(x)
            base = self._base([a, b])
            ratio = Arith("*", Num(100.0), Arith("/", a, b))
            return Query(base, self.where, show=(ratio,)) if base else None
        measure = self._measure()
        if not self.where:
            return None
        base = self._base([measure] if measure else [])
        p.drop("T")
        if base is None:
            return None
        fold = "sum" if measure else "count"
        # Conditions of time hold of the whole as well.
        whole = tuple(c for c in self.where if isinstance(c, When)) if len(self.where) > 1 else ()
        return Pair(
            "/" if fraction else "share",
            Query(base, self.where, fold=fold, measure=measure),
            Query(base, whole, fold=fold, measure=measure),
        )

    def _pair(self) -> Meaning | None:
        """Difference, ratio and growth: of two values of one column, two columns or two periods."""
        p = self.p
        kind = next(iter(p.all("growth") or p.all("ratio") or p.all("diff")))
        op = {"growth": "growth", "ratio": "/", "diff": "-"}[kind.category]
        fold = p.take("fold")
        adjectives = [a for x in p.all("diff") for a in x.data if isinstance(a, Adjective)]
        adjectives += [a for x in p.all("adj") for a in x.data if a.form in ("base", "more")]
        sups = p.all("sup")
        if sups:
            return self._from_end_to_end(op)
        p.drop(
            "adj",
            "which",
            "howmany",
            "howmuch",
            "than",
            "share",
            "cmp",
            "growth",
            "diff",
            "ratio",
            "fold",
            "more",
        )
        numbers = [x for x in p.all("C") if p.column(x, ("number",))]
        if len(numbers) == 2 and op != "growth":
            a, b = (Col(p.columns(x, ("number",))[0]) for x in numbers)
            for x in numbers:
                p.items.remove(x)
            base = self._base([a, b])
            if base is None:
                return None
            if self._names_one_row(base):
                return Query(base, self.where, show=(Arith(op, a, b),))
            name = word(fold) if fold else "sum"
            return Pair(
                op,
                Query(base, self.where, fold=name, measure=a),
                Query(base, self.where, fold=name, measure=b),
            )
        measure = self._measure()
        if measure is None and adjectives:
            f = next(
                (f for a in adjectives if a.concept != "any" and (f := measure_of(p, a))), None
            )
            measure = Col(f) if f else None
        if op == "growth":
            return self._growth(measure, fold)
        self._merge()
        split = next((c for c in self.where if isinstance(c, In) and len(c.texts) == 2), None)
        base = self._base([measure] if measure else [])
        tables = p.all("T")
        p.drop("T", "people")
        if split is None or base is None:
            return None
        first, second = split.texts
        rest = tuple(c for c in self.where if c is not split)
        name = word(fold) if fold else "sum" if measure else "count"
        if measure is None and not tables:
            return None
        one, other = (
            Query(base, (*rest, In(split.field, (t,))), fold=name, measure=measure)
            for t in (first, second)
        )
        if op == "/" and self._reversed():
            one, other = other, one
        return Pair(op, one, other, (first, second))

    def _from_end_to_end(self, op: str) -> Meaning | None:
        """`the difference in age between the oldest and the youngest`."""
        p = self.p
        sups = [p.take("sup"), p.take("sup")]
        signs = [x.data.sign for x in sups if x and (x.data.first, x.data.last) == (1, 1)]
        p.drop("diff", "ratio", "which", "howmany", "howmuch", "share", "more", "adj", "fold")
        if p.has("sup") or sorted(signs) != [-1, 1] or op == "growth":
            return None
        measure = self._measure()
        for a in (a for x in sups if x for a in x.data.adjectives if measure is None):
            f = measure_of(p, a) if a.concept != "any" else None
            measure = Col(f) if f is not None and f.role == "number" else None
        base = self._base([measure]) if measure else None
        if base is None:
            return None
        p.drop("T", "people")
        greatest, least = (Query(base, self.where, fold=x, measure=measure) for x in ("max", "min"))
        return Pair(op, greatest, least)

    def _merge(self) -> None:
        """Two values of one column are the two sides."""
        ins = [c for c in self.where if isinstance(c, In) and len(c.texts) == 1]
        for a in ins:
            for b in ins:
                if a is not b and a.field == b.field and a.texts != b.texts:
                    self.where = (
                        *(c for c in self.where if c is not a and c is not b),
                        In(a.field, (*a.texts, *b.texts)),
                    )
                    return

    def _reversed(self) -> bool:
        """`How many times bigger than Kelso is Perth`: what comes after `than` divides."""
        tokens = [t.norm for t in self.linker.sentence.tokens]
        return "than" in tokens and "is" in tokens and tokens.index("than") < tokens.index("is")

    def _growth(self, measure: Expr | None, fold: Part | None) -> Meaning | None:
        p = self.p
        periods = [x.data for x in p.all("D")]
        date = p.date()
        if len(periods) != 2 or date is None:
            return None
        a, b = periods
        assert isinstance(a, Period)
        assert isinstance(b, Period)
        p.drop("D", "cmp", "to", "between", "post")
        years = [x.year for x in (a, b) if x.year]
        if len(years) == 1:
            a, b = (x if x.year else replace(x, year=years[0]) for x in (a, b))
        base = self._base([measure] if measure else [Col(date)])
        if base is None or (measure is None and not p.has("T")):
            return None
        p.drop("T", "people")
        if (a.first() > b.first()) and a.year and b.year:
            a, b = b, a
        name = word(fold) if fold else "sum" if measure else "count"
        one, other = (
            Query(base, (*self.where, When(date, "=", x)), fold=name, measure=measure)
            for x in (a, b)
        )
        return Pair("growth", one, other)

    def _which_side(self) -> Meaning | None:
        """`Is X's total higher than Y's?`: two numbers compared."""
        p = self.p
        bounds = p.all("bound")
        if len(bounds) != 1:
            return None
        bound = bounds[0].data
        if not (isinstance(bound.right, Part) and bound.right.category == "V" and bound.op in "<>"):
            return None
        fold = p.take("fold")
        measure = self._measure()
        if measure is None and bound.adjective and bound.adjective.concept != "any":
            f = measure_of(p, bound.adjective)
            measure = Col(f) if f else None
        fields = [c.field for c in self.where if isinstance(c, In)]
        match = named(p, bound.right, near=fields)
        mine = next(
            (c for c in self.where if match and isinstance(c, In) and c.field == match.field), None
        )
        if match is None or mine is None or (measure is None and not p.has("T")):
            return None
        base = self._base([measure] if measure else [])
        if base is None:
            return None
        p.drop("T", "people", "bound")
        name = word(fold) if fold else "sum" if measure else "count"
        rest = tuple(c for c in self.where if c is not mine)
        one, other = (
            Query(base, (*rest, c), fold=name, measure=measure)
            for c in (mine, In(match.field, match.texts))
        )
        return Pair("yesno", one, other, sign=bound.op, yes=self._yes_words())
