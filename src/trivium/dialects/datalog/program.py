"""A checked program of rules, and its runs.

    prepared → with data → narrowed to what is asked → run → outcome

Few rows go through the tiny engine; a program with probabilities runs relaxed, to all rows that may
hold, and its outcome knows how probable each is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from trivium.analyse.components import write_out
from trivium.analyse.models import given, models_of
from trivium.analyse.near import did_you_mean
from trivium.analyse.questions import questions_of
from trivium.analyse.uncertain import is_uncertain
from trivium.dialects.contract import Example, Surroundings
from trivium.dialects.datalog.outcome import DatalogOutcome
from trivium.dialects.datalog.over import choosing
from trivium.dialects.datalog.prepared import Prepared
from trivium.engine.asked import Asked, check_row
from trivium.engine.given import take
from trivium.engine.limits import Guard, Limits
from trivium.engine.provider import Provider
from trivium.engine.run import Options, Run, run_program
from trivium.engine.tiny.accept import rows_and_types
from trivium.engine.tiny.terms import Unfit
from trivium.errors import ProgramError
from trivium.files.inputs import inputs_of
from trivium.ir import nodes
from trivium.outcome import Between
from trivium.source import Source
from trivium.syntax import ast
from trivium.syntax.souffle import parse

if TYPE_CHECKING:
    from trivium.maintain.follow import Following
    from trivium.probability.chances import Chances
    from trivium.probability.grounding.row_grounds import RowGrounds
    from trivium.probability.learned import Learned

_LIMITS = Limits()


def check(source: Source, around: Surroundings) -> DatalogProgram:
    """Raises SyntaxProblem (1xx) and ProgramError (2xx)."""
    folders = [Path(folder) for folder in around.include] or None
    tree = write_out(parse(source, folders, dict(around.macros) or None))
    return DatalogProgram(Prepared(tree, around.relations, around.passes, around.functions))


class Again:
    """The other runs that an outcome may need, on the same data."""

    __slots__ = ("checked", "data", "options", "program")

    def __init__(
        self,
        program: DatalogProgram,
        checked: nodes.Program,
        options: Options,
        data: Mapping[str, Any],
    ) -> None:
        self.program = program
        self.checked = checked
        self.options = options
        self.data = data

    @property
    def _quiet(self) -> Options:
        return replace(self.options, profile=False, output_dir=None)

    def general(self) -> Run:
        """The run of the general engine, where few rows went without."""
        givens = {name: take(name, rows) for name, rows in self.data.items()}
        functors = self.program.prepared.functors(self.checked)
        return run_program(self.checked, givens, functors, Options().proving, perf_counter())

    def whole(self) -> DatalogOutcome:
        """The outcome of the whole program, with all that proofs need."""
        return self.program.start(self._quiet.proving, None, self.data)

    def over(self, names: Sequence[str]) -> DatalogOutcome:
        """The outcome where the certain rows that are given of these relations are choices."""
        chosen = {given(n) if n in names else n: take(n, rows) for n, rows in self.data.items()}
        program = choosing(self.checked, names)
        return self.program.run_checked(program, self._quiet, None, chosen, perf_counter())

    def bounds(self, run: Run) -> dict[str, Between]:
        """What is certain and what is possible, where models have not told all."""
        from trivium.dialects.datalog.bounds import bounds  # few runs ask models

        prepared, checked = self.program.prepared, self.checked

        def start(
            tree: ast.Program | None, providers: Mapping[str, Provider], asked: Asked | None
        ) -> DatalogOutcome:
            other = prepared if tree is None else prepared.other(tree, checked)
            options = replace(self._quiet, providers=providers)
            return DatalogProgram(other).start(options, asked, self.data)

        return bounds(prepared.tree, checked, run, start)

    def after(self, run: Run) -> Again:
        """The same on the data of a later run."""
        return Again(self.program, run.loader.program, self.options, run.loader.data)

    def follow(self, run: Run) -> Following:
        """What follows a run from here on."""
        from trivium.maintain.follow import Following, many_pairs  # few results are updated

        if self.options.providers:
            hint = "run it again: what a `trivium.provider` has answered is kept"
            raise ProgramError(312, "a program that asks providers is not updated", hint=hint)
        if not (run.proves or many_pairs(run)):
            run = self.whole().run
        functors = self.program.prepared.functors(run.loader.program)
        return Following(run, functors, self.options)


class DatalogProgram:
    """A checked program of rules."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared

    def ir(self, data: Mapping[str, Any]) -> nodes.Program:
        """E201 while a relation waits for its data."""
        prepared = self.prepared
        if prepared.checked is None and data:
            return prepared.with_data({n: take(n, rows) for n, rows in data.items()}, None)
        return prepared.ir

    def models(self) -> dict[str, ast.Model]:
        return models_of(self.prepared.tree)

    def questions(self) -> dict[str, ast.ModelRelation]:
        return questions_of(self.prepared.tree)

    def start(
        self, options: Options, asked: Asked | None, data: Mapping[str, Any]
    ) -> DatalogOutcome:
        start = perf_counter()
        if asked is None and options.anyhow:
            few = self._run_few(options, data, start)
            if few is not None:
                return few
        prepared, limits, options = self.prepared, options.limits or _LIMITS, options.asking
        guard = Guard(limits, start)
        givens = {name: take(name, rows, guard.parts) for name, rows in data.items()}
        offers = [source.offer for source in options.providers.values()]
        checked = prepared.with_data(givens, inputs_of(options), guard, offers)
        return self.run_checked(checked, options, asked, givens, start)

    def run_checked(
        self,
        checked: nodes.Program,
        options: Options,
        asked: Asked | None,
        data: Mapping[str, Any],
        start: float,
    ) -> DatalogOutcome:
        """The run of the general engine."""
        prepared, uncertain = self.prepared, is_uncertain(checked)
        proving = not options.planning.classes
        running, wanted, proves = prepared.narrowed(checked, asked, data, uncertain, proving)
        again = Again(self, checked, options, data)
        if uncertain:
            run, chances = self._run_uncertain(running, data, options, start)
            return DatalogOutcome(
                checked, run, again, asked=wanted, proves=proves and run.proves, chances=chances
            )
        functors, inputs = prepared.functors(running), inputs_of(options)
        run = run_program(running, data, functors, options, start, inputs=inputs)
        return DatalogOutcome(checked, run, again, asked=wanted, proves=proves and run.proves)

    def _run_few(
        self, options: Options, data: Mapping[str, Any], start: float
    ) -> DatalogOutcome | None:
        """The run of few rows without the general engine, or None if that must run."""
        try:
            few = {name: rows_and_types(rows) for name, rows in data.items()}
            compiled = self.prepared.few(few)
            if compiled is None:
                return None
            checked, tiny = compiled
            derived = tiny.run(few, options.limits or _LIMITS, start)
        except Unfit:
            return None
        kept = {name: rows for name, (rows, _) in few.items()}
        return DatalogOutcome(checked, None, Again(self, checked, options, kept), derived)

    def _run_uncertain(
        self, running: nodes.Program, data: Mapping[str, Any], options: Options, start: float
    ) -> tuple[Run, Callable[[], Chances[RowGrounds]]]:
        """The run of all that may hold, and what tells how probable its rows are."""
        from trivium.probability.chances import Chances
        from trivium.probability.grounding.aggregates import Folds
        from trivium.probability.grounding.row_grounds import RowGrounds, check_told
        from trivium.probability.inference.chance import inference_of

        relaxed = self.prepared.relaxed(running)
        check_told(relaxed, options.weights)
        folds = Folds(relaxed)
        certain = relaxed.program
        functors = self.prepared.functors(certain)
        plans, inputs = relaxed.plans, inputs_of(options)
        run = run_program(
            certain, data, functors, options.proving, start, folds.prepare, plans, inputs
        )
        limits = options.limits or _LIMITS
        how = inference_of(options.inference)

        def chances() -> Chances[RowGrounds]:
            return Chances(RowGrounds(relaxed, run, folds, options.weights), limits, how)

        return run, chances

    # --- learning --------------------------------------------------------------------------------

    def learn(
        self,
        examples: Sequence[Example],
        options: Options,
        data: Mapping[str, Any],
        rounds: int,
        tolerance: float,
        progress: Callable[[int, float], None] | None,
    ) -> Learned:
        from trivium.probability.learned import nothing_to_learn

        observed = [self._observed(one, n, data, options) for n, one in enumerate(examples, 1)]
        chances = self.start(options, None, data).chances
        if chances is None:
            raise nothing_to_learn()
        return chances.grounds.learn(observed, rounds, tolerance, chances.limits, progress)

    def _observed(
        self, example: Example, number: int, data: Mapping[str, Any], options: Options
    ) -> list[nodes.Evidence]:
        """What an example observed, checked against the program."""
        prepared = self.prepared
        checked = prepared.with_data(
            {n: take(n, rows) for n, rows in data.items()}, inputs_of(options)
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
        own = prepared.tree
        whole = replace(own, items=(*own.items, *tree.items))
        before = sum(isinstance(item, ast.Evidence) for item in own.items)
        return list(prepared.analysed(whole, more).evidence[before:])
