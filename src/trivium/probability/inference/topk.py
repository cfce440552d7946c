"""A probability from its likeliest proofs: what they say together is a lower bound.

    proofs  0.3 by a    0.2 by b, c    0.12 by a, d      k = 2:  P(a or b and c) = 0.44 at least

The proofs are not summed: they may hold together, so their disjunction is inferred exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from time import perf_counter

from trivium.engine.limits import Limits
from trivium.probability.derivations import Derivations
from trivium.probability.inference.chance import Chance
from trivium.probability.inference.exact import exact
from trivium.probability.inference.explore import Watch
from trivium.probability.inference.needed import needed
from trivium.probability.inference.proofs import proofs

# Steps of the search for each proof that is wanted.
STEPS = 20_000


def top_k(
    graph: Derivations,
    query: int,
    evidence: Sequence[int],
    k: int,
    seen: Chance,
    limits: Limits,
) -> Chance:
    """The probability of the query and the evidence by k proofs, over that of the evidence.

    Args:
        seen: the probability of the evidence; all proofs are found where there are no more than k.
    """
    target = graph.nodes
    rules = [*graph.rules, (target, (query, *evidence))]
    together = Derivations(graph.weights, graph.groups, graph.nodes + 1, rules)
    end = None if limits.seconds is None else perf_counter() + limits.seconds / 2
    left = STEPS * k

    def check() -> bool:
        nonlocal left
        left -= 1
        return left > 0 and (end is None or perf_counter() < end)

    found = list(islice(proofs(together, target, check=check), k + 1))
    whole = len(found) <= k and check()
    low = _disjunction(together, [way.leaves for way in found[:k]], limits)
    least = min(1.0, low / seen.high)
    most = 1.0 if not whole else min(1.0, low / seen.low)
    return Chance("top-k", least, least, most)


def _disjunction(graph: Derivations, ways: Sequence[tuple[int, ...]], limits: Limits) -> float:
    """The probability that any of the ways holds."""
    if not ways:
        return 0.0
    goal = graph.nodes
    rules = [*graph.rules, *[(goal, way) for way in ways]]
    reduced = needed(Derivations(graph.weights, graph.groups, goal + 1, rules), [goal])
    (literal,) = reduced.literals
    if isinstance(literal, bool):
        return float(literal)
    known: dict[int, float] = {}
    exact(reduced.derivations, [literal], (), Watch(limits), known)
    return known[literal]
