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
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from trivium.analyse import analyse
from trivium.analyse.components import write_out
from trivium.analyse.near import did_you_mean
from trivium.engine.asked import Asked, check_row, covers, matching
from trivium.engine.asked import only as only_rows
from trivium.engine.backends import backend as choose_backend
from trivium.engine.contract import Backend, Values
from trivium.engine.evaluate import Evaluator
from trivium.engine.files import format_of, print_facts, write_facts
from trivium.engine.fixpoint import Fixpoint
from trivium.engine.functions import check_given, implementation, signature
from trivium.engine.given import take
from trivium.engine.limits import Guard, Limits
from trivium.engine.load import Loader
from trivium.engine.profile import Profile, Recorder
from trivium.engine.symbols import SymbolTable
from trivium.engine.undeclared import may_come_with_data, relations_of_data
from trivium.engine.view import RelationView
from trivium.errors import DataError, ProgramError, TriviumError
from trivium.ir import nodes
from trivium.ir.functors import FUNCTORS as SIGNATURES
from trivium.optimise import PASSES, Pass, optimise
from trivium.optimise.demand import Demand, drop_unneeded, transform_demand
from trivium.optimise.wishes import wishes
from trivium.plan.build import plan_rule
from trivium.plan.statistics import EVERYTHING, Assumed, Planning, Statistics
from trivium.plan.steps import show
from trivium.provenance.proof import Proof
from trivium.provenance.prover import Prover
from trivium.provenance.why_not import Doubter, WhyNot
from trivium.provenance.words import show_rule
from trivium.source import Source
from trivium.syntax import ast
from trivium.syntax.souffle import parse

__all__ = ["Limits", "Options", "Program", "RelationView", "Result", "Stats"]


class Program:
    """A checked program.

    Args:
        text: the program, in the dialect named (`souffle`).
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
        if dialect != "souffle":
            raise TriviumError(311, f"`{dialect}` is not a dialect", hint="use `souffle`")
        self.source = Source(name, text)
        self.relations = tuple(relations)
        self.passes = tuple(passes)
        self._functions = dict(functions or {})
        folders = [Path(folder) for folder in include] or None
        self._tree = write_out(parse(self.source, folders, macros))
        declared = {d.name for d in self._tree.items if isinstance(d, ast.FunctorDeclaration)}
        self._signatures = {
            name: signature(name, function)
            for name, function in self._functions.items()
            if name not in declared
        }
        self._checked: nodes.Program | None = None
        try:
            self._checked = self._analyse(())
        except ProgramError as problem:
            if not may_come_with_data(self._tree, problem):
                raise
        self._data: dict[str, Any] = {}

    @classmethod
    def over(cls, text: str, /, **relations: Any) -> Program:
        """A program over data: columns and types come from the data, which `run()` then uses."""
        givens = {name: take(name, data) for name, data in relations.items()}
        program = cls(text, relations=[given.relation() for given in givens.values()])
        program._data = dict(givens)
        return program

    def _analyse(self, more: Sequence[nodes.Relation]) -> nodes.Program:
        given = (*self.relations, *more)
        checked = analyse(self._tree, given, {**SIGNATURES, **self._signatures})
        check_given(checked, self._functions)
        return optimise(checked, self.passes)

    def _functors(self, checked: nodes.Program) -> dict[str, Callable[..., Values]]:
        """What computes the program's own functors."""
        known = {**self._signatures, **checked.functors}
        return {
            name: implementation(name, function, known[name].overloads[0].result)
            for name, function in self._functions.items()
        }

    @property
    def ir(self) -> nodes.Program:
        """The checked program; E201 while a relation waits for its data."""
        return self._checked or self._analyse(())

    def explain(self) -> str:
        """The plan of each rule as text, as it would be for relations of one size."""
        plans = []
        for stratum in self.ir.strata:
            growing = stratum.relations if stratum.recursive else ()
            for rule in stratum.rules:
                plans += plan_rule(rule, growing, Assumed())
        return "\n".join(map(show, plans))

    def _with(self, data: Mapping[str, Any], folder: Path | None) -> nodes.Program:
        """The checked program, with the columns of relations that only the data tells."""
        if self._checked is not None:
            return self._checked
        return self._analyse(relations_of_data(self._tree, data, folder))

    def run(
        self,
        *,
        facts_dir: str | Path | None = None,
        output_dir: str | Path | None = None,
        limits: Limits | None = None,
        backend: Backend | str | None = None,
        planning: Planning = EVERYTHING,
        profile: bool = False,
        only: Sequence[str] | None = None,
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
            only: relations to compute; what they do not need is left out, and cannot be read.
            relations: data by relation: a list of tuples, a dict of columns, a NumPy array, an
                Arrow, polars or pandas table. It takes the place of an `.input` file.

        Raises LimitError (3xx), DataError (6xx), ProgramError (28x) for a functor without a result.
        """
        options = Options(facts_dir, output_dir, limits, backend, planning, profile)
        return self.start(options, None if only is None else dict.fromkeys(only, ()), relations)

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
        **relations: Any,
    ) -> Result:
        """Compute the rows of a relation that have the values of `row`, where `None` is any.

        Only what these rows need is derived: `query("path", (1, None))` looks at what is reached
        from 1, and at nothing else. The other arguments are those of `run`. The result holds the
        rows asked for, and their proofs; E201 if there is no such relation, E652 or E653 for a row
        that does not fit it.
        """
        options = Options(facts_dir, None, limits, backend, planning, profile)
        return self.start(options, {relation: tuple(row)}, relations)

    def start(self, options: Options, asked: Asked | None, relations: Mapping[str, Any]) -> Result:
        """Run as `run` and `query` do. `asked` gives by relation the values that are wanted: an
        empty tuple is any row; None asks for all relations."""
        guard = Guard(options.limits or Limits())
        recorder = Recorder() if options.profile else None
        engine = choose_backend(options.backend)
        folder = None if options.facts_dir is None else Path(options.facts_dir)
        data = {**self._data, **relations}
        checked = self._with(data, folder)
        running, asked = self._for(checked, asked)
        symbols = SymbolTable(checked.shapes)
        loader = Loader(running, data, folder, engine, symbols, guard)
        loader.check_names()
        for name in loader.needed():
            loader.load(name)
        evaluator = Evaluator(engine, loader.stored, symbols, guard, self._functors(running))
        fixpoint = Fixpoint(running, evaluator, options.planning)
        if recorder is not None:
            evaluator.recorder = recorder
            recorder.load()
        fixpoint.run()
        evaluator.recorder = None
        stats = Stats(guard.seconds, fixpoint.stamp, loader.sizes())
        evaluator.guard = Guard(Limits())  # the run is over: its clock does not bind its proofs
        result = Result(checked, loader, evaluator, fixpoint.statistics, stats)
        if asked is not None:
            whole = partial(self.start, replace(options, profile=False), None, relations)
            result.restrict(asked, whole)
        if recorder is not None:
            rules = tuple({rule.index: rule for rule in running.rules}.values())
            texts = {rule.index: show_rule(rule) for rule in rules}
            result.profile = recorder.profile(rules, texts, stats.seconds)
        if options.output_dir is not None:
            result.write(options.output_dir)
        return result

    def _for(
        self, checked: nodes.Program, asked: Asked | None
    ) -> tuple[nodes.Program, Asked | None]:
        """The program that derives what is asked for, and that with a value for each column."""
        if asked is None:
            return checked, None
        demands = []
        for name, values in asked.items():
            relation = checked.relations.get(name)
            if relation is None:
                hint = did_you_mean(name, checked.relations)
                raise ProgramError(201, f"no relation is called `{name}`", hint=hint)
            row = values or (None,) * relation.arity
            check_row(relation, row, checked.shapes)
            demands.append(Demand(name, row))
        wished = wishes(self._tree)
        needed = drop_unneeded(checked, asked)
        running = transform_demand(needed, demands, wished.sideways, wished.exempt)
        return running, {demand.relation: demand.values for demand in demands}


@dataclass(frozen=True, slots=True)
class Options:
    """How to run a program: the arguments of `Program.run` that are not data."""

    facts_dir: str | Path | None = None
    output_dir: str | Path | None = None
    limits: Limits | None = None
    backend: Backend | str | None = None
    planning: Planning = EVERYTHING
    profile: bool = False


@dataclass(frozen=True, slots=True)
class Stats:
    """What a run took: seconds, rounds over all strata, and the rows of each relation."""

    seconds: float
    iterations: int
    rows: dict[str, int] = field(default_factory=dict)


class Result:
    """The relations of a run, and why their rows hold.

    `stats` says what the run took; `profile`, where it was asked for, where that went.
    """

    def __init__(
        self,
        program: nodes.Program,
        loader: Loader,
        evaluator: Evaluator,
        known: Statistics,
        stats: Stats,
    ) -> None:
        self._program = program
        self._loader = loader
        self._evaluator = evaluator
        self._prover = Prover(program, evaluator, known, loader.locate)
        self._views: dict[str, RelationView] = {}
        self._asked: Asked | None = None
        self._whole: Callable[[], Result] | None = None
        self.stats = stats
        self.profile: Profile | None = None

    def restrict(self, asked: Asked, whole: Callable[[], Result]) -> None:
        """Show only what was asked for; `whole` runs the whole program."""
        self._asked, self._whole = asked, whole

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}: {rows:,}" for name, rows in self.stats.rows.items())
        return f"<Result {sizes}>"

    @property
    def relations(self) -> tuple[str, ...]:
        """The names of all relations, in the order of the program."""
        names = self._program.relations if self._asked is None else self._asked
        return tuple(name for name in names if not name.startswith("@"))

    @property
    def outputs(self) -> tuple[str, ...]:
        """The relations of `.output` directives; if there are none, those that rules derive."""
        directives = [d.relation for d in self._program.directives if d.kind == "output"]
        derived = [rule.head.relation for rule in self._program.rules]
        chosen = dict.fromkeys(directives or self._asked or derived)
        return tuple(name for name in chosen if name in self and not name.startswith("@"))

    def __getitem__(self, name: str) -> RelationView:
        if name not in self._views:
            if name not in self._program.relations:
                known = ", ".join(self.relations)
                raise KeyError(f"no relation `{name}`; the program has: {known}")
            stored, symbols = self._loader.load(name), self._loader.symbols
            if self._asked is not None:
                stored = only_rows(stored, self._values_asked(name), symbols)
            self._views[name] = RelationView(stored, symbols)
        return self._views[name]

    def __contains__(self, name: str) -> bool:
        return name in (self._program.relations if self._asked is None else self._asked)

    def _values_asked(self, name: str) -> tuple[Any, ...]:
        assert self._asked is not None
        if name not in self._asked:
            known = ", ".join(self._asked)
            raise KeyError(f"`{name}` was not asked for, only: {known}; run() computes all")
        return self._asked[name]

    def why(self, relation: str, row: Sequence[nodes.Value]) -> Proof:
        """The proof of a row; E661 if it does not hold."""
        place = self._find(relation, row)
        if place is None:
            raise DataError(
                661,
                f"{relation}({', '.join(map(repr, row))}) does not hold",
                hint="ask why_not(relation, row)",
            )
        return self._prover.prove(relation, place)

    def why_not(self, relation: str, row: Sequence[nodes.Value]) -> WhyNot:
        """Which literal of which rule fails for a row that does not hold."""
        if self._find(relation, row) is not None:
            raise DataError(661, f"{relation}({', '.join(map(repr, row))}) holds", hint="ask why")
        if self._whole is not None:  # what is missing here may only not have been asked for
            return self._whole().why_not(relation, row)
        for name in self._loader.needed():
            self._loader.load(name)
        return Doubter(self._prover).explain(relation, tuple(row))

    def probability(self, relation: str, row: Sequence[nodes.Value]) -> float:
        """1.0 if the row holds, else 0.0: the program is certain."""
        return 0.0 if self._find(relation, row) is None else 1.0

    def _find(self, relation: str, row: Sequence[nodes.Value]) -> int | None:
        """The number of a row, or None."""
        if relation not in self._program.relations:
            raise KeyError(f"no relation `{relation}`; the program has: {self.relations}")
        stored = self._loader.load(relation)
        kinds = [column.type for column in stored.relation.columns]
        given = {
            place
            for place, (value, kind) in enumerate(zip(row, kinds, strict=False))
            if value is not None or kind.structured  # None is `nil` there, else an empty cell
        }
        same = matching(stored, row, given, self._loader.symbols)
        for place in set(range(len(row))) - given:
            present = stored.present(place)
            same &= np.False_ if present is None else ~present
        found = np.flatnonzero(same)
        if not len(found) and self._asked is not None:
            asked = self._values_asked(relation)
            if not covers(asked, row):
                raise KeyError(f"of `{relation}`, only the rows {asked} were asked for")
        return int(found[0]) if len(found) else None

    def write(self, folder: str | Path) -> list[Path]:
        """Write the `.output` files, print the `.printsize` lines; the paths written."""
        written = []
        for directive in self._program.directives:
            if directive.relation not in self:
                continue
            view = self[directive.relation]
            relation = self._program.relations[directive.relation]
            if directive.kind == "printsize":
                print(f"{directive.relation}\t{len(view)}")
            elif directive.kind == "output":
                form = format_of(directive, Path(folder))
                if form.name == "stdout":
                    print_facts(relation, view.rows(), form)
                else:
                    written.append(write_facts(directive, relation, view.rows(), Path(folder)))
        return written

    def print(self) -> None:
        """Print the `.output` relations and `.printsize` lines as Soufflé prints them."""
        for directive in self._program.directives:
            if directive.relation not in self:
                continue
            view = self[directive.relation]
            if directive.kind == "printsize":
                print(f"{directive.relation}\t{len(view)}")
            elif directive.kind == "output":
                relation = self._program.relations[directive.relation]
                form = replace(format_of(directive, Path()), headers=True)
                print_facts(relation, view.rows(), form)
