"""How probable literals are, by the method that fits: one front for all ways to infer.

infer(derivations, [4])          [Chance(method="exact", value=0.2, low=0.2, high=0.2)]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trivium.engine.limits import Limits
from trivium.errors import ProgramError
from trivium.provenance.derivations import Derivations
from trivium.provenance.inference.diagram import leaf_weights
from trivium.provenance.inference.explore import Watch, diagrams
from trivium.provenance.inference.needed import needed

Truth = int | bool


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability that lies between `low` and `high`; `value` is the best guess.

    `method` says how it was found: "exact", "bounds" (certain), "topk" (certain too) or "sample",
    where the truth lies between them with the confidence asked for.
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
    limits: Limits | None = None,
) -> list[Chance]:
    """The probability of each query, given all of the evidence.

    Args:
        queries, evidence: literals of the derivations: nodes, or `~node`.

    Raises ProgramError 285 where the evidence has probability zero, and LimitError 301 or 303 where
    more than the limits is needed.
    """
    reduced = needed(derivations, [*queries, *evidence])
    asked, seen = reduced.literals[: len(queries)], reduced.literals[len(queries) :]
    if any(x is False for x in seen):
        raise impossible()
    watch = Watch(limits)
    return _exact(reduced.derivations, asked, [x for x in seen if x is not True], watch)


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
