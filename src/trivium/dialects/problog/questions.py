"""The questions of a program, answered: each atom asked about, with what it rests on.

    0.3::p(1); 0.4::p(2).  query(p(_)).     p(1) ← alternative 0     p(2) ← alternative 1

A question with variables is about each of its answers; one without is about itself, and has
probability 0 where it has no answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from trivium.dialects.problog.arithmetic import Undefined, evaluate
from trivium.dialects.problog.clauses import Clause, Database
from trivium.dialects.problog.control import negated
from trivium.dialects.problog.solve import CERTAIN, Solver, filled
from trivium.dialects.problog.terms import Term, is_ground, name_and_args, numbered, var, write
from trivium.errors import ProgramError
from trivium.ir.nodes import DECISION
from trivium.probability.chances import Resting
from trivium.probability.decision import no_utility
from trivium.probability.grounding.reduce import Ground, Truth, negative_cycle, reduce
from trivium.source import Span


@dataclass(frozen=True, slots=True)
class Asked:
    """An atom, and the solver's literal for it, or whether it certainly holds."""

    atom: Term
    literal: Truth
    span: Span = field(compare=False)


class Questions:
    """What the answers of one run rest on; more may be asked as long as the solver is there."""

    def __init__(self, solver: Solver, database: Database) -> None:
        self.solver = solver
        self.database = database
        self.asked: dict[Term, Asked] = {}
        self.observed: list[Asked] = []
        self._ground: Ground | None = None
        self.answer()

    def answer(self) -> None:
        """Solve the program's questions."""
        self.asked.clear()
        for clause in self.database.queries:
            for goal in _instances(self.solver, clause, clause.args):
                for item in _asked(self.solver, goal[0], clause.span):
                    self.asked.setdefault(item.atom, item)
        self.observed = [
            item for clause in self.database.evidence for item in _evidence(self.solver, clause)
        ]
        self._ground = None

    def about(self, goal: Term) -> list[Asked]:
        """The answers to a goal, which need not be one of the program's questions."""
        if goal in self.asked:
            return [self.asked[goal]]
        self._ground = None
        return list(_asked(self.solver, goal, Span(self.database.source, 0, 0)))

    @property
    def ground(self) -> Ground:
        """The ground program of all that was asked so far."""
        if self._ground is None:
            self._ground = self.solver.ground()
        return self._ground

    def number(self, literal: int) -> int:
        """The literal of the ground program that one of the solver is."""
        numbers = self.solver.numbers
        return numbers[literal] if literal >= 0 else ~numbers[~literal]

    # --- what `Chances` asks ---------------------------------------------------------------------

    def rest(self, places: Sequence[Asked]) -> Resting:
        if any(item.literal is False for item in self.observed):
            raise self.impossible()
        ground = self.ground
        every = [x.literal for x in (*places, *self.observed)]
        literals = [self.number(x) for x in every if not isinstance(x, bool)]
        if ground.negates:
            cycle = negative_cycle(ground, literals)
            if cycle:
                shown = " → ".join([f"`{ground.name(node)}`" for node in (*cycle, cycle[0])])
                hint = "break the cycle: let no atom need that it does not hold itself"
                span = next((x.span for x in places), None)
                message = f"an atom depends on its own negation: {shown}"
                raise ProgramError(288, message, span, hint=hint)
        known = tuple([x.literal if isinstance(x.literal, bool) else None for x in places])
        return Resting(reduce(ground, literals), known)

    def text(self, place: Asked) -> str:
        return text_of(place.atom)

    def impossible(self) -> ProgramError:
        items = [item for item in self.observed if item.literal is False] or self.observed
        shown = " and ".join(f"`{text_of(item.atom)}`" for item in items)
        message = f"the evidence about {shown} has probability 0"
        hint = "remove or correct what cannot have been observed"
        return ProgramError(285, message, items[0].span, hint=hint)

    def utilities(self) -> list[tuple[Asked, float]]:
        """What `utility(Goal, Value)` says: each answer to a goal, and what it is worth that it
        holds. Raises ProgramError 299 where nothing is worth anything, or no number."""
        solver = self.solver
        predicate = solver.predicates.get(("utility", 2))
        if predicate is None:
            raise no_utility()
        self._ground = None
        span = predicate.clauses[0].span
        table = solver.ask(solver.pool.compound("utility", (var(0), var(1))), span)
        found: list[tuple[Asked, float]] = []
        for (goal, value), node in table.answers.items():
            try:
                worth = float(evaluate(value, []))
            except (Undefined, ProgramError) as problem:
                shown = f"utility({write(goal)}, {write(value)})"
                message = f"the worth in `{shown}` is no number"
                raise ProgramError(299, message, span) from problem
            sure = node == CERTAIN or node in solver.certain
            for item in _asked(solver, goal, span):
                # A utility that is uncertain itself counts where it holds, too.
                literal = item.literal
                if not sure and literal is not False:
                    literal = node if literal is True else _together(solver, (literal, node))
                found.append((Asked(item.atom, literal, span), worth))
        return found

    @property
    def _decided(self) -> dict[int, int]:
        """By alternative of the ground program the solver's node, of what is to be decided."""
        numbers, parameters = self.solver.numbers, self.solver.alternatives.parameters
        _ = self.ground
        return {numbers[node]: node for node, name in parameters.items() if name == DECISION}

    @property
    def decisions(self) -> Collection[int]:
        return self._decided.keys()

    def choice(self, alternative: int) -> str:
        return self.ground.name(alternative)

    def settle(self, chosen: Collection[int]) -> None:
        decided = self._decided
        self.solver.alternatives.settle({decided[node] for node in chosen})
        self.answer()

    def observations(self, examples: Sequence[Sequence[Clause]]) -> list[list[Truth]]:
        """What some examples observed, as literals of the ground program; what the program
        observes itself is a part of each."""
        found = [
            [*self.observed, *(item for clause in own for item in _evidence(self.solver, clause))]
            for own in examples
        ]
        self._ground = None
        _ = self.ground
        return [
            [x.literal if isinstance(x.literal, bool) else self.number(x.literal) for x in own]
            for own in found
        ]


def text_of(atom: Term) -> str:
    return write(atom, lambda variable: f"X{variable.place + 1}")


def _evidence(solver: Solver, clause: Clause) -> Iterator[Asked]:
    for goal in _instances(solver, clause, clause.args):
        yield from _observed(solver, goal, clause.span)


def _instances(
    solver: Solver, clause: Clause, terms: tuple[Term, ...]
) -> Iterator[tuple[Term, ...]]:
    """The terms of a `query` or `evidence` clause, for each solution of its body."""
    if clause.body is None:
        yield numbered(solver.pool, terms)[0]
        return
    found = solver.pool.compound(",", (clause.body, solver.pool.compound("=", (terms[0],) * 2)))
    table = solver.ask(found, clause.span)
    values = numbered(solver.pool, [found])[1]
    for bindings in table.answers:
        env: list[Term] = [None] * clause.size
        for variable, value in zip(values, bindings, strict=True):
            env[variable.place] = value
        yield numbered(solver.pool, [filled(solver.pool, term, env) for term in terms])[0]


def _asked(solver: Solver, goal: Term, span: Span) -> Iterator[Asked]:
    parts = name_and_args(goal)
    if parts is None:
        raise ProgramError(290, f"`{write(goal)}` cannot be asked", span)
    name, args = parts
    if name in ("\\+", "not") and len(args) == 1:
        rests = negated(solver, args[0], span)
        if rests is None:
            yield Asked(goal, False, span)
        elif not rests:
            yield Asked(goal, True, span)
        else:
            yield Asked(goal, _together(solver, rests), span)
        return
    table = solver.ask(goal, span)
    if not table.answers:
        yield Asked(goal, False, span)
    for values, node in table.answers.items():
        atom = filled(solver.pool, goal, [*values]) if values else goal
        truth: Truth = True if node == CERTAIN or node in solver.certain else node
        if not is_ground(atom) and truth is not True:
            message = f"the answer `{write(atom)}` has variables without a value, and is uncertain"
            hint = "ask about single values, or bind the variables in the rules"
            raise ProgramError(294, message, span, hint=hint)
        yield Asked(atom, truth, span)


def _together(solver: Solver, rests: tuple[int, ...]) -> int:
    if len(rests) == 1:
        return rests[0]
    node, _ = solver.part("all", rests)
    solver.derive(node, rests)
    return node


def _observed(solver: Solver, terms: tuple[Term, ...], span: Span) -> Iterator[Asked]:
    """The literals of one observation, each to hold."""
    goal = terms[0]
    value = terms[1] if len(terms) > 1 else "true"
    if value not in ("true", "false"):
        raise ProgramError(262, f"evidence is `true` or `false`, not `{write(value)}`", span)
    positive = value == "true"
    parts = name_and_args(goal)
    if parts is not None and parts[0] in ("\\+", "not") and len(parts[1]) == 1:
        goal, positive = parts[1][0], not positive
    for item in _asked(solver, goal, span):
        truth = item.literal
        if isinstance(truth, bool):
            yield Asked(item.atom, truth == positive, span)
        else:
            yield Asked(item.atom, truth if positive else ~truth, span)
