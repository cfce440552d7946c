"""The questions of a program, answered: each atom asked about, with what it rests on.

    0.3::p(1); 0.4::p(2).  query(p(_)).     p(1) ← alternative 0     p(2) ← alternative 1

A question with variables is about each of its answers; one without is about itself, and has
probability 0 where it has no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trivium.dialects.problog.arithmetic import Undefined, evaluate
from trivium.dialects.problog.clauses import Clause, Database
from trivium.dialects.problog.control import negated
from trivium.dialects.problog.solve import CERTAIN, Solver, filled
from trivium.dialects.problog.terms import Term, is_ground, name_and_args, numbered, var, write
from trivium.errors import ProgramError
from trivium.probability.decision import no_utility
from trivium.probability.grounding.reduce import Ground, Reduced, Truth, negative_cycle, reduce
from trivium.source import Span


@dataclass(frozen=True, slots=True)
class Asked:
    """An atom, and a literal of the ground program, or whether it certainly holds."""

    atom: Term
    literal: Truth
    span: Span


@dataclass(frozen=True, slots=True)
class Questions:
    """All questions and observations of a run, over one ground program."""

    ground: Ground
    asked: tuple[Asked, ...]
    observed: tuple[Asked, ...]

    def reduced(self, asked: Sequence[Asked]) -> Reduced:
        """What some questions, and then all observations, depend on."""
        literals = [x.literal for x in (*asked, *self.observed) if not isinstance(x.literal, bool)]
        if self.ground.negates:
            cycle = negative_cycle(self.ground, literals)
            if cycle:
                shown = " → ".join([f"`{self.ground.name(node)}`" for node in (*cycle, cycle[0])])
                hint = "break the cycle: let no atom need that it does not hold itself"
                span = next((x.span for x in asked), None)
                message = f"an atom depends on its own negation: {shown}"
                raise ProgramError(288, message, span, hint=hint)
        return reduce(self.ground, literals)


def answer(solver: Solver, database: Database, more: Sequence[Term] = ()) -> Questions:
    """Solve the program's questions, and `more` goals."""
    asked: dict[Term, Asked] = {}
    for clause in database.queries:
        for goal in _instances(solver, clause, clause.args):
            for item in _asked(solver, goal[0], clause.span):
                asked.setdefault(item.atom, item)
    whole = Span(database.source, 0, 0)
    for goal in more:
        for item in _asked(solver, goal, whole):
            asked.setdefault(item.atom, item)
    return _grounded(solver, database, list(asked.values()))


def utilities(solver: Solver, database: Database) -> tuple[Questions, list[float]]:
    """What `utility(Goal, Value)` says: each answer to a goal, and what it is worth that it holds.

    Raises ProgramError 299 where nothing is worth anything, or no number.
    """
    predicate = solver.predicates.get(("utility", 2))
    if predicate is None:
        raise no_utility()
    span = predicate.clauses[0].span
    table = solver.ask(solver.pool.compound("utility", (var(0), var(1))), span)
    asked: list[Asked] = []
    worths: list[float] = []
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
            asked.append(Asked(item.atom, literal, span))
            worths.append(worth)
    return _grounded(solver, database, asked), worths


def observations(
    solver: Solver, database: Database, examples: Sequence[Sequence[Clause]]
) -> tuple[Ground, list[list[Truth]]]:
    """The ground program of what some examples observed, and the literals of each; those that the
    program observes itself are a part of each."""
    found = [
        [item for clause in (*database.evidence, *own) for item in _evidence(solver, clause)]
        for own in examples
    ]
    ground = solver.ground()
    return ground, [[_moved(solver, item).literal for item in own] for own in found]


def _grounded(solver: Solver, database: Database, asked: Sequence[Asked]) -> Questions:
    """The questions, and the program's observations, over the ground program."""
    observed = [item for clause in database.evidence for item in _evidence(solver, clause)]
    ground = solver.ground()
    return Questions(
        ground,
        tuple([_moved(solver, item) for item in asked]),
        tuple([_moved(solver, item) for item in observed]),
    )


def _evidence(solver: Solver, clause: Clause) -> Iterator[Asked]:
    for goal in _instances(solver, clause, clause.args):
        yield from _observed(solver, goal, clause.span)


def _moved(solver: Solver, item: Asked) -> Asked:
    """With the number that its literal has in the ground program."""
    literal = item.literal
    if isinstance(literal, bool):
        return item
    number = solver.numbers[literal] if literal >= 0 else ~solver.numbers[~literal]
    return Asked(item.atom, number, item.span)


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
