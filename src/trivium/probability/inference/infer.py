"""How probable literals are, by the method that fits: one front for all ways to infer.

infer(derivations, [4])          [Chance(method="exact", value=0.2, low=0.2, high=0.2)]
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from trivium.engine.limits import Limits
from trivium.errors import BoundsWarning
from trivium.probability.derivations import Derivations
from trivium.probability.grounding.reduce import Reduced
from trivium.probability.inference.bounds import bounds
from trivium.probability.inference.chance import (
    Chance,
    Inference,
    impossible,
    inference_of,
    sure,
)
from trivium.probability.inference.exact import exact, exact_where_small
from trivium.probability.inference.explore import Watch
from trivium.probability.inference.needed import needed
from trivium.probability.inference.sample import sample
from trivium.probability.inference.topk import top_k

# The seconds that bounds take for each query, where no limit says otherwise.
SECONDS, MOST_SECONDS = 1.0, 30.0


def infer(
    derivations: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int] = (),
    how: Inference | str | None = None,
    *,
    limits: Limits | None = None,
) -> list[Chance]:
    """The probability of each query, given all of the evidence.

    Args:
        queries, evidence: literals of the derivations: nodes, or `~node`.
        how: an `Inference`, or the name of its method; by default exact where that stays small,
            else bounds, with a `BoundsWarning` that says how wide.

    Raises ProgramError 285 where the evidence has probability zero, 296 where no sampled world
    agrees with it, 297 for a method that there is not, and LimitError 301 or 303 where more than
    the limits is needed.
    """
    reduced = needed(derivations, [*queries, *evidence])
    return infer_reduced(reduced, len(queries), how, limits=limits)


def infer_reduced(
    reduced: Reduced,
    queries: int,
    how: Inference | str | None = None,
    *,
    limits: Limits | None = None,
) -> list[Chance]:
    """As `infer`, in what a graph was reduced to: so many of the literals are queries, and the
    others are observed."""
    inference = inference_of(how)
    asked, seen = reduced.literals[:queries], reduced.literals[queries:]
    if any(x is False for x in seen):
        raise impossible()
    graph, observed = reduced.derivations, [x for x in seen if not isinstance(x, bool)]
    own = list(dict.fromkeys([x for x in asked if not isinstance(x, bool)]))
    found = _WAYS[inference.method](graph, own, observed, inference, limits or Limits())
    return [sure(x) if isinstance(x, bool) else found[x] for x in asked]


def _certain(method: str, value: float) -> Chance:
    return Chance(method, value, value, value)


# --- ways to infer -------------------------------------------------------------------------------

Found = dict[int, Chance]


def _exact(
    graph: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int],
    inference: Inference,
    limits: Limits,
) -> Found:
    known: dict[int, float] = {}
    exact(graph, queries, evidence, Watch(limits), known)
    return {query: _certain("exact", value) for query, value in known.items()}


def _auto(
    graph: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int],
    inference: Inference,
    limits: Limits,
) -> Found:
    """Exact where that stays small, else bounds."""
    start = perf_counter()
    known = exact_where_small(graph, queries, evidence, limits)
    found = {query: _certain("exact", value) for query, value in known.items()}
    left = [query for query in queries if query not in known]
    bounded = _bounded(graph, left, evidence, inference, limits, start)
    if unsure := [chance for chance in bounded.values() if chance.low < chance.high]:
        widest = max(unsure, key=lambda chance: chance.high - chance.low)
        warnings.warn(
            f"{len(unsure)} of {len(queries)} probabilities could not be found exactly, only "
            f"bounds: the widest are {widest.low:.4g} and {widest.high:.4g}; values stand in the "
            "middle",
            BoundsWarning,
            stacklevel=4,
        )
    return found | bounded


def _bounded(
    graph: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int],
    inference: Inference,
    limits: Limits,
    start: float | None = None,
) -> Found:
    """Bounds of each query; the time that is left is shared by them."""
    begun = perf_counter()
    if limits.seconds is None:
        end = begun + min(len(queries) * SECONDS, MOST_SECONDS)
    else:
        end = (begun if start is None else start) + limits.seconds
    found = {}
    for place, query in enumerate(queries):
        share = (end - perf_counter()) / (len(queries) - place)
        low, high = bounds(graph, query, evidence, share, inference.width)
        found[query] = Chance("bounds", (low + high) / 2, low, high)
    return found


def _top_k(
    graph: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int],
    inference: Inference,
    limits: Limits,
) -> Found:
    seen = _certain("exact", 1.0)
    if evidence:
        goal = graph.nodes
        rules = [*graph.rules, (goal, tuple(evidence))]
        together = Derivations(graph.weights, graph.groups, goal + 1, rules)
        (seen,) = infer(together, [goal], limits=limits)
        if seen.high <= 0.0:
            raise impossible()
    share = (
        limits
        if limits.seconds is None
        else replace(limits, seconds=limits.seconds / (len(queries) or 1))
    )
    return {query: top_k(graph, query, evidence, inference.k, seen, share) for query in queries}


def _sampled(
    graph: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int],
    inference: Inference,
    limits: Limits,
) -> Found:
    counted = sample(graph, queries, evidence, inference, limits)
    return {
        query: Chance("sample", one.value, *one.interval)
        for query, one in zip(queries, counted, strict=True)
    }


_WAYS = {"auto": _auto, "exact": _exact, "bounds": _bounded, "top-k": _top_k, "sample": _sampled}
