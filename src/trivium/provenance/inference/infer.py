"""How probable literals are, by the method that fits: one front for all ways to infer.

infer(derivations, [4])          [Chance(method="exact", value=0.2, low=0.2, high=0.2)]
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter

from trivium.engine.limits import Limits
from trivium.errors import BoundsWarning, LimitError, ProgramError
from trivium.provenance.derivations import Derivations
from trivium.provenance.inference.bounds import bounds
from trivium.provenance.inference.diagram import TooMany, leaf_weights
from trivium.provenance.inference.explore import Watch, diagrams
from trivium.provenance.inference.needed import needed

Truth = int | bool

# States and arcs that exact inference may take before bounds are given instead; and the seconds
# that bounds take for each query, where no limit says otherwise.
SMALL = 150_000
SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability that lies between `low` and `high`; `value` is the best guess.

    `method` says how it was found: "exact" or "bounds"; both are certain.
    """

    method: str
    value: float
    low: float
    high: float


def infer(
    derivations: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int] = (),
    *,
    method: str = "auto",
    width: float = 0.0,
    limits: Limits | None = None,
) -> list[Chance]:
    """The probability of each query, given all of the evidence.

    Args:
        queries, evidence: literals of the derivations: nodes, or `~node`.
        method: "exact", "bounds", or "auto": exact where that stays small, else bounds, with a
            `BoundsWarning` that says how wide.
        width: bounds are good once they are at most this far apart.

    Raises ProgramError 285 where the evidence has probability zero, and LimitError 301 or 303 where
    more than the limits is needed.
    """
    reduced = needed(derivations, [*queries, *evidence])
    asked, seen = reduced.literals[: len(queries)], reduced.literals[len(queries) :]
    if any(x is False for x in seen):
        raise impossible()
    limits = limits or Limits()
    graph, observed = reduced.derivations, [x for x in seen if x is not True]
    if method not in ("auto", "exact", "bounds"):
        raise ValueError(f"no method `{method}`; there are: auto, exact, bounds")
    known: dict[int, float] = {}
    if method == "exact":
        _exact(graph, asked, observed, Watch(limits), known)
    start = perf_counter()
    if method == "auto":
        _exact_where_small(graph, asked, observed, limits, known)
    open_queries = [x for x in asked if not isinstance(x, bool) and x not in known]
    found = _bounded(graph, open_queries, observed, limits, width, start)
    if method == "auto" and (unsure := [c for c in found.values() if c.low < c.high]):
        widest = max(unsure, key=lambda chance: chance.high - chance.low)
        warnings.warn(
            f"{len(unsure)} of {len(asked)} probabilities could not be found exactly, only bounds: "
            f"the widest are {widest.low:.4g} and {widest.high:.4g}; values stand in the middle",
            BoundsWarning,
            stacklevel=2,
        )
    how = "bounds" if method == "bounds" else "exact"
    return [
        found[x] if x in found else _certain(how, float(x) if isinstance(x, bool) else known[x])
        for x in asked
    ]


def _certain(method: str, value: float) -> Chance:
    return Chance(method, value, value, value)


def _exact_where_small(
    graph: Derivations,
    asked: Sequence[Truth],
    evidence: Sequence[int],
    limits: Limits,
    known: dict[int, float],
) -> None:
    """What can be found exactly in half of the time, each query within `SMALL`."""
    end = None if limits.seconds is None else perf_counter() + limits.seconds / 2

    def watch() -> Watch:
        left = None if end is None else max(0.0, end - perf_counter())
        return Watch(replace(limits, seconds=left), SMALL)

    try:
        _exact(graph, asked, evidence, watch(), known)
        return
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
                _exact(part.derivations, [own], observed, watch(), alone)
            known[query] = float(own) if isinstance(own, bool) else alone[own]


def _bounded(
    graph: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int],
    limits: Limits,
    width: float,
    start: float,
) -> dict[int, Chance]:
    """Bounds of each query; the time that is left is shared by them."""
    spent = perf_counter() - start
    seconds = (
        len(queries) * SECONDS
        if limits.seconds is None
        else max(limits.seconds / 8, limits.seconds - spent)
    )
    found = {}
    for place, query in enumerate(queries):
        left = max(seconds / 8, seconds + spent - (perf_counter() - start))
        share = left / (len(queries) - place)
        low, high = bounds(graph, query, evidence, share, width)
        found[query] = Chance("bounds", (low + high) / 2, low, high)
    return found


def _exact(
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


def impossible() -> ProgramError:
    return ProgramError(
        285,
        "the evidence has probability 0",
        hint="remove or correct what cannot have been observed",
    )
