"""How probable literals are, by the method that fits: one front for all ways to infer.

infer(derivations, [4])          [Chance(method="exact", value=0.2, low=0.2, high=0.2)]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from trivium.engine.limits import Limits
from trivium.errors import LimitError, ProgramError
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
        method: "exact", "bounds", or "auto": exact while that stays small, else bounds.
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
    if method == "exact":
        return _exact(graph, asked, observed, Watch(limits))
    start = perf_counter()
    if method == "auto":
        half = None if limits.seconds is None else limits.seconds / 2
        try:
            watch = Watch(replace(limits, seconds=half), SMALL)
            return _exact(graph, asked, observed, watch)
        except (TooMany, LimitError):
            pass
    # The time that is left is shared by the queries.
    spent = perf_counter() - start
    seconds = (
        len(asked) * SECONDS
        if limits.seconds is None
        else max(limits.seconds / 8, limits.seconds - spent)
    )
    found = []
    for place, query in enumerate(asked):
        left = max(seconds / 8, seconds + spent - (perf_counter() - start))
        share = left / (len(asked) - place)
        low = high = float(query)
        if not isinstance(query, bool):
            low, high = bounds(graph, query, observed, share, width)
        found.append(Chance("bounds", (low + high) / 2, low, high))
    return found


def _exact(
    graph: Derivations, asked: Sequence[Truth], evidence: Sequence[int], watch: Watch
) -> list[Chance]:
    queries = [x for x in asked if not isinstance(x, bool)]
    known: dict[int, float] = {}
    whole = [1.0 - sum([graph.weights[node] for node in group]) for group in graph.groups]
    complete = [group for group, rest in enumerate(whole) if rest <= 1e-15]
    for part in diagrams(graph, list(dict.fromkeys(queries)), evidence, complete, watch):
        sums, total = part.diagram.probabilities(leaf_weights(part.graph))
        if total <= 0.0:
            raise impossible()
        for literal, value in zip(part.queries, sums, strict=True):
            known[literal] = min(1.0, max(0.0, value / total))
    values = [float(x) if isinstance(x, bool) else known[x] for x in asked]
    return [Chance("exact", value, value, value) for value in values]


def impossible() -> ProgramError:
    return ProgramError(
        285,
        "the evidence has probability 0",
        hint="remove or correct what cannot have been observed",
    )
