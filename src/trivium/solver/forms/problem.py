"""A problem over finite sorts: what its readers give, whatever the form it was written in.

Problem(sorts={"people": ("Ann", "Bob")}, functions={"seat": Function(("people",), "1..3")},
        constraints=(seat(Ann) < seat(Bob),), options=(Option("A", "sat", seat(Bob) = 3),))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trivium.solver.forms.deduction import Formula
from trivium.solver.forms.logic import Expression
from trivium.source import Span

# How an option is tested: it has a model with the constraints, it follows from them, it has no
# model, each of several has one, the expressions listed are all the cases there are, the first of
# two has a model and the second, which goes beyond it, has none, or it says what another constraint
# does. Negated, it must fail the test.
TESTS = ("sat", "valid", "unsat", "each", "list", "optimum", "same")
SENSES = {
    ("sat", False): "could be true",
    ("sat", True): "cannot be true",
    ("valid", False): "must be true",
    ("valid", True): "could be false",
    ("unsat", False): "cannot be true",
    ("unsat", True): "could be true",
    ("each", False): "each could be true",
    ("each", True): "not each could be true",
    ("list", False): "lists all cases",
    ("list", True): "does not list all cases",
    ("optimum", False): "is the extreme that is possible",
    ("optimum", True): "is not the extreme that is possible",
    ("same", False): "has the same effect",
    ("same", True): "has another effect",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a question, and its test."""

    label: str
    test: str
    negated: bool
    formulas: tuple[Expression, ...]
    text: str
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def sense(self) -> str:
        return SENSES[self.test, self.negated]


@dataclass(frozen=True, slots=True)
class Function:
    """`name(sorts) -> sort`; a variable has no arguments. A sort is a name, `a + b` or a listing;
    `bool` and `int` are sorts too."""

    args: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Members of sorts are names, or whole numbers where all of a sort are."""

    sorts: Mapping[str, tuple[str | int, ...]]
    functions: Mapping[str, Function]
    constraints: tuple[Formula, ...]
    options: tuple[Choice, ...]
    question: str = ""
