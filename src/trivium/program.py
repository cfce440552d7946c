"""A program, its run and its result: the logic pipeline on one page.

    text → checked by its dialect → run over data → result

    program = Program("path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z).")
    result = program.run({"edge": [(1, 2), (2, 3)]})
    result["path"].rows()               # [(1, 2), (1, 3), (2, 3)]
    print(result.why("path", (1, 3)))   # a proof tree

A program is checked once and may be run often; a run changes nothing in it, so a run that was
interrupted or stopped by a limit leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal
from weakref import ref

from trivium.analyse.near import did_you_mean
from trivium.dialects import DIALECTS, require
from trivium.dialects.arguments import check_arguments, data_of
from trivium.dialects.contract import Example, Surroundings
from trivium.dialects.files import dialect_of, program_text
from trivium.engine.asked import Asked
from trivium.engine.contract import Backend
from trivium.engine.given import take
from trivium.engine.limits import Guard, Limits
from trivium.engine.provider import NOBODY
from trivium.engine.run import Options, Stats
from trivium.engine.view import RelationView
from trivium.errors import TriviumError
from trivium.ir import nodes
from trivium.ir.nodes import DECISION
from trivium.optimise import PASSES, Pass
from trivium.plan.build import plan_rule
from trivium.plan.statistics import EVERYTHING, Assumed, Planning
from trivium.plan.steps import show
from trivium.result import Decision, Result
from trivium.source import Source
from trivium.syntax import ast

if TYPE_CHECKING:
    from trivium.models.answering import Known
    from trivium.models.calibration import Calibration
    from trivium.models.estimate import Estimate
    from trivium.probability.inference.chance import Inference
    from trivium.probability.learned import Learned

__all__ = ["Limits", "Options", "Program", "RelationView", "Result", "Stats"]


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
        models: what answers `.model` relations that `ask`: language models by the names that
            `using` says (any, where one is there), or by relation a function or a provider.

    Raises SyntaxProblem (1xx), ProgramError (2xx), E311 for another dialect, E316 for an argument
    that the dialect has not. A text without declarations may use relations that only come with the
    data of `run`: then what depends on their columns is checked there.
    """

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
        models: Mapping[str, Any] | None = None,
    ) -> None:
        self.source = Source(name, text)
        if dialect not in DIALECTS:
            hint = did_you_mean(dialect, DIALECTS) or "use `souffle`, `problog`, `sql` or `bif`"
            raise TriviumError(311, f"`{dialect}` is not a dialect", hint=hint)
        self.dialect = dialect
        given = {"functions": functions, "relations": relations, "include": include,
                 "macros": macros, "passes": passes != PASSES}  # fmt: skip
        self._require(*[argument for argument, value in given.items() if value])
        self._around = Surroundings(functions or {}, relations, include, macros or {}, passes)
        self.checked = DIALECTS[dialect].check(self.source, self._around)
        self._models = dict(models or {})
        self._known: Known | None = None  # what models have answered so far
        self._data: Mapping[str, Any] = {}
        self._latest: Callable[[], Result | None] = lambda: None  # what `update` goes on from
        self._rerun: Callable[[], Result] = lambda: self._run(Options(), None, self._data)

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is the text, checked again; it has the data and the models, and no run yet."""
        around = self._around
        made = (self.source.text, self.dialect, self.source.name, around.functions,
                around.relations, around.include, around.macros, around.passes,
                self._models)  # fmt: skip
        return type(self), made, {"_data": self._data}

    @classmethod
    def over(cls, text: str, data: Mapping[str, Any] | None = None, /, **relations: Any) -> Program:
        """A program over data: columns and types come from the data, which `run()` then uses.

        With `dialect="sql"`, a text beside the relations, it is a query.
        """
        told = isinstance(relations.get("dialect"), str)
        dialect = relations.pop("dialect") if told else "souffle"
        givens = data_of(data, relations)
        if dialect not in DIALECTS or "relations" not in DIALECTS[dialect].lacks:
            givens = {name: take(name, rows) for name, rows in givens.items()}
            declared = [given.relation() for given in givens.values()]
            program = cls(text, dialect, relations=declared)
        else:  # its tables keep types that relations do not have
            program = cls(text, dialect)
        program._data = givens
        return program

    @classmethod
    def read(cls, path: str | Path, **more: Any) -> Program:
        """The program of a file; its dialect is told by the name: `.dl`, `.pl`, `.sql`, `.bif`.

        The other arguments are those of the class. Raises E601, E602, E603 or E606 for a file that
        cannot be read, and what the class raises.
        """
        return cls(program_text(path), **{"dialect": dialect_of(path), "name": str(path), **more})

    # --- what it is ------------------------------------------------------------------------------

    @property
    def ir(self) -> nodes.Program:
        """The checked program; E201 or E226 while a relation waits for its data."""
        self._require("ir")
        return self.checked.ir(self._data)

    @property
    def models(self) -> dict[str, ast.Model]:
        """The relations whose rows come from nets, by name."""
        return self.checked.models()

    @property
    def questions(self) -> dict[str, ast.ModelRelation]:
        """The relations that models answer, by name."""
        return self.checked.questions()

    def use(self, models: Mapping[str, Any]) -> Program:
        """Let these models answer `.model` relations too; see `models` of the class."""
        self._models |= models
        return self

    def plan(self) -> str:
        """The plan of each rule as text, as it would be for relations of one size."""
        self._require("plan")
        plans = []
        for stratum in self.ir.strata:
            growing = stratum.relations if stratum.recursive else ()
            for rule in stratum.rules:
                plans += plan_rule(rule, growing, Assumed())
        return "\n".join(map(show, plans))

    explain = plan  # its name before proofs were explained too

    # --- runs ------------------------------------------------------------------------------------

    def run(
        self,
        data: Mapping[str, Any] | None = None,
        /,
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
        providers: Mapping[str, Any] | None = None,
        **relations: Any,
    ) -> Result:
        """Compute every relation, or those in `only`.

        Args:
            data: by relation a list of tuples, a dict of columns, a NumPy array, an Arrow, polars
                or pandas table. It takes the place of an `.input` file. A relation that is not
                called as an argument here may be given as a keyword too.
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
            providers: what answers relations from outside, by relation: Python functions, mappings,
                `trivium.lookup` of a table, any `trivium.Provider`; see docs/providers.md.

        Raises LimitError (3xx), DataError (6xx), ProgramError (28x) for a functor without a result,
        E316 for an argument that the dialect has not, E317 for one that is none, E524 and E525 for
        a provider that fails.
        """
        options = Options(facts_dir, output_dir, limits, backend, planning, profile, on_error,
                          weights or {}, inference, providers or NOBODY)  # fmt: skip
        check_arguments(self.dialect, options, weights, only)
        rows = data_of(data, relations)
        if only is not None:
            return self.start(options, dict.fromkeys(only, ()), rows)
        result = self.start(options, None, rows)
        self._latest, self._rerun = ref(result), lambda: self.start(options, None, rows)
        return result

    def query(
        self,
        relation: str,
        row: Sequence[nodes.Value | None],
        data: Mapping[str, Any] | None = None,
        /,
        *,
        facts_dir: str | Path | None = None,
        limits: Limits | None = None,
        backend: Backend | str | None = None,
        planning: Planning = EVERYTHING,
        profile: bool = False,
        on_error: Literal["stop", "skip"] = "stop",
        weights: Mapping[str, float] | None = None,
        inference: Inference | str | None = None,
        providers: Mapping[str, Any] | None = None,
        **relations: Any,
    ) -> Result:
        """Compute the rows of a relation that have the values of `row`, where `None` is any.

        Only what these rows need is derived: `query("path", (1, None))` looks at what is reached
        from 1, and at nothing else. The other arguments are those of `run`. The result holds the
        rows asked for, and their proofs; E201 if there is no such relation, E652 or E653 for a row
        that does not fit it.
        """
        options = Options(facts_dir, None, limits, backend, planning, profile, on_error,
                          weights or {}, inference, providers or NOBODY)  # fmt: skip
        check_arguments(self.dialect, options, weights)
        return self.start(options, {relation: tuple(row)}, data_of(data, relations))

    def start(self, options: Options, asked: Asked | None, data: Mapping[str, Any]) -> Result:
        """Run as `run` and `query` do. `asked` gives by relation the values that are wanted: an
        empty tuple is any row; None asks for all relations."""
        start = perf_counter()
        whole = {**self._data, **data} if self._data else data
        questions = self.checked.questions()
        if questions:
            result = self._run_asking(questions, options, asked, whole)
        else:
            result = self._run(options, asked, whole)
        if options.output_dir is not None:
            # The run has asked for the memory.
            limits = replace(options.limits or Limits(), memory_bytes=None)
            result.write(options.output_dir, Guard(limits, start))
        return result

    def _run(self, options: Options, asked: Asked | None, data: Mapping[str, Any]) -> Result:
        return Result(self.checked.start(options, asked, data))

    def estimate(
        self,
        data: Mapping[str, Any] | None = None,
        /,
        *,
        facts_dir: str | Path | None = None,
        limits: Limits | None = None,
        **relations: Any,
    ) -> Estimate:
        """What a run would ask models, before anything is paid: calls, tokens and money, between
        two numbers. Printed as a table. Nobody is asked; answers that are kept are not counted.

        At least what is asked whatever the replies are; at most what is asked if each reply were
        every listed value at once.
        """
        from trivium.models.estimate import Estimate, Guessing, domains_of

        whole = {**self._data, **data_of(data, relations)}
        options, questions = Options(facts_dir, limits=limits), self.questions
        domains = domains_of(questions, lambda name: self._domain(name, options, whole))
        sides = []
        for every in (False, True):
            told = {n: Guessing(q, domains[n], every) for n, q in questions.items()}
            self._run(replace(options, providers=told), None, whole)
            sides.append(told)
        return Estimate.of(questions, self._models, *sides)

    def calibrate(
        self,
        relation: str,
        labels: Mapping[Any, Any],
        data: Mapping[str, Any] | None = None,
        /,
        **relations: Any,
    ) -> Calibration:
        """Learn from labels how probable it is that what models say is true. From then on the rows
        of a `.model` relation are uncertain, and `result.probability` counts on it.

        Args:
            labels: by input, as a tuple or its one value, the true answer; True and False are
                `yes` and `no`. A few hundred, drawn as the inputs to come are.
            data: what the domains of the relation need.

        Raises E531 for too few labels, for a relation that is not asked so, and for one that may
        have several rows an input.
        """
        from trivium.models.answering import Known, calibrated

        self._known = self._known or Known()
        self._known.calibrations.pop(relation, None)
        whole = {**self._data, **data_of(data, relations)}
        return calibrated(
            relation,
            labels,
            self.questions,
            self._models,
            lambda name: self._domain(name, Options(), whole),
            self._known,
        )

    def _domain(self, name: str, options: Options, data: Mapping[str, Any]) -> list[Any]:
        """The values of a relation of one column, which no model tells."""
        from trivium.models.answering import silent

        plain = replace(options, providers=silent(self.questions))
        return [row[0] for row in self._run(plain, {name: ()}, data)[name].rows()]

    def _run_asking(
        self,
        questions: Mapping[str, ast.ModelRelation],
        options: Options,
        asked: Asked | None,
        data: Mapping[str, Any],
    ) -> Result:
        """A run whose `.model` relations are answered by models."""
        from trivium.models.answering import Known, answering
        from trivium.models.relation import Exchange

        exchanges: dict[str, list[Exchange]] = {}
        self._known = self._known or Known()
        left = {name: q for name, q in questions.items() if name not in options.providers}
        answers = answering(
            left,
            self._models,
            lambda name: self._domain(name, options, data),
            exchanges,
            self._known,
        )
        how = replace(options, providers={**answers, **options.providers})
        outcome = self.checked.start(how, asked, data)
        return Result(outcome, exchanges, self._known.certificates)

    def update(
        self,
        *,
        insert: Mapping[str, Any] | None = None,
        delete: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> Result:
        """`Result.update` of the last `run` of all relations, or of the update before.

        Without a run before, one without data comes first.
        """
        self._require("update")
        latest = self._latest() or self._rerun()
        result = latest.update(insert=insert, delete=delete, limits=limits)
        self._latest = lambda: result
        return result

    def decide(
        self,
        data: Mapping[str, Any] | None = None,
        /,
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
        self._require("decide")
        told = {**(weights or {}), DECISION: 0.0}
        options = Options(facts_dir, limits=limits, weights=told, inference=inference)
        check_arguments(self.dialect, options, weights)
        return self.start(options, None, data_of(data, relations)).decide()

    def learn(
        self,
        examples: Sequence[Example],
        data: Mapping[str, Any] | None = None,
        /,
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
        self._require("learn")
        options = Options(facts_dir, limits=limits, weights=weights or {})
        check_arguments(self.dialect, options, weights)
        rows = {**self._data, **data_of(data, relations)}
        return self.checked.learn(examples, options, rows, rounds, tolerance, progress)

    def _require(self, *wanted: str) -> None:
        if wanted:
            require(self.dialect, *wanted)
