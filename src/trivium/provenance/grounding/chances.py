"""How probable rows are: ground what they depend on, and infer.

chances.of([("path", 4), ("path", 5)])  ->  [0.2, 1.0]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trivium.analyse.near import did_you_mean
from trivium.engine.asked import find_row
from trivium.engine.run import Run
from trivium.errors import ProgramError
from trivium.ir.nodes import Evidence, Parameter
from trivium.provenance.grounding.reduce import Reduced, reduce
from trivium.provenance.grounding.relax import Relaxed
from trivium.provenance.grounding.rules import Grounder
from trivium.provenance.inference.infer import infer

# A row of a relation, by its number.
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Grounded:
    """The reduced ground program of some rows, and what tells where its alternatives come from."""

    reduced: Reduced
    grounder: Grounder


class Chances:
    """The probabilities of the rows of one run, given what was observed."""

    def __init__(self, relaxed: Relaxed, run: Run, told: Mapping[str, float]) -> None:
        self.grounder = grounder = Grounder(relaxed, run, told)
        self.evidence = relaxed.program.evidence
        self.observed: list[int] = []
        for item in self.evidence:
            row = find_row(run.loader.load(item.relation), item.values, run.loader.symbols)
            node = None if row is None else grounder.node(item.relation, row)
            if node is not None:
                self.observed.append(node if item.positive else ~node)
            elif item.positive != (row is not None):
                raise impossible(item)
        self._known: dict[Place, float] = {}

    def of(self, places: Sequence[Place]) -> list[float]:
        """The probability of each row; E285 where what was observed cannot be."""
        open_places = [place for place in places if place not in self._known]
        if open_places:
            self._infer(open_places)
        return [self._known[place] for place in places]

    def reduced(self, places: Sequence[Place]) -> Reduced:
        """What these rows, and then what was observed, depend on."""
        nodes = [self.grounder.node(*place) for place in places]
        assert None not in nodes
        asked = [node for node in nodes if node is not None]
        return reduce(self.grounder.ground, [*asked, *self.observed])

    def grounded(self, places: Sequence[Place]) -> Grounded:
        """As `reduced`, with what tells where the alternatives come from."""
        return Grounded(self.reduced(places), self.grounder)

    def _infer(self, places: Sequence[Place]) -> None:
        uncertain = []
        for place in places:
            if self.grounder.node(*place) is None:
                self._known[place] = 1.0
            else:
                uncertain.append(place)
        reduced = self.reduced(uncertain)
        literals = reduced.literals
        asked, observed = literals[: len(uncertain)], literals[len(uncertain) :]
        if any(literal is False for literal in observed):
            raise impossible(*self.evidence)
        seen = [literal for literal in observed if not isinstance(literal, bool)]
        queries = [literal for literal in asked if not isinstance(literal, bool)]
        try:
            found = iter(infer(reduced.derivations, queries, seen))
        except ProgramError as problem:
            raise impossible(*self.evidence) if problem.number == 285 else problem from None
        for place, literal in zip(uncertain, asked, strict=True):
            known = float(literal) if isinstance(literal, bool) else next(found).value
            self._known[place] = known


def check_told(relaxed: Relaxed, told: Mapping[str, float]) -> None:
    """E287 for a probability that no clause leaves open."""
    program = relaxed.program
    every = [fact.weight for fact in program.facts]
    every += [weight for choice in program.choices for weight in choice.weights]
    known = {weight.name for weight in every if isinstance(weight, Parameter)}
    for name in told:
        if name not in known:
            message = f"no clause has the probability `{name}`"
            raise ProgramError(287, message, hint=did_you_mean(name, known))


def impossible(*evidence: Evidence) -> ProgramError:
    """E285."""
    shown = " and ".join(f"`{item.span.text if item.span else item.relation}`" for item in evidence)
    message = f"the evidence {shown} has probability 0"
    span = evidence[0].span if len(evidence) == 1 else None
    hint = "remove or correct what cannot have been observed"
    return ProgramError(285, message, span, hint=hint)
