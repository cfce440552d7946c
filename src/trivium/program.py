"""A program, its run and its result: the logic pipeline on one page.

    parse → analyse → optimise → load → plan and run → result

    program = Program("path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z).")
    result = program.run(edge=[(1, 2), (2, 3)])
    result["path"].rows()               # [(1, 2), (1, 3), (2, 3)]
    print(result.why("path", (1, 3)))   # a proof tree

A program is checked once and may be run often; a run changes nothing in it, so a run that was
interrupted or stopped by a limit leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal
from weakref import ref

from trivium.analyse.components import write_out
from trivium.analyse.models import models_of
from trivium.analyse.near import did_you_mean
from trivium.analyse.uncertain import is_uncertain
from trivium.dialects.datalog.prepared import Prepared
from trivium.engine.asked import Asked, check_row
from trivium.engine.contract import Backend
from trivium.engine.given import take
from trivium.engine.limits import Guard, Limits
from trivium.engine.run import Options, Run, Stats, run_program
from trivium.engine.tiny.accept import rows_and_types
from trivium.engine.tiny.terms import Unfit
from trivium.engine.view import RelationView
from trivium.errors import ProgramError, TriviumError
from trivium.ir import nodes
from trivium.ir.nodes import DECISION
from trivium.optimise import PASSES, Pass
from trivium.plan.build import plan_rule
from trivium.plan.statistics import EVERYTHING, Assumed, Planning
from trivium.plan.steps import show
from trivium.result import Decision, Result
from trivium.source import Source
from trivium.syntax import ast
from trivium.syntax.souffle import parse

if TYPE_CHECKING:
    from trivium.dialects.sql import Select
    from trivium.maintain.follow import Following
    from trivium.probability.grounding.chances import Chances
    from trivium.probability.inference.chance import Inference
    from trivium.probability.learned import Learned

__all__ = ["Limits", "Options", "Program", "RelationView", "Result", "Stats"]

_LIMITS = Limits()
# What was observed in one world.
Example = str | Sequence[tuple[str, Sequence[nodes.Value], bool]]


class Program:
    """A checked program.

    Args:
        text: the program, in the dialect named: `souffle`, `problog` or `sql`.
        name: what errors call the text: a path, or `<program>`.
        functions: Python functions that the program may call as functors: those that it
            declares with `.functor`, and others with annotations of `int`, `float` or `str` for
            their arguments and result. `trivium.vectorised` marks one over whole columns.
        relations: declarations of relations whose columns the text does not tell.
        include: folders of files that the text may include; without any, it may include none.
        macros: definitions for the preprocessor, by name.
        passes: the optimisations of the program; no row depends on them.

    Raises SyntaxProblem (1xx) and ProgramError (2xx). A text without declarations may use relations
    that only come with the data of `run`: then what depends on their columns is checked there.
    """

    def __new__(cls, text: str = "", dialect: str = "souffle", *_: Any, **__: Any) -> Program:
        if cls is Program and dialect == "problog":
            from trivium.dialects.problog.program import ProbLogProgram

            return super().__new__(ProbLogProgram)
        return super().__new__(cls)

    def __init__(
        self,
        text: str,
        dialect: str = "souffle",
        name: str = "<program>",
        functions: Mapping[str, Callable[..., Any]] | None = None,
        relations: Sequence[nodes.Relation] = (),
        include: Sequence[str | Path] = (),
        macros: Mapping[str, str] | None = None,
        passes: Sequence[Pass] = PASSES,
    ) -> None:
        self.source = Source(name, text)
        self._data: dict[str, Any] = {}
        self._select: Select | None = None
        if dialect == "sql":
            from trivium.dialects.sql import Select

            self._select = Select(self.source)
            return
        if dialect != "souffle":
            raise TriviumError(
                311, f"`{dialect}` is not a dialect", hint="use `souffle`, `problog` or `sql`"
            )
        folders = [Path(folder) for folder in include] or None
        tree = write_out(parse(self.source, folders, macros))
        self._prepared = Prepared(tree, relations, passes, functions or {})
        # The last run of all relations, and what follows it once there has been an update.
        self._latest: tuple[ref[Result], Options, Mapping[str, Any]] | None = None
        self._following: Following | None = None

    @classmethod
    def over(cls, text: str, /, **relations: Any) -> Program:
        """A program over data: columns and types come from the data, which `run()` then uses.

        With `dialect="sql"`, a text beside the relations, it is a query.
        """
        told = isinstance(relations.get("dialect"), str)
        dialect = relations.pop("dialect") if told else "souffle"
        givens = {name: take(name, data) for name, data in relations.items()}
        declared = [] if dialect == "sql" else [given.relation() for given in givens.values()]
        program = cls(text, dialect, relations=declared)
        program._data = dict(givens)
        return program

    @property
    def ir(self) -> nodes.Program:
        """The checked program; E201 while a relation waits for its data."""
        return self._prepared.ir

    @property
    def models(self) -> dict[str, ast.Model]:
        """The relations whose rows come from nets, by name."""
        return models_of(self._prepared.tree)

    def explain(self) -> str:
        """The plan of each rule as text, as it would be for relations of one size."""
        plans = []
        for stratum in self.ir.strata:
            growing = stratum.relations if stratum.recursive else ()
            for rule in stratum.rules:
                plans += plan_rule(rule, growing, Assumed())
        return "\n".join(map(show, plans))

    def run(
        self,
        *,
        facts_dir: str | Path | None = None,
        output_dir: str | Path | None = None,
        limits: Limits | None = None,
        backend: Backend | str | None = None,
        planning: Planning = EVERYTHING,
        profile: bool = False,
        on_error: Literal["stop", "skip"] = "stop",
        only: Sequence[str] | None = None,
        weights: Mapping[str, float] | None = None,
        inference: Inference | str | None = None,
        **relations: Any,
    ) -> Result:
        """Compute every relation, or those in `only`.

        Args:
            facts_dir: where `.input` files are; by default the current folder.
            output_dir: where to write the `.output` files; by default nothing is written.
            limits: on time, rows and memory.
            backend: `native` or `reference`; by default the native engine, where it was built.
            planning: what the planner may do; no row depends on it.
            profile: whether to note where time and rows go, for `result.profile`.
            on_error: `stop` at a line of a fact file that is malformed, or `skip` such lines,
                with a warning that counts them.
            only: relations to compute; what they do not need is left out, and cannot be read.
            weights: the probabilities that the program leaves open, by name.
            inference: how probabilities are found: `exact`, `bounds`, `top-k`, `sample`, or an
                `Inference` that says how many; by default exactly, else within bounds.
            relations: data by relation: a list of tuples, a dict of columns, a NumPy array, an
                Arrow, polars or pandas table. It takes the place of an `.input` file.

        Raises LimitError (3xx), DataError (6xx), ProgramError (28x) for a functor without a result.
        """
        told = weights or {}
        options = Options(
            facts_dir, output_dir, limits, backend, planning, profile, on_error, told, inference
        )
        if only is not None:
            return self.start(options, dict.fromkeys(only, ()), relations)
        result = self.start(options, None, relations)
        self._latest, self._following = (ref(result), options, relations), None
        return result

    def update(
        self,
        *,
        insert: Mapping[str, Any] | None = None,
        delete: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> Result:
        """The result of the last `run` of all relations, after its given rows have changed.

        What follows from the change is derived, or taken away, and little else is looked at; where
        that turns out to take longer than a full run, there is a full run. The relations are those
        of a full run either way. The first update after a run makes the indexes that following
        needs. Without a run before, one without data comes first.

        Args:
            insert: rows to give besides, by relation, in the forms that `run` takes.
            delete: rows to give no more, whether they were given by `run`, an `.input` file, the
                text or an update. Rows that were not given are passed over, and a deleted row that
                also follows from rules stays.
            limits: on time, rows and memory.

        Raises E660 for a relation that the program does not have, E312 for a program that has
        probabilities, and what `run` raises; then the rows are as they were.
        """
        if self._select is not None:
            raise TriviumError(312, "a query is not updated", hint="run it again")
        if self._following is None:
            from trivium.maintain.follow import Following, many_pairs  # few programs are updated

            result = None if self._latest is None else self._latest[0]()
            options, given = (Options(), {}) if self._latest is None else self._latest[1:]
            quiet = replace(options, output_dir=None)
            if result is None:
                result = self.start(quiet, None, given)
            if not (result.finished.proves or many_pairs(result.finished)):
                result = self.start(quiet.proving, None, given)
            if is_uncertain(result.program):
                raise TriviumError(312, "a program with probabilities is not updated")
            run = result.finished
            self._following = Following(run, self._prepared.functors(run.loader.program), options)
            self._followed = result.program
        run, again = self._following.update(insert or {}, delete or {}, limits or Limits())
        checked = self._followed

        def whole() -> Result:
            return Result(checked, again)

        return Result(checked, run, whole=whole, proves=False)

    def decide(
        self,
        *,
        facts_dir: str | Path | None = None,
        limits: Limits | None = None,
        weights: Mapping[str, float] | None = None,
        inference: Inference | str | None = None,
        **relations: Any,
    ) -> Decision:
        """Take or leave each fact and clause instance with the probability `?`, so that what is
        expected of the program's utilities is greatest.

        The arguments are those of `run`. Exact where utilities depend on few decisions each; else
        the best that a search finds, with a bound. Raises ProgramError 299 for a program without
        utilities, 285 where no decisions allow the evidence, and what `run` raises.
        """
        told = {**(weights or {}), DECISION: 0.0}
        options = Options(facts_dir, limits=limits, weights=told, inference=inference)
        return self.start(options, None, relations).decide()

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
        """The values of `t(0.5)::` probabilities that make the examples most likely.

        By expectation maximisation over exact circuits; `trivium.torch.Layer` learns the same
        probabilities by gradients, together with nets.

        Args:
            examples: each what was observed in one world; what it does not say is unknown. Either
                evidence as the program writes it (`.evidence alarm  .evidence !burglary`), or rows
                as `(relation, row, holds)`.
            rounds: at the most.
            tolerance: it ends once a round adds less than this share to the log-likelihood.
            weights: the probabilities to start from, by name.
            progress: called with the number of each round and the log-likelihood.

        Raises ProgramError 314 where nothing is to be learned, 285 for an example that cannot be,
        and what `run` raises.
        """
        told = weights or {}
        options = Options(facts_dir, limits=limits, weights=told)
        observed = [
            self._observed(one, number, relations, options)
            for number, one in enumerate(examples, 1)
        ]
        result = self.start(options, None, relations)
        return result.fit(observed, rounds=rounds, tolerance=tolerance, progress=progress)

    def _observed(
        self, example: Example, number: int, data: Mapping[str, Any], options: Options
    ) -> list[nodes.Evidence]:
        """What an example observed, checked against the program."""
        folder = None if options.facts_dir is None else Path(options.facts_dir)
        checked = self._prepared.with_data(
            {n: take(n, d) for n, d in {**self._data, **data}.items()}, folder
        )
        if not isinstance(example, str):
            found = []
            for name, row, holds in example:
                if name not in checked.relations:
                    hint = did_you_mean(name, checked.relations)
                    raise ProgramError(201, f"no relation is called `{name}`", hint=hint)
                check_row(checked.relations[name], tuple(row), checked.shapes)
                found.append(nodes.Evidence(name, tuple(row), bool(holds)))
            return found
        tree = parse(Source(f"<example {number}>", example))
        other = next((i for i in tree.items if not isinstance(i, ast.Evidence)), None)
        if other is not None:
            message = "an example says what was observed, and nothing else"
            raise ProgramError(262, message, other.span, hint="write `.evidence alarm(1)`")
        more = [relation for relation in checked.relations.values() if relation.name in data]
        own = self._prepared.tree
        whole = replace(own, items=(*own.items, *tree.items))
        before = sum(isinstance(item, ast.Evidence) for item in own.items)
        return list(self._prepared.analysed(whole, more).evidence[before:])

    def query(
        self,
        relation: str,
        row: Sequence[nodes.Value | None],
        *,
        facts_dir: str | Path | None = None,
        limits: Limits | None = None,
        backend: Backend | str | None = None,
        planning: Planning = EVERYTHING,
        profile: bool = False,
        on_error: Literal["stop", "skip"] = "stop",
        weights: Mapping[str, float] | None = None,
        inference: Inference | str | None = None,
        **relations: Any,
    ) -> Result:
        """Compute the rows of a relation that have the values of `row`, where `None` is any.

        Only what these rows need is derived: `query("path", (1, None))` looks at what is reached
        from 1, and at nothing else. The other arguments are those of `run`. The result holds the
        rows asked for, and their proofs; E201 if there is no such relation, E652 or E653 for a row
        that does not fit it.
        """
        told = weights or {}
        options = Options(
            facts_dir, None, limits, backend, planning, profile, on_error, told, inference
        )
        return self.start(options, {relation: tuple(row)}, relations)

    def start(self, options: Options, asked: Asked | None, relations: Mapping[str, Any]) -> Result:
        """Run as `run` and `query` do. `asked` gives by relation the values that are wanted: an
        empty tuple is any row; None asks for all relations."""
        start = perf_counter()
        if self._select is not None:
            answer: Any = self._select.start(options, {**self._data, **relations})
            return answer  # type: ignore[no-any-return]
        if asked is None and options.anyhow and not self._data:
            result = self._run_few(relations, options.limits or _LIMITS, start)
        else:
            result = None
        if result is None:
            folder = None if options.facts_dir is None else Path(options.facts_dir)
            guard = Guard(options.limits or _LIMITS, start)
            data = {
                name: take(name, v, guard.parts) for name, v in {**self._data, **relations}.items()
            }
            prepared = self._prepared
            checked = prepared.with_data(data, folder, guard)
            uncertain = is_uncertain(checked)
            running, asked, proves = prepared.narrowed(checked, asked, data, uncertain)
            if uncertain:
                run, chances = self._run_uncertain(running, data, options, start)
            else:
                run = run_program(running, data, prepared.functors(running), options, start)
                chances = None
            whole = None
            proves = proves and run.proves
            if asked is not None or not proves:
                again = replace(options, profile=False, output_dir=None).proving
                whole = partial(self.start, again, None, data)
            result = Result(checked, run, asked=asked, whole=whole, proves=proves, chances=chances)
        if options.output_dir is not None:
            limits = replace(
                options.limits or _LIMITS, memory_bytes=None
            )  # the run has asked for it
            result.write(options.output_dir, Guard(limits, start))
        return result

    def _run_uncertain(
        self, running: nodes.Program, data: Mapping[str, Any], options: Options, start: float
    ) -> tuple[Run, Callable[[], Chances]]:
        """The run of all that may hold, and what tells how probable its rows are."""
        from trivium.probability.grounding.aggregates import Folds
        from trivium.probability.grounding.chances import Chances, check_told
        from trivium.probability.inference.chance import inference_of

        relaxed = self._prepared.relaxed(running)
        check_told(relaxed, options.weights)
        folds = Folds(relaxed)
        certain = relaxed.program
        functors = self._prepared.functors(certain)
        run = run_program(
            certain, data, functors, options.proving, start, folds.prepare, relaxed.plans
        )
        limits = options.limits or _LIMITS
        how = inference_of(options.inference)
        return run, partial(Chances, relaxed, run, folds, options.weights, limits, how)

    def _run_few(self, data: Mapping[str, Any], limits: Limits, start: float) -> Result | None:
        """The run of few rows without the general engine, or None if that must run."""
        try:
            given = {name: rows_and_types(rows) for name, rows in data.items()}
            compiled = self._prepared.few(given)
            if compiled is None:
                return None
            checked, tiny = compiled
            derived = tiny.run(given, limits, start)
        except Unfit:
            return None

        def again() -> Run:
            rows = {name: take(name, kept) for name, (kept, _) in given.items()}
            options = Options().proving
            return run_program(
                checked, rows, self._prepared.functors(checked), options, perf_counter()
            )

        return Result(checked, again, derived)
