"""Problems of TPTP: a proof or a finite model, and the SZS status that either shows.

    axioms ⊢ conjecture              Theorem                   proved
    a model denies the conjecture    CounterSatisfiable        refuted or unknown
    the axioms have no model         ContradictoryAxioms, or without a conjecture Unsatisfiable
    without a conjecture, a model    Satisfiable

Proofs and models are looked for in turn, each for longer as the time goes by. A status is given
only for what was shown (Sutcliffe, *The SZS Ontologies*, 2008).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from trivium.solver.deduce import CONTRADICTORY, by_engine, horn_part
from trivium.solver.finite_models import FiniteModels, Model, TooLarge
from trivium.solver.first_order import FirstOrder
from trivium.solver.forms.logic import Expression, Operation, Truth
from trivium.solver.forms.tptp import Problem
from trivium.solver.skolem import TooLarge as TooManyClauses
from trivium.solver.skolem import clauses_of
from trivium.solver.verdict import Premise, Status, Verdict
from trivium.solver.z3_bridge import Search

# The largest models that are looked for, and the first turn of the search for proofs, in seconds.
LARGEST = 12
FIRST_TURN = 0.4


def prove(problem: Problem, seconds: float) -> Verdict:
    """How the conjectures, all together, stand to the axioms; or whether the axioms have a model.

    Raises E401 without Z3.
    """
    premises = [
        Premise(n, " ".join(s.span.text.split()), s.tree, s.span)
        for n, s in enumerate(problem.premises, 1)
    ]
    trees = tuple(statement.tree for statement in problem.conjectures)
    goal = trees[0] if len(trees) == 1 else Operation("and", trees) if trees else None
    return _Proving(premises, goal, seconds).verdict()


class _Proving:
    def __init__(self, premises: list[Premise], goal: Expression | None, seconds: float) -> None:
        self.premises = premises
        self.goal = goal
        self.deadline = perf_counter() + seconds
        self.seconds = seconds

    @property
    def left(self) -> float:
        return self.deadline - perf_counter()

    def verdict(self) -> Verdict:
        quick = self.by_rules()
        if quick is not None:
            return quick
        search, marker = self.search()
        models = self.models()
        turn = FIRST_TURN
        reason = ""
        proving = True
        while self.left > 0 and (proving or models is not None):
            if proving:
                outcome = search.check(marker, seconds=turn if models is not None else self.left)
                if outcome == "unsat":
                    return self.proved(search)
                if outcome == "sat":
                    return self.has_model(None, "z3")
                reason = search.reason
                proving = "Z3 gave up" not in reason
            ends = perf_counter() + turn
            while models is not None and perf_counter() < min(ends, self.deadline):
                found = next(models, None)
                if isinstance(found, Model):
                    return self.has_model(found, "finite model")
                if found is None:
                    models = None
            turn *= 2
        late = self.left <= 0
        szs = "Timeout" if late else "GaveUp"
        reason = f"the limit of {self.seconds:g} s was reached" if late else reason
        return Verdict(Status.UNKNOWN, reason=reason, by="z3", szs=szs)

    # --- our engine ------------------------------------------------------------------------------

    def by_rules(self) -> Verdict | None:
        """What Horn rules alone decide, with a proof to read."""
        statement = Truth(False) if self.goal is None else self.goal
        horn = horn_part(self.premises, statement)
        found = by_engine(horn, self.premises, statement, self.seconds)
        if found is None:
            return None
        if found.status is Status.CONTRADICTORY:
            return self.contradictory(found)
        if self.goal is None:
            shown = horn.whole and found.status is not Status.UNKNOWN
            return Verdict(Status.SATISFIABLE, by="engine", szs="Satisfiable") if shown else None
        if found.status is Status.PROVED:
            return replace(found, szs="Theorem")
        if horn.whole and horn.denied is not None and found.independent:
            return replace(found, szs="CounterSatisfiable")
        return None

    # --- proofs ----------------------------------------------------------------------------------

    def search(self) -> tuple[Search, object]:
        """Z3 with the premises, and a marker that stands for the goal's denial."""
        search = Search(max(self.left, 0.01))
        logic = FirstOrder(search)
        for premise in self.premises:
            search.premise(premise.number, logic.formula(premise.formula))
        marker = search.z3.Bool("denial!", search.context)
        if self.goal is not None:
            denial = search.z3.Not(logic.formula(self.goal))
            search.law(search.z3.Implies(marker, denial))
        return search, marker

    def proved(self, search: Search) -> Verdict:
        used = tuple(p for p in self.premises if p.number in search.core)
        if self.goal is None:
            return self.contradictory(Verdict(Status.CONTRADICTORY, None, used, by="z3"))
        # The core may hold without the denial: then the axioms have no model at all.
        clash = search.check(seconds=min(1.0, self.seconds / 10))
        if clash == "unsat":
            used = tuple(p for p in self.premises if p.number in search.core)
            return self.contradictory(Verdict(Status.CONTRADICTORY, None, used, by="z3"))
        agree = "" if clash == "sat" else "whether the premises agree was not settled"
        return Verdict(Status.PROVED, True, used, reason=agree, by="z3", szs="Theorem")

    def contradictory(self, found: Verdict) -> Verdict:
        szs = "Unsatisfiable" if self.goal is None else "ContradictoryAxioms"
        reason = CONTRADICTORY if self.goal is not None else "the premises contradict each other"
        return replace(found, reason=reason, szs=szs)

    # --- models ----------------------------------------------------------------------------------

    def formulas(self) -> list[Expression]:
        denial = [] if self.goal is None else [Operation("not", (self.goal,))]
        return [*(premise.formula for premise in self.premises), *denial]

    def models(self) -> Iterator[Model | str] | None:
        """Models of the axioms and the denial, size after size; `unknown` where none is yet."""
        formulas = self.formulas()
        try:
            search = FiniteModels(clauses_of(formulas))
        except TooManyClauses:
            return None
        return self.sizes(search, formulas)

    def sizes(self, search: FiniteModels, formulas: Sequence[Expression]) -> Iterator[Model | str]:
        for size in range(1, LARGEST + 1):
            try:
                found = search.find(size, max(0.01, min(self.left, self.seconds / 3)))
                if isinstance(found, Model) and found.satisfies(formulas):
                    yield found
            except TooLarge:
                return
            yield "unknown"

    def has_model(self, model: Model | None, by: str) -> Verdict:
        """The verdict where the axioms, and the goal's denial, have a model."""
        shown = "" if model is None else f"a model of {model.size} thing{'s' * (model.size > 1)}"
        if self.goal is None:
            reason = f"the premises have {shown}" if shown else ""
            return Verdict(Status.SATISFIABLE, reason=reason, by=by, szs="Satisfiable")
        reason = f"the premises and the denial have {shown or 'a model'}"
        refuted = self.refuted()
        if refuted is not None:
            used, value = refuted, False
            return Verdict(
                Status.REFUTED, value, used, reason=reason, by=by, szs="CounterSatisfiable"
            )
        return Verdict(
            Status.UNKNOWN, reason=reason, by=by, independent=True, szs="CounterSatisfiable"
        )

    def refuted(self) -> tuple[Premise, ...] | None:
        """The premises that imply the goal's denial, if that is soon found."""
        assert self.goal is not None
        search = Search(max(0.01, min(self.left, 1.0)))
        logic = FirstOrder(search)
        for premise in self.premises:
            search.premise(premise.number, logic.formula(premise.formula))
        if search.check(logic.formula(self.goal)) != "unsat":
            return None
        return tuple(p for p in self.premises if p.number in search.core)
