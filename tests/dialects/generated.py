# ruff: noqa: E501
"""Seeded SQL queries over small tables with nulls and duplicates, and DuckDB's answers to them."""

from __future__ import annotations

import random
from typing import Any

Rows = dict[str, list[Any]]
INTS, FLOATS, TEXTS = ("a", "b"), ("f",), ("s", "w")


def tables(rng: random.Random) -> dict[str, Rows]:
    """Three tables t, u, v with the columns a, b (int), f (float), s, w (text)."""
    made = {}
    for name in ("t", "u", "v"):
        n = rng.randint(1, 7)
        gap = rng.choice((0.0, 0.3))

        def some(values: list[Any], n: int = n, gap: float = gap) -> list[Any]:
            return [None if rng.random() < gap else rng.choice(values) for _ in range(n)]

        made[name] = {
            "a": some([0, 1, 2, 3, -1]),
            "b": some([1, 2, 5, 10]),
            "f": some([0.5, 1.5, 2.0, -3.25]),
            "s": some(["ann", "Bob", "eve", "x y", ""]),
            "w": some(["ann", "zoe", "Bob"]),
        }
        for column in made[name].values():
            if all(cell is None for cell in column):
                column[0] = (
                    1 if column is made[name]["a"] or column is made[name]["b"] else column[0]
                )
        for column, value in (("f", 0.5), ("s", "ann"), ("w", "zoe")):
            if all(cell is None for cell in made[name][column]):
                made[name][column][0] = value
    return made


class Writer:
    """Writes one query."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.names = 0

    def pick(self, *options: Any) -> Any:
        return self.rng.choice(options)

    def number(self, names: list[str], depth: int = 0) -> str:
        """An integer expression."""
        table = self.pick(*names)
        leaf = self.pick(f"{table}.a", f"{table}.b", str(self.rng.randint(0, 5)))
        if depth > 1 or self.rng.random() < 0.4:
            return str(leaf)
        inner = self.number(names, depth + 1)
        return str(self.pick(
            f"({leaf} + {inner})", f"({leaf} - {inner})", f"({leaf} * {inner})",
            f"({leaf} // {inner})", f"({leaf} % {inner})", f"coalesce({leaf}, {inner})",
            f"nullif({leaf}, {inner})", f"abs({inner})", f"-({inner})",
            f"length({self.text(names, depth + 1)})", f"greatest({leaf}, {inner})",
            f"least({leaf}, {inner})", f"strpos({table}.s, 'b')",
            f"CASE WHEN {self.condition(names, depth + 1)} THEN {leaf} ELSE {inner} END",
            f"CASE {leaf} WHEN 1 THEN {inner} WHEN 2 THEN 7 END", f"CAST({inner} AS BIGINT)",
        ))  # fmt: skip

    def real(self, names: list[str], depth: int = 0) -> str:
        table = self.pick(*names)
        if depth > 1:
            return f"{table}.f"
        return str(self.pick(
            f"{table}.f", f"({table}.f * 2)", f"({table}.f + {self.number(names, depth + 1)})",
            f"({self.number(names, depth + 1)} / {self.number(names, depth + 1)})",
            f"round({table}.f)", f"floor({table}.f)", f"CAST({table}.a AS DOUBLE)",
        ))  # fmt: skip

    def text(self, names: list[str], depth: int = 0) -> str:
        table = self.pick(*names)
        return str(self.pick(
            f"{table}.s", f"{table}.w", f"upper({table}.s)", f"lower({table}.w)",
            f"({table}.s || {table}.w)", f"substr({table}.s, 1, 2)", "'ann'", f"trim({table}.s)",
            f"coalesce({table}.s, 'none')", f"replace({table}.s, 'a', 'o')",
            f"concat({table}.s, '-', {table}.w)", f"CAST({table}.a AS VARCHAR)",
            f"left({table}.w, 2)", f"substring({table}.w, 2)",
        ))  # fmt: skip

    def condition(self, names: list[str], depth: int = 0) -> str:
        if depth > 2:
            return f"{self.pick(*names)}.a > {self.rng.randint(0, 3)}"
        op = self.pick("=", "<>", "<", "<=", ">", ">=")
        one = str(self.pick(
            f"{self.number(names, depth + 1)} {op} {self.number(names, depth + 1)}",
            f"{self.text(names, depth + 1)} {op} {self.text(names, depth + 1)}",
            f"{self.real(names, depth + 1)} {op} {self.real(names, depth + 1)}",
            f"{self.pick(*names)}.a IS {self.pick('', 'NOT ')}NULL",
            f"{self.number(names, 3)} {self.pick('', 'NOT ')}IN (1, 2, {self.pick('NULL', '3')})",
            f"{self.number(names, 3)} BETWEEN 1 AND {self.number(names, 3)}",
            f"{self.pick(*names)}.s {self.pick('', 'NOT ')}LIKE {self.pick(chr(39) + '%b%' + chr(39), chr(39) + 'a_n' + chr(39))}",
            f"{self.pick(*names)}.a IS NOT DISTINCT FROM {self.number(names, 3)}",
        ))  # fmt: skip
        if depth > 1 or self.rng.random() < 0.5:
            return one
        other = self.condition(names, depth + 1)
        return str(self.pick(
            f"({one} AND {other})", f"({one} OR {other})", f"NOT ({one})",
            self.below(names), f"({one} OR {self.below(names)})",
        ))  # fmt: skip

    def below(self, names: list[str]) -> str:
        """A condition on a sub-query, correlated or not."""
        self.names += 1
        alias, outside = f"z{self.names}", self.pick(*names)
        table = self.pick("t", "u", "v")
        link = self.pick(f"{alias}.a = {outside}.a", f"{alias}.b > {outside}.b", f"{alias}.s = 'ann'",
                         f"{alias}.a = {outside}.a AND {outside}.b > 1")  # fmt: skip
        maybe = self.pick("", "NOT ")
        return str(self.pick(
            f"{maybe}EXISTS (SELECT 1 FROM {table} {alias} WHERE {link})",
            f"{outside}.a {maybe}IN (SELECT {alias}.b FROM {table} {alias} WHERE {link})",
            f"{outside}.s {maybe}IN (SELECT {alias}.w FROM {table} {alias})",
            f"{outside}.a {self.pick('<', '>=')} (SELECT {self.pick('max', 'min', 'count', 'sum')}"
            f"({alias}.b) FROM {table} {alias} WHERE {link})",
        ))  # fmt: skip

    def source(self) -> tuple[str, list[str]]:
        names = [self.pick("t", "u", "v")]
        text = f"{names[0]} AS x0"
        aliases = ["x0"]
        for i in range(1, self.pick(1, 1, 2, 2, 3)):
            table, alias = self.pick("t", "u", "v"), f"x{i}"
            if self.rng.random() < 0.2:
                table = f"(SELECT a, b, f, s, w FROM {table} WHERE a > 0)"
            kind = self.pick("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN", "JOIN")
            text += f" {kind} {table} AS {alias}"
            if kind != "CROSS JOIN":
                old = self.pick(*aliases)
                text += " ON " + self.pick(
                    f"{alias}.a = {old}.a", f"{alias}.b = {old}.b AND {alias}.a < {old}.a",
                    f"{alias}.s = {old}.w", f"{alias}.a = {old}.b",
                )  # fmt: skip
            aliases.append(alias)
        return text, aliases

    def expression(self, names: list[str]) -> str:
        return str(self.pick(self.number(names), self.number(names), self.text(names),
                             self.real(names), self.condition(names)))  # fmt: skip

    def aggregate(self, names: list[str]) -> str:
        table = self.pick(*names)
        text = self.pick(
            "count(*)", f"count({table}.a)", f"sum({self.number(names, 1)})", f"avg({table}.f)",
            f"min({self.text(names)})", f"max({self.number(names, 1)})", f"count(DISTINCT {table}.s)",
            f"sum(DISTINCT {table}.b)", f"sum({table}.f)",
            f"stddev({table}.b)", f"var_pop({table}.f)", f"stddev_pop(DISTINCT {table}.a)",
            f"bool_and({table}.a > 1)", f"bool_or({table}.f < 0)", f"count_if({table}.b > 2)",
        )  # fmt: skip
        if self.rng.random() < 0.2:
            text += f" FILTER (WHERE {self.condition(names, 2)})"
        return str(text)

    def query(self) -> str:
        shape = self.rng.random()
        source, names = self.source()
        where = f" WHERE {self.condition(names)}" if self.rng.random() < 0.6 else ""
        if shape < 0.35:
            width = self.rng.randint(1, 4)
            shown = [self.expression(names) for _ in range(width)]
            distinct = self.pick("", "", "DISTINCT ")
            text = f"SELECT {distinct}" + ", ".join(f"{e} AS c{i}" for i, e in enumerate(shown))
            text += f" FROM {source}{where}"
            return text + self.order(width)
        if shape < 0.6:
            keys = [
                self.pick(f"{n}.a", f"{n}.s", f"{n}.b % 2", f"{n}.a + {n}.b")
                for n in [self.pick(*names)]
            ]
            shown = [*keys, self.aggregate(names), self.aggregate(names)]
            text = "SELECT " + ", ".join(f"{e} AS c{i}" for i, e in enumerate(shown))
            text += f" FROM {source}{where} GROUP BY {', '.join(keys)}"
            if self.rng.random() < 0.4:
                text += (
                    f" HAVING {self.pick('count(*) > 1', self.aggregate(names) + ' IS NOT NULL')}"
                )
            return text + self.order(len(shown))
        if shape < 0.7:
            shown = [self.aggregate(names) for _ in range(self.rng.randint(1, 3))]
            return f"SELECT {', '.join(shown)} FROM {source}{where}"
        if shape < 0.82:
            sides = [f"SELECT {self.number([t], 1)} AS c0, {t}.s AS c1 FROM {t}"
                     for t in (self.pick("t", "u"), self.pick("u", "v"))]  # fmt: skip
            op = self.pick(
                "UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"
            )
            return f"{sides[0]} {op} {sides[1]}" + self.order(2)
        if shape < 0.92:
            window = self.pick(
                "rank() OVER (PARTITION BY x0.s ORDER BY x0.a)", "dense_rank() OVER (ORDER BY x0.b DESC)",
                "sum(x0.b) OVER (PARTITION BY x0.a)", "sum(x0.b) OVER (ORDER BY x0.a)",
                "count(*) OVER (PARTITION BY x0.w)", "max(x0.f) OVER (PARTITION BY x0.s)",
                "count(x0.a) OVER (PARTITION BY x0.s ORDER BY x0.b DESC)",
            )  # fmt: skip
            return f"SELECT x0.a, x0.b, x0.s, {window} AS r FROM {source}{where}"
        inner = f"SELECT a, s, count(*) AS n, sum(b) AS m FROM {self.pick('t', 'u')} GROUP BY a, s"
        return (f"WITH q AS ({inner}) SELECT x.s, x.n, y.m FROM q x JOIN q y ON x.a = y.a "
                f"WHERE {self.pick('x.n > 0', 'y.m IS NOT NULL', 'x.s <> y.s')}")  # fmt: skip

    def frame(self, one_key: bool) -> str:
        """A frame of rows, or, beside one key, of values too."""
        ends = [self.pick("UNBOUNDED PRECEDING", "2 PRECEDING", "1 PRECEDING", "CURRENT ROW", "1 FOLLOWING"),
                self.pick("1 PRECEDING", "CURRENT ROW", "1 FOLLOWING", "3 FOLLOWING", "UNBOUNDED FOLLOWING")]  # fmt: skip
        if "FOLLOWING" in ends[0] and "FOLLOWING" not in ends[1]:
            ends[1] = "UNBOUNDED FOLLOWING"
        if ends == ["CURRENT ROW", "1 PRECEDING"]:
            ends[1] = "CURRENT ROW"
        kind = "RANGE" if one_key else "ROWS"
        return str(
            self.pick(
                f"{kind} BETWEEN {ends[0]} AND {ends[1]}",
                f"{kind} BETWEEN {ends[0]} AND {ends[1]}",
                "",
            )
        )

    def window(self, source: str, where: str) -> str:
        """Functions of places and frames; rows that the order leaves equal are alike throughout."""
        part = self.pick("", "PARTITION BY x0.w ", "PARTITION BY x0.a ")
        one_key = self.pick(True, False)
        key = self.pick("x0.a", "x0.b", "x0.f") + self.pick("", " DESC", " NULLS FIRST")
        order = key if one_key else f"{key}, x0.a, x0.b DESC, x0.f, x0.s, x0.w"
        over = f"OVER ({part}ORDER BY {order} {self.frame(one_key)})"
        plain = f"OVER ({part}ORDER BY {key}, x0.a, x0.b DESC, x0.f, x0.s, x0.w)"
        shown = [
            f"{self.pick('sum(x0.b)', 'count(x0.a)', 'avg(x0.f)', 'count(*)', 'sum(x0.f)')} {over}",
            f"{self.pick('min(x0.s)', 'max(x0.f)', 'min(x0.a)', 'median(x0.b)')} {over}",
            f"{self.pick('ntile(2)', 'ntile(3)', 'ntile(9)', 'row_number()', 'lag(x0.s, 2)', 'lead(x0.a, 1, 7)')} {plain}",
            f"{self.pick('percent_rank()', 'cume_dist()', 'rank()', 'dense_rank()')} OVER ({part}ORDER BY {key})",
        ]
        if not one_key:
            shown.append(
                f"{self.pick('first_value(x0.s)', 'last_value(x0.b)', 'nth_value(x0.f, 2)', 'last_value(x0.w)')} {over}"
            )
            shown.append(f"string_agg(x0.w, '-') {over}")
        return (f"SELECT x0.a, x0.b, x0.s, {', '.join(f'{e} AS r{i}' for i, e in enumerate(shown))} "
                f"FROM {source}{where}")  # fmt: skip

    def ordered_aggregate(self, names: list[str]) -> str:
        """An aggregate that depends on the order of its rows, which is told as far as it matters."""
        t = self.pick(*names)
        text = self.pick(
            f"string_agg({t}.s, ',' ORDER BY {t}.s)", f"group_concat({t}.w ORDER BY {t}.w DESC)",
            f"listagg({t}.s, '; ' ORDER BY {t}.s DESC)",
            f"string_agg(DISTINCT {t}.w, '+' ORDER BY {t}.w)",
            f"string_agg({t}.a, '' ORDER BY {t}.a DESC)",
            f"arg_max({t}.a % 2, {t}.a)", f"min_by(upper({t}.s), {t}.s)", f"argmax({t}.f * 2, {t}.f)",
            f"arg_min(nullif({t}.b, 5), {t}.b)", f"any_value({t}.a * 0)", f"first({t}.a ORDER BY {t}.a)",
        )  # fmt: skip
        if self.rng.random() < 0.2 and not text.startswith("first"):
            text += f" FILTER (WHERE {self.condition(names, 2)})"
        return str(text)

    def newer(self) -> str:
        """A query with windows over frames, with aggregates that depend on an order, or with a
        sub-query that is cut."""
        source, names = self.source()
        if self.rng.random() < 0.2:
            keys = self.rng.sample(["a", "b", "f", "s", "w"], 5)
            order = ", ".join(f"{k}{self.pick('', ' DESC', ' NULLS FIRST')}" for k in keys)
            end = self.pick(
                "LIMIT 1", "LIMIT 2", "LIMIT 4", "LIMIT 2 OFFSET 1", "OFFSET 2", "LIMIT 0"
            )
            inner = f"SELECT a, b, f, s, w FROM {self.pick('t', 'u', 'v')} ORDER BY {order} {end}"
            return self.pick(
                f"SELECT a, b, f, s, w FROM ({inner}) AS q", f"SELECT count(*), sum(b) FROM ({inner}) AS q",
                f"SELECT x0.a, q.s FROM {source} JOIN ({inner}) AS q ON q.b = x0.b",
                f"SELECT x0.b, x0.s FROM {source} WHERE x0.{keys[0]} IN (SELECT {keys[0]} FROM ({inner}) AS q)",
            )  # fmt: skip
        where = f" WHERE {self.condition(names)}" if self.rng.random() < 0.4 else ""
        if self.rng.random() < 0.6:
            return self.window(source, where)
        shown = [self.ordered_aggregate(names) for _ in range(3)]
        keys = [self.pick(f"{n}.a", f"{n}.s", f"{n}.b % 2") for n in [self.pick(*names)]]
        grouped = self.rng.random() < 0.7
        text = ", ".join(f"{e} AS c{i}" for i, e in enumerate([*(keys if grouped else ()), *shown]))
        return f"SELECT {text} FROM {source}{where}" + (f" GROUP BY {keys[0]}" if grouped else "")

    def order(self, width: int) -> str:
        if self.rng.random() < 0.4:
            return ""
        keys = [f"{i + 1}{self.pick('', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST')}"
                for i in range(width)]  # fmt: skip
        limit = self.pick("", "", f" LIMIT {self.rng.randint(1, 4)}", " LIMIT 2 OFFSET 1")
        return f" ORDER BY {', '.join(keys)}{limit}"


def case(seed: int) -> tuple[dict[str, Rows], str]:
    """The tables and the query of a seed; each fifth is of frames and ordered aggregates."""
    rng = random.Random(seed)
    made, writer = tables(rng), Writer(rng)
    return made, writer.newer() if seed % 5 == 3 else writer.query()


def expected(made: dict[str, Rows], query: str) -> list[tuple[Any, ...]] | None:
    """DuckDB's rows; None where it refuses the query (of types, or overflow)."""
    import duckdb

    types = {"a": "BIGINT", "b": "BIGINT", "f": "DOUBLE", "s": "VARCHAR", "w": "VARCHAR"}
    with duckdb.connect() as connection:
        for name, columns in made.items():
            declared = ", ".join(f"{column} {kind}" for column, kind in types.items())
            connection.execute(f"CREATE TABLE {name} ({declared})")
            rows = list(zip(*columns.values(), strict=True))
            connection.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?)", rows)
        try:
            return [tuple(row) for row in connection.execute(query).fetchall()]
        except duckdb.Error:
            return None


def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row whose numbers can be compared: floats to nine digits, and types apart."""
    cells: list[Any] = []
    for cell in row:
        if cell != cell:
            cells.append(("float", "nan"))
        elif isinstance(cell, float):
            cells.append(("float", float(f"{cell:.9g}") + 0.0))
        elif isinstance(cell, bool) or cell is None or isinstance(cell, str):
            cells.append((type(cell).__name__, cell))
        else:
            cells.append(("int", int(cell)))
    return tuple(cells)


def differs(found: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]], ordered: bool) -> bool:
    mine, theirs = [plain(row) for row in found], [plain(row) for row in wanted]
    return mine != theirs if ordered else sorted(map(repr, mine)) != sorted(map(repr, theirs))
