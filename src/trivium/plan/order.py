"""The order in which the literals of a body run.

Tests, bindings and negations run as soon as their variables are bound, because they are cheap and
only take rows away. Of the positive atoms, the one that is expected to match the fewest rows for
the variables bound so far is next. Aggregates wait for the atoms, unless one needs their result.

    before:  big(x, y), small(y), x > 3
    after:   small(y), big(x, y), x > 3
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from trivium.errors import LimitError
from trivium.ir.nodes import Aggregate, Atom, Call, Compare, Literal, Term, Var

# (relation, its bound columns) -> about how many rows match one binding of them
Estimate = Callable[[str, tuple[int, ...]], float]

# Functors that fail on some arguments: they must not run before the tests that guard them.
PARTIAL = frozenset({"/", "%", "to_number", "to_float", "to_unsigned", "match"})


def term_variables(term: Term | None) -> Iterator[Var]:
    if isinstance(term, Var):
        yield term
    elif isinstance(term, Call):
        for argument in term.args:
            yield from term_variables(argument)


def literal_terms(literal: Literal) -> Iterator[Term]:
    """The terms of a literal; of an aggregate, only those that belong to the outside."""
    match literal:
        case Atom():
            yield from (term for term in literal.args if term is not None)
        case Compare():
            yield from (literal.left, literal.right)
        case Aggregate():
            yield from literal.group
            if literal.parameter is not None:
                yield literal.parameter


def needs(literal: Literal) -> set[str]:
    """The variables of `literal_terms`."""
    return {variable.name for term in literal_terms(literal) for variable in term_variables(term)}


def assigned(compare: Compare, bound: set[str]) -> tuple[Var, Term] | None:
    """The unbound variable that an `=` binds, and the bound term it takes its value from."""
    if compare.op != "=":
        return None
    for side, other in ((compare.left, compare.right), (compare.right, compare.left)):
        if isinstance(side, Var) and side.name not in bound:
            free = {v.name for v in term_variables(other)} - bound
            return None if free else (side, other)
    return None


def is_ready(literal: Literal, bound: set[str]) -> bool:
    """Whether the literal can run when these variables are bound."""
    if isinstance(literal, Atom) and not literal.negated:
        return True
    if needs(literal) <= bound:
        return True
    return isinstance(literal, Compare) and assigned(literal, bound) is not None


def binds(literal: Literal) -> set[str]:
    """The variables that are bound once the literal has run."""
    if isinstance(literal, Aggregate):
        return {literal.result.name}
    return needs(literal)


def is_partial(literal: Literal) -> bool:
    def fails(term: Term) -> bool:
        return isinstance(term, Call) and (term.functor in PARTIAL or any(map(fails, term.args)))

    if isinstance(literal, Compare) and literal.op == "match":
        return True
    return any(fails(term) for term in literal_terms(literal))


def order_body(
    body: Sequence[Literal], bound: set[str], estimate: Estimate | None, first: int | None = None
) -> list[int]:
    """The positions of the body's literals in the order of execution.

    `first` names an atom that must come first (the delta). Without an `estimate` the literals keep
    the order of the text, as far as their variables allow.
    """
    waiting = list(range(len(body)))
    bound = set(bound)
    order: list[int] = []

    def take(place: int) -> None:
        waiting.remove(place)
        order.append(place)
        bound.update(binds(body[place]))

    if first is not None:
        take(first)
    while waiting:
        ready = [place for place in waiting if is_ready(body[place], bound)]
        if not ready:
            raise LimitError(310, "no order of the literals binds every variable", body[0].span)
        take(ready[0] if estimate is None else _next(body, waiting, ready, bound, estimate))
    return order


def _next(
    body: Sequence[Literal], waiting: list[int], ready: list[int], bound: set[str], rows: Estimate
) -> int:
    atoms: list[tuple[int, Atom]] = []
    folds: list[int] = []
    partial: list[int] = []
    for place in ready:
        literal = body[place]
        if isinstance(literal, Aggregate):
            folds.append(place)
        elif isinstance(literal, Atom) and not literal.negated:
            atoms.append((place, literal))
        elif place != waiting[0] and is_partial(literal):
            partial.append(place)
        else:
            return place
    if len(atoms) == 1 and not folds:
        return atoms[0][0]
    wanted = _wanted([body[place] for place in waiting]) - bound
    for place in folds:
        if not atoms or binds(body[place]) & wanted:
            return place
    if atoms:
        return min(atoms, key=lambda atom: (rows(*_bound_columns(atom[1], bound)), atom[0]))[0]
    return partial[0]


def _wanted(waiting: list[Literal]) -> set[str]:
    """The variables that positive atoms read, and those that an `=` makes one of them from."""
    names: set[str] = set()
    for literal in waiting:
        if isinstance(literal, Atom) and not literal.negated:
            names |= needs(literal)
    for literal in waiting:
        if isinstance(literal, Compare) and literal.op == "=":
            sides = {side.name for side in (literal.left, literal.right) if isinstance(side, Var)}
            if sides & names:
                names |= needs(literal)
    return names


def _bound_columns(atom: Atom, bound: set[str]) -> tuple[str, tuple[int, ...]]:
    columns = tuple(
        column
        for column, term in enumerate(atom.args)
        if term is not None and not (isinstance(term, Var) and term.name not in bound)
    )
    return atom.relation, columns
