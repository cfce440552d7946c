"""A program of the ProbLog dialect, behind the faces of all programs.

program = Program("0.4::edge(1,2).  query(edge(1,X)).", dialect="problog")
program.run().answers        # {"edge(1,2)": 0.4}
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from trivium.dialects.problog.clauses import Clause, Database, Predicate
from trivium.dialects.problog.questions import observations
from trivium.dialects.problog.read import read
from trivium.dialects.problog.result import ProbLogResult, term_of
from trivium.dialects.problog.solve import Solver
from trivium.dialects.problog.terms import Term, name_and_args, var, write
from trivium.engine.given import take
from trivium.engine.limits import Limits
from trivium.engine.run import Options
from trivium.errors import ProgramError
from trivium.ir import nodes
from trivium.probability.inference.chance import inference_of
from trivium.probability.learned import Learned, learn
from trivium.program import Example, Program
from trivium.source import Source, Span
from trivium.syntax import ast

# Nested goals (a negation in a negation, ...) may go so deep.
DEPTH = 20_000


class ProbLogProgram(Program):
    """A program of clauses; see `Program` for what its arguments and methods mean."""

    def __init__(
        self,
        text: str,
        dialect: str = "problog",
        name: str = "<program>",
        include: Sequence[str | Path] = (),
        **_: Any,
    ) -> None:
        self.source = Source(name, text)
        folder = Path(include[0]) if include else None
        self.database = Database(self.source, folder)

    @property
    def ir(self) -> nodes.Program:
        """E292: clauses are not typed."""
        raise ProgramError(292, "a program of the ProbLog dialect has no typed form")

    @property
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

    def explain(self) -> str:
        raise ProgramError(292, "a program of the ProbLog dialect has no plans")

    def start(self, options: Options, asked: Any, relations: Mapping[str, Any]) -> ProbLogResult:
        """Solve the program's questions, and what is `asked`."""
        goals = [_question(relation, row, self.database) for relation, row in (asked or {}).items()]
        return self._solve(options, [*self.database.queries, *goals], relations)

    def solve(
        self, options: Options, goal: str | None = None, relations: Mapping[str, Any] | None = None
    ) -> ProbLogResult:
        """Solve the program's questions, or one goal, written as in a program."""
        queries = self.database.queries
        if goal is not None:
            queries = [self.database.question(goal)]
        return self._solve(options, queries, relations or {})

    def learn(
        self,
        examples: Sequence[Example],
        *,
        rounds: int = 500,
        tolerance: float = 1e-9,
        facts_dir: str | Path | None = None,
        limits: Limits | None = None,
        weights: Mapping[str, float] | None = None,
        progress: Callable[[int, float], None] | None = None,
        **relations: Any,
    ) -> Learned:
        """See `Program.learn`; examples as text hold `evidence(Goal, Value).`"""
        database, start = self.database, perf_counter()
        predicates = dict(database.predicates)
        for name, data in relations.items():
            predicates |= _facts(name, data, database)
        view = database.with_parts(predicates, [])
        with _deep():
            solver = Solver(view, dict(weights or {}), limits or Limits(), start)
            solver.check_told()
            clauses = [list(_evidence(e, n, view)) for n, e in enumerate(examples, 1)]
            ground, observed = observations(solver, view, clauses)
            parameters = {
                solver.numbers[node]: name for node, name in solver.alternatives.parameters.items()
            }
            known = {**database.parameters(), **(weights or {})}
            return learn(
                ground, parameters, observed, rounds, tolerance, solver.limits, progress, known
            )

    def _solve(
        self, options: Options, queries: list[Clause], relations: Mapping[str, Any]
    ) -> ProbLogResult:
        start = perf_counter()
        database = self.database
        predicates = dict(database.predicates)
        for name, data in relations.items():
            predicates |= _facts(name, data, database)
        limits = options.limits or Limits()
        view = database.with_parts(predicates, queries)
        with _deep():
            solver = Solver(view, dict(options.weights), limits, start)
            solver.check_told()
            how = inference_of(options.inference)
            result = ProbLogResult(solver, view, start, how)
        if options.output_dir is not None:
            result.write(options.output_dir)
        return result


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
