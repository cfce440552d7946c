"""The weight of rows in any semiring, over a circuit or over the derivations themselves.

    weigh_circuit(circuit, derivations, Probability())     [0.8, ...], one for each root
    weigh_derivations(derivations, Viterbi())              one for each node

Over derivations a row's weight is the sum over its rules of the product of their bodies. A row on a
cycle has a weight where longer ways round add nothing (an absorptive semiring): then rounds over
the cycle end. Semirings whose sums need terms that exclude each other are right over circuits only.

Plain loops, which define what `layers.py` computes fast and for batches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from trivium.analyse.strata import components
from trivium.errors import ProgramError
from trivium.probability.circuit import Circuit
from trivium.probability.derivations import Derivations
from trivium.probability.inference.compile import compile_circuit
from trivium.probability.semirings.base import Semiring

T = TypeVar("T")
# A semiring, or what makes one that is about the choices of some derivations, which name them.
Weigher = Semiring[T] | Callable[[Derivations], Semiring[T]]


def leaves(derivations: Derivations, semiring: Semiring[T]) -> tuple[list[T], list[T]]:
    """The weights of the alternatives, and of choosing none of each group."""
    weights = derivations.weights
    lifted = [semiring.lift(weight, choice) for choice, weight in enumerate(weights)]
    rests = []
    for group in derivations.groups:
        left = 1.0 - sum(weights[choice] for choice in group)
        rests.append(semiring.rest(max(0.0, left), group))
    return lifted, rests


def weigh_certain(holds: bool, semiring: Weigher[T]) -> T:
    """What a row weighs that certainly holds, or cannot."""
    made = semiring if isinstance(semiring, Semiring) else semiring(Derivations((), (), 0, ()))
    return made.one if holds else made.zero


def weigh(derivations: Derivations, literal: int, semiring: Semiring[T]) -> T:
    """The weight of one literal: over its circuit where sums must exclude each other, else over
    the derivations."""
    if semiring.exclusive:
        (weight,) = weigh_circuit(compile_circuit(derivations, [literal]), derivations, semiring)
        return weight
    if literal >= 0:
        return weigh_derivations(derivations, semiring)[literal]
    if not semiring.negation:
        raise _no_opposite(derivations, ~literal, semiring)
    return semiring.negate(weigh_derivations(derivations, semiring)[~literal])


def weigh_circuit(circuit: Circuit, derivations: Derivations, semiring: Semiring[T]) -> list[T]:
    """The weight of each root."""
    lifted, rests = leaves(derivations, semiring)
    values = lifted + rests
    starts, children = circuit.starts.tolist(), circuit.children.tolist()
    for inner, product in enumerate(circuit.product.tolist()):
        value = semiring.one if product else semiring.zero
        step = semiring.mul if product else semiring.add
        for child in children[starts[inner] : starts[inner + 1]]:
            value = step(value, values[child])
        values.append(value)
    return [values[root] for root in circuit.roots.tolist()]


def weigh_derivations(derivations: Derivations, semiring: Semiring[T]) -> list[T]:
    """The weight of each node. Raises ProgramError 295 where the semiring has no such weight: of a
    row on a cycle, of a negated row."""
    lifted, _ = leaves(derivations, semiring)
    values = lifted + [semiring.zero] * (derivations.nodes - len(lifted))
    by_head: dict[int, list[tuple[int, ...]]] = {}
    for head, body in derivations.rules:
        by_head.setdefault(head, []).append(body)
        if not semiring.negation and any(literal < 0 for literal in body):
            raise _no_opposite(derivations, head, semiring)
    needs = {
        head: [literal if literal >= 0 else ~literal for body in bodies for literal in body]
        for head, bodies in by_head.items()
    }
    for component in components(needs):
        if len(component) > 1 or any(component[0] in body for body in by_head[component[0]]):
            _settle(component, by_head, values, derivations, semiring)
        else:
            values[component[0]] = _weight(by_head[component[0]], values, semiring)
    return values


def _weight(bodies: Sequence[tuple[int, ...]], values: list[T], semiring: Semiring[T]) -> T:
    total = semiring.zero
    for body in bodies:
        weight = semiring.one
        for literal in body:
            held = values[literal] if literal >= 0 else semiring.negate(values[~literal])
            weight = semiring.mul(weight, held)
        total = semiring.add(total, weight)
    return total


def _settle(
    component: Sequence[int],
    by_head: dict[int, list[tuple[int, ...]]],
    values: list[T],
    derivations: Derivations,
    semiring: Semiring[T],
) -> None:
    """Rounds over a cycle until nothing changes; no best way passes a row twice, so that there are
    no more rounds than rows."""
    if not semiring.absorptive:
        raise ProgramError(
            295,
            f"{_name(derivations, component[0])} depends on itself, "
            f"so that its weight in `{type(semiring).__name__}` is an infinite sum",
            hint="compile the derivations to a circuit, or choose an absorptive semiring",
        )
    for _ in range(len(component) + 1):
        changed = False
        for node in component:
            new = _weight(by_head[node], values, semiring)
            if new != values[node]:
                values[node], changed = new, True
        if not changed:
            return


def _no_opposite(derivations: Derivations, node: int, semiring: Semiring[T]) -> ProgramError:
    return ProgramError(
        295,
        f"{_name(derivations, node)} depends on a row that must not hold, "
        f"which has no weight in `{type(semiring).__name__}`",
        hint="compile the derivations to a circuit, and weigh that",
    )


def _name(derivations: Derivations, node: int) -> str:
    return f"`{derivations.names[node]}`" if derivations.names else f"node {node}"
