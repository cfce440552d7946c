"""Exact probabilities, from tables over many-valued variables, or from all ways through states.

Tables (`variables.py`, `tables.py`) answer all queries in two passes, wherever few variables meet
at once, as in Bayesian networks. Where rows rest on themselves, or tables would have more than
`CELLS` cells, the ways through the states of the program are followed (`explore.py`).

exact_where_small(graph, [4, 5], [], limits)      {4: 0.2}: the ways to 5 are too many
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from time import perf_counter, process_time

from trivium.engine.limits import Limits
from trivium.engine.native import available
from trivium.errors import LimitError
from trivium.probability.derivations import Derivations
from trivium.probability.grounding.reduce import Truth
from trivium.probability.inference.chance import impossible
from trivium.probability.inference.diagram import TooMany, leaf_weights
from trivium.probability.inference.explore import Watch, diagrams
from trivium.probability.inference.needed import needed
from trivium.probability.inference.tables import Factor, marginals
from trivium.probability.inference.variables import Variables

# States and arcs that exact inference may look at, and the seconds that it may take where no limit
# says otherwise, before another method is taken instead. Queries that are not found together are
# asked alone, each with as much as if nothing else were asked, until so many seconds are spent.
SMALL = 4_000_000 if available() else 200_000
SECONDS, MOST_SECONDS = 1.5, 30.0
# Cells of all tables along a tree: about a second, and three times as many bytes as a double has.
CELLS, CELL_BYTES = 50_000_000, 24


def exact_where_small(
    graph: Derivations,
    asked: Sequence[Truth],
    evidence: Sequence[int],
    limits: Limits,
) -> dict[int, float]:
    """What can be found exactly in half of the time, within `SMALL`."""
    known: dict[int, float] = {}
    end = None if limits.seconds is None else perf_counter() + limits.seconds / 2

    def watch() -> Watch:
        if end is None:
            return Watch(limits, SMALL, SECONDS)
        return Watch(replace(limits, seconds=max(0.0, end - perf_counter())), SMALL)

    begun = process_time()
    try:
        exact(graph, asked, evidence, watch(), known)
        return known
    except (TooMany, LimitError):
        pass
    missing = list(dict.fromkeys(x for x in asked if not isinstance(x, bool) and x not in known))
    for query in missing if len(asked) > 1 else ():
        if process_time() - begun > MOST_SECONDS:
            break
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
    queries = list(dict.fromkeys([x for x in asked if not isinstance(x, bool)]))
    try:
        known.update(by_tables(graph, queries, evidence, watch))
        return
    except TooMany:
        pass
    whole = [1.0 - sum([graph.weights[node] for node in group]) for group in graph.groups]
    complete = [group for group, rest in enumerate(whole) if rest <= 1e-15]
    for part in diagrams(graph, queries, evidence, complete, watch, ordered=False):
        sums, total = part.diagram.probabilities(leaf_weights(part.graph))
        if total <= 0.0:
            raise impossible()
        for literal, value in zip(part.queries, sums, strict=True):
            known[literal] = min(1.0, max(0.0, value / total))


def by_tables(
    graph: Derivations, queries: Sequence[int], evidence: Sequence[int], watch: Watch
) -> dict[int, float]:
    """The probability of each query, from tables; TooMany where these are too large."""

    def check(cells: int) -> None:
        watch.check_bytes(cells * CELL_BYTES)

    variables = Variables(graph, [*queries, *evidence], check)
    product = variables.product
    for literal in evidence:
        variable, holds = variables.mask(literal)
        product.factors.append(Factor((variable,), holds))
    found = marginals(product, CELLS, check)
    if found is None:
        raise impossible()
    known = {}
    for literal in queries:
        variable, holds = variables.mask(literal)
        known[literal] = min(1.0, float(found[variable] @ holds))
    return known
