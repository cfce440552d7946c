"""A program of the search in plain words: what it does, not what was asked.

("project", ("greatest", ("all",), 2, "number"), 0, "text")
Nation of the row with the greatest Gold among all rows
"""

from __future__ import annotations

from trivium.ask.algebra import Expr
from trivium.ask.compile import numeral
from trivium.ask.frame import Frame
from trivium.ir.dates import date_text


def describe(expr: Expr, frame: Frame) -> str:
    """The program in plain words: what it does, not what was asked."""
    return _Describer(frame).value(expr)


_OPS = {">": "more than", ">=": "at least", "<": "less than", "<=": "at most", "=": "exactly"}
_DATE_OPS = {">": "after", ">=": "in or after", "<": "before", "<=": "in or before"}
_ACROSS = {
    "across_difference": "{0} minus {1}",
    "across_change": "the change in percent from {1} to {0}",
    "across_ratio": "{0} divided by {1}",
    "across_percent": "{0} in percent of {1}",
}
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


class _Describer:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    def _column(self, column: int, view: str = "text") -> str:
        if column < 0:
            return "position"
        source = self.frame.columns[column]
        header = source.header.replace("\\n", " ").strip() or source.name
        if view in ("year", "qualifier", "name"):
            return f"{view} in {header}"
        if view == "span":
            return f"difference between the two numbers in {header}"
        return f"second number in {header}" if view == "number2" else header

    def _columns(self, columns: Expr) -> str:
        *first, last = [self._column(column) for column in columns if isinstance(column, int)]
        return f"{', '.join(first)} and {last}"

    def value(self, expr: Expr) -> str:
        match expr:
            case ("project", tuple(rows), int(column), str(view)):
                return f"{self._column(column, view)} of {self.rows(rows)}"
            case ("count", tuple(rows)):
                return f"the number of rows among {self.rows(rows)}"
            case ("streak", tuple(rows)):
                return f"the most rows that follow one another among {self.rows(rows)}"
            case ("distinct", tuple(rows), int(column)):
                return f"the number of different {self._column(column)} values in {self.rows(rows)}"
            case ("sum" | "mean", tuple(rows), int(column), str(view)):
                what = "sum" if expr[0] == "sum" else "average"
                return f"the {what} of {self._column(column, view)} over {self.rows(rows)}"
            case ("range", tuple(rows), int(column), str(view)):
                by = "in years " if view == "date" else ""
                return (f"the difference {by}between the greatest and the least "
                        f"{self._column(column, view)} in {self.rows(rows)}")  # fmt: skip
            case ("difference", tuple(one), tuple(other), int(column), str(view)):
                by = " in years" if view == "date" else ""
                return (f"the difference{by} in {self._column(column, view)} between "
                        f"{self.rows(one)} and {self.rows(other)}")  # fmt: skip
            case (str(kind), tuple(rows), int(column), int(column2)) if kind in _ACROSS:
                text = _ACROSS[kind].format(self._column(column), self._column(column2))
                return f"{text} of {self.rows(rows)}"
            case ("ratio" | "percent", tuple(one), tuple(other), int(column)):
                how = "divided by" if expr[0] == "ratio" else "in percent of"
                return (
                    f"{self._column(column)} of {self.rows(one)} {how} that of {self.rows(other)}"
                )
            case ("across_sum" | "across_mean", tuple(rows), tuple(columns)):
                what = "sum" if expr[0] == "across_sum" else "average"
                return f"the {what} of {self._columns(columns)} of {self.rows(rows)}"
            case ("across_project", tuple(rows), tuple(columns)):
                return f"{self._columns(columns)} of {self.rows(rows)}"
            case ("across_greatest" | "across_least", tuple(rows), tuple(columns), tuple(_)):
                return (f"the year of the {str(expr[0])[7:]} among {self._columns(columns)} of "
                        f"{self.rows(rows)}")  # fmt: skip
            case ("across_where", tuple(rows), tuple(columns), tuple(_), str(op), float(bound)):
                test = f"is {_OPS[op]} {numeral(bound)}" if op else "has a value"
                return f"the years in which {self.rows(rows)} {test}: {self._columns(columns)}"
            case ("across_count", tuple(rows), tuple(columns), tuple(_), str(op), float(bound)):
                return (f"how many of {self._columns(columns)} are {_OPS[op]} {numeral(bound)} in "
                        f"{self.rows(rows)}")  # fmt: skip
            case ("difference_count", tuple(one), tuple(other)):
                return (f"the difference between the number of rows in {self.rows(one)} and in "
                        f"{self.rows(other)}")  # fmt: skip
            case ("most" | "rarest", tuple(rows), int(column)):
                often = "most" if expr[0] == "most" else "least"
                return f"the {self._column(column)} that occurs {often} often in {self.rows(rows)}"
            case ("most_count", tuple(rows), int(column)):
                return (f"how often the most frequent {self._column(column)} occurs in "
                        f"{self.rows(rows)}")  # fmt: skip
            case ("groups" | "groups_count", tuple(rows), int(column), str(op), int(bound)):
                what = "the number of" if expr[0] == "groups_count" else "each"
                return (f"{what} {self._column(column)} that occurs {_OPS[op]} "
                        f"{bound} time(s) in {self.rows(rows)}")  # fmt: skip
            case ("choice", tuple(one), tuple(other), int(column), str(view), yes, no, op):
                how = "more" if op == ">" else "less"
                return (f"“{yes}” if {self.rows(one)} has {how} {self._column(column, view)} than "
                        f"{self.rows(other)}, else “{no}”")  # fmt: skip
            case ("choice_bound", tuple(one), int(column), str(view), float(bound), yes, no, op):
                how = "more" if op == ">" else "less"
                return (f"“{yes}” if {self.rows(one)} has {how} {self._column(column, view)} than "
                        f"{numeral(bound)}, else “{no}”")  # fmt: skip
        raise AssertionError(f"no words for {expr!r}")

    def rows(self, expr: Expr) -> str:
        match expr:
            case ("all",):
                return "all rows"
            case ("body",):
                return "all rows but totals"
            case ("and", tuple(left), tuple(right)):
                return f"the rows where {self._where(left)} and {self._where(right)}"
            case ("or", tuple(left), tuple(right)):
                return f"the rows where {self._where(left)} or {self._where(right)}"
            case ("not", tuple(inner)):
                return f"all rows but {self.rows(inner)}"
            case ("next" | "previous", tuple(inner)):
                return f"the {expr[0]} row after {self.rows(inner)}".replace(
                    "previous row after", "row before"
                )
            case ("after" | "before", tuple(inner)):
                return f"the rows {expr[0]} {self.rows(inner)}"
            case ("same", tuple(inner), int(column)):
                return f"the other rows with the same {self._column(column)} as {self.rows(inner)}"
            case ("greatest" | "least", tuple(inner), int(column), str(view)):
                what = f"{expr[0]} {self._column(column, view)}"
                return f"the row with the {what} among {self.rows(inner)}"
            case ("first" | "last", tuple(inner)):
                return f"the {expr[0]} of {self.rows(inner)}"
            case ("nth", tuple(inner), int(k)):
                return f"the {_NTH.get(k, f'{k}th')} of {self.rows(inner)}"
            case ("nth_greatest" | "nth_least", tuple(inner), int(column), str(view), int(k)):
                end = "greatest" if expr[0] == "nth_greatest" else "least"
                return (f"the row with the {_NTH.get(k, f'{k}th')} {end} "
                        f"{self._column(column, view)} among {self.rows(inner)}")  # fmt: skip
            case ("beyond", tuple(inner), int(column), str(view), str(op)):
                what = f"{_OPS[op]} the {self._column(column, view)}"
                return f"the rows with {what} of {self.rows(inner)}"
            case _:
                return f"the rows where {self._where(expr)}"

    def _where(self, expr: Expr) -> str:
        match expr:
            case ("equal", int(column), str(text), int(_)):
                return f"{self._column(column)} is “{text}”"
            case ("contains", int(column), str(text), int(_)):
                return f"{self._column(column)} has “{text}”"
            case ("compare", int(column), "date", str(op), float(bound)):
                date = int(bound)
                shown = date_text(date // 10000 * 10000 if date % 10000 == 9999 else date)
                return f"{self._column(column)} is {_DATE_OPS[op]} {shown}"
            case ("compare", int(column), str(view), str(op), float(bound)):
                return f"{self._column(column, view)} is {_OPS[op]} {numeral(bound)}"
            case ("in", int(column), float(date)):
                return f"{self._column(column)} is in {date_text(int(date))}"
            case ("and", tuple(left), tuple(right)):
                return f"{self._where(left)} and {self._where(right)}"
        return f"the row is one of {self.rows(expr)}"
