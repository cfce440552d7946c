"""What the rows of a run rest on, and what was observed, for `Chances`.

grounds.rest([("path", 4), ("path", 5)])  ->  a literal for path 4, and True for path 5
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

import numpy as np

from trivium.analyse.near import did_you_mean
from trivium.engine.asked import find_row
from trivium.engine.limits import Limits
from trivium.engine.run import Run
from trivium.errors import ProgramError
from trivium.ir.nodes import DECISION, Evidence, Parameter
from trivium.probability.chances import Resting
from trivium.probability.decision import no_utility
from trivium.probability.grounding.aggregates import Folds
from trivium.probability.grounding.reduce import Truth, reduce
from trivium.probability.grounding.relax import Relaxed
from trivium.probability.grounding.rules import Grounder
from trivium.probability.learned import Learned, learn
from trivium.proofs.prover import RowValues, row_values

# A row of a relation, by its number.
Place = tuple[str, int]


class RowGrounds:
    """The rows of one run of a typed program."""

    def __init__(self, relaxed: Relaxed, run: Run, folds: Folds, told: Mapping[str, float]) -> None:
        self.grounder = Grounder(relaxed, run, folds, told)
        self.evidence = relaxed.program.evidence
        self._rows: dict[str, dict[RowValues, Place]] = {}

    @cached_property
    def observed(self) -> list[int]:
        """What was observed and is not certain, as literals."""
        literals = []
        for item in self.evidence:
            literal = self._literal(item)
            if literal is False:
                raise impossible(item)
            if literal is not True:
                literals.append(literal)
        return literals

    def _literal(self, item: Evidence) -> Truth:
        """What was observed, as a literal, or whether it certainly holds."""
        loader = self.grounder.run.loader
        row = find_row(loader.load(item.relation), item.values, loader.symbols)
        node = None if row is None else self.grounder.node(item.relation, row)
        if node is None:
            return item.positive == (row is not None)
        return node if item.positive else ~node

    def rest(self, places: Sequence[Place]) -> Resting:
        nodes = [self.grounder.node(*place) for place in places]
        asked = [node for node in nodes if node is not None]
        reduced = reduce(self.grounder.ground, [*asked, *self.observed])
        return Resting(reduced, tuple([True if node is None else None for node in nodes]))

    def is_open(self, relation: str) -> bool:
        """Whether any row of a relation may be uncertain."""
        return self.grounder.node(relation, 0) is not None

    def text(self, place: Place) -> str:
        return self.grounder.row_text(*place)

    def impossible(self) -> ProgramError:
        return impossible(*self.evidence)

    def rows(self, relation: str) -> dict[RowValues, Place]:
        """The rows of a relation, by their values."""
        if relation not in self._rows:
            stored = self.grounder.stored[relation]
            every = np.arange(stored.length)
            values = row_values(self.grounder.run.evaluator, stored, every)
            self._rows[relation] = {row: (relation, place) for place, row in enumerate(values)}
        return self._rows[relation]

    def utilities(self) -> list[tuple[Place, float]]:
        if not self.grounder.relaxed.program.utilities:
            raise no_utility()
        found = []
        for name in self.grounder.relaxed.program.utilities:
            for values, place in self.rows(name).items():
                worth = values[0]
                if not isinstance(worth, int | float):
                    message = f"a utility is a number, not {worth!r}"
                    raise ProgramError(299, message, self.grounder.stored[name].relation.span)
                found.append((place, float(worth)))
        return found

    @property
    def decisions(self) -> Collection[int]:
        return self.grounder.decisions

    def choice(self, alternative: int) -> str:
        return self.grounder.name(alternative)

    def settle(self, chosen: Collection[int]) -> None:
        self.grounder.settle(chosen)

    def learn(
        self,
        examples: Sequence[Sequence[Evidence]],
        rounds: int,
        tolerance: float,
        limits: Limits,
        progress: Callable[[int, float], None] | None = None,
    ) -> Learned:
        """The probabilities that the program leaves open, from examples; the program's own
        evidence is a part of each."""
        observed = [[*self.observed, *map(self._literal, example)] for example in examples]
        parameters = self.grounder.parameters
        return learn(
            self.grounder.ground, parameters, observed, rounds, tolerance, limits, progress
        )


def check_told(relaxed: Relaxed, told: Mapping[str, float]) -> None:
    """E287 for a probability that no clause leaves open."""
    program = relaxed.program
    every = [fact.weight for fact in program.facts]
    every += [weight for choice in program.choices for weight in choice.weights]
    known = {weight.name for weight in every if isinstance(weight, Parameter)}
    for name in told:
        if name not in known and name != DECISION:
            message = f"no clause has the probability `{name}`"
            raise ProgramError(287, message, hint=did_you_mean(name, known))


def impossible(*evidence: Evidence) -> ProgramError:
    """E285."""
    shown = " and ".join(f"`{item.span.text if item.span else item.relation}`" for item in evidence)
    message = f"the evidence {shown} has probability 0"
    span = evidence[0].span if len(evidence) == 1 else None
    hint = "remove or correct what cannot have been observed"
    return ProgramError(285, message, span, hint=hint)
