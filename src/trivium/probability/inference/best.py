"""The most probable explanation: of all worlds that agree with the evidence, the most probable.

0.4::0.  0.7::1.   2 ← 0   2 ← 1   evidence 2      {0: None, 1: 1}, probability 0.42
"""

from __future__ import annotations

from collections.abc import Sequence

from trivium.engine.limits import Limits
from trivium.probability.derivations import Derivations
from trivium.probability.inference.chance import impossible
from trivium.probability.inference.compile import compile_circuit
from trivium.probability.inference.diagram import leaf_weights


def most_probable(
    derivations: Derivations, evidence: Sequence[int], limits: Limits | None = None
) -> tuple[dict[int, int | None], float]:
    """Of each group the alternative chosen, or None; and the probability of that world.

    Raises ProgramError 285 where the evidence cannot hold, LimitError 301 or 303.
    """
    circuit = compile_circuit(derivations, (), evidence, limits=limits)
    weights = leaf_weights(derivations)
    count = len(derivations.weights)
    values = list(weights)
    starts, children = circuit.starts.tolist(), circuit.children.tolist()
    # In a deterministic circuit the greatest term of a sum is the best way to make it true.
    for inner, product in enumerate(circuit.product.tolist()):
        below = [values[child] for child in children[starts[inner] : starts[inner + 1]]]
        value = 1.0
        if product:
            for factor in below:
                value *= factor
        else:
            value = max(below, default=0.0)
        values.append(value)
    waiting = circuit.roots.tolist()
    if any(values[root] <= 0.0 for root in waiting):
        raise impossible()
    chosen: dict[int, int | None] = {}
    while waiting:
        node = waiting.pop()
        if node < count:
            chosen[int(circuit.groups[node])] = node
        elif node < len(weights):
            chosen[node - count] = None
        else:
            inner = node - len(weights)
            below = children[starts[inner] : starts[inner + 1]]
            if circuit.product[inner]:
                waiting += below
            else:
                waiting.append(max(below, key=lambda child: values[child]))
    probability = 1.0
    for number, group in enumerate(derivations.groups):
        if number not in chosen:
            leaf = max((*group, count + number), key=lambda leaf: weights[leaf])
            chosen[number] = leaf if leaf < count else None
        picked = chosen[number]
        probability *= weights[count + number if picked is None else picked]
    return chosen, probability
