"""Why a row is as probable as it is: its likeliest proofs, and the fact that it depends on most.

path(1, 3)   probability 0.4 (exact)
├─ 0.25   0.25::edge(1, 3)
└─ 0.2   0.4::edge(1, 2), 0.5::edge(2, 3)
depends most on edge(1, 3): with it 1, without it 0.2
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import numpy.typing as npt

from trivium.provenance.circuit import Circuit
from trivium.provenance.derivations import Derivations
from trivium.provenance.inference.compile import compile_circuit
from trivium.provenance.inference.infer import Chance, infer
from trivium.provenance.proof import Proof

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
        low, high: what it lies between, where the method is `bounds`.
        proofs: the likeliest first; their worlds may overlap, so weights do not sum up.
        influences: the facts that the row depends on, those that change it most first.
        more: whether there are more proofs.
    """

    probability: float = 1.0
    method: str = "certain"
    low: float | None = None
    high: float | None = None
    proofs: tuple[WeighedProof, ...] = ()
    influences: tuple[Influence, ...] = field(default=(), repr=False)
    more: bool = False

    @property
    def depends_most_on(self) -> Influence | None:
        return self.influences[0] if self.influences else None

    def __str__(self) -> str:
        shown_as = f"{self.probability:.6g}"
        if self.method == "bounds":
            shown_as = f"between {self.low:.6g} and {self.high:.6g}"
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
    found = list(_proofs(graph, target, evidence))
    shown = tuple(found[:PROOFS])
    # Influences need the exact diagram, which is too large where bounds were given.
    bounded = chance.method == "bounds"
    influences = () if bounded else tuple(_influences(graph, target, evidence))
    more = len(found) > PROOFS
    return Explanation(
        "chance",
        "",
        (),
        text,
        expand=lambda: tuple(map(_as_proof, shown)),
        probability=chance.value,
        method=chance.method,
        low=chance.low if bounded else None,
        high=chance.high if bounded else None,
        proofs=shown,
        influences=influences,
        more=more,
    )


def _as_proof(proof: WeighedProof) -> Proof:
    facts = tuple(Proof("fact", "", (), fact) for fact in proof.facts)
    return Proof("chance", "", (), f"{proof.weight:.6g}", expand=lambda: facts)


# --- proofs --------------------------------------------------------------------------------------

# The weight so far (less is better), a tie-break, what is left to prove, what was rested on, and
# of each derived row which of its bodies was chosen.
_State = tuple[float, int, tuple[int, ...], tuple[int, ...], tuple[tuple[int, int], ...]]


def _proofs(graph: Derivations, target: int, evidence: Sequence[int]) -> Iterator[WeighedProof]:
    """The likeliest proofs, one more than is shown if there are more."""
    alternatives = len(graph.weights)
    bodies: dict[int, list[tuple[int, ...]]] = {}
    for head, body in graph.rules:
        bodies.setdefault(head, []).append(body)
    group_of = {node: n for n, group in enumerate(graph.groups) for node in group}
    order = count()
    heap: list[_State] = [(-1.0, next(order), (target,), (), ())]
    blocked = {~literal for literal in evidence}
    seen: set[frozenset[int]] = set()
    steps = 0
    while heap and steps < STEPS and len(seen) <= PROOFS:
        steps += 1
        weight, _, agenda, leaves, chosen = heapq.heappop(heap)
        if not agenda:
            if _is_founded(bodies, chosen) and frozenset(leaves) not in seen:
                if any(other < frozenset(leaves) for other in seen):
                    continue
                seen.add(frozenset(leaves))
                yield _proof(graph, leaves, [node for node, _ in chosen])
            continue
        literal, *rest = agenda
        node = literal if literal >= 0 else ~literal
        if literal < 0 or node < alternatives:
            if literal in leaves:
                heapq.heappush(heap, (weight, next(order), tuple(rest), leaves, chosen))
                continue
            if literal in blocked or ~literal in leaves or _excluded(group_of, leaves, literal):
                continue
            own = 1.0
            if node < alternatives:
                own = graph.weights[node] if literal >= 0 else 1.0 - graph.weights[node]
            state = (weight * own, next(order), tuple(rest), (*leaves, literal), chosen)
            heapq.heappush(heap, state)
            continue
        if any(node == done for done, _ in chosen):
            heapq.heappush(heap, (weight, next(order), tuple(rest), leaves, chosen))
            continue
        for place, body in enumerate(bodies.get(node, ())):
            state = (weight, next(order), (*body, *rest), leaves, (*chosen, (node, place)))
            heapq.heappush(heap, state)


def _excluded(group_of: dict[int, int], leaves: Sequence[int], literal: int) -> bool:
    """Whether an alternative of the same group was chosen already."""
    group = group_of.get(literal)
    return group is not None and any(group_of.get(leaf) == group for leaf in leaves)


def _is_founded(
    bodies: dict[int, list[tuple[int, ...]]], chosen: Sequence[tuple[int, int]]
) -> bool:
    """Whether no row of a proof rests on itself."""
    open_rows = {node: bodies[node][place] for node, place in chosen}
    while open_rows:
        done = [
            node
            for node, body in open_rows.items()
            if not any(literal in open_rows for literal in body)
        ]
        if not done:
            return False
        for node in done:
            del open_rows[node]
    return True


def _proof(graph: Derivations, leaves: Sequence[int], rows: Sequence[int]) -> WeighedProof:
    alternatives = len(graph.weights)
    names = graph.names
    facts: list[str] = []
    weights: list[float | None] = []
    plain = True
    weight = 1.0
    for leaf in leaves:
        node = leaf if leaf >= 0 else ~leaf
        facts.append(names[node] if leaf >= 0 else f"not {names[node]}")
        if node < alternatives:
            own = graph.weights[node] if leaf >= 0 else 1.0 - graph.weights[node]
            weight *= own
            weights.append(own)
        else:
            weights.append(None)
        plain = plain and leaf >= 0
    if not plain:  # what must not hold is not independent of the rest
        rules = [*graph.rules, (graph.nodes, tuple(leaves))]
        together = Derivations(graph.weights, graph.groups, graph.nodes + 1, rules)
        weight = infer(together, [graph.nodes], method="exact")[0].value
    shown = tuple(names[node] for node in rows)
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
