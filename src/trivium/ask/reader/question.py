"""What a question asks for, once its words are joined: a look-up, a number, a group, a rank.

    which client | cond(Leeds)            ->  the clients' labels
    how many | client | cond(Leeds)       ->  their count
    rank(salary) | per department         ->  the best of each department

`meant` gives a meaning only where every part found its place in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trivium.ask.reader.asked import additive
from trivium.ask.reader.grammar.chinese import prepare, settle
from trivium.ask.reader.grammar.comparisons import by_concept, measure_of
from trivium.ask.reader.grammar.connectives import (
    either_of,
    exclusive,
    is_missing,
    negated,
    neither_of,
    not_yes,
    sold_out,
    under,
)
from trivium.ask.reader.grammar.money import money, whole_of
from trivium.ask.reader.grammar.pairs import read_pairs
from trivium.ask.reader.grammar.parts import ORDERED, Bound, Part, Parts, Sup, part, word
from trivium.ask.reader.grammar.periods import in_period
from trivium.ask.reader.grammar.rules import BOUNDS, CONDITIONS, NAMED_SUP, REST
from trivium.ask.reader.grammar.scope import base_of, fields_of_condition, no_texts, within_reach
from trivium.ask.reader.grammar.series import read_series
from trivium.ask.reader.links import Link, Linker
from trivium.ask.reader.meaning import (
    Arith,
    Col,
    Exists,
    Expr,
    Field,
    In,
    Meaning,
    Missing,
    Not,
    Pair,
    Query,
)
from trivium.ask.reader.paired import Paired
from trivium.ask.reader.words import Amount, stems

__all__ = ["meant"]

# Words that may be left once all else has found its place.
SPENT = (
    "and",
    "to",
    "char",
    "people",
    "yesno",
    "nor",
    "num",
    "own",
    "or",
    "between",
)


def meant(linker: Linker, way: Sequence[Link]) -> tuple[list[Meaning], list[Part]]:
    """The meanings of a segmentation, the likeliest first; or none, with the parts that found no
    place. There are several where words may mean several things alike."""
    found: list[Meaning] = []
    missing: list[Part] = []
    tries: list[tuple[int, ...]] = [()]
    for choices in tries:
        composer = Question(replace(Parts.of(linker, way), choices=choices), linker)
        meaning, left = _composed(composer)
        if meaning is not None and meaning not in found:
            found.append(meaning)
        missing = missing or left
        if not choices:
            tries += [(i,) for n in composer.p.offered[:1] for i in range(1, n)]
    return found, [] if found else missing


def _composed(composer: Question) -> tuple[Meaning | None, list[Part]]:
    """What the parts mean together, or None with those that found no place."""
    linker = composer.linker
    meaning = composer.compose()
    left = [
        p
        for p in composer.p.items
        if p.category not in SPENT
        and not (p.category == "every" and linker.sentence.norm(p.i, p.j) != "each")
        and not (p.category == "N" and linker.sentence.norm(p.i, p.j) in ("one", "ones", "一"))
    ]
    if left or meaning is None:
        return None, left
    queries = (
        (meaning.left, meaning.right)
        if isinstance(meaning, Pair)
        else ((meaning.query,) if isinstance(meaning, Exists) else (meaning,))
    )
    if isinstance(meaning, Query) and not meaning.fold and len(meaning.show) > 1:
        whole = composer._whole_row(meaning.base)
        meaning = replace(meaning, rows=list(meaning.show[: len(whole)]) == whole)
    reached = all(within_reach(q, linker.world.keys) for q in queries)
    return (meaning, []) if reached else (None, [])


class Question(Paired):
    """The whole question."""

    def compose(self) -> Meaning | None:
        p = self.p
        p.define()
        if self.linker.sentence.language == "zh":
            prepare(p)
        for i, item in enumerate(p.items[:-1]):
            # `orders where status is open`: it asks for no place
            signed = i + 2 < len(p.items) and p.items[i + 2].category == "cmp"
            if item.category == "where" and p.items[i + 1].category == "C" and (i or signed):
                p.items.remove(item)
                break
        self._derive()
        read_series(p)
        for item in p.all("marks"):
            said = self.linker.sentence.words(item.i, item.j).lower()
            if (
                said[0] == "总" or "total" in said or "overall" in said or p.has("fold", "sup")
            ) and (fields := p.marks()):
                total: Expr = Col(fields[0])
                for f in fields[1:]:
                    total = Arith("+", total, Col(f))
                item.category, item.data = "expr", total
                p.drop("fold", "cmp")
        self._arithmetic()
        self._full()
        self._rates()
        self._spent_by()
        p.apply(NAMED_SUP)
        self._as_many()
        pairing = p.has("diff", "ratio", "growth")
        if not pairing:
            p.apply(BOUNDS)
        self._signs()
        p.apply((("fold C bound|N", self._level),))
        p.apply((("under V", under), ("V under", lambda s, v, u: under(s, u, v))))
        read_pairs(p)
        p.apply(CONDITIONS if not p.has("growth") else CONDITIONS[:-1])
        if self.linker.sentence.language == "zh":
            settle(p)
        self._lookups_of_people()
        for item in p.all("every") if p.has("howmany", "distinct", "fold") else ():
            if self.linker.sentence.norm(item.i, item.j) == "each" and not p.has("which", "who"):
                item.category = "per"  # `how many does each trainer teach`
        self._grouping()
        self._drop_by()
        self._having()
        p.apply((("bound", by_concept),))
        p.items = [
            x
            for x in p.items
            if not (x.category == "cmp" and word(x) in ("since", "until") and not self._dates(x))
        ]
        self._both_periods()
        if not p.has("growth"):
            p.apply((("D", in_period),))
        p.apply(
            (
                REST[0],
                (
                    "unyes",
                    lambda s, u: part("cond", In(u.data[0].field, no_texts(s, u.data[0].field))),
                ),
                ("empty", sold_out),
                ("not|missing C", lambda s, n, c: not_yes(s, c)),
            )
        )
        self._yes_columns()
        self._both()
        p.apply(
            (
                (
                    "neither cond ?nor|or|neither|and|not cond",
                    lambda s, n, a, o, b: neither_of(s, n, a, o or n, b),
                ),
                ("?or cond or cond ?and|not xor", exclusive),
                ("cond or cond", either_of),
                ("cond ?and|nor|to cond", either_of),
                ("not|except cond", negated),
                ("missing cond", negated),
                ("cond except", lambda s, c, e: negated(s, e, c)),
                ("except T|C", lambda s, e, c: None),
            )
        )
        self._anti()
        p.apply(
            (
                ("not|missing C", lambda s, n, c: not_yes(s, c)),
                ("missing C", is_missing),
                ("C missing", lambda s, c, m: is_missing(s, m, c)),
            )
        )
        p.apply((("cond ?and|or|nor|to cond", either_of),))
        self._duration()
        return self._assemble()

    def _spent_by(self) -> None:
        """`What did X spend?` asks how much."""
        p = self.p
        if p.items and p.items[0].category == "which" and len(p.all("which")) == 1:
            at = [i for i, x in enumerate(p.items) if x.category in ("negative", "positive")]
            before = p.items[1 : at[0]] if at else p.items[:0]
            done = any(t.norm in ("did", "do", "does") for t in self.linker.sentence.tokens)
            if at and done and all(x.category in ("V", "D") for x in before):
                rest = p.items[at[0] + 1 :]
                p.items = [part("howmuch", [""]), *before, p.items[at[0]], *rest]

    def _verbs(self, asked: bool) -> None:
        """`weight shipped to Ghent`: a date that each row has, as a verb, says nothing."""
        p, world = self.p, self.linker.world
        for item in p.all("C") if asked and not p.has("when", "sort", "asc", "desc") else ():
            f, at = p.column(item), p.items.index(item)
            verb = self.linker.sentence.norm(item.i, item.j).endswith(("ed", "ing", "t", "n"))
            targeted = at and p.items[at - 1].category in ("which", "and")
            if f and f.role == "date" and world.is_filled(f) and verb and not targeted:
                p.items.remove(item)

    def _assemble(self) -> Meaning | None:
        p = self.p
        self.where = tuple(c.data for c in p.all("cond"))
        self._merge()
        if self.sign is not None:
            self.where = (*self.where, self.sign)
        p.drop("cond")
        groups: list[Expr] = [e for g in p.all("group") for e in g.data]
        p.drop("group")
        if groups and p.has("where", "when") and not p.has("fold", "howmany", "sup"):
            # `where is each of them`: each row's own
            groups = self._each_row(groups)
        if self.both:
            return self._all_of(groups)
        self._still()
        self._verbs(p.has("fold", "howmany", "howmuch", "share"))
        seen: set[Field] = set()
        for item in p.all("C"):
            f = p.column(item)
            if f in seen and f.role == "number":
                p.items.remove(item)
            elif f is not None:
                seen.add(f)
        if was_share := p.has("growth", "sup") and p.has("share"):
            p.drop("share")  # the largest share is the largest
            for x in p.all("sup") if was_share else ():
                x.data = replace(x.data, adjectives=(), plain=True)
        if (
            p.has("every")
            and p.has("which")
            and not p.has("sup", "howmany")
            and (whole := self._every_of()) is not None
        ):
            return whole
        if p.has("share"):
            return self._share()
        if p.has("growth", "diff", "ratio"):
            return self._pair()
        self._adjectives()
        if p.has("sup"):
            return self._ranked(groups)
        if p.has("having"):
            return self._having_groups()
        if p.has("level"):
            return self._level_groups()
        if groups:
            return self._groups(groups)
        if self._is_yes_no() and p.has("bound"):
            return self._which_side()
        self._of_money()
        if p.has("fold"):
            return self._fold()
        if p.has("howmany", "distinct"):
            return self._count()
        if self._is_yes_no():
            return self._exists()
        return self._select()

    def _each_row(self, groups: list[Expr]) -> list[Expr]:
        """The groups that are no rows; a row is spoken of by its table again."""
        labels = self.linker.world.label
        own = [e for e in groups if isinstance(e, Col) and e.field == labels[e.field.table]]
        self.p.items += [part("T", [e.field.table]) for e in own if isinstance(e, Col)]
        return [e for e in groups if e not in own]

    def _as_many(self) -> None:
        """`which three ... most`: so many are asked for; a number without a rank stays unread."""
        p = self.p
        sups = p.all("sup")
        bare = [x for x in sups if x.data.many and not x.data.adjectives and not x.data.plain]
        if len(sups) == 2 and len(bare) == 1:  # `合同数最多的前两名`
            one = next(x for x in sups if x is not bare[0])
            p.items = [x for x in p.items if x is not bare[0]]
            one.data = replace(one.data, first=1, last=bare[0].data.last, many=True)
        if p.asked == 0:
            return
        for item in p.all("sup"):
            if item.data.last == 1:
                item.data = replace(item.data, last=p.asked, many=p.asked > 1)
                return
        p.items.append(part("N", Amount(float(p.asked))))

    def _level(self, _: Parts, fold: Part, column: Part, bound: Part) -> Part | None:
        """`which regions have an average rent above 500`: a bound on the number of a group."""
        p, world = self.p, self.linker.world
        f = p.column(column, ("number",))
        at = next((i for i, x in enumerate(p.items) if x.category in ("which", "who")), -1)
        near = p.items[at + 1 : at + 2] if at >= 0 else []
        asked = [g for x in near if (g := p.column(x, ("text", "code"))) is not None]
        told = bound.data if bound.category == "bound" else Bound("=", bound.data)
        plain = isinstance(told.right, Amount)
        if f is None or not asked or world.is_unique(asked[0]) or not plain:
            return None
        return part("level", (word(fold), f, told))

    def _dates(self, cmp: Part) -> bool:
        """Whether a period stands behind `from` or `through`; else it says where from, or how."""
        at = self.p.items.index(cmp) + 1
        return at < len(self.p.items) and self.p.items[at].category in ("D", "N")

    def _adjectives(self) -> None:
        """What an adjective that stands alone asks for."""
        p = self.p
        for i, item in enumerate(p.items[:-1]):
            if item.category == "adj" and p.items[i + 1].category == "T":
                return  # `how many long flights`: how long is unsaid
        for item in p.all("adj"):
            # `Which is harder, oak or pine?`: the greatest of those that are named.
            forms = [a for a in item.data if a.form in ("more", "base")]
            if forms and p.has("which", "who"):
                item.category, item.data = "sup", Sup(tuple(forms), forms[0].sign)
            elif forms and p.has("howmuch", "howmany") and (f := measure_of(p, forms[0])):
                item.category, item.data = "expr", Col(f)
        if p.has("more") and p.has("which", "who") and not p.has("sup"):
            item = p.all("more")[0]
            p.drop("more")
            p.items.append(part("sup", Sup((), 1 if word(item) == "+" else -1, plain=True)))

    def _of_money(self) -> None:
        """`how much` asks for no quantity, though what is sold has one."""
        p = self.p
        quantities = self.linker.vocabulary.concepts.get("quantity", {})
        for x in p.all("C") if p.has("howmuch") else ():
            money = [c for c in x.data if c.field not in quantities]
            if money and x.data[0].kind == "synonym":
                x.data = money

    def _still(self) -> None:
        """`still open`: the date of the end is missing. A date that is only a verb has a value."""
        p, world = self.p, self.linker.world
        if item := p.take("still"):
            for table in p.main():
                ends = [
                    f for f in world.fields[table] if f.role == "date" and not world.is_filled(f)
                ]
                if len(ends) == 1:
                    self.where = (*self.where, Missing(ends[0]))
                    return
            p.items.append(item)
        if not p.has("when", "howlong", "days") and p.has(
            "howmany", "sup", "having", "group", "who"
        ):
            for item in p.all("C"):
                f = p.column(item)
                if (
                    f
                    and f.role == "date"
                    and not world.is_filled(f)
                    and (p.has("T") or p.has("who", "howmany"))
                ):
                    p.items.remove(item)
                    self.where = (*self.where, Not(Missing(f)))

    def _count(self) -> Meaning | None:
        p = self.p
        at = next((i for i, x in enumerate(p.items) if x.category == "howmany"), -1)
        first = p.items[at + 1] if 0 <= at < len(p.items) - 1 else None
        how, distinct = p.take("howmany"), p.take("distinct")
        if p.has("howmany"):
            return None  # `how many men and how many women` are two questions
        if how and self.linker.sentence.norm(how.i, how.j).endswith(("times", "often", "次")):
            p.drop("expr")  # `how many times did I pay X`
        if p.has("who") or (p.has("which") and self.linker.sentence.language == "en"):
            return None
        p.drop("which", "howmany", "who")
        if how and (time := self._of_time()) is not None:
            p.items.append(part("expr", time))
        if how and (expr := p.take("expr")):  # `how many free places`
            base = self._base([expr.data])
            p.drop("T", "people")
            if base is None:
                return None
            if self._names_one_row(base):
                return Query(base, self.where, show=(expr.data,))
            return Query(base, self.where, fold="sum", measure=expr.data)
        numeric = [x for x in p.all("C") if (p.column(x) or _NONE).role == "number"]
        if any(self._describes(x) for x in numeric):
            return None
        units = [
            f
            for x in numeric
            for c in x.data
            if (f := c.field) in self.linker.vocabulary.concepts.get("quantity", {})
            and c.kind == "synonym"
        ]
        if numeric and not distinct and (not p.all("T") or first in numeric):
            p.drop("T")
            # `How many calls ...`: the numbers are added up, or the one is told.
            measure = self._measure()
            if units:
                measure = Col(units[0])
            base = self._base([measure]) if measure else None
            if base is None or measure is None:
                return None
            if self._names_one_row(base):
                return Query(base, self.where, show=(measure,))
            if not additive(measure):
                return None
            return Query(base, self.where, fold="sum", measure=measure)
        for item in p.all("C"):
            f = p.column(item, ("text", "code", "date", "year"))
            if f is None:
                continue
            p.items.remove(item)
            base = self._base([Col(f)])
            p.drop("T")
            if base is None:
                return None
            # `how many departments`, of their numbers in another table, are so many different ones
            numbered = f.role == "code" and (self.linker.world.is_unique(f) or self.where)
            keyed = any(k.column == f for k in self.linker.world.keys.keys)
            if (numbered or keyed) and not distinct:
                return Query(base, self.where, fold="count")
            own = f == self.linker.world.label[f.table] and f.table == base
            if own and self.linker.world.is_unique(f):
                return Query(base, self.where, fold="count")
            return Query(base, self.where, fold="distinct", measure=Col(f))
        base = self._base([])
        if base is None:
            return None
        if how and (pieces := self._units(how, base)) is not None:
            p.drop("T", "people")
            return Query(base, self.where, fold="sum", measure=Col(pieces))
        tables = [self._label_of(x).table for x in p.all("T")]
        if how and len(tables) > 1:  # what stands behind `how many` is counted
            behind = [self._label_of(x).table for x in p.all("T") if x.i >= how.i]
            tables = behind or tables
        if p.has("people") and not any(map(self._of_people, (base, *tables))):
            return None
        p.drop("T", "people")
        if tables and tables[0] != base:
            label = self.linker.world.label[tables[0]]
            return Query(base, self.where, fold="distinct", measure=Col(label))
        if distinct and tables:
            return Query(
                base, self.where, fold="distinct", measure=Col(self.linker.world.label[tables[0]])
            )
        del how
        return Query(base, self.where, fold="count")

    def _describes(self, item: Part) -> bool:
        """Whether a column is only meant by an adjective: `long flights`."""
        words = stems(self.linker.sentence.words(item.i, item.j))
        said = {c for c, _ in self.linker.lex.phrases.get(words, ())}
        at = self.p.items.index(item) + 1
        return "adj" in said and at < len(self.p.items) and self.p.items[at].category == "T"

    def _units(self, how: Part, base: str) -> Field | None:
        """`How many oak doors were ordered`: pieces, where a row holds how many it is about."""
        last = self.p.all("T")[-1:]
        if not last or last[0].i < how.j + 2 or not self.where:
            return None
        said = self.linker.sentence.norm(last[0].i, last[0].j)
        held = self.linker.vocabulary.concepts.get("quantity", {})
        numbers = (f for f in self.linker.world.fields[base] if f.role == "number")
        found = sorted((f for f in numbers if f in held), key=held.__getitem__)
        return found[0] if found and said.endswith(("ed", "sold", "bought")) else None

    def _fold(self) -> Meaning | None:
        p = self.p
        folds = [word(x) for x in p.all("fold")]
        much = p.has("howmuch")
        p.drop("fold", "which", "howmany", "howmuch")
        distinct = p.take("distinct")
        measure = self._measure(sums=folds[0] == "sum")
        fold = folds[0]
        if len(set(folds)) > 1:
            fold = next(f for f in folds if f != "sum")
        if (
            measure is None
            and fold == "sum"
            and p.has("T")
            and any(self.linker.sentence.words(x.i, x.j).endswith(("ed", "额")) for x in p.all("T"))
        ):
            measure = money(p) if p.focus else None
        if measure is None and (much or self._moneyed()):
            measure = money(p)
        if measure is None:
            if fold == "sum" and (p.has("T", "people") or self.where):
                if distinct:
                    p.items.append(distinct)
                return self._count()
            return None
        if fold == "sum":
            measure = self._whole(measure)
        base = self._base([measure])
        if base is None:
            return None
        p.drop("T", "people")
        return Query(base, self.where, fold=fold, measure=measure)

    def _whole(self, measure: Expr) -> Expr:
        """`total price`, `total weight of the stock`: a rate is multiplied before it is added."""
        if not isinstance(measure, Col) or additive(measure):
            return measure
        whole = whole_of(self.p, measure.field)
        header = self.linker.vocabulary.headers[measure.field]
        if whole is not None and not {"price", "unit", "per", "单"} & set(header):
            whole = self.p.choose((measure, whole))  # `cost` may be that of all or of each
        for item in self.p.all("C"):
            if isinstance(whole, Arith) and Col(self.p.column(item) or _NONE) == whole.right:
                self.p.items.remove(item)
        return whole or measure

    def _whole_rows(self) -> Meaning | None:
        """`all information about X`: each column of the rows."""
        p, world = self.p, self.linker.world
        order = self._order()
        by = p.take("by")
        base = self._base([by.data] if by else [])
        if base is None or (order and by is None):
            return None
        label = world.label[base]
        p.items = [x for x in p.items if x.category != "C" or label not in p.columns(x)]
        p.drop("T", "people", "which", "per")
        show = tuple(self._whole_row(base))
        if by is None or by.data not in show:
            return None if by else Query(base, self.where, show=show)
        return Query(base, self.where, show=show, order=(show.index(by.data), order < 0))

    def _one_each(self, base: str, at: int) -> bool:
        """Whether a quantity is that of one row, or is asked of each: `how much do clients pay`,
        where the rows are named before the quantity at a place."""
        subjects = [x for x in self.p.all("T", "people") if x.i < at]
        return bool(subjects) or self._names_one_row(base) or self.p.has("every", "per")

    def where_one(self) -> bool:
        base = self._base([])
        return base is not None and self._names_one_row(base)

    def _exists(self) -> Meaning | None:
        p = self.p
        if (pair := self._which_side()) is not None:
            return pair
        if p.all("C") or not self.where:
            return None
        base = self._base([])
        if base is None:
            return None
        p.drop("T", "people")
        return Exists(Query(base, self.where), self._yes_words())

    def _select(self) -> Meaning | None:
        p, world = self.p, self.linker.world
        if p.take("whole"):
            return self._whole_rows()
        target, rows_of = self._target()
        order = self._order()
        alphabet = p.take("alphabet")
        who, when, where = p.take("who"), p.take("when"), p.take("where")
        much, long = p.take("howmuch"), p.take("howlong")
        what = p.take("which")
        p.drop("which")
        measure = None
        if order and (by := p.take("by")):
            measure = by.data
        show: list[Expr] = list(target)
        said_at = min((x.i for x in p.all("C")), default=0)
        expr = p.take("expr")
        if expr and expr.data == money(p) and not (target or order or who or self.where_one()):
            base = self._base([expr.data])
            p.drop("T", "people")  # `the revenue in 2023`: of all rows together
            return Query(base, self.where, fold="sum", measure=expr.data) if base else None
        if expr:
            show.append(expr.data)
        for item in p.all("C"):
            roles: tuple[str, ...] = (
                ("number",) if much else ("date", "year", "time") if when else ()
            )
            f = (
                (p.column(item, ORDERED) if order else None)
                or p.column(item, roles)
                or p.column(item)
            )
            if f is None:
                return None
            if (much and f.role != "number") or (when and f.role not in ("date", "year", "time")):
                return None
            p.items.remove(item)
            if order and not measure and f.role in ORDERED and (show or p.all("T")):
                measure = Col(f)
            elif Col(f) not in show:
                show.append(Col(f))
        base = self._base([*show, *([measure] if measure else [])])
        if base is None:
            return None
        if when and not any(
            isinstance(e, Col) and e.field.role in ("date", "year", "time") for e in show
        ):
            d = p.date()
            if d is None:
                return None
            show.append(Col(d))
        if much and self.sign is not None and self.signed is not None and show == [self.signed]:
            p.drop("T", "people", "who")
            return Query(base, self.where, fold="sum", measure=self.signed)
        if (
            much
            and len(show) == 1
            and additive(show[0])
            and not (order or self._one_each(base, said_at))
        ):
            p.drop("T", "people", "who")
            return Query(base, self.where, fold="sum", measure=show[0])
        if much and not show:
            amount = money(p)
            owner = base_of(p, [amount], self.where) if amount else None
            p.drop("T", "people", "who")
            if owner is None or (
                owner != base and self.linker.world.keys.path(owner, base) is None
            ):
                return None
            return Query(owner, self.where, fold="sum", measure=amount)
        if long:
            return None
        if where and not show:
            f = p.concept("place", ("text",))
            if f is None:
                return None
            show.append(Col(f))
        tables = [self._label_of(x) for x in p.all("T")]
        if who and p.has("people"):
            who = who
        p.drop("T", "people")
        if (
            not show
            and what
            and not tables
            and any("buy" in t.norm or "order" in t.norm for t in self.linker.sentence.tokens)
        ):
            tables = [world.label[base]]
        if not show and what and tables and tables[0].table == base:
            # `What did Ida buy?`: the other thing that an order names.
            named_tables = {f.table for c in self.where for f in fields_of_condition(c)}
            others = [
                k.parent
                for k in world.keys.keys
                if k.child == base and k.parent not in named_tables
            ]
            if len(others) == 1 and len(named_tables - {base}) == 1:
                return Query(base, self.where, show=(Col(world.label[others[0]]),))
        asked_nothing = not show
        if not show:
            if not self.where and not order and not tables:
                return None
            named_one = {c.field for c in self.where if isinstance(c, In)}
            label = self._person(base) if who else tables[0] if tables else world.label[base]
            if label in named_one and not order and not tables:
                return None
            show.append(Col(label))
            if tables and label in named_one and all(isinstance(c, In) for c in self.where):
                return None
        if who and not any(isinstance(e, Col) and e.field.role in ("text", "code") for e in show):
            return None
        if (
            not asked_nothing
            and tables
            and tables[0].table == base
            and Col(tables[0]) not in show
            and not any(isinstance(c, In) and c.field == tables[0] for c in self.where)
            and not target
        ):
            show.insert(0, Col(tables[0]))
        listed = any(w in self.linker.sentence.text for w in ("所有", "全部", "各", "列出", "分别"))
        if not (self.where or order or alphabet or tables or target or listed):
            return None
        if expr and show == [expr.data] and not self.where_one() and listed:
            show.insert(0, Col(world.label[base]))
        if asked_nothing or rows_of or (what and tables):
            show = self._rows_shown(show, base)
        if measure is not None and order:
            show.append(measure)
            return Query(base, self.where, show=tuple(show), order=(len(show) - 1, order < 0))
        if alphabet:
            return Query(base, self.where, show=tuple(show), order=(0, False))
        if order:
            numeric = [
                i for i, e in enumerate(show) if isinstance(e, Col) and e.field.role in ORDERED
            ]
            return Query(
                base, self.where, show=tuple(show), order=(numeric[-1] if numeric else 0, order < 0)
            )
        return Query(base, self.where, show=tuple(show))


_NONE = Field("", "", "", "", "", "")
