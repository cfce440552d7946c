"""One run of the general engine: load the given rows, plan, and derive until nothing is new.

run = run_program(program, {"edge": rows}, functors, Options(), perf_counter())
run.loader.stored["path"]       # every row, and what its proof needs
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from trivium.engine import host
from trivium.engine.backends import backend as choose_backend
from trivium.engine.contract import Backend, Context
from trivium.engine.evaluate import Evaluator
from trivium.engine.fixpoint import Fixpoint
from trivium.engine.limits import Guard, Limits, threads_of
from trivium.engine.load import Inputs, Loader
from trivium.engine.measure import Measured
from trivium.engine.needs import check_needs
from trivium.engine.outside import check_data, connect
from trivium.engine.profile import Profile, Recorder
from trivium.engine.provider import NOBODY
from trivium.engine.symbols import SymbolTable
from trivium.ir.nodes import Program, Stratum
from trivium.plan.kept import KeptPlans
from trivium.plan.split import split_joins
from trivium.plan.statistics import EVERYTHING, Planning, Statistics
from trivium.syntax.written import show_rule


@dataclass(frozen=True, slots=True)
class Options:
    """How to run a program: the arguments of `Program.run` that are not data."""

    facts_dir: str | Path | None = None
    output_dir: str | Path | None = None
    limits: Limits | None = None
    backend: Backend | str | None = None
    planning: Planning = EVERYTHING
    profile: bool = False
    on_error: Literal["stop", "skip"] = "stop"
    weights: Mapping[str, float] = field(default_factory=dict)
    inference: Any = None  # an `Inference` or its name, for programs with probabilities
    providers: Mapping[str, Any] = field(default_factory=lambda: NOBODY)  # by relation

    @property
    def asking(self) -> Options:
        """The same with providers that are ready to be asked; runs with these options share what
        they answer. Raises E321."""
        if not self.providers:
            return self
        from trivium.engine.provided import open_providers  # most runs ask nobody

        return replace(self, providers=open_providers(self.providers))

    @property
    def proving(self) -> Options:
        """The same, where nothing may be forgotten that a proof needs."""
        return replace(self, planning=replace(self.planning, classes=False))

    @property
    def anyhow(self) -> bool:
        """Whether nobody minds which engine runs."""
        plain = self.backend is None and self.planning is EVERYTHING
        return plain and not self.profile and not self.providers


@dataclass(frozen=True, slots=True)
class Stats:
    """What a run took: seconds, rounds over all strata, and the rows of each relation."""

    seconds: float
    iterations: int
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run; with `proves`, one that knows how each of its rows came."""

    backend: Backend
    loader: Loader
    known: Statistics
    stats: Stats
    profile: Profile | None
    proves: bool = True

    @property
    def evaluator(self) -> Evaluator:
        """What reads its relations in columns: for proofs."""
        return self.loader.executor.evaluator


def run_program(
    program: Program,
    data: Mapping[str, Any],
    functors: Mapping[str, Callable[..., host.Values]],
    options: Options,
    start: float,
    prepare: Callable[[Loader, Evaluator, Statistics, Stratum], None] | None = None,
    plans: KeptPlans | None = None,
    inputs: Inputs | None = None,
) -> Run:
    """Derive every row; `prepare` is called before each stratum, `plans` are those of runs before,
    and `inputs` reads the files that the program names.

    Raises LimitError (3xx), DataError (6xx), ProgramError (28x), BackendError 405."""
    limits = options.limits or Limits()
    backend = choose_backend(options.backend, threads_of(limits))
    symbols = SymbolTable(program.shapes)
    guard = Guard(limits, start, symbols)
    context = Context(symbols, guard, functors, Recorder() if options.profile else None)
    executor = backend.start(context)
    check_needs(backend.name, executor, program, functors)
    loader = Loader(program, data, executor, inputs)
    loader.check_names(data)
    check_data(options.providers, data)
    for name in loader.needed():
        loader.load(name)
    if options.planning.split:
        whole = program
        program = split_joins(program, Measured(loader.stored))
        loader.follow(program)
        plans = plans if program is whole else None
    fixed = prepare is None and not options.providers  # all numbers are given or computed
    if options.planning.codes and fixed:
        executor.loaded(program)
    context.outside = connect(options.providers, loader.stored, loader.load, executor, symbols)
    told = None if prepare is None else partial(prepare, loader)
    fixpoint = Fixpoint(program, executor, options.planning, told, plans)
    recorder = context.recorder
    if recorder is not None:
        recorder.load()
    fixpoint.run()
    context.recorder = None
    for relation in context.outside.values():
        relation.close()
    stats = Stats(guard.seconds, fixpoint.stamp, loader.sizes())
    context.guard = Guard(Limits())  # the run is over: its clock does not bind its proofs
    profile = None
    if recorder is not None:
        rules = tuple({rule.index: rule for rule in program.rules}.values())
        texts = {rule.index: show_rule(rule, program) for rule in rules}
        profile = recorder.profile(rules, texts, stats.seconds)
    known = fixpoint.statistics
    return Run(backend, loader, known, stats, profile, fixpoint.proves)
