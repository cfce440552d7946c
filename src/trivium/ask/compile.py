"""A program of the search written as Datalog.

    before:  ("project", ("greatest", ("all",), 2, "number"), 0, "text")
    after:   best(r) :- medals(row: r, gold: x), x = max y : { medals(gold: y) }.
             answer(x) :- best(r), medals(row: r, nation: x).

Simple conditions stay in the rule that needs them; anything that has to be spoken of twice gets a
relation of its own. The engine's value is the answer; the search's own value is only a forecast.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from trivium.ask.algebra import Expr
from trivium.ask.candidate import answer_name
from trivium.ask.frame import Frame, FrameColumn, bits
from trivium.ask.words import fold, tokens
from trivium.ground.table import NUMERIC, unique
from trivium.ir.dates import date_text
from trivium.ir.text import quoted, write_plain
from trivium.ir.types import Type


def write(expr: Expr, frame: Frame, tables: Collection[str] = ()) -> str:
    """The program whose relation `answer_name(tables)` holds the value of `expr`.

    `tables` are the names of all tables that there are: no relation that it derives has one.
    """
    writer = _Writer(frame, tables)
    writer.value(expr)
    return "\n".join(writer.rules) + "\n"


def numeral(value: float) -> str:
    whole = float(value).is_integer() and abs(value) < 2**53
    return write_plain(int(value) if whole else float(value))


class _Writer:
    def __init__(self, frame: Frame, tables: Collection[str]) -> None:
        self.frame = frame
        self.table = frame.whole.name
        self.rules: list[str] = []
        self.answer = answer_name([self.table, *tables])
        self._taken = {self.answer, self.table, *tables}
        self._variables: Counter[str] = Counter()

    # --- names -----------------------------------------------------------------------------------

    def _fresh(self, name: str) -> str:
        self._variables[name] += 1
        n = self._variables[name]
        return name if n == 1 else f"{name}{n}"

    def _relation(self, name: str) -> str:
        return unique(name, self._taken)

    def _rule(self, head: str, body: list[str]) -> None:
        self.rules.append(f"{head} :- {', '.join(body)}.")

    def _answer(self, value: str, body: list[str]) -> None:
        self._rule(f"{self.answer}({value})", body)

    def _atom(self, row: str, column: int, view: str, value: str) -> str:
        source = self.frame.columns[column]
        main = {"text": source.type is Type.SYMBOL, "date": source.type is Type.DATE,
                "number": source.number_is_main}  # fmt: skip
        name = source.name if main.get(view) else self._view(source, view)
        return f"{self.table}(row: {row}, {name}: {value})"

    def _view(self, source: FrameColumn, view: str) -> str:
        """The column of the relation in which a view stands (see `ground/table.py`)."""
        return self.frame.whole.name_of(source.name, view)

    # --- sets of rows ----------------------------------------------------------------------------

    def literals(self, expr: Expr, row: str) -> list[str]:
        """Literals that hold exactly when `row` is in the set."""
        match expr:
            case ("all",):
                return [f"{self.table}(row: {row})"]
            case ("body",):
                return [f"{self.table}(row: {row})", *self._no_total(row)]
            case ("equal" | "contains", int(column), str(text), int(rows)):
                return self._matching(str(expr[0]), column, text, rows, row)
            case ("compare", int(column), str(view), str(op), float(bound)):
                return self._comparison(column, view, op, bound, row)
            case ("in", int(column), float(date)):
                x = self._fresh("d")
                return [self._atom(row, column, "date", x), *_date_parts(x, int(date))]
            case ("and", tuple(left), tuple(right)):
                return [*self.literals(left, row), *self.literals(right, row)]
            case _:
                return [f"{self._named(expr)}({row})"]

    def _no_total(self, row: str) -> list[str]:
        """Literals that leave out the rows that sum up others."""
        return [f"{row} != {i + 1}" for i in bits(self.frame.all & ~self.frame.body)]

    def _matching(self, kind: str, column: int, text: str, rows: int, row: str) -> list[str]:
        """The rows whose cell holds the words that the question used."""
        source = self.frame.columns[column]
        name, type = source.name, source.type
        found = list(bits(rows))
        if type in (Type.NUMBER, Type.FLOAT):
            main = [c.number if c.kind in NUMERIC else None for c in source.cells]
            numbers = {main[i] for i in found}
            same = sum(1 << i for i, n in enumerate(main) if n is not None and n in numbers)
            if same == rows and len(numbers) == 1 and None not in numbers:
                (number,) = numbers
                return [f"{self.table}(row: {row}, {name}: {numeral(number or 0.0)})"]
        if type is not Type.SYMBOL:
            name = self._view(source, "text")
        texts = sorted({source.cells[i].text for i in found})
        if len(texts) == 1 and kind != "contains":
            return [f"{self.table}(row: {row}, {name}: {quoted(texts[0])})"]
        x = self._fresh("t")
        atom = f"{self.table}(row: {row}, {name}: {x})"
        wide = kind == "contains" or len(texts) > 3
        if wide and (pattern := self._common(source, texts[0], text, rows)):
            return [atom, f"contains({quoted(pattern)}, lower({x}))"]
        if len(texts) == 1:
            return [f"{self.table}(row: {row}, {name}: {quoted(texts[0])})"]
        return [atom, "(" + "; ".join(f"{x} = {quoted(t)}" for t in texts) + ")"]

    def _common(self, source: FrameColumn, sample: str, text: str, rows: int) -> str:
        """A text in lower case that just these rows contain; empty if none is found."""
        words = tokens(text)
        lowered = [cell.text.lower() for cell in source.cells]
        tries = [text, *(w[: len(w) - cut] for w in words[:1] for cut in range(min(3, len(w) - 3)))]
        for pattern in tries:
            if len(pattern) < 2 or pattern not in fold(sample):
                continue
            held = sum(
                1 << i for i, t in enumerate(lowered) if pattern in t and source.filled >> i & 1
            )
            if held == rows:
                return pattern
        return ""

    def _comparison(self, column: int, view: str, op: str, bound: float, row: str) -> list[str]:
        x = self._fresh("d" if view == "date" else "n")
        if op != "=":
            return [*self._bounded(column, view, op, bound, row, x), *self._no_total(row)]
        if view == "span":
            return [*self._measure(row, column, view, x), f"{x} = {numeral(bound)}"]
        return [self._atom(row, column, view, numeral(bound))]

    def _bounded(
        self, column: int, view: str, op: str, bound: float, row: str, x: str
    ) -> list[str]:
        if view == "span":
            return [*self._measure(row, column, view, x), f"{x} {op} {numeral(bound)}"]
        atom = self._atom(row, column, view, x)
        if view == "date":
            date = int(bound)
            if date % 10000 == 0:
                return [atom, f"year({x}) {op} {date // 10000}"]
            if date % 100 == 0:
                return [atom, f"year({x}) * 100 + month({x}) {op} {date // 100}"]
            return [atom, f"{x} {op} date({quoted(date_text(date))})"]
        return [atom, f"{x} {op} {numeral(bound)}"]

    def _named(self, expr: Expr) -> str:
        """A relation that holds the rows of a set."""
        table = self.table
        match expr:
            case ("not", tuple(inner)):
                within = self._named(inner)
                name = self._relation("others")
                body = [f"{table}(row: r)", *self._no_total("r"), f"!{within}(r)"]
                self._rule(f"{name}(r)", body)
            case ("or", tuple(left), tuple(right)):
                name = self._relation("either")
                self._rule(f"{name}(r)", self.literals(left, "r"))
                self._rule(f"{name}(r)", self.literals(right, "r"))
            case ("next" | "previous" | "after" | "before", tuple(inner)):
                within = self._named(inner)
                name = self._relation(str(expr[0]))
                late = expr[0] in ("next", "after")
                edge = f"m = {'max' if late else 'min'} q : {{ {within}(q) }}"
                test = {"next": "r = m + 1", "previous": "r = m - 1", "after": "r > m",
                        "before": "r < m"}[str(expr[0])]  # fmt: skip
                self._rule(f"{name}(r)", [edge, f"{table}(row: r)", test])
            case ("same", tuple(inner), int(column)):
                within = self._named(inner)
                name = self._relation("same")
                shared = [
                    self._atom("q", column, "text", "x"),
                    self._atom("r", column, "text", "x"),
                ]
                self._rule(f"{name}(r)", [f"{within}(q)", *shared, f"!{within}(r)"])
            case ("greatest" | "least", tuple(inner), int(column), str(view)):
                values = self._values(inner, column, view)
                name = self._relation("best")
                how = "max" if expr[0] == "greatest" else "min"
                self._rule(f"{name}(r)", [f"{values}(r, x)", f"x = {how} y : {{ {values}(_, y) }}"])
            case ("first" | "last", tuple(inner)):
                within = self._named(inner)
                name = self._relation(str(expr[0]))
                how = "min" if expr[0] == "first" else "max"
                self._rule(f"{name}(r)", [f"r = {how} q : {{ {within}(q) }}"])
            case ("nth", tuple(inner), int(k)):
                within = self._named(inner)
                name = self._relation("nth")
                self._rule(
                    f"{name}(r)", [f"{within}(r)", f"{k - 1} = count : {{ {within}(q), q < r }}"]
                )
            case ("nth_greatest" | "nth_least", tuple(inner), int(column), str(view), int(k)):
                values = self._values(inner, column, view)
                distinct = self._relation("level")
                self._rule(f"{distinct}(x)", [f"{values}(_, x)"])
                name = self._relation("nth")
                op = ">" if expr[0] == "nth_greatest" else "<"
                above = f"{k - 1} = count : {{ {distinct}(y), y {op} x }}"
                self._rule(f"{name}(r)", [f"{values}(r, x)", above])
            case ("beyond", tuple(inner), int(column), str(view), str(op)):
                values = self._values(("all",), column, view)
                name = self._relation("beyond")
                body = [*self.literals(inner, "q"), f"{values}(q, y)", f"{values}(r, x)"]
                self._rule(f"{name}(r)", [*body, f"x {op} y", *self._no_total("r")])
            case _:
                name = self._relation("found")
                self._rule(f"{name}(r)", self.literals(expr, "r"))
        return name

    def _values(self, rows: Expr, column: int, view: str) -> str:
        """A relation of row and comparable value over a set of rows."""
        name = self._relation("value" if view != "span" else "between")
        self._rule(
            f"{name}(r, x)", [*self._unless_all(rows, "r"), *self._measure("r", column, view)]
        )
        return name

    def _unless_all(self, rows: Expr, row: str) -> list[str]:
        return [] if rows == ("all",) else self.literals(rows, row)

    def _measure(self, row: str, column: int, view: str, x: str = "x") -> list[str]:
        """Literals that bind `x` to the comparable value of a row's cell."""
        if column < 0:
            return [f"{self.table}(row: {row})", f"{x} = {row}"]
        if view == "span":
            a, b = self._fresh("u"), self._fresh("v")
            return [
                self._atom(row, column, "number", a), self._atom(row, column, "number2", b),
                f"{x} = max({a} - {b}, {b} - {a})",
            ]  # fmt: skip
        return [self._atom(row, column, view, x)]

    # --- values ----------------------------------------------------------------------------------

    def value(self, expr: Expr) -> None:
        match expr:
            case ("project", tuple(rows), int(column), str(view)):
                body = self._unless_all(rows, "r")
                if view == "year":
                    d = self._fresh("d")
                    body += [self._atom("r", column, "date", d), f"x = year({d})", "x > 0"]
                elif view == "text":
                    body.append(self._text_atom("r", column, "x"))
                elif view in ("qualifier", "name"):
                    name = self._view(self.frame.columns[column], view)
                    body.append(f"{self.table}(row: r, {name}: x)")
                else:
                    body += self._measure("r", column, view)
                self._answer("x", body)
            case ("count", tuple(rows)):
                self._answer("n", [self._number_of(rows, "n")])
            case ("streak", tuple(rows)):
                within, name = self._named(rows), self._relation("streak")
                self._rule(f"{name}(r, 1)", [f"{within}(r)"])
                self._rule(f"{name}(r + 1, n + 1)", [f"{name}(r, n)", f"{within}(r + 1)"])
                self._answer("n", [f"n = max m : {{ {name}(_, m) }}"])
            case ("distinct", tuple(rows), int(column)):
                name = self._relation("kind")
                self._rule(
                    f"{name}(x)", [*self._unless_all(rows, "r"), self._text_atom("r", column, "x")]
                )
                self._answer("n", [f"n = count : {{ {name}(_) }}"])
            case ("sum" | "mean", tuple(rows), int(column), str(view)):
                values = self._values(rows, column, view)
                self._answer("x", [f"x = {expr[0]} y : {{ {values}(_, y) }}"])
            case ("range", tuple(rows), int(column), str(view)):
                values = self._values(rows, column, view)
                ends = [f"a = max y : {{ {values}(_, y) }}", f"b = min y : {{ {values}(_, y) }}"]
                self._answer("x", [*ends, _subtract(view, "a", "b")])
            case ("difference", tuple(one), tuple(other), int(column), str(view)):
                values = self._values(("all",), column, view)
                body = [*self.literals(one, "r"), f"{values}(r, a)",
                        *self.literals(other, "q"), f"{values}(q, b)"]  # fmt: skip
                self._answer("x", [*body, _subtract(view, "a", "b")])
            case (str(kind), tuple(rows), int(column), int(column2)) if kind in _ACROSS:
                body = [*self._unless_all(rows, "r"), *self._measure("r", column, "number", "a"),
                        *self._measure("r", column2, "number", "b")]  # fmt: skip
                self._answer("x", [*body, f"x = {_ACROSS[kind]}"])
            case ("ratio" | "percent", tuple(one), tuple(other), int(column)):
                body = [*self.literals(one, "r"), *self._measure("r", column, "number", "a"),
                        *self.literals(other, "q"),
                        *self._measure("q", column, "number", "b")]  # fmt: skip
                self._answer("x", [*body, f"x = {_ACROSS[f'across_{expr[0]}']}"])
            case ("across_sum" | "across_mean", tuple(rows), tuple(columns)):
                names = [f"a{i + 1}" for i in range(len(columns))]
                body = self._unless_all(rows, "r")
                for name, column in zip(names, columns, strict=True):
                    body += self._measure("r", _index(column), "number", name)
                total = " + ".join(names)
                mean = expr[0] == "across_mean"
                x = f"({total}) / {len(columns)}.0" if mean else total
                self._answer("x", [*body, f"x = {x}"])
            case ("across_project", tuple(rows), tuple(columns)):
                for column in columns:
                    self._answer(
                        "x",
                        [*self._unless_all(rows, "r"), self._as_text("r", _index(column), "x")],
                    )
            case ("across_greatest" | "across_least", tuple(rows), tuple(columns), tuple(labels)):
                cells = self._cells(rows, columns, labels)
                how = "max" if expr[0] == "across_greatest" else "min"
                best = f"x = {how} y : {{ {cells}(_, y) }}"
                self._answer("h", [f"{cells}(h, x)", best])
            case (
                "across_where",
                tuple(rows),
                tuple(columns),
                tuple(labels),
                str(op),
                float(bound),
            ):
                cells = self._cells(rows, columns, labels)
                test = [f"x {op} {numeral(bound)}"] if op else []
                self._answer("h", [f"{cells}(h, x)" if op else f"{cells}(h, _)", *test])
            case (
                "across_count",
                tuple(rows),
                tuple(columns),
                tuple(labels),
                str(op),
                float(bound),
            ):
                cells = self._cells(rows, columns, labels)
                counted = f"{cells}(_, x), x {op} {numeral(bound)}"
                self._answer("n", [f"n = count : {{ {counted} }}"])
            case ("difference_count", tuple(one), tuple(other)):
                counts = [self._number_of(one, "a"), self._number_of(other, "b")]
                self._answer("x", [*counts, "x = max(a - b, b - a)"])
            case ("most" | "rarest" | "most_count", tuple(rows), int(column)):
                groups = self._groups(rows, column)
                how = "min" if expr[0] == "rarest" else "max"
                if expr[0] == "most_count":
                    self._answer("n", [f"n = max m : {{ {groups}(_, m) }}"])
                else:
                    best = f"n = {how} m : {{ {groups}(_, m) }}"
                    self._answer("x", [f"{groups}(x, n)", best])
            case ("groups", tuple(rows), int(column), str(op), int(bound)):
                groups = self._groups(rows, column)
                self._answer("x", [f"{groups}(x, n)", f"n {op} {bound}"])
            case ("groups_count", tuple(rows), int(column), str(op), int(bound)):
                groups = self._groups(rows, column)
                self._answer("k", [f"k = count : {{ {groups}(_, n), n {op} {bound} }}"])
            case ("choice", tuple(one), tuple(other), int(column), str(view), yes, no, op):
                body = [*self.literals(one, "r"), *self._measure("r", column, view, "a")]
                body += [*self.literals(other, "q"), *self._measure("q", column, view, "b")]
                self._choose(body, "b", str(yes), str(no), str(op))
            case ("choice_bound", tuple(one), int(column), str(view), float(bound), yes, no, op):
                body = [*self.literals(one, "r"), *self._measure("r", column, view, "a")]
                self._choose(body, numeral(bound), str(yes), str(no), str(op))
            case _:
                raise AssertionError(f"no program for {expr!r}")

    def _cells(self, rows: Expr, columns: Expr, labels: Expr) -> str:
        """A relation of column label and number: the cells of a row, one fact each."""
        name = self._relation("cell")
        for column, label in zip(columns, labels, strict=True):
            body = [*self._unless_all(rows, "r"), *self._measure("r", _index(column), "number")]
            self._rule(f"{name}({quoted(str(label))}, x)", body)
        return name

    def _number_of(self, rows: Expr, n: str) -> str:
        """The aggregate that binds `n` to how many rows the set has."""
        return f"{n} = count : {{ {', '.join(self.literals(rows, 'r'))} }}"

    def _choose(self, body: list[str], bound: str, yes: str, no: str, op: str) -> None:
        opposite = {">": "<=", "<": ">="}[op]
        self._answer(quoted(yes), [*body, f"a {op} {bound}"])
        self._answer(quoted(no), [*body, f"a {opposite} {bound}"])

    def _groups(self, rows: Expr, column: int) -> str:
        """How many rows of the set have each value of a column."""
        members, name = self._relation("member"), self._relation("times")
        self._rule(
            f"{members}(r, x)", [*self._unless_all(rows, "r"), self._text_atom("r", column, "x")]
        )
        self._rule(f"{name}(x, n)", [f"{members}(_, x)", f"n = count : {{ {members}(_, x) }}"])
        return name

    def _as_text(self, row: str, column: int, x: str) -> str:
        """A cell as text, whatever its column's type: cells of several columns are alike."""
        source = self.frame.columns[column]
        name = source.name if source.type is Type.SYMBOL else self._view(source, "text")
        return f"{self.table}(row: {row}, {name}: {x})"

    def _text_atom(self, row: str, column: int, x: str) -> str:
        source = self.frame.columns[column]
        name, type = source.name, source.type
        if type is Type.DATE or (type is not Type.SYMBOL and not _plain_numbers(source)):
            name = self._view(source, "text")
        return f"{self.table}(row: {row}, {name}: {x})"


def _index(column: object) -> int:
    assert isinstance(column, int)
    return column


# Arithmetic over two cells `a` and `b` of a row.
_ACROSS = {
    "across_difference": "a - b",
    "across_change": "(a - b) * 100.0 / b",
    "across_ratio": "a * 1.0 / b",
    "across_percent": "a * 100.0 / b",
}


def _plain_numbers(source: FrameColumn) -> bool:
    """Whether each filled cell is just a number, so that its value says all that its text does."""
    return all(cell.kind in ("number", "empty") for cell in source.cells)


def _date_parts(x: str, date: int) -> list[str]:
    parts = (("year", date // 10000), ("month", date // 100 % 100), ("day", date % 100))
    return [f"{name}({x}) = {value}" for name, value in parts if value]


def _subtract(view: str, a: str, b: str) -> str:
    if view == "date":
        a, b = f"year({a})", f"year({b})"
    return f"x = max({a} - {b}, {b} - {a})"
