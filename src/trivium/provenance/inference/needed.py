"""The part of a derivation graph that some literals depend on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from trivium.provenance.derivations import Derivations
from trivium.provenance.grounding.reduce import Ground, Reduced, Truth, reduce


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
    found = reduce(ground, asked)
    # A body that contradicts itself may have been the last support of a row.
    while _unsettled(found.derivations):
        found = _again(found, bool(learnt))
    return found


def _unsettled(graph: Derivations) -> bool:
    rows = graph.nodes - len(graph.weights)
    return rows > 0 and (not graph.groups or len({head for head, _ in graph.rules}) < rows)


def _again(found: Reduced, learnt: bool) -> Reduced:
    graph = found.derivations
    open_literals = [x for x in found.literals if not isinstance(x, bool)]
    alternatives = range(len(graph.weights)) if learnt else ()
    again = needed(graph, open_literals, alternatives)
    following = iter(again.literals)
    literals: list[Truth] = [x if isinstance(x, bool) else next(following) for x in found.literals]
    origins = tuple([found.origins[node] for node in again.origins])
    return Reduced(again.derivations, tuple(literals), origins)
