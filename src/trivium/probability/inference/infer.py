"""How probable literals are, by the method that fits: one front for all ways to infer.

infer(derivations, [4])          [Chance(method="exact", value=0.2, low=0.2, high=0.2)]
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from time import perf_counter

from trivium.engine.limits import Limits
from trivium.errors import BoundsWarning, LimitError, ProgramError
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
from trivium.probability.inference.diagram import TooMany
from trivium.probability.inference.exact import exact, exact_where_small
from trivium.probability.inference.exclusive import together
from trivium.probability.inference.explore import Watch
from trivium.probability.inference.needed import needed
from trivium.probability.inference.sample import sample
from trivium.probability.inference.topk import top_k

# The seconds that bounds take for each query, where no limit says otherwise.
SECONDS, MOST_SECONDS = 0.5, 15.0
# Bounds that are further apart have a sample beside them, which takes so many seconds at most.
WIDE, BESIDE = 0.01, 1.0
# So many proofs say how probable a query is at least, where bounds are wide.
PROOFS = 10


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
            else bounds, with a `BoundsWarning` that says how wide, and samples beside wide ones.

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
    """Exact where that stays small, else bounds; beside those that are wide, samples."""
    start = perf_counter()
    known = exact_where_small(graph, queries, evidence, limits)
    found = {query: _certain("exact", value) for query, value in known.items()}
    left = [query for query in queries if query not in known]
    if not left:
        return found
    found |= _bounded(graph, left, evidence, inference, limits, start)
    close = {query: (chance.low, chance.high) for query, chance in found.items()}
    watch = Watch(limits, seconds=BESIDE)
    with suppress(LimitError, TooMany):
        close = together(graph, close, watch.check_bytes)
    for query in left:
        low, high = close[query]
        found[query] = Chance("bounds", (low + high) / 2, low, high)
    wide = [query for query in left if found[query].high - found[query].low > WIDE]
    found |= _beside(graph, {query: found[query] for query in wide}, evidence, limits)
    if unsure := [found[query] for query in left if found[query].low < found[query].high]:
        _warn(unsure, len(queries))
    return found


def _warn(unsure: Sequence[Chance], asked: int) -> None:
    widest = max(unsure, key=lambda chance: chance.high - chance.low)
    beside = "values stand in the middle"
    if any(chance.sampled for chance in unsure):
        beside = "values of wide bounds are shares of sampled worlds"
        if widest.sampled:
            low, high = widest.sampled
            beside += (
                f", there {widest.value:.4g}, 95 times in 100 between {low:.4g} and {high:.4g}"
            )
    warnings.warn(
        f"{len(unsure)} of {asked} probabilities could not be found exactly, only "
        f"bounds: the widest are {widest.low:.4g} and {widest.high:.4g}; {beside}",
        BoundsWarning,
        stacklevel=5,
    )


def _beside(graph: Derivations, bounded: Found, evidence: Sequence[int], limits: Limits) -> Found:
    """These bounds with a sample beside each, where worlds that agree with the evidence are
    found."""
    if not bounded:
        return bounded
    try:
        share = replace(limits, seconds=BESIDE)
        counted = sample(graph, list(bounded), evidence, Inference("sample"), share)
    except (LimitError, ProgramError):
        return bounded
    return {
        query: replace(
            chance, value=min(chance.high, max(chance.low, one.value)), sampled=one.interval
        )
        for (query, chance), one in zip(bounded.items(), counted, strict=True)
    }


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
        if high - low > WIDE and not evidence:
            low = min(high, max(low, _proved(graph, query, share / 2)))
        found[query] = Chance("bounds", (low + high) / 2, low, high)
    return found


def _proved(graph: Derivations, query: int, seconds: float) -> float:
    """What the likeliest proofs of a query say together, where they are found in time."""
    try:
        return top_k(graph, query, (), PROOFS, sure(True), Limits(seconds=seconds)).low
    except LimitError:
        return 0.0


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
