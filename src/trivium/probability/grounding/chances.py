"""How probable rows are: ground what they depend on, and infer.

chances.of([("path", 4), ("path", 5)])  ->  0.2 and 1.0, and how they were found
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from trivium.analyse.near import did_you_mean
from trivium.engine.asked import find_row
from trivium.engine.limits import Limits
from trivium.engine.run import Run
from trivium.errors import ProgramError
from trivium.ir.nodes import DECISION, Evidence, Parameter
from trivium.probability.explain import Explanation, certainly, explain
from trivium.probability.grounding.aggregates import Folds
from trivium.probability.grounding.reduce import Reduced, Truth, reduce
from trivium.probability.grounding.relax import Relaxed
from trivium.probability.grounding.rules import Grounder
from trivium.probability.inference.chance import Chance, Inference, sure
from trivium.probability.inference.decide import Decided, decide
from trivium.probability.inference.infer import infer_reduced
from trivium.probability.learned import Learned, learn
from trivium.probability.world import World, most_probable_world
from trivium.proofs.prover import RowValues, row_values

# A row of a relation, by its number.
Place = tuple[str, int]
SURE = sure(True)


@dataclass(frozen=True, slots=True)
class Grounded:
    """The reduced ground program of some rows, and what tells where its alternatives come from."""

    reduced: Reduced
    grounder: Grounder


class Chances:
    """The probabilities of the rows of one run, given what was observed."""

    def __init__(
        self,
        relaxed: Relaxed,
        run: Run,
        folds: Folds,
        told: Mapping[str, float],
        limits: Limits,
        inference: Inference,
    ) -> None:
        self.grounder = Grounder(relaxed, run, folds, told)
        self.evidence = relaxed.program.evidence
        self.observed: list[int] = []
        for item in self.evidence:
            literal = self._literal(item)
            if literal is False:
                raise impossible(item)
            if literal is not True:
                self.observed.append(literal)
        self.limits = limits
        self.inference = inference
        self._known: dict[Place, Chance] = {}
        self._rows: dict[str, dict[RowValues, int]] = {}

    def _literal(self, item: Evidence) -> Truth:
        """What was observed, as a literal, or whether it certainly holds."""
        loader = self.grounder.run.loader
        row = find_row(loader.load(item.relation), item.values, loader.symbols)
        node = None if row is None else self.grounder.node(item.relation, row)
        if node is None:
            return item.positive == (row is not None)
        return node if item.positive else ~node

    def learn(
        self,
        examples: Sequence[Sequence[Evidence]],
        rounds: int,
        tolerance: float,
        progress: Callable[[int, float], None] | None = None,
    ) -> Learned:
        """The probabilities that the grounder's program leaves open, from examples. The program's
        own evidence is a part of each."""
        observed = [[*self.observed, *map(self._literal, example)] for example in examples]
        parameters = self.grounder.parameters
        ground, limits = self.grounder.ground, self.limits
        return learn(ground, parameters, observed, rounds, tolerance, limits, progress)

    def rows(self, relation: str) -> dict[RowValues, int]:
        """The rows of a relation, by their values."""
        if relation not in self._rows:
            stored = self.grounder.stored[relation]
            every = np.arange(stored.length)
            values = row_values(self.grounder.run.evaluator, stored, every)
            self._rows[relation] = {row: place for place, row in enumerate(values)}
        return self._rows[relation]

    def of(self, places: Sequence[Place]) -> list[Chance]:
        """How probable each row is; E285 where what was observed cannot be."""
        open_places = [place for place in places if place not in self._known]
        if open_places or not places:
            self._infer(open_places)
        return [self._known[place] for place in places]

    def reduced(self, places: Sequence[Place]) -> Reduced:
        """What these uncertain rows, and then what was observed, depend on."""
        nodes = [self.grounder.node(*place) for place in places]
        asked = [node for node in nodes if node is not None]
        return reduce(self.grounder.ground, [*asked, *self.observed])

    def grounded(self, places: Sequence[Place]) -> Grounded:
        """As `reduced`, with what tells where the alternatives come from."""
        return Grounded(self.reduced(places), self.grounder)

    def _infer(self, places: Sequence[Place]) -> None:
        uncertain = [place for place in places if self.grounder.node(*place) is not None]
        for place in places:
            self._known[place] = SURE
        reduced = self.reduced(uncertain)
        with self._named():
            found = infer_reduced(reduced, len(uncertain), self.inference, limits=self.limits)
        self._known.update(zip(uncertain, found, strict=True))

    def most_probable(self, places: Sequence[Place]) -> World:
        """The most probable world given what was observed, and which of the rows hold in it."""
        uncertain = [place for place in places if self.grounder.node(*place) is not None]
        reduced = self.reduced(uncertain)
        truths = dict(zip(uncertain, reduced.literals, strict=False))
        observed = reduced.literals[len(uncertain) :]
        if any(literal is False for literal in observed):
            raise impossible(*self.evidence)
        evidence = [literal for literal in observed if not isinstance(literal, bool)]
        asked = [(self.grounder.row_text(*p), truths.get(p, True)) for p in places]
        with self._named():
            return most_probable_world(reduced.derivations, asked, evidence, self.limits)

    def utilities(self) -> list[tuple[Place, float]]:
        """Rows, and what it is worth that they hold."""
        found = []
        for name in self.grounder.relaxed.program.utilities:
            for values, place in self.rows(name).items():
                worth = values[0]
                if not isinstance(worth, int | float):
                    message = f"a utility is a number, not {worth!r}"
                    raise ProgramError(299, message, self.grounder.stored[name].relation.span)
                found.append(((name, place), float(worth)))
        return found

    def decide(self) -> Decided:
        """The best decisions, which are taken from here on; their alternatives are those of the
        grounder."""
        worths = self.utilities()
        uncertain = [place for place, _ in worths if self.grounder.node(*place) is not None]
        reduced = self.reduced(uncertain)
        truths = dict(zip(uncertain, reduced.literals, strict=False))
        observed = reduced.literals[len(uncertain) :]
        if any(literal is False for literal in observed):
            raise impossible(*self.evidence)
        evidence = [literal for literal in observed if not isinstance(literal, bool)]
        open_ones = self.grounder.decisions
        decisions = [n for n, node in enumerate(reduced.origins) if node in open_ones]
        utilities = [(truths.get(place, True), worth) for place, worth in worths]
        graph = reduced.derivations
        with self._named():
            found = decide(graph, decisions, utilities, evidence, self.limits)
        chosen = frozenset([reduced.origins[node] for node in found.chosen])
        self.grounder.settle(chosen)
        return replace(found, chosen=chosen)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Evidence that turns out to be impossible is named."""
        try:
            yield
        except ProgramError as problem:
            if problem.number == 285:
                raise impossible(*self.evidence) from None
            raise

    def is_uncertain(self, place: Place) -> bool:
        """Whether anything uncertain may bear on the row."""
        return self.of([place])[0] != SURE

    def why(self, place: Place) -> Explanation:
        """The likeliest proofs of a row, and the fact that it depends on most."""
        (chance,) = self.of([place])
        text = self.grounder.row_text(*place)
        target: int | bool = True
        if self.grounder.node(*place) is not None:
            reduced = self.reduced([place])
            target, *observed = reduced.literals
        if isinstance(target, bool):
            return certainly(text, chance.value)
        evidence = [x for x in observed if not isinstance(x, bool)]
        return explain(reduced.derivations, target, evidence, text, chance)


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
