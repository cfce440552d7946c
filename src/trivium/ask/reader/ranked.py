"""Questions for the greatest, for groups and their numbers, and for groups that have each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from trivium.ask.reader.asked import additive
from trivium.ask.reader.grammar.comparisons import comparison, measure_of
from trivium.ask.reader.grammar.parts import NUMERIC, ORDERED, Part, Parts, Sup, part, word
from trivium.ask.reader.grammar.scope import base_of, fields_of
from trivium.ask.reader.meaning import (
    Arith,
    Col,
    Compare,
    Expr,
    Field,
    In,
    Meaning,
    Num,
    Query,
    Rank,
    Scalar,
    When,
)
from trivium.ask.reader.sets import Joined
from trivium.ask.reader.words import Amount


class Ranked(Joined):
    """Ranks rows and groups."""

    def _ranked(self, per: list[Expr]) -> Meaning | None:
        p, world = self.p, self.linker.world
        item = p.take("sup")
        assert item
        assert isinstance(item.data, Sup)
        sup = item.data
        target, rows_of = self._target()
        who = p.take("who")
        which = who is not None or bool(target) or p.has("which")
        p.drop("which")
        fold = p.take("fold")
        if fold and per and which and self.linker.sentence.language == "zh":
            per = []  # `在各店中总共`: over all of them
        said_how = how = p.take("howmany")
        when = p.take("when")
        told = p.take("desc") or p.take("asc")
        if told or p.take("sort"):
            sup = replace(sup, many=True)
        if told and told.category == "asc" and not sup.adjectives and p.has("by"):
            sup = replace(sup, sign=-1)  # `in ascending order, the first five`
        if how and p.all("C") and any(p.column(x, NUMERIC) for x in p.all("C")):
            how = None
        ask_much = p.take("howmuch") or (self.timed or None)
        if said_how and self.linker.sentence.language == "zh" and not which:
            ask_much = said_how  # `最高价是多少`: the number itself
        measure: Expr | None = self._measure(
            ("number", "time") if sup.plain else ORDERED, fold is not None and word(fold) == "sum"
        )
        said = measure is not None
        adjective = next((a for a in sup.adjectives if a.concept not in ("any", "count")), None)
        if measure is None and adjective:
            extra = self.exprs
            for a in sup.adjectives:
                if a.concept in extra:
                    measure = extra[a.concept]
                    break
                if (f := measure_of(p, a)) is not None:
                    measure = Col(f)
                    slow = a.concept == "speed" and f not in self._speeds()
                    if slow or (a.concept == "age" and f.role in ("date", "year")):
                        sup = replace(sup, sign=-sup.sign)
                    break
            if measure is None:
                return None
        if (
            measure is None
            and p.has("people")
            and (f := p.concept("people")) is not None
            and not who
        ):
            measure = Col(f)
        counting = measure is None
        for x in p.all("C") if counting and sup.plain else ():
            # `rented most`: the date is that of rows, which are counted.
            if (f := p.column(x)) is not None and f.role == "date":
                x.category, x.data = "T", [f.table]
        if counting and sup.plain and target and not (p.has("T", "people") or how):
            self._most_of_what()
        tables = [self._label_of(x).table for x in p.all("T")]
        if counting and not target and len(tables) == 2:
            target = [Col(world.label[tables[0]])]
        if counting and not (
            tables
            or how
            or p.has("people")
            or any(a.concept == "count" for a in sup.adjectives)
            or (fold and word(fold) == "sum")
            or (target and any(isinstance(c, When) for c in self.where))  # most sign-ups in 2024
        ):
            return None
        exprs = [*target, *per, *([measure] if measure else [])]
        base = self._base(exprs)
        if base is None:
            return None
        joined = [t for t in tables if t != base and base_of(p, [Col(world.label[t])], (), [base])]
        if who and not target and joined and not counting:
            target = [Col(world.label[joined[0]])]  # `who is the client with the largest order`
        if who and not target:  # `老客户和新客户，谁更多`: one of the two
            offered = [c.field for c in self.where if isinstance(c, In) and len(c.texts) > 1]
            target = [Col(offered[0] if offered else self._person(base))]
        columns = list(p.all("C"))
        if not target:
            texts = [f for x in columns if (f := p.column(x, ("text", "code", "date", "year")))]
            if texts and not when:
                target = [Col(f) for f in texts]
                for x in columns:
                    p.items.remove(x)
        rank = Rank(sup.sign > 0, sup.first, sup.last, tuple(per))
        order = (0, sup.sign > 0)
        if (
            sup.adjectives
            and sup.adjectives[0].concept == "start"
            and isinstance(measure, Col)
            and measure.field.role == "number"
        ):
            return None
        if when and isinstance(measure, Col) and measure.field.role in ("date", "time", "year"):
            target = [measure]
        elif not target and when:
            d = p.date()
            target = [Col(d)] if d else []
        if (
            len(target) == 1
            and isinstance(target[0], Col)
            and target[0].part == "month"
            and self.linker.sentence.language == "en"
        ):
            target = [Col(target[0].field, "monthname")]
        if counting:
            if not target:
                rest = [t for t in tables if t != base]
                target = (
                    [Col(world.label[rest[0]])]
                    if rest
                    else [Col(world.label[tables[0]])]
                    if tables
                    else []
                )
                if target and target[0] == Col(world.label[base]):
                    return None
            p.drop("T", "people")
            by = (*per, *target)
            if Col(label_of_base := world.label[base]) in target:
                several = [c.field for c in self.where if isinstance(c, In) and len(c.texts) > 1]
                if not several or several[0] == label_of_base:
                    return None
                by = (*per, Col(several[0]))
            if how:
                return Query(base, self.where, fold="count", by=by, rank=rank)
            if kinds := p.take("kinds"):
                query = Query(
                    base, self.where, fold="distinct", measure=kinds.data, by=by, rank=rank
                )
                return self._told(query, sup)
            return self._told(Query(base, self.where, fold="count", by=by, rank=rank), sup)
        assert measure is not None
        if ask_much or how or (fold and not target):
            inside = self._ask_value(sup, measure, base, target)
            if inside is not None:
                p.drop("T", "people")
                return inside
        label = world.label[base]
        table_label = [world.label[t] for t in tables]
        p.drop("T", "people")
        named_fields = [c.field for c in self.where if isinstance(c, In) and len(c.texts) > 1]
        if not (target or tables or who or named_fields or sup.many or p.has("C")) and (
            said or not adjective
        ):
            # `What is the lowest toll?`: the value, and whose it is where there are groups.
            shown: tuple[Expr, ...] = (measure, Col(label)) if per or sup.last > 1 else (measure,)
            return Query(
                base,
                self.where,
                show=shown,
                measure=measure,
                rank=Rank(sup.sign > 0, sup.first, sup.last, tuple(per)),
            )
        if not target and named_fields:
            target = [Col(named_fields[0])]
        asked = bool(target)
        if not target:
            target = [Col(table_label[0] if table_label else label)]
        rows = self._rows_shown(target, base) if rows_of or not asked else target
        if rows != target:
            asked, tables, target = False, [], rows
        grouped = any(
            isinstance(e, Col)
            and (e.part or not (e.field.table == base and world.is_unique(e.field)))
            for e in target
        )
        if isinstance(measure, Col) and measure.field.table != base:
            owner = measure.field.table
            if (
                all(isinstance(e, Col) and e.field.table == owner for e in target)
                and not self.where
            ):
                base, grouped = (
                    owner,
                    any(not world.is_unique(f) for e in target for f in fields_of(e)),
                )
        if (
            grouped
            and (asked or tables)
            and (fold or sup.plain or additive(measure))
            and not (isinstance(measure, Col) and measure.field.role in ("date", "time", "year"))
            and (fold or sup.plain or not _lasts(measure))
        ):
            name = word(fold) if fold else "sum"
            by = (*per, *(e for e in target if e not in per))
            query = Query(base, self.where, fold=name, measure=measure, by=by, rank=rank)
            return self._told(query, sup)
        del order
        return Query(
            base,
            self.where,
            show=tuple(target),
            measure=measure,
            rank=rank,
            order=(len(per) + len(target), sup.sign > 0) if sup.many else None,
        )

    def _most_of_what(self) -> None:
        """`gave the most classes`, of a column: rows that have one, or different ones."""
        p = self.p
        found = [(x, f) for x in p.all("C") if (f := p.column(x, ("text", "code"))) is not None]
        if len(found) != 1:
            return
        item, f = found[0]
        different = p.take("distinct") is not None
        p.items.remove(item)
        if different or p.choose((False, True)):
            p.items.append(part("kinds", Col(f)))
        p.items.append(part("T", [f.table]))

    def _speeds(self) -> Collection[Field]:
        return self.linker.vocabulary.concepts.get("speed", {})

    def _told(self, query: Query, sup: Sup) -> Query:
        """Groups in their order with their numbers where several are asked for, else alone."""
        if sup.many:
            return replace(query, order=(len(query.by), sup.sign > 0))
        return replace(query, show=query.by)

    def _ask_value(self, sup: Sup, measure: Expr, base: str, target: list[Expr]) -> Meaning | None:
        """`What does the cheapest cost?`: the value itself."""
        shown = (measure, *target)
        return Query(
            base,
            self.where,
            show=shown,
            measure=measure,
            rank=Rank(sup.sign > 0, sup.first, sup.last),
        )

    def _having_groups(self) -> Meaning | None:
        p, world = self.p, self.linker.world
        item = p.take("having")
        assert item
        bound, counted = item.data
        how = p.take("howmany")
        if how is not None:
            return None
        target, _ = self._target()
        who = p.take("who")
        p.drop("which")
        base = self._base(target, [counted])
        if base is None:
            return None
        if not target and p.has("T"):
            target = [Col(self._label_of(p.all("T")[0]))]
        if not target and who:
            target = [Col(self._person(base))]
        if not target and p.has("C"):
            f = p.column(p.all("C")[0], ("text", "code"))
            target = [Col(f)] if f else []
            p.drop("C")
        p.drop("T", "people")
        if not target:
            return None
        measure = None
        if counted != base:
            measure = Col(world.label[counted])
        if not isinstance(bound.right, Amount):
            return None
        return Query(
            base,
            self.where,
            fold="distinct" if measure else "count",
            measure=measure,
            by=tuple(target),
            having=((bound.op, Num(bound.right.value)),),
        )

    def _level_groups(self) -> Meaning | None:
        """The groups whose sum, average or the like is within a bound."""
        p = self.p
        item = p.take("level")
        assert item
        fold, f, bound = item.data
        target, _ = self._target()
        base = self._base([*target, Col(f)])
        factor = comparison(p, Col(f), f.role, bound)
        if base is None or not target or not isinstance(factor, Compare):
            return None
        p.drop("T", "people", "which")
        return Query(
            base,
            self.where,
            fold=fold,
            measure=Col(f),
            by=tuple(target),
            having=((factor.op, factor.right),),
            show=tuple(target),
        )

    def _groups(self, by: list[Expr]) -> Meaning | None:
        p = self.p
        fold = p.take("fold")
        how, distinct = p.take("howmany"), p.take("distinct")
        p.drop("which", "howmany", "howmuch", "fold")
        measure = self._measure()
        order = self._order()
        if measure is not None:
            base = self._base([*by, measure])
            tables = list(p.all("T"))
            for x in tables:
                p.items.remove(x)
            name = word(fold) if fold else "sum"
            if base is None:
                return None
            if not additive(measure) and (not fold or (how and name == "sum")):
                return None  # `how many tickets`, of a column of their price
            return Query(
                base,
                self.where,
                fold=name,
                measure=measure,
                by=tuple(by),
                order=(len(by), order < 0) if order else None,
            )
        counted: Expr | None = None
        dates = {f for e in by for f in fields_of(e) if f.role == "date"}
        for item in p.all("C"):
            f = p.column(item, ("text", "code"))
            if f is None and p.column(item) not in dates:
                return None
            p.items.remove(item)
            counted = Col(f) if f else counted
        base = self._base([*by, *([counted] if counted else [])])
        if base is None:
            return None
        if not (how or fold or p.all("T") or counted or p.has("people") or distinct):
            return None
        if fold and word(fold) != "sum":
            return None
        spoken = [self._label_of(x).table for x in p.all("T")]
        p.drop("T", "people")
        if spoken and base not in spoken:
            counted = Col(self.linker.world.label[spoken[0]])
        if counted in by:
            return None
        if counted == Col(self.linker.world.label[base]):
            counted = None
        return Query(
            base,
            self.where,
            fold="distinct" if counted else "count",
            measure=counted,
            by=tuple(by),
            order=(len(by), order < 0) if order else None,
        )

    def _every_of(self) -> Meaning | None:
        """`Which X is on all three Y`: the groups that have each of them."""
        p = self.p
        found: list[Field] = []

        def every(s: Parts, e: Part, n: Part | None, what: Part) -> Part | None:
            f = s.column(what, ("text", "code")) if what.category == "C" else self._label_of(what)
            if f is None:
                return None
            found.append(f)
            return part("spent", None)

        p.apply((("every ?N|num C|T", every),))
        p.drop("spent")
        target, _ = self._target()
        if not found or not target:
            return None
        base = self._base([Col(found[0]), *target])
        if base is None:
            return None
        p.drop("T", "people")
        every_one = Scalar(Query(base, fold="distinct", measure=Col(found[0])))
        return Query(
            base,
            self.where,
            fold="distinct",
            measure=Col(found[0]),
            by=tuple(target),
            having=(("=", every_one),),
            show=tuple(target),
        )

    def _all_of(self, groups: list[Expr]) -> Meaning | None:
        """Which clients bought both: groups with a row for each."""
        p, world = self.p, self.linker.world
        target, _ = self._target()
        who, how = p.take("who"), p.take("howmany")
        p.drop("which")
        if not target and p.has("T"):
            target = [Col(self._label_of(p.all("T")[0]))]
        if not target:
            f = next((f for x in p.all("C") if (f := p.column(x, ("text", "code")))), None)
            target = [Col(f)] if f else []
            p.drop("C")
        base = base_of(
            p, target, [*self.where, *self.both], [self._label_of(x).table for x in p.all("T")]
        )
        if base is None or how or groups:
            return None
        if not target and who:
            target = [Col(self._person(base))]
        p.drop("T", "people")
        if not target or target[0] == Col(world.label[base]):
            return None
        return Query(
            base, self.where, fold="count", by=tuple(target), both=self.both, show=tuple(target)
        )


def _lasts(measure: Expr) -> bool:
    """Whether it is a duration, which is that of one row."""
    return isinstance(measure, Arith) and measure.op in ("days", "minutes")
