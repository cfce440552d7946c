"""Exact probabilities, from all ways through the states of the program.

exact_where_small(graph, [4, 5], [], limits)      {4: 0.2}: the ways to 5 are too many
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from time import perf_counter

from trivium.engine.limits import Limits
from trivium.engine.native import available
from trivium.errors import LimitError
from trivium.provenance.derivations import Derivations
from trivium.provenance.grounding.reduce import Truth
from trivium.provenance.inference.chance import impossible
from trivium.provenance.inference.diagram import TooMany, leaf_weights
from trivium.provenance.inference.explore import Watch, diagrams
from trivium.provenance.inference.needed import needed

# States and arcs that exact inference may take before another method is taken instead: about two
# seconds of them.
SMALL = 2_000_000 if available() else 100_000


def exact_where_small(
    graph: Derivations,
    asked: Sequence[Truth],
    evidence: Sequence[int],
    limits: Limits,
) -> dict[int, float]:
    """What can be found exactly in half of the time, each query within `SMALL`."""
    known: dict[int, float] = {}
    end = None if limits.seconds is None else perf_counter() + limits.seconds / 2

    def watch() -> Watch:
        left = None if end is None else max(0.0, end - perf_counter())
        return Watch(replace(limits, seconds=left), SMALL)

    try:
        exact(graph, asked, evidence, watch(), known)
        return known
    except (TooMany, LimitError):
        pass
    missing = list(dict.fromkeys(x for x in asked if not isinstance(x, bool) and x not in known))
    for query in missing if len(asked) > 1 else ():
        part = needed(graph, [query, *evidence])
        own, *seen = part.literals
        alone: dict[int, float] = {}
        with suppress(TooMany, LimitError):
            if not isinstance(own, bool):
                observed = [x for x in seen if not isinstance(x, bool)]
                exact(part.derivations, [own], observed, watch(), alone)
            known[query] = float(own) if isinstance(own, bool) else alone[own]
    return known


def exact(
    graph: Derivations,
    asked: Sequence[Truth],
    evidence: Sequence[int],
    watch: Watch,
    known: dict[int, float],
) -> None:
    """Put the probability of each query into `known`, as far as `watch` allows."""
    queries = [x for x in asked if not isinstance(x, bool)]
    whole = [1.0 - sum([graph.weights[node] for node in group]) for group in graph.groups]
    complete = [group for group, rest in enumerate(whole) if rest <= 1e-15]
    for part in diagrams(graph, list(dict.fromkeys(queries)), evidence, complete, watch):
        sums, total = part.diagram.probabilities(leaf_weights(part.graph))
        if total <= 0.0:
            raise impossible()
        for literal, value in zip(part.queries, sums, strict=True):
            known[literal] = min(1.0, max(0.0, value / total))
