"""Probabilities that make what was observed most likely: expectation maximisation.

    t(0.5, p)::0.   0.9::1.   2 ← 0, 1        observed: 2 three times, not 2 seven times
    p = 0.3333, since 0.9 p = 0.3

Each round takes from every example how often each alternative is expected to have been chosen,
given all that the example says, by exact gradients of its circuit; then each probability becomes
the share in which it was. No round makes the examples less likely.

Source: A. P. Dempster, N. M. Laird and D. B. Rubin, "Maximum likelihood from incomplete data via
the EM algorithm", 1977; B. Gutmann, I. Thon and L. De Raedt, "Learning the parameters of
probabilistic logic programs from interpretations", ECML 2011.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from trivium.engine.limits import Limits
from trivium.errors import ProgramError
from trivium.probability.derivations import Derivations
from trivium.probability.grounding.reduce import Ground
from trivium.probability.inference.compile import compile_circuit
from trivium.probability.inference.explore import Watch
from trivium.probability.inference.needed import needed
from trivium.probability.layers import Layers, layered

Floats = npt.NDArray[np.float64]
# A learnt probability is kept this far from 0 and 1 at the start, which no round could leave.
MARGIN = 1e-6


@dataclass(frozen=True, slots=True)
class Fitted:
    """Probabilities by name, and the logarithm of the likelihood before each round and at the end.

    `seen` are the names that some example bears on.
    """

    weights: dict[str, float]
    history: tuple[float, ...]
    converged: bool
    seen: frozenset[str]


def fit(
    ground: Ground,
    parameters: Mapping[int, str],
    examples: Sequence[Sequence[int | bool]],
    *,
    rounds: int,
    tolerance: float,
    limits: Limits,
    progress: Callable[[int, float], None] | None = None,
) -> Fitted:
    """Learn from what each example observed.

    Args:
        ground: with the values that the probabilities start from.
        parameters: of each alternative that has a probability to learn its name; those of one name
            have the same.
        examples: literals of the ground program that were observed together, or whether something
            certain agrees with what was observed.
        tolerance: no more rounds once one adds less than this, of the whole, to the log-likelihood.

    Raises ProgramError 285 for an example that cannot be, LimitError 301 or 303.
    """
    watch = Watch(limits)
    weights = np.array(ground.weights, np.float64)
    for alternative in parameters:
        weights[alternative] = min(1 - MARGIN, max(MARGIN, weights[alternative]))
    graph = Derivations(weights.tolist(), ground.groups, ground.nodes, ground.rules)
    alike: dict[tuple[int | bool, ...], list[int]] = {}
    for number, observed in enumerate(examples, 1):
        alike.setdefault(tuple(dict.fromkeys(observed)), []).append(number)
    cases = [
        _Case(graph, parameters, observed, len(numbers), numbers[0], watch)
        for observed, numbers in alike.items()
    ]
    names = sorted(set(parameters.values()))
    history: list[float] = []
    converged = False
    seen: set[str] = set()
    for turn in range(rounds + 1):
        watch.check(0)
        tally = _Tally(names)
        likelihood = sum(case.expect(weights, tally) for case in cases)
        history.append(likelihood)
        if progress is not None:
            progress(turn, likelihood)
        seen = {name for name in names if tally.chances[name] > 0.0}
        converged = turn > 0 and likelihood - history[-2] <= tolerance * max(1.0, abs(likelihood))
        if converged or turn == rounds:
            break
        for alternative, name in parameters.items():
            if name in seen:
                weights[alternative] = tally.taken[name] / tally.chances[name]
    found = {name: float(weights[a]) for a, name in parameters.items()}
    return Fitted({n: found[n] for n in names}, tuple(history), converged, frozenset(seen))


class _Tally:
    """How often each probability is expected to have been taken, and in how many chances."""

    def __init__(self, names: Sequence[str]) -> None:
        self.taken = dict.fromkeys(names, 0.0)
        self.chances = dict.fromkeys(names, 0.0)


class _Case:
    """Examples that observed the same."""

    def __init__(
        self,
        graph: Derivations,
        parameters: Mapping[int, str],
        observed: tuple[int | bool, ...],
        count: int,
        number: int,
        watch: Watch,
    ) -> None:
        self.count, self.number = count, number
        self.parameters = parameters
        open_literals = [x for x in observed if not isinstance(x, bool)]
        if any(x is False for x in observed):
            raise _impossible(number)
        reduced = needed(graph, open_literals, parameters)
        if any(x is False for x in reduced.literals):
            raise _impossible(number)
        self.origins = np.array(reduced.origins[: len(reduced.derivations.weights)], np.int64)
        evidence = [x for x in reduced.literals if not isinstance(x, bool)]
        self.layers: Layers | None = None
        if evidence:
            circuit = compile_circuit(reduced.derivations, (), evidence, limits=watch.limits)
            self.layers = layered(circuit)
        place = {int(node): n for n, node in enumerate(self.origins)}
        # Of each group with something to learn: its alternatives, and their places if they are
        # spoken of.
        self.groups = [
            [(node, place.get(node)) for node in group]
            for group in graph.groups
            if any(node in place for node in group) and any(node in parameters for node in group)
        ]

    def expect(self, weights: Floats, tally: _Tally) -> float:
        """The logarithm of the likelihood; what is expected of the choices goes into the tally."""
        if self.layers is None:
            return 0.0
        own = weights[self.origins]
        value, slopes = self.layers.gradient(own[:, None], np.ones((1, 1)))
        likelihood = float(value[0, 0])
        if likelihood <= 0.0:
            raise _impossible(self.number)
        expected = own * slopes[:, 0] / likelihood
        for group in self.groups:
            self._group(group, weights, expected, tally)
        return self.count * log(likelihood)

    def _group(
        self,
        group: Sequence[tuple[int, int | None]],
        weights: Floats,
        expected: Floats,
        tally: _Tally,
    ) -> None:
        # A slope is against "none"; what that was expected follows, since all add up to one.
        spoken = [(node, place) for node, place in group if place is not None]
        none = 1.0 - sum(expected[place] for _, place in spoken)
        rest = max(0.0, 1.0 - sum(weights[node] for node, _ in spoken))
        shares = {node: expected[place] + none * weights[node] for node, place in spoken}
        left = none * rest
        for node, place in group:
            if place is None:  # chosen as often as the rest allows
                shares[node] = left * weights[node] / rest if rest > 0.0 else 0.0
        fixed = sum(weights[node] for node, _ in group if node not in self.parameters)
        free = 1.0 - sum(shares[node] for node, _ in group if node not in self.parameters)
        for node, _ in group:
            if name := self.parameters.get(node):
                tally.taken[name] += self.count * max(0.0, shares[node])
                tally.chances[name] += self.count * max(0.0, free) / max(MARGIN, 1.0 - fixed)


def _impossible(number: int) -> ProgramError:
    message = f"example {number} has probability 0"
    hint = "correct the example, or start from probabilities that allow it"
    return ProgramError(285, message, hint=hint)
