"""Terms that do not fit their place, read as the one thing there that the declarations allow.

    Hill < Leung              on_duty(Hill) < on_duty(Leung)    the one function of librarians
    before(Powell, Wood)      before(place(Powell), ...)        `before` is over places
    order(performed(Sammy))   order(Sammy)                      `order` is over songs
    day(Ann) < day(Monday)    day(Ann) < Monday                 a value stands for itself
    at(juices, 1) = Isley     some s: at(s, juices) = 1, s = Isley
    Not(holds(Kwon, Z))       holds(Kwon, Z) = None             a condition: that there is a value

Each is a mend. Where there are several ways, or none, the term stays, and is refused later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations

from trivium.solver.complete import NOTHING, NOTHING_SORT
from trivium.solver.forms.deduction import Formula
from trivium.solver.forms.logic import (
    COMPARISONS,
    CONNECTIVES,
    Apply,
    Binder,
    Bound,
    Expression,
    Listing,
    Number,
    Operation,
)
from trivium.solver.forms.mends import Mend
from trivium.solver.forms.problem import Choice, Function, Problem

# Arguments are looked at in other orders where there are no more than this.
MOST_TURNED = 3
_ORDER = ("<", "<=", ">", ">=")
_OF_FORMULAS = (*CONNECTIVES, "count")
_OVER_FORMULAS = ("forall", "exists", "unique", "count")
# The values that a term may have; None where that is not known, or whole numbers.
Range = frozenset[str] | None
Names = Mapping[str, str]
# A fresh name, the sort of what it stands for, and what is said of that.
That = tuple[Apply, str, Operation]


def fit(problem: Problem, mends: list[Mend]) -> Problem:
    """The problem with each term fitted to its place, where there is one way to."""
    fitter = _Fitter(problem, mends)
    constraints = tuple(fitter.formula(formula) for formula in problem.constraints)
    options = tuple(fitter.choice(choice) for choice in problem.options)
    return replace(
        problem,
        sorts=fitter.sorts,
        functions=fitter.functions,
        constraints=constraints,
        options=options,
    )


class _Fitter:
    def __init__(self, problem: Problem, mends: list[Mend]) -> None:
        self.mends = mends
        self.sorts = dict(problem.sorts)
        self.functions = dict(problem.functions)
        self.members = {m for listed in problem.sorts.values() for m in listed}
        self._fresh = 0

    def note(self, name: str, detail: str) -> None:
        mend = Mend(name, detail)
        if mend not in self.mends:
            self.mends.append(mend)

    def formula(self, formula: Formula) -> Formula:
        return replace(formula, tree=self.fitted(formula.tree, {}, holds=True))

    def choice(self, choice: Choice) -> Choice:
        holds = choice.test != "optimum" or all(isinstance(t, Operation) for t in choice.formulas)
        trees = tuple(self.fitted(tree, {}, holds=holds) for tree in choice.formulas)
        return replace(choice, formulas=trees)

    # --- ranges ----------------------------------------------------------------------------------

    def range(self, sort: str) -> Range:
        """The names in a sort, in `a + b` or in a listing."""
        if sort in self.sorts:
            names = frozenset(m for m in self.sorts[sort] if isinstance(m, str))
            return names if len(names) == len(self.sorts[sort]) else None
        if "+" in sort:
            parts = [self.range(part.strip()) for part in sort.split("+")]
            known = [part for part in parts if part is not None]
            return frozenset().union(*known) if len(known) == len(parts) else None
        return None

    def values(self, node: Expression, names: Names) -> Range:
        """The values that a term may have."""
        if not isinstance(node, Apply):
            return None
        if not node.args and node.symbol in names:
            return self.range(names[node.symbol])
        if not node.args and node.symbol in self.members:
            return frozenset((node.symbol,))
        function = self.functions.get(node.symbol)
        if function is None or len(function.args) != len(node.args):
            return None
        if function.result != "bool" and self._fit(node.args, function.args, names):
            return self.range(function.result)
        return None

    def _fits(self, node: Expression, sort: str, names: Names) -> bool:
        """Whether a term may stand where a member of the sort is wanted, for all that is known."""
        wanted, given = self.range(sort), self.values(node, names)
        return wanted is None or given is None or bool(given & wanted)

    def _fit(self, args: Sequence[Expression], sorts: Sequence[str], names: Names) -> bool:
        pairs = zip(args, sorts, strict=True)
        return all(self._fits(node, sort, names) for node, sort in pairs)

    def _is_member(self, node: Expression, names: Names) -> bool:
        return (
            isinstance(node, Apply)
            and not node.args
            and node.symbol in self.members
            and node.symbol not in names
        )

    # --- trees -----------------------------------------------------------------------------------

    def fitted(self, node: Expression, names: Names, holds: bool = False) -> Expression:
        """The tree with its terms fitted; `holds` where it stands as a condition."""
        match node:
            case Binder(bound=bound, kind=kind):
                inner = {**names, **{v.name: v.sort for v in bound}}
                body = self.fitted(node.body, inner, kind in _OVER_FORMULAS)
                return replace(node, body=body)
            case Listing(items=items):
                return replace(node, items=tuple(self.fitted(i, names, holds) for i in items))
            case Operation(op=op) if op in COMPARISONS:
                return self._comparison(node, names)
            case Operation(op=op, args=args):
                formulas = op in _OF_FORMULAS
                return replace(node, args=tuple(self.fitted(a, names, formulas) for a in args))
            case Apply(args=args) if args:
                node = replace(node, args=tuple(self.fitted(a, names) for a in args))
                node = self._arguments(node, names)
                return self._condition(node, names) if holds else node
        return node

    def _comparison(self, node: Operation, names: Names) -> Expression:
        node = self._compared_by(self._itself(node, names), names)
        node = replace(node, args=tuple(self.fitted(a, names) for a in node.args))
        found = [self._of_value(side, names) for side in node.args]
        others = zip(found, found[::-1], node.args[::-1], strict=True)
        if found == [None, None] or not all(self._alike(*sides, names) for sides in others):
            return node
        bound = tuple(self._that(f) for f in found if f is not None)
        said = [f[2] for f in found if f is not None]
        sides = tuple(side if f is None else f[0] for side, f in zip(node.args, found, strict=True))
        both = Operation("and", (*said, replace(node, args=sides)), node.span)
        return Binder("exists", bound, both, node.span)

    # --- a term of another sort ------------------------------------------------------------------

    def _arguments(self, node: Apply, names: Names) -> Apply:
        """`f(x)` whose x is of another sort, from which one function leads to the sort wanted."""
        function = self.functions.get(node.symbol)
        if function is None or len(function.args) != len(node.args):
            return node
        turned = permutations(node.args) if len(node.args) <= MOST_TURNED else (node.args,)
        if any(self._fit(args, function.args, names) for args in turned):
            return node
        of_value = len(node.args) == 1 and self._fits(node.args[0], function.result, names)
        if of_value and self._is_member(node.args[0], names):
            return node  # that of which it is the value
        args = tuple(
            a if self._fits(a, sort, names) else self._led(a, sort, node.symbol, names)
            for a, sort in zip(node.args, function.args, strict=True)
        )
        if not self._fit(args, function.args, names):
            return node
        for old, new in zip(node.args, args, strict=True):
            if new is not old:
                self._say_led(old, new)
        return replace(node, args=args)

    def _led(self, node: Expression, sort: str, caller: str, names: Names) -> Expression:
        if isinstance(node, Apply) and len(node.args) == 1 and self._fits(*node.args, sort, names):
            return node.args[0]
        given, wanted = self.values(node, names), self.range(sort)
        if given is None or wanted is None:
            return node
        others = [name for name in self.functions if name != caller]
        ways = [name for name in others if self._leads(self.functions[name], given, wanted)]
        return Apply(ways[0], (node,), node.span) if len(ways) == 1 else node

    def _leads(self, function: Function, given: frozenset[str], wanted: frozenset[str]) -> bool:
        """Whether the function gives a member of `wanted` for each of `given`."""
        *firsts, last = function.args or ("",)
        if function.result == "bool":
            ends = (firsts[0], last) if len(firsts) == 1 else None
        else:
            ends = (last, function.result) if not firsts else None
        if ends is None:
            return False
        first, result = self.range(ends[0]), self.range(ends[1])
        return first is not None and given <= first and result == wanted

    def _say_led(self, old: Expression, new: Expression) -> None:
        if isinstance(old, Apply) and new in old.args:
            self.note("led-back", f"`{old.symbol}(x)` stands for x, where a thing like x is wanted")
        elif isinstance(new, Apply):
            self.note(
                "led-by", f"x stands for `{new.symbol}(x)`, where a thing like that is wanted"
            )

    # --- comparisons -----------------------------------------------------------------------------

    def _itself(self, node: Operation, names: Names) -> Operation:
        """`f(x) < f(v)`, where v is no argument of f but a value: v stands for itself."""
        left, right = node.args
        if not isinstance(left, Apply) or not isinstance(right, Apply):
            return node
        if left.symbol != right.symbol or not len(left.args) == len(right.args) == 1:
            return node
        function = self.functions.get(left.symbol)
        if function is None or len(function.args) != 1:
            return node
        sides = (*left.args, *right.args)
        if not all(self._is_member(side, names) for side in sides):
            return node
        argument = [self._fits(side, function.args[0], names) for side in sides]
        value = [self._fits(side, function.result, names) for side in sides]
        if sorted(argument) != [False, True] or argument == value or sum(value) != 1:
            return node
        self.note("value-itself", f"`{left.symbol}(v)` of a value v is v")
        args = (left, sides[1]) if argument[0] else (sides[0], right)
        return replace(node, args=args)

    def _compared_by(self, node: Operation, names: Names) -> Operation:
        """`Ann < Bob`, where there is one thing that the declarations say of people."""
        if node.op not in _ORDER or not all(self._is_member(a, names) for a in node.args):
            return node
        symbols = {a.symbol for a in node.args if isinstance(a, Apply)}
        sort = next((s for s in self.sorts if symbols <= (self.range(s) or frozenset())), None)
        ways = [name for name, function in self.functions.items() if sort in function.args]
        if sort is None or len(ways) != 1:
            return node
        function = self.functions[ways[0]]
        single = len(function.args) == 1 and function.result not in ("bool", sort)
        related = function.args[0] == sort and len(function.args) == 2 and function.result == "bool"
        if not single and not (related and function.args[1] != sort):
            return node
        self.note("compared-by", f"members of `{sort}` are compared by `{ways[0]}`")
        args = tuple(Apply(ways[0], (a,), a.span) for a in node.args)
        return replace(node, args=args)

    # --- that of which it is the value -----------------------------------------------------------

    def _alike(self, mine: That | None, other: That | None, side: Expression, names: Names) -> bool:
        """Whether what stands on the other side is of the sort of that found on this one."""
        if mine is None:
            return True
        return self._stands(side, mine[1], names) if other is None else other[1] == mine[1]

    def _of_value(self, node: Expression, names: Names) -> That | None:
        """What `f(b, v)`, with the value v and without its first argument, stands for."""
        function = self.functions.get(node.symbol) if isinstance(node, Apply) else None
        if not isinstance(node, Apply) or function is None or function.result == "bool":
            return None
        sorts, given = function.args, node.args
        if len(given) != len(sorts) or not 2 <= len(sorts) <= MOST_TURNED:
            return None
        if any(self._stand(p, sorts, names) for p in permutations(given)):
            return None
        ways = []
        for missing in range(len(sorts)):
            slots = (*sorts[:missing], *sorts[missing + 1 :], function.result)
            ways += [(missing, p) for p in permutations(given) if self._stand(p, slots, names)]
        if len(ways) != 1:
            return None
        [(missing, (*others, value))] = ways
        self._fresh += 1
        name = Apply(f"that {self._fresh}", (), node.span)
        args = (*others[:missing], name, *others[missing:])
        said = Operation("=", (replace(node, args=args), value), node.span)
        return name, sorts[missing], said

    def _that(self, found: That) -> Bound:
        called = found[2].args[0]
        if isinstance(called, Apply):
            detail = f"`{called.symbol}` of its value stands for that of which it is one"
            self.note("inverse", detail)
        return Bound(found[0].symbol, found[1])

    def _stand(self, nodes: Iterable[Expression], sorts: Sequence[str], names: Names) -> bool:
        """Whether each is known to be of its sort: a number of one of numbers, a name of one."""
        return all(self._stands(n, s, names) for n, s in zip(nodes, sorts, strict=True))

    def _stands(self, node: Expression, sort: str, names: Names) -> bool:
        wanted, given = self.range(sort), self.values(node, names)
        if isinstance(node, Number):
            return wanted is None
        return wanted is not None and given is not None and given <= wanted

    def _condition(self, node: Apply, names: Names) -> Expression:
        """A function's value as a condition: that there is one."""
        if (found := self._of_value(node, names)) is not None:
            return Binder("exists", (self._that(found),), found[2], node.span)
        function = self.functions.get(node.symbol)
        if function is None or len(function.args) != len(node.args):
            return node
        partial = function.result.endswith(NOTHING_SORT)
        if not partial and self.range(function.result) is None:
            return node
        if not partial:
            self.sorts.setdefault(NOTHING_SORT, (min(NOTHING),))
            result = f"{function.result} + {NOTHING_SORT}"
            self.functions[node.symbol] = Function(function.args, result)
            self.note("no-value", f"`{node.symbol}` may have no value, and as a condition has one")
        none = Apply(str(self.sorts[NOTHING_SORT][0]), (), node.span)
        return Operation("!=", (node, none), node.span)
