"""The part of a derivation graph that some literals depend on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from trivium.probability.derivations import Derivations
from trivium.probability.grounding.reduce import Ground, Reduced, reduce


def needed(derivations: Derivations, asked: Sequence[int], learnt: Collection[int] = ()) -> Reduced:
    """What the literals depend on, and what they are in it; the alternatives `learnt` may have any
    weight."""
    names = derivations.names
    ground = Ground(
        derivations.weights,
        derivations.groups,
        derivations.nodes,
        derivations.rules,
        names.__getitem__ if names else str,
        frozenset(learnt),
    )
    return reduce(ground, asked)
