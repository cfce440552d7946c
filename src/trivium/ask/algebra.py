"""The algebra of the search: sets of rows, candidate programs, and their arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trivium.ask.denotation import key
from trivium.ask.link import NumberLink

Expr = tuple[object, ...]
Part = tuple[object, ...]
Values = tuple[str | float, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """A set of rows: what it is, how it was said (`shape`), which words it uses (`cover`)."""

    expr: Expr
    mask: int
    shape: str
    cover: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate program with its value. `rows` is the set of rows that it is about."""

    expr: Expr
    values: Values
    shape: str
    cover: int
    parts: tuple[Part, ...]
    rows: int

    @property
    def key(self) -> frozenset[tuple[str, float | str]]:
        """What candidates with the same answer share."""
        return frozenset(key(value) for value in self.values)


def join(op: str, a: Rows, b: Rows, mask: int) -> Rows:
    shape = f"{op}({','.join(sorted((a.shape, b.shape)))})"
    return Rows((op, a.expr, b.expr), mask, shape, a.cover | b.cover, (*a.parts, *b.parts))


def as_date(number: NumberLink) -> float:
    """The date that a number of the question names; 0 if it names none."""
    if number.kind == "date":
        return number.value
    if number.kind == "digits" and 1000 <= number.value <= 2999 and number.value.is_integer():
        return number.value * 10000
    return 0.0


def falls_in(date: int, period: int) -> bool:
    """Whether a date agrees with each part that the period has."""
    for divisor, modulus in ((10000, 10000), (100, 100), (1, 100)):
        wanted = period // divisor % modulus
        if wanted and date // divisor % modulus != wanted:
            return False
    return True


def aggregated(kind: str, view: str, numbers: list[float]) -> float | None:
    if kind == "sum":
        return sum(numbers)
    if kind == "mean":
        return sum(numbers) / len(numbers)
    if view == "date" and min(numbers) < 10000:
        return None
    return difference(view, max(numbers), min(numbers))


def difference(view: str, x: float, y: float) -> float:
    """Between two numbers; between two dates, in years."""
    if view == "date":
        return float(abs(int(x) // 10000 - int(y) // 10000))
    return round(abs(x - y), 9)


def across_value(kind: str, x: float, y: float) -> float | None:
    """Of two cells of a row; a change is from `y` to `x`, in percent of `y`."""
    if kind == "across_difference":
        return round(x - y, 9)
    if not y:
        return None
    share = x / y if kind in ("across_ratio", "across_percent") else (x - y) / y
    return share if kind == "across_ratio" else share * 100


GROUP_TESTS: dict[str, Callable[[int, int], bool]] = {
    ">": lambda count, bound: count > bound,
    ">=": lambda count, bound: count >= bound,
    "=": lambda count, bound: count == bound,
}
