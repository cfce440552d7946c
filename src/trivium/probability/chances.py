"""How probable rows are, and what follows from that: one front for every dialect.

    chances.of([one, other])  ->  0.2 and 1.0, and how they were found

What is asked about is a place: a row or an atom, as its dialect knows it. The dialect tells what
places rest on; all else is done here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from trivium.engine.limits import Limits
from trivium.errors import ProgramError
from trivium.probability.explain import Explanation, certainly, explain
from trivium.probability.grounding.reduce import Reduced, Truth
from trivium.probability.inference.chance import Chance, Inference, sure
from trivium.probability.inference.decide import Decided, decide
from trivium.probability.inference.infer import infer_reduced
from trivium.probability.semirings.base import Semiring
from trivium.probability.weigh import Weigher, weigh
from trivium.probability.world import World, most_probable_world

T = TypeVar("T")
# What a dialect knows a row or an atom by; hashable.
Place = Any


@dataclass(frozen=True, slots=True)
class Resting:
    """What some places, and then what was observed, rest on.

    `known` says of each place whether it certainly holds; of those where that is None, and of what
    was observed, the reduced program has a literal each.
    """

    reduced: Reduced
    known: tuple[bool | None, ...]

    @property
    def asked(self) -> int:
        """How many places have a literal."""
        return self.known.count(None)

    @property
    def truths(self) -> list[Truth]:
        """Of each place its literal, or whether it certainly holds."""
        literals = iter(self.reduced.literals)
        return [next(literals) if known is None else known for known in self.known]

    @property
    def observed(self) -> tuple[Truth, ...]:
        return self.reduced.literals[self.asked :]

    @property
    def contradicted(self) -> bool:
        """Whether what was observed certainly is not so."""
        return any(literal is False for literal in self.observed)  # the literal 0 equals False

    @property
    def evidence(self) -> list[int]:
        """What was observed and is not certain."""
        return [literal for literal in self.observed if not isinstance(literal, bool)]


class Grounds(Protocol):
    """What a dialect knows of its places."""

    def rest(self, places: Sequence[Place]) -> Resting:
        """What they rest on. Raises E285 for evidence that is certainly against the program."""

    def text(self, place: Place) -> str:
        """The place as the program writes it."""

    def impossible(self) -> ProgramError:
        """E285, naming what was observed."""

    def utilities(self) -> list[tuple[Place, float]]:
        """Places, and what it is worth that they hold; E299 where nothing is."""

    @property
    def decisions(self) -> Collection[int]:
        """The alternatives that nobody has given a probability."""

    def choice(self, alternative: int) -> str:
        """A decision as the program writes it."""

    def settle(self, chosen: Collection[int]) -> None:
        """From here on these decisions are taken, and the others are not."""


G = TypeVar("G", bound=Grounds, covariant=True)


class Chances(Generic[G]):
    """The probabilities of the places of one run, given what was observed."""

    def __init__(self, grounds: G, limits: Limits, inference: Inference) -> None:
        self.grounds = grounds
        self.limits = limits
        self.inference = inference
        self._known: dict[Place, Chance] = {}

    def of(self, places: Sequence[Place]) -> list[Chance]:
        """How probable each is; E285 where what was observed cannot be, whatever is asked."""
        new = [place for place in dict.fromkeys(places) if place not in self._known]
        if new or not places:
            resting = self._possible(new)
            with self._named():
                count = resting.asked
                chances = infer_reduced(resting.reduced, count, self.inference, limits=self.limits)
            found = iter(chances)
            for place, known in zip(new, resting.known, strict=True):
                self._known[place] = next(found) if known is None else sure(known)
        return [self._known[place] for place in places]

    def is_open(self, place: Place) -> bool:
        """Whether anything uncertain may bear on a place."""
        return self.of([place])[0] != sure(True)

    def why(self, place: Place) -> Explanation:
        """The likeliest proofs of a place, and the fact that it depends on most."""
        (chance,) = self.of([place])
        text = self.grounds.text(place)
        resting = self.grounds.rest([place])
        (target,) = resting.truths
        if isinstance(target, bool):
            return certainly(text, chance.value)
        return explain(resting.reduced.derivations, target, resting.evidence, text, chance)

    def weigh(self, place: Place, semiring: Weigher[T]) -> T:
        """What a place weighs in a semiring; what was observed is not taken into account."""
        resting = self.grounds.rest([place])
        graph = resting.reduced.derivations
        made = semiring if isinstance(semiring, Semiring) else semiring(graph)
        (target,) = resting.truths
        if isinstance(target, bool):
            return made.one if target else made.zero
        return weigh(graph, target, made)

    def most_probable(self, asked: Sequence[tuple[str, Place]]) -> World:
        """The most probable world given what was observed, and which of the places hold in it."""
        resting = self._possible([place for _, place in asked])
        shown = [(text, truth) for (text, _), truth in zip(asked, resting.truths, strict=True)]
        graph, evidence = resting.reduced.derivations, resting.evidence
        with self._named():
            return most_probable_world(graph, shown, evidence, self.limits)

    def expected_utility(self) -> float:
        """Of each place its worth times its probability, summed."""
        worths = self.grounds.utilities()
        chances = self.of([place for place, _ in worths])
        return sum(c.value * worth for c, (_, worth) in zip(chances, worths, strict=True))

    def decide(self) -> tuple[Decided, dict[str, bool]]:
        """The best decisions, which are taken from here on: what they are worth, and of each, as
        the program writes it, whether it is taken."""
        grounds = self.grounds
        worths = grounds.utilities()
        resting = self._possible([place for place, _ in worths])
        reduced = resting.reduced
        graph, open_ones = reduced.derivations, set(grounds.decisions)
        alternatives = reduced.origins[: len(graph.weights)]
        decisions = [n for n, node in enumerate(alternatives) if node in open_ones]
        pairs = [(truth, w) for truth, (_, w) in zip(resting.truths, worths, strict=True)]
        with self._named():
            found = decide(graph, decisions, pairs, resting.evidence, self.limits)
        chosen = {reduced.origins[node] for node in found.chosen}
        choices = {grounds.choice(node): node in chosen for node in sorted(open_ones)}
        grounds.settle(chosen)
        self._known.clear()
        return found, choices

    def _possible(self, places: Sequence[Place]) -> Resting:
        resting = self.grounds.rest(places)
        if resting.contradicted:
            raise self.grounds.impossible()
        return resting

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Evidence that turns out to be impossible is named."""
        try:
            yield
        except ProgramError as problem:
            if problem.number == 285:
                raise self.grounds.impossible() from None
            raise
