"""The order in which the literals of a body run.

Tests, bindings and negations run as soon as their variables are bound, because they are cheap and
only take rows away. Of the orders of the positive atoms, the one that is expected to make the
fewest rows in all is taken, by dynamic programming over the sets of atoms that have run. Aggregates
wait for the atoms, unless one needs their result.

    before:  big(x, y), small(y), x > 3
    after:   small(y), big(x, y), x > 3
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from trivium.errors import LimitError
from trivium.ir.nodes import Aggregate, Atom, Call, Compare, Literal, Term, Var
from trivium.plan.cost import Size, after
from trivium.plan.statistics import FEW, Statistics
from trivium.plan.steps import Version

# So many orders of the same length are followed: of up to 6 atoms, all that differ; fewer where no
# relation has more than FEW rows.
BEAM = 20
NARROW = 3
# What asks without any cost is asked last all the same.
_FREE = 1e-9
ONE = Size(1.0)

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


def assigned(compare: Compare, bound: Collection[str]) -> tuple[Var, Term] | None:
    """The unbound variable that an `=` binds, and the bound term it takes its value from."""
    if compare.op != "=":
        return None
    for side, other in ((compare.left, compare.right), (compare.right, compare.left)):
        if isinstance(side, Var) and side.name not in bound:
            free = any(v.name not in bound for v in term_variables(other))
            return None if free else (side, other)
    return None


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


@dataclass(frozen=True, slots=True)
class Order:
    """The positions of a body's literals as they run, the rows expected after each, the work."""

    places: tuple[int, ...]
    rows: tuple[float, ...] = ()
    work: float = 0.0


@dataclass(frozen=True, slots=True)
class _Part:
    """An order of some of the literals, and what it binds."""

    places: tuple[int, ...]
    bound: frozenset[str]
    size: Size
    rows: tuple[float, ...] = ()
    work: float = 0.0


def order_body(
    body: Sequence[Literal],
    bound: set[str],
    known: Statistics | None,
    first: int | None = None,
    versions: Mapping[int, Version] = MappingProxyType({}),
    start: Size = ONE,
    free: bool = True,
) -> Order:
    """The order of the body's literals that is expected to take the least work.

    `first` names a literal that must come first (the delta). `start` is the size of the bindings
    of `bound`. Without statistics the literals keep the order of the text, as far as their
    variables allow; not `free`, the atoms do.
    """
    read = _Read.of(body)
    beam = NARROW if known is not None and _few(body, known) else BEAM
    parts = [_Part((), frozenset(bound), start.given(bound))]
    if first is not None:
        parts = [_take(read, parts[0], first, known, versions)]
    while len(parts[0].places) < len(body):
        best: dict[frozenset[int], _Part] = {}
        for part in parts:
            choices = _choices(read, part, known)
            for place in choices if free else choices[:1]:
                longer = _take(read, part, place, known, versions)
                taken = frozenset(longer.places)
                if taken not in best or longer.work < best[taken].work:
                    best[taken] = longer
        parts = sorted(best.values(), key=lambda part: part.work)[:beam]
    return Order(parts[0].places, parts[0].rows, parts[0].work)


def _few(body: Sequence[Literal], known: Statistics) -> bool:
    return all(known.rows(each.relation) <= FEW for each in body if isinstance(each, Atom))


@dataclass(frozen=True, slots=True)
class _Read:
    """A body whose variables have been looked at."""

    body: Sequence[Literal]
    needs: Sequence[set[str]]
    binds: Sequence[set[str]]
    asks: Sequence[float]  # as `asking_cost`

    @staticmethod
    def of(body: Sequence[Literal]) -> _Read:
        return _Read(body, [needs(literal) for literal in body], [binds(each) for each in body],
                     [asking_cost(literal) for literal in body])  # fmt: skip

    def is_ready(self, place: int, bound: frozenset[str]) -> bool:
        """Whether a literal can run when these variables are bound."""
        literal = self.body[place]
        if self.needs[place] <= bound:
            return True
        if isinstance(literal, Atom) and not literal.negated:
            return literal.access is None or _inputs(literal) <= bound
        return isinstance(literal, Compare) and assigned(literal, bound) is not None


def _take(
    read: _Read,
    part: _Part,
    place: int,
    known: Statistics | None,
    versions: Mapping[int, Version],
) -> _Part:
    places, bound = (*part.places, place), part.bound | read.binds[place]
    if known is None:
        return _Part(places, bound, part.size)
    version = versions.get(place, Version.FULL)
    size, work = after(read.body[place], part.size, known, version)
    return _Part(places, bound, size, (*part.rows, size.rows), part.work + work)


def _choices(read: _Read, part: _Part, known: Statistics | None) -> list[int]:
    """What may come next: one literal, or any of the atoms that are ready."""
    body, bound = read.body, part.bound
    waiting = [place for place in range(len(body)) if place not in part.places]
    ready = [place for place in waiting if read.is_ready(place, bound)]
    if not ready:
        raise LimitError(310, "no order of the literals binds every variable", body[0].span)
    if known is None:
        return [at for at in ready if not read.asks[at]][:1] or ready[:1]
    atoms: list[int] = []
    folds: list[int] = []
    partial: list[int] = []
    outside: list[int] = []
    for place in ready:
        literal = body[place]
        if read.asks[place]:
            outside.append(place)
        elif isinstance(literal, Aggregate):
            folds.append(place)
        elif isinstance(literal, Atom) and not literal.negated:
            atoms.append(place)
        elif place != waiting[0] and is_partial(literal):
            partial.append(place)
        else:
            return [place]
    wanted = _wanted([body[place] for place in waiting]) - bound if folds else set()
    for place in folds:
        if not atoms or read.binds[place] & wanted:
            return [place]
    if outside:
        atoms = _before_asking(read, outside, atoms, bound)
        if not atoms:
            return [min(outside, key=read.asks.__getitem__)]
    return atoms or partial[:1]


def _before_asking(
    read: _Read, outside: Sequence[int], atoms: Sequence[int], bound: frozenset[str]
) -> list[int]:
    """The atoms that may leave fewer inputs to ask about: all but those that only join answers.

    a(x), f(x, y), b(x, z), c(y)      b before f is asked, c after
    """
    answers = {name for place in outside for name in read.binds[place]} - bound
    return [at for at in atoms if read.needs[at] & bound or not read.needs[at] & answers]


def asking_cost(literal: Literal) -> float:
    """What it costs to ask for one input of a relation that is answered from outside, or of those
    that an aggregate reads; 0 where nobody is asked."""
    match literal:
        case Atom():
            return 0.0 if literal.access is None else max(literal.access.cost, _FREE)
        case Aggregate():
            return sum(map(asking_cost, (*literal.body, *literal.condition)))
    return 0.0


def _inputs(atom: Atom) -> set[str]:
    """The variables that an atom answered from outside needs."""
    places = () if atom.access is None else atom.access.inputs
    return {v.name for place in places for v in term_variables(atom.args[place])}


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
