"""Bounds that always contain the probability, from a part of the ways through the states.

    decided so far: the query holds 0.31, fails 0.52;  open states 0.17   ->   [0.31, 0.48]

Of each level only the most probable states go on, more of them each time; whatever is left open may
hold or fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from trivium.probability.derivations import Derivations
from trivium.probability.inference.diagram import leaf_weights
from trivium.probability.inference.explore import asked_orders
from trivium.probability.inference.needed import needed
from trivium.probability.inference.packed import packed
from trivium.probability.inference.residual import EVIDENCE, State, Steps
from trivium.probability.inference.shape import shape

# Rounding of sums of many products stays far below this.
SLACK = 1e-12
# How many states of a level go on at first.
FIRST = 64


def bounds(
    graph: Derivations, query: int, evidence: Sequence[int], seconds: float, width: float = 0.0
) -> tuple[float, float]:
    """The least and the greatest that the probability of the query, given the evidence, may be.

    Stops once they are at most `width` apart, or after so many seconds.
    """
    if seconds <= 0.0:
        return 0.0, 1.0
    end = perf_counter() + seconds
    reduced = needed(graph, [query, *evidence])
    part = reduced.derivations
    asked = reduced.literals[0]
    if isinstance(asked, bool):
        return float(asked), float(asked)
    seen = [x for x in reduced.literals[1:] if not isinstance(x, bool)]
    order, _ = next(iter(asked_orders(shape(part), [asked, *seen])))
    # The query is followed to its decision like evidence, but may fail.
    steps = Steps(shape(part), order, (), (asked, *seen), ())
    weights = leaf_weights(part)
    good = steps.literal(asked)
    violated = 0
    for literal in seen:
        violated |= steps.literal(~literal)
    low, high = 0.0, 1.0
    beam = FIRST
    native = packed(steps)
    while high - low > width:
        if native is None:
            found = _swept(steps, weights, (good, steps.opposite(good), violated), beam, end)
        else:
            found = native.sweep(weights, good, violated, beam, end - perf_counter())
        if found is None:
            break
        holds, fails, left = found
        total = holds + fails + left
        if total > 0.0:
            low = max(low, holds / total - SLACK)
            high = min(high, (holds + left) / total + SLACK)
        if left <= 0.0:
            break
        beam *= 4
    return low, high


def _swept(
    steps: Steps, weights: Sequence[float], bits: tuple[int, int, int], beam: int, end: float
) -> tuple[float, float, float] | None:
    """The probabilities that the query holds, that it fails, and what was left open; None if the
    time ended."""
    good, bad, violated = bits
    holds = fails = left = 0.0
    size = len(steps.levels)
    # What is known of the query, and what is left of the program.
    masses: dict[tuple[int, State], float] = {(0, steps.start): 1.0}
    for level in range(size):
        best = masses.items()
        if len(masses) > beam:
            ordered = sorted(best, key=lambda item: -item[1])
            best = dict(ordered[:beam]).items()
            left += sum([mass for _, mass in ordered[beam:]])
        masses = {}
        for count, ((value, state), mass) in enumerate(best):
            if count % 64 == 0 and perf_counter() > end:
                return None
            made, matters = steps.steps(state, level, EVIDENCE)
            for leaf, onward, news in made:
                share = mass * (weights[leaf] if matters else 1.0)
                if news & violated or share <= 0.0:
                    continue
                known = value or (1 if news & good else 2 if news & bad else 0)
                if level + 1 == size or steps.decided(onward, level + 1, EVIDENCE):
                    holds += share if known == 1 else 0.0
                    fails += share if known != 1 else 0.0
                else:
                    after = (known, onward)
                    masses[after] = masses.get(after, 0.0) + share
    return holds, fails, left
