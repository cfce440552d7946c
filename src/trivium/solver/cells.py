"""The sorts and functions of a problem: what each may be, and the propositions that it is so.

people = EnumSort([Ann, Bob])      Ann is 1st of people, Bob 2nd
seat = Function([people] -> [1, 2])
seat(Ann)                          {1: `seat(Ann) = 1`, 2: `seat(Ann) = 2`}, exactly one true
"""

from __future__ import annotations

from collections.abc import Iterator

from trivium.errors import LimitError, ProgramError
from trivium.solver.forms.logic import Apply, Expression, Number
from trivium.solver.forms.mends import Mend
from trivium.solver.forms.problem import Problem
from trivium.solver.propositions import Cases, Meaning, Member, Propositions, Value
from trivium.solver.z3_bridge import Search
from trivium.source import Span

# More steps than this, when quantifiers are written out, and the problem is refused.
MOST_STEPS = 1_000_000


class Cells(Propositions):
    """The sorts of one problem, and the value of each function for each member spoken of."""

    def __init__(self, problem: Problem, search: Search, mends: list[Mend]) -> None:
        super().__init__(search)
        self.problem = problem
        self.mends = mends
        self.members: dict[str, Member] = {}
        self.sorts: dict[str, tuple[Value, ...]] = {}
        for name, listed in problem.sorts.items():
            self.sorts[name] = tuple(
                value if isinstance(value, int) else self._member(value, name, place)
                for place, value in enumerate(listed, 1)
            )
        self.integers = self._integers(problem)
        self._cells: dict[tuple[str, tuple[Value, ...]], Meaning] = {}
        self._steps = 0

    def _member(self, name: str, sort: str, place: int) -> Member:
        # A name that stands in two sorts is one member, of the first.
        return self.members.setdefault(name, Member(name, sort, place))

    def _integers(self, problem: Problem) -> tuple[int, ...]:
        """What `int` ranges over: from the least to the greatest whole number about, and 0 or 1 up
        to the size of the largest sort."""
        trees = [f.tree for f in problem.constraints] + [
            t for o in problem.options for t in o.formulas
        ]
        written = {int(n.value) for t in trees for n in _numbers(t)}
        written |= {v for listed in problem.sorts.values() for v in listed if isinstance(v, int)}
        largest = max((len(listed) for listed in problem.sorts.values()), default=1)
        low, high = min({0, *written}), max({largest, *written})
        return tuple(range(low, min(high, low + 5000) + 1))

    def range_of(self, sort: str, span: Span | None) -> tuple[Value, ...]:
        """The members of a sort, of `a + b` or of a listing; E223."""
        sort = sort.strip()
        if sort in self.sorts:
            return self.sorts[sort]
        if sort in ("int", "Int"):
            return self.integers
        if sort == "bool":
            return (0, 1)
        for joint in ("+", "|", "∪", " or "):
            if joint in sort:
                parts = [self.range_of(part, span) for part in sort.split(joint)]
                return tuple(dict.fromkeys(value for part in parts for value in part))
        inner = sort.strip("[](){} ")
        if inner != sort and inner in self.sorts:
            return self.sorts[inner]
        if inner != sort or "," in inner:
            names = [name.strip().strip("'\"").replace(" ", "_") for name in inner.split(",")]
            if names and all(name in self.members or name.isdigit() for name in names):
                return tuple(self.members.get(n) or int(n) for n in names)
        function = self.problem.functions.get(sort)
        if function is not None and function.result == "bool" and len(function.args) == 1:
            raise ProgramError(223, f"`{sort}` is a function, and no sort", span)
        message = f"`{sort[:60]}` is not a sort with members"
        raise ProgramError(223, message, span, hint="declare it: `name = EnumSort([a, b])`")

    def cell(self, symbol: str, args: tuple[Value, ...], node: Apply) -> Meaning:
        """The value of a function for given members: new propositions, the first time."""
        key = symbol, args
        if key not in self._cells:
            z3 = self.z3
            label = f"{symbol}({', '.join(map(str, args))})"
            result = self.problem.functions[symbol].result
            if result == "bool":
                self._cells[key] = z3.Bool(label, self.context)
            else:
                values = self.range_of(result, node.span)
                guards = [z3.Bool(f"{label} = {value}", self.context) for value in values]
                if len(guards) == 1:
                    self.search.law(guards[0])
                else:
                    self.search.law(z3.PbEq([(guard, 1) for guard in guards], 1))
                self._cells[key] = Cases(tuple(zip(values, guards, strict=True)))
        return self._cells[key]

    def cells(self) -> Iterator[tuple[str, Meaning]]:
        """Each function's value that was spoken of, by its text."""
        for (symbol, args), meaning in self._cells.items():
            yield (f"{symbol}({', '.join(map(str, args))})" if args else symbol), meaning

    def unknown_name(self, node: Apply) -> Meaning:
        from trivium.analyse.near import did_you_mean

        symbol = node.symbol
        if symbol in self.sorts:
            message = f"`{symbol}` is a sort, and stands where a member or a formula is expected"
            raise ProgramError(221, message, node.span)
        known = [*self.problem.functions, *self.members]
        kind = "function" if node.args else "name"
        message = f"no {kind} is called `{symbol[:60]}`"
        raise ProgramError(221, message, node.span, hint=did_you_mean(symbol, known))

    def spend(self, steps: int, span: Span | None = None) -> None:
        """Count steps that are about to be made; E305 past the limit."""
        self._steps += steps
        if self._steps > MOST_STEPS:
            message = f"written out, the constraints take more than {MOST_STEPS:,} steps"
            raise LimitError(305, message, span, hint="use smaller sorts or fewer variables")

    def note(self, name: str, detail: str) -> None:
        mend = Mend(name, detail)
        if mend not in self.mends:
            self.mends.append(mend)


def _numbers(tree: Expression) -> Iterator[Number]:
    from trivium.solver.forms.logic import walk

    return (node for node in walk(tree) if isinstance(node, Number))
