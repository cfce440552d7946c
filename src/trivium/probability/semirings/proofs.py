"""The k most probable proofs, each the set of choices that it needs.

Source: J. Huang and others, "Scallop: from probabilistic deductive databases to scalable
differentiable reasoning", NeurIPS 2021.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from trivium.probability.derivations import Derivations
from trivium.probability.semirings.base import Semiring

Proof = frozenset[int]


class TopProofs(Semiring[tuple[Proof, ...]]):
    """At most k minimal proofs, the most probable first; a choice used twice counts once.

    A product drops proofs that choose two alternatives of one group. Because a proof may share
    facts with another, the best of a product need not come from the best of its factors: products
    distribute over sums only where all proofs are kept.
    """

    zero: tuple[Proof, ...] = ()
    one: tuple[Proof, ...] = (frozenset(),)
    idempotent = absorptive = True
    distributive = False

    def __init__(self, derivations: Derivations, k: int = 3) -> None:
        self.k = k
        self.weights = derivations.weights
        self.group = {a: g for g, group in enumerate(derivations.groups) for a in group}

    def probability(self, proof: Proof) -> float:
        return math.prod(self.weights[choice] for choice in sorted(proof))

    def add(self, a: tuple[Proof, ...], b: tuple[Proof, ...]) -> tuple[Proof, ...]:
        return self._best({*a, *b})

    def mul(self, a: tuple[Proof, ...], b: tuple[Proof, ...]) -> tuple[Proof, ...]:
        return self._best({one | two for one in a for two in b if self._agree(one, two)})

    def lift(self, probability: float, choice: int) -> tuple[Proof, ...]:
        return (frozenset((choice,)),) if probability > 0 else ()

    def rest(self, probability: float, choices: Sequence[int]) -> tuple[Proof, ...]:
        return self.one if probability > 0 else ()

    def _agree(self, one: Proof, two: Proof) -> bool:
        chosen = {self.group[choice]: choice for choice in one}
        return all(chosen.get(self.group[choice], choice) == choice for choice in two)

    def _best(self, proofs: Iterable[Proof]) -> tuple[Proof, ...]:
        kept: list[Proof] = []
        # A proof that needs more than another is no more probable: the smaller comes first.
        for proof in sorted(proofs, key=lambda p: (-self.probability(p), len(p), sorted(p))):
            if not any(other <= proof for other in kept):
                kept.append(proof)
            if len(kept) == self.k:
                break
        return tuple(kept)
