"""Meanings written as rules over the tables' relations.

    before:  Query("shops", where=(In(city, ("Leeds",)),), fold="count")
    after:   kept(r) :- shops(row: r, city: "Leeds").
             answer(n) :- n = count : { kept(_) }.

One rule holds the rows with all that is needed of them; what is made of them stands behind.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from trivium.ask.reader.meaning import (
    All,
    Any,
    Arith,
    Col,
    Compare,
    Condition,
    Exists,
    Expr,
    Field,
    In,
    Key,
    Keys,
    LastDays,
    Like,
    Linked,
    Meaning,
    Missing,
    Not,
    Num,
    Pair,
    Period,
    Query,
    Scalar,
    Via,
    When,
)

__all__ = ["compiled"]


def compiled(
    meaning: Meaning, keys: Keys, names: Sequence[str] = (), answer: str = "answer"
) -> str:
    """The program whose relation `answer` holds what is meant; it makes none of the `names`."""
    writer = _Writer(keys, names, answer)
    writer.meaning(meaning)
    return "\n".join(writer.rules) + "\n"


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def numeral(value: float) -> str:
    return (
        str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(float(value))
    )


_NAMES = {
    "weekday": (0, "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "monthname": (
        1,
        "January February March April May June July August September October November December",
    ),
}


class _Body:
    """The literals of one rule about a row of a table, and what its columns are called."""

    def __init__(self, writer: _Writer, base: str, row: str = "r") -> None:
        self.writer, self.base, self.row = writer, base, row
        self.literals: list[str] = [f"{base}(row: {row})"]
        self._rows: dict[tuple[str, tuple[Key, ...]], str] = {(base, ()): row}
        self._columns: dict[tuple[str, str], str] = {}
        self.literals += [f"{row} != {n}" for n in writer.keys.totals.get(base, ())]

    def row_of(self, table: str) -> str:
        """The variable of the row of another table that this one's keys lead to."""
        path = self.writer.keys.path(self.base, table)
        assert path is not None, f"no keys lead from {self.base} to {table}"
        at = self.row
        for i, key in enumerate(path):
            place = (key.parent, path[: i + 1])
            if place not in self._rows:
                row, x = (
                    self.writer.variable(key.parent[0].lower()),
                    self.column(at, key.column, key),
                )
                self.literals.append(f"{key.parent}(row: {row}, {key.names[1]}: {x})")
                self._rows[place] = row
            at = self._rows[place]
        return at

    def column(self, row: str, field: Field, key: Key | None = None, text: bool = False) -> str:
        name = field.text if text else field.column
        if key is not None:
            name = key.names[0] if field == key.column else key.names[1]
        if (row, name) not in self._columns:
            x = self.writer.variable("x")
            self.literals.append(f"{field.table}(row: {row}, {name}: {x})")
            self._columns[row, name] = x
        return self._columns[row, name]

    # --- expressions -----------------------------------------------------------------------------

    def expr(self, expr: Expr, shown: bool = False) -> str:
        """Literals that bind the value, and its term; a value to be `shown` as it is written."""
        match expr:
            case Num(value):
                return numeral(value)
            case Col(field, part):
                text = shown and not part and field.role in ("time", "code")
                x = self.column(self.row_of(field.table), field, text=text)
                term = _part(x, part) if part else x
                return self.writer.named(self, term, part) if shown and part in _NAMES else term
            case Via(link, name, then):
                x, q = self.column(self.row_of(link.table), link), self.writer.variable("q")
                y = self.writer.variable("y")
                same = name.column == then.column
                self.literals.append(
                    f"{then.table}(row: {q}, {name.column}: {x})"
                    if same
                    else f"{then.table}(row: {q}, {name.column}: {x}, {then.column}: {y})"
                )
                return x if same else y
            case Arith("days", left, right):
                return f"days_between({self.expr(left)}, {self.expr(right)})"
            case Arith("minutes", left, right):
                factor = left.field.factor if isinstance(left, Col) else 1.0
                a, b = self.expr(left), self.expr(right)
                late = f"({b} - {a}) / {numeral(factor)}.0" if factor != 1 else f"({b} - {a}) * 1.0"
                past = self.writer.past_midnight(self.base, left, right)
                x, day = self.writer.variable("v"), self.writer.variable("d")
                self.literals += [f"{past}({self.row}, {day})", f"{x} = {late} + {day}"]
                return x
            case Arith("/", left, right):
                b = self.expr(right)
                if not isinstance(right, Num):
                    self.literals.append(f"{b} != 0")
                return f"({self.expr(left)} * 1.0 / {b})"
            case Arith(op, left, right):
                return f"({self.expr(left)} {op} {self.expr(right)})"
            case Scalar(query):
                number, x = self.writer.scalar(query), self.writer.variable("v")
                self.literals.append(f"{number}({x})")
                return x
        raise AssertionError(expr)

    # --- conditions ------------------------------------------------------------------------------

    def where(self, conditions: Sequence[Condition]) -> None:
        for condition in conditions:
            self._where(condition)

    def _where(self, condition: Condition) -> None:
        match condition:
            case Compare(left, op, right):
                a = self.expr(left)
                self.literals.append(f"{a} {op} {self.expr(right)}")
            case In(field, (text,)):
                row = self.row_of(field.table)
                self.literals.append(f"{field.table}(row: {row}, {field.text}: {quoted(text)})")
            case In(field, texts):
                x = self.column(self.row_of(field.table), field, text=True)
                self.literals.append("(" + "; ".join(f"{x} = {quoted(t)}" for t in texts) + ")")
            case Like(field, how, text):
                x = self.column(self.row_of(field.table), field, text=True)
                part = quoted(text.lower())
                if how == "contains":
                    self.literals.append(f"contains({part}, lower({x}))")
                else:
                    n = len(text)
                    start = "0" if how == "starts" else f"strlen({x}) - {n}"
                    self.literals += [
                        f"strlen({x}) >= {n}",
                        f"lower(substr({x}, {start}, {n})) = {part}",
                    ]
            case When(field, op, period):
                self._when(field, op, period)
            case LastDays(field, days):
                newest, m = self.writer.newest(field), self.writer.variable("m")
                x = self.column(self.row_of(field.table), field)
                self.literals += [f"{newest}({m})", f"days_between({x}, {m}) < {days}"]
            case Missing(field):
                row = self.row_of(field.table)
                self.literals.append(f"!{self.writer.filled(field)}({row})")
            case Linked(table, inner):
                name, key = self.writer.linked(self.base, table, inner)
                k = self.column(self.row_of(key.parent), key.key, key)
                self.literals.append(f"{name}({k})")
            case All(parts):
                self.where(parts)
            case Any() | Not(Any()):
                self.literals.append(self._named(condition))
            case Not(Linked(table, inner)):
                name, key = self.writer.linked(self.base, table, inner)
                k = self.column(self.row_of(key.parent), key.key, key)
                self.literals.append(f"!{name}({k})")
            case Not(Missing(field)):
                self.literals.append(f"{self.writer.filled(field)}({self.row_of(field.table)})")
            case Not():
                self.literals.append(self._named(condition))

    def _named(self, condition: Condition) -> str:
        """A literal about a relation of rows for which the condition holds."""
        negative = isinstance(condition, Not)
        inner = condition.part if isinstance(condition, Not) else condition
        name = self.writer.relation("other" if negative else "either")
        for part in inner.parts if isinstance(inner, Any) else (inner,):
            body = _Body(self.writer, self.base)
            body.where((part,))
            self.writer.rule(f"{name}(r)", body.literals)
        return f"{'!' if negative else ''}{name}({self.row})"

    def _when(self, field: Field, op: str, period: Period) -> None:
        x = self.column(self.row_of(field.table), field)
        if field.role != "date":
            self.literals.append(f"{x} {op} {period.year}")
            return
        if op == "=":
            self.literals += _within(x, period)
            return
        y, m, d = period.first() if op in ("<", ">=") else period.last()
        self.literals.append(
            f"year({x}) * 10000 + month({x}) * 100 + day({x}) {op} {y * 10000 + m * 100 + d}"
        )


def _within(x: str, period: Period) -> list[str]:
    found = [
        f"{part}({x}) = {value}"
        for part, value in (("year", period.year), ("month", period.month), ("day", period.day))
        if value
    ]
    months = period.months or (
        (3 * period.quarter - 2, 3 * period.quarter) if period.quarter else None
    )
    if months:
        found += [f"month({x}) >= {months[0]}", f"month({x}) <= {months[1]}"]
    if period.weekdays:
        days = "; ".join(f"{_part(x, 'weekday')} = {day}" for day in period.weekdays)
        found.append(f"({days})")
    return found


def _part(x: str, part: str) -> str:
    return {
        "year": f"year({x})",
        "month": f"month({x})",
        "monthname": f"month({x})",
        "day": f"day({x})",
        "quarter": f"(month({x}) + 2) / 3",
        "ym": f"(year({x}) * 100 + month({x}))",
        "weekday": f'days_between(date("2001-01-01"), {x}) % 7',
    }[part]


class _Writer:
    def __init__(self, keys: Keys, names: Sequence[str], answer: str) -> None:
        self.keys, self.answer = keys, answer
        self.rules: list[str] = []
        self._taken = set(names) | {answer}
        self._variables: Counter[str] = Counter()
        self._scalars: dict[Query, str] = {}
        self._filled: dict[Field, str] = {}
        self._newest: dict[Field, str] = {}
        self._lists: dict[str, str] = {}

    def variable(self, name: str) -> str:
        name = name if name.isascii() and name.isalpha() else "t"
        self._variables[name] += 1
        return f"{name}{self._variables[name]}"

    def relation(self, name: str) -> str:
        n, found = 1, name
        while found in self._taken:
            n, found = n + 1, f"{name}_{n + 1}"
        self._taken.add(found)
        return found

    def rule(self, head: str, body: Sequence[str]) -> None:
        self.rules.append(f"{head} :- {', '.join(dict.fromkeys(body))}.")

    # --- relations that conditions speak of ------------------------------------------------------

    def filled(self, field: Field) -> str:
        if field not in self._filled:
            name = self._filled[field] = self.relation("has_value")
            self.rule(f"{name}(r)", [f"{field.table}(row: r, {field.text}: x)", "x = x"])
        return self._filled[field]

    def named(self, body: _Body, term: str, part: str) -> str:
        """The name of a day of the week or of a month, of which the program holds the list."""
        if part not in self._lists:
            name = self._lists[part] = self.relation(part)
            start, words = _NAMES[part]
            self.rules += [
                f"{name}({i}, {quoted(word)})." for i, word in enumerate(words.split(), start)
            ]
        number, name = self.variable("d"), self.variable("w")
        body.literals += [f"{number} = {term}", f"{self._lists[part]}({number}, {name})"]
        return name

    def past_midnight(self, base: str, left: Expr, right: Expr) -> str:
        """How many minutes to add for the rows whose end is on the next day."""
        name = self.relation("next_day")
        for test, minutes in ((">=", "0.0"), ("<", "1440.0")):
            body = _Body(self, base)
            a, b = body.expr(left), body.expr(right)
            self.rule(f"{name}(r, {minutes})", [*body.literals, f"{b} {test} {a}"])
        return name

    def newest(self, field: Field) -> str:
        if field not in self._newest:
            name = self._newest[field] = self.relation("newest")
            self.rule(f"{name}(m)", [f"m = max d : {{ {field.table}({field.column}: d) }}"])
        return self._newest[field]

    def linked(self, base: str, table: str, inner: Sequence[Condition]) -> tuple[str, Key]:
        path = self.keys.path(table, base)
        assert path, f"no keys lead from {table} to {base}"
        name, key = self.relation("linked"), path[-1]
        body = _Body(self, table)
        body.where(inner)
        k = body.column(body.row_of(key.child), key.column, key)
        self.rule(f"{name}({k})", body.literals)
        return name, key

    def scalar(self, query: Query) -> str:
        if query not in self._scalars:
            name = self._scalars[query] = self.relation("value")
            self.query(query, name)
        return self._scalars[query]

    # --- queries ---------------------------------------------------------------------------------

    def meaning(self, meaning: Meaning) -> None:
        match meaning:
            case Query():
                self.query(meaning, self.answer)
            case Pair():
                self._pair(meaning)
            case Exists(query, (yes, no), every):
                body = self._rows(query, [])
                self.rule(
                    f"{self.answer}({quoted(no if every else yes)})",
                    [f"exists : {{ {body}(_) }}"],
                )
                self.rule(
                    f"{self.answer}({quoted(yes if every else no)})",
                    [f"0 = exists : {{ {body}(_) }}"],
                )

    def _pair(self, pair: Pair) -> None:
        left, right = self.scalar(pair.left), self.scalar(pair.right)
        body = [f"{left}(a)", f"{right}(b)"]
        if pair.op in ("choice", "yesno"):
            opposite = "<" if pair.sign == ">" else ">"
            one, other = pair.labels if pair.op == "choice" else pair.yes
            self.rule(f"{self.answer}({quoted(one)})", [*body, f"a {pair.sign} b"])
            test = f"a {opposite} b" if pair.op == "choice" else f"a {opposite}= b"
            self.rule(f"{self.answer}({quoted(other)})", [*body, test])
            return
        term = {
            "-": "a - b",
            "/": "a * 1.0 / b",
            "share": "a * 100.0 / b",
            "growth": "(b - a) * 100.0 / a",
        }[pair.op]
        guard = {"-": [], "growth": ["a != 0"]}.get(pair.op, ["b != 0"])
        self.rule(f"{self.answer}(x)", [*body, *guard, f"x = {term}"])

    def _rows(self, query: Query, values: Sequence[tuple[Expr, bool]]) -> str:
        """A relation of row and values."""
        body = _Body(self, query.base)
        body.where(query.where)
        terms = [body.expr(expr, shown) for expr, shown in values]
        name = self.relation("kept")
        head, more = _bound(terms)
        self.rule(f"{name}({', '.join(['r', *head])})", [*body.literals, *more])
        return name

    def query(self, query: Query, name: str) -> None:
        if query.by:
            self._groups(query, name)
        elif query.fold:
            self._fold(query, name)
        elif query.rank:
            self._ranked(query, name)
        else:
            rows = self._rows(query, [(e, True) for e in query.show])
            shown = [f"y{i}" for i in range(len(query.show))]
            self.rule(f"{name}({', '.join(shown)})", [f"{rows}({', '.join(['_', *shown])})"])

    def _fold(self, query: Query, name: str) -> None:
        if query.rank:
            inner = Query(
                query.base,
                query.where,
                show=(query.measure,) if query.measure else (),
                measure=query.measure,
                rank=query.rank,
            )
            self._ranked(inner, rows := self.relation("best"))
            self.rule(f"{name}(v)", [f"{rows}(_)", f"v = {query.fold} x : {{ {rows}(x) }}"])
        elif query.measure is None:
            rows = self._rows(query, [])
            self.rule(f"{name}(n)", [f"n = count : {{ {rows}(_) }}"])
        elif query.fold in ("distinct", "count"):
            rows = self._rows(query, [(query.measure, False)])
            kinds = self.relation("kind")
            self.rule(f"{kinds}(x)", [f"{rows}(_, x)"])
            self.rule(f"{name}(n)", [f"n = count : {{ {kinds}(_) }}"])
        else:
            rows = self._rows(query, [(query.measure, False)])
            self.rule(f"{name}(v)", [f"{rows}(_, _)", f"v = {query.fold} x : {{ {rows}(_, x) }}"])

    def _groups(self, query: Query, name: str) -> None:
        n = len(query.by)
        groups = [f"g{i}" for i in range(n)]
        g = ", ".join(groups)
        shown = [(e, True) for e in query.by]
        counted = query.measure is None or query.fold == "distinct"
        values = shown if query.measure is None else [*shown, (query.measure, False)]
        rows = self._rows(query, values)
        plain = query.rank is None and not query.having and not query.both
        total = name if plain and not query.show else self.relation("group")
        blank = ", ".join("_" for _ in range(len(values) - n))
        any_row = f"{rows}(_, {g}{', ' + blank if blank else ''})"
        if query.measure is None:
            value = f"v = count : {{ {rows}(_, {g}) }}"
        elif query.fold == "distinct":
            kinds = self.relation("kind")
            self.rule(f"{kinds}({g}, x)", [f"{rows}(_, {g}, x)"])
            value = f"v = count : {{ {kinds}({g}, _) }}"
        else:
            value = f"v = {query.fold} x : {{ {rows}(_, {g}, x) }}"
        del counted
        self.rule(f"{total}({g}, v)", [any_row, value])
        if total == name:
            return
        body = [f"{total}({g}, v)"]
        for condition in query.both:
            part = Query(query.base, (*query.where, condition))
            kept = self._rows(part, shown)
            body.append(f"exists : {{ {kept}(_, {g}) }}")
        for op, bound in query.having:
            side = _Body(self, query.base)
            side.literals = []
            term = side.expr(bound)
            body += [*side.literals, f"v {op} {term}"]
        if query.rank:
            level = self.relation("level")
            self.rule(f"{level}({g}, v)", body)
            per = [groups[query.by.index(e)] for e in query.rank.per]
            others = [x if x in per else "_" for x in groups]
            body = [f"{level}({g}, v)", *_ranks(query.rank, level, others, "v")]
        out = groups if not query.show else [groups[query.by.index(e)] for e in query.show]
        self.rule(f"{name}({', '.join([*out, 'v'] if not query.show else out)})", body)

    def _ranked(self, query: Query, name: str) -> None:
        assert query.rank is not None
        assert query.measure is not None
        shown = query.show
        values = [*((e, True) for e in query.rank.per), (query.measure, False)]
        p = [f"p{i}" for i in range(len(query.rank.per))]
        rows = self._rows(Query(query.base, query.where), values)
        body = _Body(self, query.base)
        terms = [body.expr(e, True) for e in shown]
        head, more = _bound(terms)
        level = f"{rows}({', '.join(['r', *p, 'v'])})"
        tests = _ranks(query.rank, rows, ["_", *p], "v")
        extra = ["v"] if query.order else []
        self.rule(
            f"{name}({', '.join([*p, *head, *extra])})", [level, *tests, *body.literals, *more]
        )


def _ranks(rank, relation: str, others: Sequence[str], v: str) -> list[str]:  # type: ignore[no-untyped-def]
    """Literals that hold where `v` is among the greatest (or least)."""
    best, beyond = ("max", ">") if rank.greatest else ("min", "<")
    inside = ", ".join([*others, "w"])
    if rank.first == rank.last == 1:
        return [f"{v} = {best} w : {{ {relation}({inside}) }}"]
    # Ties: fewer than `last` are ahead, and at least `first` as far as this one.
    spread = [f"q{i}" if x == "_" else x for i, x in enumerate(others)]
    inside = ", ".join([*spread, "w"])
    found = [f"(count : {{ {relation}({inside}), w {beyond} {v} }}) < {rank.last}"]
    if rank.first > 1:
        found.append(f"(count : {{ {relation}({inside}), w {beyond}= {v} }}) >= {rank.first}")
    return found


def _bound(terms: Sequence[str]) -> tuple[list[str], list[str]]:
    """A variable for each term, and literals that bind those that are no variables."""
    head, more = [], []
    for i, term in enumerate(terms):
        if term.isalnum() and not term[0].isdigit() and term not in head:
            head.append(term)
        else:
            head.append(f"z{i}")
            more.append(f"z{i} = {term}")
    return head, more
