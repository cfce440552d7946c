"""Probabilities counted in sampled worlds, with intervals that hold the truth 95 times in 100.

    10,000 worlds agree with the evidence, the query holds in 2,503 of them
    0.2503, between 0.2419 and 0.2589

Worlds are bits, 64 to a word: what a rule of the ground program derives is a few operations over
all worlds of a batch at once. Worlds that do not agree with the evidence are thrown away; evidence
about a choice itself needs no luck, its group is drawn from what the evidence leaves.

Source of the intervals: E. B. Wilson, "Probable inference, the law of succession, and statistical
inference", J. American Statistical Association, 1927.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from time import perf_counter

import numpy as np
import numpy.typing as npt

from trivium.analyse.strata import components
from trivium.engine.limits import Limits
from trivium.errors import LimitError, ProgramError
from trivium.probability.derivations import Derivations
from trivium.probability.inference.chance import Inference, impossible

Words = npt.NDArray[np.uint64]

# Worlds drawn at once, a multiple of 64.
BATCH = 1 << 14
# For each world asked for, so many are drawn before what agrees with the evidence must do.
PATIENCE = 100
# The quantile of the normal distribution for 95 of 100.
NORMAL = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Sampled:
    """In how many of the `worlds` that agree with the evidence a literal holds."""

    hits: int
    worlds: int

    @property
    def value(self) -> float:
        return self.hits / self.worlds

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson interval for 95 of 100."""
        n, share = self.worlds, self.value
        spread = NORMAL * NORMAL / n
        middle = (share + spread / 2) / (1 + spread)
        radius = NORMAL * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
        low = 0.0 if self.hits == 0 else max(0.0, middle - radius)
        high = 1.0 if self.hits == n else min(1.0, middle + radius)
        return low, high


def sample(
    graph: Derivations,
    queries: Sequence[int],
    evidence: Sequence[int],
    inference: Inference,
    limits: Limits,
) -> list[Sampled]:
    """What share of sampled worlds each query holds in; the same seed draws the same worlds.

    The first `inference.samples` worlds that agree with the evidence are counted; fewer, once all
    intervals are as narrow as its `width`, where that is not 0, or when time ends.

    Raises ProgramError 296 where no world drawn agrees with the evidence, 285 where none can, and
    LimitError 301 or 303.
    """
    worlds, width = inference.samples, inference.width
    end = None if limits.seconds is None else perf_counter() + limits.seconds
    sampler = _Sampler(graph, evidence, inference.seed, limits)
    hits = np.zeros(len(queries), np.int64)
    seen = drawn = 0
    while seen < worlds and drawn < worlds * PATIENCE:
        agrees = sampler.draw()
        drawn += BATCH
        agrees = _first(agrees, worlds - seen)
        seen += _count(agrees)
        for place, query in enumerate(queries):
            hits[place] += _count(sampler.holds(query) & agrees)
        found = [Sampled(int(own), seen) for own in hits] if seen else []
        if found and width and all(high - low <= width for low, high in _intervals(found)):
            break
        if end is not None and perf_counter() > end:
            break
    if not seen:
        if end is not None and perf_counter() > end:
            message = f"no world that agrees with the evidence was drawn in {limits.seconds:g} s"
            raise LimitError(301, message, hint="raise the limit: Limits(seconds=...)")
        raise ProgramError(
            296,
            f"none of {drawn:,} sampled worlds agrees with the evidence",
            hint="draw more samples, or infer exactly or within bounds",
        )
    return [Sampled(int(own), seen) for own in hits]


def least_model(graph: Derivations, chosen: Sequence[int]) -> set[int]:
    """The nodes that hold in the world of these alternatives."""
    rows = _Rows(graph)
    one, none = np.ones(1, np.uint64), np.zeros(1, np.uint64)
    own = set(chosen)
    values = [one if node in own else none for node in range(len(graph.weights))]
    values += [none] * (graph.nodes - len(values))
    rows.derive(values)
    return {node for node, value in enumerate(values) if value[0] & np.uint64(1)}


def _intervals(found: Sequence[Sampled]) -> list[tuple[float, float]]:
    return [one.interval for one in found]


class _Rows:
    """The derived rows in the order of their dependencies."""

    def __init__(self, graph: Derivations) -> None:
        self.bodies: dict[int, list[tuple[int, ...]]] = {}
        for head, body in graph.rules:
            self.bodies.setdefault(head, []).append(body)
        needs = {
            head: [x if x >= 0 else ~x for body in own for x in body]
            for head, own in self.bodies.items()
        }
        self.order = components(needs)
        self.looping = [len(c) > 1 or c[0] in needs[c[0]] for c in self.order]

    def derive(self, values: list[Words]) -> None:
        """Add what the rules derive to the values of the alternatives."""
        for component, loops in zip(self.order, self.looping, strict=True):
            changed = True
            while changed:
                changed = False
                for node in component:
                    new = self.value(node, values)
                    changed |= loops and not np.array_equal(new, values[node])
                    values[node] = new

    def value(self, node: int, values: list[Words]) -> Words:
        found = np.zeros_like(values[node])
        for body in self.bodies[node]:
            if not body:
                return ~found
            held = values[body[0]] if body[0] >= 0 else ~values[~body[0]]
            for literal in body[1:]:
                held = held & (values[literal] if literal >= 0 else ~values[~literal])
            found |= held
        return found


class _Sampler:
    """Draws batches of worlds; `holds` tells of the last one."""

    def __init__(
        self, graph: Derivations, evidence: Sequence[int], seed: int, limits: Limits
    ) -> None:
        self.graph = graph
        self.rows = _Rows(graph)
        self.evidence = evidence
        self.random = np.random.default_rng(seed)
        needed = graph.nodes * BATCH // 8
        if limits.memory_bytes is not None and needed > limits.memory_bytes:
            message = f"sampled worlds need {needed:,} bytes of memory"
            raise LimitError(303, message, hint="raise the limit: Limits(memory_bytes=...)")
        self.thresholds = [self._thresholds(group, evidence) for group in graph.groups]
        self.values: list[Words] = []

    def _thresholds(self, group: tuple[int, ...], evidence: Sequence[int]) -> list[float]:
        """The cumulated probabilities of a group's alternatives, given what is observed of them."""
        weights = [self.graph.weights[node] for node in group]
        rest = max(0.0, 1.0 - sum(weights))
        for literal in evidence:
            if literal in group:
                rest = 0.0
                weights = [w if n == literal else 0.0 for n, w in zip(group, weights, strict=True)]
            elif ~literal in group:
                weights = [0.0 if n == ~literal else w for n, w in zip(group, weights, strict=True)]
        total = sum(weights) + rest
        if total <= 0.0:
            raise impossible()
        return [float(x) for x in np.cumsum(weights) / total]

    def draw(self) -> Words:
        """Draw a batch; the worlds that agree with the evidence."""
        none = np.zeros(BATCH // 64, np.uint64)
        values = [none] * self.graph.nodes
        for group, thresholds in zip(self.graph.groups, self.thresholds, strict=True):
            chance = self.random.random(BATCH)
            below = none
            for node, threshold in zip(group, thresholds, strict=True):
                up_to = np.packbits(chance < threshold).view(np.uint64)
                values[node] = up_to & ~below
                below = up_to
        self.rows.derive(values)
        self.values = values
        agrees = ~none
        for literal in self.evidence:
            agrees = agrees & self.holds(literal)
        return agrees

    def holds(self, literal: int) -> Words:
        return self.values[literal] if literal >= 0 else ~self.values[~literal]


def _count(worlds: Words) -> int:
    return int(np.unpackbits(worlds.view(np.uint8)).sum(dtype=np.int64))


def _first(worlds: Words, most: int) -> Words:
    """At most so many of the worlds."""
    if _count(worlds) <= most:
        return worlds
    kept = np.unpackbits(worlds.view(np.uint8))
    kept[np.flatnonzero(kept)[most:]] = 0
    return np.packbits(kept).view(np.uint64)
