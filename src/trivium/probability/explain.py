"""Why a row is as probable as it is: its likeliest proofs, and the fact that it depends on most.

path(1, 3)   probability 0.4 (exact)
├─ 0.25   0.25::edge(1, 3)
└─ 0.2   0.4::edge(1, 2), 0.5::edge(2, 3)
depends most on edge(1, 3): with it 1, without it 0.2
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import numpy.typing as npt

from trivium.probability.circuit import Circuit
from trivium.probability.derivations import Derivations
from trivium.probability.inference.chance import Chance
from trivium.probability.inference.compile import compile_circuit
from trivium.probability.inference.infer import infer
from trivium.probability.inference.proofs import Way, proofs, weight_of
from trivium.proofs.proof import Proof

# How many proofs are shown, and how many steps are taken to find them.
PROOFS = 5
STEPS = 5000
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeighedProof:
    """One way in which the row holds.

    Args:
        weight: the probability that all its facts hold.
        facts: what it rests on; `not ...` for what must not hold.
        weights: the probability of each fact; None for a row that must not hold.
        rows: the derived rows on the way, from the goal down.
    """

    weight: float
    facts: tuple[str, ...]
    weights: tuple[float | None, ...]
    rows: tuple[str, ...]

    def __str__(self) -> str:
        shown = [
            text if weight is None else f"{weight:.6g}::{text}"
            for text, weight in zip(self.facts, self.weights, strict=True)
        ]
        return f"{self.weight:.6g}   {', '.join(shown)}"


@dataclass(frozen=True, slots=True)
class Influence:
    """How probable the row is with a fact, and without it."""

    fact: str
    given: float
    without: float

    @property
    def size(self) -> float:
        return abs(self.given - self.without)

    def __str__(self) -> str:
        return f"{self.fact}: with it {self.given:.6g}, without it {self.without:.6g}"


@dataclass(eq=False)
class Explanation(Proof):
    """Why a row is as probable as it is; its children are its likeliest proofs.

    Attributes:
        probability: with what was observed taken into account.
        method: `certain`, `exact`, or how else it was inferred.
        low, high: what it lies between, where it was not found exactly; of sampled worlds in 95
            of 100 cases.
        proofs: the likeliest first; their worlds may overlap, so weights do not sum up.
        influences: the facts that the row depends on, those that change it most first.
        more: whether there are more proofs.
        sampled: the interval of sampled worlds beside wide bounds.
    """

    probability: float = 1.0
    method: str = "certain"
    low: float | None = None
    high: float | None = None
    proofs: tuple[WeighedProof, ...] = ()
    influences: tuple[Influence, ...] = field(default=(), repr=False)
    more: bool = False
    sampled: tuple[float, float] | None = None

    @property
    def depends_most_on(self) -> Influence | None:
        return self.influences[0] if self.influences else None

    def __str__(self) -> str:
        shown_as = f"{self.probability:.6g}"
        if self.low is not None:
            between = f"between {self.low:.6g} and {self.high:.6g}"
            close = self.method == "bounds" and self.sampled is None
            shown_as = between if close else f"{shown_as}, {between}"
        if self.sampled is not None:
            low, high = self.sampled
            shown_as += f"; of sampled worlds, 95 times in 100 from {low:.6g} to {high:.6g}"
        lines = [f"{self.text}   probability {shown_as} ({self.method})"]
        shown = [str(proof) for proof in self.proofs]
        if self.more:
            shown.append("and more")
        last = len(shown) - 1
        lines += [f"{'└─' if n == last else '├─'} {text}" for n, text in enumerate(shown)]
        if self.influences:
            lines.append(f"depends most on {self.influences[0]}")
        return "\n".join(lines)


def certainly(text: str, probability: float = 1.0) -> Explanation:
    """The explanation of what holds in every world, or in none."""
    return Explanation("chance", "", (), text, probability=probability)


def explain(
    graph: Derivations, target: int, evidence: Sequence[int], text: str, chance: Chance
) -> Explanation:
    """The explanation of a literal."""
    found = _proofs(graph, target, evidence)
    shown = tuple(found[:PROOFS])
    # Influences need the exact diagram, which may be too large where another method was taken.
    open_ended = chance.method not in ("certain", "exact")
    influences = () if open_ended else tuple(_influences(graph, target, evidence))
    more = len(found) > PROOFS
    return Explanation(
        "chance",
        "",
        (),
        text,
        expand=lambda: tuple(map(_as_proof, shown)),
        probability=chance.value,
        method=chance.method,
        low=chance.low if open_ended else None,
        high=chance.high if open_ended else None,
        proofs=shown,
        influences=influences,
        more=more,
        sampled=chance.sampled,
    )


def _as_proof(proof: WeighedProof) -> Proof:
    facts = tuple(Proof("fact", "", (), fact) for fact in proof.facts)
    return Proof("chance", "", (), f"{proof.weight:.6g}", expand=lambda: facts)


# --- proofs --------------------------------------------------------------------------------------


def _proofs(graph: Derivations, target: int, evidence: Sequence[int]) -> list[WeighedProof]:
    """The likeliest proofs, one more than is shown if there are more."""
    steps = iter(range(STEPS))
    found = proofs(graph, target, evidence, lambda: next(steps, None) is not None)
    return [_proof(graph, way) for way in islice(found, PROOFS + 1)]


def _proof(graph: Derivations, way: Way) -> WeighedProof:
    names, weight = graph.names, way.weight
    facts = [names[leaf] if leaf >= 0 else f"not {names[~leaf]}" for leaf in way.leaves]
    weights = [
        weight_of(graph, leaf) if (leaf if leaf >= 0 else ~leaf) < len(graph.weights) else None
        for leaf in way.leaves
    ]
    if any(leaf < 0 for leaf in way.leaves):  # what must not hold is not independent of the rest
        rules = [*graph.rules, (graph.nodes, way.leaves)]
        together = Derivations(graph.weights, graph.groups, graph.nodes + 1, rules)
        weight = infer(together, [graph.nodes], how="exact")[0].value
    shown = tuple([names[node] for node in way.rows])
    return WeighedProof(weight, tuple(facts), tuple(weights), shown)


# --- influence -----------------------------------------------------------------------------------


def _influences(graph: Derivations, target: int, evidence: Sequence[int]) -> list[Influence]:
    """What the literal would be with each alternative, and without it."""
    circuit = compile_circuit(graph, [target], evidence)
    group_weights = [1.0 - sum(graph.weights[n] for n in group) for group in graph.groups]
    leaves = [*graph.weights, *group_weights]
    values = _values(circuit, leaves)
    roots = circuit.roots.tolist()
    slopes = [_slopes(circuit, values, root) for root in roots]
    found = []
    for node, weight in enumerate(graph.weights):
        parts = []
        for root, slope in zip(roots, slopes, strict=True):
            rest = values[root] - weight * slope[node]
            parts.append((slope[node], rest))
        if not evidence:
            parts.append((1.0, 1.0 - weight))
        (given, without), (given_all, without_all) = parts
        if not slopes[0][node] or given_all <= 1e-300 or without_all <= 1e-300:
            continue
        found.append(Influence(graph.names[node], given / given_all, without / without_all))
    found.sort(key=lambda one: -one.size)
    return found


def _values(circuit: Circuit, leaves: Sequence[float]) -> list[float]:
    values = list(leaves)
    starts, children = circuit.starts.tolist(), circuit.children.tolist()
    for place, product in enumerate(circuit.product.tolist()):
        own = [values[child] for child in children[starts[place] : starts[place + 1]]]
        if product:
            value = 1.0
            for one in own:
                value *= one
        else:
            value = sum(own)
        values.append(value)
    return values


def _slopes(circuit: Circuit, values: Sequence[float], root: int) -> list[float]:
    """The derivative of a root by each node."""
    slopes = [0.0] * len(values)
    slopes[root] = 1.0
    starts, children = circuit.starts.tolist(), circuit.children.tolist()
    product = circuit.product.tolist()
    first = len(values) - len(product)
    for place in range(len(product) - 1, -1, -1):
        slope = slopes[first + place]
        if not slope:
            continue
        own = children[starts[place] : starts[place + 1]]
        if not product[place]:
            for child in own:
                slopes[child] += slope
            continue
        for at, child in enumerate(own):
            rest = slope
            for other, sibling in enumerate(own):
                if other != at:
                    rest *= values[sibling]
            slopes[child] += rest
    return slopes
