"""Probability by its definition: look at every world.

A world chooses of each group one alternative or none. This defines what every other way to compute
a probability must give; it is for small graphs, and for tests.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from trivium.analyse.strata import components
from trivium.probability.derivations import Derivations

Floats = npt.NDArray[np.float64]
Masks = npt.NDArray[np.bool_]


def enumerate_worlds(graph: Derivations) -> tuple[Floats, Masks]:
    """The probability of each world, and of each node in which worlds it holds."""
    sizes = [len(group) + 1 for group in graph.groups]
    count = int(np.prod(sizes)) if sizes else 1
    probabilities = np.ones(count)
    holds = np.zeros((graph.nodes, count), np.bool_)
    chosen = np.unravel_index(np.arange(count), sizes) if sizes else ()
    for group, choice in zip(graph.groups, chosen, strict=True):
        own = [graph.weights[node] for node in group]
        probabilities *= np.array([*own, max(0.0, 1.0 - sum(own))])[choice]
        for place, node in enumerate(group):
            holds[node] = choice == place
    bodies: dict[int, list[tuple[int, ...]]] = {}
    for head, body in graph.rules:
        bodies.setdefault(head, []).append(body)
    needs = {
        str(head): [str(x if x >= 0 else ~x) for body in own for x in body]
        for head, own in bodies.items()
    }
    for component in components(needs):
        _close([int(name) for name in component], bodies, holds)
    return probabilities, holds


def _close(
    component: Sequence[int], bodies: dict[int, list[tuple[int, ...]]], holds: Masks
) -> None:
    """The least model of rules that depend on each other."""
    changed = True
    while changed:
        changed = False
        for head in component:
            found = holds[head]
            for body in bodies[head]:
                whole = np.ones(holds.shape[1], np.bool_)
                for literal in body:
                    whole &= holds[literal] if literal >= 0 else ~holds[~literal]
                found = found | whole
            if (found != holds[head]).any():
                holds[head] = found
                changed = True


def by_worlds(
    graph: Derivations, queries: Sequence[int], evidence: Sequence[int] = ()
) -> list[float]:
    """The probability of each of the literals `queries`, given all of the literals `evidence`.

    NaN where the evidence is impossible.
    """
    probabilities, holds = enumerate_worlds(graph)

    def where(literal: int) -> Masks:
        mask: Masks = holds[literal] if literal >= 0 else ~holds[~literal]
        return mask

    seen = np.ones(len(probabilities), np.bool_)
    for literal in evidence:
        seen &= where(literal)
    total = probabilities[seen].sum()
    if total <= 0.0:
        return [float("nan")] * len(queries)
    return [float(probabilities[seen & where(q)].sum() / total) for q in queries]
