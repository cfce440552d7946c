"""From a rule to the steps of its plans.

A rule of a recursive stratum gets one plan for each literal that reads the stratum: that literal
reads only the rows of the last round, those before it the older rows, those after it all rows, so
that each combination of rows is joined in exactly one round.

    path(x, z) :- path(x, y), path(y, z).
        path [delta] ⋈ path [full]
        path [old]   ⋈ path [delta]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from trivium.ir.nodes import Aggregate, Atom, Call, Compare, Const, Literal, Rule, Term, Var
from trivium.plan.cost import Size
from trivium.plan.grouping import by_classes, opening, stands_alone
from trivium.plan.meet import mark_meets
from trivium.plan.order import (
    Order,
    assigned,
    literal_terms,
    order_body,
    term_variables,
)
from trivium.plan.ranking import Ranking, ranking
from trivium.plan.statistics import EVERYTHING, Noted, Planning, Statistics
from trivium.plan.steps import (
    Absent,
    Compute,
    Fold,
    Group,
    Match,
    Ranked,
    RulePlan,
    Step,
    Test,
    Version,
)


def plan_rule(
    rule: Rule,
    recursive: Iterable[str],
    known: Statistics,
    planning: Planning = EVERYTHING,
) -> list[RulePlan]:
    """The plans of a rule, one for each recursive literal, or one if there is none."""
    known = known if isinstance(known, Noted) else Noted(known)
    body, origins = flatten(rule.body)
    inside = frozenset(recursive)
    growing = [
        place
        for place, literal in enumerate(body)
        if isinstance(literal, Atom) and not literal.negated and literal.relation in inside
    ]
    needed = _variables(term for term in rule.head.args if term is not None)
    head = tuple(term for term in rule.head.args if term is not None)
    plans = []
    deltas: list[int | None] = [*growing] or [None]
    for delta in deltas:
        versions = {place: _version(place, delta) for place in growing}
        builder = Builder(body, origins, versions, known, planning)
        opens = opening(body, needed, growing, known) if planning.group else None
        if opens is None:
            order = order_body(body, set(), known, delta, versions, free=planning.order)
        else:
            order = builder.opened(opens.place, opens.implied)
        steps = builder.build(order, set(), needed)
        plans.append(RulePlan(rule, steps, head, order.rows))
    return plans


def _version(place: int, delta: int | None) -> Version:
    if place == delta:
        return Version.DELTA
    return Version.OLD if delta is not None and place < delta else Version.FULL


def plan_body(
    body: Sequence[Literal],
    bound: set[str],
    known: Statistics | None,
    needed: set[str],
    row_prefix: str = "#row",
) -> tuple[Step, ...]:
    """A plan that keeps every variable in `needed` and the matched row of every positive atom.

    Proofs use it: the row of the atom at position i of the body is in the column `#row<i>`. Without
    statistics the literals run in the order of the text, as far as possible.
    """
    flat, origins = flatten(body)
    order = order_body(flat, bound, known)
    rows = {
        f"{row_prefix}{place}"
        for place, literal in enumerate(body)
        if isinstance(literal, Atom) and not literal.negated
    }
    one = Planning(
        group=False, meet=False
    )  # of one binding, no aggregate needs more than its own group
    builder = Builder(flat, origins, {}, known, one, row_prefix=row_prefix)
    return builder.build(order, bound, needed | rows)


def flatten(body: Sequence[Literal]) -> tuple[list[Literal], list[int]]:
    """Take functors out of atoms, so that an argument is a variable, a constant or free.

    before:  p(x + 1)        after:  p(a), a = x + 1
    """
    flat: list[Literal] = []
    origins: list[int] = []
    for place, literal in enumerate(body):
        if isinstance(literal, Atom) and any(isinstance(term, Call) for term in literal.args):
            args: list[Term | None] = []
            for column, term in enumerate(literal.args):
                if isinstance(term, Call):
                    variable = Var(f"#{place}.{column}", term.type)
                    flat.append(Compare("=", variable, term, literal.span))
                    origins.append(place)
                    term = variable
                args.append(term)
            literal = replace(literal, args=tuple(args))
        flat.append(literal)
        origins.append(place)
    return flat, origins


class Builder:
    """Makes the steps of one body. `counting` bodies (of aggregates) keep one row a tuple."""

    def __init__(
        self,
        body: Sequence[Literal],
        origins: Sequence[int],
        versions: dict[int, Version],
        known: Statistics | None,
        planning: Planning,
        counting: bool = False,
        row_prefix: str | None = None,
        depth: int = 0,
    ) -> None:
        self.body = body
        self.origins = origins
        self.versions = versions
        self.known = known
        self.planning = planning
        self.counting = counting
        self.row_prefix = row_prefix
        self.depth = depth

    def opened(self, place: int, implied: frozenset[int]) -> Order:
        """The order that starts with an aggregate, without the atoms that it implies."""
        kept = [at for at in range(len(self.body)) if at not in implied]
        literals = [self.body[at] for at in kept]
        aggregate = self.body[place]
        assert isinstance(aggregate, Aggregate)
        group = {variable.name for variable in aggregate.group}
        order = order_body(
            literals, group, self.known, kept.index(place), start=self._groups(aggregate)
        )
        return replace(order, places=tuple(kept[at] for at in order.places))

    def build(self, order: Order, bound: set[str], needed: set[str]) -> tuple[Step, ...]:
        """The steps in the given order; `needed` are the columns to give at the end."""
        bound = set(bound)
        steps = []
        before = 1.0
        for at, place in enumerate(order.places):
            step, more = self._step(place, bound, before)
            steps.append(step)
            bound |= more
            before = order.rows[at] if order.rows else 1.0
        marked = _mark_live(steps, needed, self.counting)
        if self.known is None or not self.planning.meet:
            return marked
        return mark_meets(marked, order.rows, self.known)

    def _step(self, place: int, bound: set[str], before: float) -> tuple[Step, set[str]]:
        literal, origin = self.body[place], self.origins[place]
        match literal:
            case Atom(negated=True):
                keys = tuple((c, t) for c, t in enumerate(literal.args) if t is not None)
                return Absent(origin, literal.relation, keys, _inputs(literal)), set()
            case Atom():
                step = self._match(literal, origin, self.versions.get(place, Version.FULL), bound)
                return step, {name for _, name in step.binds}
            case Compare():
                binding = assigned(literal, bound)
                if binding is None:
                    return Test(origin, literal), set()
                variable, term = binding
                return Compute(origin, variable.name, term), {variable.name}
            case Aggregate():
                group = _variables(literal.group)
                opens = not group <= bound
                if opens or self._runs_once(literal, before):
                    return self._group(literal, origin, opens, bound), group | {literal.result.name}
                if (found := self._ranking(literal, before)) is not None:
                    return self._ranked(found, literal, origin, bound), {literal.result.name}
                return self._fold(literal, origin, bound), {literal.result.name}

    def _match(self, atom: Atom, origin: int, version: Version, bound: set[str]) -> Match:
        keys: list[tuple[int, Term]] = []
        names: dict[str, int] = {}
        equal: list[tuple[int, int]] = []
        for column, term in enumerate(atom.args):
            if isinstance(term, Const) or (isinstance(term, Var) and term.name in bound):
                keys.append((column, term))
            elif isinstance(term, Var) and term.name in names:
                equal.append((names[term.name], column))
            elif isinstance(term, Var):
                names[term.name] = column
        row = None if self.row_prefix is None else f"{self.row_prefix}{origin}"
        binds = tuple((column, name) for name, column in names.items())
        # A row that is known whole is there once: even where rows are counted, it is only checked.
        whole = row is None and len(keys) == len(atom.args)
        return Match(
            origin,
            atom.relation,
            version,
            tuple(keys),
            binds,
            tuple(equal),
            exists=whole,
            row=row,
            inputs=_inputs(atom),
        )

    def _fold(self, aggregate: Aggregate, origin: int, bound: set[str]) -> Fold:
        group = _variables(aggregate.group)
        if aggregate.parameter is not None:
            group |= _variables([aggregate.parameter])
        marker = f"#group{self.depth}"
        outer = group | _variables(_terms(aggregate.body))
        in_condition = outer & _variables(_terms(aggregate.condition))
        needed = _variables(aggregate.values) | in_condition | {marker}
        inner_body, inner_origins = flatten(aggregate.body)
        inner = self._inner(inner_body, inner_origins, counting=True)
        body = inner.build(order_body(inner_body, group, self.known), group, needed)
        witness, condition = "", tuple[Step, ...]()
        if aggregate.condition:
            witness = f"#binding{self.depth}"
            condition = self._condition(aggregate, in_condition, witness)
        ordered_group = tuple(sorted(group))
        checks = aggregate.result.name in bound
        return Fold(origin, aggregate, ordered_group, marker, checks, body, witness, condition)

    def _condition(self, aggregate: Aggregate, bound: set[str], witness: str) -> tuple[Step, ...]:
        body, origins = flatten(aggregate.condition)
        builder = self._inner(body, origins, counting=False)
        return builder.build(order_body(body, bound, self.known), bound, {witness})

    def _inner(self, body: list[Literal], origins: list[int], counting: bool) -> Builder:
        planning, depth = self.planning, self.depth + 1
        return Builder(body, origins, {}, self.known, planning, counting, depth=depth)

    # --- aggregates whose body runs once ---------------------------------------------------------

    def _group(self, aggregate: Aggregate, origin: int, opens: bool, bound: set[str]) -> Group:
        keys = tuple(sorted(_variables(aggregate.group)))
        body, origins = flatten(aggregate.body)
        inner = self._inner(body, origins, counting=True)
        needed = _variables(aggregate.values) | set(keys)
        steps = inner.build(order_body(body, set(), self.known), set(), needed)
        return Group(origin, aggregate, keys, opens, aggregate.result.name in bound, steps)

    def _runs_once(self, aggregate: Aggregate, before: float) -> bool:
        """Whether one run of the body is expected to cost less than one for each group."""
        if not self.planning.group or self.known is None or not stands_alone(aggregate):
            return False
        if not aggregate.group:
            return True
        if by_classes(aggregate, self.known):
            return False  # one group for each class
        body, _ = flatten(aggregate.body)
        group = _variables(aggregate.group)
        once = order_body(body, set(), self.known)
        each = order_body(body, group, self.known)
        groups = min(before, self._groups(aggregate).rows)
        # The index by which each group is found takes a pass too, and its rows come out of order.
        return once.work <= 2 * groups * each.work

    def _ranking(self, aggregate: Aggregate, before: float) -> Ranking | None:
        """The order of an aggregate, if a sort is expected to cost less than every comparison."""
        found = ranking(aggregate) if self.planning.group and self.known is not None else None
        if found is None:
            return None
        rest, _ = flatten(found.whole.body)
        body, _ = flatten(aggregate.body)
        once = order_body(rest, set(), self.known)
        each = order_body(body, _variables(aggregate.group), self.known)
        return found if once.work <= before * each.work else None

    def _ranked(self, found: Ranking, aggregate: Aggregate, origin: int, bound: set[str]) -> Ranked:
        fold = self._fold(aggregate, origin, bound)
        keys = tuple(sorted(_variables(found.whole.group)))
        body, origins = flatten(found.whole.body)
        needed = _variables(aggregate.values) | set(keys) | {k.inner.name for k in found.order}
        inner = self._inner(body, origins, counting=True)
        steps = inner.build(order_body(body, set(), self.known), set(), needed)
        return Ranked(origin, aggregate, keys, found.order, found.equal, fold.checks, steps, fold)

    def _groups(self, aggregate: Aggregate) -> Size:
        """How many groups the body of an aggregate is expected to have."""
        assert self.known is not None
        body, _ = flatten(aggregate.body)
        rows = order_body(body, set(), self.known).rows[-1]
        different = {
            term.name: self.known.different(literal.relation, (column,))
            for literal in body
            if isinstance(literal, Atom) and not literal.negated
            for column, term in enumerate(literal.args)
            if isinstance(term, Var)
        }
        whole = Size(rows, different)
        names = tuple(sorted(_variables(aggregate.group)))
        return Size(whole.combinations(names), {name: different[name] for name in names})


def _mark_live(steps: list[Step], needed: set[str], counting: bool) -> tuple[Step, ...]:
    """Walk back from the end, noting what is still read after each step."""
    live = set(needed)
    marked: list[Step] = []
    for step in reversed(steps):
        match step:
            case Match():
                names = {name for _, name in step.binds} | {step.row or ""}
                exists = step.exists or not (counting or step.equal or names & live)
                step = replace(step, live=tuple(sorted(live)), exists=exists, counts=counting)
                live -= names
                live |= _variables(term for _, term in step.keys)
            case Absent():
                live |= _variables(term for _, term in step.keys)
            case Compute():
                live.discard(step.name)
                live |= _variables([step.term])
            case Test():
                live |= _variables([step.compare.left, step.compare.right])
            case Fold():
                step = replace(step, live=tuple(sorted(live)))
                live.discard(step.aggregate.result.name)
                live |= {*step.group} | ({step.aggregate.result.name} if step.checks else set())
            case Ranked():
                step = replace(step, live=tuple(sorted(live)))
                live.discard(step.aggregate.result.name)
                live |= {*step.fold.group}
                live |= {step.aggregate.result.name} if step.checks else set()
            case Group():
                step = replace(step, live=tuple(sorted(live)))
                live -= {step.aggregate.result.name, *(step.keys if step.opens else ())}
                live |= set() if step.opens else {*step.keys}
                live |= {step.aggregate.result.name} if step.checks else set()
        marked.append(step)
    return tuple(reversed(marked))


def _inputs(atom: Atom) -> tuple[int, ...] | None:
    return None if atom.access is None else atom.access.inputs


def _variables(terms: Iterable[Term]) -> set[str]:
    return {variable.name for term in terms for variable in term_variables(term)}


def _terms(body: Iterable[Literal]) -> Iterable[Term]:
    for literal in body:
        yield from literal_terms(literal)
        if isinstance(literal, Aggregate):
            yield literal.result
