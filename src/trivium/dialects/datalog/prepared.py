"""What is made of a program's text once: checked, optimised, compiled for few rows.

prepared = Prepared(tree, relations, passes, functions)
prepared.with_data(data, inputs)    the checked program, its columns known
prepared.few(given)                 the program for few rows, without the general engine
prepared.narrowed(checked, asked)   the program that runs, for what is asked
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from trivium.analyse import analyse
from trivium.analyse.factor import factor
from trivium.analyse.near import did_you_mean
from trivium.analyse.outside import Offer
from trivium.analyse.uncertain import is_uncertain
from trivium.engine.asked import Asked, check_row
from trivium.engine.functions import check_given, implementation, signature
from trivium.engine.host import Values
from trivium.engine.limits import Guard, Limits
from trivium.engine.load import Inputs
from trivium.engine.tiny.accept import Accepted
from trivium.engine.tiny.run import Tiny
from trivium.engine.tiny.terms import Unfit
from trivium.engine.undeclared import may_come_with_data, relations_of_data
from trivium.errors import ProgramError
from trivium.ir import nodes
from trivium.ir.functors import FUNCTORS as SIGNATURES
from trivium.optimise import LEAN, Pass, optimise
from trivium.optimise.demand import Demand, drop_unneeded, transform_demand
from trivium.optimise.project import project
from trivium.optimise.wishes import wishes
from trivium.syntax import ast

if TYPE_CHECKING:
    from trivium.probability.grounding.relax import Relaxed


class Prepared:
    """A parsed program, and what was made of it so far.

    `checked` is None while columns come with the data of a run.
    """

    def __init__(
        self,
        tree: ast.Program,
        relations: Sequence[nodes.Relation],
        passes: Sequence[Pass],
        functions: Mapping[str, Callable[..., Any]],
    ) -> None:
        self.tree = factor(tree)
        self.relations = tuple(relations)
        self.passes = tuple(passes)
        self.functions = dict(functions)
        declared = {d.name for d in tree.items if isinstance(d, ast.FunctorDeclaration)}
        self._signatures = {
            name: signature(name, function)
            for name, function in self.functions.items()
            if name not in declared
        }
        self._leaned: tuple[nodes.Program, nodes.Program] | None = None
        self._relaxed: tuple[nodes.Program, Relaxed] | None = None
        self._tiny: dict[tuple[Any, ...], tuple[nodes.Program, Tiny] | None] = {}
        self._with_data: dict[tuple[Any, ...], nodes.Program] = {}
        self.checked: nodes.Program | None = None
        try:
            self.checked = self._optimised(())
        except ProgramError as problem:
            if not may_come_with_data(tree, problem):
                raise

    def other(self, tree: ast.Program, checked: nodes.Program) -> Prepared:
        """The same for another program, which has the same functions; relations that only the
        checked one knows, from its data, are declared."""
        told = {i.name for i in tree.items if isinstance(i, ast.Declaration)}
        told |= {h.relation for i in tree.items if isinstance(i, ast.Clause) for h in i.heads}
        told |= {relation.name for relation in self.relations}
        more = [r for n, r in checked.relations.items() if n not in told and r.access is None]
        plain = [relation for relation in more if not relation.name.startswith("@")]
        return Prepared(tree, (*self.relations, *plain), self.passes, self.functions)

    @property
    def ir(self) -> nodes.Program:
        """The checked program; E201 while a relation waits for its data."""
        return self.checked or self._optimised(())

    def analysed(
        self, tree: ast.Program, more: Sequence[nodes.Relation], offers: Sequence[Offer] = ()
    ) -> nodes.Program:
        """A program with this one's declarations and functors, checked."""
        return analyse(tree, (*self.relations, *more), {**SIGNATURES, **self._signatures}, offers)

    def _optimised(
        self, more: Sequence[nodes.Relation], offers: Sequence[Offer] = ()
    ) -> nodes.Program:
        checked = self.analysed(self.tree, more, offers)
        check_given(checked, self.functions)
        return optimise(checked, [run for run in self.passes if run not in LEAN])

    def functors(self, checked: nodes.Program) -> dict[str, Callable[..., Values]]:
        """What computes the program's own functors."""
        known = {**self._signatures, **checked.functors}
        return {
            name: implementation(name, function, known[name].overloads[0].result)
            for name, function in self.functions.items()
        }

    def with_data(
        self,
        data: Mapping[str, Any],
        inputs: Inputs | None,
        guard: Guard | None = None,
        offers: Sequence[Offer] = (),
    ) -> nodes.Program:
        """The checked program, with the columns of relations that only the data tells, or that
        providers offer."""
        if self.checked is not None and not offers:
            return self.checked
        relations: tuple[nodes.Relation, ...] = ()
        if self.checked is None:
            answered = {offer.name for offer in offers}
            own = {name: rows for name, rows in data.items() if name not in answered}
            items = tuple(i for i in self.tree.items if getattr(i, "relation", "") not in answered)
            tree = replace(self.tree, items=items)
            relations = tuple(relations_of_data(tree, own, inputs, guard or Guard(Limits())))
        key = relations, tuple(offers)
        if key not in self._with_data:
            self._with_data[key] = self._optimised(*key)
        return self._with_data[key]

    def relaxed(self, running: nodes.Program) -> Relaxed:
        """What to run of a program with probabilities: all that may hold."""
        from trivium.probability.grounding.relax import relax

        if self._relaxed is None or self._relaxed[0] is not running:
            self._relaxed = running, relax(running)
        return self._relaxed[1]

    def few(self, given: Mapping[str, Accepted]) -> tuple[nodes.Program, Tiny] | None:
        """The program checked and compiled for few rows of some types, if it can be."""
        key: tuple[Any, ...] = ()
        if self.checked is None:
            key = tuple([(name, types) for name, (_, types) in given.items()])
        if key not in self._tiny:
            try:
                self._tiny[key] = self._compiled(given)
            except Unfit:
                self._tiny[key] = None
        return self._tiny[key]

    def _compiled(self, given: Mapping[str, Accepted]) -> tuple[nodes.Program, Tiny]:
        checked = self.checked
        if checked is None:
            if any(isinstance(i, ast.Directive) and i.kind == "input" for i in self.tree.items):
                raise Unfit("files tell the columns")
            data = {name: rows for name, (rows, _) in given.items()}
            checked = self.with_data(data, None)
        if is_uncertain(checked):
            raise Unfit("uncertain rows")
        return checked, Tiny(checked, self.functors(checked))

    def _lean(self, checked: nodes.Program) -> nodes.Program:
        """The program without the rules that a run can do without."""
        if self._leaned is None or self._leaned[0] is not checked:
            passes = [run for run in self.passes if run in LEAN]
            self._leaned = checked, optimise(checked, passes)
        return self._leaned[1]

    def narrowed(
        self,
        checked: nodes.Program,
        asked: Asked | None,
        data: Collection[str],
        uncertain: bool = False,
        proving: bool = False,
    ) -> tuple[nodes.Program, Asked | None, bool]:
        """The program to run, what is asked with a value for each column, and whether the run
        can prove it, as it shall if it is `proving`: then no column is left out. Every derivation
        of what is `uncertain` counts, so no rule is left out."""
        lean = checked if uncertain else self._lean(checked)
        if asked is None:
            return lean, None, True
        demands = []
        for name, values in asked.items():
            relation = checked.relations.get(name)
            if relation is None:
                hint = did_you_mean(name, checked.relations)
                raise ProgramError(201, f"no relation is called `{name}`", hint=hint)
            row = values or (None,) * relation.arity
            check_row(relation, row, checked.shapes)
            demands.append(Demand(name, row))
        wished = wishes(self.tree)
        observed = {item.relation for item in checked.evidence}
        needed = drop_unneeded(lean, observed.union(asked))
        seen = [Demand(item.relation, item.values) for item in checked.evidence]
        narrow = needed
        if not (uncertain or proving):
            narrow = project(needed, {*asked, *data, *wished.exempt, *wished.sideways})
        running = transform_demand(narrow, [*demands, *seen], wished.sideways, wished.exempt)
        return running, {demand.relation: demand.values for demand in demands}, narrow is needed
