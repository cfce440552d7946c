"""What the declarations of a problem leave open, filled in where its use tells how; each a mend.

    Implies(visited(Oldtown, d), ...)     `d` stands for every member of `days`
    And(tours(d1, Sales), d1 < d2)        `d1` and `d2` stand for some member of `days`
    shared(Juan, _, l)                    `_` stands for some member of `girls`
    assigned(p) != None                   `assigned` may have no value
    on_sale(new_opera)                    `new_opera` is one more member of `cds`
    department(Ann) = Sales               `department` gives a member of `departments`

A variable that nothing binds is universal, as in any formula, but where a conjunction speaks of it,
which would say too much.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from trivium.solver.forms.deduction import Formula
from trivium.solver.forms.logic import (
    COMPARISONS,
    Apply,
    Binder,
    Bound,
    Expression,
    Listing,
    Operation,
    free_names,
    walk,
)
from trivium.solver.forms.mends import Mend
from trivium.solver.forms.problem import Choice, Function, Problem

_VARIABLE = re.compile(r"[a-z]{1,2}\d*|pos|idx|\w{1,2}_?\d+")
NOTHING = frozenset(("None", "null", "nil", "none"))
# The sort of what stands where a function has no value.
NOTHING_SORT = "nothing"


def complete(problem: Problem, mends: list[Mend]) -> Problem:
    """The problem with what its formulas use and its declarations lack."""
    filler = _Filler(problem, mends)
    constraints = tuple(filler.formula(formula) for formula in problem.constraints)
    options = tuple(filler.choice(choice) for choice in problem.options)
    return replace(
        problem,
        sorts={name: tuple(listed) for name, listed in filler.sorts.items()},
        functions=filler.functions,
        constraints=constraints,
        options=options,
    )


class _Filler:
    def __init__(self, problem: Problem, mends: list[Mend]) -> None:
        self.mends = mends
        self.functions = dict(problem.functions)
        self.sorts = {name: list(listed) for name, listed in problem.sorts.items()}
        self.members = {m for listed in problem.sorts.values() for m in listed}
        self._fresh = 0
        trees = [f.tree for f in problem.constraints]
        trees += [t for o in problem.options for t in o.formulas]
        for tree in trees:
            self._note_nothing(tree)
            self._note_functions(tree)

    def note(self, name: str, detail: str) -> None:
        mend = Mend(name, detail)
        if mend not in self.mends:
            self.mends.append(mend)

    # --- functions without a value ---------------------------------------------------------------

    def _note_nothing(self, tree: Expression) -> None:
        """A function that is compared with `None` may have that for a value."""
        for node in walk(tree):
            if not isinstance(node, Operation) or node.op not in ("=", "!=", "in"):
                continue
            names = {a.symbol for a in node.args if isinstance(a, Apply) and not a.args}
            none = next(iter(names & (NOTHING - self.members)), None)
            if none is None:
                continue
            for side in node.args:
                if not isinstance(side, Apply):
                    continue
                function = self.functions.get(side.symbol)
                if function is not None and function.result not in ("bool", "int"):
                    result = f"{function.result} + {NOTHING_SORT}"
                    if not function.result.endswith(NOTHING_SORT):
                        self.functions[side.symbol] = Function(function.args, result)
                    self.sorts.setdefault(NOTHING_SORT, [none])
                    self.members.add(none)
                    self.note("no-value", f"`{side.symbol}` may have no value")

    # --- functions that are called as a sort -----------------------------------------------------

    def _note_functions(self, tree: Expression) -> None:
        """A function that nothing declares and that has a sort's name gives a member of it."""
        bound = dict(self._bound_sorts(tree))
        for node in walk(tree):
            if not isinstance(node, Apply) or len(node.args) != 1 or node.symbol in self.functions:
                continue
            named = [name for name in (node.symbol, f"{node.symbol}s") if name in self.sorts]
            argument = node.args[0]
            if not named or not isinstance(argument, Apply) or argument.args:
                continue
            holding = (name for name, listed in self.sorts.items() if argument.symbol in listed)
            sort = bound.get(argument.symbol) or next(holding, None)
            if sort is not None and sort != named[0]:
                self.functions[node.symbol] = Function((sort,), named[0])
                detail = f"`{node.symbol}` gives a member of `{named[0]}` for each of `{sort}`"
                self.note("implicit-function", detail)

    # --- formulas --------------------------------------------------------------------------------

    def formula(self, formula: Formula) -> Formula:
        return replace(formula, tree=self.filled(formula.tree))

    def choice(self, choice: Choice) -> Choice:
        return replace(choice, formulas=tuple(self.filled(tree) for tree in choice.formulas))

    def filled(self, tree: Expression) -> Expression:
        tree = _rewritten(tree, self._anybody)
        unknown = [name for name in dict.fromkeys(free_names(tree)) if self._unknown(name)]
        if not unknown:
            return tree
        sorts: dict[str, str] = {}
        for name, sort in self._uses(tree):
            sorts.setdefault(name, sort)
        bound = []
        for name in unknown:
            if name not in sorts:
                continue  # E221 says so, when it is solved
            sort = sorts[name]
            if _VARIABLE.fullmatch(name):
                bound.append(Bound(name, sort))
            elif sort in self.sorts and all(isinstance(m, str) for m in self.sorts[sort]):
                self.sorts[sort].append(name)
                self.members.add(name)
                self.note("implicit-member", f"`{name}` is one more member of `{sort}`")
        if not bound:
            return tree
        conjunction = isinstance(tree, Operation) and tree.op == "and"
        kind, word = ("exists", "some") if conjunction else ("forall", "every")
        for variable in bound:
            detail = f"`{variable.name}` stands for {word} member of `{variable.sort}`"
            self.note("free-variable", detail)
        return Binder(kind, tuple(bound), tree, tree.span)

    def _unknown(self, name: str) -> bool:
        return name not in self.members and name not in self.functions and name not in self.sorts

    def _uses(self, tree: Expression) -> Iterator[tuple[str, str]]:
        """Name and sort of each bare name that is an argument, or compared with a value."""
        for node in walk(tree):
            if isinstance(node, Apply) and node.symbol in self.functions:
                function = self.functions[node.symbol]
                for argument, sort in zip(node.args, function.args, strict=False):
                    yield from ((name, sort) for name in _bare(argument))
                if len(node.args) == len(function.args) + 1:
                    yield from ((name, function.result) for name in _bare(node.args[-1]))
            if isinstance(node, Operation) and node.op in COMPARISONS:
                left, right = node.args
                for side, other in ((left, right), (right, left)):
                    called = self.functions.get(side.symbol) if isinstance(side, Apply) else None
                    if called is not None and called.result != "bool":
                        yield from ((name, called.result) for name in _bare(other))
        # d1 < d2: both are of the sort of either.
        known = dict(self._bound_sorts(tree))
        for node in walk(tree):
            if isinstance(node, Operation) and node.op in COMPARISONS:
                names = [list(_bare(argument)) for argument in node.args]
                for ones, others in (names, names[::-1]):
                    yield from ((b, known[a]) for a in ones for b in others if a in known)

    def _bound_sorts(self, tree: Expression) -> Iterator[tuple[str, str]]:
        for node in walk(tree):
            if isinstance(node, Binder):
                yield from ((variable.name, variable.sort) for variable in node.bound)
        for node in walk(tree):
            if isinstance(node, Apply) and node.symbol in self.functions:
                for argument, sort in zip(
                    node.args, self.functions[node.symbol].args, strict=False
                ):
                    yield from ((name, sort) for name in _bare(argument))

    # --- somebody --------------------------------------------------------------------------------

    def _anybody(self, node: Expression) -> Expression | None:
        """An atom or a comparison that speaks of `_`, as one of some member."""
        sides: list[Apply] = [node] if isinstance(node, Apply) else []
        if isinstance(node, Operation) and node.op in COMPARISONS:
            sides = [a for a in node.args if isinstance(a, Apply)]
        bound: list[Bound] = []
        made: dict[Expression, Expression] = {}
        for side in sides:
            function = self.functions.get(side.symbol)
            if function is None or not any(_is_blank(a) for a in side.args):
                continue
            args = list(side.args)
            for place, sort in enumerate(function.args[: len(args)]):
                if _is_blank(args[place]):
                    self._fresh += 1
                    name = f"any {self._fresh}"
                    args[place] = Apply(name, (), side.span)
                    bound.append(Bound(name, sort))
                    self.note("any-member", f"`_` stands for some member of `{sort}`")
            made[side] = Apply(side.symbol, tuple(args), side.span)
        if not bound:
            return None
        if isinstance(node, Operation):
            named = tuple(made.get(a, a) for a in node.args)
            return Binder("exists", tuple(bound), replace(node, args=named), node.span)
        return Binder("exists", tuple(bound), made[node], node.span)


def _is_blank(node: Expression) -> bool:
    return isinstance(node, Apply) and node.symbol == "_" and not node.args


def _bare(node: Expression) -> Iterator[str]:
    """The names in an argument such as `d`, `d + 1` or `[d, e]`."""
    if isinstance(node, Apply) and not node.args:
        yield node.symbol
    elif isinstance(node, Operation) and node.op in ("+", "-"):
        for argument in node.args:
            yield from _bare(argument)


def _rewritten(node: Expression, change: Callable[[Expression], Expression | None]) -> Expression:
    """The tree with what `change` gives in the place of a node, from the top down."""
    if (made := change(node)) is not None:
        return made
    match node:
        case Apply(args=args) if args:
            return replace(node, args=tuple(_rewritten(a, change) for a in args))
        case Operation(args=args):
            return replace(node, args=tuple(_rewritten(a, change) for a in args))
        case Listing(items=items):
            return replace(node, items=tuple(_rewritten(a, change) for a in items))
        case Binder():
            return replace(node, body=_rewritten(node.body, change))
    return node
