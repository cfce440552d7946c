"""A program of the ProbLog dialect, and its runs.

clauses in a database → the program's questions and what is asked → solved → outcome
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from trivium.analyse.near import did_you_mean
from trivium.dialects import lacking
from trivium.dialects.contract import Example, Surroundings
from trivium.dialects.problog.clauses import Choice, Clause, Database, Key, Predicate
from trivium.dialects.problog.outcome import ProbLogOutcome, term_of
from trivium.dialects.problog.questions import Questions
from trivium.dialects.problog.read import read
from trivium.dialects.problog.solve import Solver
from trivium.dialects.problog.terms import Real, Term, name_and_args, var, write
from trivium.engine.asked import Asked
from trivium.engine.given import take
from trivium.engine.limits import Limits
from trivium.engine.run import Options
from trivium.errors import ProgramError
from trivium.ir import nodes
from trivium.probability.inference.chance import inference_of
from trivium.probability.learned import Learned, learn
from trivium.source import Source, Span
from trivium.syntax import ast

# Nested goals (a negation in a negation, ...) may go so deep.
DEPTH = 20_000


def check(source: Source, around: Surroundings) -> ProbLogProgram:
    """Raises SyntaxProblem (1xx) and ProgramError (2xx)."""
    folder = Path(around.include[0]) if around.include else None
    return ProbLogProgram(Database(source, folder))


class ProbLogProgram:
    """A program of clauses."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def ir(self, data: Mapping[str, Any]) -> nodes.Program:
        raise lacking("problog", "ir")

    def questions(self) -> dict[str, ast.ModelRelation]:
        return {}

    def models(self) -> dict[str, ast.Model]:
        """The nets of its neural predicates, by name."""
        return {
            name: ast.Model(
                name,
                tuple(ast.Attribute(f"#{n}", "tensor", net.span) for n in range(len(net.inputs))),
                ast.Attribute("label", "symbol", net.span),
                tuple(ast.Text(write(label), net.span) for label in net.labels),
                net.span,
            )
            for name, net in self.database.nets.items()
        }

    def start(
        self, options: Options, asked: Asked | None, data: Mapping[str, Any]
    ) -> ProbLogOutcome:
        """Solve the program's questions and what is `asked`; of names that are asked for as a
        whole, these alone."""
        predicates = self._predicates(data)
        goals = [
            _question(name, values, self.database)
            for name, row in (asked or {}).items()
            for values in ([row] if row else _patterns(name, predicates))
        ]
        alone = bool(asked) and not any((asked or {}).values())
        return self._solve(options, goals if alone else [*self.database.queries, *goals], data)

    def solve(self, options: Options, goal: str | None, data: Mapping[str, Any]) -> ProbLogOutcome:
        """Solve the program's questions, or one goal, written as in a program."""
        queries = self.database.queries
        if goal is not None:
            queries = [self.database.question(goal)]
        return self._solve(options, queries, data)

    def learn(
        self,
        examples: Sequence[Example],
        options: Options,
        data: Mapping[str, Any],
        rounds: int,
        tolerance: float,
        progress: Callable[[int, float], None] | None,
    ) -> Learned:
        """Examples as text hold `evidence(Goal, Value).`"""
        database, start = self.database, perf_counter()
        view = database.with_parts(self._predicates(data), [])
        with _deep():
            solver = Solver(view, dict(options.weights), options.limits or Limits(), start)
            solver.check_told()
            clauses = [list(_evidence(e, n, view)) for n, e in enumerate(examples, 1)]
            questions = Questions(solver, view)
            observed = questions.observations(clauses)
            parameters = {
                solver.numbers[node]: name for node, name in solver.alternatives.parameters.items()
            }
            known = {**database.parameters(), **options.weights}
            return learn(
                questions.ground, parameters, observed, rounds, tolerance,
                solver.limits, progress, known,
            )  # fmt: skip

    def _predicates(self, data: Mapping[str, Any]) -> dict[Key, Predicate]:
        predicates = dict(self.database.predicates)
        for name, rows in data.items():
            predicates |= _facts(name, rows, self.database)
        return predicates

    def _solve(
        self,
        options: Options,
        queries: list[Clause],
        data: Mapping[str, Any],
        over: Sequence[str] = (),
    ) -> ProbLogOutcome:
        start = perf_counter()
        predicates = self._predicates(data)
        for name in over:
            predicates |= _choices(name, predicates, self.database)
        view = self.database.with_parts(predicates, queries)

        def again(names: Sequence[str]) -> ProbLogOutcome:
            return self._solve(options, queries, data, names)

        with _deep():
            solver = Solver(view, dict(options.weights), options.limits or Limits(), start)
            if not over:
                solver.check_told()
            how = inference_of(options.inference)
            return ProbLogOutcome(solver, view, start, how, again)


@contextmanager
def _deep() -> Any:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _facts(name: str, data: Any, database: Database) -> dict[tuple[str, int], Predicate]:
    """Data as facts, beside those that the program has of the name."""
    given = take(name, data)
    columns = [given.values(place) for place in range(len(given.columns))]
    span = Span(database.source, 0, 0)
    found: dict[tuple[str, int], Predicate] = {}
    key = (name, len(columns))
    own = database.predicates.get(key)
    clauses = list(own.clauses) if own is not None else []
    rows = zip(*[_plain(column) for column in columns], strict=True)
    for row in rows:
        terms = tuple(term_of(value, database.pool) for value in row)
        clauses.append(Clause(name, terms, None, 0, span))
    predicate = found[key] = Predicate(key, clauses)
    predicate.prepare()
    return found


def _choices(
    name: str, predicates: Mapping[Key, Predicate], database: Database
) -> dict[Key, Predicate]:
    """The certain facts of a name as choices of probability 1, which stand in derivations."""
    found = {}
    weight = database.pool.compound("t", (Real(1.0), "@given"))
    for key, predicate in predicates.items():
        if key[0] == name:
            clauses = []
            for clause in predicate.clauses:
                if clause.body is None and clause.choice is None and clause.is_ground:
                    head = database.pool.compound(name, clause.args)
                    choice = Choice((weight,), (head,), (), clause.span)
                    clause = replace(clause, choice=choice)
                clauses.append(clause)
            found[key] = Predicate(key, clauses)
            found[key].prepare()
    if not found:
        raise _unknown(name, predicates)
    return found


def _evidence(example: Example, number: int, database: Database) -> Iterator[Clause]:
    """What an example observed, as clauses of evidence."""
    if not isinstance(example, str):
        span = Span(database.source, 0, 0)
        for name, row, holds in example:
            terms = [term_of(value, database.pool) for value in row]
            goal = database.pool.compound(name, terms)
            yield Clause("evidence", (goal, "true" if holds else "false"), None, 0, span)
        return
    for item in read(Source(f"<example {number}>", example), database.pool):
        name, args = name_and_args(item.term) or ("", ())
        if name != "evidence" or len(args) not in (1, 2):
            message = "an example says what was observed, and nothing else"
            raise ProgramError(262, message, item.span, hint="write `evidence(alarm).`")
        yield Clause(name, tuple(args), None, len(item.names), item.span)


def _plain(column: Any) -> list[Any]:
    return column.tolist() if hasattr(column, "tolist") else list(column)


def _patterns(name: str, predicates: Mapping[Key, Predicate]) -> list[tuple[None, ...]]:
    """All rows of a name, for each number of arguments that it has; E291 for an unknown one."""
    found: list[tuple[None, ...]] = [(None,) * size for own, size in predicates if own == name]
    if not found:
        raise _unknown(name, predicates)
    return found


def _unknown(name: str, predicates: Mapping[Key, Predicate]) -> ProgramError:
    hint = did_you_mean(name, {own for own, _ in predicates})
    return ProgramError(291, f"no clause is for `{name}`", hint=hint)


def _question(relation: str, row: Sequence[Any], database: Database) -> Clause:
    """The question for the rows that have these values; `None` is any."""
    terms: list[Term] = []
    free = 0
    for value in row:
        if value is None:
            terms.append(var(free))
            free += 1
        else:
            terms.append(term_of(value, database.pool))
    goal = database.pool.compound(relation, terms)
    return Clause("query", (goal,), None, free, Span(database.source, 0, 0))
