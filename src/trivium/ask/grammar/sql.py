"""SQL over the tables, as a grammar: every sentence parses and type-checks.

    SELECT city FROM games WHERE year = 1964
    SELECT nation FROM games WHERE medals > 3 ORDER BY medals DESC LIMIT 1
    SELECT count(DISTINCT nation) FROM games WHERE year > 1950 OR city = 'Paris'
    SELECT city FROM games WHERE row = (SELECT row FROM games WHERE city = 'Paris') + 1
    SELECT (SELECT medals FROM games WHERE city = 'Rome') - (SELECT medals FROM games WHERE ...)

A query asks one table for one column. Conditions compare a column with a value of its type that
stands in the data or in the question, or with an aggregate of the column itself.

Terminals are the words of SQL: libraries that cut a text into terminals before they parse it take
the longest, and never go back.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from trivium.ask.grammar.constants import Constants, constants_of
from trivium.ask.grammar.grammar import Alternative, Grammar, Maker, Part, Rule
from trivium.ask.telling import telling_columns
from trivium.ground.table import Table
from trivium.ir.types import Type
from trivium.syntax.sql.names import written
from trivium.syntax.sql.quotes import sql_text

_FENCE = "```sql\n", "\n```"
_ORDER = (" = ", " <> ", " < ", " <= ", " > ", " >= ")
# What a condition may be repeated: a model that repeats itself comes to an end.
CONDITIONS = 3


def sql_grammar(question: str, tables: Sequence[Table]) -> Grammar:
    """The queries to one of the tables that may answer the question, in their fence.

    Raises ValueError without tables.
    """
    maker = Maker()
    queries: list[Alternative] = []
    for table in tables:
        part = _Over(maker, table, constants_of(question, table))
        queries += [[query] for query in part.queries()]
    if not queries:
        raise ValueError("a grammar needs a table with columns")
    return maker.grammar([_FENCE[0], maker.rule("query", *queries), _FENCE[1]])


class _Over:
    """The parts of a grammar that speak of one table."""

    def __init__(self, maker: Maker, table: Table, constants: Constants) -> None:
        self.maker = maker
        self.name = table.name
        self.table = f" FROM {written(table.name)}"
        self.constants = constants
        columns = [(name, Type(kind)) for name, kind, _ in telling_columns(table)]
        self.columns = [(name, kind) for name, kind in columns if name != "row"]
        self.numbers = [n for n, kind in self.columns if kind in (Type.NUMBER, Type.FLOAT)]
        self.ordered = [n for n, kind in self.columns if kind is not Type.SYMBOL]

    def queries(self) -> list[Rule]:
        if not self.columns:
            return []
        found = [self._rows(), self._aggregate(), self._groups()]
        return [*found, self._difference()]

    # --- queries ---------------------------------------------------------------------------------

    def _rows(self) -> Rule:
        """The values of a column, perhaps ordered and cut."""
        end = self.maker.rule(
            f"end_{self.name}",
            [],
            [" ORDER BY ", self._sortable(), self._direction(), self._limit()],
        )
        distinct = self.maker.maybe("DISTINCT ")
        return self.maker.rule(
            f"rows_{self.name}",
            ["SELECT ", self._any_column(), self.table, self.where, end],
            ["SELECT ", distinct, self._any_column(), self.table, self.where],
        )

    def _aggregate(self) -> Rule:
        return self.maker.rule(
            f"aggregate_{self.name}",
            ["SELECT ", self._aggregated, self.table, self.where],
        )

    def _groups(self) -> Rule:
        """The value of a column that most rows have, or those with the greatest aggregate."""
        grouped: list[Alternative] = [
            [
                "SELECT ",
                written(name),
                self.table,
                self.where,
                " GROUP BY ",
                written(name),
                " ORDER BY ",
                self._aggregated,
                self._direction(),
                self._limit(),
            ]
            for name, _ in self.columns
        ]
        return self.maker.rule(f"groups_{self.name}", *grouped)

    def _difference(self) -> Rule:
        """A number of one row, or of some rows, less or with another."""
        alternatives: list[Alternative] = [["(SELECT ", "count(*)", self.table, self.where, ")"]]
        if self.numbers:
            number = self._names("number", self.numbers)
            alternatives.append(["(SELECT ", number, self.table, self.where, ")"])
            ends = self.maker.rule("sum_end", ["sum("], ["max("], ["min("], ["avg("])
            alternatives.append(["(SELECT ", ends, number, ")", self.table, self.where, ")"])
        side = self.maker.rule(f"side_{self.name}", *alternatives)
        sign = self.maker.rule("sign", [" - "], [" + "])
        return self.maker.rule(f"difference_{self.name}", ["SELECT ", side, sign, side])

    # --- columns ---------------------------------------------------------------------------------

    def _names(self, what: str, names: Sequence[str]) -> Rule:
        return self.maker.rule(f"{what}_{self.name}", *([written(name)] for name in names))

    def _any_column(self) -> Rule:
        return self._names("column", [name for name, _ in self.columns])

    def _sortable(self) -> Rule:
        return self._names("sortable", ["row", *(name for name, _ in self.columns)])

    def _direction(self) -> Rule:
        return self.maker.rule("direction", [""], [" DESC"], [" ASC"])

    def _limit(self) -> Rule:
        counts = [n for n in self.constants.integers if 1 < n < 1000]
        return self.maker.rule(
            f"limit_{self.name}", [" LIMIT 1"], *([f" LIMIT {n}"] for n in counts)
        )

    @cached_property
    def _aggregated(self) -> Rule:
        """`count(*)`, `count(DISTINCT c)`, or an aggregate that fits its column."""
        alternatives: list[Alternative] = [
            ["count(*)"],
            ["count(DISTINCT ", self._any_column(), ")"],
        ]
        if self.numbers:
            kinds = self.maker.rule("sum_avg", ["sum("], ["avg("])
            alternatives.append([kinds, self._names("number", self.numbers), ")"])
        if self.ordered:
            ends = self.maker.rule("min_max", ["min("], ["max("])
            alternatives.append([ends, self._names("ordered", self.ordered), ")"])
        return self.maker.rule(f"aggregated_{self.name}", *alternatives)

    # --- conditions ------------------------------------------------------------------------------

    @cached_property
    def where(self) -> Rule:
        """Nothing, or `WHERE` with some conditions."""
        plain = self._plain()
        one: list[Alternative] = [[plain]]
        beside = self.maker.rule("beside", [" + 1"], [" - 1"], [""])
        inner = "(SELECT "
        one.append(["row", " = ", inner, "row", self.table, " WHERE ", plain, ")", beside])
        for name in map(written, self.ordered):
            ends = self.maker.rule("min_max", ["min("], ["max("])
            alone = self.maker.maybe(" WHERE ", plain)
            one.append([name, " = ", inner, ends, name, ")", self.table, alone, ")"])
        for name in map(written, self.numbers):
            mean = self.maker.rule("against_mean", [" > "], [" < "])
            one.append([name, mean, inner, "avg(", name, ")", self.table, ")"])
        condition = self.maker.rule(f"condition_{self.name}", *one)
        parts: list[Part] = [" WHERE ", condition]
        both = self.maker.rule("both", [" AND "], [" OR "])
        more = self.maker.rule(f"more_{self.name}_1", [], [both, plain])
        for i in range(2, CONDITIONS):
            more = self.maker.rule(f"more_{self.name}_{i}", [], [both, plain, more])
        return self.maker.rule(f"where_{self.name}", [], [*parts, more])

    def _plain(self) -> Rule:
        """A condition on a column by constants alone; `row = 1` at least."""
        alternatives: list[Alternative] = []
        numbers = self._constants("integer", [str(n) for n in self.constants.integers])
        rows = sorted({1, *(n for n in self.constants.integers if n > 0)})
        first = self._constants("row", [str(n) for n in rows])
        assert first is not None
        order = self.maker.rule("order", *([sign] for sign in _ORDER))
        alternatives.append(["row", order, first])
        for name, kind in self.columns:
            if kind is Type.SYMBOL:
                alternatives += self._texts(name)
            elif kind is Type.DATE:
                whole = [f"DATE '{day}'" for day in self.constants.dates if len(day) == 10]
                days = self._constants("date", whole)
                years = self._constants(
                    "year", [day for day in self.constants.dates if len(day) == 4]
                )
                alternatives += [[written(name), order, days]] if days else []
                alternatives += [[f"year({written(name)})", order, years]] if years else []
            else:
                known = numbers if kind is Type.NUMBER else self._floats()
                alternatives += [[written(name), order, known]] if known else []
        return self.maker.rule(f"plain_{self.name}", *alternatives)

    def _texts(self, name: str) -> list[Alternative]:
        found: list[Alternative] = []
        texts = [sql_text(text) for text in self.constants.texts.get(name, ())]
        if texts:
            same = self.maker.rule("same", [" = "], [" <> "])
            rule = self.maker.rule(f"text_{self.name}_{name}", *([text] for text in texts))
            found.append([written(name), same, rule])
        words = self._constants("word", [sql_text(f"%{word}%") for word in self.constants.words])
        if words:
            found.append([f"lower({written(name)}) LIKE ", words])
        return found

    def _floats(self) -> Rule | None:
        shown = [repr(number).removesuffix(".0") for number in self.constants.floats]
        return self._constants("float", [text for text in shown if "e" not in text])

    def _constants(self, what: str, values: Sequence[str]) -> Rule | None:
        if not values:
            return None
        return self.maker.rule(f"{what}_of_{self.name}", *([value] for value in values))
